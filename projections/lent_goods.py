"""Goods lent to customers (comodati, muletti, conto visione): where they are, until when, what is overdue."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.rules.transport_reasons import TRANSPORT_REASONS
from projections.base import Ask, Page, Reader, page
from projections.contracts import TODAY

_OUT = """n.state <> 'cancelled' and n.kept_on is null and not n.all_back and n.reason in ('loan', 'on_approval')"""


class LentGoods(Page):
    """Goods out on loan or on approval, as they stand on a day."""

    on: date | None = None
    """Left out, today."""
    reason: str | None = None
    customer_id: UUID | None = None
    overdue: bool | None = None
    text: str | None = None


def lent_goods(reader: Reader, ask: LentGoods) -> dict[str, Any]:
    """What is out, the first due back in front; `days_left` is below zero for what is overdue."""
    return page(
        reader,
        ask,
        f"""select n.note_id, n.number, n.dated_on, n.reason, n.reason_text, n.customer_id, n.customer, n.record_kind,
                   n.record_id, n.record_number, n.return_by, n.reminded_on, l.line_id, l.line_no, l.article_id, l.code,
                   l.description, l.quantity - l.returned as out, l.unit, l.serials,
                   n.return_by - {TODAY} as days_left,
                   coalesce(n.return_by < {TODAY}, false) as is_overdue
              from {{delivery_note}} n join {{delivery_note_line}} l on l.note_id = n.note_id
             where {_OUT} and l.returned < l.quantity
               and n.dated_on <= {TODAY}
               and (%(reason)s::text is null or n.reason = %(reason)s)
               and (%(customer_id)s::uuid is null or n.customer_id = %(customer_id)s)
               and (%(overdue)s::boolean is null
                    or coalesce(n.return_by < {TODAY}, false) = %(overdue)s)
               and (%(text)s::text is null or l.serials ? %(text)s::text
                    or concat_ws(' ', n.number, n.customer, l.code, l.description)
                       ilike '%%' || %(text)s || '%%')""",  # noqa: S608 - own constants only
        order=("return_by", "number", "line_no", "line_id"),
    )


class GoodsToWatch(Page):
    """Lent goods that somebody has to be reminded of on a day, and those on approval whose year is over."""

    on: date
    days: int = 30
    """How long before they are due back people are told."""


def goods_to_watch(reader: Reader, ask: GoodsToWatch) -> dict[str, Any]:
    """By note, what is to be done: `keep` once the year is over or the goods are invoiced, else `remind`."""
    return page(
        reader,
        ask,
        f"""select due.* from (
              select n.note_id, n.number, n.customer_id, n.customer, n.return_by,
                     case when n.reason = 'on_approval' and (n.return_by < %(on)s or n.state = 'invoiced')
                          then 'keep' else 'remind' end as what,
                     least(%(on)s::date, n.return_by) as kept_on
                from {{delivery_note}} n
               where {_OUT} and (n.return_by <= %(on)s::date + %(days)s::integer or n.state = 'invoiced')
                 and not (n.reminded_on is not null and n.reason = 'loan')
                 and not (n.reminded_on is not null and n.return_by >= %(on)s and n.state <> 'invoiced')) due""",  # noqa: S608 - own constants only
        order=("return_by", "note_id"),
    )


class TransportReasons(Ask):
    """The table of transport reasons (R8.3)."""


def transport_reasons(_: Reader, __: TransportReasons) -> dict[str, Any]:
    """Each reason with whose goods travel, what stock does, what follows for invoicing, and who issues the document."""
    rows = [
        {**row.model_dump(mode="json"), "issued_by_us": row.is_outbound, "code": row.reason.value}
        for row in TRANSPORT_REASONS.values()
    ]
    return {"items": rows}
