"""What interest for late payment could be charged (interessi di mora), document by document; nothing is charged by it.

The amounts are counted when asked, by the same arithmetic as in the proposal (`rules/late_interest.py`, R1.11).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.invoice import Invoice
from aggregates.late_interest import KIND, Claim, LateInterestClaim, claimable
from aggregates.rules.due_dates import NOTHING, Paid, PartAmount, PartBalance, Settlement
from aggregates.rules.late_interest import LateInterestTerms
from projections.arrears import parameters_on
from projections.base import Page, Reader, ReadModel, Row, Rows, Table, on, page
from projections.contracts import TODAY

CLAIM = Table(
    "late_interest_claim",
    {
        "claim_id": "uuid", "record_id": "uuid", "customer_id": "uuid", "claim": "jsonb", "state": "text",
        "invoice_id": "uuid", "invoice": "text",
    },
    ("claim_id",),
    ("record_id", "customer_id"),
)  # fmt: skip
BEARS_NONE = Table("late_interest_none", {"record_id": "uuid"}, ("record_id",))
"""Invoices that charge such interest themselves: it bears no interest."""


class LateInterestClaims(ReadModel):
    """What was claimed, and on which invoice."""

    NAME = "late-interest-claims"
    TABLES = (CLAIM, BEARS_NONE)

    @on(Invoice.Issued)
    def issued(self, fact: Invoice.Issued, rows: Rows) -> None:
        """An invoice of interest alone."""
        if all(line.source.kind == KIND for line in fact.document.lines):
            rows.put(BEARS_NONE, {"record_id": fact.stream_id})

    @on(LateInterestClaim.Made, LateInterestClaim.Revised)
    def made(self, fact: LateInterestClaim.Made | LateInterestClaim.Revised, rows: Rows) -> None:
        """Interest was counted."""
        claim = fact.claim
        told = {"record_id": claim.record.id, "customer_id": claim.customer_id, "claim": claim.model_dump(mode="json")}
        rows.put(CLAIM, {"claim_id": fact.stream_id, "state": "free", **told})

    @on(LateInterestClaim.BillingProposed)
    def proposed(self, fact: LateInterestClaim.BillingProposed, rows: Rows) -> None:
        """A proposal charges it."""
        rows.patch(CLAIM, fact.stream_id, state="proposed", invoice_id=fact.invoice_id)

    @on(LateInterestClaim.BillingReleased, LateInterestClaim.BillingReopened)
    def free(self, fact: LateInterestClaim.BillingReleased | LateInterestClaim.BillingReopened, rows: Rows) -> None:
        """It can be claimed again."""
        rows.patch(CLAIM, fact.stream_id, state="free", invoice_id=None, invoice=None)

    @on(LateInterestClaim.Invoiced)
    def invoiced(self, fact: LateInterestClaim.Invoiced, rows: Rows) -> None:
        """It is charged."""
        rows.patch(CLAIM, fact.stream_id, state="invoiced", invoice_id=fact.invoice.id, invoice=fact.invoice.number)


class FindLateInterest(Page):
    """Documents of businesses that were paid late or are late, with the interest to a day."""

    customer_id: UUID | None = None
    on: date | None = None
    """The day that interest on open amounts runs to; left out, today."""


LATE = f"""
select record_id, min(number) as number, min(issued_on) as issued_on, min(due_on) as due_on,
       (array_agg(customer_id))[1] as customer_id
  from {{due_part}} d
 where kind = 'invoice' and not is_refused and due_on < {TODAY}
   and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)
   and (open > 0 or last_paid_on > due_on)
   and not exists (select 1 from {{late_interest_none}} n where n.record_id = d.record_id)
 group by record_id"""  # noqa: S608 - own constants only


def find_late_interest(reader: Reader, ask: FindLateInterest) -> dict[str, Any]:
    """Each document with days, interest, costs of recovery and the spans that make it; the oldest debt first."""
    found = page(
        reader,
        ask,
        f"""select l.*, p.code as customer_code, p.name as customer, p.nature, {TODAY} as day
              from ({LATE}) l join {{party}} p on p.party_id = l.customer_id
             where p.nature <> 'consumer'""",  # noqa: S608 - own constants only
        order=("due_on", "record_id"),
    )
    told = [each for row in found["items"] if (each := _counted(reader, row)) is not None]
    return {**found, "items": told}


def _counted(reader: Reader, row: Row) -> Row | None:
    day = row.pop("day")
    terms = parameters_on(reader, day).late_interest or LateInterestTerms()
    if row["nature"] == "public_body" and not terms.from_public_bodies:
        return None
    key = {"id": row["record_id"]}
    claims = reader.rows("select * from {late_interest_claim} where record_id = %(id)s", key)
    settled = [Claim.model_validate(each["claim"]) for each in claims if each["state"] == "invoiced"]
    parts, recovery = claimable(settlement_of(reader, row["record_id"]), settled, day, terms)
    if not parts:
        return None
    proposed = next((each["invoice_id"] for each in claims if each["state"] == "proposed"), None)
    interest = sum((each.interest.amount for each in parts), NOTHING)
    return {
        **row,
        "until_on": day,
        "interest": interest,
        "recovery": recovery,
        "total": interest + recovery,
        "days": max(each.interest.days for each in parts),
        "is_provisional": any(each.interest.is_provisional for each in parts),
        "proposed_on_invoice": proposed,
        "parts": [each.model_dump(mode="json") for each in parts],
    }


def settlement_of(reader: Reader, record_id: UUID) -> Settlement:
    """A document's money as the ledger has it."""
    parts = reader.rows("select * from {due_part} where record_id = %(id)s order by part", {"id": record_id})
    paid = reader.rows(
        "select * from {due_payment} where record_id = %(id)s and reversed_on is null and paid_on is not null",
        {"id": record_id},
    )
    return Settlement(
        parts=tuple(PartBalance(part=each["part"], due_on=each["due_on"], open=each["open"]) for each in parts),
        payments={each["payment_id"]: Paid(each["paid_on"], _shares(each["parts"])) for each in paid},
    )


def _shares(parts: Iterable[dict[str, Any]]) -> tuple[PartAmount, ...]:
    return tuple(PartAmount.model_validate(each) for each in parts)


def records_paid_late(reader: Reader, customer_id: UUID, until: date) -> Sequence[UUID]:
    """See `Lookups.records_paid_late`."""
    sql = f"select record_id from ({LATE}) l order by due_on, record_id limit 500"  # noqa: S608 - own constants only
    return [row["record_id"] for row in reader.rows(sql, {"customer_id": customer_id, "on": until})]
