"""A process: what runs beside its work, and how all of it ends."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from common import running
from common.embedded.processes import LOOPBACK, free_ports
from common.running import Job, Process, pause, repeat, stop_on_signals
from common.testing.waiting import LIMIT, eventually

OFTEN = timedelta(milliseconds=1)


async def fine() -> str | None:
    return None


def process() -> Process:
    [port] = free_ports(1)
    return Process(host=LOOPBACK, ops_port=port, checks={"fine": fine})


async def for_ever() -> None:
    await asyncio.Event().wait()


def counting(fails: int = 0) -> tuple[Callable[[], Awaitable[None]], list[int]]:
    """Something to do that fails so many times first."""
    rounds: list[int] = []

    async def run() -> None:
        rounds.append(1)
        if len(rounds) <= fails:
            raise LookupError

    return run, rounds


class TestJobs:
    async def test_one_that_fails_is_run_again(self) -> None:
        stopping = asyncio.Event()
        run, rounds = counting(fails=2)
        job = Job(name="counting", every=OFTEN, run=run)
        task = asyncio.create_task(repeat(job, stopping))
        await eventually(lambda: len(rounds) > 2)
        stopping.set()
        await task

    async def test_told_to_stop_it_does_not_wait_for_the_next_round(self) -> None:
        stopping = asyncio.Event()
        run, rounds = counting()
        job = Job(name="counting", every=timedelta(hours=1), run=run)
        task = asyncio.create_task(repeat(job, stopping))
        await eventually(lambda: rounds)
        stopping.set()
        async with asyncio.timeout(LIMIT):
            await task

    async def test_woken_it_does_not_wait_for_the_next_round(self) -> None:
        stopping = asyncio.Event()
        run, rounds = counting()
        job = Job(name="counting", every=timedelta(hours=1), run=run)
        task = asyncio.create_task(repeat(job, stopping))
        await eventually(lambda: rounds)
        job.wake.set()
        await eventually(lambda: len(rounds) == 2)
        stopping.set()
        await task

    async def test_a_pause_ends_when_told_to_stop(self) -> None:
        stopping = asyncio.Event()
        stopping.set()
        async with asyncio.timeout(LIMIT):
            await pause(3600, stopping)


class TestProcess:
    async def test_a_signal_stops_it_cleanly(self) -> None:
        async with process() as one:
            os.kill(os.getpid(), signal.SIGTERM)
            await one.stopping.wait()
        assert one.exit_code == 0

    async def test_a_task_that_fails_ends_it_with_an_error(self) -> None:
        async def fail() -> None:
            raise LookupError

        async with process() as one:
            one.beside("failing", fail())
            await one.stopping.wait()
        assert one.exit_code == 1

    async def test_an_inner_port_that_is_taken_ends_it_with_an_error(self) -> None:
        async with process() as one:
            host, port = one._place
            second = Process(host=host, ops_port=port, checks={})
            await eventually(lambda: answers(port))
            async with second:
                await second.stopping.wait()
            assert second.exit_code == 1
            one.stopping.set()

    async def test_work_that_ends_untold_is_an_error(self) -> None:
        async with process() as one:
            pass
        assert one.exit_code == 1

    async def test_jobs_finish_the_round_they_are_in_before_what_is_last(self) -> None:
        begun, done = asyncio.Event(), asyncio.Event()
        seen: list[bool] = []

        async def slow() -> None:
            begun.set()
            await one.stopping.wait()
            await asyncio.sleep(0)
            done.set()

        async def last() -> None:
            seen.append(done.is_set())

        one = process()
        async with one:
            one.repeat(Job(name="slow", every=OFTEN, run=slow))
            one.finish_with(last)
            await begun.wait()
            one.stopping.set()
        assert seen == [True]

    async def test_what_is_last_runs_beside_what_goes_on(self) -> None:
        queue: asyncio.Queue[int] = asyncio.Queue()

        async def consume() -> None:
            while True:
                await queue.get()
                queue.task_done()

        async with process() as one:
            one.beside("consuming", consume())
            one.finish_with(queue.join)
            queue.put_nowait(1)
            one.stopping.set()
        assert queue.empty()

    async def test_what_never_ends_is_cut_off(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(running, "DRAIN", timedelta(milliseconds=20))
        async with process() as one:
            one.until_stopped("stubborn", for_ever())
            one.stopping.set()
        [stubborn] = one._work
        assert stubborn.cancelled()

    async def test_while_it_stops_it_is_not_ready(self) -> None:
        async with process() as one:
            _, port = one._place
            await eventually(lambda: answers(port))
            one.stopping.set()
            async with httpx.AsyncClient() as http:
                ready = await http.get(f"http://{LOOPBACK}:{port}/readyz")
            assert ready.json()["failing"] == {"stopping": "told to stop"}

    async def test_what_must_come_first_is_given_up_when_told_to_stop(self) -> None:
        async with process() as one:
            assert await one.unless_stopping(asyncio.sleep(0))
            one.stopping.set()
            assert not await one.unless_stopping(for_ever())

    async def test_a_first_step_that_fails_is_told(self) -> None:
        async def fail() -> None:
            raise LookupError

        async with process() as one:
            with pytest.raises(LookupError):
                await one.unless_stopping(fail())
            one.stopping.set()


async def answers(port: int) -> bool:
    async with httpx.AsyncClient() as http:
        return (await http.get(f"http://{LOOPBACK}:{port}/readyz")).is_success


async def test_ctrl_c_stops_as_well() -> None:
    stopping = stop_on_signals()
    os.kill(os.getpid(), signal.SIGINT)
    await stopping.wait()
    running._forget_signals()
