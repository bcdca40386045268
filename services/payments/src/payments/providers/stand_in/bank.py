"""The rules of the test provider: what may follow what, as at a real one."""

from payments.domain import Standing
from payments.providers.stand_in.books import Account, Books
from payments.providers.stand_in.cards import CARDS, Card
from payments.providers.stand_in.wire import TOKEN_UNKNOWN, AuthorizeBody, PaymentBody

CHALLENGES = "/test-provider/challenges"


class Refusal(Exception):
    """Nothing was done, and why."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}")


def card_of(token: str) -> Card:
    if token not in CARDS:
        raise Refusal(400, TOKEN_UNKNOWN, "no such token")
    return CARDS[token]


def authorize(books: Books, wanted: AuthorizeBody, card: Card) -> Account:
    account_id = books.open_account(wanted)
    if card.challenged:
        books.enter(account_id, "challenged", wanted.amount)
    else:
        _approve(books, account_id, wanted.amount, card)
    return found(books, account_id)


def confirm(books: Books, account_id: str) -> Account:
    """Ask again: a card that took its time has answered by now."""
    account = found(books, account_id)
    if account.standing in {Standing.VOIDED, Standing.REFUNDED}:
        raise _unexpected(account, "confirmed")
    return _ripened(books, account)


def capture(books: Books, account_id: str, amount: int) -> Account:
    account = found(books, account_id)
    if account.standing is Standing.AUTHORIZED and CARDS[account.token].lapses:
        lapse(books, account_id)
        account = found(books, account_id)
    if account.standing is not Standing.AUTHORIZED:
        raise _unexpected(account, "captured")
    if amount > account.amount:
        raise Refusal(400, "amount_too_large", "more than was authorized")
    books.enter(account_id, "captured", amount)
    return found(books, account_id)


def void(books: Books, account_id: str) -> Account:
    account = found(books, account_id)
    voidable = {Standing.REQUIRES_ACTION, Standing.AUTHORIZED}
    if not CARDS[account.token].at_once:  # what a bank is at cannot be called off
        voidable.add(Standing.PROCESSING)
    if account.standing not in voidable:
        raise _unexpected(account, "voided")
    books.enter(account_id, "voided", account.amount)
    return found(books, account_id)


def refund(books: Books, account_id: str, amount: int) -> Account:
    account = found(books, account_id)
    if account.standing is Standing.REFUNDED:
        raise Refusal(400, "charge_already_refunded", "all of it went back before")
    if account.standing is not Standing.CAPTURED:
        raise _unexpected(account, "refunded")
    if amount > account.captured - account.refunded:
        raise Refusal(400, "amount_too_large", "more than is left")
    books.enter(account_id, "refunded", amount)
    return found(books, account_id)


def lapse(books: Books, account_id: str) -> Account:
    """The bank takes an authorization back, as it does after some days."""
    account = found(books, account_id)
    if account.standing is not Standing.AUTHORIZED:
        raise _unexpected(account, "lapsed")
    books.enter(account_id, "voided", account.amount, code="authorization_expired")
    return found(books, account_id)


def look_up(books: Books, account: Account | None) -> Account:
    if account is None:
        raise Refusal(404, "resource_missing", "no such payment")
    return _ripened(books, account)


def answer_challenge(books: Books, challenge: str, *, approved: bool) -> Account:
    """The buyer answers the bank's page; a second answer changes nothing."""
    account = challenged(books, challenge)
    if account.standing is Standing.REQUIRES_ACTION:
        refused = Card(decline_code="authentication_required")
        card = CARDS[account.token] if approved else refused
        _approve(books, account.id, account.amount, card)
    return found(books, account.id)


def challenged(books: Books, challenge: str) -> Account:
    account = books.by_challenge(challenge)
    if account is None:
        raise Refusal(404, "resource_missing", "no such page")
    return account


def found(books: Books, account_id: str) -> Account:
    account = books.account(account_id)
    if account is None:
        raise Refusal(404, "resource_missing", "no such payment")
    return account


def body_of(account: Account) -> PaymentBody:
    wanted = account.standing is Standing.REQUIRES_ACTION
    return PaymentBody(
        id=account.id,
        reference=account.reference,
        standing=account.standing,
        amount=account.amount,
        currency=account.currency,
        amount_captured=account.captured,
        amount_refunded=account.refunded,
        decline_code=account.code if account.standing is Standing.DECLINED else None,
        challenge=f"{CHALLENGES}/{account.challenge}" if wanted else None,
    )


def _ripened(books: Books, account: Account) -> Account:
    if account.standing is not Standing.PROCESSING:
        return account
    _answer_card(books, account.id, account.amount, CARDS[account.token])
    return found(books, account.id)


def _approve(books: Books, account_id: str, amount: int, card: Card) -> None:
    if card.pending:
        books.enter(account_id, "processing", amount)
    else:
        _answer_card(books, account_id, amount, card)


def _answer_card(books: Books, account_id: str, amount: int, card: Card) -> None:
    if card.decline_code:
        books.enter(account_id, "declined", amount, code=card.decline_code)
    else:
        books.enter(account_id, "captured" if card.at_once else "authorized", amount)


def _unexpected(account: Account, wanted: str) -> Refusal:
    return Refusal(
        400,
        "payment_unexpected_state",
        f"a payment that is {account.standing} cannot be {wanted}",
    )
