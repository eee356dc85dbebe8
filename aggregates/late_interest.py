"""LateInterestClaim (interessi di mora): interest and costs of recovery for a document paid late, billed once (R1.11).

It is a proposal only: nothing is claimed until somebody proposes it, and nothing is owed until its invoice is issued.
The claims of a document have ids of their own in turn, so that no day is ever claimed twice. Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.because import Because, Reasons, because, in_italian
from aggregates.billable import Billable, BillingHeld
from aggregates.invoice_values import InvoiceLine, LineSource
from aggregates.record_ref import RecordRef
from aggregates.rules.due_dates import NOTHING, Settlement
from aggregates.rules.late_interest import LateInterest, LateInterestTerms, LatePart, late_interest
from aggregates.rules.vat import Supply, SupplyKind
from aggregates.values import Rate, Value

KIND = "late-interest"
LONGEST = 900
"""Characters of a line's note."""
CLAIMS = UUID("4c3b8a52-9d1e-5f60-8a6f-7d2c1b0e9f31")


class ClaimedPart(Value):
    """The interest on one due date, through a day; every span of days has its amount and rate."""

    part: int
    due_on: date
    through_on: date
    interest: LateInterest


class Claim(Value):
    """What is claimed for a document: interest through a day, and costs of recovery once; euro."""

    record: RecordRef
    customer_id: UUID
    issued_on: date
    until_on: date
    parts: tuple[ClaimedPart, ...]
    recovery: Rate

    @property
    def interest(self) -> Decimal:
        """The interest of all due dates."""
        return sum((each.interest.amount for each in self.parts), NOTHING)


class ClaimEmpty(Refusal):
    """Nothing of {number} was late by then, or all of it is claimed already."""


class LateInterestClaim(Billable, Aggregate):
    """A claim of interest for late payment of one document."""

    TOPIC = "late-interest-claim"

    class Made(FirstEvent):
        """Interest may be charged."""

        TOPIC = "late-interest-claim.made.v1"
        claim: Claim

    class Revised(Aggregate.Event):
        """It was counted anew, because no invoice holds it."""

        TOPIC = "late-interest-claim.revised.v1"
        claim: Claim

    class BillingProposed(Aggregate.Event):
        """A proposed invoice holds it."""

        TOPIC = "late-interest-claim.billing-proposed.v1"
        invoice_id: UUID

    class BillingReleased(Aggregate.Event):
        """No proposal holds it any more."""

        TOPIC = "late-interest-claim.billing-released.v1"
        invoice_id: UUID

    class Invoiced(Aggregate.Event):
        """It is on an issued invoice."""

        TOPIC = "late-interest-claim.invoiced.v1"
        invoice: RecordRef

    class BillingReopened(Aggregate.Event):
        """A credit note took it back; it can be claimed again."""

        TOPIC = "late-interest-claim.billing-reopened.v1"
        invoice_id: UUID
        credit_note: RecordRef

    # Decide

    @classmethod
    def make(cls, claim_id: UUID, claim: Claim, act: Act) -> LateInterestClaim:
        """Begin. Raises `ClaimEmpty`."""
        require(claim.interest > 0, ClaimEmpty, number=claim.record.number)
        return cls.begin(cls.Made, id=claim_id, act=act, claim=claim)

    def revise(self, claim: Claim, act: Act) -> None:
        """Count it anew while no invoice holds it; the same records nothing. Raises `BillingHeld`, `ClaimEmpty`."""
        if claim == self.claim:
            return
        require(self.billed_by is None, BillingHeld, number=self.billing_name)
        require(claim.interest > 0, ClaimEmpty, number=claim.record.number)
        self.trigger_event(self.Revised, act=act, claim=claim)

    @property
    def billing_name(self) -> str:
        """See `Billable`."""
        return f"{KIND} {self.claim.record.number}"

    @property
    def is_settled(self) -> bool:
        """Whether it stands on an issued invoice: the next claim begins after it."""
        return self.invoice is not None

    # Evolve

    @event(Made)
    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.billed_by: UUID | None = None
        self.invoice: RecordRef | None = None

    @event(Revised)
    def _revised(self, claim: Claim) -> None:
        self.claim = claim

    @event(BillingProposed)
    def _billing_proposed(self, invoice_id: UUID) -> None:
        self.billed_by = invoice_id

    @event(BillingReleased)
    def _billing_released(self) -> None:
        self.billed_by = None

    @event(Invoiced)
    def _invoiced(self, invoice: RecordRef) -> None:
        self.billed_by, self.invoice = invoice.id, invoice

    @event(BillingReopened)
    def _billing_reopened(self) -> None:
        self.billed_by = self.invoice = None


def claim_id(record_id: UUID, turn: int) -> UUID:
    """The id of a document's claim: the first is 0; two made at once are one."""
    return uuid5(CLAIMS, f"{record_id}/{turn}")


def claimable(
    settlement: Settlement, before: Iterable[Claim], until_on: date, terms: LateInterestTerms
) -> tuple[tuple[ClaimedPart, ...], Decimal]:
    """The interest of a document's due dates through a day that no earlier claim counted, and the costs of recovery.

    Each payment bears interest to its own day, what is open to `until_on`. The costs come once per document.
    """
    earlier = list(before)
    through = _through(earlier)
    counted = []
    for balance in settlement.parts:
        begins_on = max(balance.due_on, through.get(balance.part, balance.due_on))
        late = [*_paid_late(settlement, balance.part, begins_on, until_on)]
        if balance.open > 0:
            late.append(LatePart(due_on=begins_on, until_on=until_on, amount=balance.open))
        interest = late_interest(late, terms)
        if interest.amount > 0:
            last = max(span.to_on for span in interest.spans)
            claimed = {"part": balance.part, "due_on": balance.due_on, "through_on": last, "interest": interest}
            counted.append(ClaimedPart.model_validate(claimed))
    is_first = not any(each.recovery for each in earlier)
    return tuple(counted), terms.recovery if counted and is_first else NOTHING


def _through(before: Sequence[Claim]) -> Mapping[int, date]:
    found: dict[int, date] = {}
    for part in (part for claim in before for part in claim.parts):
        found[part.part] = max(part.through_on, found.get(part.part, date.min))
    return found


def _paid_late(settlement: Settlement, part: int, begins_on: date, until_on: date) -> Iterable[LatePart]:
    for paid in settlement.payments.values():
        for each in paid.parts:
            if each.part == part and each.amount > 0:
                yield LatePart(due_on=begins_on, until_on=min(paid.paid_on, until_on), amount=each.amount)


def claim_lines(claim_key: UUID, claim: Claim, first_number: int) -> list[InvoiceLine]:
    """The lines of an invoice that charge a claim, outside VAT (art. 15): interest, then costs of recovery."""
    source = RecordRef(kind=KIND, id=claim_key, number=claim.record.number)
    of = f"fattura {claim.record.number} del {_day(claim.issued_on)}"
    told = [(f"Interessi di mora D.Lgs. 231/2002 su {of}", claim.interest, tuple(_because(claim)))]
    if claim.recovery:
        why = (because("late-recovery", amount=claim.recovery),)
        told.append((f"Spese di recupero forfettarie, {of}", claim.recovery, why))
    return [
        InvoiceLine(
            number=number,
            description=text,
            unit_price=amount,
            amount=amount,
            supply=Supply(kind=SupplyKind.ADVANCED_SUM),
            source=LineSource(kind=KIND, record=source, because=why),
            note=_note(why),
        )
        for number, (text, amount, why) in enumerate(told, first_number)
    ]


def _because(claim: Claim) -> Iterator[Because]:
    for span in (span for part in claim.parts for span in part.interest.spans):
        days = {"days": span.days, "from_on": span.from_on, "to_on": span.to_on}
        yield because("late-interest", amount=span.amount, **days, percent=span.percent)


def _note(why: Reasons) -> str:
    return (in_italian(why) or "")[:LONGEST]


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
