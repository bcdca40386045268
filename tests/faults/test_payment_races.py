"""Payments at the same moment, and at the last: one capture, or none and no order."""

import random

from system_kit.books import check_books
from system_kit.moments import by_groups, pay_from_two_devices, pay_in_the_last_second
from system_kit.stage import ORDERS, Stage

ROUNDS = 100
#: `make faults` has time for ten times as many: see `test_last_second`.
LAST_SECONDS = 20


async def test_two_devices_pay_once(stage: Stage) -> None:
    offered = await (await stage.member()).offer(quantity=ROUNDS)
    await by_groups(*(pay_from_two_devices(stage, offered) for _ in range(ROUNDS)))
    await check_books(stage.system)


async def test_a_payment_in_the_last_second_ends_in_one_of_two_ways(
    stage: Stage,
) -> None:
    chance = random.Random(7)
    offered = await (await stage.member()).offer(quantity=LAST_SECONDS)
    async with stage.told(*ORDERS, ORDERS_HOLD_SECONDS="1"):
        await by_groups(
            *(
                pay_in_the_last_second(stage, offered, chance)
                for _ in range(LAST_SECONDS)
            )
        )
    await check_books(stage.system)
