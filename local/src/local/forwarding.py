"""The services' own commands, told where everything is."""

import subprocess

from local.launcher import module
from local.system import System


def forward(system: System, service: str, *arguments: str, quiet: bool = False) -> int:
    """Run `python -m <service> …`; the exit code."""
    output = subprocess.DEVNULL if quiet else None
    done = subprocess.run(  # noqa: S603  # our own module
        module(service, *arguments),
        env=system.plan.services.environment_of(service),
        stdout=output,
        stderr=output,
        check=False,
    )
    return done.returncode
