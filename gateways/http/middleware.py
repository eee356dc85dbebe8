"""Around every request: a correlation id, a log line, figures, and headers that keep browsers careful."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateways.logs import correlation_id, log
from gateways.metrics import REQUESTS, SECONDS

CAREFUL = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
    b"x-frame-options": b"DENY",
    b"content-security-policy": b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Observed:
    """Pure ASGI, so that a request pays little for it. `routes` names the path of each endpoint, for the figures."""

    def __init__(self, app: ASGIApp, routes: Mapping[Any, str]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation = _given(scope) or str(uuid4())
        token = correlation_id.set(correlation)
        started, status = time.perf_counter(), 500

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = message["headers"]
                names = {name for name, _ in given}
                careful = [header for header in CAREFUL.items() if header[0] not in names]
                message["headers"] = [*given, (b"x-correlation-id", correlation.encode()), *careful]
            await send(message)

        try:
            await self._app(scope, receive, tell)
        finally:
            self._record(scope, status, time.perf_counter() - started)
            correlation_id.reset(token)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        name = self._routes.get(scope.get("endpoint"), "unknown")
        method = scope["method"] if scope["method"] in KNOWN_METHODS else "other"
        REQUESTS.labels(method, name, str(status)).inc()
        SECONDS.labels(method, name).observe(seconds)
        log.info("request", method=method, path=scope["path"], status=status, milliseconds=round(seconds * 1000, 1))


def _given(scope: Scope) -> str | None:
    header = next((value for name, value in scope["headers"] if name == b"x-correlation-id"), b"")
    text = header.decode("ascii", "ignore")
    return text if 0 < len(text) <= 100 and text.isprintable() else None
