"""The routes of Envoy, made from the route table."""

from collections.abc import Iterator
from typing import Any

from local.gateway import limits
from local.gateway.answers import API_POLICY, header
from local.gateway.filters import compressed
from local.gateway.table import CLIENT, ROUTES, SIGN_INS, Gateway, Route

CLIENT_TIMEOUT = 10.0


def routes(gateway: Gateway) -> list[dict[str, Any]]:
    """Build the routes; the first that matches answers."""
    return [*_sign_ins(gateway), *_services(gateway), *_rest(gateway)]


def _services(gateway: Gateway) -> Iterator[dict[str, Any]]:
    for route in ROUTES:
        if route.cluster in gateway.upstreams:
            api = _api(_match(route), route.cluster, route.timeout)
            if route.stream:
                yield _streaming(api, route.timeout)
            else:
                yield _waiting(api) if route.parameter else api


def _sign_ins(gateway: Gateway) -> Iterator[dict[str, Any]]:
    """A tighter limit where passwords are guessed and accounts are made."""
    post = {"name": ":method", "string_match": {"exact": "POST"}}
    for path in SIGN_INS if gateway.limits else ():
        match = {"path_separated_prefix": path, "headers": [post]}
        route = _api(match, "auth", 10.0)
        own = {limits.FILTER: limits.settings(limits.SIGNING_IN)}
        yield route | {"typed_per_filter_config": own}


def _rest(gateway: Gateway) -> Iterator[dict[str, Any]]:
    """What no service answers: nothing under `/api`, else a page of the client."""
    nothing = {"status": 404}
    yield {"match": {"path_separated_prefix": "/api"}, "direct_response": nothing}
    everything = {"prefix": "/"}
    if CLIENT in gateway.upstreams:
        pages = {"match": everything, "route": _action(CLIENT, CLIENT_TIMEOUT)}
        yield pages | {"typed_per_filter_config": compressed()}
    else:
        yield {"match": everything, "direct_response": nothing}


def _match(route: Route) -> dict[str, Any]:
    match: dict[str, Any] = {"path_separated_prefix": route.prefix}
    if route.parameter:
        present = {"name": route.parameter, "present_match": True}
        match["query_parameters"] = [present]
        match["headers"] = [{"name": ":method", "string_match": {"exact": "GET"}}]
    if route.stream:
        asked = {"name": "accept", "string_match": {"contains": route.stream}}
        match["headers"] = [asked]
    return match


def _api(match: dict[str, Any], cluster: str, timeout: float) -> dict[str, Any]:
    policy = header("Content-Security-Policy", API_POLICY)
    policy["append_action"] = "ADD_IF_ABSENT"
    return {
        "match": match,
        "route": _action(cluster, timeout),
        "response_headers_to_add": [policy],
    }


def _streaming(api: dict[str, Any], lasts: float) -> dict[str, Any]:
    """Bound how long it goes on, and count it apart from requests (`clusters`)."""
    bound = {"max_stream_duration": f"{lasts}s"}
    own = {"timeout": "0s", "max_stream_duration": bound, "priority": "HIGH"}
    return api | {"route": api["route"] | own}


def _waiting(api: dict[str, Any]) -> dict[str, Any]:
    """Who only waits for an answer takes nobody's place who wants something done."""
    return api | {"route": api["route"] | {"priority": "HIGH"}}


def _action(cluster: str, timeout: float) -> dict[str, Any]:
    return {
        "cluster": cluster,
        "timeout": f"{timeout}s",
        "retry_policy": _retries(),
    }


def _retries() -> dict[str, Any]:
    """Only what has not reached a process is sent again: never a POST twice."""
    others = "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
    return {
        "retry_on": "connect-failure,refused-stream,reset-before-request",
        "num_retries": 3,
        "retry_host_predicate": [
            {
                "name": "envoy.retry_host_predicates.previous_hosts",
                "typed_config": {"@type": f"type.googleapis.com/{others}"},
            }
        ],
        "host_selection_retry_max_attempts": 5,
    }
