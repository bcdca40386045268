"""As in `tests/contracts/test_money`, as long as Hypothesis needs for 20,000 steps."""

from collections.abc import Callable

import pytest
from money_kit.machine import lead

STEPS = 20_000
EXAMPLES = 100


@pytest.mark.timeout(600)
def test_twenty_thousand_steps_end_in_tickets_paid_and_payments_owed(
    seed: int, tell: Callable[[str], None]
) -> None:
    made, runs = 0, 0
    try:
        while made < STEPS:
            made += lead(EXAMPLES, seed + runs)
            runs += 1
    finally:
        tell(f"money: {made} steps by Hypothesis, seeds {seed}-{seed + runs}")
