"""The `Idempotency-Key` of a request, as the dependency `keyed`: None without one."""

from typing import Annotated

from litestar.params import HeaderParameter

from common import idempotency
from common.asgi import Scope
from common.http.people import AnyRequest
from common.idempotency import Keyed
from common.identity import Identity

KeyHeader = Annotated[
    str | None,
    HeaderParameter(
        name=idempotency.HEADER,
        required=False,
        description="Makes a request safe to repeat: one effect and one answer for the"
        " same key, kept 24 hours. 1-255 visible ASCII characters.",
    ),
]


async def keyed(
    request: AnyRequest, identity: Identity, idempotency_key: KeyHeader = None
) -> Keyed | None:
    """Raises Invalid for a key of another form."""
    if idempotency_key is None:
        return None
    body = await request.body()
    return keyed_by(idempotency_key, identity, request.scope, body)


def keyed_by(key: str, identity: Identity, scope: Scope, body: bytes) -> Keyed:
    """What the key is used for is the body and the address.

    The same key for another thing under the same route is a key used again, not a
    repetition. Raises Invalid for a key of another form.
    """
    return idempotency.keyed(
        user_id=identity.user_id,
        route=f"{scope['method']} {scope['path_template']}",
        key=key,
        body=b"\n".join((scope["path"].encode(), scope["query_string"], body)),
    )
