"""`ticketing dead-letters`: which service is asked, where none is named."""

from collections.abc import Sequence

from rich.console import Console

from common.topology import DATABASES, HEARS
from local.forwarding import forward
from local.services import SERVING
from local.system import System

#: Where dead letters are kept: with those that hear something, in their databases.
LETTERS = tuple(service for service in DATABASES if HEARS[service])
LIST = "list"


def ask(console: Console, system: System, arguments: Sequence[str]) -> int:
    """Run `python -m <service> dead-letters …`; the exit code.

    Without a service: `list` asks all of them, `show` and `replay` find the one that
    holds the message.
    """
    if arguments and arguments[0] in SERVING:
        return _ask(system, arguments[0], arguments[1:])
    if not arguments or arguments[0] == LIST:
        return max(_listed(console, system, name) for name in LETTERS)
    return _ask(system, _owner(system, arguments), arguments)


def _listed(console: Console, system: System, service: str) -> int:
    console.print(service, style="bold")
    return _ask(system, service, [LIST])


def _owner(system: System, arguments: Sequence[str]) -> str:
    """Find the service that holds the message; the last one if none does."""
    for service in LETTERS[:-1]:
        if _ask(system, service, ["show", *arguments[1:2]], quiet=True) == 0:
            return service
    return LETTERS[-1]


def _ask(
    system: System, service: str, arguments: Sequence[str], *, quiet: bool = False
) -> int:
    return forward(system, service, "dead-letters", *arguments, quiet=quiet)
