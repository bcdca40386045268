"""Locks between processes; the kernel lets go of them however their holder ends."""

import asyncio
import fcntl
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

#: Seldom enough to cost nothing, often enough for those who wait a minute or two.
ASK_EVERY = 0.2


@asynccontextmanager
async def our_turn(folder: Path, wait: Callable[[], None]) -> AsyncGenerator[None]:
    """Hold the folder, as soon as no other process does; `wait` hears that one does."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if not _taken(descriptor):
            wait()
            while not _taken(descriptor):  # noqa: ASYNC110  # no event tells of it
                await asyncio.sleep(ASK_EVERY)
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
