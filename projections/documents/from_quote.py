"""A quote's content: one revision of one alternative, with the prices frozen in it (R7.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from aggregates.quote import Quote
from aggregates.quote_values import QuoteLine, QuoteTotals, Revision, quote_totals
from aggregates.serial_item import SerialItem
from projections.documents.amounts import vat_summary
from projections.documents.content import Item, PricedLine, Source
from projections.documents.content_quote import QuoteContent
from projections.documents.identities import counterparty, own_letterhead, site_of
from projections.documents.records import Records

UNPRICED = "Prezzo da definire"


def sent_quote(
    quote: Quote, fact: Quote.Sent, records: Records, *, company_id: UUID, source: Sequence[Source]
) -> QuoteContent:
    """The revision that was sent."""
    revision = quote.revision(fact.alternative, fact.revision)
    said = _content(quote, revision, fact.totals, fact.sent_on, fact.valid_until, records, company_id, source)
    if fact.sent_to is None:
        return said
    return said.model_copy(update={"customer": said.customer.model_copy(update={"attention": fact.sent_to.name})})


def draft_quote(
    quote: Quote, alternative: str, on: date, records: Records, *, company_id: UUID, source: Sequence[Source]
) -> QuoteContent:
    """The last revision of an alternative as it would be sent on a day; lines without a price say so."""
    revision = quote.latest(alternative)
    until = on + timedelta(days=quote.validity_days)
    said = _content(quote, revision, quote_totals(revision.lines), on, until, records, company_id, source)
    return said.model_copy(update={"draft": True})


def _content(
    quote: Quote,
    revision: Revision,
    totals: QuoteTotals,
    issued_on: date,
    valid_until: date,
    records: Records,
    company_id: UUID,
    source: Sequence[Source],
) -> QuoteContent:
    terms, customer = quote.terms, quote.customer
    has_choice = len({letter for letter, _ in quote.revisions}) > 1
    call = revision.source if revision.source and revision.source.kind == "call" else None
    told = {"subject", "payment_terms", "delivery_terms", "warranty", "customer_reference", "prepared_by"}
    return QuoteContent.model_validate(
        {
            "issuer": own_letterhead(records, company_id),
            "customer": counterparty(customer),
            "source": tuple(source),
            "number": quote.number,
            "issued_on": issued_on,
            "revision": revision.revision,
            "alternative": revision.alternative if has_choice else None,
            "valid_until": valid_until,
            "call_number": call.number if call else None,
            "site": site_of(customer.destination) if customer.destination else None,
            "items": tuple(_items(quote, records)),
            "introduction": terms.introduction,
            "lines": tuple(_line(line) for line in revision.lines),
            "summaries": tuple(vat_summary(each) for each in totals.summaries),
            "taxable": totals.net,
            "tax": totals.tax,
            "total": totals.total,
            "conditions": (*terms.conditions, *_diagnosis(terms.diagnosis_fee)),
            **{name: getattr(terms, name) or None for name in told},
        }
    )


def _items(quote: Quote, records: Records) -> Iterator[Item]:
    for serial_item_id in quote.serial_item_ids:
        item = records.find(SerialItem, serial_item_id)
        if item is not None:
            location = item.place.location or None
            yield Item(product=item.details.product, serial=item.number or None, location=location)


def _line(line: QuoteLine) -> PricedLine:
    return PricedLine(
        description=line.description,
        code=line.code or None,
        quantity=line.quantity,
        unit=line.unit or None,
        unit_price=line.unit_price if line.unit_price is not None else Decimal(0),
        price_per=line.price_per,
        discounts=line.all_discounts,
        amount=line.amount,
        vat_rate=line.vat.rate,
        vat_nature=line.vat.nature,
        note=UNPRICED if line.unit_price is None else line.covered_reason or None,
    )


def _diagnosis(fee: Decimal | None) -> tuple[str, ...]:
    """What a customer who refuses owes, if anything (R7.5)."""
    if not fee:
        return ()
    whole, _, rest = format(fee, ".2f").partition(".")
    return (f"In caso di mancata accettazione è dovuta la diagnosi: € {whole},{rest} oltre IVA.",)
