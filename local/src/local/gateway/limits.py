"""Limits per client address: a bucket of tokens for each, refilled every second."""

from dataclasses import dataclass
from typing import Any

FILTER = "envoy.filters.http.local_ratelimit"
_TYPE = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit"
#: Buckets kept; beyond, the one longest unused goes.
ADDRESSES = 100_000


@dataclass(frozen=True)
class Limit:
    """So many at once, and so many a second from then on."""

    name: str
    burst: int
    rate: int


#: A page with all it loads is some 30 requests; whole households share an address.
BROWSING = Limit("browsing", burst=600, rate=100)
#: Auth slows guesses down per account; this bounds what one address can cost it.
SIGNING_IN = Limit("signing-in", burst=60, rate=2)


def limit_filter(limit: Limit) -> dict[str, Any]:
    return {"name": FILTER, "typed_config": settings(limit)}


def settings(limit: Limit) -> dict[str, Any]:
    """Build the filter's settings; as a route's own they replace the general ones."""
    always = {"default_value": {"numerator": 100, "denominator": "HUNDRED"}}
    # An IPv6 household has a network of 64 bits, and could use an address a request.
    mask = {"v4_prefix_mask_len": 32, "v6_prefix_mask_len": 64}
    return {
        "@type": f"type.googleapis.com/{_TYPE}",
        "stat_prefix": limit.name,
        "filter_enabled": always,
        "filter_enforced": always,
        "rate_limits": [{"actions": [{"masked_remote_address": mask}]}],
        "descriptors": [
            {
                "entries": [{"key": "masked_remote_address"}],
                "token_bucket": _bucket(limit.burst, limit.rate),
            }
        ],
        "max_dynamic_descriptors": ADDRESSES,
        "always_consume_default_token_bucket": False,
        "token_bucket": _bucket(1_000_000, 1_000_000),
    }


def _bucket(burst: int, rate: int) -> dict[str, Any]:
    return {"max_tokens": burst, "tokens_per_fill": rate, "fill_interval": "1s"}
