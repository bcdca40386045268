#!/usr/bin/env python
"""Write what follows from the code: NATS users, lag triggers, the proxy's own answers.

`infra/tests` fails when a written file differs from what this would write.
"""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from common.errors import PROBLEM_JSON, ServiceError, problem
from common.topology import (
    ADMIN,
    HEARS,
    SERVICES,
    durable_name,
    nats_users,
    stream_of,
)
from local.gateway.answers import API_POLICY, PROBLEMS

INFRA = Path(__file__).parent
COMPONENTS = Path("components")
NOTE = "# Made by `python infra/generate.py`; do not edit.\n"

#: The headless service: only the leader of a consumer knows what waits for it.
MONITOR = "nats-headless.ticketing.svc.cluster.local:8222"
#: Envelopes waiting per process of `work` before another one is worth its start.
LAG = "100"


def documents() -> dict[Path, str]:
    """Every generated file and its text."""
    return {
        COMPONENTS / "nats" / "users.conf": users(),
        COMPONENTS / "keda" / "scaledobjects.yaml": scaled_objects(),
        COMPONENTS / "gateway" / "answers.yaml": answers(),
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
    scalers = yaml.safe_load_all(
        (INFRA / "base" / service / "autoscaling.yaml").read_text()
    )
    return next(
        s["spec"] for s in scalers if s["metadata"]["name"] == f"{service}-work"
    )


def lag_trigger(service: str, message: Any) -> Mapping[str, str]:
    return {
        "natsServerMonitoringEndpoint": MONITOR,
        "account": "$G",
        "stream": stream_of(message.subject),
        "consumer": durable_name(service, message),
        "lagThreshold": LAG,
    }


def entry(metadata: Mapping[str, str]) -> str:
    lines = "".join(f'        {key}: "{value}"\n' for key, value in metadata.items())
    return f"    - type: nats-jetstream\n      metadata:\n{lines}"


def answers() -> str:
    """What the proxy itself refuses reads like a refusal of a service."""
    operation = {
        "op": "add",
        "path": "/spec/responseOverride",
        "value": [answer(*item) for item in PROBLEMS.items()],
    }
    return NOTE + yaml.safe_dump([operation], sort_keys=False, width=88)


def answer(status: int, error: ServiceError) -> dict[str, Any]:
    headers = {"Content-Security-Policy": API_POLICY, **error.headers}
    listed = [{"name": name.lower(), "value": text} for name, text in headers.items()]
    return {
        "source": "Local",
        "match": {"statusCodes": [{"type": "Value", "value": status}]},
        "response": {
            "statusCode": error.status,
            "contentType": PROBLEM_JSON,
            "header": {"set": listed},
            # A per cent sign would begin a command of the proxy.
            "body": {
                "type": "Inline",
                "inline": problem(error).decode().replace("%", "%%"),
            },
        },
    }


def write(into: Path) -> None:
    for path, text in documents().items():
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=INFRA, help="another folder")
    write(parser.parse_args().into)
