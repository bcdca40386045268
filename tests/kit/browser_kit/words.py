"""The words of the pages, as the client itself reads them."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

_MESSAGES = Path(__file__).parents[3] / "client" / "messages"
_PLACE = re.compile(r"{[^{}]*}")


@cache
def _catalogue(language: str) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for file in sorted((_MESSAGES / language).glob("*.json")):
        words |= json.loads(file.read_text(encoding="utf-8"))
    return words


def words(path: str, language: str = "en") -> str:
    """`pay.name` as it stands there."""
    found: Any = _catalogue(language)
    for part in path.split("."):
        found = found[part]
    return str(found)


def pattern(path: str) -> re.Pattern[str]:
    """Words with something in their places: `Pay {total}` finds `Pay $25.50`."""
    parts = (re.escape(part) for part in _PLACE.split(words(path)))
    return re.compile(f"^{'.+'.join(parts)}$")
