"""The two calls of every sale, authorize and capture, in front of the framework."""

from typing import Final

import msgspec

from common.asgi import ASGIApp, Receive, Scope, Send, respond
from payments.providers.stand_in.bank import Refusal
from payments.providers.stand_in.desk import Desk, refused
from payments.providers.stand_in.wire import (
    KEY_HEADER,
    LONGEST_KEY,
    AmountBody,
    AuthorizeBody,
    Reply,
)

_KEY: Final = KEY_HEADER.lower().encode()
_authorization: Final = msgspec.json.Decoder(AuthorizeBody)
_capture: Final = msgspec.json.Decoder(AmountBody)


def in_front_of(api: ASGIApp, desk: Desk) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        path = _path(scope)
        match path:
            case ["payments"] | ["payments", _, "capture"]:
                reply = await _reply(desk, path, _key(scope), await _body(receive))
                media = "application/json"
                await respond(send, status=reply.status, media=media, body=reply.body)
            case _:
                await api(scope, receive, send)

    return answer


async def _reply(desk: Desk, path: list[str], key: str | None, body: bytes) -> Reply:
    try:
        if key is not None and len(key) > LONGEST_KEY:
            raise msgspec.ValidationError("the key is too long")
        if len(path) == 1:
            return await desk.authorize(_authorization.decode(body), key)
        amount = _capture.decode(body).amount
        return await desk.change("capture", path[1], key, amount=amount)
    except msgspec.DecodeError as error:
        return refused(Refusal(400, "parameter_invalid", str(error)))


def _path(scope: Scope) -> list[str]:
    """Empty of what is no call to pay."""
    posted = scope["type"] == "http" and scope["method"] == "POST"
    return scope["path"].strip("/").split("/") if posted else []


def _key(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == _KEY:
            return value.decode("latin-1")
    return None


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)
