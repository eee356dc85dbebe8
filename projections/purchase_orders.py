"""Orders to suppliers (ordini a fornitore): where they stand, what came of them, what each article cost when."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from aggregates.purchase_order import PurchaseOrder
from aggregates.purchase_order_values import PurchaseLine, PurchaseState
from aggregates.rules.purchasing import remainder
from aggregates.rules.stock_levels import ZERO
from projections.base import ReadModel, Row, Rows, Table, on

ORDER = Table(
    "purchase_order",
    {
        "order_id": "uuid", "number": "text", "dated_on": "date", "supplier_id": "uuid", "supplier": "text",
        "state": "text", "revision": "integer", "net": "numeric", "prepared_by": "text", "approved_by": "text",
        "sent_on": "date", "channel": "text", "confirmed_on": "date", "supplier_number": "text", "subject": "text",
        "receipts": "integer", "is_confirmed": "boolean", "reason": "text", "terms": "jsonb",
    },
    ("order_id",),
    ("state, dated_on", "supplier_id", "number"),
)  # fmt: skip
LINE = Table(
    "purchase_line",
    {
        "order_id": "uuid", "line_id": "uuid", "line_no": "integer", "article_id": "uuid", "code": "text",
        "description": "text", "supplier_code": "text", "warehouse_id": "uuid", "quantity": "numeric",
        "order_unit": "text", "units_per": "numeric", "unit": "text", "unit_price": "numeric", "price_per": "numeric",
        "discounts": "jsonb", "amount": "numeric", "unit_cost": "numeric", "due_on": "date", "bought_for": "jsonb",
        "ordered": "numeric", "received": "numeric", "rejected": "numeric", "returned": "numeric",
        "to_replace": "numeric", "given_up": "numeric", "remaining": "numeric",
    },
    ("line_id",),
    ("order_id", "article_id, due_on"),
)  # fmt: skip
RECEIPT = Table(
    "purchase_receipt",
    {
        "receipt_id": "uuid", "line_no": "integer", "order_id": "uuid", "line_id": "uuid", "article_id": "uuid",
        "supplier_id": "uuid", "received_on": "date", "note_number": "text", "note_dated_on": "date",
        "quantity": "numeric", "rejected": "numeric", "rejected_because": "text", "over": "numeric",
        "over_because": "text", "unit_cost": "numeric", "ordered_unit_cost": "numeric", "serials": "jsonb",
        "lots": "jsonb", "received_by": "text",
    },
    ("receipt_id", "line_no"),
    ("order_id", "article_id, received_on", "received_on"),
)  # fmt: skip
RETURN = Table(
    "purchase_return",
    {
        "note_id": "uuid", "line_id": "uuid", "order_id": "uuid", "note_number": "text", "quantity": "numeric",
        "awaits_replacement": "boolean", "reason": "text", "returned_at": "timestamptz",
    },
    ("note_id", "line_id"),
    ("order_id",),
)  # fmt: skip
NOTHING = dict.fromkeys(("received", "rejected", "returned", "to_replace", "given_up"), ZERO)


class PurchaseOrders(ReadModel):
    """Orders to suppliers with their lines, receipts and returns."""

    NAME = "purchase_orders"
    TABLES = (ORDER, LINE, RECEIPT, RETURN)

    @on(PurchaseOrder.Drafted)
    def drafted(self, fact: PurchaseOrder.Drafted, rows: Rows) -> None:
        """An order is being prepared."""
        rows.put(
            ORDER,
            {
                "order_id": fact.stream_id,
                "number": fact.number,
                "dated_on": fact.dated_on,
                "supplier_id": fact.supplier.party_id,
                "supplier": fact.supplier.name,
                "state": PurchaseState.DRAFT.value,
                "revision": 0,
                "prepared_by": fact.act.by,
                "receipts": 0,
                "is_confirmed": False,
                "net": ZERO,
            },
        )
        self._take(fact, rows)

    @on(PurchaseOrder.LinesSet)
    def lines_set(self, fact: PurchaseOrder.LinesSet, rows: Rows) -> None:
        """It has other lines; an approval was of the lines before."""
        rows.patch(ORDER, fact.stream_id, approved_by=None)
        self._take(fact, rows)

    @on(PurchaseOrder.Approved)
    def approved(self, fact: PurchaseOrder.Approved, rows: Rows) -> None:
        """Another person agreed."""
        rows.patch(ORDER, fact.stream_id, approved_by=fact.act.by)

    @on(PurchaseOrder.Sent)
    def sent(self, fact: PurchaseOrder.Sent, rows: Rows) -> None:
        """The supplier has it."""
        sent = PurchaseState.SENT.value
        rows.patch(ORDER, fact.stream_id, state=sent, sent_on=fact.sent_on, channel=fact.channel)

    @on(PurchaseOrder.Confirmed)
    def confirmed(self, fact: PurchaseOrder.Confirmed, rows: Rows) -> None:
        """The supplier agreed, perhaps at other prices and days."""
        order = rows.get(ORDER, fact.stream_id)
        if order is None:
            return
        number = fact.supplier_number or order["supplier_number"]
        named = {"confirmed_on": fact.confirmed_on, "supplier_number": number, "is_confirmed": True}
        rows.patch(ORDER, fact.stream_id, **named)
        for told in fact.lines:
            given = told.model_dump(include={"due_on", "unit_price"}, exclude_none=True)
            if told.discounts is not None:
                given["discounts"] = [str(one) for one in told.discounts]
            _repriced(rows, told.line_id, given)
        self._follow(fact.stream_id, rows)

    @on(PurchaseOrder.Revised)
    def revised(self, fact: PurchaseOrder.Revised, rows: Rows) -> None:
        """It is a draft again."""
        anew = {"sent_on": None, "approved_by": None, "confirmed_on": None, "supplier_number": None}
        state = {"state": PurchaseState.DRAFT.value, "revision": fact.revision, "is_confirmed": False}
        rows.patch(ORDER, fact.stream_id, **anew, **state, prepared_by=fact.act.by, reason=fact.reason)
        self._take(fact, rows)

    @on(PurchaseOrder.Received)
    def received(self, fact: PurchaseOrder.Received, rows: Rows) -> None:
        """Goods came."""
        order = rows.get(ORDER, fact.stream_id)
        if order is None:
            return
        note = fact.supplier_note
        for n, came in enumerate(fact.lines, 1):
            line = rows.get(LINE, came.line_id) or {}
            said = came.model_dump(exclude={"serials", "lots"})
            rows.put(
                RECEIPT,
                {
                    **said,
                    "serials": list(came.serials),
                    "lots": [lot.model_dump(mode="json") for lot in came.lots],
                    "receipt_id": fact.receipt_id,
                    "line_no": n,
                    "order_id": fact.stream_id,
                    "article_id": line.get("article_id"),
                    "supplier_id": order["supplier_id"],
                    "received_on": fact.received_on,
                    "note_number": note.number if note else None,
                    "note_dated_on": note.dated_on if note else None,
                    "over_because": fact.over_because if came.over else None,
                    "received_by": fact.act.by,
                },
            )
            _more(rows, came.line_id, received=came.quantity, rejected=came.rejected)
        rows.patch(ORDER, fact.stream_id, receipts=order["receipts"] + 1)
        self._follow(fact.stream_id, rows)

    @on(PurchaseOrder.RemainderCancelled)
    def remainder_cancelled(self, fact: PurchaseOrder.RemainderCancelled, rows: Rows) -> None:
        """The rest is not waited for."""
        for one in fact.lines:
            _more(rows, one.line_id, given_up=one.quantity)
        rows.patch(ORDER, fact.stream_id, reason=fact.reason)
        self._follow(fact.stream_id, rows)

    @on(PurchaseOrder.GoodsReturned)
    def goods_returned(self, fact: PurchaseOrder.GoodsReturned, rows: Rows) -> None:
        """Goods went back."""
        for one in fact.lines:
            again = one.quantity if fact.awaits_replacement else ZERO
            _more(rows, one.line_id, returned=one.quantity, to_replace=again)
            named = {"note_id": fact.note.id, "note_number": fact.note.number, "order_id": fact.stream_id}
            why = {"awaits_replacement": fact.awaits_replacement, "reason": fact.reason, "returned_at": fact.act.at}
            rows.put(RETURN, {**named, **why, "line_id": one.line_id, "quantity": one.quantity})
        self._follow(fact.stream_id, rows)

    @on(PurchaseOrder.Cancelled)
    def cancelled(self, fact: PurchaseOrder.Cancelled, rows: Rows) -> None:
        """It holds no longer."""
        for line in rows.select(LINE, order_id=fact.stream_id):
            rows.patch(LINE, line["line_id"], remaining=ZERO)
        rows.patch(ORDER, fact.stream_id, state=PurchaseState.CANCELLED.value, reason=fact.reason)

    def _take(self, fact: PurchaseOrder.Drafted | PurchaseOrder.LinesSet | PurchaseOrder.Revised, rows: Rows) -> None:
        for row in rows.select(LINE, order_id=fact.stream_id):
            rows.drop(LINE, row["line_id"])
        for n, line in enumerate(fact.lines, 1):
            rows.put(LINE, {"order_id": fact.stream_id, "line_no": n, **_ordered(line)})
        terms = fact.terms.model_dump(mode="json")
        rows.patch(ORDER, fact.stream_id, net=_net(rows, fact.stream_id), subject=fact.terms.subject, terms=terms)

    def _follow(self, order_id: UUID, rows: Rows) -> None:
        order = rows.get(ORDER, order_id)
        if order is None:
            return
        waits = any(line["remaining"] > 0 for line in rows.select(LINE, order_id=order_id))
        state = PurchaseState.CONFIRMED if order["is_confirmed"] else PurchaseState.SENT
        if not waits:
            state = PurchaseState.CLOSED
        elif order["receipts"]:
            state = PurchaseState.PARTLY_RECEIVED
        rows.patch(ORDER, order_id, state=state.value, net=_net(rows, order_id))


def _ordered(line: PurchaseLine) -> Row:
    named = {
        "line_id", "article_id", "code", "description", "supplier_code", "warehouse_id", "quantity", "order_unit",
        "units_per", "unit", "unit_price", "price_per", "due_on",
    }  # fmt: skip
    counted = {"ordered": line.stock_quantity, "remaining": line.stock_quantity, **NOTHING}
    lists = {
        "discounts": [str(one) for one in line.discounts],
        "bought_for": [one.model_dump(mode="json") for one in line.bought_for],
    }
    worth = {"amount": line.amount, "unit_cost": line.unit_cost}
    return {**line.model_dump(include=named), **counted, **lists, **worth}


def _repriced(rows: Rows, line_id: UUID, given: Row) -> None:
    known = rows.get(LINE, line_id)
    if known is None:
        return
    fields = {name: known[name] for name in PurchaseLine.model_fields}
    line = PurchaseLine.model_validate({**fields, **given})
    rows.patch(LINE, line_id, **given, amount=line.amount, unit_cost=line.unit_cost)


def _more(rows: Rows, line_id: UUID, **quantities: Decimal) -> None:
    line = rows.get(LINE, line_id)
    if line is None:
        return
    line |= {name: line[name] + more for name, more in quantities.items()}
    line["remaining"] = remainder(line["ordered"], line["received"], line["to_replace"], line["given_up"])
    rows.put(LINE, line)


def _net(rows: Rows, order_id: UUID) -> Decimal:
    return sum((line["amount"] for line in rows.select(LINE, order_id=order_id)), Decimal("0.00"))
