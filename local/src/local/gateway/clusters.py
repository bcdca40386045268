"""Clusters: the processes behind the gateway, and when one of them is left out."""

from collections.abc import Sequence
from typing import Any

from common.embedded.processes import LOOPBACK
from local.gateway.table import Gateway, Upstream

#: Below the 75 s after which the services close an idle connection themselves, so that
#: no request is written into one that is closing.
IDLE = "60s"
MANY = 4096
STREAMS = 16_384
#: Requests under way at one process of a service where thousands may come at once. It
#: answers about twice as many in a second: who comes beyond them would wait too long,
#: and is told so here, where telling costs least.
AT_ONCE = {"orders": 1_200}
#: Requests over one connection at a time, below what services allow, and what of each
#: answer may wait here for a slow reader; the connection holds all of them together, so
#: that readers of streams who stall hold up nobody else.
PER_CONNECTION, WINDOW = 128, 1 << 18
HTTP2 = {
    "max_concurrent_streams": PER_CONNECTION,
    "initial_stream_window_size": WINDOW,
    "initial_connection_window_size": PER_CONNECTION * WINDOW,
}
_HTTP = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"


def clusters(gateway: Gateway) -> list[dict[str, Any]]:
    return [_cluster(name, each) for name, each in gateway.upstreams.items()]


def _cluster(name: str, upstreams: Sequence[Upstream]) -> dict[str, Any]:
    return {
        "name": name,
        "type": "STATIC",
        "connect_timeout": "1s",
        "lb_policy": "LEAST_REQUEST",
        # With every process unwell requests still go to all: a service that lacks
        # something may answer what does not need it, and says so better than we do.
        "common_lb_config": {"healthy_panic_threshold": {"value": 1}},
        "circuit_breakers": {"thresholds": [_requests(name, upstreams), _streams()]},
        "outlier_detection": _outliers(),
        "health_checks": [_health_check(upstreams[0])],
        "typed_extension_protocol_options": {_HTTP: _protocol(upstreams[0])},
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [_endpoint(each) for each in upstreams]}],
        },
    }


def _limits() -> dict[str, Any]:
    return {
        "max_connections": MANY,
        "max_pending_requests": MANY,
        "max_requests": MANY,
        "max_retries": 1024,
    }


def _requests(name: str, upstreams: Sequence[Upstream]) -> dict[str, Any]:
    most = AT_ONCE[name] * len(upstreams) if name in AT_ONCE else MANY
    return {**_limits(), "max_requests": most}


def _streams() -> dict[str, Any]:
    """Bound what stays open apart from requests: it leaves them their place."""
    most = {"max_connections": STREAMS, "max_requests": STREAMS}
    return {"priority": "HIGH", **_limits(), **most}


def _outliers() -> dict[str, Any]:
    """Leave out what refuses connections; an answer of 5xx is an answer."""
    return {
        "split_external_local_origin_errors": True,
        "consecutive_local_origin_failure": 2,
        "enforcing_consecutive_5xx": 0,
        "enforcing_success_rate": 0,
        "enforcing_local_origin_success_rate": 0,
        "base_ejection_time": "5s",
        "max_ejection_percent": 50,
    }


def _health_check(upstream: Upstream) -> dict[str, Any]:
    return {
        "timeout": "1s",
        "interval": "2s",
        "no_traffic_interval": "0.25s",
        "no_traffic_healthy_interval": "1s",
        "unhealthy_interval": "0.25s",
        "unhealthy_edge_interval": "0.25s",
        "unhealthy_threshold": 2,
        "healthy_threshold": 1,
        **_check_of(upstream),
    }


def _check_of(upstream: Upstream) -> dict[str, Any]:
    if not upstream.path:
        return {"tcp_health_check": {}}
    return {"http_health_check": {"path": upstream.path, "host": "gateway"}}


def _protocol(upstream: Upstream) -> dict[str, Any]:
    http1: dict[str, Any] = {"http_protocol_options": {}}
    http2 = {"http2_protocol_options": HTTP2}
    return {
        "@type": f"type.googleapis.com/{_HTTP}",
        "common_http_protocol_options": {"idle_timeout": IDLE},
        "explicit_http_config": http2 if upstream.http2 else http1,
    }


def _endpoint(upstream: Upstream) -> dict[str, Any]:
    endpoint: dict[str, Any] = {"address": address(LOOPBACK, upstream.port)}
    if upstream.ops_port is not None:
        endpoint["health_check_config"] = {"port_value": upstream.ops_port}
    return {"endpoint": endpoint}


def address(host: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": host, "port_value": port}}
