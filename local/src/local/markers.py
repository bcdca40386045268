"""Marks that work is done: what it was done for, kept beside what it made.

A start skips what its mark says was done already; whoever deletes the result deletes
the mark with it.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path


class Mark:
    def __init__(self, file: Path, fingerprint: str) -> None:
        self._file = file
        self._fingerprint = fingerprint

    @property
    def stands(self) -> bool:
        try:
            return self._file.read_text(encoding="ascii") == self._fingerprint
        except (OSError, ValueError):
            return False

    def set(self) -> None:
        self._file.write_text(self._fingerprint, encoding="ascii")


def fingerprint(files: Iterable[Path]) -> str:
    """Give a digest of the names and contents of files."""
    digest = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        digest.update(f"{file}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
