"""`provision`: what the table says is what JetStream has."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy
from nats.js.errors import APIError
from tiny.app import said
from tiny.kit import rows
from typer.testing import CliRunner

from common import provision as provisioning
from common.__main__ import app
from common.database import Database
from common.embedded.nats import NatsServerError
from common.envelopes import seal_as
from common.ids import new_id
from common.jetstream import Bus
from common.messages import ExpirationComplete, OrderCreated
from common.provision import (
    ProvisionError,
    ProvisionSettings,
    provision,
    reason_of,
)
from common.retries import Retries
from common.testing.servers import NatsServer
from common.topology import (
    ADMIN,
    HEARS,
    SCHEDULES,
    STREAMS,
    durable_name,
    nats_users,
    stream_of,
)
from common.upkeep import Upkeep


@pytest.fixture
def settings(nats: NatsServer) -> ProvisionSettings:
    return ProvisionSettings(nats_url=nats.url, password=nats.passwords[ADMIN])


@pytest.fixture
async def admin(provisioned: NatsServer) -> AsyncIterator[JetStreamContext]:
    client = Client()
    password = provisioned.passwords[ADMIN]
    await client.connect(provisioned.url, user=ADMIN, password=password)
    yield client.jetstream()
    await client.close()


class TestStreams:
    async def test_messages_are_refused_when_full_and_timers_never(
        self, admin: JetStreamContext
    ) -> None:
        for stream in STREAMS:
            config = (await admin.stream_info(stream.name)).config
            discard = DiscardPolicy.OLD if stream.schedules else DiscardPolicy.NEW
            assert config.discard == discard
            assert bool(config.allow_msg_schedules) == stream.schedules
            assert config.max_age == timedelta(hours=72).total_seconds()
            assert config.max_bytes == 1 << 30
            assert config.duplicate_window == timedelta(minutes=2).total_seconds()

    async def test_what_is_equal_is_left_alone(
        self, admin: JetStreamContext, settings: ProvisionSettings
    ) -> None:
        await admin.publish("orders.created", b"kept")
        before = [await admin.stream_info(stream.name) for stream in STREAMS]
        await provision(settings)
        after = [await admin.stream_info(stream.name) for stream in STREAMS]
        assert [s.config for s in after] == [s.config for s in before]
        assert [s.state.messages for s in after] == [s.state.messages for s in before]

    async def test_what_differs_is_mended(
        self, admin: JetStreamContext, settings: ProvisionSettings
    ) -> None:
        right = (await admin.stream_info("ORDERS")).config
        await admin.update_stream(right, max_age=3600, max_bytes=1 << 20)
        await provision(settings)
        assert (await admin.stream_info("ORDERS")).config == right

    async def test_a_new_setting_is_applied(
        self, admin: JetStreamContext, settings: ProvisionSettings
    ) -> None:
        await provision(structs.replace(settings, max_bytes=2 << 20))
        assert (await admin.stream_info("ORDERS")).config.max_bytes == 2 << 20


class TestConsumers:
    async def test_every_message_a_service_hears_has_one(
        self, admin: JetStreamContext
    ) -> None:
        for service, messages in HEARS.items():
            for message in messages:
                found = await admin.consumer_info(
                    stream_of(message.subject), durable_name(service, message)
                )
                assert found.config.filter_subject == message.subject
                assert found.config.max_deliver == -1
                assert found.config.ack_wait == 30

    async def test_one_that_differs_is_mended_and_keeps_its_place(
        self, admin: JetStreamContext, settings: ProvisionSettings
    ) -> None:
        stream, name = "ORDERS", durable_name("payments", OrderCreated)
        right = (await admin.consumer_info(stream, name)).config
        await admin.publish(OrderCreated.subject, b"")
        pulling = await admin.pull_subscribe_bind(name, stream)
        [message] = await pulling.fetch(1)
        await message.ack_sync()
        await admin.add_consumer(
            stream, right.evolve(ack_wait=1, max_ack_pending=1, name=None)
        )
        await provision(settings)
        after = await admin.consumer_info(stream, name)
        assert after.config.ack_wait == right.ack_wait
        assert after.config.max_ack_pending == right.max_ack_pending
        assert after.num_pending == 0


class TestFull:
    async def test_a_full_stream_refuses_and_the_outbox_keeps_the_row(
        self, admin: JetStreamContext, database: Database, provisioned: NatsServer
    ) -> None:
        right = (await admin.stream_info("TICKETS")).config
        await admin.update_stream(right, max_bytes=100)
        bus = Bus(
            provisioned.url, user="tickets", password=provisioned.passwords["tickets"]
        )
        await bus.connect()
        upkeep = Upkeep("tickets", database, bus, Retries("tickets", database, []))
        async with database.transaction() as tx:
            tx.say(said(new_id(), 1))
        await rows(database, "UPDATE outbox SET created_at = now() - interval '1 hour'")
        unpublished = "SELECT 1 FROM outbox WHERE published_at IS NULL"

        await upkeep.publish_left()
        assert len(await rows(database, unpublished)) == 1
        await admin.update_stream(right)
        await upkeep.publish_left()
        assert await rows(database, unpublished) == []
        assert (await admin.stream_info("TICKETS")).state.messages == 1
        await bus.close_quietly()


class TestTimers:
    async def test_a_scheduled_message_comes_at_its_time(
        self, admin: JetStreamContext, provisioned: NatsServer
    ) -> None:
        password = provisioned.passwords["expiration"]
        bus = Bus(provisioned.url, user="expiration", password=password)
        await bus.connect()
        due = datetime.now(UTC) - timedelta(seconds=1)
        told = ExpirationComplete(order_id=new_id(), expires_at=due)
        payload = seal_as(new_id(), [told], occurred_at=due)
        await bus.store(
            f"{SCHEDULES}.one",
            payload,
            message_id="one",
            headers={
                "Nats-Schedule": f"@at {due:%Y-%m-%dT%H:%M:%SZ}",
                "Nats-Schedule-Target": ExpirationComplete.subject,
            },
        )
        name = durable_name("orders", ExpirationComplete)
        pulling = await admin.pull_subscribe_bind(name, "EXPIRATION")
        [message] = await pulling.fetch(1, timeout=10)
        assert message.data == payload
        await bus.close_quietly()

    async def test_other_streams_take_no_schedules(
        self, admin: JetStreamContext
    ) -> None:
        with pytest.raises(APIError, match="schedul"):
            await admin.publish(
                "orders.later",
                b"",
                headers={
                    "Nats-Schedule": "@at 2026-10-01T00:00:00Z",
                    "Nats-Schedule-Target": "orders.created",
                },
            )


class TestServer:
    @pytest.fixture(autouse=True)
    def brief(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(provisioning, "_ATTEMPTS", 1)
        monkeypatch.setattr(provisioning, "_PAUSE", 0)

    def test_one_that_is_not_there_ends_the_command_with_one_sentence(self) -> None:
        environment = {"NATS_URL": "nats://127.0.0.1:1", "ADMIN_NATS_PASSWORD": "x"}
        result = CliRunner(env=environment).invoke(app, ["provision"])
        assert result.exit_code == 1
        [sentence] = result.output.splitlines()
        assert sentence.startswith("provision: nats://127.0.0.1:1: ")

    def test_the_word_of_the_server_outlives_a_connection_it_cut(self) -> None:
        said, cut = NatsError("Authorization Violation"), ConnectionResetError()
        assert reason_of([cut, said, cut]) is said
        assert reason_of([cut]) is cut

    async def test_a_wrong_password_is_the_reason_given(
        self, settings: ProvisionSettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(provisioning, "_ATTEMPTS", 20)
        wrong = structs.replace(settings, password="guess")
        with pytest.raises(ProvisionError, match="Authorization Violation"):
            await provision(wrong)

    def test_a_missing_password_is_named(self) -> None:
        result = CliRunner(env={"ADMIN_NATS_PASSWORD": ""}).invoke(app, ["provision"])
        assert result.exit_code == 1
        assert "ADMIN_NATS_PASSWORD is not set" in result.output

    async def test_one_that_syncs_is_provisioned(
        self, settings: ProvisionSettings, nats: NatsServer
    ) -> None:
        await provision(structs.replace(settings, monitor_url=nats.monitor_url))

    async def test_one_that_acknowledges_before_it_syncs_is_refused(
        self, tmp_path: Path
    ) -> None:
        server = NatsServer(tmp_path)
        server.server.configure(nats_users(server.passwords))
        file = server.server.configuration
        configuration = json.loads(file.read_text())
        del configuration["jetstream"]["sync_interval"]
        file.write_text(json.dumps(configuration))
        sentence = "nats-server must run with sync_interval: always"
        with pytest.raises(NatsServerError, match=sentence):
            server.start()
        told = ProvisionSettings(
            nats_url=server.url,
            password=server.passwords[ADMIN],
            monitor_url=server.monitor_url,
        )
        try:
            with pytest.raises(ProvisionError, match=sentence):
                await provision(told)
        finally:
            server.kill()
