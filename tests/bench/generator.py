"""wrk, the load generator, and what it counted."""

import asyncio
from pathlib import Path

import msgspec
from machine import children_spent, cores

HERE = Path(__file__).parent


class Measured(msgspec.Struct):
    """What wrk counted; milliseconds."""

    requests: int
    seconds: float
    #: Answers other than 2xx.
    refused: int
    #: Requests without any answer.
    broken: int
    p50: float
    p99: float
    #: Share of the machine's CPU that wrk took.
    share: float = 0.0

    @property
    def made(self) -> int:
        return self.requests - self.refused

    @property
    def rate(self) -> float:
        return self.made / self.seconds


async def drive(
    url: str, script: str, *arguments: str, clients: int, seconds: int
) -> Measured:
    """Run a script of this folder with so many connections; raises without wrk."""
    before = children_spent()
    wrk = await asyncio.create_subprocess_exec(
        "wrk",
        *("--threads", "1", "--connections", str(clients), "--latency"),
        *("--duration", f"{seconds}s", "--timeout", "15s"),
        *("--script", str(HERE / script), url, "--", *arguments),
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await wrk.communicate()
    used = children_spent() - before
    [result] = [line for line in printed.splitlines() if line.startswith(b"RESULT ")]
    measured = msgspec.json.decode(result.removeprefix(b"RESULT "), type=Measured)
    measured.share = used / (measured.seconds * cores())
    return measured
