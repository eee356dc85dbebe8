"""What people see of buying (acquisti): open orders, goods to come and late, prices by supplier, receipts."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from projections.base import Ask, Page, Reader, page

OPEN = "('draft', 'sent', 'confirmed', 'partly_received')"


class FindPurchaseOrders(Page):
    """Orders by words in number, supplier, lines; by state, supplier, article, or the record they were made for."""

    text: str | None = None
    state: str | None = None
    open: bool | None = None
    supplier_id: UUID | None = None
    article_id: UUID | None = None
    bought_for: UUID | None = None


def find_purchase_orders(reader: Reader, ask: FindPurchaseOrders) -> dict[str, Any]:
    """The orders that match, the newest first."""
    return page(
        reader,
        ask,
        f"""select order_id, number, dated_on, supplier_id, supplier, state, revision, net, sent_on, confirmed_on,
                  supplier_number, approved_by, subject, receipts,
                  (select min(due_on) from {{purchase_line}} l
                    where l.order_id = o.order_id and remaining > 0) as due_on,
                  (select n.state from {{notice}} n where n.cause_id = o.order_id and n.happening = 'purchase_order'
                    order by n.written_at desc, n.notice_id limit 1) as mail_state
             from {{purchase_order}} o
            where (%(text)s::text is null
                   or concat_ws(' ', number, supplier, supplier_number, subject) ilike '%%' || %(text)s || '%%'
                   or exists (select 1 from {{purchase_line}} l where l.order_id = o.order_id
                               and concat_ws(' ', code, supplier_code, description) ilike '%%' || %(text)s || '%%'))
              and (%(state)s::text is null or state = %(state)s)
              and (%(open)s::boolean is null or (state in {OPEN}) = %(open)s)
              and (%(supplier_id)s::uuid is null or supplier_id = %(supplier_id)s)
              and (%(article_id)s::uuid is null
                   or exists (select 1 from {{purchase_line}} l where l.order_id = o.order_id
                               and l.article_id = %(article_id)s))
              and (%(bought_for)s::uuid is null
                   or exists (select 1 from {{purchase_line}} l where l.order_id = o.order_id
                               and l.bought_for
                                   @> jsonb_build_array(jsonb_build_object('id', %(bought_for)s::uuid))))""",  # noqa: S608 - a constant of this module
        order=("-dated_on", "-number", "-order_id"),
    )


class PurchaseOrderSheet(Ask):
    """One order to a supplier."""

    order_id: UUID


def purchase_order_sheet(reader: Reader, ask: PurchaseOrderSheet) -> dict[str, Any] | None:
    """The order with its lines, what came and what went back, and the e-mails that took it to the supplier."""
    params = {"order_id": ask.order_id}
    order = reader.row("select * from {purchase_order} where order_id = %(order_id)s", params)
    if order is None:
        return None
    order["lines"] = reader.rows(
        """select l.*, w.code as warehouse_code from {purchase_line} l
             left join {stock_warehouse} w using (warehouse_id)
            where order_id = %(order_id)s order by line_no""",
        params,
    )
    order["receipts"] = reader.rows(
        """select * from {purchase_receipt} where order_id = %(order_id)s
            order by received_on, receipt_id, line_no""",
        params,
    )
    order["returns"] = reader.rows(
        "select * from {purchase_return} where order_id = %(order_id)s order by returned_at, note_id, line_id", params
    )
    order["mails"] = reader.rows(
        """select notice_id, written_at, name, address, state, sent_at, attempts, reason, attached from {notice}
            where cause_id = %(order_id)s and happening = 'purchase_order' order by written_at, notice_id""",
        params,
    )
    return order


class FindSupplies(Page):
    """Goods that are still to come, of an article or a supplier; `late_on` finds what was due before that day."""

    article_id: UUID | None = None
    supplier_id: UUID | None = None
    warehouse_id: UUID | None = None
    due_by: date | None = None
    late_on: date | None = None


def find_supplies(reader: Reader, ask: FindSupplies) -> dict[str, Any]:
    """Lines of orders with something still to come, the earliest due first; those without a day last."""
    return page(
        reader,
        ask,
        """select l.line_id, l.order_id, o.number, o.state, o.supplier_id, o.supplier, l.article_id, l.code,
                  l.description, l.supplier_code, l.warehouse_id, w.code as warehouse_code, l.ordered, l.received,
                  l.remaining, l.unit, l.due_on, coalesce(l.due_on, '9999-12-31'::date) as due_first, l.bought_for,
                  case when l.due_on < %(late_on)s::date then %(late_on)s::date - l.due_on end as days_late
             from {purchase_line} l join {purchase_order} o using (order_id)
             left join {stock_warehouse} w using (warehouse_id)
            where l.remaining > 0
              and (%(article_id)s::uuid is null or l.article_id = %(article_id)s)
              and (%(supplier_id)s::uuid is null or o.supplier_id = %(supplier_id)s)
              and (%(warehouse_id)s::uuid is null or l.warehouse_id = %(warehouse_id)s)
              and (%(due_by)s::date is null or l.due_on <= %(due_by)s)
              and (%(late_on)s::date is null or l.due_on < %(late_on)s)""",
        order=("due_first", "number", "line_id"),
    )


class FindReceipts(Page):
    """What came from suppliers: of an order, an article, a supplier, between two days."""

    order_id: UUID | None = None
    article_id: UUID | None = None
    supplier_id: UUID | None = None
    from_on: date | None = None
    until_on: date | None = None
    other_price: bool = False


def find_receipts(reader: Reader, ask: FindReceipts) -> dict[str, Any]:
    """Lines of receipts, the newest first, with how much dearer than ordered they were; `other_price` only those."""
    return page(
        reader,
        ask,
        """select r.*, o.number as order_number, o.supplier, l.code, l.description, l.unit,
                  round((r.unit_cost - r.ordered_unit_cost) * r.quantity, 2) as price_difference
             from {purchase_receipt} r join {purchase_order} o using (order_id)
             left join {purchase_line} l using (line_id)
            where (%(order_id)s::uuid is null or r.order_id = %(order_id)s)
              and (%(article_id)s::uuid is null or r.article_id = %(article_id)s)
              and (%(supplier_id)s::uuid is null or r.supplier_id = %(supplier_id)s)
              and (%(from_on)s::date is null or r.received_on >= %(from_on)s)
              and (%(until_on)s::date is null or r.received_on <= %(until_on)s)
              and (not %(other_price)s::boolean or r.unit_cost <> r.ordered_unit_cost)""",
        order=("-received_on", "-receipt_id", "-line_no"),
    )


class PurchasePrices(Page):
    """What an article cost, by supplier and day."""

    article_id: UUID
    supplier_id: UUID | None = None


def purchase_prices(reader: Reader, ask: PurchasePrices) -> dict[str, Any]:
    """Prices per unit of what was ordered and not cancelled, and what it cost when it came; the newest first."""
    return page(
        reader,
        ask,
        """select l.line_id, o.order_id, o.number, o.dated_on, o.supplier_id, o.supplier, o.state, l.supplier_code,
                  l.quantity, l.order_unit, l.units_per, l.unit, l.unit_price, l.price_per, l.discounts, l.unit_cost,
                  (select round(sum(r.unit_cost * r.quantity) / sum(r.quantity), 8) from {purchase_receipt} r
                    where r.line_id = l.line_id having sum(r.quantity) > 0) as received_unit_cost
             from {purchase_line} l join {purchase_order} o using (order_id)
            where l.article_id = %(article_id)s and o.state <> 'cancelled'
              and (%(supplier_id)s::uuid is null or o.supplier_id = %(supplier_id)s)""",
        order=("-dated_on", "-number", "-line_id"),
    )
