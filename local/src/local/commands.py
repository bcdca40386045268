"""A command that comes to an end: its output in a log, its failure in a sentence."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from local.keeper import describe_end, end_group
from local.launcher import Launcher
from local.programs import StartFailed


async def run_to_end(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    launcher: Launcher,
    *,
    folder: Path | None = None,
) -> None:
    """Raises `StartFailed` with the last line of its log when it fails."""
    process = await launcher.start(name, command, environment, folder=folder)
    try:
        code = await process.wait()
    finally:
        await end_group(process)
    if code:
        logs = launcher.logs
        raise StartFailed(
            name, describe_end(code), logs.path(name), logs.last_line(name)
        )
