"""`ticketing dead-letters`: the services' own commands, told where everything is."""

import subprocess
from collections.abc import Sequence

from rich.console import Console

from local.launcher import module
from local.services import SERVING
from local.system import System

LETTERS = ("tickets", "orders", "payments")
LIST = "list"


def forward(console: Console, system: System, arguments: Sequence[str]) -> int:
    """Run `python -m <service> dead-letters …`; the exit code.

    Without a service: `list` asks all of them, `show` and `replay` find the one that
    holds the message.
    """
    if arguments and arguments[0] in SERVING:
        return _run(system, arguments[0], arguments[1:])
    if not arguments or arguments[0] == LIST:
        return max(_listed(console, system, name) for name in LETTERS)
    return _run(system, _owner(system, arguments), arguments)


def _listed(console: Console, system: System, service: str) -> int:
    console.print(service, style="bold")
    return _run(system, service, [LIST])


def _owner(system: System, arguments: Sequence[str]) -> str:
    """Find the service that holds the message; the last one if none does."""
    for service in LETTERS[:-1]:
        if _run(system, service, ["show", *arguments[1:2]], quiet=True) == 0:
            return service
    return LETTERS[-1]


def _run(
    system: System, service: str, arguments: Sequence[str], *, quiet: bool = False
) -> int:
    output = subprocess.DEVNULL if quiet else None
    done = subprocess.run(  # noqa: S603  # our own module
        module(service, "dead-letters", *arguments),
        env=system.plan.services.environment_of(service),
        stdout=output,
        stderr=output,
        check=False,
    )
    return done.returncode
