"""What customers have not paid in time (insoluti), as the due-date ledger has it: for blocks, coverage, the call sheet.

Accounting may also report arrears of its own (`report-arrears`); then the larger sum and the older day count (R1.10).
What stands on account for the customer lowers what is overdue. Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.company import DEFAULT_PARAMETERS, ParameterChange, Parameters, in_force_on
from aggregates.party import Arrears
from aggregates.rules.arrears import blocks_from
from aggregates.values import Money
from projections.base import Ask, Page, Reader, Row, page
from projections.contracts import TODAY
from projections.customer_figures import blocked_contracts, past_sales

OWED = """
select coalesce(l.customer_id, p.party_id) as customer_id,
       greatest(coalesce(l.overdue, 0), coalesce(p.overdue, 0)) as overdue,
       least(l.oldest_due_on, p.oldest_due_on) as oldest_due_on
  from (select d.customer_id, d.late + d.credit - coalesce(m.on_account, 0) as overdue, d.oldest_due_on
          from (select customer_id, sum(open) filter (where open > 0 and due_on < :day) as late,
                       min(due_on) filter (where open > 0 and due_on < :day) as oldest_due_on,
                       coalesce(sum(open) filter (where open < 0), 0) as credit
                  from {due_part} where open <> 0 and not is_refused :of_customer group by customer_id) d
          left join (select customer_id, sum(on_account) as on_account from {customer_money}
                      where on_account > 0 :of_customer group by customer_id) m using (customer_id)
         where d.late > 0 and d.late + d.credit - coalesce(m.on_account, 0) > 0) l
  full join (select party_id, overdue, oldest_due_on from {party}
              where overdue > 0 and oldest_due_on < :day :of_party) p on p.party_id = l.customer_id"""


def owed(day: str, customer: str | None = None) -> str:
    """SQL for `customer_id, overdue, oldest_due_on` of who is in arrears; day and customer are SQL as well.

    Braces are single: in an f-string insert it as it is.
    """
    of_customer = f"and customer_id = {customer}" if customer else ""
    of_party = f"and party_id = {customer}" if customer else ""
    return OWED.replace(":day", day).replace(":of_customer", of_customer).replace(":of_party", of_party)


def arrears_of(reader: Reader, customer_id: UUID, on: date) -> Arrears | None:
    """See `Lookups.arrears_of`."""
    row = reader.row(owed("%(on)s::date", "%(customer_id)s::uuid"), {"on": on, "customer_id": customer_id})
    if row is None:
        return None
    return Arrears(overdue=Money(amount=row["overdue"]), oldest_due_on=row["oldest_due_on"], reported_on=on)


class CustomersInArrears(Page):
    """Customers who have not paid in time, with the day from which that blocks their service (R1.10)."""

    on: date | None = None
    customer_id: UUID | None = None


def customers_in_arrears(reader: Reader, ask: CustomersInArrears) -> dict[str, Any]:
    """The customers, the oldest debt first; `blocks_from` is null while the threshold is not passed."""
    found = page(
        reader,
        ask,
        f"""select o.*, p.code, p.name, {TODAY} - o.oldest_due_on as days_late, {TODAY} as day
              from ({owed(TODAY)}) o join {{party}} p on p.party_id = o.customer_id
             where %(customer_id)s::uuid is null or o.customer_id = %(customer_id)s""",  # noqa: S608 - own constants
        order=("oldest_due_on", "customer_id"),
    )
    for item in found["items"]:
        day = item.pop("day")
        ours = parameters_on(reader, day)
        since = blocks_from(item["overdue"], item["oldest_due_on"], ours.block_grace_days, ours.block_threshold)
        item |= {"blocks_from": since, "is_blocking": since is not None and since <= day and ours.arrears_block}
    return found


def parameters_on(reader: Reader, day: date) -> Parameters:
    """The company's parameters in force on a day."""
    row = reader.row("select parameters, changes from {company_profile} limit 1")
    if row is None:
        return DEFAULT_PARAMETERS
    changes = [
        (date.fromisoformat(each["from_on"]), ParameterChange.model_validate(each["change"]))
        for each in row["changes"] or ()
    ]
    return in_force_on(Parameters.model_validate(row["parameters"]), changes, day)


class CustomerPosition(Ask):
    """The money of one customer."""

    customer_id: UUID
    on: date | None = None


FIGURES = f"""
select coalesce(sum(open) filter (where open > 0), 0) as open,
       coalesce(sum(open) filter (where open > 0 and due_on < {TODAY}), 0) as late,
       coalesce(sum(-open) filter (where open < 0), 0) as credit,
       coalesce(sum(open) filter (where open > 0 and collection_id is not null), 0) as in_collection,
       coalesce(sum(open) filter (where open > 0 and is_refused), 0) as refused,
       min(due_on) filter (where open > 0) as next_due_on, {TODAY} as day
  from {{due_part}} where customer_id = %(customer_id)s"""  # noqa: S608 - own constants only
SALES = f"""
select coalesce(sum(case when kind = 'invoice' then taxable else -taxable end)
                filter (where issued_on > {TODAY} - 365), 0) as last_year,
       max(issued_on) as last_on, count(*) as documents
  from {{invoice}} where customer_id = %(customer_id)s and state = 'issued'"""  # noqa: S608 - own constants only


def customer_position(reader: Reader, ask: CustomerPosition) -> dict[str, Any] | None:
    """What they owe, what is late since when, what stands on account, what they bought and how they paid (CUS-4)."""
    params = ask.model_dump()
    party = reader.row("select party_id, code, name from {party} where party_id = %(customer_id)s", params)
    if party is None:
        return None
    figures: Row = reader.row(FIGURES, params) or {}
    day = figures.pop("day")
    known = arrears_of(reader, ask.customer_id, day)
    ours = parameters_on(reader, day)
    money = {"customer_id": ask.customer_id}
    since = (
        blocks_from(known.overdue.amount, known.oldest_due_on, ours.block_grace_days, ours.block_threshold)
        if known
        else None
    )
    return {
        **{"customer_id": party["party_id"], "code": party["code"], "customer": party["name"], "on": day},
        **figures,
        "on_account": _sum(reader, "select sum(on_account) as s from {customer_money} where customer_id = %(id)s", ask),
        "overdue": known.overdue.amount if known else Decimal("0.00"),
        "oldest_due_on": known.oldest_due_on if known else None,
        "blocks_from": since,
        "is_blocking": since is not None and since <= day and ours.arrears_block,
        "sales": reader.row(SALES, params),
        **past_sales(reader, ask.customer_id),
        "blocked_contracts": blocked_contracts(reader, ask.customer_id),
        "open_items": _open_items(reader, params),
        "payments": reader.rows(
            """select payment_id, number, paid_on, amount, reference, reversed_on, reason from {due_payment}
                where customer_id = %(customer_id)s order by paid_on desc, number limit 10""",
            money,
        ),
    }


def _open_items(reader: Reader, params: dict[str, Any]) -> Sequence[Row]:
    return reader.rows(
        f"""select record_id, part, kind, number, issued_on, due_on, method, amount, open, is_refused, collection_id,
                   greatest({TODAY} - due_on, 0) as days_late
              from {{due_part}} where customer_id = %(customer_id)s and open <> 0
             order by due_on, number, part limit 50""",  # noqa: S608 - own constants only
        params,
    )


def _sum(reader: Reader, sql: str, ask: CustomerPosition) -> Decimal:
    row = reader.row(sql, {"id": ask.customer_id})
    return (row or {}).get("s") or Decimal("0.00")
