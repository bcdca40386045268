"""Envoy's bootstrap configuration, rendered from the route table."""

from typing import Any

from local.gateway.answers import header, local_reply
from local.gateway.clusters import address, clusters
from local.gateway.filters import filters
from local.gateway.routes import routes
from local.gateway.table import Gateway

_TYPES = "type.googleapis.com/envoy.extensions"

#: Headers by which somebody would say who they are: only we may.
IDENTITY_HEADERS = (
    "x-user-id",
    "x-user",
    "x-session-id",
    "x-remote-user",
    "remote-user",
    "x-forwarded-user",
    "x-forwarded-email",
    "x-forwarded-preferred-username",
    "x-forwarded-groups",
    "x-forwarded-access-token",
    "x-client-address",
    "x-real-ip",
    "true-client-ip",
    "forwarded",
)
IDENTITY_PREFIXES = ("x-envoy-", "x-auth-request-", "x-identity-", "x-amzn-oidc-")
#: Believed only when a proxy that we trust stands in front.
PROXY_HEADERS = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto")


def render(gateway: Gateway) -> dict[str, Any]:
    return {
        "node": {"id": "gateway", "cluster": "gateway"},
        "static_resources": {
            "listeners": [_listener(gateway)],
            "clusters": clusters(gateway),
        },
        "overload_manager": _overload(),
    }


def _listener(gateway: Gateway) -> dict[str, Any]:
    manager = {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": _connection_manager(gateway),
    }
    return {
        "name": "public",
        "address": address(gateway.host, gateway.port),
        "per_connection_buffer_limit_bytes": 1 << 20,
        "filter_chains": [{"filters": [manager]}],
    }


def _connection_manager(gateway: Gateway) -> dict[str, Any]:
    network = f"{_TYPES}.filters.network"
    return {
        "@type": f"{network}.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "public",
        "server_name": "ticketing",
        "use_remote_address": True,
        "xff_num_trusted_hops": gateway.trusted_proxies,
        "always_set_request_id_in_response": True,
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "REJECT_REQUEST",
        **_patience(),
        "early_header_mutation_extensions": [_strangers_claims(gateway)],
        "local_reply_config": local_reply(),
        "access_log": [_access_log()],
        "http_filters": filters(gateway),
        "route_config": _route_config(gateway),
    }


def _patience() -> dict[str, Any]:
    """Bounds on how large headers may be, and how slow everything."""
    return {
        "max_request_headers_kb": 32,
        "request_headers_timeout": "10s",
        "request_timeout": "30s",
        "stream_idle_timeout": "30s",
        "common_http_protocol_options": {
            "idle_timeout": "75s",
            "max_headers_count": 100,
            "headers_with_underscores_action": "DROP_HEADER",
        },
    }


def _route_config(gateway: Gateway) -> dict[str, Any]:
    who = "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"
    return {
        "name": "public",
        "virtual_hosts": [
            {"name": "public", "domains": ["*"], "routes": routes(gateway)}
        ],
        "request_headers_to_add": [header("x-forwarded-for", who)],
        "response_headers_to_remove": ["x-powered-by"],
    }


def _strangers_claims(gateway: Gateway) -> dict[str, Any]:
    """Drop them before anything reads them, Envoy's own retries included."""
    proxied = () if gateway.trusted_proxies else PROXY_HEADERS
    named = [{"remove": name} for name in (*IDENTITY_HEADERS, *proxied)]
    matched = [
        {"remove_on_match": {"key_matcher": {"prefix": prefix, "ignore_case": True}}}
        for prefix in IDENTITY_PREFIXES
    ]
    kind = "early_header_mutation.header_mutation.v3.HeaderMutation"
    return {
        "name": "envoy.http.early_header_mutation.header_mutation",
        "typed_config": {
            "@type": f"{_TYPES}.http.{kind}",
            "mutations": [*named, *matched],
        },
    }


def _access_log() -> dict[str, Any]:
    """One JSON line a request, without the query: people search for people."""
    return {
        "name": "envoy.access_loggers.stdout",
        "filter": {"not_health_check_filter": {}},
        "typed_config": {
            "@type": f"{_TYPES}.access_loggers.stream.v3.StdoutAccessLog",
            "log_format": {"json_format": ACCESS_LOG},
        },
    }


ACCESS_LOG = {
    "timestamp": "%START_TIME%",
    "event": "request",
    "request_id": "%REQ(X-REQUEST-ID)%",
    "traceparent": "%REQ(TRACEPARENT)%",
    "method": "%REQ(:METHOD)%",
    "path": "%PATH(NQ)%",
    "status": "%RESPONSE_CODE%",
    "flags": "%RESPONSE_FLAGS%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "milliseconds": "%DURATION%",
    "received": "%BYTES_RECEIVED%",
    "sent": "%BYTES_SENT%",
    "address": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    "upstream": "%UPSTREAM_CLUSTER%",
    "replica": "%UPSTREAM_HOST%",
}


def _overload() -> dict[str, Any]:
    """Refuse connections beyond what the memory of one machine holds."""
    monitor = f"{_TYPES}.resource_monitors.downstream_connections.v3"
    return {
        "resource_monitors": [
            {
                "name": "envoy.resource_monitors.global_downstream_max_connections",
                "typed_config": {
                    "@type": f"{monitor}.DownstreamConnectionsConfig",
                    "max_active_downstream_connections": 20_000,
                },
            }
        ]
    }
