"""The HTTP filters, in the order in which a request passes them."""

from importlib.resources import files
from typing import Any

from local.gateway.answers import header
from local.gateway.limits import BROWSING, limit_filter
from local.gateway.table import WEBHOOKS, Gateway

BODY_LIMIT = 1 << 20
COMPRESSOR = "envoy.filters.http.compressor"
_FILTERS = "type.googleapis.com/envoy.extensions.filters.http"

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
    gzip = "envoy.extensions.compression.gzip.compressor.v3.Gzip"
    return _filter(
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


def uncompressed() -> dict[str, Any]:
    """Leave the API as it is: secrets beside an attacker's words, and strong ETags."""
    return {
        COMPRESSOR: {
            "@type": f"{_FILTERS}.compressor.v3.CompressorPerRoute",
            "disabled": True,
        }
    }


def _cross_site(gateway: Gateway) -> dict[str, Any]:
    script = files("local.gateway").joinpath("cross_site.lua").read_text("utf-8")
    script = script.replace("WEBHOOKS", WEBHOOKS).replace("ORIGIN", gateway.origin)
    return _filter("lua.v3.Lua", default_source_code={"inline_string": script})


def _body_limit() -> dict[str, Any]:
    return _filter("buffer.v3.Buffer", max_request_bytes=BODY_LIMIT)


def _router() -> dict[str, Any]:
    return _filter("router.v3.Router", suppress_envoy_headers=True)


def _filter(kind: str, **settings: Any) -> dict[str, Any]:
    return {
        "name": f"envoy.filters.http.{kind.partition('.')[0]}",
        "typed_config": {"@type": f"{_FILTERS}.{kind}", **settings},
    }
