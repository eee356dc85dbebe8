"""The records that a document is made from, as they were known when its source was recorded (fonti)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from aggregates.base import Aggregate
from projections.base import Reader
from projections.documents.content import Source

A = TypeVar("A", bound=Aggregate)


class ContentMissing(LookupError):
    """Something a document must say is not known; the message says what to add."""


class Records(Protocol):
    """Where builders of contents look records up."""

    def find(self, kind: type[A], stream_id: UUID) -> A | None:
        """The record with this id, if there is one of this kind."""


class KnownRecords:
    """Records as they were known at an instant; remembers which were asked for, and their versions (R7.2).

    A record that was made known only later is taken as it is now: a document held for want of it can then be made.
    """

    def __init__(self, reader: Reader, known_at: datetime) -> None:
        self._reader = reader
        self._known_at = known_at
        self._found: dict[UUID, Aggregate | None] = {}

    def find(self, kind: type[A], stream_id: UUID) -> A | None:
        """See `Records.find`."""
        if stream_id not in self._found:
            then = self._reader.record(stream_id, known_at=self._known_at)
            self._found[stream_id] = then or self._reader.record(stream_id)
        record = self._found[stream_id]
        return record if isinstance(record, kind) else None

    @property
    def used(self) -> tuple[Source, ...]:
        """The streams found so far."""
        return tuple(source(record) for record in self._found.values() if record is not None)


def source(record: Aggregate) -> Source:
    """A record at the version it has."""
    return Source(stream_id=record.id, version=record.version, topic=vars(type(record)).get("TOPIC"))
