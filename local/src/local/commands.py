"""A command that comes to an end: its output in a log, its failure in a sentence."""

import asyncio
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from common.embedded.processes import dying_with_parent
from local.keeper import describe_end, end_group
from local.logs import Logs
from local.programs import StartFailed


async def run_to_end(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    logs: Logs,
    *,
    folder: Path | None = None,
) -> None:
    """Raises `StartFailed` with the last line of its log when it fails."""
    log = logs.open(name)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
            preexec_fn=dying_with_parent(),
        )
    finally:
        os.close(log)
    try:
        code = await process.wait()
    finally:
        await end_group(process)
    if code:
        raise StartFailed(
            name, describe_end(code), logs.path(name), logs.last_line(name)
        )
