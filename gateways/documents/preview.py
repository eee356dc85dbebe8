"""Previews (anteprima, BOZZA): a quote or an invoice as it would be issued now, printed as a draft and not kept.

An invoice is tried out by its own command, whose facts are then thrown away: what is shown is what would be issued.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID, uuid4

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.invoice import Invoice
from aggregates.issued_document import IssuedKind
from aggregates.quote import Quote
from aggregates.values import Value, rome_date
from commands.base import NotFound, Service
from commands.invoice import IssueInvoice, issue_invoice
from gateways.documents.archive import Archive
from gateways.documents.dress import Dresser
from gateways.documents.logo import with_logo
from gateways.documents.making import title
from gateways.documents.quote_pictures import with_pictures
from gateways.documents.renderer import RenderingFailed, Typeset, render
from projections.documents.content import Content
from projections.documents.from_invoice import invoice
from projections.documents.from_quote import draft_quote
from projections.documents.records import ContentMissing, KnownRecords, source

if TYPE_CHECKING:
    from gateways.wiring import House


class PreviewAsked(Value):
    """What to show as a draft."""

    kind: Literal["quote", "invoice"]
    record_id: UUID = Field(description="The quote, or the proposed invoice.")
    alternative: str | None = Field(default=None, pattern=r"^[A-Z]$", description="Of a quote; the first if left out.")
    dated_on: date | None = Field(default=None, description="Today if left out.")
    series: str = Field(default="", max_length=10, description="Of an invoice.")


class Preview(Value):
    """A draft, ready to be shown."""

    title: str
    pdf: bytes


class DraftUnprintable(Refusal):
    """This draft cannot be printed: {reason}. Shorten its texts, or ask an administrator."""

    status = 422


def preview(
    house: House, asked: PreviewAsked, by: str, now: datetime, press: Typeset, archive: Archive | None = None
) -> Preview:
    """Print a draft. Raises `NotFound`, `DraftUnprintable` and whatever the issuing itself would refuse.

    Pictures of a quote come from the archive; without one, their places are named.
    """
    content = _quote(house, asked, now) if asked.kind == "quote" else _invoice(house, asked, by, now)
    try:
        drawn = content
        if archive is not None:
            drawn = with_logo(with_pictures(content, archive, house.company_id), archive, house.company_id)
        printed = render(content.kind, drawn, rendered_at=now, by=press)
    except (RenderingFailed, ContentMissing) as error:
        raise DraftUnprintable(reason=str(error)) from error
    return Preview(title=f"BOZZA {title(IssuedKind(content.kind), content)}", pdf=printed.pdf)


def _quote(house: House, asked: PreviewAsked, now: datetime) -> Content:
    records = KnownRecords(house.reader, now)
    quote = records.find(Quote, asked.record_id)
    if quote is None:
        raise NotFound(kind="Quote", id=str(asked.record_id))
    alternative = asked.alternative or quote.first_alternative
    on = asked.dated_on or rome_date(now)
    draft = draft_quote(quote, alternative, on, records, company_id=house.company_id, source=(source(quote),))
    return Dresser(house.reader, house.company_id, now).dressed(draft, IssuedKind.QUOTE, quote.customer.party_id)


def _invoice(house: House, asked: PreviewAsked, by: str, now: datetime) -> Content:
    service = Service(house.ledger, house.desk.lookups, uuid4())
    proposal = service.load(Invoice, asked.record_id)
    require(proposal.document is None, NotFound, kind="proposed invoice", id=str(asked.record_id))
    frozen = source(proposal)
    command = IssueInvoice(invoice_id=asked.record_id, dated_on=asked.dated_on, series=asked.series)
    issue_invoice(command, Act(by=by, at=now), service)
    document = proposal.require_issued()
    draft = invoice(document, (frozen,), draft=True)
    dresser = Dresser(house.reader, house.company_id, now)
    return dresser.dressed(draft, IssuedKind(draft.kind), document.customer.party_id)
