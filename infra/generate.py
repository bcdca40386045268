"""Write what follows from the table of the bus: NATS users and lag triggers.

`infra/tests` fails when a written file differs from what this would write.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from common.topology import (
    ADMIN,
    HEARS,
    SERVICES,
    durable_name,
    nats_users,
    stream_of,
)

BASE = Path(__file__).parent / "base"
COMPONENTS = Path(__file__).parent / "components"
NOTE = "# Made by `python infra/generate.py` from common.topology; do not edit.\n"

#: Envelopes waiting per process of `work` before another one is worth its start.
LAG = "100"


def documents() -> dict[Path, str]:
    """Every generated file and its text."""
    return {
        COMPONENTS / "nats" / "users.conf": users(),
        COMPONENTS / "keda" / "scaledobjects.yaml": scaled_objects(),
    }


def users() -> str:
    """nats-server's users; each password is a variable, which no quotes may hide."""
    passwords = {user: variable(user) for user in (ADMIN, *SERVICES)}
    text = json.dumps({"users": nats_users(passwords)}, indent=2)
    for user in passwords:
        text = text.replace(f'"{variable(user)}"', variable(user))
    return f"{NOTE}authorization {text}\n"


def variable(user: str) -> str:
    return f"${user.upper()}_NATS_PASSWORD"


def scaled_objects() -> str:
    hearing = [service for service in SERVICES if HEARS[service]]
    return NOTE + "---\n".join(scaled_object(service) for service in hearing)


def scaled_object(service: str) -> str:
    """KEDA asks the leader of each consumer how much waits for it."""
    triggers = [lag_trigger(service, message) for message in HEARS[service]]
    limits = worker_limits(service)
    return f"""\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {service}-work
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {service}-work}}
  minReplicaCount: {limits["minReplicas"]}
  maxReplicaCount: {limits["maxReplicas"]}
  triggers:
    - type: cpu
      metricType: Utilization
      metadata: {{value: "60", containerName: app}}
{"".join(map(entry, triggers))}"""


def worker_limits(service: str) -> Mapping[str, int]:
    """As few and as many processes as the autoscaler that this one replaces."""
    scalers = yaml.safe_load_all((BASE / service / "autoscaling.yaml").read_text())
    return next(
        s["spec"] for s in scalers if s["metadata"]["name"] == f"{service}-work"
    )


def lag_trigger(service: str, message: Any) -> Mapping[str, str]:
    return {
        "natsServerMonitoringEndpoint": "nats-headless.ticketing.svc.cluster.local:8222",
        "account": "$G",
        "stream": stream_of(message.subject),
        "consumer": durable_name(service, message),
        "lagThreshold": LAG,
    }


def entry(metadata: Mapping[str, str]) -> str:
    lines = "".join(f'        {key}: "{value}"\n' for key, value in metadata.items())
    return f"    - type: nats-jetstream\n      metadata:\n{lines}"


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
