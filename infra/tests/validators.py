"""Who judges which manifest: Kubernetes' own schemas, models from npm, ours."""

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import jsonschema
import yaml
from kubernetes_validate import utils as kubernetes
from manifests import Manifest

KUBERNETES = "1.37"
HERE = Path(__file__).parent
MODELS = HERE / "models"
NODE = Path(sys.executable).with_name("node")
OF_MODELS = frozenset(
    {
        "cert-manager.io",
        "external-secrets.io",
        "gateway.networking.k8s.io",
        "keda.sh",
        "monitoring.coreos.com",
    }
)

# It reads all definitions anew for every manifest.
kubernetes.schema_contents = cache(kubernetes.schema_contents)


def group(manifest: Manifest) -> str:
    return manifest["apiVersion"].rpartition("/")[0]


def faults(manifests: Sequence[Manifest]) -> list[str]:
    """What is wrong, in words; a manifest that nobody knows is a fault as well."""
    of_models = [m for m in manifests if group(m) in OF_MODELS]
    others = [m for m in manifests if group(m) not in OF_MODELS]
    return [fault for m in others for fault in _faults(m)] + _model_faults(of_models)


def _faults(manifest: Manifest) -> list[str]:
    title = f"{manifest['kind']}/{manifest['metadata']['name']}"
    try:
        if schema := _own_schemas().get(f"{manifest['apiVersion']}/{manifest['kind']}"):
            jsonschema.validate(manifest["spec"], schema)
        else:
            kubernetes.validate(manifest, KUBERNETES, strict=True)
    except jsonschema.ValidationError as error:
        return [f"{title}: {error.json_path} {error.message}"]
    except kubernetes.SchemaNotFoundError as error:
        return [f"{title}: {error.message}"]
    return []


@cache
def _own_schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for path in HERE.glob("schemas/*.yaml"):
        document = _closed(yaml.safe_load(path.read_text()))
        definitions = document.pop("$defs")
        for kind, schema in document.items():
            schemas[kind] = {**schema, "$defs": definitions}
    return schemas


def _closed(schema: Any) -> Any:
    """Let objects with `properties` refuse every other field."""
    if isinstance(schema, list):
        return [_closed(item) for item in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    fields = cast("dict[str, Any]", schema)
    closed = {key: _closed(value) for key, value in fields.items()}
    if "properties" in closed and closed.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def _model_faults(manifests: Sequence[Manifest]) -> list[str]:
    """One run of node for all of them."""
    if not manifests:
        return []
    assert (MODELS / "node_modules").is_dir(), (
        f"install the models first: npm ci --prefix {MODELS}"
    )
    checked = subprocess.run(
        [NODE, MODELS / "validate.mjs"],
        input=json.dumps(list(manifests)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    return json.loads(checked.stdout)
