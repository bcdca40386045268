"""The public keys, for every service."""

from litestar import Response, get

from auth.signing import KeyRing
from common.keys import JWKS_PATH, KeySet


@get(JWKS_PATH, sync_to_thread=False)
def public_keys(keys: KeyRing) -> Response[KeySet]:
    """The keys that tokens are verified with (RFC 7517)."""
    headers = {"Cache-Control": "public, max-age=30"}
    return Response(keys.published(), headers=headers)


ROUTES = (public_keys,)
