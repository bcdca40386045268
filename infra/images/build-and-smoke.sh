#!/usr/bin/env bash
# Build images and see each of them work: nobody's process, a read-only root, no
# capabilities, real servers beside it.
#
#   infra/images/build-and-smoke.sh [SERVICE|client ...]
#
# PYTHON_IMAGE, NODE_IMAGE  other base images, where a registry cannot be reached
# BUILD_FLAGS               more flags for `podman build`
# Exit 69 says that this machine cannot, and why.
set -euo pipefail
cd "$(dirname "$0")/../.."

cannot() {
  echo "images were not built: $*" >&2
  exit 69
}

[ -x .venv/bin/python ] || cannot "the tools are not installed (make .venv/.dev)"
command -v podman >/dev/null || cannot "podman is not installed (apt-get install podman runc)"
podman info >/dev/null 2>&1 || cannot "podman does not run for this user: $(podman info 2>&1 | tail -1)"

base_of() { sed -n "s/^ARG $1=//p" "infra/docker/$2.Dockerfile"; }
readonly PYTHON_IMAGE=${PYTHON_IMAGE:-$(base_of PYTHON_IMAGE python)}
readonly NODE_IMAGE=${NODE_IMAGE:-$(base_of NODE_IMAGE client)}
[ $# -gt 0 ] || set -- $(basename --multiple services/*) client

build() {
  local -a flags
  read -ra flags <<<"${BUILD_FLAGS:-}"
  if [ "$1" = client ]; then
    flags+=(--file infra/docker/client.Dockerfile --build-arg "NODE_IMAGE=$NODE_IMAGE")
  else
    flags+=(--file infra/docker/python.Dockerfile --build-arg "PYTHON_IMAGE=$PYTHON_IMAGE" --build-arg "SERVICE=$1")
  fi
  podman build --quiet --pull=missing "${flags[@]}" --tag "localhost/ticketing/$1:smoke" .
}

for base in "$PYTHON_IMAGE" "$NODE_IMAGE"; do
  podman image exists "$base" || podman pull --quiet "$base" >/dev/null ||
    cannot "the base image $base is not here and cannot be pulled"
done
for service in "$@"; do
  echo "building $service"
  build "$service" >/dev/null
done
.venv/bin/python infra/images/smoke.py "$@"
