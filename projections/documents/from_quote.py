"""A quote's content: one revision of one alternative, with the prices frozen in it (R7.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from aggregates.quote import Quote
from aggregates.quote_values import QuoteLine, QuoteTotals, Revision, quote_totals
from aggregates.rules.tolerance import BeyondQuote, ToleranceTerms
from aggregates.serial_item import SerialItem
from projections.documents.amounts import vat_summary
from projections.documents.content import Item, Source
from projections.documents.content_quote import QuoteContent, QuotedLine
from projections.documents.identities import counterparty, own_letterhead, site_of
from projections.documents.quote_blocks import drawn_blocks
from projections.documents.records import Records

UNPRICED = "Prezzo da definire"
OPTIONAL = "Opzionale, non compreso nel totale."


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
            "header": drawn_blocks(revision.texts.header),
            "lines": tuple(_lines(revision.lines)),
            "footer": drawn_blocks(revision.texts.footer),
            "summaries": tuple(vat_summary(each) for each in totals.summaries),
            "taxable": totals.net,
            "tax": totals.tax,
            "total": totals.total,
            "conditions": (*terms.conditions, *_beyond(terms.tolerance), *_diagnosis(terms.diagnosis_fee)),
            **{name: getattr(terms, name) or None for name in told},
        }
    )


def _items(quote: Quote, records: Records) -> Iterator[Item]:
    for serial_item_id in quote.serial_item_ids:
        item = records.find(SerialItem, serial_item_id)
        if item is not None:
            location = item.place.location or None
            yield Item(product=item.details.product, serial=item.number or None, location=location)


def _lines(lines: Sequence[QuoteLine]) -> Iterator[QuotedLine]:
    """The lines; the last of each titled part has the part's sum, without what is still to be chosen."""
    title, begun = None, Decimal("0.00")
    for line, after in zip(lines, (*lines[1:], None), strict=True):
        if line.section is not None:
            title, begun = line.section, Decimal("0.00")
        if not line.optional:
            begun += line.amount
        ends = title is not None and (after is None or after.section is not None)
        yield _line(line, begun if ends else None)


def _line(line: QuoteLine, subtotal: Decimal | None) -> QuotedLine:
    return QuotedLine(
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
        note=_note(line),
        section=line.section,
        optional=line.optional,
        blocks=drawn_blocks(line.blocks),
        subtotal=subtotal,
    )


def _note(line: QuoteLine) -> str | None:
    if line.unit_price is None:
        return UNPRICED
    notes = [line.covered_reason or "", OPTIONAL if line.optional else ""]
    return " ".join(note for note in notes if note) or None


def _beyond(terms: ToleranceTerms | None) -> tuple[str, ...]:
    """What a customer must know of work beyond the quote, where it is billed as it is done (R7.5)."""
    if terms is None or terms.beyond is not BeyondQuote.PERFORMED_WITHIN_TOLERANCE:
        return ()
    percent = f"{terms.percent.normalize():f}".replace(".", ",")
    return (
        f"Lavori e materiali oltre quanto offerto sono fatturati come eseguiti fino al {percent}% in più del totale "
        "imponibile; oltre, solo dopo una nuova offerta accettata.",
    )


def _diagnosis(fee: Decimal | None) -> tuple[str, ...]:
    """What a customer who refuses owes, if anything (R7.5)."""
    if not fee:
        return ()
    whole, _, rest = format(fee, ".2f").partition(".")
    return (f"In caso di mancata accettazione è dovuta la diagnosi: € {whole},{rest} oltre IVA.",)
