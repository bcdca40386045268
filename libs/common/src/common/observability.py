"""Logs and the trace that joins them across services; measures are in `metrics`.

A trace is a W3C traceparent, `00-<trace id>-<span id>-<flags>`. It comes with a
request or a message, is bound to the running task, and leaves with what that says.
"""

import logging
import os
import re
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar, Token
from typing import Any, Literal, cast

import structlog

LogFormat = Literal["json", "console"]

_trace: ContextVar[str | None] = ContextVar("trace", default=None)
_facts: ContextVar[Mapping[str, object]] = ContextVar("facts", default={})  # noqa: B039  # never written to

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_SECRET_KEY = re.compile(
    r"password|passwd|secret|token|cookie|authorization|private|credential|api_?key",
    re.IGNORECASE,
)
#: JSON Web Tokens, and passwords inside addresses, wherever they stand in a text.
_SECRET_TEXT = re.compile(
    r"eyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=://)([^:/@\s]+):[^/@\s]+(?=@)"
)
_REDACTED = "[redacted]"


def new_trace() -> str:
    ids = os.urandom(24).hex()
    return f"00-{ids[:32]}-{ids[32:]}-01"


def continue_trace(trace: str | None) -> str:
    """Open a span in the caller's trace; a new trace when theirs is unreadable."""
    if trace is None or not _TRACEPARENT.fullmatch(trace):
        return new_trace()
    return f"{trace[:36]}{os.urandom(8).hex()}{trace[52:]}"


def current_trace() -> str | None:
    """The traceparent that messages and calls of this task carry."""
    return _trace.get()


class bind_trace:  # noqa: N801  # read as a function; a generator costs three times as much
    """Log and say everything in the block under the trace, continued or new."""

    __slots__ = ("_before", "_facts", "_own")

    def __init__(self, trace: str | None, **facts: object) -> None:
        self._own = continue_trace(trace)
        self._facts = facts

    def __enter__(self) -> str:
        self._before: tuple[Token[str | None], Token[Mapping[str, object]]] = (
            _trace.set(self._own),
            _facts.set(self._facts),
        )
        return self._own

    def __exit__(self, *_: object) -> None:
        trace, facts = self._before
        _facts.reset(facts)
        _trace.reset(trace)


def configure_logging(
    *,
    service: str,
    level: str = "info",
    format: LogFormat = "json",  # noqa: A002  # reads best where it is called
) -> None:
    """Send the logs of this process, libraries' too, to standard error."""
    shared = _shared_processors(service)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(shared, format))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level.upper())
    for noisy in ("httpx", "httpcore", "nats", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.root.level))


def _shared_processors(service: str) -> list[structlog.typing.Processor]:
    def name_service(
        _logger: object, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        event.setdefault("service", service)
        return event

    return [
        _name_trace,
        name_service,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _name_trace(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    trace = _trace.get()
    if trace is not None:
        event.setdefault("trace_id", trace[3:35])
    for name, fact in _facts.get().items():
        event.setdefault(name, fact)
    return event


def _formatter(
    shared: list[structlog.typing.Processor], style: LogFormat
) -> logging.Formatter:
    renderer = (
        structlog.dev.ConsoleRenderer(colors=False)
        if style == "console"
        else structlog.processors.JSONRenderer(sort_keys=True)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
    )


def redact(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> Mapping[str, Any]:
    """Blank out secrets: by the name of their key, or by what they look like."""
    return cast("Mapping[str, Any]", _redacted(dict(event)))


def _redacted(value: object) -> object:
    match value:
        case str():
            return _SECRET_TEXT.sub(_blank, value)
        case Mapping():
            items = cast("Mapping[object, object]", value).items()
            return {key: _redacted_item(key, item) for key, item in items}
        case list() | tuple() | set():
            return [_redacted(item) for item in cast("list[object]", value)]
        case _:
            return value


def _redacted_item(key: object, value: object) -> object:
    return _REDACTED if _SECRET_KEY.search(str(key)) else _redacted(value)


def _blank(found: re.Match[str]) -> str:
    user = found[1]
    return f"{user}:{_REDACTED}" if user else _REDACTED
