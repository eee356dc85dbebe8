"""The source of a due document (origine): its stream, as far as the fact that made it due."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates.base import Aggregate
from projections.base import Reader, Recorded, Row
from projections.documents.records import ContentMissing, KnownRecords, source


class NotYet(Exception):
    """A read model that the document needs has not come as far; try again in a moment."""


class DueSource:
    """The stream of a due document, as far as the fact that made it due."""

    def __init__(self, reader: Reader, company_id: UUID, due: Row) -> None:
        self.reader = reader
        self.company_id = company_id
        self.record_id: UUID = due["record_id"]
        self.facts = [r for r in reader.facts(due["stream_id"]) if r.fact.originator_version <= due["version"]]
        self.last: Recorded = self.facts[-1]
        self.records = KnownRecords(reader, self.last.recorded_at)
        self.record = folded(self.facts)
        self.main = (source(self.record),)


def folded(facts: Sequence[Recorded]) -> Aggregate:
    """The record as its facts tell it. Raises `ContentMissing` when there are none."""
    record: Aggregate | None = None
    for recorded in facts:
        record = recorded.fact.mutate(record)
    if record is None:
        raise ContentMissing("The record of this document is not in the log.")
    return record
