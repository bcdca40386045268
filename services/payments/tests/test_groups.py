"""Payments are opened, and their outcomes recorded, many in one commit."""

import asyncio
from collections.abc import Iterable, Sequence
from uuid import UUID

import pytest
from payments_desk import PATIENCE, VISA, Desk, order_of, person
from sqlalchemy import text

from common.errors import KeyInProgress, KeyReused
from common.idempotency import Keyed
from common.identity import Identity
from common.messages import OrderCreated
from common.observability import bind_trace, new_trace
from payments.domain import Standing
from payments.errors import OrderNotFound, PaymentInProgress
from payments.models import Payment
from payments.opening import Asked, Openings
from payments.providers.interface import Answer
from payments.recording import ROUTE, Records, Word
from payments.repository import Repository

_COMMITS = text("SELECT count(DISTINCT xmin::text) FROM payments")
_LOCK_ORDER = text("SELECT 1 FROM order_replicas WHERE order_id = :id FOR UPDATE")
_LOCK_PAYMENT = text("SELECT 1 FROM payments WHERE id = :id FOR UPDATE")


@pytest.fixture
def openings(desk: Desk) -> Openings:
    provider = desk.payments.provider
    return Openings(desk.database, provider, patience=PATIENCE, rows=Repository)


@pytest.fixture
def records(desk: Desk) -> Records:
    return Records(desk.database, patience=PATIENCE, rows=Repository)


@pytest.fixture
def buyer() -> Identity:
    return person()


def asked(order: OrderCreated, buyer: Identity, keyed: Keyed | None = None) -> Asked:
    return Asked(order_id=order.order_id, token=VISA, identity=buyer, keyed=keyed)


def keyed(buyer: Identity, key: str = "k", body: bytes = b"a") -> Keyed:
    return Keyed(user_id=buyer.user_id, route=ROUTE, key=key, fingerprint=body)


def authorized(payment: Payment, reference: str = "tp_1") -> Word:
    answer = Answer(standing=Standing.AUTHORIZED, reference=reference)
    return Word(seen=payment, answer=answer)


async def commits(desk: Desk) -> int:
    async with desk.database.transaction() as tx:
        return await tx.session.scalar(_COMMITS) or 0


async def orders_of(desk: Desk, buyer: Identity, count: int) -> list[OrderCreated]:
    orders = [order_of(buyer) for _ in range(count)]
    await desk.hear(*orders)
    return orders


async def opened(
    desk: Desk, openings: Openings, buyer: Identity, count: int
) -> list[Payment]:
    orders = await orders_of(desk, buyer, count)
    found = await asyncio.gather(
        *(openings.open(asked(order, buyer)) for order in orders)
    )
    return [payment for payment in found if isinstance(payment, Payment)]


class TestOpening:
    async def test_all_that_ask_together_are_opened_in_one_commit(
        self, desk: Desk, openings: Openings, buyer: Identity
    ) -> None:
        payments = await opened(desk, openings, buyer, 20)

        assert len({payment.order_id for payment in payments}) == 20
        assert await commits(desk) == 1

    async def test_of_two_that_pay_one_order_the_first_is_opened(
        self, desk: Desk, openings: Openings, buyer: Identity
    ) -> None:
        [order] = await orders_of(desk, buyer, 1)
        second = keyed(buyer)
        first, refused = await asyncio.gather(
            openings.open(asked(order, buyer)),
            openings.open(asked(order, buyer, second)),
            return_exceptions=True,
        )

        assert isinstance(first, Payment)
        assert isinstance(refused, PaymentInProgress)
        with pytest.raises(PaymentInProgress):  # the refused one gave its key back
            await openings.open(asked(order, buyer, second))

    async def test_of_equal_keys_one_is_at_work(
        self, desk: Desk, openings: Openings, buyer: Identity
    ) -> None:
        some, others = await orders_of(desk, buyer, 2)
        first, same, other = await asyncio.gather(
            openings.open(asked(some, buyer, keyed(buyer))),
            openings.open(asked(some, buyer, keyed(buyer))),
            openings.open(asked(others, buyer, keyed(buyer, body=b"b"))),
            return_exceptions=True,
        )

        assert isinstance(first, Payment)
        assert isinstance(same, KeyInProgress)
        assert isinstance(other, KeyReused)

    async def test_an_unknown_order_is_refused_alone_and_keeps_no_key(
        self, desk: Desk, openings: Openings, buyer: Identity
    ) -> None:
        [order] = await orders_of(desk, buyer, 1)
        unknown, key = order_of(buyer), keyed(buyer)
        fine, refused = await asyncio.gather(
            openings.open(asked(order, buyer)),
            openings.open(asked(unknown, buyer, key)),
            return_exceptions=True,
        )
        await desk.hear(unknown)

        assert isinstance(fine, Payment)
        assert isinstance(refused, OrderNotFound)
        assert isinstance(await openings.open(asked(unknown, buyer, key)), Payment)

    async def test_an_order_of_somebody_else_is_unknown(
        self, desk: Desk, openings: Openings, buyer: Identity
    ) -> None:
        [order] = await orders_of(desk, buyer, 1)
        with pytest.raises(OrderNotFound):
            await openings.open(asked(order, person()))

    async def test_an_order_that_somebody_has_locked_holds_up_nobody_else(
        self, desk: Desk, openings: Openings, buyer: Identity
    ) -> None:
        stuck, free = await orders_of(desk, buyer, 2)
        async with desk.database.transaction() as tx:
            await tx.session.execute(_LOCK_ORDER, {"id": stuck.order_id})
            waiting = asyncio.ensure_future(openings.open(asked(stuck, buyer)))
            assert isinstance(await openings.open(asked(free, buyer)), Payment)
            assert not waiting.done()

        assert isinstance(await waiting, Payment)


class TestRecording:
    async def test_all_that_is_heard_together_is_recorded_in_one_commit(
        self, desk: Desk, openings: Openings, records: Records, buyer: Identity
    ) -> None:
        payments = await opened(desk, openings, buyer, 20)
        await asyncio.gather(*(records.write(authorized(each)) for each in payments))

        assert {await desk.status(each.id) for each in payments} == {"authorized"}
        assert await commits(desk) == 1

    async def test_each_is_said_under_the_trace_of_its_own_request(
        self, desk: Desk, openings: Openings, records: Records, buyer: Identity
    ) -> None:
        payments = await opened(desk, openings, buyer, 3)
        traces: dict[str, str] = {}
        words: list[Word] = []
        for payment in payments:
            with bind_trace(new_trace()) as trace:
                words.append(authorized(payment))
                traces[str(payment.id)] = trace
        await asyncio.gather(*(records.write(word) for word in words))

        said = await desk.said("payments.created")
        assert {each["payment_id"]: each["trace"] for each in said} == traces

    async def test_what_cannot_be_written_fails_alone(
        self, desk: Desk, openings: Openings, records: Records, buyer: Identity
    ) -> None:
        bad, *good = await opened(desk, openings, buyer, 3)
        unwritable = authorized(bad, reference="no text\x00")
        outcomes = await asyncio.gather(
            records.write(unwritable),
            *(records.write(authorized(each)) for each in good),
            return_exceptions=True,
        )

        assert isinstance(outcomes[0], Exception)
        assert [await desk.status(each.id) for each in (bad, *good)] == [
            "processing",
            "authorized",
            "authorized",
        ]

    async def test_a_payment_that_somebody_has_locked_holds_up_nobody_else(
        self, desk: Desk, openings: Openings, records: Records, buyer: Identity
    ) -> None:
        stuck, free = await opened(desk, openings, buyer, 2)
        async with desk.database.transaction() as tx:
            await tx.session.execute(_LOCK_PAYMENT, {"id": stuck.id})
            waiting = asyncio.ensure_future(records.write(authorized(stuck)))
            await records.write(authorized(free))
            assert not waiting.done()

        assert (await waiting).status == "authorized"

    async def test_two_words_of_one_payment_are_taken_in_turn(
        self, desk: Desk, openings: Openings, records: Records, buyer: Identity
    ) -> None:
        [payment] = await opened(desk, openings, buyer, 1)
        await asyncio.gather(
            records.write(authorized(payment)), records.write(authorized(payment))
        )

        assert len(await desk.said("payments.created")) == 1

    async def test_a_word_outlives_a_moment_without_a_database(
        self, desk: Desk, openings: Openings, buyer: Identity
    ) -> None:
        tries: list[int] = []

        class Shaken(Repository):
            async def lock_all(
                self, payment_ids: Iterable[UUID], *, wait: bool = True
            ) -> Sequence[Payment]:
                tries.append(1)
                if len(tries) == 1:
                    raise ConnectionResetError
                return await super().lock_all(payment_ids, wait=wait)

        [payment] = await opened(desk, openings, buyer, 1)
        records = Records(desk.database, patience=PATIENCE, rows=Shaken)

        assert (await records.write(authorized(payment))).status == "authorized"
        assert len(tries) == 2

    async def test_a_failure_from_before_a_payment_moved_is_old_news(
        self, desk: Desk, openings: Openings, records: Records, buyer: Identity
    ) -> None:
        [payment] = await opened(desk, openings, buyer, 1)
        for standing in (Standing.REQUIRES_ACTION, Standing.PROCESSING):
            answer = Answer(standing=standing, reference="tp_1")
            await records.write(Word(seen=payment, answer=answer))
        now = await records.write(Word(seen=payment, failure="processing_error"))

        assert now.status == "processing"
