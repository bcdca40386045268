"""What Prometheus reads about requests: how many, how long, by route and status."""

from functools import lru_cache

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST

REQUESTS = Counter(
    "http_requests_total", "Requests answered", ["method", "route", "status"]
)
LATENCY = Histogram(
    "http_request_duration_seconds",
    "Time to answer a request",
    ["method", "route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

#: Methods get labels of their own; what clients invent does not.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def measure(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer; `route` is the template, never the path as sent."""
    count, latency = _of(method if method in _METHODS else "other", route, status)
    count.inc()
    latency.observe(seconds)


@lru_cache(maxsize=1024)
def _of(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """Looking the labels up costs more than counting."""
    return REQUESTS.labels(method, route, str(status)), LATENCY.labels(method, route)


def exposition() -> bytes:
    return generate_latest()
