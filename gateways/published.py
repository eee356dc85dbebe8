"""What a company tells others (fatti pubblici): the allow-list, and the read model that numbers the public stream.

A fact that is not listed is never told. Every listed fact takes exactly one number, whatever its payload says, so the
numbers follow from the log alone and a rebuild gives the same ones. To list more, see docs/how-to/stream.md: a row
with the next edition in `since`, and `aggregates.publication.EDITION` raised; companies then adopt the edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

from aggregates import publication
from aggregates.base import Aggregate
from aggregates.publication import FIRST_EDITION, Publication
from gateways.public_facts import PublicData
from gateways.public_mapping import LIST, REMEMBERED, Listed
from projections.base import ReadModel, Rows, Table, on

PUBLIC_FACT = Table(
    "public_fact",
    {
        "sequence": "bigint", "position": "bigint", "event_id": "uuid", "type": "text", "subject": "uuid",
        "data": "jsonb", "occurred_at": "timestamptz", "recorded_at": "timestamptz", "correlation_id": "text",
    },
    ("sequence",),
)  # fmt: skip
PUBLIC_COUNTER = Table(
    "public_counter", {"counter": "integer", "last_sequence": "bigint", "edition": "integer"}, ("counter",)
)
PUBLIC_CONTEXT = Table("public_context", {"stream_id": "uuid", "context": "jsonb"}, ("stream_id",))
ONE = 1
NOTED = {kind.TOPIC: note for kind, note in REMEMBERED.items()}


class EditionTooNew(Exception):
    """The company has adopted an edition of the public list that this program does not know; update the program."""


def by_topic(rows: Iterable[Listed]) -> dict[str, list[Listed]]:
    """The rows of the allow-list by the topic of the internal fact they tell."""
    found: dict[str, list[Listed]] = {}
    for row in rows:
        found.setdefault(row.kind.TOPIC, []).append(row)
    return found


class PublicStream(ReadModel):
    """The public stream of a company, numbered without gaps (flusso pubblico)."""

    NAME = "public-stream"
    VERSION = 4
    TABLES = (PUBLIC_FACT, PUBLIC_COUNTER, PUBLIC_CONTEXT)
    IN_ORDER = True
    LISTED: Mapping[str, list[Listed]] = by_topic(LIST)

    @on(Publication.EditionAdopted, Publication.EditionRaised)
    def edition_adopted(self, fact: Publication.EditionAdopted | Publication.EditionRaised, rows: Rows) -> None:
        """From the next fact on the newer list holds."""
        if fact.edition > publication.EDITION:
            raise EditionTooNew(str(fact.edition))
        rows.put(PUBLIC_COUNTER, {**_counter(rows), "edition": fact.edition})

    @on(*{row.kind for row in LIST}, *REMEMBERED)
    def happened(self, fact: Aggregate.Event, rows: Rows) -> None:
        """Note what later facts need, then tell what the company's edition lists."""
        context = _Context(rows)
        if fact.TOPIC in NOTED:
            NOTED[fact.TOPIC](fact, context)
        edition = _counter(rows)["edition"]
        for row in self.LISTED.get(fact.TOPIC, ()):
            if row.holds_in(edition):
                _tell(row.make(fact, context), fact, rows)


def _counter(rows: Rows) -> dict[str, Any]:
    return rows.get(PUBLIC_COUNTER, ONE) or {"counter": ONE, "last_sequence": 0, "edition": FIRST_EDITION}


def _tell(data: PublicData, fact: Aggregate.Event, rows: Rows) -> None:
    counter = _counter(rows)
    counter["last_sequence"] += 1
    rows.put(PUBLIC_COUNTER, counter)
    rows.put(
        PUBLIC_FACT,
        {
            "sequence": counter["last_sequence"],
            "position": rows.now.position,
            "event_id": uuid5(rows.now.event_id, data.TYPE),
            "type": data.TYPE,
            "subject": fact.stream_id,
            "data": data.model_dump(mode="json"),
            "occurred_at": fact.act.at,
            "recorded_at": rows.now.recorded_at,
            "correlation_id": rows.now.metadata.get("correlation") or None,
        },
    )


class _Context:
    """`gateways.public_mapping.Context` over the read model's rows."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def recall(self, stream_id: UUID) -> dict[str, Any]:
        row = self._rows.get(PUBLIC_CONTEXT, stream_id)
        return row["context"] if row else {}

    def remember(self, stream_id: UUID, **values: Any) -> None:
        known = {**self.recall(stream_id), **values}
        self._rows.put(PUBLIC_CONTEXT, {"stream_id": stream_id, "context": known})


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of every public type, with an example of its data."""
    return {
        data.TYPE: {
            "$id": f"urn:libretto:schema:{data.TYPE}",
            **data.model_json_schema(mode="serialization"),
            "examples": [data.EXAMPLE],
        }
        for data in payloads()
    }


def payloads() -> list[type[PublicData]]:
    """Every payload that the list may tell, by type."""
    return sorted({data for row in LIST for data in row.data}, key=lambda data: data.TYPE)
