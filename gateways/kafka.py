"""The relay (inoltro): sends every company's public stream to Kafka, in order, at least once, never with a hole.

One chunk of one company is one record batch, which the broker takes whole or not at all, and nothing follows it before
it is acknowledged and the cursor has moved: a relay that is killed, cut off or doubled repeats facts but skips none.
Consumers drop what they have seen by its sequence (docs/how-to/stream.md).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, KafkaTimeoutError, TopicAlreadyExistsError
from prometheus_client import Counter, Gauge

from gateways.metrics import REGISTRY
from gateways.postgres.database import Database
from gateways.postgres.folding import AWAY
from gateways.postgres.leases import Leases
from gateways.public_feed import PublicFeed
from gateways.published import PublicStream
from gateways.relay_cursors import RelayCursors

CONTENT_TYPE = b"application/cloudevents+json; charset=utf-8"
CHUNK_FACTS = 500
CHUNK_BYTES = 700_000  # well below the broker's usual limit of 1 MiB for one batch
POLL_S = 0.1
LOOK_AGAIN, LOOK_AGAIN_S = 20, 1.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
DELIVERY_S = 10
PRODUCER = {
    "acks": "all",
    "enable_idempotence": True,
    "batch_size": 1_000_000,
    "linger_ms": 5_000,  # the flush ends a batch, not the clock
    "request_timeout_ms": 4_000,
    "delivery_timeout_ms": DELIVERY_S * 1000,
    "max_block_ms": 4_000,
    "bootstrap_timeout_ms": 4_000,
    "reconnect_backoff_max_ms": 500,
    "metrics_enabled": False,
}

SENT = Counter("libretto_published_facts", "Public facts sent to Kafka.", ["company"], registry=REGISTRY)
FAILED = Counter("libretto_relay_failures", "Chunks that Kafka did not take.", ["company"], registry=REGISTRY)
BEHIND = Gauge("libretto_relay_behind_facts", "Public facts not sent yet.", ["company"], registry=REGISTRY)
OPEN_HEADS = """
select company_id, last_position from company_heads() join company using (company_id) where state = 'open'"""
log = structlog.get_logger("relay")


@dataclass(frozen=True)
class Target:
    """Where the stream goes. `api_version` is for brokers that cannot negotiate it; none for a real one."""

    servers: str
    topic: str
    api_version: tuple[int, ...] | None = None
    partitions: int = 6
    replication: int = 1
    creates_topic: bool = True

    @property
    def client(self) -> dict[str, Any]:
        """What every Kafka client of this target is made with."""
        return {"bootstrap_servers": self.servers.split(","), "api_version": self.api_version}


class BrokerAway(Exception):
    """Kafka does not answer; the stream waits in the database."""


class StreamBroken(Exception):
    """The public stream does not go on where the cursor stands; nothing is sent until someone has looked."""


class Relay:
    """Sends what `feed_of` gives for each company; of several relays on one topic one works, the others stand by."""

    def __init__(
        self,
        database: Database,
        feed_of: Callable[[UUID], PublicFeed],
        target: Target,
        chunk_facts: int = CHUNK_FACTS,
    ) -> None:
        self._database = database
        self._feed_of = feed_of
        self._target = target
        self._chunk_facts = chunk_facts
        self._cursors = RelayCursors(database, target.topic)
        self._leases = Leases(database)
        self._stopped = threading.Event()
        self._producer: Any = None
        self._pause_s = FIRST_PAUSE_S
        self._level: dict[UUID, int] = {}
        self._turn, self._look_at = 0, 0.0
        self._resting: dict[UUID, tuple[float, float]] = {}

    def stop(self) -> None:
        """Finish the chunk at hand, then stop."""
        self._stopped.set()

    def run(self) -> None:
        """Work until `stop`; survives the loss of Kafka and of the database."""
        while not self._stopped.is_set():
            try:
                busy = self.step()
                self._pause_s = FIRST_PAUSE_S
            except BrokerAway as error:
                log.warning("Kafka away, trying again", error=str(error), pause_s=self._pause_s)
                self._stopped.wait(self._pause_s)
                self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
                continue
            except AWAY as error:
                log.warning("database lost, trying again", error=str(error))
                self._leases.release()
                self._stopped.wait(FIRST_PAUSE_S)
                continue
            if not busy:
                self._stopped.wait(POLL_S)
        self._disconnect()
        self._leases.release()

    def step(self) -> bool:
        """One chunk for each company that has something to send; False when all is sent. Raises `BrokerAway`."""
        if not self._leases.holds(f"relay:{self._target.topic}"):
            return False
        with self._database.connection() as connection:
            heads = connection.execute(OPEN_HEADS).fetchall()
        busy = False
        self._look_again(heads)
        for company_id, head in heads:
            if head > self._level.get(company_id, 0) and not self._rests(company_id) and not self._stopped.is_set():
                busy |= self._send_next(company_id, head)
        return busy

    def _look_again(self, heads: Sequence[tuple[UUID, int]]) -> None:
        """A cursor may have been set back: every second a few companies are looked at again, whatever was known."""
        if not heads or time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_AGAIN_S
        for _ in range(min(LOOK_AGAIN, len(heads))):
            self._turn = (self._turn + 1) % len(heads)
            self._level.pop(heads[self._turn][0], None)

    def _send_next(self, company_id: UUID, head: int) -> bool:
        feed = self._feed_of(company_id)
        folded = self._folded(company_id)
        cursor = self._cursors.of(feed)
        events = feed.after(cursor, self._chunk_facts)
        if not events:
            BEHIND.labels(str(company_id)).set(0)
            if folded >= head:
                self._level[company_id] = head
            return False
        BEHIND.labels(str(company_id)).set(max(feed.head() - cursor, len(events)))
        try:
            chunk = list(_chunk(cursor, events))
            self._send(self._connected(), company_id, chunk)
        except (KafkaError, StreamBroken) as error:
            self._rest(company_id, error)
            self._disconnect()
            return False
        self._resting.pop(company_id, None)
        self._cursors.move(feed, cursor, cursor + len(chunk))
        SENT.labels(str(company_id)).inc(len(chunk))
        BEHIND.labels(str(company_id)).set(feed.head() - cursor - len(chunk))
        return True

    def _send(self, producer: Any, company_id: UUID, chunk: Sequence[bytes]) -> None:
        """All or nothing. Raises `KafkaError`."""
        headers = [("content-type", CONTENT_TYPE)]
        key = str(company_id).encode()
        futures = [producer.send(self._target.topic, key=key, value=value, headers=headers) for value in chunk]
        producer.flush(timeout=DELIVERY_S + 5)
        for future in futures:
            future.get(timeout=0)

    def _connected(self) -> Any:
        if self._producer is None:
            try:
                if self._target.creates_topic:
                    self._create_topic()
                self._producer = KafkaProducer(**self._target.client, **PRODUCER)
            except (KafkaError, OSError, ValueError) as error:
                raise BrokerAway(repr(error)) from error
        return self._producer

    def _disconnect(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            try:
                producer.close(timeout=1)
            except KafkaTimeoutError:
                log.warning("records given up with the connection; they will be sent again")

    def _create_topic(self) -> None:
        admin = KafkaAdminClient(**self._target.client, bootstrap_timeout_ms=4_000, request_timeout_ms=4_000)
        try:
            if self._target.topic not in admin.list_topics():
                wanted = NewTopic(self._target.topic, self._target.partitions, self._target.replication)
                admin.create_topics([wanted])
        except TopicAlreadyExistsError:
            return
        finally:
            admin.close()

    def _rests(self, company_id: UUID) -> bool:
        return self._resting.get(company_id, (0.0, 0.0))[0] > time.monotonic()

    def _rest(self, company_id: UUID, error: Exception) -> None:
        pause = min(self._resting.get(company_id, (0.0, FIRST_PAUSE_S / 2))[1] * 2, LONGEST_PAUSE_S)
        self._resting[company_id] = (time.monotonic() + pause, pause)
        FAILED.labels(str(company_id)).inc()
        log.error("chunk not sent, trying again", company=str(company_id), error=repr(error), pause_s=pause)

    def _folded(self, company_id: UUID) -> int:
        with self._database.company(company_id) as connection:
            row = connection.execute(
                """select min(p.position) from read_model_position p join read_model m using (name, generation)
                    where p.company_id = %s and p.name = %s and m.status <> 'retired'""",
                (company_id, PublicStream.NAME),
            ).fetchone()
        return (row[0] or 0) if row else 0


def _chunk(cursor: int, events: Sequence[dict[str, Any]]) -> Iterator[bytes]:
    """As many next events as fit into one record batch, at least one. Raises `StreamBroken`."""
    size = 0
    for expected, event in enumerate(events, cursor + 1):
        if event["sequence"] != expected:
            raise StreamBroken(f"{event['sequence']} follows {expected - 1}")
        value = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        size += len(value) + 200
        if size > CHUNK_BYTES and expected > cursor + 1:
            return
        yield value
