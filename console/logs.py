"""Logs: JSON lines on standard error that can hold no patient data, whoever writes them.

Our own lines keep only the keys listed here; any other is left out and counted. Of an exception only its type and
the place it came from are kept. Of a library's line the text is kept as it stands in its code, never what was filled
in, and a place that repeats itself is heard once a minute.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, TextIO

import orjson
import stamina.instrumentation
import structlog

from console.problems import place_of

KEYS = frozenset(
    {
        # what every line has
        "event", "level", "timestamp", "logger",
        # which fault, and where in the code
        "fault", "place", "suppressed",
        # which input or target, and how far
        "input", "topic", "topics", "partition", "partitions", "group", "generation", "offset", "target", "mode",
        "address", "problem",
        # how many, how often, how long
        "records", "items", "charges", "patients", "postings", "dead_letters", "deadlines", "repeats", "held", "count",
        "attempt", "seconds", "retry_seconds", "status", "signal", "version",
    }
)  # fmt: skip
LETTERS_MOST = 200
QUIET_SECONDS = 60.0
PLACES_MOST = 1000

EventDict = MutableMapping[str, Any]
Place = tuple[str, str, str | None]


def configure_logs(
    stream: TextIO | None = None, *, dropped: Callable[[], None] = lambda: None, level: int = logging.INFO
) -> None:
    """Send every log line of this process to `stream` (standard error); `dropped` is called for each key left out."""
    stream = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            reduce_exception,
            AllowList(dropped),
            structlog.processors.JSONRenderer(serializer=_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[LibraryLines()], force=True)
    logging.captureWarnings(True)
    stamina.instrumentation.set_on_retry_hooks([])  # its lines hold arguments; a target that waits says so itself
    threading.excepthook = _thread_failed
    sys.unraisablehook = _unraisable


def reduce_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """An exception becomes its type and place; its text, which may hold data, goes nowhere."""
    error = _exception(event.pop("exc_info", None)) or _exception(event.pop("exception", None))
    if error is not None:
        event["fault"] = type(error).__name__
        event["place"] = place_of(error.__traceback__)
    return event


class AllowList:
    """Keeps the keys that are listed, as numbers, truth values, lists of them, or one short line; drops all others."""

    def __init__(self, dropped: Callable[[], None]) -> None:
        self._dropped = dropped

    def __call__(self, _logger: object, _method: str, event: EventDict) -> EventDict:
        """The event with what it may hold."""
        kept = {key: _plain(value) for key, value in event.items() if key in KEYS}
        for _ in range(len(event) - len(kept)):
            self._dropped()
        return kept


class LibraryLines(logging.Handler):
    """Lines of libraries, through the same rules; the same place is heard once a minute, with how often it spoke."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._quiet_until: dict[Place, float] = {}
        self._suppressed: Counter[Place] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line, unless its place has spoken less than a minute ago."""
        error = _exception(record.exc_info)
        where = (error and place_of(error.__traceback__)) or f"{Path(record.pathname).name}:{record.lineno}"
        fault = type(error).__name__ if error else None
        if not self._is_quiet((record.name, where, fault)):
            _write_library_line(record, where, fault, self._suppressed.pop((record.name, where, fault), 0))

    def _is_quiet(self, place: Place) -> bool:
        now = self._monotonic()
        if now < self._quiet_until.get(place, now):
            self._suppressed[place] += 1
            return True
        if len(self._quiet_until) >= PLACES_MOST:
            self._quiet_until.clear()
            self._suppressed.clear()
        self._quiet_until[place] = now + QUIET_SECONDS
        return False


def _write_library_line(record: logging.LogRecord, where: str, fault: str | None, suppressed: int) -> None:
    line = {"logger": record.name, "place": where, "fault": fault, "suppressed": suppressed}
    level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)
    structlog.get_logger().log(level, _template(record), **{key: value for key, value in line.items() if value})


def _template(record: logging.LogRecord) -> str:
    """The text as it stands in the library's code; a text that was filled in before it came here is not kept."""
    return record.msg if isinstance(record.msg, str) and record.args else "a library's line"


def _exception(said: object) -> BaseException | None:
    if isinstance(said, BaseException):
        return said
    if isinstance(said, tuple) and len(said) == 3 and isinstance(said[1], BaseException):
        return said[1]
    return sys.exc_info()[1] if said is True else None


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return " ".join(str(value).split())[:LETTERS_MOST] if isinstance(value, str) else type(value).__name__


def _json(event: EventDict, **_: object) -> str:
    return orjson.dumps(event, default=lambda value: type(value).__name__).decode()


def _thread_failed(args: threading.ExceptHookArgs) -> None:
    structlog.get_logger().error("a thread failed", exc_info=args.exc_value)


def _unraisable(args: Any) -> None:
    structlog.get_logger().error("an exception could not be raised", exc_info=args.exc_value)
