"""Alerts on metrics that exist, and scrapes of ports that exist."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from manifests import Manifests, matches
from prometheus_client import REGISTRY

#: Of CloudNativePG's exporter and of kube-state-metrics.
OTHERS = {
    "cnpg_pg_replication_in_recovery",
    "cnpg_pg_replication_streaming_replicas",
    "cnpg_pg_stat_archiver_last_archived_time",
    "cnpg_pg_stat_archiver_last_failed_time",
    "kube_horizontalpodautoscaler_spec_max_replicas",
    "kube_horizontalpodautoscaler_status_current_replicas",
    "kube_pod_container_status_restarts_total",
}
MEASURING = (
    "common.metrics",
    "common.upkeep",
    "orders.service",
    "expiration.service",
)
#: What must not go wrong unheard.
WANTED = {
    "outbox_oldest_seconds",
    "stream_fill_ratio",
    "set_aside_messages",
    "http_requests_total",
    "holds_overdue_seconds",
}


def measured() -> set[str]:
    """Names of every sample that our processes show."""
    for module in MEASURING:
        import_module(module)
    found: set[str] = set()
    for metric in REGISTRY.collect():
        found |= {metric.name, f"{metric.name}_total", f"{metric.name}_bucket"}
    return found


def alerts(manifests: Manifests) -> Iterator[dict[str, Any]]:
    for group in manifests.one("PrometheusRule", "ticketing")["spec"]["groups"]:
        yield from group["rules"]


def metrics_of(expression: str) -> set[str]:
    """Names of metrics in an expression: what stands outside labels and strings."""
    bare = re.sub(r"\{[^}]*\}|\"[^\"]*\"|\bby \([^)]*\)|\[\w+\]", " ", expression)
    return set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", bare)) - {"histogram_quantile"}


def test_alerts_are_about_metrics_that_exist(production: Manifests) -> None:
    known = measured() | OTHERS
    for alert in alerts(production):
        assert metrics_of(alert["expr"]) <= known, alert["alert"]


def test_what_must_be_heard_of_is(production: Manifests) -> None:
    heard = {m for alert in alerts(production) for m in metrics_of(alert["expr"])}
    assert heard >= WANTED


def test_alerts_say_what_is_wrong_and_where_to_look(production: Manifests) -> None:
    for alert in alerts(production):
        assert alert["labels"]["severity"] in {"warning", "critical"}
        assert alert["annotations"].keys() == {"summary", "description"}


def test_every_process_is_scraped(production: Manifests) -> None:
    monitors = [m["spec"] for m in production.of_kind("PodMonitor")]
    for workload in production.running:
        ports = {
            endpoint["port"]
            for monitor in monitors
            if matches(monitor["selector"], workload.labels)
            for endpoint in monitor["podMetricsEndpoints"]
        }
        assert ports <= workload.port_names().keys()
        assert ports or workload.service == "client", workload.name
