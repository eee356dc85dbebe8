"""RecordRef (riferimento): how a fact names another record it was done for, without holding it."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.values import Value


class RecordRef(Value):
    """Another record: its kind, id and, where it has one, the number that people know it by."""

    kind: str = Field(examples=["call", "sales-order", "quote", "delivery-note", "rma", "purchase-order"])
    id: UUID
    number: str | None = Field(default=None, examples=["CH-2026-0101"])


class SourceRef(RecordRef):
    """A record that something was copied from, at the version it had then: what came later can be shown (R7.2)."""

    version: int = Field(ge=1)
