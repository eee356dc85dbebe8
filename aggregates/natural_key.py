"""NaturalKey (chiave naturale): a code of the company that stands for a record with an id of its own.

A record registered without an id gets the id made from its code, so that the log itself refuses a second one. When a
client brings the id (offline), the stream that the code would have had names the record instead, in the same append.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event

KEYS = UUID("0d3b9c52-52f0-5b0e-8a33-6a6e0f2f7c02")


class KeyKind(StrEnum):
    """Which records a code tells apart."""

    PARTY = "party"
    TECHNICIAN = "technician"
    ARTICLE = "article"
    PRICE_LIST = "price-list"
    CALENDAR = "calendar"
    SERIAL_ITEM = "serial-item"
    SITE = "site"
    CONTRACT = "contract"
    INDEX_SERIES = "index-series"
    VEHICLE = "vehicle"
    JOB = "job"
    INSTRUMENT = "instrument"


def natural_id(kind: KeyKind, *parts: str) -> UUID:
    """The id that a code gives: capitals and surrounding spaces make no difference."""
    return uuid5(KEYS, "/".join((kind, *(part.strip().upper().replace("/", "//") for part in parts))))


class CodeTaken(Refusal):
    """The code {code} already belongs to another record; open that one, or choose another code."""


class NaturalKey(Aggregate):
    """Says which record a code stands for."""

    TOPIC = "natural-key"

    class Taken(FirstEvent):
        """The code stands for this record, for ever."""

        TOPIC = "natural-key.taken.v1"
        kind: KeyKind
        code: str
        record_id: UUID

    @classmethod
    def take(cls, kind: KeyKind, parts: tuple[str, ...], record_id: UUID, act: Act) -> NaturalKey:
        """Bind a code to a record that has an id of its own."""
        stream_id = natural_id(kind, *parts)
        return cls.begin(cls.Taken, id=stream_id, act=act, kind=kind, code=" ".join(parts), record_id=record_id)

    @event(Taken)
    def __init__(self, kind: KeyKind, code: str, record_id: UUID) -> None:
        self.kind, self.code, self.record_id = kind, code, record_id
