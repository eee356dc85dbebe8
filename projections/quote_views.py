"""What people see of quotes: lists, sheets with every revision, what differs, what the source did since."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.quote import Quote
from aggregates.quote_pricing import tolerance_of
from aggregates.rules.tolerance import AdherenceState
from projections.base import Ask, Page, Reader, Row, page
from projections.quote_source import changed_since
from projections.work_prices import WorkPrices


class FindQuotes(Page):
    """Quotes by the words in number, customer or subject, by status, customer or call, or by their last day."""

    text: str | None = None
    status: str | None = None
    customer_id: UUID | None = None
    call_id: UUID | None = None
    ends_before: date | None = None


def find_quotes(reader: Reader, ask: FindQuotes) -> dict[str, Any]:
    """The quotes that match, the newest first; `ends_before` finds those with a sent revision that ends earlier."""
    return page(
        reader,
        ask,
        """select quote_id, number, dated_on, customer_id, customer, call_id, call_number, status, subject, alternative,
                  revision, net, total, valid_until, accepted_by, accepted_on, order_id, order_number, invoice_id,
                  invoice_number
             from {quote}
            where (%(text)s::text is null
                   or concat_ws(' ', number, customer, subject, call_number) ilike '%%' || %(text)s || '%%')
              and (%(status)s::text is null or status = %(status)s)
              and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)
              and (%(call_id)s::uuid is null or call_id = %(call_id)s)
              and (%(ends_before)s::date is null or quote_id in (
                       select quote_id from {quote_revision}
                        where state = 'sent' and valid_until < %(ends_before)s))""",
        order=("-dated_on", "-number", "-quote_id"),
    )


class QuoteSheet(Ask):
    """One quote."""

    quote_id: UUID


def quote_sheet(reader: Reader, ask: QuoteSheet) -> dict[str, Any] | None:
    """The quote with every revision, what its call did since the one shown was made, and how work stands to it."""
    quote = reader.row("select * from {quote} where quote_id = %(quote_id)s", {"quote_id": ask.quote_id})
    if quote is None:
        return None
    quote["revisions"] = _revisions(reader, ask.quote_id)
    shown = next(one for one in quote["revisions"] if (one["alternative"], one["revision"]) == _shown(quote))
    quote["source_changed_since"] = changed_since(reader, shown["source"])
    quote["adherence"] = quote_adherence(reader, QuoteAdherence(quote_id=ask.quote_id))
    return quote


class FindQuotesToApprove(Page):
    """Drafts that wait for somebody's approval inside the company; `customer_id` of one customer."""

    customer_id: UUID | None = None


def find_quotes_to_approve(reader: Reader, ask: FindQuotesToApprove) -> dict[str, Any]:
    """What waits, with what it passes and who asked; the oldest quotes first (QUO-1)."""
    return page(
        reader,
        ask,
        """select q.quote_id, q.number, q.dated_on, q.customer_id, q.customer, q.call_id, q.call_number,
                  q.subject, r.alternative, r.revision, r.net, r.total, r.approval
             from {quote_revision} r join {quote} q using (quote_id)
            where r.approval_state = 'asked' and r.state = 'draft'
              and (%(customer_id)s::uuid is null or q.customer_id = %(customer_id)s)""",
        order=("dated_on", "number", "quote_id", "alternative"),
    )


class QuoteAdherence(Ask):
    """One quote that was accepted for a call."""

    quote_id: UUID


def quote_adherence(reader: Reader, ask: QuoteAdherence) -> dict[str, Any] | None:
    """How the work done on the call stands to its accepted quotes, and what of the difference is billed (R7.5).

    None for a quote that was not accepted or stands alone.
    """
    quote = reader.record(ask.quote_id)
    if not isinstance(quote, Quote) or quote.accepted is None or quote.accepted.source is None:
        return None
    return adherence_of_call(reader, quote.accepted.source.id)


def adherence_of_call(reader: Reader, call_id: UUID) -> dict[str, Any] | None:
    """The same of a call; None without an accepted quote, and while something done has no price."""
    found = WorkPrices(reader).adherence(call_id)
    if found is None:
        return None
    first, done, is_over = found
    return {
        "call_id": call_id,
        "quote_id": first.id,
        "quote_number": first.number,
        "is_over": is_over,
        "terms": tolerance_of(first).model_dump(mode="json"),
        **done.model_dump(mode="json"),
        "to_bill": done.to_bill,
        "needs_quote": done.state is AdherenceState.BEYOND,
    }


def call_number(reader: Reader, call_id: UUID) -> str | None:
    """The number people know a call by, for commands."""
    row = reader.row("select number from {call} where call_id = %(call_id)s", {"call_id": call_id})
    return row["number"] if row else None


def _revisions(reader: Reader, quote_id: UUID) -> list[Row]:
    return reader.rows(
        "select * from {quote_revision} where quote_id = %(quote_id)s order by alternative, revision",
        {"quote_id": quote_id},
    )


def _shown(quote: Row) -> tuple[str, int]:
    return quote["alternative"], quote["revision"]
