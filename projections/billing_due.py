"""What is due to be billed, and why (da fatturare): everything missed since the beginning, computed when asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.because import reasons_of
from aggregates.contract_charge import charges_due
from aggregates.contract_meters import metered
from aggregates.contract_state import ContractState
from aggregates.rules.billing import instalments_due
from projections.base import Page, Reader, Row, page
from projections.contract_settlement import still_due
from projections.contract_tables import keys
from projections.contracts import TODAY
from projections.meter_records import copies_due
from projections.work_prices import WorkPrices


class BillingDue(Page):
    """What is due by a day, of one customer or contract or of all; `limit` counts contracts, calls and quotes."""

    on: date | None = None
    """Left out, today."""
    customer_id: UUID | None = None
    contract_id: UUID | None = None


def billing_due(reader: Reader, ask: BillingDue) -> dict[str, Any]:
    """Every amount due with its key, days and reason; no proposal or invoice holds any of them.

    An instalment of a contract is one row; a closed call or an accepted quote is one, with its lines.
    """
    found = page(
        reader,
        ask,
        f"""select due.*, p.name as customer, {TODAY} as until
              from (select customer_id, contract_id as record_id, 'contract' as source, number,
                           next_billing_on as due_on
                      from {{contract}}
                     where next_billing_on <= {TODAY}
                       and (%(contract_id)s::uuid is null or contract_id = %(contract_id)s)
                    union all
                    select w.customer_id, w.record_id, w.kind, coalesce(w.number, c.number), w.due_on
                      from {{work_to_bill}} w left join {{call}} c on c.call_id = w.record_id
                     where w.due_on <= {TODAY} and %(contract_id)s::uuid is null) due
              left join {{party}} p on p.party_id = due.customer_id
             where %(customer_id)s::uuid is null or due.customer_id = %(customer_id)s""",  # noqa: S608 - own constants only
        order=("customer_id", "record_id"),
    )
    contracts = _contracts(reader, [row["record_id"] for row in found["items"] if row["source"] == "contract"])
    priced = WorkPrices(reader)
    rows = (
        _due(reader, {**row, **contracts[row["record_id"]]}) if row["source"] == "contract" else priced.due(row)
        for row in found["items"]
    )
    return {"items": [due for of_record in rows for due in of_record], "next": found["next"]}


def _contracts(reader: Reader, ids: list[UUID]) -> dict[UUID, Row]:
    """What the contracts of one page owe by; asked apart, for sorting all that are due would carry it along."""
    if not ids:
        return {}
    sql = """select contract_id, state, held, reopened, differences, parked_reason, parked_because
               from {contract} where contract_id = any(%(ids)s)"""
    return {row.pop("contract_id"): row for row in reader.rows(sql, {"ids": ids})}


def _due(reader: Reader, row: Row) -> Iterator[Row]:
    state = ContractState.model_validate(row["state"])
    terms, held, reopened = state.fee_terms(), keys(row["held"]), keys(row["reopened"])
    fees = instalments_due(terms, held, state.billed_through, row["until"], reopened) if terms else []
    lines = {line.line_id: line for line in state.lines}
    copies = copies_due(reader, row["record_id"], row["until"]) if metered(state) else ()
    more = (each for each in still_due(row) if each.billing_on <= row["until"])
    for each in (*fees, *more, *charges_due(state.charges, held, reopened, row["until"]), *copies):
        line = lines.get(each.key.line_id)
        yield {
            "contract_id": row["record_id"],
            "contract_number": row["number"],
            "customer_id": row["customer_id"],
            "customer": row["customer"],
            **each.key.model_dump(),
            "description": each.description or (line.description if line else state.header.title),
            "billing_on": each.billing_on,
            "starts_on": each.period.starts_on,
            "ends_on": each.period.ends_on,
            "amount": each.amount,
            "why": each.told,
            "why_because": reasons_of(each.because),
            "parked_reason": row["parked_reason"],
            "parked_because": row["parked_because"],
        }


class CustomersDue(Page):
    """Customers who have something due by a day."""

    on: date | None = None


def customers_due(reader: Reader, ask: CustomersDue) -> dict[str, Any]:
    """Each customer with the number of contracts, of calls and quotes due, and the day since when."""
    return page(
        reader,
        ask,
        f"""select customer_id, count(*) filter (where is_contract) as contracts,
                   count(*) filter (where not is_contract) as works, min(due_on) as since
              from (select customer_id, true as is_contract, next_billing_on as due_on
                      from {{contract}} where next_billing_on <= {TODAY}
                    union all
                    select customer_id, false, due_on from {{work_to_bill}} where due_on <= {TODAY}) due
             group by customer_id""",  # noqa: S608 - own constants only
        order=("customer_id",),
    )


def contracts_due(reader: Reader, until: date, customer_id: UUID | None, limit: int) -> Sequence[UUID]:
    """The contracts with something due by a day, by customer; those a run had to leave alone come last."""
    rows = reader.rows(
        """select contract_id from {contract}
            where next_billing_on <= %(until)s and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)
            order by parked_reason is not null, customer_id, contract_id limit %(limit)s""",
        {"until": until, "customer_id": customer_id, "limit": limit},
    )
    return [row["contract_id"] for row in rows]
