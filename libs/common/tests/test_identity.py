"""Tokens, genuine and forged."""

from uuid import UUID, uuid4

import pytest

from common.errors import Busy, SignedOut
from common.identity import Action, Identity, KeysMissing, TokenVerifier, may
from common.testing.tokens import GUEST, LIFE, NOW, SESSION, USER, Signer, forgeries

SIGNER, STRANGER = Signer(), Signer(b"\2" * 32)


class FixedKeys:
    """Keys known now, and those that a look would find."""

    def __init__(self, *known: str, found: tuple[str, ...] = ()) -> None:
        self.known = dict.fromkeys(known, SIGNER.public)
        self.found = dict.fromkeys(found, SIGNER.public)
        self.looks = 0

    def get(self, kid: str) -> bytes | None:
        return self.known.get(kid)

    def empty(self) -> bool:
        return not self.known

    async def refresh(self) -> bool:
        self.looks += 1
        looked = self.looks == 1
        if looked:
            self.known |= self.found
        return looked


def verifier(
    keys: FixedKeys | None = None,
    *,
    now: float = NOW,
    revoked: frozenset[UUID] = frozenset(),
) -> TokenVerifier:
    return TokenVerifier(keys or FixedKeys("one"), revoked=revoked, now=lambda: now)


class TestGenuine:
    def test_it_says_who_asks(self) -> None:
        identity = verifier().verify(SIGNER.token(gids=[str(GUEST)]))
        assert (identity.user_id, identity.session_id) == (USER, SESSION)
        assert identity.kind == "member"
        assert identity.expires_at.timestamp() == NOW + LIFE
        assert identity.owners == {USER, GUEST}

    def test_without_a_guest_one_owns_ones_own(self) -> None:
        assert verifier().verify(SIGNER.token()).owners == {USER}

    def test_a_clock_behind_auths_forgives(self) -> None:
        verifier(now=NOW - 20).verify(SIGNER.token())

    def test_it_is_valid_until_it_expires(self) -> None:
        verifier(now=NOW + 3599.9).verify(SIGNER.token())


FORGED = forgeries(SIGNER)


class TestForged:
    @pytest.mark.parametrize(
        "token", ["", "é.é.é", *FORGED.values()], ids=["nothing", "not ASCII", *FORGED]
    )
    def test_each_is_refused_in_the_same_words(self, token: str) -> None:
        with pytest.raises(SignedOut) as caught:
            verifier().verify(token)
        assert str(caught.value) == "Sign in to do this."
        assert caught.value.extra == {}

    def test_a_revoked_session_is_refused(self) -> None:
        with pytest.raises(SignedOut):
            verifier(revoked=frozenset({SESSION})).verify(SIGNER.token())

    def test_a_header_is_trusted_only_with_its_key(self) -> None:
        keys = FixedKeys("one")
        tokens = verifier(keys)
        tokens.verify(SIGNER.token())
        keys.known = {"other": SIGNER.public}
        with pytest.raises(SignedOut):
            tokens.verify(SIGNER.token())

    def test_headers_of_forgers_are_not_remembered(self) -> None:
        tokens = verifier()
        for number in range(100):
            with pytest.raises(SignedOut):
                tokens.verify(STRANGER.token(header={"n": number}))
        assert tokens.trusted == 0


class TestKeys:
    async def test_an_unknown_key_is_looked_for_once(self) -> None:
        keys = FixedKeys("one", found=("two",))
        tokens = verifier(keys)
        fresh = SIGNER.token(header={"kid": "two"})
        assert (await tokens.identify(fresh)).user_id == USER
        with pytest.raises(SignedOut):
            await tokens.identify(SIGNER.token(header={"kid": "three"}))
        assert keys.looks == 2

    async def test_a_forged_token_asks_nobody(self) -> None:
        keys = FixedKeys("one")
        with pytest.raises(SignedOut):
            await verifier(keys).identify(STRANGER.token())
        assert keys.looks == 0

    async def test_without_any_key_we_are_busy_and_nobody_is_signed_out(self) -> None:
        with pytest.raises(KeysMissing) as caught:
            await verifier(FixedKeys()).identify(SIGNER.token())
        assert isinstance(caught.value, Busy)

    async def test_the_first_keys_are_looked_for(self) -> None:
        keys = FixedKeys(found=("one",))
        assert await verifier(keys).identify(SIGNER.token())


class TestMay:
    def test_a_seller_is_a_member_who_sells(self) -> None:
        seller = verifier().verify(SIGNER.token(gids=[str(GUEST)]))
        assert may(seller, Action.EDIT, USER)
        assert not may(seller, Action.EDIT, uuid4())
        assert not may(seller, Action.EDIT, GUEST)

    def test_a_guest_sells_nothing(self) -> None:
        guest: Identity = verifier().verify(SIGNER.token(kind="guest"))
        assert not may(guest, Action.OFFER, USER)
