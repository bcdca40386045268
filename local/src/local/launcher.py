"""Starting processes: our modules as forks of the zygote, all else by its command."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from common.embedded.processes import dying_with_parent
from local.logs import Logs
from local.zygote import ROOM

#: `-P` keeps the current folder out of the imports.
PYTHON = (sys.executable, "-P", "-m")


class Process(Protocol):
    """A process that we have started."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    async def wait(self) -> int: ...
    def send_signal(self, signal: int) -> None: ...


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours."""
    return [*PYTHON, name, *arguments]


class Fork:
    """A process that the zygote has forked."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.Event()

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, signal: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal)

    def end(self, code: int) -> None:
        self.returncode = code
        self._ended.set()


class Nursery:
    """One zygote and its forks."""

    def __init__(self, process: Process, orders: socket.socket) -> None:
        self._process = process
        self._orders = orders
        self._numbers = count()
        self._born: dict[int, asyncio.Future[Fork]] = {}
        self._forks: dict[int, Fork] = {}
        self._listening: asyncio.Task[None] | None = None
        self.gone = False

    async def open(self) -> None:
        reader, self._writer = await asyncio.open_connection(sock=self._orders)
        self._listening = asyncio.create_task(self._listen(reader))

    async def fork(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> Fork:
        """Raises `ChildProcessError` when the zygote has gone."""
        if self.gone:
            raise ChildProcessError
        number = next(self._numbers)
        born = self._born[number] = asyncio.get_running_loop().create_future()
        name, *arguments = command[len(PYTHON) :]
        order = {
            "number": number,
            "module": name,
            "arguments": arguments,
            "environment": dict(environment),
            "log": str(log),
        }
        self._writer.write(json.dumps(order).encode() + b"\n")
        return await born

    async def close(self) -> None:
        self._writer.close()
        await self._process.wait()
        if self._listening is not None:
            await self._listening

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with suppress(ConnectionError):
            while line := await reader.readline():
                self._hear(json.loads(line))
        self.gone = True
        self._writer.close()
        for fork in self._forks.values():
            fork.end(-signal.SIGKILL)
        for born in self._born.values():
            if not born.done():
                born.set_exception(ChildProcessError())

    def _hear(self, words: dict[str, Any]) -> None:
        pid = words["pid"]
        if "code" in words:
            self._forks.pop(pid).end(words["code"])
            return
        fork = self._forks[pid] = Fork(pid)
        born = self._born.pop(words["number"])
        if born.cancelled():  # nobody waits for it any more
            fork.send_signal(signal.SIGKILL)
        else:
            born.set_result(fork)


class Launcher:
    """Starts every process of the system, in a session and with a log of its own."""

    def __init__(self, logs: Logs) -> None:
        self.logs = logs
        self._nursery: Nursery | None = None
        self._opening = asyncio.Lock()

    async def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        folder: Path | None = None,
        death_signal: signal.Signals = signal.SIGKILL,
    ) -> Process:
        """Start `command`, its output in the log called `name`."""
        if sys.platform == "linux" and tuple(command[: len(PYTHON)]) == PYTHON:
            nursery = await self._open()
            # Without a zygote the module starts by itself, and says what ails it.
            with suppress(ChildProcessError):
                return await nursery.fork(command, environment, self.logs.path(name))
        log = self.logs.open(name)
        try:
            return await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
                preexec_fn=dying_with_parent(death_signal),
            )
        finally:
            os.close(log)

    async def close(self) -> None:
        """End the zygote; its forks, if there are any left, end with it."""
        if self._nursery is not None:
            await self._nursery.close()

    async def _open(self) -> Nursery:
        async with self._opening:
            if self._nursery is None or self._nursery.gone:
                self._nursery = await self._breed()
            return self._nursery

    async def _breed(self) -> Nursery:
        ours, its = socket.socketpair()
        log = self.logs.open("zygote")
        try:
            process = await asyncio.create_subprocess_exec(
                *module("local.zygote", str(its.fileno()), ROOM),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(its.fileno(),),
                start_new_session=True,
                preexec_fn=dying_with_parent(),
            )
        finally:
            os.close(log)
            its.close()
        nursery = Nursery(process, ours)
        await nursery.open()
        return nursery
