"""Deadlines of billing (scadenze di fatturazione): what the law wants sent, billed or credited, and by when.

R8.6 goods on approval, R8.8 and R8.9 deferred and immediate invoices, peers 28 goods that came back once invoiced.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from projections.base import Page, Reader, page
from projections.contracts import TODAY


class InvoiceAlarms(Page):
    """Deadlines that fall within some days, and those that have passed."""

    on: date | None = None
    """Left out, today."""
    days: int = 15
    customer_id: UUID | None = None


def invoice_alarms(reader: Reader, ask: InvoiceAlarms) -> dict[str, Any]:
    """The deadlines, the earliest first; `days_left` is below zero for those that have passed.

    `send-invoice`: issued, and the exchange system has not answered for it. `bill-delivery-note`: its month is over and
    no issued invoice has it; a repair is sent by the twelfth day, goods by the fifteenth. `goods-on-approval`: neither
    returned nor invoiced. `credit-returned-goods`: they came back after they were invoiced, and nothing was credited.
    """
    return page(
        reader,
        ask,
        f"""select due.*, due.due_on - {TODAY} as days_left
              from (select 'send-invoice' as kind, invoice_id as record_id, number, customer_id, customer,
                           send_by as due_on
                      from {{invoice}} where state = 'issued' and send_by is not null and is_answered is not true
                    union all
                    select 'bill-delivery-note', w.record_id, w.number, w.customer_id, n.customer,
                           w.ready_on + case when n.billing in ('service', 'diagnosis_fee') then 12 else 15 end
                      from {{work_to_bill}} w join {{delivery_note}} n on n.note_id = w.record_id
                     where w.kind = 'delivery-note' and w.ready_on <= {TODAY} and w.left_out > 0
                       and n.state = 'issued' and (n.billing <> 'unless_returned' or n.kept_on is not null)
                       and (w.has_charge or w.invoice_id is not null or w.due_on is not null)
                    union all
                    select 'goods-on-approval', note_id, number, customer_id, customer, return_by
                      from {{delivery_note}}
                     where billing = 'unless_returned' and state = 'issued' and not all_back and kept_on is null
                    union all
                    select 'credit-returned-goods', n.note_id, n.number, n.customer_id, n.customer, {TODAY}
                      from {{delivery_note}} n
                     where n.state = 'invoiced' and n.returned_after
                       and not exists (select 1 from {{invoice_line}} l
                                        where l.invoice_id = n.invoice_id and l.credited > 0
                                          and l.line -> 'source' -> 'delivery' ->> 'id' = n.note_id::text)
                    union all
                    select 'credit-returned-goods', n.note_id, n.number, n.customer_id, n.customer, {TODAY}
                      from {{delivery_note}} n
                     where n.billed_with_kind = 'invoice' and n.returned_after
                       and not exists (select 1 from {{invoice}} i join {{invoice_line}} l using (invoice_id)
                                        where i.number = n.billed_with_number and l.credited > 0)) due
             where due.due_on <= {TODAY} + %(days)s
               and (%(customer_id)s::uuid is null or due.customer_id = %(customer_id)s)""",  # noqa: S608 - own constants only
        order=("due_on", "kind", "number", "record_id"),
    )
