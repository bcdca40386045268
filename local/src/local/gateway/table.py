"""The route table, and what the gateway is told about this system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CLIENT = "client"
CSV = "text/csv"
EVENTS = "text/event-stream"
TEST_PROVIDER = "test-provider"


@dataclass(frozen=True, kw_only=True)
class Route:
    """Paths by whole segments, and the cluster that answers them."""

    prefix: str
    cluster: str
    timeout: float = 10.0
    #: Only with this parameter in the query.
    parameter: str | None = None
    #: Only when this is asked for: an answer that goes on, for as long as `timeout`.
    stream: str | None = None


ROUTES: Sequence[Route] = (
    Route(prefix="/api/users", cluster="auth"),
    Route(prefix="/.well-known/jwks.json", cluster="auth"),
    # Services end their streams after 6 minutes at the latest.
    Route(prefix="/api/events", cluster="tickets", stream=EVENTS, timeout=420.0),
    Route(prefix="/api/events", cluster="tickets"),
    Route(prefix="/api/tickets", cluster="tickets"),
    # `?wait=` holds the answer back for 8 s at most.
    Route(prefix="/api/orders", cluster="orders", parameter="wait", timeout=12.0),
    Route(prefix="/api/orders", cluster="orders"),
    # An export of every order of a tour takes as long as it takes.
    Route(prefix="/api/sales", cluster="orders", stream=CSV, timeout=420.0),
    Route(prefix="/api/sales", cluster="orders"),
    # An earlier attempt is called off and another authorized: 12 s each at Stripe.
    Route(prefix="/api/payments", cluster="payments", timeout=28.0),
    Route(prefix="/test-provider/challenges", cluster=TEST_PROVIDER),
)

#: Guesses and new accounts: these POSTs have a limit of their own per address.
SIGN_INS = ("/api/users/signin", "/api/users/signup", "/api/users/guest")

WEBHOOKS = "/api/payments/webhooks"


@dataclass(frozen=True)
class Upstream:
    """One process behind the gateway, asked at its inner port whether it is well."""

    port: int
    ops_port: int | None = None
    path: str = "/readyz"
    #: Whether it speaks HTTP/2 without TLS: many requests over one connection.
    http2: bool = False


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """Where it listens, and what stands behind it."""

    port: int
    host: str = "127.0.0.1"
    origin: str = "http://localhost:8080"
    #: Processes by cluster; a cluster that is no route's is only asked how it is.
    upstreams: Mapping[str, Sequence[Upstream]] = field(
        default_factory=dict[str, Sequence[Upstream]]
    )
    limits: bool = True
    #: How many proxies stand in front and may say who the client is.
    trusted_proxies: int = 0

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")
