"""From a due document to what it says (contenuto): reads the facts of its source up to the version that made it due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from aggregates.company import LegalIdentity
from aggregates.invoice import Invoice
from aggregates.issued_document import IssuedKind, Origin
from aggregates.values import Value
from gateways.documents.dress import Dresser
from gateways.documents.due_source import DueSource
from gateways.documents.findable import about
from gateways.documents.makers import MAKERS
from projections.base import Reader, Row
from projections.documents.content import Content, Source
from projections.documents.content_pre_invoice import PreInvoiceContent
from projections.documents.content_quote import QuoteContent
from projections.documents.content_work_report import WorkReportContent
from projections.documents.words import TITLES


class Making(Value):
    """A document ready to be printed: its content, and what is recorded beside it."""

    origin: Origin
    content: Content
    title: str
    dated_on: date
    party_id: UUID | None
    seller: LegalIdentity | None
    """Who sends the electronic invoice, as the document froze it."""
    happened_at: datetime
    """When the fact that made it due happened: the moment stamped into the file."""
    position: int
    """Where that fact stands in the company's log: a number that no other document has."""
    asked_by: str
    """Who did what made it due."""
    records: tuple[UUID, ...]
    """What it is about: see `gateways.documents.findable`."""


def making(reader: Reader, company_id: UUID, due: Row) -> Making:
    """What a row of `document_due` asks for. Raises `NotYet`, `ContentMissing`, `ValueError`."""
    kind = IssuedKind(due["kind"])
    found = DueSource(reader, company_id, due)
    content, party_id = MAKERS[kind](found)
    dresser = Dresser(reader, company_id, found.last.recorded_at)
    dressed = dresser.dressed(content, kind, party_id)
    whole = dressed.model_copy(update={"source": _distinct((*found.main, *found.records.used, *dresser.used))})
    fact = found.last.fact
    return Making(
        origin=Origin(kind=kind, record_id=found.record_id, version=due["version"], part=due["part"]),
        content=whole,
        title=title(kind, whole),
        dated_on=dated_on(whole),
        party_id=party_id,
        seller=fact.document.seller if isinstance(fact, Invoice.Issued | Invoice.Resent) else None,
        happened_at=fact.act.at,
        position=found.last.position,
        asked_by=fact.act.by,
        records=about(found, party_id),
    )


def title(kind: IssuedKind, content: Content) -> str:
    """How people call the document: `Offerta OFF-2026-0031 rev. 1`."""
    asks_payment = isinstance(content, PreInvoiceContent) and content.asks_payment
    words = ["Avviso di pagamento" if asks_payment else TITLES[kind], content.number or "in bozza"]
    revision = getattr(content, "revision", None)
    if revision is not None:
        words.append(f"rev. {revision}")
    if isinstance(content, QuoteContent) and content.alternative is not None:
        words.append(f"alternativa {content.alternative}")
    if isinstance(content, WorkReportContent) and content.signature is not None:
        words.append("firmato")
    return " ".join(words)


def dated_on(content: Content) -> date:
    """The date that the document bears."""
    day: date = vars(content)["issued_on"]
    return day


def _distinct(sources: Sequence[Source]) -> tuple[Source, ...]:
    return tuple({each.stream_id: each for each in reversed(sources)}.values())[::-1]
