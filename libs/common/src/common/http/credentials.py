"""What a request's headers say about who sent it, and from where.

A bearer token goes before the cookie: a program that says who it is means it. Only the
cookie is sent by browsers on their own, so only without a bearer token does it matter
which site a request comes from.
"""

from collections.abc import Mapping

_COOKIE = "session"
#: Browsers take this name from https alone, and from this host alone.
_SECURE_COOKIE = "__Host-session"

_OURS = ("same-origin", "none")


def cookie_name(public_url: str | None) -> str:
    """The session's cookie; over https the one that no neighbour can have planted."""
    secure = (public_url or "").lower().startswith("https://")
    return _SECURE_COOKIE if secure else _COOKIE


def bearer_token(headers: Mapping[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def cookie_token(headers: Mapping[str, str], cookie: str) -> str | None:
    cookies: dict[str, str] = {}
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        cookies[name] = value
    return cookies.get(cookie)


def token_of(headers: Mapping[str, str], *, cookie: str) -> str | None:
    bearer = bearer_token(headers)
    return cookie_token(headers, cookie) if bearer is None else bearer


def crosses_sites(headers: Mapping[str, str], *, public_url: str | None) -> bool:
    """Whether a browser sent this for a page of another site.

    Every browser of today says so itself (Sec-Fetch-Site); for older ones the Origin
    must be our own. Without either it was no browser, or no page.
    """
    if bearer_token(headers) is not None:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OURS
    origin = headers.get("origin")
    return not (origin is None or _is_ours(origin, headers, public_url))


def _is_ours(origin: str, headers: Mapping[str, str], public_url: str | None) -> bool:
    if public_url is not None and origin == public_url.rstrip("/"):
        return True
    return origin.partition("://")[2] == headers.get("host", "")
