"""The due-date ledger to look at (scadenzario): by customer, day and age; payments in, and what is on account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from projections.base import Ask, Page, Reader, page
from projections.contracts import TODAY

State = Literal["open", "overdue", "settled", "credit", "presented", "refused"]
STATE = f"""case when is_refused then 'refused' when open < 0 then 'credit' when open = 0 then 'settled'
     when collection_id is not null then 'presented' when due_on < {TODAY} then 'overdue' else 'open' end"""
"""Where a due date stands on the day asked."""
AGES = (("not_due", None, 0), ("to_30", 1, 30), ("to_60", 31, 60), ("to_90", 61, 90), ("over_90", 91, None))
"""Days late, from and to, of the columns of the ageing."""


class FindDues(Page):
    """Due dates by customer, day, method, number or state; the oldest first."""

    customer_id: UUID | None = None
    on: date | None = Field(default=None, description="The day that days late are counted to; left out, today.")
    from_on: date | None = Field(default=None, description="Due from this day on.")
    to_on: date | None = Field(default=None, description="Due by this day.")
    method: str | None = None
    number: str | None = None
    state: State | None = Field(default=None, description="Left out, all of them, settled ones too.")


def due_ledger(reader: Reader, ask: FindDues) -> dict[str, Any]:
    """One row per due date: amount, paid, credited, open, days late, state."""
    return page(
        reader,
        ask,
        f"""select * from (
              select d.record_id, d.part, d.kind, d.customer_id, p.code as customer_code, p.name as customer, d.number,
                     d.issued_on, d.due_on, d.method, d.currency, d.amount, d.paid, d.credited, d.open,
                     d.last_paid_on, d.collection_id, d.is_imported,
                     case when d.open > 0 then greatest({TODAY} - d.due_on, 0) else 0 end as days_late,
                     {STATE} as state
                from {{due_part}} d left join {{party}} p on p.party_id = d.customer_id
               where (%(customer_id)s::uuid is null or d.customer_id = %(customer_id)s)
                 and (%(from_on)s::date is null or d.due_on >= %(from_on)s)
                 and (%(to_on)s::date is null or d.due_on <= %(to_on)s)
                 and (%(method)s::text is null or d.method = %(method)s)
                 and (%(number)s::text is null or d.number = %(number)s)) as due
             where %(state)s::text is null or state = %(state)s
                or (%(state)s = 'open' and open > 0 and state <> 'refused')
                or (%(state)s = 'overdue' and open > 0 and due_on < {TODAY} and state <> 'refused')""",  # noqa: S608 - own constants only
        order=("due_on", "record_id", "part"),
    )


class DueAgeing(Page):
    """What customers owe by how late it is."""

    on: date | None = None
    customer_id: UUID | None = None


def _age(first: int | None, last: int | None) -> str:
    late = f"{TODAY} - due_on"
    bounds = [f"{late} >= {first}"] if first is not None else []
    bounds += [f"{late} <= {last}"] if last is not None else []
    return f"coalesce(sum(open) filter (where open > 0 and {' and '.join(bounds)}), 0)"


_SUMS = ", ".join(f"{_age(first, last)} as {name}" for name, first, last in AGES)
_AGED = f"""coalesce(sum(open) filter (where open > 0), 0) as open, {_SUMS},
       coalesce(sum(open) filter (where open < 0), 0) as credit, coalesce(sum(open), 0) as total"""
_WHERE = "where open <> 0 and not is_refused and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)"


def due_ageing(reader: Reader, ask: DueAgeing) -> dict[str, Any]:
    """The customers by name, and the sums over all of them; invoices that were refused are left out."""
    found = page(
        reader,
        ask,
        f"""select aged.*, p.code as customer_code, coalesce(p.name, '') as customer, m.on_account
              from (select customer_id, {_AGED} from {{due_part}} {_WHERE} group by customer_id) aged
              left join {{party}} p on p.party_id = aged.customer_id
              left join (select customer_id, sum(on_account) as on_account from {{customer_money}}
                          where on_account <> 0 group by customer_id) m on m.customer_id = aged.customer_id""",  # noqa: S608 - own constants only
        order=("customer", "customer_id"),
    )
    sql = f"select {_AGED} from {{due_part}} {_WHERE}"  # noqa: S608 - own constants only
    return {**found, "sums": reader.row(sql, ask.model_dump())}


class DueDates(Ask):
    """What falls due day by day between two days: what to expect, and from where."""

    from_on: date
    to_on: date


def due_dates(reader: Reader, ask: DueDates) -> list[dict[str, Any]]:
    """The open amounts by day and method of payment."""
    return reader.rows(
        """select due_on, method, count(*) as parts, sum(open) as open from {due_part}
            where open <> 0 and not is_refused and due_on between %(from_on)s and %(to_on)s
            group by due_on, method order by due_on, method""",
        ask.model_dump(),
    )


class FindCustomerPayments(Page):
    """Customers' payments by customer or day, the newest first; those with money on account alone, if wished."""

    customer_id: UUID | None = None
    from_on: date | None = None
    to_on: date | None = None
    on_account: bool = False


def customer_payments(reader: Reader, ask: FindCustomerPayments) -> dict[str, Any]:
    """Each payment with what it settled and what is left of it."""
    return page(
        reader,
        ask,
        """select m.*, p.code as customer_code, p.name as customer
             from {customer_money} m left join {party} p on p.party_id = m.customer_id
            where (%(customer_id)s::uuid is null or m.customer_id = %(customer_id)s)
              and (%(from_on)s::date is null or m.paid_on >= %(from_on)s)
              and (%(to_on)s::date is null or m.paid_on <= %(to_on)s)
              and (not %(on_account)s or m.on_account > 0)""",
        order=("-paid_on", "-payment_id"),
    )


def open_due_dates(reader: Reader, customer_id: UUID) -> Sequence[tuple[UUID, int]]:
    """See `Lookups.open_due_dates`."""
    found = reader.rows(
        """select record_id, part from {due_part}
            where customer_id = %(customer_id)s and open > 0 and collection_id is null
            order by due_on, issued_on, number, part limit 500""",
        {"customer_id": customer_id},
    )
    return [(row["record_id"], row["part"]) for row in found]
