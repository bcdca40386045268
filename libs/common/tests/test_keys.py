"""Auth's public keys: fetched, kept, looked for again, never lost."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from common.asgi import Receive, Scope, Send, respond
from common.database import Database
from common.embedded.processes import free_ports
from common.identity import TokenVerifier
from common.keys import JWKS_PATH, KeySet, KeyStore, PublicKey, fetch_from
from common.server import serve_asgi
from common.testing.tokens import NOW, Signer, encode
from common.testing.waiting import eventually

ONE, TWO = Signer(b"\1" * 32), Signer(b"\2" * 32)


def key(kid: str, seed: int = 1) -> PublicKey:
    return PublicKey(kid=kid, x=encode(Signer(bytes([seed]) * 32).public))


class Auth:
    """What auth would answer, and how often it was asked."""

    def __init__(self, *published: PublicKey) -> None:
        self.published = list(published)
        self.away = False
        self.asked = 0

    async def fetch(self) -> KeySet:
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("away")
        return KeySet(self.published)


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


class TestKeyStore:
    async def test_it_asks_auth(self, database: Database) -> None:
        store = KeyStore(Auth(key("a")).fetch, database)
        assert store.empty()
        assert await store.refresh()
        assert store.get("a") == ONE.public
        assert store.get("b") is None

    async def test_it_looks_again_at_most_every_ten_seconds(
        self, database: Database, seconds: Seconds
    ) -> None:
        auth = Auth(key("a"))
        store = KeyStore(auth.fetch, database, now=seconds)
        await store.refresh()
        auth.published.append(key("b", 2))
        seconds.now = 9.9
        assert not await store.refresh()
        assert store.get("b") is None
        seconds.now = 10
        assert await store.refresh()
        assert store.get("b") == TWO.public
        assert auth.asked == 2

    async def test_a_key_withdrawn_is_gone(self, database: Database) -> None:
        auth = Auth(key("a"), key("b", 2))
        store = KeyStore(auth.fetch, database)
        await store.update()
        auth.published.pop(0)
        await store.update()
        assert store.get("a") is None
        restarted = KeyStore(auth.fetch, database)
        await restarted.load()
        assert (restarted.get("a"), restarted.get("b")) == (None, TWO.public)

    async def test_the_last_good_copy_survives_a_restart_without_auth(
        self, database: Database
    ) -> None:
        auth = Auth(key("a"))
        await KeyStore(auth.fetch, database).update()
        auth.away = True
        restarted = KeyStore(auth.fetch, database)
        await restarted.load()
        await restarted.refresh()
        assert restarted.get("a") == ONE.public

    async def test_nothing_known_stays_empty(self, database: Database) -> None:
        auth = Auth()
        auth.away = True
        store = KeyStore(auth.fetch, database)
        await store.load()
        await store.refresh()
        assert store.empty()

    async def test_a_key_that_is_none_does_not_push_out_the_good(
        self, database: Database
    ) -> None:
        auth = Auth(key("a"))
        store = KeyStore(auth.fetch, database)
        await store.update()
        auth.published = [PublicKey(kid="b", x="c2hvcnQ")]
        await store.update()
        assert store.get("a") == ONE.public


GOOD = b'{"keys": [{"kid": "a", "x": "AAAA", "kty": "OKP", "crv": "Ed25519"}]}'
OTHER_CURVE = b'{"keys": [{"kid": "a", "x": "AAAA", "kty": "OKP", "crv": "X25519"}]}'


@pytest.fixture
async def jwks() -> AsyncIterator[tuple[str, list[bytes]]]:
    """An address of auth's, and the body it answers with."""
    bodies: list[bytes] = []
    stopping = asyncio.Event()
    [port] = free_ports(1)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        status = 200 if scope["path"] == JWKS_PATH else 404
        await respond(send, status=status, media="application/json", body=bodies[-1])

    serve = serve_asgi(app, host="127.0.0.1", port=port, stopping=stopping)
    serving = asyncio.create_task(serve)
    yield f"http://127.0.0.1:{port}/", bodies
    stopping.set()
    await serving


class TestFetch:
    async def test_it_reads_a_json_web_key_set(
        self, jwks: tuple[str, list[bytes]]
    ) -> None:
        url, bodies = jwks
        bodies.append(GOOD)
        found = await eventually(fetch_from(url))
        assert [key.kid for key in found.keys] == ["a"]

    @pytest.mark.parametrize("body", [b"", b"{}", b'{"keys": []}', OTHER_CURVE])
    async def test_what_is_no_key_set_is_refused(
        self, body: bytes, jwks: tuple[str, list[bytes]]
    ) -> None:
        url, bodies = jwks
        bodies.append(GOOD)
        await eventually(fetch_from(url))
        bodies.append(body)
        with pytest.raises(ValueError, match=r"."):
            await fetch_from(url)()


async def test_all_who_ask_at_once_profit_from_one_look(database: Database) -> None:
    auth = Auth(key("a"))
    verifier = TokenVerifier(KeyStore(auth.fetch, database), now=lambda: NOW)
    token = ONE.token(header={"kid": "a"})
    await asyncio.gather(*(verifier.identify(token) for _ in range(5)))
    assert auth.asked == 1
