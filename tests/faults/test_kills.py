"""kill -9 of everything, at any moment, while people buy: nothing is lost."""

import random
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import psutil
import pytest
from system_kit.books import check_books
from system_kit.load import Load, check_answers
from system_kit.stage import ACK_WAIT, SERVERS, SERVES, WORKS, Stage

from common.testing.waiting import eventually

#: How often each process is killed; a night has time for more.
ROUNDS = 1
#: Most answers that people get between one mischief and the next.
BETWEEN = 40
#: Everything is back, and ready, within this many seconds.
BACK = 30.0
#: What stood still for so long has lost its claim on what it had in hand.
PAUSE = 1.5 * ACK_WAIT
#: Those that hear of every order.
LISTENING = [name for name in WORKS if name != "auth-work"]

Mischief = Callable[[Stage], Awaitable[None]]


@pytest.mark.timeout(300)
async def test_nothing_is_lost_whatever_is_killed_or_stands_still(
    hurried: Stage, load: Load, seed: int
) -> None:
    chance = random.Random(seed)
    plan = mischiefs() * ROUNDS
    chance.shuffle(plan)
    async with load.running():
        for mischief in plan:
            await answers(load, more=chance.randint(1, BETWEEN))
            await mischief(hurried)
        await hurried.ready(limit=BACK)
        await answers(load, more=BETWEEN)
    await check_books(hurried.system)
    await check_answers(load, hurried)


def mischiefs() -> list[Mischief]:
    kills = [partial(kill, name=name) for name in (*SERVES, *WORKS, *SERVERS)]
    return [*kills, kill_the_parent, stand_still]


async def answers(load: Load, more: int) -> None:
    """Wait until so many more answers have come."""
    goal = load.ledger.answered + more
    await eventually(lambda: load.ledger.answered >= goal, limit=BACK)


async def kill(stage: Stage, name: str) -> None:
    """Kill a process that was ready, and go on as soon as it is dead."""
    keeper = stage.keeper(name)
    await stage.system.until_ready(name, limit=BACK)
    before = keeper.restarts
    stage.note(name, "killed")
    keeper.kill()
    await eventually(lambda: keeper.restarts > before)


async def kill_the_parent(stage: Stage) -> None:
    """Every service is a fork of one process, and dies with it."""
    [zygote] = [
        child
        for child in psutil.Process().children()
        if "local.zygote" in child.cmdline()
    ]
    stage.note("zygote", "killed")
    zygote.kill()
    await eventually(lambda: not zygote.is_running())


async def stand_still(stage: Stage, names: Sequence[str] = LISTENING) -> None:
    """What they had in hand is given to them again, and their late work is nothing."""
    await stage.system.until_ready(*names, limit=BACK)
    for name in names:
        stage.note(name, "paused")
        stage.keeper(name).pause()
    paused = stage.now
    await eventually(lambda: stage.now > paused + PAUSE)
    for name in names:
        stage.note(name, "resumed")
        stage.keeper(name).resume()
