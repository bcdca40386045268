"""As in `tests/contracts/test_money`, as long as Hypothesis needs for 20,000 steps."""

import sys

import pytest
from money_kit.machine import lead

STEPS = 20_000
EXAMPLES = 100


@pytest.mark.timeout(600)
def test_twenty_thousand_steps_end_in_tickets_paid_and_payments_owed(
    seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    made, runs = 0, 0
    try:
        while made < STEPS:
            made += lead(EXAMPLES, seed + runs)
            runs += 1
    finally:
        with capsys.disabled():
            sys.stdout.write(
                f"\nmoney: {made} steps by Hypothesis, seeds {seed}-{seed + runs}\n"
            )
