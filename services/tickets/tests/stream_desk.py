"""A browser's end of a stream: events as they come, over a real connection."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import httpx

ASKED = {"Accept": "text/event-stream"}
#: People see what changed within 2 s; a busy machine may take a little more.
SOON = 5.0


class Said(NamedTuple):
    """One event of a stream; `kind` is empty for a comment or a `retry`."""

    kind: str
    data: Mapping[str, Any]
    key: str
    text: str


@dataclass
class Watching:
    answer: httpx.Response
    blocks: AsyncIterator[str]

    async def next(self) -> Said:
        async with asyncio.timeout(SOON):
            return _read(await anext(self.blocks))

    async def hear(self, kind: str) -> Mapping[str, Any]:
        """The data of the next event, which is of this kind; comments are none."""
        said = await self.next()
        while said.text.startswith(":"):
            said = await self.next()
        assert said.kind == kind, said.text
        return said.data

    async def over(self) -> bool:
        async with asyncio.timeout(SOON):
            return [block async for block in self.blocks] == []


@asynccontextmanager
async def watching(
    url: str, headers: Mapping[str, str] | None = None
) -> AsyncGenerator[Watching]:
    """An open stream; its `retry` and first snapshot are still to be heard."""
    async with (
        httpx.AsyncClient(timeout=SOON) as browser,
        browser.stream("GET", url, headers={**ASKED, **(headers or {})}) as answer,
    ):
        yield Watching(answer, _blocks(answer))


async def _blocks(answer: httpx.Response) -> AsyncIterator[str]:
    lines: list[str] = []
    async for line in answer.aiter_lines():
        if line:
            lines.append(line)
        else:
            yield "\n".join(lines)
            lines.clear()


def _read(block: str) -> Said:
    fields = dict(line.split(": ", 1) for line in block.splitlines())
    data = json.loads(fields.get("data", "{}"))
    return Said(fields.get("event", ""), data, fields.get("id", ""), block)
