"""The web client is built when its sources have changed, by the Node of its wheel."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from common.embedded.processes import free_ports
from local.client import Client
from local.errors import Trouble
from local.launcher import Launcher
from local.logs import Logs
from local.probes import get
from local.supervisor import Supervisor

#: Stands for Next.js: "builds" a server that says how often it was built.
BUILD = """
const fs = require('node:fs');
fs.mkdirSync('.next/standalone', { recursive: true });
fs.appendFileSync('.next/builds', '.');
const builds = fs.readFileSync('.next/builds').length;
fs.writeFileSync('.next/standalone/server.js', `
  const answer = [${builds}, process.env.API_INTERNAL_URL, process.version].join(' ');
  require('node:http').createServer((_, response) => response.end(answer))
    .listen(process.env.PORT, process.env.HOSTNAME);
`);
"""

FAILS_ONCE = """
import { existsSync, writeFileSync } from 'node:fs';
if (!existsSync('.next/failed')) {
  writeFileSync('.next/failed', '');
  throw new Error('no pages');
}
"""


class Project:
    """A client whose build is quick."""

    def __init__(self, folder: Path, launcher: Launcher) -> None:
        self.folder = folder
        self.client = Client(folder, launcher, {"PATH": os.defpath})
        self.write("package.json", '{"name": "client", "version": "1.0.0"}')
        self.write("package-lock.json", '{"name": "client", "lockfileVersion": 3}')
        self.write("node_modules/next/dist/bin/next", BUILD)
        self.write("node_modules/.package-lock.json", "{}")
        self.write("scripts/standalone.mjs", "")
        self.write("app/page.tsx", "first")

    def write(self, name: str, content: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    async def build(self) -> list[str]:
        """What was said meanwhile."""
        said: list[str] = []
        await self.client.build_step().run(said.append)
        return said


@pytest_asyncio.fixture
async def project(tmp_path: Path) -> AsyncIterator[Project]:
    launcher = Launcher(Logs(tmp_path))
    yield Project(tmp_path / "client", launcher)
    await launcher.close()


class TestBuild:
    async def test_it_is_built_once(self, project: Project) -> None:
        assert await project.build() == ["building pages, which takes half a minute"]
        assert await project.build() == []

    async def test_two_starts_at_once_build_it_once(self, project: Project) -> None:
        first, second = await asyncio.gather(project.build(), project.build())
        assert first == ["building pages, which takes half a minute"]
        assert second == ["another start builds it"]
        assert (project.folder / ".next" / "builds").read_text() == "."

    async def test_where_the_first_fails_the_second_tries(
        self, project: Project
    ) -> None:
        """The kernel lets go of the lock, so a start never waits for one that died."""
        project.write("scripts/standalone.mjs", FAILS_ONCE)
        first, second = await asyncio.gather(
            project.build(), project.build(), return_exceptions=True
        )
        assert isinstance(first, Trouble)
        assert second == [
            "another start builds it",
            "building pages, which takes half a minute",
        ]

    @pytest.mark.parametrize("source", ["app/page.tsx", "app/new.tsx", "package.json"])
    async def test_a_changed_source_builds_it_again(
        self, project: Project, source: str
    ) -> None:
        await project.build()
        project.write(source, '{"name": "client", "version": "1.0.1"}')
        assert len(await project.build()) == 1

    @pytest.mark.parametrize("made", [".next/trace", "node_modules/new", "tests/a.ts"])
    async def test_what_is_no_source_does_not(
        self, project: Project, made: str
    ) -> None:
        await project.build()
        project.write(made, "new")
        assert await project.build() == []

    async def test_a_changed_lock_installs_first(self, project: Project) -> None:
        installed = project.folder / "node_modules" / ".package-lock.json"
        os.utime(installed, (0, 0))
        said: list[str] = []
        with pytest.raises(Trouble, match="TICKETING_CLIENT=off starts without"):
            # npm makes the folder what the lock says: empty, and so without Next.js.
            await project.client.build_step().run(said.append)
        assert said[0] == "installing packages, which takes a minute"
        assert not (project.folder / "node_modules" / "next").exists()

    async def test_a_failed_build_is_tried_again(self, project: Project) -> None:
        project.write("scripts/standalone.mjs", "throw new Error('no pages')")
        for _ in range(2):
            with pytest.raises(Trouble, match="client-build ended with exit code 1"):
                await project.build()


class TestServe:
    async def test_the_real_node_serves_it(
        self, project: Project, tmp_path: Path
    ) -> None:
        [port] = free_ports(1)
        program = project.client.program(port, "http://gateway.test")
        parts = [project.client.build_step(), program]
        launcher = Launcher(Logs(tmp_path))
        supervisor = Supervisor(parts, launcher, lambda _node: None)
        await supervisor.start()
        try:
            status, body = await get("127.0.0.1", port, "/")
        finally:
            await supervisor.stop()
        assert status == 200
        assert b"1 http://gateway.test v24." in body
