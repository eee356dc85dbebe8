"""By what an issued document is found again (ricerca): its words, who asked for it, and the records it is about.

A document is about its own record, those it was made from, and those these come from: the delivery note of an order
is found under the order, its quote, the quote's call and the call's machine. Contracts are named, not gone through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.company import Company
from aggregates.quote import Quote
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rules.document_words import told_words
from aggregates.sales_order import SalesOrder
from gateways.documents.due_source import DueSource
from projections.base import Reader

NAMED = frozenset(
    {
        "call_id", "quote_id", "order_id", "rma_id", "contract_id", "party_id", "customer_id", "supplier_id",
        "serial_item_id", "serial_item_ids", "invoice_id", "invoices", "note_id",
    }
)  # fmt: skip
"""Under these names a record holds the ids of others."""
LEADING_ON = frozenset({"call_id", "quote_id", "order_id", "rma_id"})
GONE_THROUGH = frozenset({"call", "quote", "sales-order", "rma"})
SPRUNG_FROM = (Call, Quote, SalesOrder, Rma)
"""What is gone through for what it is about in its turn."""
UNTOLD = frozenset(
    {
        "issuer", "source", "kind", "language", "country", "media_type", "data", "image", "logo", "accent", "bars",
        "technician_signature", "draft",
    }
)  # fmt: skip
"""Fields of a content that say nothing by which it could be told from others."""
MOST_RECORDS, FARTHEST, DEEPEST = 500, 12, 8


def about(found: DueSource, party_id: UUID | None) -> tuple[UUID, ...]:
    """Every record that a due document is about, its own first; the company is what all are about."""
    own = (found.record_id, found.record.id, *((party_id,) if party_id else ()))
    sources = (each.stream_id for each in found.records.used if each.topic != Company.TOPIC)
    known = (*own, *sources, *related(found.record, found.reader))
    return tuple(dict.fromkeys(known))[:MOST_RECORDS]


def said(title: str, content: Mapping[str, Any]) -> str:
    """Every word of a document, from its content as the archive keeps it."""
    return told_words((title, *_texts(content)))


def related(record: Aggregate, reader: Reader) -> tuple[UUID, ...]:
    """The records that a record names, and those that these are sprung from name."""
    known: dict[UUID, bool] = dict(_named(record))
    gone_through = {record.id}
    while len(gone_through) < FARTHEST:
        further = next((each for each, leads_on in known.items() if leads_on and each not in gone_through), None)
        if further is None:
            break
        gone_through.add(further)
        source = reader.record(further)
        if isinstance(source, SPRUNG_FROM):
            known = dict(_named(source)) | known
    return tuple(known)


def _named(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[UUID, bool]]:
    """The ids of other records within a value, and whether what they name is to be gone through."""
    if depth > DEEPEST:
        return
    if isinstance(value, RecordRef):
        yield value.id, value.kind in GONE_THROUGH
    elif isinstance(value, UUID):
        if name in NAMED:
            yield value, name in LEADING_ON
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _named(each, name, depth + 1)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _named(each, name, depth + 1)
    elif isinstance(value, BaseModel | Aggregate) or type(value).__module__.startswith("aggregates."):
        for inner, each in getattr(value, "__dict__", {}).items():
            if not inner.startswith("_"):
                yield from _named(each, inner, depth + 1)


def _texts(value: Any, name: str = "") -> Iterator[str]:
    if name in UNTOLD or name.endswith(("sha256", "_id")):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner, each in value.items():
            yield from _texts(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, name)
