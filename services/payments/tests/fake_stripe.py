"""A fake of Stripe: the rules of payment intents, and a ledger of its own.

What it refuses Stripe refuses, in Stripe's words: capture after cancel, cancel after
capture, too much refunded, an idempotency key again with other parameters, declines by
the test cards, holding money on a method that cannot wait.
"""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from fake_stripe_methods import (
    Method,
    Params,
    StripeRefuses,
    check_method,
    method_of,
    waits,
)

Intent = dict[str, Any]
Entry = tuple[str, Literal["authorized", "captured", "voided", "refunded"], int]

_CANCELLABLE = {
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "requires_capture",
}


@dataclass
class Rules:
    """Intents, refunds, and what was moved when."""

    intents: dict[str, Intent] = field(default_factory=dict[str, Intent])
    #: Intent, kind, amount: in the order in which money was moved.
    ledger: list[Entry] = field(default_factory=list[Entry])
    #: Kind of news and the thing it is about, as it was then.
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    used_tokens: set[str] = field(default_factory=set[str])
    #: Why banks take no refund, as long as they take none.
    refunds_fail: str | None = None

    def create(self, params: Params) -> Intent:
        amount = int(params["amount"])
        if amount < 1:
            raise StripeRefuses(400, "parameter_invalid_integer", "no", param="amount")
        intent_id = f"pi_{secrets.token_hex(12)}"
        intent: Intent = {
            "id": intent_id,
            "object": "payment_intent",
            "amount": amount,
            "amount_received": 0,
            "capture_method": params.get("capture_method", "automatic_async"),
            "payment_method_options": params.get("payment_method_options", {}),
            "client_secret": f"{intent_id}_secret_{secrets.token_hex(12)}",
            "created": int(time.time()),
            "currency": params["currency"],
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": dict(params.get("metadata", {})),
            "next_action": None,
            "status": "requires_payment_method",
        }
        self.intents[intent_id] = intent
        self._say("payment_intent.created", intent)
        return intent

    def confirm(self, intent: Intent, params: Params) -> Intent:
        self._expect(intent, "requires_payment_method", "requires_confirmation")
        method = method_of(params, self.used_tokens)
        check_method(method, intent, params)
        intent["last_payment_error"], intent["_method"] = None, method
        if method.asks:
            intent["status"] = "requires_action"
            intent["next_action"] = _next_action(method, params)
            self._say("payment_intent.requires_action", intent)
            return intent
        return self._pay(intent, method)

    def authenticate(self, intent_id: str, *, approved: bool) -> Intent:
        """What the buyer does with the bank, past us."""
        intent = self.found(intent_id)
        self._expect(intent, "requires_action")
        intent["next_action"] = None
        refused = "payment_intent_authentication_failure"
        try:
            if approved:
                return self._pay(intent, intent["_method"])
            return self._charge(intent, refused)
        except StripeRefuses:
            return intent

    def finish(self, intent_id: str, decline: str | None = None) -> None:
        """A method that took its time has answered."""
        intent = self.found(intent_id)
        self._expect(intent, "processing")
        try:
            self._charge(intent, decline)
        except StripeRefuses:
            return

    def capture(self, intent: Intent, params: Params) -> Intent:
        self._expect(intent, "requires_capture")
        amount = int(params.get("amount_to_capture", intent["amount"]))
        if amount > intent["amount"]:
            raise StripeRefuses(400, "amount_too_large", "more than was authorized")
        return self._take(intent, amount)

    def cancel(self, intent: Intent) -> Intent:
        self._expect(intent, *_CANCELLABLE)
        if intent["status"] == "requires_capture":
            self._move(intent, "voided", intent["amount"])
        intent["status"], intent["next_action"] = "canceled", None
        self._say("payment_intent.canceled", intent)
        return intent

    def lapse(self, intent_id: str) -> None:
        """The bank takes an authorization back, as it does after seven days."""
        self.cancel(self.found(intent_id))

    def refund(self, params: Params) -> dict[str, Any]:
        intent = self.found(str(params["payment_intent"]), param="payment_intent")
        charge = intent["latest_charge"]
        if intent["status"] != "succeeded":
            raise self._unexpected(intent)
        left = intent["amount_received"] - charge["amount_refunded"]
        amount = int(params.get("amount", left))
        if left == 0:
            raise StripeRefuses(400, "charge_already_refunded", "all of it went back")
        if amount > left:
            raise StripeRefuses(400, "amount_too_large", "more than is left")
        refund = {
            "id": f"re_{secrets.token_hex(12)}",
            "object": "refund",
            "amount": amount,
            "payment_intent": intent["id"],
            "status": "succeeded",
        }
        if self.refunds_fail:
            return refund | {"status": "failed", "failure_reason": self.refunds_fail}
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        self._move(intent, "refunded", amount)
        self._say("charge.refunded", charge)
        return refund

    def send_back(self, intent_id: str) -> None:
        """The bank did not take what Stripe had given back."""
        intent = self.found(intent_id)
        charge = intent["latest_charge"]
        self._move(intent, "refunded", -charge["amount_refunded"])
        charge |= {"amount_refunded": 0, "refunded": False}

    def found(self, intent_id: str, param: str = "intent") -> Intent:
        if intent_id not in self.intents:
            message = f"No such payment_intent: '{intent_id}'"
            raise StripeRefuses(404, "resource_missing", message, param=param)
        return self.intents[intent_id]

    def moved(self, intent_id: str | None) -> list[str]:
        """What was done with the money of an intent, in order."""
        return [kind for about, kind, _ in self.ledger if about == intent_id]

    def kept(self, intent_id: str) -> int:
        """What was taken and has not gone back."""
        signs = {"captured": 1, "refunded": -1}
        return sum(
            signs.get(kind, 0) * amount
            for about, kind, amount in self.ledger
            if about == intent_id
        )

    def _pay(self, intent: Intent, method: Method) -> Intent:
        if method.takes_time:
            intent["status"] = "processing"
            self._say("payment_intent.processing", intent)
            return intent
        return self._charge(intent, method.decline)

    def _charge(self, intent: Intent, decline: str | None) -> Intent:
        intent["latest_charge"] = _new_charge(intent)
        if decline:
            raise self._decline(intent, decline)
        if not waits(intent["_method"], intent):
            return self._take(intent, intent["amount"])
        intent["status"] = "requires_capture"
        self._move(intent, "authorized", intent["amount"])
        self._say("payment_intent.amount_capturable_updated", intent)
        return intent

    def _take(self, intent: Intent, amount: int) -> Intent:
        intent["status"], intent["amount_received"] = "succeeded", amount
        intent["latest_charge"] |= {"captured": True, "amount_captured": amount}
        self._move(intent, "captured", amount)
        self._say("payment_intent.succeeded", intent)
        return intent

    def _decline(self, intent: Intent, code: str) -> StripeRefuses:
        failed = code == "payment_intent_authentication_failure"
        error: dict[str, Any] = {"code": code if failed else "card_declined"}
        if not failed:
            error["decline_code"] = code
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {"type": "card_error", **error}
        self._say("payment_intent.payment_failed", intent)
        more = {"decline_code": code, "payment_intent": shown(intent, expand=False)}
        return StripeRefuses(402, error["code"], "Your card was declined.", **more)

    def _expect(self, intent: Intent, *statuses: str) -> None:
        if intent["status"] not in statuses:
            raise self._unexpected(intent)

    @staticmethod
    def _unexpected(intent: Intent) -> StripeRefuses:
        code = "payment_intent_unexpected_state"
        message = f"This PaymentIntent has a status of {intent['status']}."
        return StripeRefuses(400, code, message)

    def _move(self, intent: Intent, kind: Any, amount: int) -> None:
        self.ledger.append((intent["id"], kind, amount))

    def _say(self, kind: str, thing: dict[str, Any]) -> None:
        self.events.append(
            {
                "id": f"evt_{secrets.token_hex(12)}",
                "object": "event",
                "type": kind,
                "created": int(time.time()),
                "data": {"object": shown(thing, expand=False)},
            }
        )


def shown(thing: dict[str, Any], *, expand: bool) -> dict[str, Any]:
    """As the API shows it; the charge whole only where that was asked for."""
    public = {name: value for name, value in thing.items() if name[0] != "_"}
    charge = public.get("latest_charge")
    if charge:
        public["latest_charge"] = dict(charge) if expand else charge["id"]
    return public


def _next_action(method: Method, params: Params) -> dict[str, Any]:
    if method.asks == "use_stripe_sdk":
        return {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    url = f"https://bank.example/{secrets.token_hex(8)}"
    lead = {"url": url, "return_url": params["return_url"]}
    return {"type": "redirect_to_url", "redirect_to_url": lead}


def _new_charge(intent: Intent) -> dict[str, Any]:
    return {
        "id": f"ch_{secrets.token_hex(12)}",
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "captured": False,
        "currency": intent["currency"],
        "metadata": intent["metadata"],
        "payment_intent": intent["id"],
        "refunded": False,
    }
