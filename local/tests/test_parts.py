"""The system as tests use it: in parts, and in the hands of a test."""

import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import asyncpg
import psutil
import pytest

from common.testing.waiting import eventually
from local.errors import RunningAlready, Trouble
from local.keeper import Keeper
from local.services import WORKING
from local.system import System

BUS = ["nats"]
FEW = 1024
DATABASES = ["databases"]


@pytest.fixture
def few_files() -> Iterator[int]:
    """A shell that grants little, as many do."""
    granted = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, granted[1]))
    yield FEW
    resource.setrlimit(resource.RLIMIT_NOFILE, granted)


class TestParts:
    async def test_they_bring_what_they_need(self, tmp_path: Path) -> None:
        async with System(tmp_path, only=DATABASES) as system:
            assert set(system.supervisor.nodes) == {"postgres", "databases"}
            url = system.database_url("orders")
            connection = cast("Any", await asyncpg.connect(url))
            assert await connection.fetchval("SELECT current_user") == "orders"
            await connection.close()

    async def test_they_may_hold_thousands_of_connections(
        self, tmp_path: Path, few_files: int
    ) -> None:
        async with System(tmp_path, only=BUS) as system:
            nats = system.supervisor.nodes["nats"]
            assert isinstance(nats, Keeper)
            soft, _ = psutil.Process(nats.pid).rlimit(psutil.RLIMIT_NOFILE)
            assert soft > few_files

    async def test_a_folder_is_held_by_one(self, tmp_path: Path) -> None:
        async with System(tmp_path, only=BUS):
            with pytest.raises(RunningAlready):
                await System(tmp_path, only=BUS).start()
        async with System(tmp_path, only=BUS) as system:
            assert system.process("nats").state == "ready"

    async def test_processes_can_be_hurt(self, tmp_path: Path) -> None:
        async with System(tmp_path, only=BUS) as system:
            nats = system.process("nats")
            killed = nats.pid
            nats.kill()
            await eventually(lambda: nats.pid not in {None, killed})
            await system.until_ready("nats")
            nats.pause()
            process = psutil.Process(nats.pid)
            await eventually(lambda: process.status() == psutil.STATUS_STOPPED)
            nats.resume()
            await nats.stop()
            assert nats.pid is None
            await nats.start()
            await system.until_ready()
            assert system.nats_url.endswith(str(system.ports["nats"]))
            assert len(system.nats_password("orders")) >= 32

    async def test_what_is_not_there_is_no_process(self, tmp_path: Path) -> None:
        async with System(tmp_path, only=BUS) as system:
            with pytest.raises(KeyError):
                system.process("orders-serve")

    def test_without_an_event_loop(self, tmp_path: Path) -> None:
        with System(tmp_path, only=BUS) as system:
            nats = system.process("nats")
            system.run(nats.stop())
            assert nats.pid is None
            system.run(nats.start())
            system.wait_ready("nats")
            process = psutil.Process(nats.pid)
        assert not process.is_running()

    def test_a_failed_start_is_raised_there_as_well(self, tmp_path: Path) -> None:
        (tmp_path / "secrets.json").write_text("{")
        with pytest.raises(Trouble, match="damaged"):
            System(tmp_path, only=BUS).__enter__()

    def test_what_was_never_started_says_so(self, tmp_path: Path) -> None:
        system = System(tmp_path)
        for ask in (lambda: system.plan, lambda: system.supervisor):
            with pytest.raises(Trouble, match="has not been started"):
                ask()
        with pytest.raises(Trouble, match="await instead"):
            system.wait_ready()


class TestElsewhere:
    """Real servers that the environment names are used, and none started."""

    def test_a_bus_elsewhere(self, tmp_path: Path) -> None:
        system = System(tmp_path, environment={"NATS_URL": "nats://bus.test:4222"})
        parts, orders = planned(system)
        assert "nats" not in parts
        assert "postgres" in parts
        assert orders["NATS_URL"] == "nats://bus.test:4222"

    def test_databases_elsewhere(self, tmp_path: Path) -> None:
        urls = {
            f"{name}_DATABASE_URL": f"postgresql://{name}@db.test/{name}"
            for name in ("AUTH", "TICKETS", "ORDERS", "PAYMENTS")
        }
        parts, orders = planned(System(tmp_path, environment=urls))
        assert not {"postgres", "databases"} & parts
        assert orders["ORDERS_DATABASE_URL"] == "postgresql://ORDERS@db.test/ORDERS"
        assert "orders-migrate" in parts

    def test_a_real_provider(self, tmp_path: Path) -> None:
        parts, _ = planned(
            System(tmp_path, environment={"PAYMENTS_PROVIDER": "stripe"})
        )
        assert "test-provider" not in parts

    def test_its_keys_are_for_payments_alone(self, tmp_path: Path) -> None:
        keys = {"PAYMENTS_PROVIDER": "stripe", "STRIPE_SECRET_KEY": "sk_test_1"}
        system = System(tmp_path, environment=keys)
        system.folder.prepare()
        services = system.make_plan().services
        told = {name: services.environment_of(name) for name in WORKING}
        assert [name for name in WORKING if "STRIPE_SECRET_KEY" in told[name]] == [
            "payments"
        ]


def planned(system: System) -> tuple[set[str], dict[str, str]]:
    """Names of what would run, and what orders would be told."""
    system.folder.prepare()
    plan = system.make_plan()
    return {part.name for part in plan.parts()}, plan.services.environment_of("orders")
