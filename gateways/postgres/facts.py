"""Reading the log: stored rows to facts with what the log knows of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Cursor

from aggregates.base import UPCASTERS
from gateways.codec import Codec
from gateways.postgres.database import Connection
from projections.base import Recorded

COLUMNS = "position, stream_id, version, topic, state, event_id, metadata::text, recorded_at, command_id"


class StoredFact(NamedTuple):
    """A row of the log, not yet decoded."""

    position: int
    stream_id: UUID
    version: int
    topic: str
    state: bytes
    event_id: UUID
    metadata_json: str
    recorded_at: datetime
    command_id: UUID

    def read(self, codec: Codec) -> Recorded:
        """The fact as the current code knows it. Raises what `Codec.read` raises."""
        fact = codec.read(self.topic, self.state, self.stream_id, self.version)
        return Recorded(fact, self.position, self.recorded_at, self.event_id, self.metadata_json, self.command_id)

    @property
    def current_topic(self) -> str:
        """The topic that the fact will have once read."""
        topic = self.topic
        while topic in UPCASTERS:
            topic = UPCASTERS[topic][0]
        return topic


def after(
    connection: Connection,
    company_id: UUID,
    position: int,
    limit: int,
    topics: Sequence[str] | None = None,
    *,
    until: int | None = None,
) -> list[StoredFact]:
    """The next facts of a company's log, by position, up to another position if given."""
    return _stored(
        connection.execute(
            f"""select {COLUMNS} from fact
                 where company_id = %s and position > %s and position <= %s
                   and (%s::text[] is null or topic = any(%s::text[]))
                 order by position limit %s""",  # noqa: S608 - a constant list of columns
            (company_id, position, 2**62 if until is None else until, topics, topics, limit),
            binary=True,
        )
    )


def as_happened(
    connection: Connection, company_id: UUID, until: int, true_at: datetime, topics: Sequence[str], batch: int
) -> Iterator[list[StoredFact]]:
    """The facts up to a position that happened by an instant, by when they happened, then by position, in batches.

    They are read in one transaction, which has to be over before another one begins on the connection.
    """
    with connection.transaction(), connection.cursor("as_happened", scrollable=False) as cursor:
        cursor.execute(
            f"""select {COLUMNS} from (
                    select f.*, (convert_from(f.state, 'UTF8')::jsonb #>> '{{act,at}}')::timestamptz as happened_at
                      from fact f where f.company_id = %s and f.position <= %s and f.topic = any(%s::text[])) known
                 where happened_at <= %s order by happened_at, position""",  # noqa: S608 - a constant list of columns
            (company_id, until, list(topics), true_at),
            binary=True,
        )
        while rows := cursor.fetchmany(batch):
            yield [StoredFact._make(row) for row in rows]


def position_at(connection: Connection, instant: datetime | None) -> int:
    """The position of the company's last fact that was recorded by an instant, or at all; 0 without one."""
    row = connection.execute("select position_known_at(%s)", (instant,)).fetchone()
    return int(row[0]) if row else 0


def of_stream(connection: Connection, company_id: UUID, stream_id: UUID, known_at: datetime | None) -> list[StoredFact]:
    """The facts of a stream that were recorded by an instant (all, without one), by version."""
    return _stored(
        connection.execute(
            f"""select {COLUMNS} from fact
                 where company_id = %s and stream_id = %s and (%s::timestamptz is null or recorded_at <= %s)
                 order by version""",  # noqa: S608 - a constant list of columns
            (company_id, stream_id, known_at, known_at),
            binary=True,
        )
    )


def _stored(cursor: Cursor[tuple[Any, ...]]) -> list[StoredFact]:
    return [StoredFact._make(row) for row in cursor.fetchall()]
