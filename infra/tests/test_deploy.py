"""`infra/deploy`, with a kubectl that writes down what it is asked."""

import os
import subprocess
from pathlib import Path

import pytest
from manifests import COMPONENT, INFRA, Manifests, Workload

STUB = """#!/usr/bin/env bash
echo "$*" >> "$CALLS"
if [ "$1" = kustomize ]; then echo rendered; exit; fi
[ "$1" != apply ] || grep -qx rendered || exit 1
[ "$1" != get ] || printf %s "$FAILED"
[ "$1" != wait ] || [ "$(grep -c ^wait "$CALLS")" -gt "$PATIENCE" ]
"""


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    stub = tmp_path / "kubectl"
    stub.write_text(STUB)
    stub.chmod(0o755)
    return tmp_path


def deploy(
    bin_folder: Path, *, patience: int = 0, failed: str = ""
) -> tuple[int, list[str]]:
    """Exit code, and what kubectl was called with; Jobs end after `patience` looks."""
    calls = bin_folder / "calls"
    environment = {
        "PATH": f"{bin_folder}{os.pathsep}{os.defpath}",
        "CALLS": str(calls),
        "PATIENCE": str(patience),
        "FAILED": failed,
    }
    done = subprocess.run(
        [INFRA / "deploy", "production"],
        env=environment,
        capture_output=True,
        check=False,
    )
    return done.returncode, calls.read_text().splitlines()


def test_migrations_end_before_services_start(bin_folder: Path) -> None:
    code, calls = deploy(bin_folder)
    assert code == 0
    assert [call.split()[0] for call in calls] == [
        *("kustomize", "delete", "apply", "rollout", "wait", "apply", "rollout")
    ]
    assert "component notin (serve, work, web, autoscaler)" in calls[2]
    assert "--selector" not in calls[5]


def test_the_bus_runs_before_streams_are_made(bin_folder: Path) -> None:
    _, calls = deploy(bin_folder)
    assert calls[3].startswith("rollout status statefulset/nats ")


def test_jobs_are_waited_for(bin_folder: Path) -> None:
    code, calls = deploy(bin_folder, patience=2)
    assert code == 0
    assert len([call for call in calls if call.startswith("wait")]) == 3
    assert calls[-2].startswith("apply")


def test_a_failed_migration_stops_the_release_at_once(bin_folder: Path) -> None:
    code, calls = deploy(bin_folder, patience=99, failed="orders-migrate")
    assert code != 0
    assert [call.split()[0] for call in calls[-2:]] == ["wait", "get"]


def test_selectors_name_what_there_is(manifests: Manifests) -> None:
    def components(kinds: set[str]) -> set[str]:
        taken: list[Workload] = [w for w in manifests.workloads if w.kind in kinds]
        return {w.manifest["metadata"]["labels"][COMPONENT] for w in taken}

    assert components({"Job"}) == {"migrate", "provision"}
    assert components({"Deployment"}) == {"serve", "work", "web"}


def test_autoscalers_come_with_what_they_scale(manifests: Manifests) -> None:
    """KEDA refuses a share of the processor of a Deployment that is not there."""
    applied = [(d["kind"], d["metadata"]["name"]) for d in manifests]
    for scaler in manifests.of_kind("HorizontalPodAutoscaler", "ScaledObject"):
        metadata, target = scaler["metadata"], scaler["spec"]["scaleTargetRef"]
        assert metadata["labels"][COMPONENT] == "autoscaler", metadata["name"]
        place = applied.index((scaler["kind"], metadata["name"]))
        assert applied.index((target["kind"], target["name"])) < place
