"""Reading the log: stored rows to facts with what the log knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Cursor

from aggregates.base import UPCASTERS
from gateways.codec import Codec
from gateways.postgres.database import Connection
from projections.base import Recorded

COLUMNS = "position, stream_id, version, topic, state, event_id, metadata::text, recorded_at"


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

    def read(self, codec: Codec) -> Recorded:
        """The fact as the current code knows it. Raises what `Codec.read` raises."""
        fact = codec.read(self.topic, self.state, self.stream_id, self.version)
        return Recorded(fact, self.position, self.recorded_at, self.event_id, self.metadata_json)

    @property
    def current_topic(self) -> str:
        """The topic that the fact will have once read."""
        topic = self.topic
        while topic in UPCASTERS:
            topic = UPCASTERS[topic][0]
        return topic


def after(
    connection: Connection, company_id: UUID, position: int, limit: int, topics: Sequence[str] | None = None
) -> list[StoredFact]:
    """The next facts of a company's log, by position."""
    return _stored(
        connection.execute(
            f"""select {COLUMNS} from fact
                 where company_id = %s and position > %s and (%s::text[] is null or topic = any(%s::text[]))
                 order by position limit %s""",  # noqa: S608 - a constant list of columns
            (company_id, position, topics, topics, limit),
            binary=True,
        )
    )


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
