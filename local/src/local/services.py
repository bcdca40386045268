"""The services as programs: `serve` with its replicas, `work`, and what precedes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from common.embedded.processes import LOOPBACK
from common.topology import DATABASES, SERVICES
from local.commands import run_to_end
from local.errors import Trouble
from local.folder import DataFolder
from local.launcher import Launcher, module
from local.markers import Mark, fingerprint
from local.probes import over_http
from local.programs import Program, Say, Step
from local.settings import LocalSettings

#: Those that answer the public; the others have `work` alone.
SERVING = DATABASES
WORKING = SERVICES
#: An account's keys, which payments alone may know.
STRIPE = "STRIPE_"
STREAM_SETTINGS = ("NATS_REPLICAS", "NATS_STREAM_BYTES")


def without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """What everybody may know."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(STRIPE)
    }


def serve_names(service: str, replicas: int) -> list[str]:
    """Name the `serve` processes of a service: the first has no number."""
    return [
        f"{service}-serve" if number == 1 else f"{service}-serve-{number}"
        for number in range(1, replicas + 1)
    ]


@dataclass(frozen=True, kw_only=True)
class Services:
    """Builds the programs and steps of the services."""

    settings: LocalSettings
    folder: DataFolder
    launcher: Launcher
    ports: Mapping[str, int]
    passwords: Mapping[str, str]
    #: What every process gets; settings of the services pass through here.
    environment: Mapping[str, str]

    def environment_of(self, service: str) -> dict[str, str]:
        """Give a service what it may know: its own passwords, nobody else's."""
        return {**self._shared(), **self._own(service), **self._elsewhere(service)}

    def parts(self) -> Iterator[Program | Step]:
        yield self._provision()
        for service in DATABASES:
            yield self._migrate(service)
        for service in SERVING:
            yield from self._serves(service)
        for service in WORKING:
            yield self._work(service)
        if self.settings.payments_provider == "test":
            yield self._test_provider()

    def _shared(self) -> dict[str, str]:
        return {
            **without_keys(self.environment),
            "HOST": LOOPBACK,
            "NATS_URL": f"nats://{LOOPBACK}:{self.ports['nats']}",
            "AUTH_URL": f"http://{LOOPBACK}:{self.ports['auth-serve']}",
            "PUBLIC_URL": self.settings.origin,
        }

    def _own(self, service: str) -> dict[str, str]:
        name = service.upper()
        own = {f"{name}_NATS_PASSWORD": self.passwords[f"nats-{service}"]}
        if service in DATABASES:
            own[f"{name}_DATABASE_URL"] = self.database_url(service)
        if service == "payments":
            own |= {k: v for k, v in self.environment.items() if k.startswith(STRIPE)}
            own |= {
                "PAYMENTS_PROVIDER": self.settings.payments_provider,
                "TEST_PROVIDER_URL": f"http://{LOOPBACK}:{self.ports['test-provider']}",
                "TEST_PROVIDER_PUBLIC_URL": self.settings.origin,
                "TEST_PROVIDER_LEDGER": str(self.folder.ledger),
            }
        return own

    def database_url(self, service: str) -> str:
        password = self.passwords[service]
        port = self.ports["postgres"]
        return f"postgresql://{service}:{password}@{LOOPBACK}:{port}/{service}"

    def _elsewhere(self, service: str) -> dict[str, str]:
        """Real servers that the environment points to win over ours."""
        name = service.upper()
        wanted = (f"{name}_DATABASE_URL", f"{name}_NATS_PASSWORD", "NATS_URL")
        return {key: self.environment[key] for key in wanted if key in self.environment}

    def _serves(self, service: str) -> Iterator[Program]:
        for name in serve_names(service, self.settings.replicas(service)):
            ports = {"port": self.ports[name], "ops": self.ports[f"{name}-ops"]}
            yield Program(
                name=name,
                command=module(service, "serve"),
                environment=self.environment_of(service)
                | {"PORT": str(ports["port"]), "OPS_PORT": str(ports["ops"])},
                ports=ports,
                needs=frozenset({"nats", "provision", f"{service}-migrate"}),
                ready=over_http(ports["ops"]),
            )

    def _work(self, service: str) -> Program:
        name = f"{service}-work"
        ops = self.ports[name]
        migrated = {f"{service}-migrate"} if service in DATABASES else set[str]()
        return Program(
            name=name,
            command=module(service, "work"),
            environment=self.environment_of(service) | {"OPS_PORT": str(ops)},
            ports={"ops": ops},
            needs=frozenset({"nats", "provision", *migrated}),
            ready=over_http(ops),
        )

    def _test_provider(self) -> Program:
        port = self.ports["test-provider"]
        return Program(
            name="test-provider",
            command=module("payments", "test-provider"),
            environment=self.environment_of("payments") | {"PORT": str(port)},
            ports={"port": port},
            ready=over_http(port, "/livez"),
        )

    def _migrate(self, service: str) -> Step:
        name = f"{service}-migrate"
        file = self.folder.postgres / f"{service}.migrated"
        here = f"{service.upper()}_DATABASE_URL" not in self.environment

        async def run(_say: Say) -> None:
            mark = Mark(file, migrations_of(service))
            if here and mark.stands:
                return
            environment = self.environment_of(service)
            await run_to_end(
                name, module(service, "migrate"), environment, self.launcher
            )
            if here:
                mark.set()

        needs = frozenset({"databases"}) if here else frozenset[str]()
        return Step(name=name, run=run, needs=needs)

    def _provision(self) -> Step:
        file = self.folder.nats / "provisioned"
        environment = {
            **self._shared(),
            "ADMIN_NATS_PASSWORD": self.passwords["nats-admin"],
            **self._elsewhere("admin"),
        }

        async def run(_say: Say) -> None:
            mark = Mark(file, topology(environment))
            if "NATS_URL" not in self.environment and mark.stands:
                return
            command = module("common", "provision")
            await run_to_end("provision", command, environment, self.launcher)
            mark.set()

        return Step(name="provision", run=run, needs=frozenset({"nats"}))


def migrations_of(service: str) -> str:
    """Digest what a database is made from, so that only a change migrates again."""
    root = source(service).parents[2]
    return fingerprint([*root.glob("migrations/**/*.py"), source("common.migrations")])


def topology(environment: Mapping[str, str]) -> str:
    """Digest what streams and consumers are made from."""
    modules = ("topology", "provision", "messages")
    files = [source(f"common.{name}") for name in modules]
    settings = [environment.get(name, "") for name in STREAM_SETTINGS]
    return " ".join([fingerprint(files), *settings]).strip()


def source(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise Trouble(f"The package {name} is not installed; run `make up` again.")
    return Path(spec.origin)
