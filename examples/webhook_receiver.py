"""Receives webhooks of Libretto: checks who sent them, drops what it has seen, and prints the rest.

    python webhook_receiver.py --secret whsec_… --seen seen.db --port 9300

Needs nothing but Python. Signatures follow the Standard Webhooks specification: HMAC-SHA-256 over `id.timestamp.body`.
An event may come more than once and always under the same id, so whoever keeps the ids counts nothing twice.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLERANCE_S = 300
LARGEST = 2_000_000


class NotGenuine(Exception):
    """Nobody who knows the secret sent this, or it is an old message sent again."""


def verified(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> dict[str, Any]:
    """The event of a message. `headers` by lower-case names; raises `NotGenuine`."""
    message_id, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not sent_at.isdigit() or abs(now - int(sent_at)) > TOLERANCE_S:
        raise NotGenuine("the time is missing or too far away")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = hmac.digest(key, f"{message_id}.{sent_at}.".encode() + body, hashlib.sha256)
    given = [one.partition(",") for one in headers.get("webhook-signature", "").split()]
    if not any(version == "v1" and _same(wanted, text) for version, _, text in given):
        raise NotGenuine("no signature fits")
    event: dict[str, Any] = json.loads(body)
    return event


def _same(wanted: bytes, text: str) -> bool:
    return hmac.compare_digest(base64.b64encode(wanted), text.encode())


class Seen:
    """The ids of what was dealt with. `take` deals with an event and notes its id, both or neither."""

    def __init__(self, path: str, deal_with: Callable[[dict[str, Any]], None]) -> None:
        self._path = path
        self._deal_with = deal_with
        with self._open() as database:
            database.execute("create table if not exists seen (id text primary key)")

    def take(self, message_id: str, event: dict[str, Any]) -> bool:
        """False when it was seen before. Two at once with the same id wait for each other."""
        with self._open() as database:
            database.execute("begin immediate")
            if database.execute("select 1 from seen where id = ?", (message_id,)).fetchone():
                return False
            self._deal_with(event)
            database.execute("insert into seen values (?)", (message_id,))
        return True

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)


def receiver(port: int, secret: str, seen: Seen) -> ThreadingHTTPServer:
    """A server that answers 204 for what it took or had taken, 401 for what is not genuine."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            if length > LARGEST:
                self._answer(413)
                return
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                event = verified(secret, headers, body, time.time())
            except NotGenuine:
                self._answer(401)
                return
            seen.take(headers["webhook-id"], event)
            self._answer(204)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Nothing is logged but what is printed."""

    return ThreadingHTTPServer(("127.0.0.1", port), Receiver)


def main() -> None:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Receives webhooks of Libretto and prints them.")
    parser.add_argument("--port", type=int, default=9300)
    parser.add_argument("--secret", required=True, help="as show-webhook-secret told it: whsec_…")
    parser.add_argument("--seen", default="seen.db", help="where ids of what was taken are kept")
    asked = parser.parse_args()

    def tell(event: dict[str, Any]) -> None:
        sys.stdout.write(f"{event['sequence']} {event['type']} {event['subject']}\n")
        sys.stdout.flush()

    receiver(asked.port, asked.secret, Seen(asked.seen, tell)).serve_forever()


if __name__ == "__main__":
    main()
