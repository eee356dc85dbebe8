"""Structured logs with correlation ids: JSON lines on standard error, or coloured for a terminal."""

from __future__ import annotations

import io
import logging
import re
import sys
from contextvars import ContextVar
from typing import Any, TextIO, cast

import structlog
from structlog.types import EventDict, WrappedLogger

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
log: Any = structlog.get_logger("libretto")

# Whatever carries one of these words is a secret or a person's, and stays out of the logs.
HIDDEN = ("password", "token", "secret", "authorization", "api_key", "key_hash", "cookie")


# Addresses of calendars are keys themselves.
SECRET_ADDRESS = re.compile(r"(?<=/calendar/)[^/?]+")


def is_secret(name: str) -> bool:
    """Whether what carries this name stays out of logs and answers."""
    return any(word in name.lower() for word in HIDDEN)


class _StandardError(io.TextIOBase):
    """Whatever standard error is when a line is written, not when logging was set up."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(level: str) -> None:
    """Set up logging for this process."""
    console = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _correlated,
            _without_secrets,
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=False,
    )


def _correlated(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if correlation_id.get():
        event["correlation_id"] = correlation_id.get()
    return event


def _without_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    hidden = {name: "***" if is_secret(name) else value for name, value in event.items()}
    if isinstance(hidden.get("path"), str):
        hidden["path"] = SECRET_ADDRESS.sub("***", hidden["path"])
    return hidden
