"""A real HTTP server that keeps what it was sent and answers as a test tells it; a company with something to tell."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from aggregates.base import Act
from aggregates.webhook import secret_id
from commands.webhook import SHOW, NoteWebhookSecretShown
from gateways.webhooks.courier import Manner, Patience
from gateways.webhooks.sender import LEASE, WebhookSender
from gateways.webhooks.signing import shown_secret
from tests.dsl import Company
from tests.gateways.bills import document, issue

IMPATIENT = Patience(tries=3, first_s=0.0)


@dataclass(frozen=True)
class Got:
    """One request."""

    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event


@dataclass
class Hooks:
    """What came, and what is answered next: a status, with headers; 204 where nothing is said."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    slowly_s: float = 0.0
    drips: bool = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def sequences(self) -> list[int]:
        return [one.event["sequence"] for one in self.got]


@contextmanager
def hooks() -> Iterator[Hooks]:
    """A server at work."""
    kept = Hooks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            kept.got.append(Got({k.lower(): v for k, v in self.headers.items()}, body, time.time()))
            status, headers = kept.answers.pop(0) if kept.answers else (204, {})
            time.sleep(kept.slowly_s)
            if kept.drips:
                self._drip()
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if status >= 400:
                self.wfile.write("non lo\x00 prendo, perché no".encode() * 1000)

        def _drip(self) -> None:
            try:
                self.wfile.write(b"HTTP/1.1 204 No Content\r\nX-Slow: ")
                for _ in range(200):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.05)
            except OSError:
                return

        def log_message(self, *args: Any) -> None:
            """Tests say what is wrong."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()


def register(company: Company, address: str, **fields: Any) -> UUID:
    """A webhook at an address."""
    return UUID(str(company.do("register-webhook", address=address, **fields)["webhook_id"]))


def publish(company: Company, facts: int, start: int = 0) -> None:
    """So many invoices, one public fact each."""
    issue(company, *(document(f"2026/{start + n}", "10.00") for n in range(facts)))
    company.fold()


def secret_of(company: Company, webhook_id: UUID, number: int = 1) -> str:
    """A secret as it would be shown."""
    return shown_secret(company.house.keys.key(secret_id(webhook_id, number)))


def show(company: Company, webhook_id: UUID) -> None:
    """Somebody takes the secret."""
    act = Act(by="user:test", at=datetime.now(UTC))
    company.house.desk.execute(SHOW, NoteWebhookSecretShown(webhook_id=webhook_id), act)


def sender(company: Company, manner: Manner | None = None, at_once: int = 16) -> WebhookSender:
    """A sender of this company alone."""
    manner = manner or Manner(patience=IMPATIENT, nearby=True)
    return WebhookSender(company.installation.database, lambda: [company.house], manner, at_once=at_once, look_s=0.0)


def holding(one: WebhookSender) -> WebhookSender:
    """Wait until it is the one that works: whoever worked before has just gone."""
    over = time.monotonic() + 120
    while not one._leases.holds(LEASE):
        assert time.monotonic() < over, "somebody else keeps the lease"
        time.sleep(0.01)
    return one


@contextmanager
def sending(company: Company, manner: Manner | None = None, **more: Any) -> Iterator[Callable[[], None]]:
    """A sender at hand: calling it gives turns until nothing is due any more."""
    one = sender(company, manner, **more)
    holding(one)

    def send() -> None:
        while True:
            company.fold()
            if not one.step():
                return
            one.settle()

    try:
        yield send
    finally:
        one.stop()
        one.run()
