"""News of the provider, in any order and any number of times; and without any."""

import random
from collections.abc import AsyncIterator

import httpx
import pytest
from fake_stripe_http import WEBHOOK_SECRET, signed
from payments_desk import PUBLIC_URL
from prometheus_client import REGISTRY
from sqlalchemy import text
from stripe_desk import CHALLENGED, StripeDesk, open_stripe_desk
from structlog.testing import capture_logs

from common.clock import utcnow
from common.database import Database
from common.testing.people import People
from common.testing.statements import deletions
from payments.app import create_http
from payments.errors import Declined
from payments.refunds import Refunds

URL = "/api/payments/webhooks/stripe"


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[StripeDesk]:
    async with open_stripe_desk(database) as desk:
        yield desk


@pytest.fixture
async def http(desk: StripeDesk, people: People) -> AsyncIterator[httpx.AsyncClient]:
    api = create_http(
        desk.payments,
        Refunds(desk.database, desk.settlement),
        desk.webhooks,
        people.verifier,
        public_url=PUBLIC_URL,
    )
    transport = httpx.ASGITransport(app=api)  # pyright: ignore[reportArgumentType]  # plainer ASGI types
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http:
        yield http


#: As nothing that is known of could: over here, whatever it is there.
END = "UPDATE payments SET status = :ended, due_at = NULL"


async def kept(desk: StripeDesk) -> int:
    async with desk.database.transaction() as tx:
        return await tx.session.scalar(text("SELECT count(*) FROM webhooks")) or 0


def counted(what: str) -> float:
    return REGISTRY.get_sample_value(f"{what}_total") or 0


async def post(http: httpx.AsyncClient, delivery: httpx.Request) -> int:
    answer = await http.post(URL, content=delivery.content, headers=delivery.headers)
    return answer.status_code


class TestSignatures:
    async def test_news_is_kept_once_however_often_it_comes(
        self, desk: StripeDesk, http: httpx.AsyncClient
    ) -> None:
        await desk.pay(await desk.order())
        [*_, event] = desk.fake.rules.events
        for _ in range(3):
            assert await post(http, signed(event)) == 200
        assert await kept(desk) == 1

    @pytest.mark.parametrize("secret", [WEBHOOK_SECRET, "whsec_next"])
    async def test_each_of_two_secrets_signs_while_they_rotate(
        self, http: httpx.AsyncClient, secret: str
    ) -> None:
        assert await post(http, signed(_news(), secret)) == 200
        assert await post(http, signed(_news(), "whsec_old", secret)) == 200

    @pytest.mark.parametrize("seconds", [-301, 400])
    async def test_what_is_stale_or_from_the_future_is_refused(
        self, desk: StripeDesk, http: httpx.AsyncClient, seconds: int
    ) -> None:
        at = int(utcnow().timestamp()) + seconds
        assert await post(http, signed(_news(), at=at)) == 400
        assert await kept(desk) == 0

    @pytest.mark.parametrize(
        "signature", [None, "", "nonsense", "t=1,v1=", "t=x,v1=y", "v1=ab"]
    )
    async def test_what_nobody_signed_is_refused(
        self, desk: StripeDesk, http: httpx.AsyncClient, signature: str | None
    ) -> None:
        headers = {"Stripe-Signature": signature} if signature is not None else {}
        answer = await http.post(URL, content=b"{}", headers=headers)
        assert answer.status_code == 400
        assert answer.json()["type"] == "/problems/invalid"
        assert await kept(desk) == 0

    async def test_a_changed_byte_is_refused(
        self, desk: StripeDesk, http: httpx.AsyncClient
    ) -> None:
        chance = random.Random(7)
        delivery = signed(_news())
        for _ in range(50):
            body = bytearray(delivery.content)
            body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
            answer = await http.post(URL, content=bytes(body), headers=delivery.headers)
            assert answer.status_code == 400
        assert await kept(desk) == 0

    async def test_what_is_signed_and_unreadable_is_refused(
        self, http: httpx.AsyncClient
    ) -> None:
        assert await post(http, signed({"object": "event"})) == 400

    async def test_too_much_of_it_is_refused(self, http: httpx.AsyncClient) -> None:
        assert await post(http, signed({"much": "x" * 300_000})) == 413

    async def test_another_site_may_send_it(self, http: httpx.AsyncClient) -> None:
        delivery = signed(_news())
        delivery.headers["Origin"] = "https://stripe.com"
        delivery.headers["Sec-Fetch-Site"] = "cross-site"
        assert await post(http, delivery) == 200

    async def test_nobody_else_sends_news(self, http: httpx.AsyncClient) -> None:
        delivery = signed(_news())
        answer = await http.post(
            "/api/payments/webhooks/test",
            content=delivery.content,
            headers=delivery.headers,
        )
        assert answer.status_code == 404


class TestNews:
    async def test_a_buyer_who_never_came_back_has_paid(self, desk: StripeDesk) -> None:
        payment = await desk.pay(await desk.order(), CHALLENGED)
        desk.fake.rules.authenticate(payment.reference or "", approved=True)

        await desk.deliver(*desk.fake.rules.events)
        assert await desk.status(payment) == "authorized"
        assert (await desk.said()).count("payments.created") == 1

    async def test_it_is_old_doubled_and_out_of_order(self, desk: StripeDesk) -> None:
        chance = random.Random(11)
        order = await desk.order()
        payment = await desk.pay(order)
        await desk.judge(order, payment, "accepted")
        news = [*desk.fake.rules.events] * 3
        chance.shuffle(news)
        await desk.deliver(*news)

        assert await desk.status(payment) == "captured"
        assert desk.fake.rules.moved(payment.reference) == ["authorized", "captured"]
        said = await desk.said()
        assert said.count("payments.created") == said.count("payments.captured") == 1

    async def test_what_it_claims_is_not_believed(self, desk: StripeDesk) -> None:
        """Only which payment it is about is read from it."""
        payment = await desk.pay(await desk.order(), CHALLENGED)
        lie = _news(
            id=payment.reference,
            object="payment_intent",
            status="requires_capture",
            metadata={"payment_id": str(payment.id)},
        )
        await desk.deliver(lie)
        assert await desk.status(payment) == "requires_action"

    async def test_it_decides_nothing(self, desk: StripeDesk) -> None:
        """Money moves on a verdict alone."""
        payment = await desk.pay(await desk.order())
        await desk.deliver(*desk.fake.rules.events)
        await desk.sweep()
        assert desk.fake.rules.moved(payment.reference) == ["authorized"]

    async def test_a_provider_that_fails_is_asked_again(self, desk: StripeDesk) -> None:
        payment = await desk.pay(await desk.order(), CHALLENGED)
        desk.fake.rules.authenticate(payment.reference or "", approved=True)
        desk.fault("retrieve", "error")
        await desk.deliver(*desk.fake.rules.events[-1:])
        assert await desk.status(payment) == "requires_action"

        await desk.execute("UPDATE webhooks SET due_at = clock_timestamp()")
        await desk.webhooks.run_due()
        assert await desk.status(payment) == "authorized"

    async def test_a_bank_that_refuses_ends_the_payment_and_frees_the_order(
        self, desk: StripeDesk
    ) -> None:
        order = await desk.order()
        payment = await desk.pay(order, CHALLENGED)
        desk.fake.rules.authenticate(payment.reference or "", approved=False)
        await desk.deliver(*desk.fake.rules.events[-1:])

        found = await desk.find(payment)
        assert found.status == "failed"
        assert found.decline_code == "payment_intent_authentication_failure"
        assert (await desk.pay(order)).status == "authorized"

    async def test_a_refusal_comes_before_its_own_answer(
        self, desk: StripeDesk
    ) -> None:
        order = await desk.order()
        with pytest.raises(Declined):
            await desk.pay(order, "pm_card_chargeDeclined")
        await desk.deliver(*desk.fake.rules.events)
        assert (await desk.pay(order)).status == "authorized"

    async def test_what_is_over_here_is_called_off_there(
        self, desk: StripeDesk
    ) -> None:
        payment = await desk.pay(await desk.order())
        await desk.execute(END, ended="failed")
        await desk.deliver(*desk.fake.rules.events)
        assert desk.fake.rules.moved(payment.reference) == ["authorized", "voided"]

    @pytest.mark.parametrize("ended", ["failed", "voided"])
    async def test_what_is_over_here_and_captured_there_goes_back(
        self, desk: StripeDesk, ended: str
    ) -> None:
        """Whatever the answer, and while another card pays the order."""
        order = await desk.order()
        payment = await desk.pay(order)
        reference = payment.reference or ""
        await desk.execute(END, ended=ended)
        desk.fake.rules.capture(desk.fake.rules.intents[reference], {})
        other = await desk.pay(order)
        desk.fault("refund", "error")
        before = counted("captured_though_ended")
        await desk.deliver(*desk.fake.rules.events)
        assert counted("captured_though_ended") > before
        assert (await desk.find(payment)).shown == "voided"
        await desk.sweep()
        assert await desk.status(payment) == "returning"
        await desk.sweep()

        given_back = await desk.find(payment)
        assert (given_back.status, given_back.amount_refunded) == ("refunded", 2550)
        assert desk.fake.rules.kept(reference) == 0
        assert await desk.status(other) == "authorized"
        assert given_back.due_at is None

    async def test_a_refund_by_other_hands_is_told_to_the_operator(
        self, desk: StripeDesk
    ) -> None:
        """In Stripe's dashboard: the order stays, and somebody must decide."""
        order = await desk.order()
        payment = await desk.pay(order)
        await desk.judge(order, payment, "accepted")
        intent = (await desk.find(payment)).reference
        desk.fake.rules.refund({"payment_intent": intent, "amount": 500})
        [*_, event] = desk.fake.rules.events
        before = counted("refunded_elsewhere")
        with capture_logs() as logs:
            await desk.deliver(event)
        told = [entry for entry in logs if entry["event"] == "refunded_elsewhere"]
        assert [entry["payment_id"] for entry in told] == [str(payment.id)]
        assert counted("refunded_elsewhere") - before == 1
        assert await desk.status(payment) == "captured"

    async def test_news_of_nothing_known_is_done_with(self, desk: StripeDesk) -> None:
        await desk.deliver(_news(), _news(metadata={"payment_id": "nonsense"}))
        async with desk.database.transaction() as tx:
            due = await tx.session.scalar(
                text("SELECT count(*) FROM webhooks WHERE due_at IS NOT NULL")
            )
        assert due == 0

    async def test_old_news_is_forgotten(self, desk: StripeDesk) -> None:
        await desk.deliver(_news())
        await desk.webhooks.forget_old()
        assert await kept(desk) == 1
        await desk.execute(
            "UPDATE webhooks SET received_at = clock_timestamp() - interval '31 days'"
        )
        await desk.webhooks.forget_old()
        assert await kept(desk) == 0

    async def test_any_number_is_forgotten_some_at_a_time(
        self, desk: StripeDesk
    ) -> None:
        await desk.execute("""
            INSERT INTO webhooks (provider, id, type, received_at)
            SELECT 'stripe', n, 'type', now() - interval '31 days'
            FROM generate_series(1, 12000) n
        """)
        with deletions(desk.database) as taken:
            await desk.webhooks.forget_old()
        assert taken == [5000, 5000, 2000]
        assert await kept(desk) == 0


def _news(**thing: object) -> dict[str, object]:
    about = {"id": "pi_unknown", "object": "payment_intent"} | thing
    event_id = f"evt_{random.randrange(1 << 64)}"
    return {
        "id": event_id,
        "object": "event",
        "type": "payment_intent.succeeded",
        "data": {"object": about},
    }
