"""The page of the test provider on which a buyer answers the bank."""

from uuid import UUID, uuid4

import httpx
import pytest

from payments.domain import Standing
from payments.providers.interface import (
    Authorization,
    Redirect,
)
from payments.providers.stand_in.adapter import StandIn

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


async def path_of(stand_in: StandIn, order: Authorization) -> str:
    answer = await stand_in.authorize(order)
    assert isinstance(answer.next_action, Redirect)
    return answer.next_action.url.removeprefix("http://localhost:8080")


async def standing(stand_in: StandIn, payment_id: UUID) -> Standing:
    found = await stand_in.look_up(payment_id, None)
    assert found is not None
    return found.standing


class TestChallenges:
    async def test_the_buyer_is_sent_to_the_banks_page(
        self, stand_in: StandIn, provider_http: httpx.AsyncClient
    ) -> None:
        order = wanted("tok_threeDSecure2Required")
        page = await provider_http.get(await path_of(stand_in, order))

        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert "25.50 USD" in page.text

    @pytest.mark.parametrize(
        ("token", "decision", "outcome"),
        [
            ("tok_threeDSecure2Required", "approve", Standing.AUTHORIZED),
            ("tok_threeDSecure2Required", "decline", Standing.DECLINED),
            ("tok_threeDSecureRequiredChargeDeclined", "approve", Standing.DECLINED),
        ],
    )
    async def test_the_answer_counts_and_leads_back_to_the_order(
        self,
        stand_in: StandIn,
        provider_http: httpx.AsyncClient,
        token: str,
        decision: str,
        outcome: Standing,
    ) -> None:
        order = wanted(token)
        path = await path_of(stand_in, order)
        answered = await provider_http.post(path, data={"decision": decision})

        assert answered.status_code == 303
        assert answered.headers["location"] == RETURN_URL
        assert await standing(stand_in, order.payment_id) is outcome

    async def test_a_second_answer_changes_nothing(
        self, stand_in: StandIn, provider_http: httpx.AsyncClient
    ) -> None:
        order = wanted("tok_threeDSecure2Required")
        path = await path_of(stand_in, order)
        for decision in ("decline", "approve"):
            await provider_http.post(path, data={"decision": decision})

        assert await standing(stand_in, order.payment_id) is Standing.DECLINED
        assert "Already answered" in (await provider_http.get(path)).text

    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_a_guessed_page_is_not_found(
        self, provider_http: httpx.AsyncClient, method: str
    ) -> None:
        page = await provider_http.request(method, "/test-provider/challenges/guess")

        assert page.status_code == 404
        assert "Nothing to approve" in page.text
