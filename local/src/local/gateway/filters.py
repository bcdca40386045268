"""The HTTP filters, in the order in which a request passes them."""

from importlib.resources import files
from typing import Any

from local.gateway.answers import header
from local.gateway.limits import BROWSING, limit_filter
from local.gateway.table import WEBHOOKS, Gateway

BODY_LIMIT = 1 << 20
COMPRESSOR = "envoy.filters.http.compressor"
_FILTERS = "type.googleapis.com/envoy.extensions.filters.http"
_MATCHING = "type.googleapis.com/envoy.extensions.common.matching.v3"

#: Words for people and programs; pictures are compressed already.
COMPRESSED = (
    "text/html",
    "text/css",
    "text/plain",
    "text/x-component",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
)


def filters(gateway: Gateway) -> list[dict[str, Any]]:
    limits = [limit_filter(BROWSING)] if gateway.limits else []
    return [
        _security_headers(gateway),
        _readiness(gateway),
        _compressor(),
        *limits,
        _cross_site(gateway),
        _body_limit(),
        _router(),
    ]


def _security_headers(gateway: Gateway) -> dict[str, Any]:
    """Put first, so that they stand on the gateway's own answers as well."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if gateway.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    mutations = [{"append": header(name, value)} for name, value in headers.items()]
    return _filter(
        "header_mutation.v3.HeaderMutation",
        mutations={"response_mutations": mutations},
    )


def _readiness(gateway: Gateway) -> dict[str, Any]:
    """Answer `/readyz`: 200 while every cluster has a process that is well."""
    path = {"name": ":path", "string_match": {"exact": "/readyz"}}
    return _filter(
        "health_check.v3.HealthCheck",
        pass_through_mode=False,
        headers=[path],
        cluster_min_healthy_percentages={
            name: {"value": 1} for name in gateway.upstreams
        },
    )


def _compressor() -> dict[str, Any]:
    """Asleep until a route wakes it (`compressed`): the API pays nothing for it."""
    gzip = "envoy.extensions.compression.gzip.compressor.v3.Gzip"
    asleep = {"disabled": True}
    return asleep | _filter(
        "compressor.v3.Compressor",
        response_direction_config={
            "common_config": {
                "min_content_length": 1024,
                "content_type_matcher": [{"prefix": media} for media in COMPRESSED],
            }
        },
        compressor_library={
            "name": "gzip",
            "typed_config": {
                "@type": f"type.googleapis.com/{gzip}",
                "memory_level": 5,
                "window_bits": 15,
                "compression_level": "COMPRESSION_LEVEL_4",
            },
        },
    )


def compressed() -> dict[str, Any]:
    """For pages alone: the API has secrets beside others' words, and strong ETags."""
    route = f"{_FILTERS}.compressor.v3.CompressorPerRoute"
    return {
        COMPRESSOR: {
            "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig",
            "config": {"@type": route, "overrides": {}},
        }
    }


def _cross_site(gateway: Gateway) -> dict[str, Any]:
    """Only requests with a session in a cookie are worth the script's time."""
    script = files("local.gateway").joinpath("cross_site.lua").read_text("utf-8")
    script = script.replace("WEBHOOKS", WEBHOOKS).replace("ORIGIN", gateway.origin)
    lua = _filter("lua.v3.Lua", default_source_code={"inline_string": script})
    skip = "envoy.extensions.filters.common.matcher.action.v3.SkipFilter"
    return {
        "name": lua["name"],
        "typed_config": {
            "@type": f"{_MATCHING}.ExtensionWithMatcher",
            "extension_config": lua,
            "xds_matcher": _unless_cookie("session=", _typed("skip", skip)),
        },
    }


def _unless_cookie(contains: str, action: dict[str, Any]) -> dict[str, Any]:
    cookie = "envoy.type.matcher.v3.HttpRequestHeaderMatchInput"
    carried = {
        "input": _typed("cookie", cookie, header_name="cookie"),
        "value_match": {"contains": contains},
    }
    unless = {"not_matcher": {"single_predicate": carried}}
    matcher = {"predicate": unless, "on_match": {"action": action}}
    return {"matcher_list": {"matchers": [matcher]}}


def _body_limit() -> dict[str, Any]:
    return _filter("buffer.v3.Buffer", max_request_bytes=BODY_LIMIT)


def _router() -> dict[str, Any]:
    """Without the counters of its own for each answer: nobody reads them here."""
    return _filter("router.v3.Router", suppress_envoy_headers=True, dynamic_stats=False)


def _filter(kind: str, **settings: Any) -> dict[str, Any]:
    return {
        "name": f"envoy.filters.http.{kind.partition('.')[0]}",
        "typed_config": {"@type": f"{_FILTERS}.{kind}", **settings},
    }


def _typed(name: str, kind: str, **settings: Any) -> dict[str, Any]:
    config = {"@type": f"type.googleapis.com/{kind}", **settings}
    return {"name": name, "typed_config": config}
