"""Around every request: a correlation id, a log line, figures, and headers that keep browsers careful."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateways.logs import correlation_id, log
from gateways.metrics import REQUESTS, SECONDS

CAREFUL = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]


class Observed:
    """Pure ASGI, so that a request pays little for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        correlation = _given(headers.get(b"x-correlation-id")) or str(uuid4())
        token = correlation_id.set(correlation)
        started, status = time.perf_counter(), 500

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-correlation-id", correlation.encode()), *CAREFUL]
            await send(message)

        try:
            await self._app(scope, receive, tell)
        finally:
            _record(scope, status, time.perf_counter() - started)
            correlation_id.reset(token)


def _given(header: bytes | None) -> str | None:
    text = (header or b"").decode("ascii", "ignore")
    return text if 0 < len(text) <= 100 and text.isprintable() else None


def _record(scope: Scope, status: int, seconds: float) -> None:
    route: Any = scope.get("route")
    name = getattr(route, "path", "unknown")
    REQUESTS.labels(scope["method"], name, str(status)).inc()
    SECONDS.labels(scope["method"], name).observe(seconds)
    log.info(
        "request", method=scope["method"], path=scope["path"], status=status, milliseconds=round(seconds * 1000, 1)
    )
