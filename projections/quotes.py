"""Quotes (preventivi): every revision with its lines and sums, and what followed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.quote import Quote
from aggregates.quote_approval import passed_in_words
from aggregates.quote_values import QuoteLine, RevisionState, chosen_lines, quote_status, quote_totals
from aggregates.record_ref import SourceRef
from projections.base import ReadModel, Row, Rows, Table, on

QUOTE = Table(
    "quote",
    {
        "quote_id": "uuid", "number": "text", "dated_on": "date", "customer_id": "uuid", "customer": "text",
        "site_id": "uuid", "call_id": "uuid", "call_number": "text", "status": "text", "subject": "text",
        "alternative": "text", "revision": "integer", "net": "numeric", "total": "numeric", "valid_until": "date",
        "accepted_by": "text", "accepted_on": "date", "channel": "text", "reason": "text", "order_id": "uuid",
        "order_number": "text", "invoice_id": "uuid", "invoice_number": "text", "content": "jsonb",
        "fee_state": "text",
    },
    ("quote_id",),
    ("status", "customer_id", "call_id", "dated_on", "number", "site_id"),
)  # fmt: skip
REVISION = Table(
    "quote_revision",
    {
        "quote_id": "uuid", "alternative": "text", "revision": "integer", "state": "text", "lines": "jsonb",
        "net": "numeric", "tax": "numeric", "total": "numeric", "summaries": "jsonb", "source": "jsonb",
        "made_at": "timestamptz", "sent_on": "date", "valid_until": "date", "sent_to": "text", "channel": "text",
        "version": "integer", "texts": "jsonb", "options": "jsonb", "approval_state": "text", "approval": "jsonb",
        "prepared_by": "text",
    },
    ("quote_id", "alternative", "revision"),
    ("approval_state", "valid_until where state = 'sent'"),
)  # fmt: skip

OPEN = (RevisionState.SENT.value, RevisionState.DRAFT.value)


class Quotes(ReadModel):
    """Quotes with their revisions."""

    NAME = "quotes"
    TABLES = (QUOTE, REVISION)

    @on(Quote.Drafted)
    def drafted(self, fact: Quote.Drafted, rows: Rows) -> None:
        """A quote appears at revision 0."""
        customer, call = fact.customer, fact.source
        rows.put(
            QUOTE,
            {
                "quote_id": fact.stream_id,
                "number": fact.number,
                "dated_on": fact.dated_on,
                "customer_id": customer.party_id,
                "customer": customer.name,
                "site_id": customer.destination.site_id if customer.destination else None,
                "call_id": call.id if call else None,
                "call_number": call.number if call else None,
                "subject": fact.terms.subject,
                "content": fact.model_dump(
                    mode="json", include={"customer", "terms", "serial_item_ids", "validity_days"}
                ),
            },
        )
        _revision(rows, fact, fact.alternative, 0, fact.lines, fact.source)

    @on(Quote.AlternativeAdded)
    def alternative_added(self, fact: Quote.AlternativeAdded, rows: Rows) -> None:
        """There is one more choice."""
        rows.patch(QUOTE, fact.stream_id, fee_state=None)
        _revision(rows, fact, fact.alternative, 0, fact.lines, fact.source)

    @on(Quote.LinesSet)
    def lines_set(self, fact: Quote.LinesSet, rows: Rows) -> None:
        """A draft has other lines."""
        key = (fact.stream_id, fact.alternative, fact.revision)
        rows.patch(REVISION, *key, **_lines(fact.lines), version=fact.originator_version)
        rows.patch(REVISION, *key, approval_state=None, approval=None)
        _stand(rows, fact.stream_id)

    @on(Quote.TextsSet)
    def texts_set(self, fact: Quote.TextsSet, rows: Rows) -> None:
        """A draft says something else around its lines."""
        key = (fact.stream_id, fact.alternative, fact.revision)
        rows.patch(REVISION, *key, texts=fact.texts.model_dump(mode="json"), version=fact.originator_version)

    @on(Quote.ApprovalAsked)
    def approval_asked(self, fact: Quote.ApprovalAsked, rows: Rows) -> None:
        """A draft waits for somebody inside."""
        asked = {
            "asked_by": fact.act.by,
            "asked_at": fact.act.at.isoformat(),
            "note": fact.note,
            "passed": [one.model_dump(mode="json") for one in fact.passed],
            "passed_in_words": passed_in_words(fact.passed),
        }
        _approval(rows, fact, "asked", asked)

    @on(Quote.Approved)
    def approved(self, fact: Quote.Approved, rows: Rows) -> None:
        """It may be sent."""
        _approval(rows, fact, "approved", {"decided_by": fact.act.by, "decided_at": fact.act.at.isoformat()})

    @on(Quote.ApprovalRefused)
    def approval_refused(self, fact: Quote.ApprovalRefused, rows: Rows) -> None:
        """It may not be sent as it is."""
        decided = {"decided_by": fact.act.by, "decided_at": fact.act.at.isoformat(), "reason": fact.reason}
        _approval(rows, fact, "refused", decided)

    @on(Quote.Revised)
    def revised(self, fact: Quote.Revised, rows: Rows) -> None:
        """A new revision takes the place of the one before."""
        before = (fact.stream_id, fact.alternative, fact.revision - 1)
        rows.patch(REVISION, *before, state=RevisionState.SUPERSEDED.value)
        before_row = rows.get(REVISION, *before)
        _revision(rows, fact, fact.alternative, fact.revision, fact.lines, fact.source)
        texts = before_row["texts"] if before_row else None
        rows.patch(REVISION, fact.stream_id, fact.alternative, fact.revision, texts=texts)
        rows.patch(QUOTE, fact.stream_id, fee_state=None)

    @on(Quote.Sent)
    def sent(self, fact: Quote.Sent, rows: Rows) -> None:
        """A revision is with the customer."""
        to = fact.sent_to.email or fact.sent_to.name if fact.sent_to else None
        named = fact.model_dump(include={"sent_on", "valid_until", "channel"})
        key = (fact.stream_id, fact.alternative, fact.revision)
        rows.patch(REVISION, *key, state=RevisionState.SENT.value, sent_to=to, **named)
        rows.patch(REVISION, *key, version=fact.originator_version)
        _stand(rows, fact.stream_id)

    @on(Quote.Accepted)
    def accepted(self, fact: Quote.Accepted, rows: Rows) -> None:
        """The customer chose one revision; what else was open was not chosen."""
        _end(rows, fact.stream_id, RevisionState.NOT_CHOSEN)
        key = (fact.stream_id, fact.alternative, fact.revision)
        rows.patch(REVISION, *key, state=RevisionState.ACCEPTED.value, options=[str(one) for one in fact.options])
        _choose(rows, key, fact.options)
        yes = {"accepted_by": fact.person.name, "accepted_on": fact.accepted_on, "channel": fact.channel}
        rows.patch(QUOTE, fact.stream_id, **yes)
        _stand(rows, fact.stream_id)

    @on(Quote.Declined)
    def declined(self, fact: Quote.Declined, rows: Rows) -> None:
        """The customer said no."""
        _end(rows, fact.stream_id, RevisionState.DECLINED)
        row = rows.get(QUOTE, fact.stream_id)
        fee = row["content"]["terms"]["diagnosis_fee"] if row else None
        owed = "owed" if fee is not None and Decimal(fee) > 0 else None
        rows.patch(QUOTE, fact.stream_id, reason=fact.reason, fee_state=owed)
        _stand(rows, fact.stream_id)

    @on(Quote.FeeWaived)
    def fee_waived(self, fact: Quote.FeeWaived, rows: Rows) -> None:
        """The diagnosis is not charged."""
        rows.patch(QUOTE, fact.stream_id, fee_state="waived")

    @on(Quote.Expired)
    def expired(self, fact: Quote.Expired, rows: Rows) -> None:
        """Nobody answered in time."""
        rows.patch(REVISION, fact.stream_id, fact.alternative, fact.revision, state=RevisionState.EXPIRED.value)
        _stand(rows, fact.stream_id)

    @on(Quote.Ordered)
    def ordered(self, fact: Quote.Ordered, rows: Rows) -> None:
        """It became an order."""
        rows.patch(QUOTE, fact.stream_id, order_id=fact.order.id, order_number=fact.order.number)

    @on(Quote.Invoiced)
    def invoiced(self, fact: Quote.Invoiced, rows: Rows) -> None:
        """It is on an invoice."""
        rows.patch(QUOTE, fact.stream_id, invoice_id=fact.invoice.id, invoice_number=fact.invoice.number)

    @on(Quote.BillingReopened)
    def billing_reopened(self, fact: Quote.BillingReopened, rows: Rows) -> None:
        """Its invoice was credited in full: it is to be invoiced again."""
        rows.patch(QUOTE, fact.stream_id, invoice_id=None, invoice_number=None)


def _revision(
    rows: Rows,
    fact: Quote.Event,
    alternative: str,
    revision: int,
    lines: Sequence[QuoteLine],
    source: SourceRef | None,
) -> None:
    rows.put(
        REVISION,
        {
            "quote_id": fact.stream_id,
            "alternative": alternative,
            "revision": revision,
            "state": RevisionState.DRAFT.value,
            "source": source.model_dump(mode="json") if source else None,
            "made_at": fact.act.at,
            "prepared_by": fact.act.by,
            "version": fact.originator_version,
            **_lines(lines),
        },
    )
    _stand(rows, fact.stream_id)


def _approval(
    rows: Rows, fact: Quote.ApprovalAsked | Quote.Approved | Quote.ApprovalRefused, state: str, told: Row
) -> None:
    key = (fact.stream_id, fact.alternative, fact.revision)
    row = rows.get(REVISION, *key)
    if row is not None:
        known = {} if state == "asked" else row["approval"] or {}
        rows.patch(REVISION, *key, approval_state=state, approval={**known, **told})


def _choose(rows: Rows, key: tuple[UUID, str, int], options: Sequence[UUID]) -> None:
    """The sums of an accepted revision are those of the lines that bind; the lines stay as they were sent."""
    row = rows.get(REVISION, *key)
    if row is None:
        return
    lines = [QuoteLine.model_validate({n: v for n, v in line.items() if n != "amount"}) for line in row["lines"]]
    sums = {name: value for name, value in _lines(chosen_lines(lines, options)).items() if name != "lines"}
    rows.patch(REVISION, *key, **sums)


def _lines(lines: Sequence[QuoteLine]) -> Row:
    totals = quote_totals(lines)
    shown = [{**line.model_dump(mode="json"), "amount": str(line.amount)} for line in lines]
    summaries = [one.model_dump(mode="json") for one in totals.summaries]
    return {"lines": shown, "net": totals.net, "tax": totals.tax, "total": totals.total, "summaries": summaries}


def _end(rows: Rows, quote_id: UUID, state: RevisionState) -> None:
    for one in rows.select(REVISION, quote_id=quote_id):
        if one["state"] in OPEN:
            rows.patch(REVISION, quote_id, one["alternative"], one["revision"], state=state.value)


def _stand(rows: Rows, quote_id: UUID) -> None:
    """The list shows the accepted revision, or the first alternative's last one."""
    found = rows.select(REVISION, quote_id=quote_id)
    shown = next((one for one in found if one["state"] == RevisionState.ACCEPTED.value), None) or _last(found)
    columns: dict[str, Any] = {n: shown[n] for n in ("alternative", "revision", "net", "total", "valid_until")}
    status = quote_status(RevisionState(one["state"]) for one in found)
    rows.patch(QUOTE, quote_id, status=status.value, **columns)


def _last(revisions: Sequence[Row]) -> Row:
    first = min(one["alternative"] for one in revisions)
    return max((one for one in revisions if one["alternative"] == first), key=lambda one: one["revision"])
