"""Every overlay is rendered once; most tests ask the same of each."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from manifests import OVERLAYS, Manifests, render  # found by the line above


@pytest.fixture(params=OVERLAYS)
def manifests(request: pytest.FixtureRequest) -> Manifests:
    return render(request.param)


@pytest.fixture
def production() -> Manifests:
    return render("production")


@pytest.fixture
def local() -> Manifests:
    return render("local")
