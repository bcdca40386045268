"""How pods start, run, scale, move and stop."""

import re
from collections import Counter
from collections.abc import Mapping

import pytest
from manifests import COMPONENT, NAME, Manifest, Manifests, Workload, matches

from common.health import PATIENCE as PROBE_PATIENCE
from common.running import DRAIN as OUTBOX_DRAIN
from common.server import DRAIN as REQUEST_DRAIN
from common.topology import DATABASES, SERVICES


def repository(image: str) -> str:
    """An image without its tag and its digest."""
    return re.sub(r"(:[\w.-]+)?(@sha256:\w+)?$", "", image)


@pytest.mark.parametrize("pin", [":0.1.0", "@sha256:0a1b", ":0.1.0@sha256:0a1b"])
def test_an_image_is_pinned_by_tag_or_digest(pin: str) -> None:
    image = "registry:5000/ticketing/orders"
    assert repository(image + pin) == image


def seconds_before_stop(container: Manifest) -> int:
    """What `preStop` takes of the grace period."""
    hook = container.get("lifecycle", {}).get("preStop", {})
    return hook.get("sleep", {}).get("seconds", 0)


class TestProcesses:
    def test_every_service_serves_and_works(self, manifests: Manifests) -> None:
        found = {(w.service, w.component) for w in manifests.deployments}
        assert found == {
            *((service, "serve") for service in DATABASES),
            *((service, "work") for service in SERVICES),
            ("client", "web"),
        }

    def test_a_pod_runs_the_process_of_its_labels(self, manifests: Manifests) -> None:
        for workload in manifests.workloads:
            if workload.service in SERVICES:
                assert workload.main["args"] == [workload.service, workload.component]
                image = repository(workload.main["image"])
                assert image.endswith(f"ticketing/{workload.service}")

    def test_databases_are_migrated_and_streams_made(
        self, manifests: Manifests
    ) -> None:
        jobs = {j.name: j.main["args"] for j in manifests.workloads if j.kind == "Job"}
        migrations = {
            f"{service}-migrate": [service, "migrate"] for service in DATABASES
        }
        assert jobs == {**migrations, "provision": ["common", "provision"]}

    def test_images_are_pinned(self, manifests: Manifests) -> None:
        for workload in manifests.workloads:
            for container in workload.containers:
                _, _, tag = container["image"].rpartition("/")[2].partition(":")
                assert tag, container["image"]
                assert tag != "latest"


class TestSecurity:
    """The restricted profile, and what it leaves open."""

    def test_the_namespace_enforces_it(self, manifests: Manifests) -> None:
        labels = manifests.one("Namespace", "ticketing")["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"

    def test_pods_are_restricted(self, manifests: Manifests) -> None:
        for workload in manifests.workloads:
            context = workload.pod["securityContext"]
            assert context["runAsNonRoot"] is True, workload.name
            assert context["runAsUser"] > 0
            assert context["seccompProfile"] == {"type": "RuntimeDefault"}
            assert not {"hostNetwork", "hostPID", "hostIPC"} & workload.pod.keys()

    def test_containers_are_restricted(self, manifests: Manifests) -> None:
        for workload in manifests.workloads:
            assert "initContainers" not in workload.pod
            for container in workload.containers:
                context = container["securityContext"]
                assert context["allowPrivilegeEscalation"] is False, workload.name
                assert context["capabilities"] == {"drop": ["ALL"]}
                assert context["readOnlyRootFilesystem"] is True
                assert not any("hostPort" in p for p in container.get("ports", []))

    def test_volumes_are_of_the_restricted_kinds(self, manifests: Manifests) -> None:
        allowed = {"name", "emptyDir", "configMap", "secret", "projected"}
        for workload in manifests.workloads:
            for volume in workload.pod.get("volumes", []):
                assert volume.keys() <= allowed, workload.name

    def test_no_pod_speaks_to_the_api_server(self, manifests: Manifests) -> None:
        accounts = {
            a["metadata"]["name"]: a for a in manifests.of_kind("ServiceAccount")
        }
        for workload in manifests.workloads:
            assert workload.pod["automountServiceAccountToken"] is False
            account = accounts[workload.pod["serviceAccountName"]]
            assert account["automountServiceAccountToken"] is False

    def test_services_do_not_shadow_settings(self, manifests: Manifests) -> None:
        """Kubernetes would set AUTH_PORT and its like to addresses."""
        assert all(w.pod["enableServiceLinks"] is False for w in manifests.workloads)


class TestProbes:
    def test_everything_that_stays_is_probed(self, manifests: Manifests) -> None:
        for workload in manifests.running:
            probes = workload.main.keys() & {
                "startupProbe",
                "livenessProbe",
                "readinessProbe",
            }
            assert len(probes) == 3, workload.name

    def test_services_are_asked_at_their_inner_port(self, manifests: Manifests) -> None:
        for workload in manifests.deployments:
            if workload.component in {"serve", "work"}:
                asked = {
                    probe: workload.main[probe]["httpGet"]
                    for probe in ("startupProbe", "livenessProbe", "readinessProbe")
                }
                assert asked == {
                    "startupProbe": {"path": "/livez", "port": "ops"},
                    "livenessProbe": {"path": "/livez", "port": "ops"},
                    "readinessProbe": {"path": "/readyz", "port": "ops"},
                }

    def test_living_and_being_ready_are_different_questions(
        self, manifests: Manifests
    ) -> None:
        for workload in manifests.deployments:
            alive, ready = (
                workload.main[f"{p}Probe"] for p in ("liveness", "readiness")
            )
            assert alive.get("httpGet") != ready.get("httpGet"), workload.name

    def test_probes_outwait_the_checks_behind_them(self, manifests: Manifests) -> None:
        for workload in manifests.deployments:
            if workload.component in {"serve", "work"}:
                assert (
                    workload.main["readinessProbe"]["timeoutSeconds"] > PROBE_PATIENCE
                )

    def test_probes_and_services_name_ports_that_exist(
        self, manifests: Manifests
    ) -> None:
        for service in manifests.of_kind("Service"):
            targets = [w for w in manifests.running if selected(service, w)]
            assert len(targets) == 1, service["metadata"]["name"]
            for port in service["spec"]["ports"]:
                assert targets[0].port_names()[port["targetPort"]] == port["port"]


def selected(service: Manifest, workload: Workload) -> bool:
    return matches({"matchLabels": service["spec"]["selector"]}, workload.labels)


class TestStopping:
    def test_grace_outlasts_pre_stop_and_the_drain(self, manifests: Manifests) -> None:
        drain = (REQUEST_DRAIN + OUTBOX_DRAIN).total_seconds()
        for workload in manifests.deployments:
            grace = workload.pod["terminationGracePeriodSeconds"]
            assert grace > seconds_before_stop(workload.main) + drain, workload.name

    def test_pods_leave_the_endpoints_before_they_stop(
        self, manifests: Manifests
    ) -> None:
        for workload in manifests.deployments:
            assert seconds_before_stop(workload.main) >= 5, workload.name

    def test_a_rollout_never_goes_below_what_runs(self, manifests: Manifests) -> None:
        for workload in manifests.deployments:
            assert workload.spec["strategy"]["rollingUpdate"] == {
                "maxUnavailable": 0,
                "maxSurge": 1,
            }


class TestScaling:
    def test_everything_is_autoscaled_or_says_why_not(
        self, manifests: Manifests
    ) -> None:
        scaled = scalers_by_target(manifests)
        for workload in manifests.running:
            exempt = "ticketing/not-autoscaled" in workload.annotations
            assert scaled[workload.name] == (0 if exempt else 1), workload.name

    def test_nobody_else_sets_the_number(self, manifests: Manifests) -> None:
        assert all("replicas" not in w.spec for w in manifests.deployments)

    def test_scalers_have_a_target(self, manifests: Manifests) -> None:
        assert scalers_by_target(manifests).keys() <= {
            w.name for w in manifests.running
        }

    def test_the_processor_is_measured_in_the_container_that_requests_it(
        self, manifests: Manifests
    ) -> None:
        requested = {w.name: w for w in manifests.deployments}
        for scaler in manifests.of_kind("HorizontalPodAutoscaler"):
            workload = requested[scaler["spec"]["scaleTargetRef"]["name"]]
            (metric,) = scaler["spec"]["metrics"]
            resource = metric["containerResource"]
            assert resource["name"] == "cpu"
            assert resource["container"] == workload.main["name"]
            assert "cpu" in workload.main["resources"]["requests"]

    def test_up_at_once_and_down_slowly(self, manifests: Manifests) -> None:
        for scaler in manifests.of_kind("HorizontalPodAutoscaler"):
            behavior = scaler["spec"]["behavior"]
            assert behavior["scaleUp"]["stabilizationWindowSeconds"] == 0
            assert behavior["scaleDown"]["stabilizationWindowSeconds"] >= 300

    def test_production_never_runs_one_of_anything(self, production: Manifests) -> None:
        least = [
            *(h["spec"]["minReplicas"] for h in production.of_kind(HPA)),
            *(s["spec"]["minReplicaCount"] for s in production.of_kind("ScaledObject")),
            *(w.spec["replicas"] for w in production.running if "replicas" in w.spec),
        ]
        assert min(least) >= 2

    def test_a_python_process_has_one_core(self, production: Manifests) -> None:
        for workload in production.deployments:
            resources = workload.main["resources"]
            assert resources["requests"]["cpu"] == resources["limits"]["cpu"] == "1"

    def test_everything_requests_and_limits(self, manifests: Manifests) -> None:
        for workload in manifests.workloads:
            for container in workload.containers:
                resources = container["resources"]
                assert resources["requests"].keys() >= {"cpu", "memory"}
                assert "memory" in resources["limits"], workload.name


HPA = "HorizontalPodAutoscaler"


def scalers_by_target(manifests: Manifests) -> Mapping[str, int]:
    """How many autoscalers there are for each target."""
    return Counter(
        scaler["spec"]["scaleTargetRef"]["name"]
        for scaler in manifests.of_kind(HPA, "ScaledObject")
    )


class TestDisruption:
    def test_every_deployment_gives_one_pod_at_most(self, manifests: Manifests) -> None:
        budgets = manifests.of_kind("PodDisruptionBudget")
        for workload in [*manifests.deployments, manifests_nats(manifests)]:
            (budget,) = (
                b for b in budgets if matches(b["spec"]["selector"], workload.labels)
            )
            assert budget["spec"]["maxUnavailable"] == 1

    def test_replicas_spread_over_nodes_and_zones(self, manifests: Manifests) -> None:
        for workload in manifests.deployments:
            spread = workload.pod["topologySpreadConstraints"]
            assert {s["topologyKey"] for s in spread} == {
                "kubernetes.io/hostname",
                "topology.kubernetes.io/zone",
            }
            for constraint in spread:
                assert matches(constraint["labelSelector"], workload.labels)
                assert {NAME, COMPONENT} <= set(constraint["matchLabelKeys"])

    @pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
    def test_selectors_take_their_own_pods_and_no_others(
        self, manifests: Manifests, kind: str
    ) -> None:
        for owner in (w for w in manifests.workloads if w.kind == kind):
            taken = [
                w.name
                for w in manifests.workloads
                if matches(owner.spec["selector"], w.labels)
            ]
            assert taken == [owner.name]


def manifests_nats(manifests: Manifests) -> Workload:
    return next(w for w in manifests.running if w.name == "nats")
