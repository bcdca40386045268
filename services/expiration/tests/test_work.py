"""`python -m expiration work`, over a real JetStream."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from expiration_desk import NEVER, Line, envelope, order, read, soon, with_bad

from common.embedded.processes import free_ports
from common.testing.servers import NatsServer
from common.testing.waiting import eventually

Start = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
def ops_port() -> int:
    [port] = free_ports(1)
    return port


@pytest.fixture
async def start(nats: NatsServer, ops_port: int) -> AsyncIterator[Start]:
    """Start the process with settings of the test."""
    started: list[asyncio.subprocess.Process] = []

    async def one(**settings: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "expiration",
            "work",
            env={
                **nats.environment("expiration"),
                "OPS_PORT": str(ops_port),
                "LOG_LEVEL": "error",
                **settings,
            },
        )
        started.append(process)
        return process

    yield one
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_holds_expire_and_envelopes_are_acknowledged(
    line: Line, start: Start
) -> None:
    await start()
    hold = order(expires_at=soon(1))
    await line.say(envelope(hold))
    [opened] = await eventually(line.expired)

    assert [m.order_id for m in read(opened)] == [hold.order_id]
    await eventually(line.done)


async def test_a_crash_before_the_acknowledgement_loses_no_timer_and_sets_no_second(
    line: Line, start: Start
) -> None:
    crashing = await start(FAULT_POINT="expiration.set:1")
    await line.say(envelope(order()))
    assert await asyncio.wait_for(crashing.wait(), 20) == 137
    [before] = await line.timers()
    assert await line.waiting() == 1

    await start()
    await line.say(envelope(order()))
    await eventually(lambda: timers_are(line, 2))
    assert before.subject in [timer.subject for timer in await line.timers()]


async def test_a_bad_message_in_the_middle_holds_nobody_up(
    line: Line, start: Start
) -> None:
    await start()
    never = envelope(order(expires_at=NEVER))
    for payload in (envelope(order()), with_bad(envelope(order())), b"?", never):
        await line.say(payload)
    await line.say(envelope(order()))

    await eventually(line.done)
    assert len(await line.timers()) == 3
    assert sorted(letter.index for letter in await line.letters()) == [-1, 0, 0]


async def test_it_measures_its_timers_and_the_dead_letters(
    provisioned: NatsServer, start: Start, ops_port: int
) -> None:
    await start()
    for stream in ("EXPIRATION", "DEAD_LETTERS"):
        fill = f'stream_fill_ratio{{stream="{stream}"}} 0.0'
        await eventually(lambda fill=fill: shown(ops_port, fill))
    assert provisioned.running


async def test_it_goes_on_when_the_server_comes_back(
    line: Line, start: Start, provisioned: NatsServer, ops_port: int
) -> None:
    await start()
    await eventually(lambda: ready(ops_port))
    provisioned.kill()
    await eventually(lambda: not_ready(ops_port))
    provisioned.start()
    await eventually(lambda: ready(ops_port))
    await eventually(lambda: said(line))

    await eventually(lambda: timers_are(line, 1))


async def test_it_ends_when_told_to(
    provisioned: NatsServer, start: Start, ops_port: int
) -> None:
    process = await start()
    await eventually(lambda: ready(ops_port))
    process.send_signal(signal.SIGTERM)

    assert await asyncio.wait_for(process.wait(), 20) == 0
    assert provisioned.running


async def timers_are(line: Line, count: int) -> bool:
    return len(await line.timers()) == count


async def said(line: Line) -> bool:
    await line.say(envelope(order()))
    return True


async def ready(port: int) -> bool:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{port}/readyz")
    return answer.status_code == 200


async def shown(port: int, measure: str) -> bool:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{port}/metrics")
    return measure in answer.text.splitlines()


async def not_ready(port: int) -> bool:
    return not await ready(port)
