"""The whole system as a list of what runs, and the ports and passwords it needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from common.topology import ADMIN, DATABASES
from common.topology import SERVICES as NATS_USERS
from local.client import Client, project_folder
from local.folder import DataFolder
from local.gateway import Gateway, Upstream, gateway_program
from local.gateway.table import CLIENT, TEST_PROVIDER
from local.launcher import Launcher
from local.programs import Program, Step
from local.servers import databases_step, nats_program, postgres_program
from local.services import SERVING, WORKING, Services, serve_names, without_keys
from local.settings import LocalSettings

GATEWAY = "gateway"
PASSWORDS = ("postgres", *DATABASES, *(f"nats-{user}" for user in (ADMIN, *NATS_USERS)))


def port_names(settings: LocalSettings) -> list[str]:
    """Name every inner port; ports stay with their names over restarts."""
    names = ["postgres", "nats", "nats-monitor", TEST_PROVIDER, CLIENT]
    names += [f"{service}-work" for service in WORKING]
    for service in SERVING:
        for name in serve_names(service, settings.replicas(service)):
            names += [name, f"{name}-ops"]
    return names


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What runs for these settings in this folder."""

    settings: LocalSettings
    folder: DataFolder
    launcher: Launcher
    ports: Mapping[str, int]
    passwords: Mapping[str, str]
    environment: Mapping[str, str]

    @cached_property
    def services(self) -> Services:
        return Services(
            settings=self.settings,
            folder=self.folder,
            launcher=self.launcher,
            ports=self.ports,
            passwords=self.passwords,
            environment=self.environment,
        )

    @cached_property
    def client(self) -> Client | None:
        if self.settings.client == "off":
            return None
        client = Client(project_folder(), self.launcher, without_keys(self.environment))
        return client if client.exists else None

    def parts(self, only: Iterable[str] | None = None) -> list[Program | Step]:
        """Give everything, or the named parts with all they need."""
        parts = {part.name: part for part in self._all()}
        wanted = {*parts, GATEWAY} if only is None else _with_needs(parts, only)
        within = [_within(parts[name], wanted) for name in parts if name in wanted]
        return [*within, self._gateway(wanted)] if GATEWAY in wanted else within

    def _all(self) -> Iterator[Program | Step]:
        yield from self._servers()
        yield from self.services.parts()
        if self.client is not None:
            yield self.client.build_step()
            yield self.client.program(self.ports[CLIENT], self._api)

    def _servers(self) -> Iterator[Program | Step]:
        """Ours, unless the environment points to others."""
        here = [f"{name.upper()}_DATABASE_URL" for name in DATABASES]
        if any(name not in self.environment for name in here):
            password = self.passwords["postgres"]
            yield postgres_program(self.folder, self.ports["postgres"], password)
            yield databases_step(self.folder, self.ports["postgres"], self.passwords)
        if "NATS_URL" not in self.environment:
            users = {u: self.passwords[f"nats-{u}"] for u in (ADMIN, *NATS_USERS)}
            yield nats_program(self.folder, self.ports, users)

    @property
    def _api(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    def _gateway(self, running: Iterable[str]) -> Program:
        """Put in front what runs; its `/readyz` then means all of that."""
        upstreams = {
            cluster: [process for name, process in processes if name in running]
            for cluster, processes in self._processes()
        }
        gateway = Gateway(
            port=self.settings.port,
            host=self.settings.host,
            origin=self.settings.origin,
            upstreams={name: each for name, each in upstreams.items() if each},
            limits=self.settings.limits == "on",
            trusted_proxies=self.settings.trusted_proxies,
        )
        return gateway_program(
            gateway,
            self.folder.gateway,
            uses=frozenset(running) - {GATEWAY},
            environment=without_keys(self.environment),
        )

    def _processes(self) -> Iterator[tuple[str, list[tuple[str, Upstream]]]]:
        """By cluster; those of `work` get no requests, but belong to what is ready."""
        for service in SERVING:
            names = serve_names(service, self.settings.replicas(service))
            yield service, [(name, self._serving(name)) for name in names]
        for service in WORKING:
            name = f"{service}-work"
            yield name, [(name, Upstream(self.ports[name]))]
        provider = Upstream(self.ports[TEST_PROVIDER], path="/livez")
        yield TEST_PROVIDER, [(TEST_PROVIDER, provider)]
        yield CLIENT, [(CLIENT, Upstream(self.ports[CLIENT], path=""))]

    def _serving(self, name: str) -> Upstream:
        return Upstream(self.ports[name], self.ports[f"{name}-ops"], http2=True)


def _with_needs(
    parts: Mapping[str, Program | Step], names: Iterable[str]
) -> frozenset[str]:
    wanted: set[str] = set()
    queue = list(names)
    while queue:
        name = queue.pop()
        if name not in wanted:
            wanted.add(name)
            queue += parts[name].needs if name in parts else ()
    return frozenset(wanted)


def _within(part: Program | Step, wanted: Iterable[str]) -> Program | Step:
    """Forget needs that are met elsewhere."""
    return replace(part, needs=part.needs & frozenset(wanted))
