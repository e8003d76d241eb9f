"""Logs: one JSON object per line for programs, or one short line for whoever sits in front of ``make run``."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
# Objects that Django attaches to its records; a request may carry secrets.
OBJECTS = frozenset({"request", "server_time", "sql", "params"})


class TextFormatter(logging.Formatter):
    """The time, and what happened. What cannot be seen is written out, so no input forges a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line, with the lines of a trace indented below it."""
        parts = [datetime.fromtimestamp(record.created).strftime("%H:%M:%S")]
        if hasattr(record, "milliseconds"):
            parts += [f"{record.status} {record.method} {record.route} ({record.milliseconds:.0f} ms)"]  # type: ignore[attr-defined]
        else:
            parts += [record.levelname, f"{record.name}:", _without_path(record)]
        trace = self.formatException(record.exc_info).splitlines() if record.exc_info else []
        return "\n    ".join(_visible(line) for line in [" ".join(parts), *trace])


class JsonFormatter(logging.Formatter):
    """One line per record. JSON escapes line breaks and control characters, so no input forges a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _without_path(record),
        }
        if current := request_id.get():
            line["request_id"] = current
        extra = {key: value for key, value in vars(record).items() if key not in STANDARD | OBJECTS}
        line |= extra
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _visible(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def route(request: Any) -> str:
    """Return the pattern of a request's URL: a path may hold a sign-in token, its pattern cannot."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "(no route)"


def _without_path(record: logging.LogRecord) -> str:
    """Return the message with the path of its request replaced by the pattern."""
    message = record.getMessage()
    request = getattr(record, "request", None)
    path = getattr(request, "path", "")
    return message.replace(path, route(request)) if len(path) > 1 else message
