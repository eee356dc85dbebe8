"""Sending one webhook its facts (corriere): strictly in order, at least once, with pauses that grow.

A fact goes out under its own id as `webhook-id`, the same however often it is tried. What is not taken after the last
try becomes a dead letter and the stream goes on; somebody decides whether it is sent again.
"""

from __future__ import annotations

import http.client
import json
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from prometheus_client import Counter

from aggregates.base import Act
from aggregates.webhook import OffCause, wants
from commands.webhook import SWITCH_OFF, SwitchOffWebhook
from gateways.metrics import REGISTRY
from gateways.outward import NotPublic, Resolve, Said, destination, numeric_addresses, post
from gateways.public_feed import PublicFeed
from gateways.webhooks.books import Books, Standing, Try
from gateways.webhooks.secrets import secrets_in_force
from gateways.webhooks.signing import headers
from projections.base import Row

if TYPE_CHECKING:
    from gateways.wiring import House

SYSTEM = "system:webhooks"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
OK = range(200, 300)
GONE = 410
PAGE = 200
TOLD = 300
LONGEST_ASKED_S = 86_400.0
"""However long the other side asks us to wait, we try again after a day."""

SENT = Counter("libretto_webhook_tries", "Tries to send webhooks.", ["company", "outcome"], registry=REGISTRY)


@dataclass(frozen=True)
class Patience:
    """How often a fact is tried, and the pauses between: growing, capped, and never quite the same."""

    tries: int = 9
    first_s: float = 5.0
    factor: float = 3.0
    longest_s: float = 7_200.0

    def pause_s(self, attempts: int, asked_s: float | None = None) -> float:
        """Seconds to rest after so many failed tries; at least as long as the other side asked for."""
        own = min(self.first_s * self.factor ** (attempts - 1), self.longest_s)
        varied = own * (0.8 + 0.4 * secrets.randbelow(1_000_000) / 1_000_000)
        return max(varied, min(asked_s or 0.0, LONGEST_ASKED_S))


@dataclass(frozen=True)
class Manner:
    """How an installation sends: its patience, what may be reached, how long it waits, how long a turn may last."""

    patience: Patience = Patience()
    nearby: bool = False
    limit_s: float = 10.0
    turn_s: float = 5.0
    most_bytes: int = 4_096
    trust: str | None = None
    resolve: Resolve = numeric_addresses
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True)
class _Outcome:
    tried: Try
    asked_s: float | None = None

    @property
    def is_taken(self) -> bool:
        return self.tried.status in OK


class Courier:
    """One turn of one webhook; `hook` is its row in the read model."""

    def __init__(self, house: House, hook: Row, manner: Manner, is_stopped: Callable[[], bool]) -> None:
        self._house = house
        self._hook = hook
        self._manner = manner
        self._is_stopped = is_stopped
        self._books = Books(house, hook["webhook_id"])
        self._feed = PublicFeed(house.reader, house.company_id, house.epoch)
        self._waiting: deque[dict[str, Any]] = deque()

    def turn(self) -> None:
        """Send what waits, for some seconds or until a try fails. Raises `Overtaken`."""
        standing = self._books.standing(self._hook)
        self._books.obey(standing)
        until = time.monotonic() + self._manner.turn_s
        while not self._is_stopped() and time.monotonic() < until and not self._rests(standing):
            letter = self._send_letter()
            if not self._send_next(standing) and not letter:
                return

    def _rests(self, standing: Standing) -> bool:
        return standing.rests_until is not None and standing.rests_until > self._manner.clock()

    def _send_letter(self) -> bool:
        """One dead letter again, with one try; False when none waits."""
        sequence = self._books.next_letter()
        if sequence is None:
            return False
        found = self._feed.after(sequence - 1, 1)
        outcome = self._send(found[0])
        if not self._is_stopped() or outcome.is_taken:
            self._books.note_letter(sequence, "delivered" if outcome.is_taken else "dead", outcome.tried)
        return outcome.is_taken

    def _send_next(self, standing: Standing) -> bool:
        """The next fact that is wanted; False when there is none or it was not taken."""
        event = self._next_wanted(standing)
        if event is None:
            return False
        outcome = self._send(event)
        if outcome.is_taken:
            self._books.note(standing, event, "delivered", outcome.tried)
            return True
        if not self._is_stopped():
            self._failed(standing, event, outcome)
        return False

    def _next_wanted(self, standing: Standing) -> dict[str, Any] | None:
        while True:
            if self._waiting and self._waiting[0]["sequence"] <= standing.sequence:
                self._waiting.popleft()
                continue
            if not self._waiting:
                self._waiting.extend(self._feed.after(standing.sequence, PAGE))
                if not self._waiting:
                    return None
            passed = None
            while self._waiting and not self._wants(self._waiting[0]):
                passed = self._waiting.popleft()["sequence"]
            if passed is not None:
                self._books.skip(standing, passed)
            if self._waiting:
                return self._waiting[0]

    def _wants(self, event: dict[str, Any]) -> bool:
        is_before = self._hook["from_sequence"] is None and event["position"] <= self._hook["registered_position"]
        return not is_before and wants(self._hook["types"], event["type"])

    def _failed(self, standing: Standing, event: dict[str, Any], outcome: _Outcome) -> None:
        now, patience = outcome.tried.at, self._manner.patience
        since = standing.failing_since or now
        if outcome.tried.status == GONE:
            self._books.note(standing, event, "failing", outcome.tried, since)
            self._switch_off(OffCause.GONE, since, outcome.tried)
        elif standing.attempts + 1 >= patience.tries:
            self._books.note(standing, event, "dead", outcome.tried, since)
        else:
            rest = timedelta(seconds=patience.pause_s(standing.attempts + 1, outcome.asked_s))
            self._books.note(standing, event, "failing", outcome.tried, since, now + rest)
        if now - since >= timedelta(days=self._hook["failure_days"]):
            self._switch_off(OffCause.FAILING, since, outcome.tried)

    def _switch_off(self, cause: OffCause, since: datetime, tried: Try) -> None:
        told = f"{tried.status or ''} {tried.told}".strip()[:TOLD] or None
        cmd = SwitchOffWebhook(webhook_id=self._hook["webhook_id"], cause=cause, failing_since=since, told=told)
        self._house.desk.execute(SWITCH_OFF, cmd, Act(by=SYSTEM, at=tried.at))

    def _send(self, event: dict[str, Any]) -> _Outcome:
        outcome = self._try(event)
        SENT.labels(str(self._house.company_id), "taken" if outcome.is_taken else "failed").inc()
        return outcome

    def _try(self, event: dict[str, Any]) -> _Outcome:
        now, manner = self._manner.clock(), self._manner
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        signed = headers(secrets_in_force(self._house, self._hook, now), event["id"], now, body)
        told = {"Content-Type": CONTENT_TYPE, "User-Agent": "Libretto", "Accept": "*/*", **signed}
        try:
            to = destination(self._hook["address"], nearby=manner.nearby, resolve=manner.resolve)
            said = post(to, body, told, limit_s=manner.limit_s, most_bytes=manner.most_bytes, trust=manner.trust)
        except NotPublic as error:
            return _Outcome(Try(now, None, f"not allowed: {error}"))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return _Outcome(Try(now, None, f"no answer: {error}"[:TOLD]))
        return _Outcome(Try(now, said.status, _clean(said.body)), retry_after_s(said, now))


def retry_after_s(said: Said, now: datetime) -> float | None:
    """How long the other side asks us to wait, in seconds; None where it says nothing that can be read."""
    told = said.headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return float(told[:9])
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now.timestamp())


def _clean(body: bytes) -> str:
    """Another's words on one line, without signs that are not printed."""
    text = body.decode("utf-8", "replace")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:TOLD]
