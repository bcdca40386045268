"""Composition root: settings in, a service out."""

from auth import jobs
from auth.api import ROUTES
from auth.cookies import SessionCookie
from auth.guesses import GuessGuard, address_limits
from auth.passwords import Passwords, hasher
from auth.service import Accounts
from auth.sessions import SessionBook, SessionVerifier
from auth.settings import Settings
from auth.signing import KeyRing
from common.application import Application
from common.clock import Clock, utcnow
from common.database import Database
from common.http import create_api, openapi_document
from common.identity import TokenVerifier
from common.limits import limits


class Auth:
    """Everything auth is made of, wired."""

    def __init__(
        self,
        database: Database,
        *,
        public_url: str,
        limited: bool = True,
        clock: Clock = utcnow,
        passwords: Passwords | None = None,
    ) -> None:
        self.passwords = passwords or Passwords(hasher())
        self.keys = KeyRing(database, clock=clock)
        self.sessions = SessionBook(database, clock=clock)
        self.guesses = GuessGuard(
            database, clock=clock, addresses=address_limits(on=limited), on=limited
        )
        self.accounts = Accounts(
            database,
            sessions=self.sessions,
            passwords=self.passwords,
            keys=self.keys,
            guesses=self.guesses,
        )
        tokens = TokenVerifier(self.keys, now=lambda: clock().timestamp())
        self.verifier = SessionVerifier(tokens, self.sessions)
        self.api = create_api(
            name="users",
            version="1",
            routes=ROUTES,
            dependencies={
                "accounts": self.accounts,
                "sessions": self.sessions,
                "keys": self.keys,
                "cookie": SessionCookie(public_url),
            },
            verifier=self.verifier,
            limits=limits(on=limited),
            public_url=public_url,
        )


def create_app(settings: Settings) -> Application:
    database = Database(settings.database_url)
    limited = settings.limits == "on"
    auth = Auth(database, public_url=settings.public_url, limited=limited)
    return Application(
        name="auth",
        settings=settings,
        nats_password=settings.nats_password,
        database=database,
        api=auth.api,
        jobs=jobs.work_jobs(auth.keys, auth.sessions, auth.guesses),
        serve_jobs=jobs.serve_jobs(auth.keys),
        starting=auth.keys.start,
    )


def openapi() -> bytes:
    """The OpenAPI document; nothing is connected to."""
    nowhere = Database("postgresql://nobody@localhost/nothing")
    return openapi_document(Auth(nowhere, public_url="http://localhost").api)
