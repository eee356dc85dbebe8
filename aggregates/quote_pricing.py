"""What a quote comes to on an invoice (fatturazione dell'offerta): its lines, work beyond it, its diagnosis fee (R7.5).

Amounts are euro before VAT.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from aggregates.because import Because, because
from aggregates.call_lines import Articles, supply_of
from aggregates.call_pricing import Bill, bill_of_quote
from aggregates.invoice_values import InvoiceLine, LineSource
from aggregates.party import Party
from aggregates.quote import Quote
from aggregates.quote_supply import sells_goods
from aggregates.quote_values import QuoteLine, quote_totals
from aggregates.record_ref import RecordRef
from aggregates.rules.tolerance import Adherence, BeyondQuote, ToleranceTerms, adherence


def bill_of_quoted(
    quote: Quote, lines: Sequence[QuoteLine], party: Party, articles: Articles, done: Adherence | None = None
) -> Bill:
    """The accepted lines, and what was done beyond them where the quote says that it is billed; or the fee owed."""
    source = RecordRef(kind="quote", id=quote.id, number=quote.number)
    if quote.owed_fee is not None:
        words = f"Diagnosi, offerta {quote.number} non accettata"
        return Bill((_line(1, words, quote.owed_fee, party, source, because("quote-diagnosis")),))
    accepted = quote.accepted
    goods = accepted is not None and sells_goods(accepted.lines, accepted.source)
    bill = bill_of_quote(source, lines, party, articles, goods)
    if done is None or done.billed_extra <= 0:
        return bill
    words = f"Lavori oltre l'offerta {quote.number}, entro la tolleranza"
    why = because("quote-beyond", performed=done.performed, quoted=done.quoted, limit=done.limit)
    return Bill((*bill.lines, _line(len(bill.lines) + 1, words, done.billed_extra, party, source, why)))


def tolerance_of(quote: Quote) -> ToleranceTerms:
    """What a quote says of work beyond it; quotes that say nothing are fixed."""
    return quote.terms.tolerance or ToleranceTerms()


def adherence_of(quotes: Sequence[Quote], performed: Decimal) -> Adherence:
    """How a call's work stands to its accepted quotes together, by the terms of the first of them."""
    quoted = sum((quote_totals(each.accepted.lines).net for each in quotes if each.accepted), Decimal("0.00"))
    return adherence(quoted, performed, tolerance_of(quotes[0]))


def bills_performed(quote: Quote) -> bool:
    """Whether the quote says that work beyond it is billed as it was done."""
    return tolerance_of(quote).beyond is BeyondQuote.PERFORMED_WITHIN_TOLERANCE


def _line(number: int, words: str, amount: Decimal, party: Party, source: RecordRef, why: Because) -> InvoiceLine:
    return InvoiceLine(
        number=number,
        description=words,
        unit="PZ",
        unit_price=amount,
        amount=amount,
        supply=supply_of(party, None),
        note=why.italian,
        source=LineSource(kind="quote", record=source, because=(why,)),
    )
