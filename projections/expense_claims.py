"""Expense claims (note spese): how far each has come, its lines, and receipts that were perhaps handed in twice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.expense_claim import ExpenseClaim
from aggregates.expense_claim_values import ClaimState
from projections.base import Ask, Page, Reader, ReadModel, Rows, Table, on, page

CLAIM = Table(
    "expense_claim",
    {
        "claim_id": "uuid", "technician_id": "uuid", "from_on": "date", "to_on": "date", "state": "text",
        "lines": "integer", "total": "numeric", "to_pay": "numeric", "submitted_at": "timestamptz",
        "submitted_by": "text", "decided_at": "timestamptz", "decided_by": "text", "decision_reason": "text",
        "paid_on": "date", "paid_reference": "text",
    },
    ("claim_id",),
    ("technician_id, from_on", "state, from_on", "from_on, claim_id"),
)  # fmt: skip
LINE = Table(
    "expense_claim_line",
    {
        "line_id": "uuid", "claim_id": "uuid", "technician_id": "uuid", "kind": "text", "spent_on": "date",
        "amount": "numeric", "vat": "numeric", "description": "text", "km": "numeric", "per_km": "numeric",
        "receipt_sha256": "text", "call_id": "uuid", "activity_id": "uuid", "vehicle_id": "uuid", "paid_by": "text",
        "position": "bigint", "passed_on": "uuid", "counts": "numeric", "to_pay": "numeric", "refused": "text",
    },
    ("line_id",),
    ("claim_id", "technician_id, spent_on", "call_id"),
)  # fmt: skip


class ExpenseClaims(ReadModel):
    """Claims with their lines, what counts of each and why not."""

    NAME = "expense_claims"
    TABLES = (CLAIM, LINE)

    @on(ExpenseClaim.Begun)
    def begun(self, fact: ExpenseClaim.Begun, rows: Rows) -> None:
        """A claim for some days."""
        days = {"from_on": fact.period.starts_on, "to_on": fact.period.ends_on}
        whose = {"claim_id": fact.stream_id, "technician_id": fact.technician_id}
        rows.put(CLAIM, {**whose, **days, "state": ClaimState.DRAFT.value, "lines": 0, "total": 0})

    @on(ExpenseClaim.LineNoted)
    def line_noted(self, fact: ExpenseClaim.LineNoted, rows: Rows) -> None:
        """A line, or its new form."""
        claim, line = rows.get(CLAIM, fact.stream_id), fact.line
        known = rows.get(LINE, line.line_id)
        told = line.model_dump(exclude={"amount", "vat", "kind"})
        sums = {"amount": line.amount.amount, "vat": line.vat.amount if line.vat else None}
        whose = {"claim_id": fact.stream_id, "technician_id": claim["technician_id"] if claim else None}
        position = known["position"] if known else rows.now.position
        rows.put(LINE, {**told, **sums, **whose, "kind": line.kind.value, "position": position})
        _summed(rows, fact.stream_id)

    @on(ExpenseClaim.LineRemoved)
    def line_removed(self, fact: ExpenseClaim.LineRemoved, rows: Rows) -> None:
        """It was a mistake."""
        rows.drop(LINE, fact.line_id)
        _summed(rows, fact.stream_id)

    @on(ExpenseClaim.LinePassedOn)
    def line_passed_on(self, fact: ExpenseClaim.LinePassedOn, rows: Rows) -> None:
        """It stands on its call."""
        rows.patch(LINE, fact.line_id, passed_on=fact.expense_line_id)

    @on(ExpenseClaim.Submitted)
    def submitted(self, fact: ExpenseClaim.Submitted, rows: Rows) -> None:
        """It is to be decided on."""
        told = {"submitted_at": fact.act.at, "submitted_by": fact.act.by, "decision_reason": None}
        rows.patch(CLAIM, fact.stream_id, state=ClaimState.SUBMITTED.value, **told)

    @on(ExpenseClaim.Approved)
    def approved(self, fact: ExpenseClaim.Approved, rows: Rows) -> None:
        """What is paid, line by line."""
        _decided(fact, fact.state, rows, fact.over_limit)
        rows.patch(CLAIM, fact.stream_id, to_pay=fact.to_pay.amount)
        for one in fact.lines:
            sums = {"counts": one.counts.amount, "to_pay": one.to_pay.amount}
            rows.patch(LINE, one.line.line_id, **sums, refused=one.refused)

    @on(ExpenseClaim.Rejected)
    def rejected(self, fact: ExpenseClaim.Rejected, rows: Rows) -> None:
        """It goes back."""
        _decided(fact, ClaimState.REJECTED, rows, fact.reason)

    @on(ExpenseClaim.Paid)
    def paid(self, fact: ExpenseClaim.Paid, rows: Rows) -> None:
        """The technician has the money."""
        told = {"paid_on": fact.paid_on, "paid_reference": fact.reference}
        rows.patch(CLAIM, fact.stream_id, state=ClaimState.PAID.value, **told)


def _decided(
    fact: ExpenseClaim.Approved | ExpenseClaim.Rejected, state: ClaimState, rows: Rows, reason: str | None
) -> None:
    told = {"decided_at": fact.act.at, "decided_by": fact.act.by, "decision_reason": reason}
    rows.patch(CLAIM, fact.stream_id, state=state.value, **told)


def _summed(rows: Rows, claim_id: UUID) -> None:
    lines = rows.select(LINE, claim_id=claim_id)
    rows.patch(CLAIM, claim_id, lines=len(lines), total=sum(line["amount"] for line in lines))


class FindExpenseClaims(Page):
    """Claims that touch some days, by their first day."""

    technician_id: UUID | None = None
    state: ClaimState | None = None
    from_on: date | None = None
    to_on: date | None = None


def find_expense_claims(reader: Reader, ask: FindExpenseClaims) -> dict[str, Any]:
    """Claims with their sums and their technician."""
    return page(
        reader,
        ask,
        """select c.*, t.name as technician_name, t.code as technician_code
             from {expense_claim} c
             left join {technician} t on t.technician_id = c.technician_id
            where (%(technician_id)s::uuid is null or c.technician_id = %(technician_id)s)
              and (%(state)s::text is null or c.state = %(state)s)
              and (%(from_on)s::date is null or c.to_on >= %(from_on)s)
              and (%(to_on)s::date is null or c.from_on <= %(to_on)s)""",
        order=("from_on", "claim_id"),
    )


class AskExpenseClaim(Ask):
    """One claim with its lines."""

    claim_id: UUID


def expense_claim(reader: Reader, ask: AskExpenseClaim) -> dict[str, Any] | None:
    """The claim; a line tells other lines of the technician, in any claim, of the same day, kind and amount.

    Fuel tells what was noted on the vehicle for that day too (`noted_as`): it may be the same fuel, counted twice.
    """
    found = reader.row(
        """select c.*, t.name as technician_name, t.code as technician_code
             from {expense_claim} c left join {technician} t on t.technician_id = c.technician_id
            where c.claim_id = %(claim_id)s""",
        ask.model_dump(),
    )
    if found is None:
        return None
    found["items"] = reader.rows(
        """select l.*, k.number as call_number,
                  (select coalesce(jsonb_agg(o.line_id order by o.line_id), '[]') from {expense_claim_line} o
                    where o.technician_id = l.technician_id and o.spent_on = l.spent_on and o.kind = l.kind
                      and o.amount = l.amount and o.line_id <> l.line_id) as same_as,
                  (select coalesce(jsonb_agg(v.cost_id order by v.cost_id), '[]') from {vehicle_cost} v
                    where l.kind = 'fuel' and v.kind = 'fuel' and v.vehicle_id = l.vehicle_id
                      and v.spent_on = l.spent_on and v.claim_id is null) as noted_as
             from {expense_claim_line} l left join {call} k on k.call_id = l.call_id
            where l.claim_id = %(claim_id)s order by l.spent_on, l.position""",
        ask.model_dump(),
    )
    return found
