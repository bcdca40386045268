"""`ticketing up`: start everything, say where it is, keep it running, end it."""

import asyncio
import signal
from contextlib import suppress
from time import monotonic

from rich.console import Console

from local.show import Progress, table
from local.supervisor import Node
from local.system import Described, System, describe

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Up:
    """One run, from the command line to the last process gone."""

    def __init__(self, console: Console, *, port: int) -> None:
        self._console = console
        self._progress = Progress(console)
        self._system = System(port=port, changed=self._heard)
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Return when told to stop and everything has; raises `Trouble`."""
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._told_to_stop, number)
        began = monotonic()
        if await self._started():
            self._say_ready(monotonic() - began)
            await self._stopping.wait()
            self._say("Stopping.")
            await self._system.stop()
        self._say("Stopped; nothing is left running.")

    async def _started(self) -> bool:
        """Start; False when told to stop meanwhile, and then nothing runs."""
        starting = asyncio.create_task(self._system.start())
        stopping = asyncio.create_task(self._stopping.wait())
        with self._progress.shown():
            await asyncio.wait(
                (starting, stopping), return_when=asyncio.FIRST_COMPLETED
            )
            stopping.cancel()
            if starting.done():
                starting.result()
                return True
            starting.cancel()
            await asyncio.wait((starting,))
        return False

    def _told_to_stop(self, number: signal.Signals) -> None:
        """A second Ctrl-C ends everything at once; make may well repeat a SIGTERM."""
        if self._stopping.is_set() and number == signal.SIGINT:
            self._system.kill()
        self._stopping.set()

    def _say_ready(self, seconds: float) -> None:
        self._console.print(table(self._rows()))
        address = self._system.settings.origin
        self._console.print(
            f"\nTicketing is ready at [bold]{address}[/] ({seconds:.1f} s). "
            "Ctrl-C stops it."
        )

    def _say(self, words: str) -> None:
        with suppress(OSError):  # the terminal has gone; there is still work to do
            self._console.print(words, style="dim")

    def _rows(self) -> list[Described]:
        return [describe(node) for node in self._system.supervisor.nodes.values()]

    def _heard(self, node: Node) -> None:
        self._progress.heard(describe(node))
