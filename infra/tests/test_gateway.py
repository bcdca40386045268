"""One origin: the same table, bounds and answers as the gateway of one machine."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from manifests import INFRA, Manifest, Manifests, documents
from validators import faults

from common.server import (
    _HEADERS as SERVICE_IDLE,  # pyright: ignore[reportPrivateUsage]  # the bound itself
)
from local.gateway import bootstrap, clusters, filters, limits, routes, table
from local.gateway.answers import API_POLICY

UNIT = {"Second": 1, "Minute": 60}
KIBI = 1 << 10
#: Cluster of the table, and where it is served in the cluster.
NOTHING = "nothing"

Row = tuple[str, str | None, str | None, str, str | None]


def rows(manifests: Manifests) -> Iterator[Row]:
    """Every match of every route: prefix, parameter, media, backend, time-out."""
    for route in manifests.of_kind("HTTPRoute"):
        for rule in route["spec"]["rules"]:
            backends = rule.get("backendRefs", [{"name": route["metadata"]["name"]}])
            for match in rule.get("matches", [{"path": {"value": "/"}}]):
                (parameter,) = match.get("queryParams", [{"name": None}])
                (header,) = match.get("headers", [{"value": None}])
                timeout = rule.get("timeouts", {}).get("request")
                yield (
                    match["path"]["value"],
                    parameter["name"],
                    header["value"],
                    backends[0]["name"],
                    timeout,
                )


def expected(manifests: Manifests) -> set[Row]:
    services = {
        (
            each.prefix,
            each.parameter,
            f".*{each.stream}.*" if each.stream else None,
            each.cluster,
            "0s" if each.stream else f"{each.timeout:.0f}s",
        )
        for each in table.ROUTES
        if each.cluster != table.TEST_PROVIDER or manifests.overlay == "local"
    }
    rest: set[Row] = {
        ("/api", None, None, NOTHING, None),
        ("/", None, None, table.CLIENT, f"{routes.CLIENT_TIMEOUT:.0f}s"),
    }
    redirect: set[Row] = {("/", None, None, "redirect", None)}
    return services | rest | (redirect if manifests.overlay == "production" else set())


class TestRoutes:
    def test_the_table_is_that_of_one_machine(self, manifests: Manifests) -> None:
        assert set(rows(manifests)) == expected(manifests)

    def test_paths_match_by_segment(self, manifests: Manifests) -> None:
        for route in manifests.of_kind("HTTPRoute"):
            for rule in route["spec"]["rules"]:
                for match in rule.get("matches", []):
                    assert match["path"]["type"] == "PathPrefix"

    def test_only_who_reads_may_wait(self, manifests: Manifests) -> None:
        for rule in manifests.one("HTTPRoute", "orders")["spec"]["rules"]:
            for match in rule["matches"]:
                assert ("queryParams" in match) is (match.get("method") == "GET")

    def test_backends_are_public_ports_of_services(self, manifests: Manifests) -> None:
        ports = {
            (service["metadata"]["name"], port["port"])
            for service in manifests.of_kind("Service")
            for port in service["spec"]["ports"]
            if port["name"] == "http"
        }
        for route in manifests.of_kind("HTTPRoute"):
            for rule in route["spec"]["rules"]:
                for backend in rule.get("backendRefs", []):
                    assert (backend["name"], backend["port"]) in ports

    def test_services_are_spoken_to_in_http2(self, manifests: Manifests) -> None:
        http2 = {
            service["metadata"]["name"]
            for service in manifests.of_kind("Service")
            for port in service["spec"]["ports"]
            if port.get("appProtocol") == "kubernetes.io/h2c"
        }
        others = {table.CLIENT, table.TEST_PROVIDER}
        assert http2 == {each.cluster for each in table.ROUTES} - others

    def test_every_route_hangs_on_a_listener(self, manifests: Manifests) -> None:
        listeners = manifests.one("Gateway", "ticketing")["spec"]["listeners"]
        sections = {listener["name"] for listener in listeners}
        for route in manifests.of_kind("HTTPRoute"):
            (parent,) = route["spec"]["parentRefs"]
            assert parent["name"] == "ticketing"
            assert parent["sectionName"] in sections

    def test_answers_of_the_api_are_no_pages(self, manifests: Manifests) -> None:
        policy = {"name": "content-security-policy", "value": API_POLICY}
        for route in manifests.of_kind("HTTPRoute"):
            for rule in route["spec"]["rules"]:
                if serves_api(route, rule):
                    (change,) = rule["filters"]
                    assert change["responseHeaderModifier"]["set"] == [policy]


def serves_api(route: Manifest, rule: dict[str, Any]) -> bool:
    pages = {table.CLIENT, table.TEST_PROVIDER}
    return route["metadata"]["name"] not in pages and "backendRefs" in rule


class TestOrigin:
    def test_production_is_https_under_its_public_name(
        self, production: Manifests
    ) -> None:
        gateway = production.one("Gateway", "ticketing")
        certificate = production.one("Certificate", "ticketing")["spec"]
        listener = next(x for x in gateway["spec"]["listeners"] if x["name"] == "web")
        host = production.settings()["PUBLIC_URL"].removeprefix("https://")
        assert listener["protocol"] == "HTTPS"
        assert listener["hostname"] == host
        assert certificate["dnsNames"] == [host]
        (secret,) = listener["tls"]["certificateRefs"]
        assert secret["name"] == certificate["secretName"]

    def test_plain_http_is_only_sent_away(self, production: Manifests) -> None:
        for route in production.of_kind("HTTPRoute"):
            (parent,) = route["spec"]["parentRefs"]
            is_redirect = route["metadata"]["name"] == "redirect"
            assert (parent["sectionName"] == "plain") is is_redirect

    def test_browsers_are_told_to_stay_with_https(self, production: Manifests) -> None:
        assert "strict-transport-security" in response_headers(production)


def response_headers(manifests: Manifests) -> dict[str, str]:
    policy = manifests.one("ClientTrafficPolicy", "ticketing")["spec"]
    listed = policy["headers"]["lateResponseHeaders"]["set"]
    return {entry["name"]: entry["value"] for entry in listed}


@pytest.fixture
def bounds(manifests: Manifests) -> dict[str, Any]:
    return manifests.one("BackendTrafficPolicy", "ticketing")["spec"]


def on_one_machine(origin: str = "http://x") -> dict[str, Any]:
    """The connection manager that Envoy gets there."""
    upstreams = {"orders": [table.Upstream(port=1)]}
    gateway = table.Gateway(port=1, origin=origin, upstreams=upstreams, limits=False)
    listener = bootstrap.render(gateway)["static_resources"]["listeners"][0]
    return listener["filter_chains"][0]["filters"][0]["typed_config"]


class TestTheSameAsOnOneMachine:
    def test_what_strangers_claim_is_dropped(self, manifests: Manifests) -> None:
        policy = manifests.one("ClientTrafficPolicy", "ticketing")["spec"]
        early = policy["headers"]["earlyRequestHeaders"]
        assert early["remove"] == [
            *bootstrap.IDENTITY_HEADERS,
            *bootstrap.PROXY_HEADERS,
        ]
        prefixes = [match["value"] for match in early["removeOnMatch"]]
        assert tuple(prefixes) == bootstrap.IDENTITY_PREFIXES

    def test_security_headers(self, manifests: Manifests) -> None:
        secure = manifests.settings()["PUBLIC_URL"].startswith("https")
        origin = "https://x" if secure else "http://x"
        first = on_one_machine(origin)["http_filters"][0]
        mutations = first["typed_config"]["mutations"]["response_mutations"]
        headers = [mutation["append"]["header"] for mutation in mutations]
        assert response_headers(manifests) == {
            header["key"].lower(): header["value"] for header in headers
        }

    def test_bodies(self, bounds: dict[str, Any]) -> None:
        assert bounds["requestBuffer"]["limit"] == f"{filters.BODY_LIMIT // KIBI**2}Mi"

    def test_retries(self, bounds: dict[str, Any]) -> None:
        virtual_host = on_one_machine()["route_config"]["virtual_hosts"][0]
        policy = virtual_host["routes"][0]["route"]["retry_policy"]
        assert ",".join(bounds["retry"]["retryOn"]["triggers"]) == policy["retry_on"]
        assert bounds["retry"]["numRetries"] == policy["num_retries"]

    def test_idle_connections(self, bounds: dict[str, Any]) -> None:
        idle = bounds["timeout"]["http"]["connectionIdleTimeout"]
        assert idle == clusters.IDLE
        assert int(idle.removesuffix("s")) < SERVICE_IDLE.total_seconds()

    def test_requests_over_one_connection(self, bounds: dict[str, Any]) -> None:
        assert bounds["http2"] == {
            "maxConcurrentStreams": clusters.PER_CONNECTION,
            "initialStreamWindowSize": f"{clusters.WINDOW // KIBI}Ki",
            "initialConnectionWindowSize": (
                f"{clusters.PER_CONNECTION * clusters.WINDOW // KIBI**2}Mi"
            ),
        }

    def test_streams(self, manifests: Manifests) -> None:
        policy = manifests.one("BackendTrafficPolicy", "streams")["spec"]
        lasts = policy["timeout"]["http"]["maxStreamDuration"]
        told = {f"{each.timeout:.0f}s" for each in table.ROUTES if each.stream}
        assert told == {lasts}
        assert policy["circuitBreaker"] == {
            "maxConnections": clusters.STREAMS,
            "maxParallelRequests": clusters.STREAMS,
        }

    def test_rates_per_address(self, bounds: dict[str, Any]) -> None:
        rules = bounds["rateLimit"]["local"]["rules"]
        rates = [r["limit"]["requests"] / UNIT[r["limit"]["unit"]] for r in rules]
        browsing, signing_in = limits.BROWSING.rate, limits.SIGNING_IN.rate
        assert rates == [browsing, browsing, signing_in, signing_in]

    @pytest.mark.parametrize("spelling", ["", "/", "?", "?a=b", "/?a"])
    def test_limited_sign_ins(self, bounds: dict[str, Any], spelling: str) -> None:
        *_, selector = bounds["rateLimit"]["local"]["rules"][-1]["clientSelectors"]
        limited = re.compile(selector["path"]["value"])
        for path in table.SIGN_INS:
            assert limited.fullmatch(path + spelling)
        assert not limited.fullmatch(f"/api/users/currentuser{spelling}")

    def test_access_log(self, manifests: Manifests) -> None:
        telemetry = manifests.one("EnvoyProxy", "ticketing")["spec"]["telemetry"]
        (setting,) = telemetry["accessLog"]["settings"]
        assert setting["format"]["json"] == bootstrap.ACCESS_LOG


@pytest.fixture
def behind_a_proxy(tmp_path: Path) -> Manifests:
    """Production with `components/trusted-proxy`."""

    def here(*folders: str) -> str:
        return os.path.relpath(INFRA.joinpath(*folders), tmp_path.resolve())

    told = {
        "resources": [here("overlays", "production")],
        "components": [here("components", "trusted-proxy")],
    }
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(told))
    return Manifests("production", tuple(documents(tmp_path)))


class TestBehindAProxy:
    def test_it_is_valid(self, behind_a_proxy: Manifests) -> None:
        assert faults([*behind_a_proxy]) == []

    def test_who_asks_is_whom_the_proxy_saw(self, behind_a_proxy: Manifests) -> None:
        policy = behind_a_proxy.one("ClientTrafficPolicy", "ticketing")["spec"]
        assert policy["clientIPDetection"] == {"xForwardedFor": {"numTrustedHops": 1}}
        believed = {*bootstrap.PROXY_HEADERS, *bootstrap.IDENTITY_HEADERS} - {
            *policy["headers"]["earlyRequestHeaders"]["remove"]
        }
        assert believed == {"x-forwarded-for"}

    def test_auth_is_told_as_on_one_machine(self, behind_a_proxy: Manifests) -> None:
        """Alone, and late: the gateway adds the proxy itself to what it believes."""
        (rule,) = behind_a_proxy.one("HTTPRoute", "auth")["spec"]["rules"]
        (change,) = (
            each["requestHeaderModifier"]["set"]
            for each in rule["filters"]
            if each["type"] == "RequestHeaderModifier"
        )
        (added,) = on_one_machine()["route_config"]["request_headers_to_add"]
        header = added["header"]
        assert change == [{"name": header["key"], "value": header["value"]}]


def test_refusals_of_the_proxy_leave_those_of_services_alone(
    bounds: dict[str, Any],
) -> None:
    assert {answer["source"] for answer in bounds["responseOverride"]} == {"Local"}
