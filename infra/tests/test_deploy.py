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
[ "$1" != "$FAILING" ]
"""


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    stub = tmp_path / "kubectl"
    stub.write_text(STUB)
    stub.chmod(0o755)
    return tmp_path


def deploy(bin_folder: Path, *, failing: str = "nothing") -> tuple[int, list[str]]:
    """Exit code, and the verbs that kubectl was called with."""
    calls = bin_folder / "calls"
    environment = {
        "PATH": f"{bin_folder}{os.pathsep}{os.defpath}",
        "CALLS": str(calls),
        "FAILING": failing,
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
        *("kustomize", "delete", "apply", "wait", "apply", "rollout")
    ]
    assert "component notin (serve, work, web, autoscaler)" in calls[2]
    assert "--selector" not in calls[4]


def test_a_failed_migration_stops_the_release(bin_folder: Path) -> None:
    code, calls = deploy(bin_folder, failing="wait")
    assert code != 0
    assert calls[-1].startswith("wait")


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
