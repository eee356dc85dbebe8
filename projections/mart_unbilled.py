"""What is not yet invoiced (competenze da fatturare): due, proposed, or being earned; beside the mart's revenue.

It is never in `mart_fee` or in margins: those are of documents. What is due is `billing-due` itself, amount by amount;
`earned` is what the datamart will show up to the day once it is invoiced as it stands (R1.18, R12.2). Amounts are euro
before VAT.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import Field

from aggregates.contract_state import ContractState
from aggregates.hour_pool_pricing import KIND as HOUR_POOL
from aggregates.hour_pool_sale import PoolSale, SaleKind
from aggregates.invoice_values import ADVANCE, DEDUCTION
from aggregates.rules.accruals import AccrualBasis, recognised
from aggregates.rules.billing import instalments
from aggregates.values import Period
from projections.base import Page, Reader, Row, page
from projections.billing_due import BillingDue, billing_due
from projections.company import parameters_on
from projections.contract_tables import keys
from projections.contracts import TODAY
from projections.current_day import current_day

NOTHING = Decimal("0.00")
GOODS = "delivery-note"
"""Goods are earned when they leave, and nothing is billed of a note before."""


class Waits(StrEnum):
    """Why an amount is not invoiced: it is due, a proposal holds it, or its period is still running in arrears."""

    DUE = "due"
    PROPOSED = "proposed"
    ACCRUING = "accruing"


class Unbilled(Page):
    """What is not yet invoiced on a day, of one kind; `limit` counts contracts, calls and quotes, or proposed lines."""

    on: date | None = Field(default=None, description="Left out, today; it belongs to the time gone by.")
    waits: Waits = Field(default=Waits.DUE, description="Due, held by a proposal, or accruing and not yet due.")
    customer_id: UUID | None = None
    contract_id: UUID | None = None


def unbilled(reader: Reader, ask: Unbilled) -> dict[str, Any]:
    """Amounts with their earned part: `amount` is what an invoice would say, `earned` its part up to the day.

    The amounts that are due are those of `billing-due`. What waits for a proposal is its lines; credit notes are not
    among them, and no advance is earned. What accrues is fees whose period has begun and is billed later; copies are
    not among them, because nobody has read the meters.
    """
    on = ask.on or current_day(reader)
    found = _KINDS[ask.waits](reader, ask.model_copy(update={"on": on}))
    items = [{"waits": ask.waits.value, **row} for row in found["items"]]
    return {"on": on, "items": items, "next": found["next"]}


def unbilled_of_contract(reader: Reader, contract_id: UUID, on: date | None) -> dict[str, Decimal]:
    """What of a contract is due, proposed and earned on a day and not yet invoiced; left out, today."""
    sums = {"due": NOTHING, "proposed": NOTHING, "earned": NOTHING}
    for waits in Waits:
        after: str | None = None
        while True:
            ask = Unbilled(on=on, waits=waits, contract_id=contract_id, after=after, limit=500)
            found = unbilled(reader, ask)
            for row in found["items"]:
                sums["earned"] += row["earned"]
                if waits is not Waits.ACCRUING:
                    sums[waits.value] += row["amount"]
            after = found["next"]
            if after is None:
                break
    return sums


def _due(reader: Reader, ask: Unbilled) -> dict[str, Any]:
    found = billing_due(reader, BillingDue.model_validate(ask.model_dump(exclude={"waits"})))
    earning = _Earning(reader, ask.on)
    works = _works(reader, found["items"], ask.on)
    return {
        **found,
        "items": [_due_row(row, works.get(row.get("record_id"), NO_WORK), earning) for row in found["items"]],
    }


def _due_row(row: Row, work: _Work, earning: _Earning) -> Row:
    record_id = row.get("record_id")
    period = Period(starts_on=row["starts_on"], ends_on=row["ends_on"]) if row["starts_on"] else None
    return {
        "customer_id": row["customer_id"],
        "customer": row["customer"],
        "contract_id": row["contract_id"],
        "contract": row["contract_number"],
        "contract_line_id": row["line_id"],
        "call_id": work.call_id,
        "record_id": record_id,
        "record_number": row.get("record_number"),
        "invoice_id": None,
        "kind": row["kind"],
        "description": row["description"],
        "billing_on": row["billing_on"],
        "starts_on": row["starts_on"],
        "ends_on": row["ends_on"],
        "amount": row["amount"],
        "earned": earning.of(row["kind"], row["amount"], period, record_id, is_done=work.is_done),
        "parked_reason": row["parked_reason"],
    }


def _proposed(reader: Reader, ask: Unbilled) -> dict[str, Any]:
    found = page(
        reader,
        ask,
        """select i.invoice_id, l.number as line, i.customer_id, p.name as customer, l.contract_id,
                  l.contract_number as contract, (l.line #>> '{{source,key,line_id}}')::uuid as contract_line_id,
                  (l.line #>> '{{source,record,id}}')::uuid as record_id,
                  l.line #>> '{{source,record,number}}' as record_number, l.kind, l.description,
                  (l.line #>> '{{source,billing_on}}')::date as billing_on, l.starts_on, l.ends_on, l.amount,
                  l.line #>> '{{source,delivery,id}}' is not null as has_left, null::text as parked_reason
             from {invoice_line} l
             join {invoice} i on i.invoice_id = l.invoice_id
             left join {party} p on p.party_id = i.customer_id
            where i.state in ('proposed', 'confirmed', 'held', 'requested') and i.kind = 'invoice'
              and not l.is_excluded
              and (%(customer_id)s::uuid is null or i.customer_id = %(customer_id)s)
              and (%(contract_id)s::uuid is null or l.contract_id = %(contract_id)s)""",
        order=("invoice_id", "line"),
    )
    earning = _Earning(reader, ask.on)
    works = _works(reader, found["items"], ask.on)
    for row in found["items"]:
        period = Period(starts_on=row["starts_on"], ends_on=row["ends_on"]) if row["starts_on"] else None
        work = works.get(row["record_id"], NO_WORK)
        row["call_id"] = work.call_id
        is_done = row.pop("has_left") or work.is_done
        row["earned"] = earning.of(row["kind"], row["amount"], period, row["record_id"], is_done=is_done)
    return found


def _accruing(reader: Reader, ask: Unbilled) -> dict[str, Any]:
    """Contracts in force whose fees are billed in arrears, or later than their period begins."""
    found = page(
        reader,
        ask,
        f"""select c.contract_id, c.number, c.customer_id, p.name as customer, c.state, c.held, c.reopened,
                   {TODAY} as until
              from {{contract}} c left join {{party}} p on p.party_id = c.customer_id
             where c.number is not null and c.starts_on <= {TODAY} and c.next_billing_on is not null
               and (%(customer_id)s::uuid is null or c.customer_id = %(customer_id)s)
               and (%(contract_id)s::uuid is null or c.contract_id = %(contract_id)s)""",  # noqa: S608 - own constants only
        order=("contract_id",),
    )
    earning = _Earning(reader, ask.on)
    return {**found, "items": [each for row in found["items"] for each in _accruing_fees(row, earning)]}


def _accruing_fees(row: Row, earning: _Earning) -> Iterator[Row]:
    state = ContractState.model_validate(row["state"])
    terms, until = state.fee_terms(), row["until"]
    if terms is None:
        return
    begun = until + timedelta(days=terms.offset_days)
    for each in instalments(terms, state.billed_through, begun, keys(row["reopened"]), keys(row["held"])):
        if each.billing_on <= until or each.period.starts_on > until:
            continue
        line = state.line(each.key.line_id)
        yield {
            "customer_id": row["customer_id"],
            "customer": row["customer"],
            "contract_id": row["contract_id"],
            "contract": row["number"],
            "contract_line_id": each.key.line_id,
            "call_id": None,
            "record_id": None,
            "record_number": None,
            "invoice_id": None,
            "kind": each.key.kind,
            "description": each.description or (line.description if line else state.header.title),
            "billing_on": each.billing_on,
            **each.period.model_dump(),
            "amount": each.amount,
            "earned": earning.of(each.key.kind, each.amount, each.period, None, is_done=False),
            "parked_reason": None,
        }


class _Earning:
    """What of an amount is earned by the end of a day, as the datamart earns it once it is invoiced."""

    def __init__(self, reader: Reader, on: date | None) -> None:
        self._reader = reader
        self._on = on or date.max
        self._bases: dict[date, AccrualBasis] = {}

    def of(
        self, kind: str, amount: Decimal, period: Period | None, record_id: UUID | None, *, is_done: bool
    ) -> Decimal:
        """Over the days paid for; else all of it when the work is done, and nothing while it is not."""
        if kind in (ADVANCE, DEDUCTION) or (kind == HOUR_POOL and self._is_beforehand(record_id)):
            return NOTHING
        if period is not None:
            return recognised(amount, period, self._on, self._basis(period.starts_on))
        return amount if is_done or kind in (GOODS, HOUR_POOL) else NOTHING

    def _is_beforehand(self, record_id: UUID | None) -> bool:
        """Hours bought are earned as they are consumed, which the datamart tells from the day they are bought on."""
        sale = self._reader.record(record_id) if record_id else None
        return isinstance(sale, PoolSale) and sale.sold.kind is SaleKind.PURCHASE

    def _basis(self, day: date) -> AccrualBasis:
        if day not in self._bases:
            self._bases[day] = parameters_on(self._reader, day).accrual_basis
        return self._bases[day]


class _Work(NamedTuple):
    call_id: UUID | None
    is_done: bool


def _works(reader: Reader, found: Iterable[Row], on: date | None) -> dict[UUID | None, _Work]:
    """The call that each work is, or belongs to, and whether it was closed by the day."""
    rows = reader.rows(
        """select w.record_id, c.record_id as call_id, coalesce(c.ready_on <= %(on)s, false) as is_done
             from {work_to_bill} w
             left join {work_to_bill} c on c.record_id = coalesce(w.call_id, w.record_id) and c.kind = 'call'
            where w.record_id = any(%(ids)s)""",
        {"ids": [row["record_id"] for row in found if row.get("record_id")], "on": on},
    )
    return {row["record_id"]: _Work(row["call_id"], row["is_done"]) for row in rows}


NO_WORK = _Work(None, is_done=False)
_KINDS = {Waits.DUE: _due, Waits.PROPOSED: _proposed, Waits.ACCRUING: _accruing}
