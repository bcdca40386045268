"""The whole system as people run it: started, broken, mended, stopped, started."""

import json
import signal
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import psutil
import pytest
import pytest_asyncio
from local_kit import Run

from common.testing.waiting import eventually
from local import status
from local.system import System

PROCESSES = {
    *("postgres", "nats", "test-provider", "gateway"),
    *("auth-serve", "tickets-serve", "orders-serve", "orders-serve-2"),
    *("payments-serve", "auth-work", "tickets-work", "orders-work"),
    *("payments-work", "expiration-work"),
}
SOMEBODY = "somebody@example.com"


@pytest_asyncio.fixture(scope="module")
async def started(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Run]:
    run = Run(tmp_path_factory.mktemp("up"), TICKETING_ORDERS_REPLICAS="2")
    run.start()
    try:
        await run.ready()
        yield run
    finally:
        run.process.kill()
        run.process.wait()


@pytest_asyncio.fixture
async def run(started: Run) -> Run:
    """The running system, started again if a test has ended it."""
    if started.ended:
        started.start()
        await started.ready()
    # What the test before has hurt may still be coming back.
    await eventually(started.at_rest)
    return started


async def answers(run: Run, path: str, status: int = 200) -> bool:
    async with httpx.AsyncClient(base_url=run.url, trust_env=False) as client:
        return (await client.get(path)).status_code == status


async def sign_up(run: Run, email: str) -> httpx.Response:
    return await enter(run, "signup", email)


async def enter(run: Run, how: str, email: str) -> httpx.Response:
    body = {"email": email, "password": "correct horse"}
    async with httpx.AsyncClient(
        base_url=run.url, trust_env=False, timeout=30
    ) as client:
        return await client.post(f"/api/users/{how}", json=body)


async def all_gone(processes: list[psutil.Process]) -> bool:
    alive = [each for each in processes if each.is_running()]
    return all(each.status() == psutil.STATUS_ZOMBIE for each in alive)


def one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text


class TestUp:
    async def test_it_serves_and_says_where(self, run: Run) -> None:
        assert f"Ticketing is ready at http://localhost:{run.port}" in run.output
        assert await answers(run, "/readyz")
        assert await answers(run, "/api/events")
        assert await answers(run, "/", 404)

    async def test_every_process_stands_in_the_table(self, run: Run) -> None:
        assert all(name in run.output for name in PROCESSES)
        assert set(run.pids()) == PROCESSES

    async def test_only_this_machine_reaches_it(self, run: Run) -> None:
        listening = [
            connection.laddr.ip
            for process in run.processes()
            for connection in process.net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert len(listening) >= len(PROCESSES)
        assert set(listening) == {"127.0.0.1"}

    async def test_a_service_knows_no_password_but_its_own(self, run: Run) -> None:
        secrets = json.loads((run.data / "secrets.json").read_text())
        system = System(run.data)
        system.attach()
        environment = system.plan.services.environment_of("orders")
        known = {
            name
            for name, secret in secrets.items()
            if any(secret in value for value in environment.values())
        }
        assert known == {"orders", "nats-orders"}

    async def test_secrets_are_for_our_eyes_only(self, run: Run) -> None:
        for name in ("secrets.json", "nats/nats-server.json"):
            assert stat.S_IMODE((run.data / name).stat().st_mode) == 0o600
        assert stat.S_IMODE(run.data.stat().st_mode) == 0o700

    async def test_a_second_one_is_refused(self, run: Run) -> None:
        second = run.command("up")
        assert second.code == 1
        assert "is running already" in second.errors
        assert one_sentence(second.errors)

    async def test_a_taken_port_is_named(self, run: Run, tmp_path: Path) -> None:
        other = run.command("up", TICKETING_DATA=str(tmp_path / "other"))
        assert other.code == 1
        assert f"Port {run.port} is in use" in other.errors
        assert one_sentence(other.errors)


class TestStatus:
    async def test_it_shows_every_process(self, run: Run) -> None:
        await eventually(lambda: run.not_ready() == [])
        status = run.command("status", "--json")
        assert status.code == 0
        told = json.loads(status.output)
        assert told["ready"]
        assert told["not_ready"] == []
        by_name = {each["name"]: each for each in told["processes"]}
        assert by_name["orders-serve"]["state"] == "ready"
        assert by_name["orders-serve"]["pid"] == run.pids()["orders-serve"]
        assert set(by_name["orders-serve"]["ports"]) == {"port", "ops"}
        await eventually(lambda: "Ready at" in run.command("status").output)

    async def test_it_names_what_is_not_ready(self, run: Run) -> None:
        tickets = psutil.Process(run.pids()["tickets-work"])
        tickets.suspend()
        try:
            await eventually(lambda: "tickets-work" in run.not_ready())
            told = json.loads(run.command("status", "--json").output)
            assert "tickets-work" in told["not_ready"]
            assert not told["ready"]
            shown = run.command("status")
            assert shown.code == 1
            assert "Not ready: tickets-work" in shown.output
            await eventually(lambda: answers(run, "/readyz", 503))
        finally:
            tickets.resume()
        await eventually(lambda: run.not_ready() == [])
        await eventually(lambda: answers(run, "/readyz"))

    async def test_dead_letters_are_asked_for_everywhere(self, run: Run) -> None:
        listed = run.command("dead-letters", "list")
        assert listed.code == 0
        assert listed.output.count("Nothing is set aside.") == 3

    async def test_money_is_asked_for_where_it_is_kept(self, run: Run) -> None:
        compared = run.command("reconcile", "--day", "2026-01-01")
        assert compared.code == 0
        assert compared.output == "2026-01-01: 0 payments compared, 0 differences.\n"
        unknown = run.command("ledger", str(UUID(int=1)))
        assert unknown.code == 1
        assert unknown.errors == f"ledger: no money of order {UUID(int=1)} has moved\n"


class TestDemo:
    async def test_it_fills_in_a_tour_once(self, run: Run) -> None:
        first, second = run.command("demo"), run.command("demo")
        assert (first.code, second.code) == (0, 0)
        assert "Added 12 events, 60 tickets, 50 people" in first.output
        assert "nothing was added" in second.output
        async with httpx.AsyncClient(base_url=run.url, trust_env=False) as client:
            page = await client.get("/api/events", params={"limit": 100})
            cities = {event["venue"]["city"] for event in page.json()["items"]}
            tickets = await client.get("/api/tickets", params={"limit": 100})
            quantities = [ticket["quantity"] for ticket in tickets.json()["items"]]
        assert len(cities) == 12
        assert 20_000 in quantities


class TestCrash:
    @pytest.mark.parametrize("name", ["orders-serve", "nats", "postgres", "gateway"])
    async def test_a_killed_process_comes_back(self, run: Run, name: str) -> None:
        killed = run.pids()[name]
        psutil.Process(killed).kill()
        await eventually(lambda: run.pids().get(name, killed) != killed)
        await eventually(run.at_rest, limit=60)
        assert (await sign_up(run, f"{name}@example.com")).status_code == 201
        processes = status.read(run.data).processes
        assert {each.name: each.restarts for each in processes}[name] >= 1


class TestStop:
    async def test_nothing_is_left_but_the_data(self, run: Run) -> None:
        made = await sign_up(run, SOMEBODY)
        assert made.status_code == 201
        ports, processes = run.data / "ports.json", run.processes()
        kept = ports.read_text()
        assert await run.end(signal.SIGINT) == 0
        assert await all_gone(processes)
        assert "nothing is left running" in run.output
        run.start()
        await run.ready()
        assert ports.read_text() == kept
        found = await enter(run, "signin", SOMEBODY)
        assert found.status_code == 200
        assert found.json()["id"] == made.json()["id"]
        processes = run.processes()
        await run.end(signal.SIGKILL)
        await eventually(lambda: all_gone(processes))

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    async def test_a_start_can_be_broken_off(
        self, tmp_path: Path, number: signal.Signals
    ) -> None:
        run = Run(tmp_path)
        run.start()
        try:
            await eventually(lambda: "nats" in run.pids())
            processes = run.processes()
            assert await run.end(number) == 0
            assert await all_gone(processes)
        finally:
            run.process.kill()
            run.process.wait()


class TestTrouble:
    """Each ends in one sentence, before anything is started."""

    @pytest.fixture
    def fresh(self, tmp_path: Path) -> Run:
        return Run(tmp_path)

    def test_a_damaged_folder(self, fresh: Run) -> None:
        fresh.data.mkdir()
        (fresh.data / "secrets.json").write_text("{")
        refused = fresh.command("up")
        assert refused.code == 1
        assert "is damaged: secrets.json cannot be read" in refused.errors
        assert one_sentence(refused.errors)

    @pytest.mark.parametrize(
        ("files", "sentence"),
        [
            ({}, "holds no database cluster"),
            ({"PG_VERSION": "17\n"}, "its databases are of PostgreSQL 17"),
        ],
    )
    def test_a_damaged_cluster(
        self, fresh: Run, files: dict[str, str], sentence: str
    ) -> None:
        (fresh.data / "postgres" / "data").mkdir(parents=True)
        (fresh.data / "secrets.json").write_text('{"postgres": "secret"}')
        for name, content in files.items():
            (fresh.data / "postgres" / "data" / name).write_text(content)
        refused = fresh.command("up")
        assert refused.code == 1
        assert sentence in refused.errors
        assert one_sentence(refused.errors)

    def test_a_file_where_the_folder_should_be(self, fresh: Run) -> None:
        fresh.data.touch()
        refused = fresh.command("up")
        assert refused.code == 1
        assert one_sentence(refused.errors)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("TICKETING_PORT", "http"),
            ("TICKETING_PORT", "70000"),
            ("TICKETING_CLIENT", "perhaps"),
            ("TICKETING_HOST", "nowhere"),
            ("TICKETING_ORDERS_REPLICAS", "0"),
        ],
    )
    def test_a_wrong_setting(self, fresh: Run, name: str, value: str) -> None:
        refused = fresh.command("up", **{name: value})
        assert refused.code == 1
        assert name in refused.errors
        assert one_sentence(refused.errors)

    def test_the_test_provider_in_production(self, fresh: Run) -> None:
        refused = fresh.command("up", TICKETING_ENV="production")
        assert refused.code == 1
        assert "PAYMENTS_PROVIDER" in refused.errors
        assert one_sentence(refused.errors)

    @pytest.mark.parametrize(
        ("name", "value"), [("PUBLIC_URL", "http://shop"), ("TICKETING_LIMITS", "off")]
    )
    def test_what_is_unsafe_in_production(
        self, fresh: Run, name: str, value: str
    ) -> None:
        safe = {"PUBLIC_URL": "https://shop", "PAYMENTS_PROVIDER": "stripe"}
        told = {**safe, "TICKETING_ENV": "production", name: value}
        refused = fresh.command("up", **told)
        assert refused.code == 1
        assert f"refuses {name}=" in refused.errors
        assert one_sentence(refused.errors)

    @pytest.mark.parametrize("command", ["status", "demo", "dead-letters", "reconcile"])
    def test_nothing_runs(self, fresh: Run, command: str) -> None:
        refused = fresh.command(command)
        assert refused.code == 1
        assert "is not running" in refused.errors
        assert one_sentence(refused.errors)

    def test_programs_are_told_so_as_well(self, fresh: Run) -> None:
        told = json.loads(fresh.command("status", "--json").output)
        assert told == {"running": False, "ready": False}
