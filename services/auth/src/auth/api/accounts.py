"""`/api/users`: sign up, visit, sign in, sign out, mind one's account."""

from typing import Any

from litestar import Request, Response, get, patch, post
from msgspec import UNSET

from auth.cookies import SET, SessionCookie
from auth.errors import EmailTaken, TooManyGuesses, WeakPassword, WrongPassword
from auth.schemas import CurrentUser, PasswordChange, Rename, SignIn, SignUp, UserRead
from auth.service import Accounts, SignedIn
from auth.sessions import Device
from common.http import problems
from common.idempotency import REPLAYED, Keyed
from common.identity import Identity

_AGENT_LENGTH = 300


@post(
    "/api/users/signup",
    response_cookies=[SET],
    responses=problems(EmailTaken, WeakPassword),
)
async def sign_up(
    request: Request[Any, Any, Any],
    data: SignUp,
    visitor: Identity | None,
    accounts: Accounts,
    cookie: SessionCookie,
) -> Response[UserRead]:
    """Become a member; a guest keeps the id and what it holds."""
    entered = await accounts.sign_up(
        email=data.email,
        password=data.password,
        name=data.name,
        visitor=visitor,
        device=device_of(request),
    )
    return _entered(entered, cookie, status=201)


@post("/api/users/guest", response_cookies=[SET])
async def visit_as_guest(
    request: Request[Any, Any, Any],
    visitor: Identity | None,
    accounts: Accounts,
    cookie: SessionCookie,
) -> Response[UserRead]:
    """Buy without an account: a guest may order and pay."""
    entered = await accounts.visit(visitor=visitor, device=device_of(request))
    return _entered(entered, cookie, status=201)


@post(
    "/api/users/signin",
    status_code=200,
    response_cookies=[SET],
    responses=problems(WrongPassword, TooManyGuesses),
)
async def sign_in(
    request: Request[Any, Any, Any],
    data: SignIn,
    visitor: Identity | None,
    accounts: Accounts,
    cookie: SessionCookie,
) -> Response[UserRead]:
    """Sign in; what a guest of this browser holds is then the member's as well."""
    entered = await accounts.sign_in(
        email=data.email,
        password=data.password,
        visitor=visitor,
        device=device_of(request),
    )
    return _entered(entered, cookie, status=200)


@post("/api/users/signout", status_code=204)
async def sign_out(
    visitor: Identity | None, accounts: Accounts, cookie: SessionCookie
) -> Response[None]:
    """End the session in every service, and the cookie in this browser."""
    await accounts.sign_out(visitor)
    return Response(None, status_code=204, cookies=[cookie.gone()])


@get("/api/users/currentuser")
async def current_user(visitor: Identity | None, accounts: Accounts) -> CurrentUser:
    """Who is signed in, or null."""
    if visitor is None:
        return CurrentUser(None)
    user = await accounts.current(visitor)
    return CurrentUser(UserRead.of(user, expires_at=visitor.expires_at))


@patch("/api/users/currentuser")
async def rename_current_user(
    data: Rename, member: Identity, accounts: Accounts
) -> UserRead:
    """Change what is named; what is left out stays."""
    if data.name is UNSET:
        user = await accounts.current(member)
    else:
        user = await accounts.rename(member, data.name)
    return UserRead.of(user, expires_at=member.expires_at)


@post("/api/users/password", status_code=204, responses=problems(TooManyGuesses))
async def change_password(
    data: PasswordChange, member: Identity, accounts: Accounts, keyed: Keyed | None
) -> Response[None]:
    """Choose a new password; every other session ends."""
    replayed = await accounts.change_password(
        member, old=data.old, new=data.new, keyed=keyed
    )
    return Response(None, status_code=204, headers=REPLAYED if replayed else None)


ROUTES = (
    sign_up,
    visit_as_guest,
    sign_in,
    sign_out,
    current_user,
    rename_current_user,
    change_password,
)


def device_of(request: Request[Any, Any, Any]) -> Device:
    """Where a request comes from: the last hop is what the gateway itself saw."""
    hops = request.headers.get("x-forwarded-for", "")
    client = request.scope["client"]
    address = hops.rpartition(",")[2].strip() or (client[0] if client else "unknown")
    agent = request.headers.get("user-agent")
    return Device(address[:64], agent and agent[:_AGENT_LENGTH])


def _entered(
    entered: SignedIn, cookie: SessionCookie, *, status: int
) -> Response[UserRead]:
    return Response(
        UserRead.of(entered.user, expires_at=entered.session.expires_at),
        status_code=status,
        cookies=[cookie.holding(entered.token, life=entered.session.life)],
    )
