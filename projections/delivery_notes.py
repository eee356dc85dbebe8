"""Delivery notes (documenti di trasporto): each with what it carried, what came back and what is to be invoiced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_values import LinePrice
from aggregates.rules.transport_reasons import Billing
from aggregates.values import rome_date
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

NOTE = Table(
    "delivery_note",
    {
        "note_id": "uuid", "number": "text", "series": "text", "dated_on": "date", "reason": "text",
        "reason_text": "text", "customer_id": "uuid", "customer": "text", "state": "text", "billing": "text",
        "to_invoice": "boolean", "return_by": "date", "all_back": "boolean", "claim_accepted": "boolean",
        "record_kind": "text", "record_id": "uuid", "record_number": "text", "invoice_id": "uuid",
        "invoice_number": "text", "content": "jsonb", "returned_after": "boolean", "charges": "jsonb",
        "kept_on": "date", "billed_with_kind": "text", "billed_with_number": "text", "reminded_on": "date",
    },
    ("note_id",),
    ("dated_on", "customer_id", "record_id", "to_invoice"),
)  # fmt: skip
LINE = Table(
    "delivery_note_line",
    {
        "note_id": "uuid", "line_no": "integer", "line_id": "uuid", "article_id": "uuid", "code": "text",
        "description": "text", "quality": "text", "quantity": "numeric", "returned": "numeric", "unit": "text",
        "serials": "jsonb", "unit_price": "numeric", "discounts": "jsonb", "unit_cost": "numeric",
        "source_kind": "text", "source_id": "uuid", "source_number": "text",
    },
    ("note_id", "line_no"),
    ("line_id", "article_id"),
)  # fmt: skip

ALWAYS = (Billing.SALE, Billing.SERVICE, Billing.DIAGNOSIS_FEE, Billing.UNLESS_RETURNED)


class DeliveryNotes(ReadModel):
    """Delivery notes with their lines (DDT)."""

    NAME = "delivery_notes"
    VERSION = 3
    TABLES = (NOTE, LINE)

    @on(DeliveryNote.Issued)
    def issued(self, fact: DeliveryNote.Issued, rows: Rows) -> None:
        """A note is issued; goods sent subject to a claim are invoiced only once it fails."""
        record = fact.record
        rows.put(
            NOTE,
            {
                **fact.model_dump(include={"number", "series", "dated_on", "return_by"}),
                "note_id": fact.stream_id,
                "reason": fact.reason.reason.value,
                "reason_text": fact.reason.text,
                "customer_id": fact.recipient.party_id,
                "customer": fact.recipient.name,
                "state": "issued",
                "billing": fact.reason.billing.value,
                "to_invoice": fact.reason.billing in ALWAYS and fact.billed_with is None,
                "billed_with_kind": fact.billed_with.kind if fact.billed_with else None,
                "billed_with_number": fact.billed_with.number if fact.billed_with else None,
                "all_back": False,
                "record_kind": record.kind if record else None,
                "record_id": record.id if record else None,
                "record_number": record.number if record else None,
                "content": fact.model_dump(mode="json", exclude={"act", "lines"}),
            },
        )
        for n, line in enumerate(fact.lines, 1):
            rows.put(LINE, {"note_id": fact.stream_id, "line_no": n, **_line(line)})

    @on(DeliveryNote.Cancelled)
    def cancelled(self, fact: DeliveryNote.Cancelled, rows: Rows) -> None:
        """The note holds no longer; it stays in the list with its number."""
        rows.patch(NOTE, fact.stream_id, state="cancelled", to_invoice=False)

    @on(DeliveryNote.GoodsReturned)
    def goods_returned(self, fact: DeliveryNote.GoodsReturned, rows: Rows) -> None:
        """What came back is no longer to be invoiced."""
        back = {one.line_id: one.quantity for one in fact.returns}
        lines = rows.select(LINE, note_id=fact.stream_id)
        for line in lines:
            line["returned"] += back.get(line["line_id"], Decimal(0))
            rows.put(LINE, line)
        note = rows.get(NOTE, fact.stream_id)
        with_invoice = note is not None and note["billed_with_kind"] == "invoice"
        if note is not None and (note["state"] == "invoiced" or with_invoice):
            rows.patch(NOTE, fact.stream_id, returned_after=True)
        if all(line["returned"] >= line["quantity"] for line in lines):
            rows.patch(NOTE, fact.stream_id, all_back=True, to_invoice=False)

    @on(DeliveryNote.GoodsKept)
    def goods_kept(self, fact: DeliveryNote.GoodsKept, rows: Rows) -> None:
        """Lent goods are sold: to be invoiced, unless they are already."""
        note = rows.get(NOTE, fact.stream_id)
        due = note is not None and note["state"] == "issued"
        rows.patch(NOTE, fact.stream_id, kept_on=fact.kept_on, to_invoice=due)
        self._prices(fact.stream_id, fact.prices, rows)

    @on(DeliveryNote.ReturnExtended)
    def return_extended(self, fact: DeliveryNote.ReturnExtended, rows: Rows) -> None:
        """Goods are due back later; people are reminded of the new day."""
        rows.patch(NOTE, fact.stream_id, return_by=fact.return_by, reminded_on=None)

    @on(DeliveryNote.ReturnReminded)
    def return_reminded(self, fact: DeliveryNote.ReturnReminded, rows: Rows) -> None:
        """People were told that goods are due back."""
        rows.patch(NOTE, fact.stream_id, reminded_on=rome_date(fact.act.at))

    @on(DeliveryNote.ClaimDecided)
    def claim_decided(self, fact: DeliveryNote.ClaimDecided, rows: Rows) -> None:
        """A failed claim makes the goods due."""
        note = rows.get(NOTE, fact.stream_id)
        due = not fact.accepted and note is not None and not note["all_back"]
        rows.patch(NOTE, fact.stream_id, claim_accepted=fact.accepted, to_invoice=due)

    @on(DeliveryNote.Priced)
    def priced(self, fact: DeliveryNote.Priced, rows: Rows) -> None:
        """What goods and work are billed at."""
        rows.patch(NOTE, fact.stream_id, charges=[each.model_dump(mode="json") for each in fact.charges])
        self._prices(fact.stream_id, fact.prices, rows)

    def _prices(self, note_id: UUID, said_now: Sequence[LinePrice], rows: Rows) -> None:
        prices = {each.line_id: each for each in said_now}
        for line in rows.select(LINE, note_id=note_id):
            said = prices.get(line["line_id"])
            if said is not None:
                discounts = [str(one) for one in said.discounts]
                rows.put(LINE, {**line, "unit_price": said.unit_price, "discounts": discounts})

    @on(DeliveryNote.BillingReopened)
    def billing_reopened(self, fact: DeliveryNote.BillingReopened, rows: Rows) -> None:
        """Its invoice was credited in full: it is to be invoiced again, unless all came back."""
        note = rows.get(NOTE, fact.stream_id)
        due = note is not None and not note["all_back"]
        gone = {"invoice_id": None, "invoice_number": None, "returned_after": None}
        rows.patch(NOTE, fact.stream_id, state="issued", to_invoice=due, **gone)

    @on(DeliveryNote.Invoiced)
    def invoiced(self, fact: DeliveryNote.Invoiced, rows: Rows) -> None:
        """The goods are on an invoice."""
        invoice = {"invoice_id": fact.invoice.id, "invoice_number": fact.invoice.number}
        rows.patch(NOTE, fact.stream_id, state="invoiced", to_invoice=False, **invoice)


def _line(line: Any) -> Row:
    named = {"line_id", "article_id", "code", "description", "quality", "quantity", "unit", "unit_price"}
    return {
        **line.model_dump(include=named),
        "returned": Decimal(0),
        "serials": list(line.serials),
        "discounts": [str(one) for one in line.discounts],
        "unit_cost": line.stock.unit_cost if line.stock else None,
        "source_kind": line.source.kind if line.source else None,
        "source_id": line.source.id if line.source else None,
        "source_number": line.source.number if line.source else None,
    }


class FindDeliveryNotes(Page):
    """Notes by the words in number, customer or serials, by state, reason, customer, or by what is still to be done."""

    text: str | None = None
    state: str | None = None
    reason: str | None = None
    customer_id: UUID | None = None
    record_id: UUID | None = None
    to_invoice: bool | None = None
    due_back_by: date | None = None


def find_delivery_notes(reader: Reader, ask: FindDeliveryNotes) -> dict[str, Any]:
    """The notes that match, the newest first; `due_back_by` finds goods on approval or loan still out by then."""
    return page(
        reader,
        ask,
        """select note_id, number, series, dated_on, reason, reason_text, customer_id, customer, state, billing,
                  to_invoice, return_by, all_back, claim_accepted, record_kind, record_id, record_number, invoice_id,
                  invoice_number, kept_on, billed_with_kind, billed_with_number
             from {delivery_note} n
            where (%(text)s::text is null
                   or concat_ws(' ', number, customer, record_number) ilike '%%' || %(text)s || '%%'
                   or exists (select 1 from {delivery_note_line} l where l.note_id = n.note_id
                               and l.serials ? %(text)s::text))
              and (%(state)s::text is null or state = %(state)s)
              and (%(reason)s::text is null or reason = %(reason)s)
              and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)
              and (%(record_id)s::uuid is null or record_id = %(record_id)s)
              and (%(to_invoice)s::boolean is null or to_invoice = %(to_invoice)s)
              and (%(due_back_by)s::date is null
                   or (return_by <= %(due_back_by)s and state = 'issued' and not all_back and kept_on is null))""",
        order=("-dated_on", "-number", "-note_id"),
    )


class DeliveryNoteSheet(Ask):
    """One delivery note."""

    note_id: UUID


def delivery_note_sheet(reader: Reader, ask: DeliveryNoteSheet) -> dict[str, Any] | None:
    """The note as it was issued, with its lines and what happened since."""
    params = {"note_id": ask.note_id}
    note = reader.row("select * from {delivery_note} where note_id = %(note_id)s", params)
    if note is None:
        return None
    note["lines"] = reader.rows(
        "select * from {delivery_note_line} where note_id = %(note_id)s order by line_no", params
    )
    return note
