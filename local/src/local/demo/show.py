"""`ticketing demo` on the screen."""

import asyncio

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from local.demo.fill import STEPS, Counts, Demo, speaking_to
from local.demo.people import FANS, PASSWORD, PROMOTER


def fill(console: Console, url: str, address: str) -> None:
    """Fill the system at a URL; `address` is where people find it."""
    counts = asyncio.run(run(console, url))
    console.print(summary(counts))
    console.print(
        f"Sign in at [bold]{address}[/] as {PROMOTER.email} (sells) or "
        f"{FANS[0].email} (buys), password {PASSWORD}.",
        soft_wrap=True,
    )


async def run(console: Console, url: str) -> Counts:
    columns = TextColumn("Filling in the tour"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=STEPS)
        async with speaking_to(url) as http:
            counts = await Demo(http, lambda: bar.advance(task)).run()
        bar.update(task, completed=STEPS)
    return counts


def summary(counts: Counts) -> str:
    if counts.nothing:
        return "The demo is there already: nothing was added."
    orders = ", ".join(f"{n} {state}" for state, n in sorted(counts.orders.items()))
    made = f"{counts.events} events, {counts.tickets} tickets, {counts.people} people"
    return f"Added {made}; orders: {orders or 'none'}."
