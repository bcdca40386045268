"""Tokens as auth signs them, and as forgers would.

`forgeries(signer)` is the table that every route of every service must refuse.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from nacl.signing import SigningKey

from common.ids import new_id

NOW = 1_800_000_000
USER = UUID("01a20446-0009-70dc-aff3-0e173b2881e9")
SESSION = UUID("01a20446-000b-73fd-8871-5dde19382396")
GUEST = UUID("01a20446-000c-701b-8965-14ffde02f633")
LIFE = 3600

Members = Mapping[str, Any]


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def part(members: Members) -> str:
    return encode(msgspec.json.encode(members))


class Signer:
    """A key pair, and tokens signed with it; genuine ones if the key is auth's."""

    def __init__(
        self,
        private: bytes = bytes(32),
        *,
        kid: str = "one",
        now: int = NOW,
        user: UUID = USER,
        session: UUID = SESSION,
        kind: str = "member",
    ) -> None:
        self.key = SigningKey(private)
        self.now = now
        self.header: dict[str, Any] = {"alg": "Ed25519", "typ": "JWT", "kid": kid}
        self.claims: dict[str, Any] = {
            "iss": "ticketing",
            "aud": "ticketing",
            "sub": user,
            "sid": session,
            "kind": kind,
            "iat": now,
            "nbf": now,
            "exp": now + LIFE,
        }

    @property
    def public(self) -> bytes:
        return bytes(self.key.verify_key)

    def token(self, *, header: Members | None = None, **claims: Any) -> str:
        """Sign with changes; a member that is None is left out."""
        said = _without_none(self.claims | claims)
        return self.sign(part(_without_none(self.header | dict(header or {}))), said)

    def sign(self, header: str, claims: Members | str) -> str:
        text = f"{header}.{claims if isinstance(claims, str) else part(claims)}"
        return f"{text}.{encode(self.key.sign(text.encode()).signature)}"

    def unsigned(self) -> str:
        return f"{part({**self.header, 'alg': 'none'})}.{part(self.claims)}."

    def hmac(self, secret: bytes) -> str:
        """Sign with the public key as if it were a shared secret."""
        text = f"{part({**self.header, 'alg': 'HS256'})}.{part(self.claims)}"
        return (
            f"{text}.{encode(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"
        )

    def tampered(self, **claims: Any) -> str:
        """Put other claims under a genuine signature."""
        header, _, signature = self.token().split(".")
        return f"{header}.{part(self.claims | claims)}.{signature}"


def _without_none(members: Members) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def forgeries(signer: Signer) -> dict[str, str]:
    """Every kind of token that is none, by what is wrong with it."""
    return {
        **_malformed(signer),
        **_other_algorithms(signer),
        **_other_keys(signer),
        **_other_claims(signer),
    }


def _malformed(signer: Signer) -> dict[str, str]:
    genuine, header = signer.token(), part(signer.header)
    middle = len(genuine) - 10
    flipped = "A" if genuine[middle] != "A" else "B"
    return {
        "a word": "token",
        "two parts": genuine.rpartition(".")[0],
        "four parts": f"{genuine}.x",
        "empty parts": "..",
        "no base64": "!!.!!.!!",
        "padding": f"{genuine}=",
        "not JSON": signer.sign(encode(b"{"), signer.claims),
        "deep JSON": signer.sign(encode(b"[" * 2000), signer.claims),
        "claims that are no JSON": signer.sign(header, encode(b"{")),
        "claims that are a list": signer.sign(header, encode(b"[]")),
        "endless": "a" * 5000,
        "no signature": genuine.rpartition(".")[0] + ".",
        "flipped bit": genuine[:middle] + flipped + genuine[middle + 1 :],
    }


def _other_algorithms(signer: Signer) -> dict[str, str]:
    named = {
        f"algorithm {name}": signer.token(header={"alg": name})
        for name in ("None", "EdDSA", "ed25519", "Ed448", "ES256", "RS256", None)
    }
    return named | {
        "none": signer.unsigned(),
        "HS256 with the public key": signer.hmac(signer.public),
        "HS256 with its text": signer.hmac(encode(signer.public).encode()),
        "another type": signer.token(header={"typ": "at+jwt"}),
        "critical extension": signer.token(header={"crit": ["b64"], "b64": False}),
    }


def _other_keys(signer: Signer) -> dict[str, str]:
    stranger = Signer(b"\1" * 32)
    stranger.header, stranger.claims = signer.header, signer.claims
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": encode(stranger.public)}
    return {
        "no key": signer.token(header={"kid": None}),
        "unknown key": signer.token(header={"kid": "unknown"}),
        "path for a key": signer.token(header={"kid": "../../dev/null"}),
        "another's signature": stranger.token(),
        "key in the header": stranger.token(header={"jwk": jwk}),
        "address of keys": stranger.token(header={"jku": "https://evil.test/jwks"}),
    }


def _other_claims(signer: Signer) -> dict[str, str]:
    return {
        "another subject": signer.tampered(sub=str(new_id())),
        "another session": signer.tampered(sid=str(new_id())),
        "another kind": signer.tampered(kind="admin"),
        "somebody's guest": signer.tampered(gids=[str(GUEST)]),
        "later expiry": signer.tampered(exp=signer.now + 10**6),
        "expired": signer.token(exp=signer.now),
        "not yet valid": signer.token(nbf=signer.now + 10**5, exp=signer.now + 10**6),
        "another audience": signer.token(aud="other"),
        "audiences": signer.token(aud=["ticketing", "other"]),
        "another issuer": signer.token(iss="https://evil.test"),
        "no expiry": signer.token(exp=None),
        "no audience": signer.token(aud=None),
        "no session": signer.token(sid=None),
        "expiry in words": signer.token(exp="tomorrow"),
        "a kind nobody knows": signer.token(kind="admin"),
        "subject that is no id": signer.token(sub="root"),
    }
