"""Alerts on metrics that exist, and scrapes of ports that exist."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from manifests import INFRA, Manifests, matches
from prometheus_client import REGISTRY

RUNBOOK = INFRA.parent / "docs" / "runbooks" / "alerts.md"
#: Of the exporters of CloudNativePG and NATS, and of kube-state-metrics.
OTHERS = {
    "cnpg_pg_replication_in_recovery",
    "cnpg_pg_replication_streaming_replicas",
    "cnpg_pg_stat_archiver_last_archived_time",
    "cnpg_pg_stat_archiver_last_failed_time",
    "kube_horizontalpodautoscaler_spec_max_replicas",
    "kube_horizontalpodautoscaler_status_current_replicas",
    "kube_pod_container_status_restarts_total",
    "nats_consumer_num_pending",
}
MEASURING = (
    "common.metrics",
    "common.upkeep",
    "orders.service",
    "expiration.service",
    "payments.refunds",
    "payments.settlement",
)
#: What must not go wrong unheard.
WANTED = {
    "outbox_oldest_seconds",
    "stream_fill_ratio",
    "set_aside_messages",
    "http_requests_total",
    "holds_overdue_seconds",
    "nats_consumer_num_pending",
    "refunds_owed",
    "captured_though_ended_total",
    "refunded_elsewhere_total",
}
#: Measured by `work` alone; `serve` shows them too, and always at zero.
OF_WORK = {
    "outbox_oldest_seconds",
    "holds_overdue_seconds",
    "refunds_owed",
    "set_aside_messages",
    "stream_fill_ratio",
}
#: As a PodMonitor names the labels of pods.
NAMED, AT_WORK = "app_kubernetes_io_name", 'app_kubernetes_io_component="work"'


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


def test_what_work_measures_is_asked_of_work(production: Manifests) -> None:
    for alert in alerts(production):
        for metric in metrics_of(alert["expr"]) & OF_WORK:
            selectors = re.findall(rf"{metric}(\{{[^}}]*\}}|)", alert["expr"])
            assert all(AT_WORK in each for each in selectors), alert["alert"]


def test_each_service_without_work_is_heard_of(production: Manifests) -> None:
    """No process of it at all, or none that answers."""
    (absent,) = (a for a in alerts(production) if a["alert"] == "WorkAbsent")
    working = {w.service for w in production.deployments if w.component == "work"}
    asked = re.findall(rf'absent\(up\{{{AT_WORK}, {NAMED}="(\w+)"\}}\)', absent["expr"])
    assert sorted(asked) == sorted(working)
    assert f"sum by ({NAMED}) (up{{{AT_WORK}}}) == 0" in absent["expr"]


def test_the_runbook_knows_every_alert(production: Manifests) -> None:
    rows = re.findall(r"^\| `(\w+)` \|", RUNBOOK.read_text(), re.MULTILINE)
    assert rows == [alert["alert"] for alert in alerts(production)]


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
