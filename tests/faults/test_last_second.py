"""As in `test_payment_races`, for as long as a night has time."""

import random

import pytest
from system_kit.books import check_books
from system_kit.moments import by_groups, pay_in_the_last_second
from system_kit.stage import ORDERS, Stage

ROUNDS = 200


@pytest.mark.timeout(600)
async def test_two_hundred_last_seconds(stage: Stage, seed: int) -> None:
    chance = random.Random(seed)
    offered = await (await stage.member()).offer(quantity=ROUNDS)
    async with stage.told(*ORDERS, ORDERS_HOLD_SECONDS="1"):
        await by_groups(
            *(pay_in_the_last_second(stage, offered, chance) for _ in range(ROUNDS))
        )
    await check_books(stage.system)
