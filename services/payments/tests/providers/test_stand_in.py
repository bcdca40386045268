"""The test provider beside the contract: its page, its faults, its tokens."""

import asyncio
from collections.abc import Awaitable, Callable
from unittest.mock import create_autospec
from uuid import UUID, uuid4

import httpx
import pytest

from common.testing.waiting import eventually
from payments.domain import Standing
from payments.providers.interface import (
    Answer,
    Authorization,
    OutcomeUnknown,
    Refused,
    SendsNoNews,
    Stumbled,
)
from payments.providers.stand_in.adapter import StandIn
from payments.providers.stand_in.cards import CARDS
from payments.providers.stand_in.desk import Desk
from payments.providers.stand_in.ledger import Work
from payments.providers.stand_in.line import Line
from payments.providers.stand_in.wire import Fault, FaultBody, Operation, Reply

RETURN_URL = "http://localhost:8080/orders/1"


VISA = "tok_visa"


def wanted(token: str = VISA, amount: int = 2550) -> Authorization:
    payment_id = uuid4()
    return Authorization(
        payment_id=payment_id,
        amount=amount,
        currency="usd",
        token=token,
        return_url=RETURN_URL,
        key=f"authorize:{payment_id}",
    )


async def authorized(stand_in: StandIn, token: str = VISA) -> str:
    return (await stand_in.authorize(wanted(token))).reference


async def kinds(http: httpx.AsyncClient) -> list[str]:
    return [entry["kind"] for entry in (await http.get("/ledger")).json()]


class TestAuthorize:
    @pytest.mark.parametrize(
        "token",
        [t for t, card in CARDS.items() if card.decline_code and not card.challenged],
    )
    async def test_a_bad_card_is_declined_with_its_code(
        self, stand_in: StandIn, token: str
    ) -> None:
        answer = await stand_in.authorize(wanted(token))

        assert answer.standing is Standing.DECLINED
        assert answer.decline_code == CARDS[token].decline_code

    async def test_a_card_that_takes_its_time_is_authorized_when_asked_again(
        self, stand_in: StandIn
    ) -> None:
        order = wanted("tok_test_pending")
        assert (await stand_in.authorize(order)).standing is Standing.PROCESSING

        found = await stand_in.look_up(order.payment_id, None)
        assert found is not None
        assert found.standing is Standing.AUTHORIZED


class TestKeys:
    async def test_a_key_still_at_work_tells_nothing(
        self,
        stand_in: StandIn,
        provider: Desk,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        reached, open_again = asyncio.Event(), asyncio.Event()
        transact = provider.ledger.transact

        async def transact_late(work: Work) -> object:
            reached.set()
            await open_again.wait()
            return await transact(work)

        monkeypatch.setattr(provider.ledger, "transact", transact_late)
        order = wanted()
        slow = asyncio.create_task(stand_in.authorize(order))
        await reached.wait()
        with pytest.raises(OutcomeUnknown):
            await stand_in.authorize(order)

        open_again.set()
        assert (await slow).standing is Standing.AUTHORIZED

    async def test_a_failure_inside_is_answered_again_under_its_key(
        self, stand_in: StandIn, provider: Desk, provider_http: httpx.AsyncClient
    ) -> None:
        order = wanted()
        provider.faults.add(FaultBody(operation="authorize", fault="error"))
        for _ in range(2):
            with pytest.raises(Stumbled):
                await stand_in.authorize(order)
        assert await kinds(provider_http) == []

    async def test_without_a_key_asking_twice_acts_twice(
        self, provider_http: httpx.AsyncClient
    ) -> None:
        body = {
            "amount": 1,
            "currency": "usd",
            "token": "tok_visa",
            "reference": str(uuid4()),
            "return_url": RETURN_URL,
        }
        for _ in range(2):
            await provider_http.post("/payments", json=body)
        assert await kinds(provider_http) == ["authorized", "authorized"]


Act = Callable[[StandIn, str], Awaitable[Answer]]
CAPTURE: Act = lambda p, ref: p.capture(ref, amount=2550, key=str(uuid4()))  # noqa: E731  # a table of cases
VOID: Act = lambda p, ref: p.void(ref, key=str(uuid4()))  # noqa: E731  # likewise
REFUND: Act = lambda p, ref: p.refund(ref, amount=2550, key=str(uuid4()))  # noqa: E731  # likewise


class TestChanges:
    async def test_what_was_called_off_is_not_confirmed(
        self, stand_in: StandIn
    ) -> None:
        reference = await authorized(stand_in)
        await VOID(stand_in, reference)
        with pytest.raises(Refused):
            await stand_in.confirm(reference)

    async def test_more_than_was_authorized_is_not_captured(
        self, stand_in: StandIn
    ) -> None:
        reference = await authorized(stand_in)
        with pytest.raises(Refused) as refused:
            await stand_in.capture(reference, amount=2551, key="k")
        assert refused.value.code == "amount_too_large"

    async def test_a_refusal_is_answered_again_under_its_key(
        self, stand_in: StandIn
    ) -> None:
        reference = await authorized(stand_in, "tok_threeDSecure2Required")
        for _ in range(2):
            with pytest.raises(Refused):
                await stand_in.capture(reference, amount=2550, key="same")

    async def test_an_unknown_payment_is_refused(self, stand_in: StandIn) -> None:
        with pytest.raises(Refused) as refused:
            await VOID(stand_in, "tp_nothing")
        assert refused.value.code == "resource_missing"

    @pytest.mark.parametrize("lapse", ["token", "control", "fault"])
    async def test_a_bank_takes_its_authorization_back(
        self,
        stand_in: StandIn,
        provider: Desk,
        provider_http: httpx.AsyncClient,
        lapse: str,
    ) -> None:
        order = wanted("tok_test_lapses" if lapse == "token" else "tok_visa")
        reference = (await stand_in.authorize(order)).reference
        if lapse == "control":
            await provider_http.post(f"/control/payments/{reference}/lapse")
        elif lapse == "fault":
            provider.faults.add(FaultBody(operation="capture", fault="decline"))
        with pytest.raises(Refused):
            await CAPTURE(stand_in, reference)

        found = await stand_in.look_up(order.payment_id, reference)
        assert found is not None
        assert found.standing is Standing.VOIDED


async def standing(stand_in: StandIn, payment_id: UUID) -> Standing:
    found = await stand_in.look_up(payment_id, None)
    assert found is not None
    return found.standing


FAULTY: list[tuple[Operation, Act]] = [
    ("capture", CAPTURE),
    ("void", VOID),
    ("confirm", StandIn.confirm),
]


class TestFaults:
    @pytest.mark.parametrize(("operation", "act"), FAULTY)
    @pytest.mark.parametrize("fault", ["error", "error_after"])
    async def test_it_stumbles_as_told_and_for_so_many_calls(
        self,
        stand_in: StandIn,
        provider: Desk,
        operation: Operation,
        act: Act,
        fault: Fault,
    ) -> None:
        reference = await authorized(stand_in)
        provider.faults.add(FaultBody(operation=operation, fault=fault, times=1))
        with pytest.raises(Stumbled):
            await act(stand_in, reference)
        if fault == "error":
            assert (await act(stand_in, reference)).reference == reference

    async def test_it_acts_and_then_does_not_say_so(
        self, provider: Desk, provider_http: httpx.AsyncClient, stand_in: StandIn
    ) -> None:
        told = {"operation": "authorize", "fault": "time_out_after", "seconds": 60}
        assert (await provider_http.post("/control/faults", json=told)).is_success
        order = wanted()
        asking = asyncio.create_task(stand_in.authorize(order))
        found = await eventually(lambda: stand_in.look_up(order.payment_id, None))
        assert found is not None
        assert found.standing is Standing.AUTHORIZED
        assert provider.at_work
        assert not asking.done()
        asking.cancel()
        await asyncio.wait([asking])
        assert not provider.at_work

    async def test_a_fault_meant_for_one_payment_leaves_others_alone(
        self, stand_in: StandIn, provider: Desk
    ) -> None:
        order = wanted()
        provider.faults.add(
            FaultBody(
                operation="authorize", fault="decline", reference=order.payment_id
            )
        )

        assert (await stand_in.authorize(wanted())).standing is Standing.AUTHORIZED
        assert (await stand_in.authorize(order)).standing is Standing.DECLINED

    async def test_it_asks_for_an_action_as_told_and_is_told_to_stop(
        self, stand_in: StandIn, provider_http: httpx.AsyncClient
    ) -> None:
        told = {"operation": "authorize", "fault": "action", "times": 2}
        await provider_http.post("/control/faults", json=told)
        first = await stand_in.authorize(wanted())
        await provider_http.delete("/control/faults")
        second = await stand_in.authorize(wanted())

        assert first.standing is Standing.REQUIRES_ACTION
        assert second.standing is Standing.AUTHORIZED

    @pytest.mark.parametrize(
        ("token", "error"),
        [("tok_test_error", Stumbled), ("tok_test_errorAfterActing", Stumbled)],
    )
    async def test_tokens_bring_faults_of_their_own(
        self, stand_in: StandIn, token: str, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            await stand_in.authorize(wanted(token))


class TestAdapter:
    @pytest.mark.parametrize(
        "reply",
        [
            Reply(503, b"busy"),
            Reply(200, b"<html>"),
            Reply(200, b'{"id": "x"}'),
            Reply(403, b"proxy"),
        ],
    )
    async def test_an_answer_that_tells_nothing_leaves_the_outcome_unknown(
        self, reply: Reply
    ) -> None:
        line = create_autospec(Line, instance=True)
        line.send.return_value = reply
        with pytest.raises(OutcomeUnknown):
            await StandIn(line, public_url="http://x").void("tp_1", key="k")

    async def test_a_provider_that_is_away_leaves_the_outcome_unknown(self) -> None:
        stand_in = StandIn.at("http://127.0.0.1:9", public_url="http://x")
        with pytest.raises(OutcomeUnknown):
            await stand_in.authorize(wanted())
        await stand_in.aclose()

    async def test_nobody_waits_for_it_longer_than_the_patience(self) -> None:
        connected: list[asyncio.StreamWriter] = []
        server = await asyncio.start_server(
            lambda _reader, writer: connected.append(writer), "127.0.0.1", 0
        )
        port = server.sockets[0].getsockname()[1]
        stand_in = StandIn.at(f"http://127.0.0.1:{port}", public_url="x", patience=0.1)
        with pytest.raises(OutcomeUnknown, match="Timeout"):
            await stand_in.look_up(uuid4(), None)
        await stand_in.aclose()
        for writer in connected:
            writer.close()
            await writer.wait_closed()
        server.close()
        await server.wait_closed()


def test_it_sends_no_news(stand_in: StandIn) -> None:
    with pytest.raises(SendsNoNews):
        stand_in.read_webhook(b"{}", None)
