"""ExpenseClaim (nota spese): what a technician laid out on the road in some days, until it is decided on and paid.

One claim for each technician and stretch of days. Limits for a kind and day are those of the company on that day, and
are frozen into the decision. Nobody decides on their own claim, nor on one they handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, event, require
from aggregates.expense_claim_values import (
    PASSED_ON_AS,
    CallOfLineMissing,
    ChargedAsTravel,
    ClaimAmountWrong,
    ClaimBackwards,
    ClaimLine,
    ClaimLineRefused,
    ClaimLineUnknown,
    ClaimNotOpen,
    ClaimState,
    ClaimStateWrong,
    EveryLineRefused,
    ExpenseClaimEmpty,
    LineOnCall,
    OutsideClaim,
    OwnCarOnly,
    OwnClaim,
    ReceiptMissing,
    RefusalReasonMissing,
    SettledLine,
    SubmittedByYou,
)
from aggregates.rules.expenses import ExpenseKind, ExpenseTerms, Spent, twins, within_limits
from aggregates.values import Money, Period, euro

CLAIMS = UUID("7c2f5a11-3f0e-5b6e-9a41-6f0f3b7d2c05")
OPEN = (ClaimState.DRAFT, ClaimState.REJECTED)
DECIDED = (ClaimState.APPROVED, ClaimState.PARTLY_APPROVED)


def claim_id(technician_id: UUID, from_on: date, to_on: date) -> UUID:
    """The id of a technician's claim for some days: there is one."""
    return uuid5(CLAIMS, f"{technician_id}/{from_on}/{to_on}")


class ExpenseClaim(Aggregate):
    """What a technician laid out, line by line."""

    TOPIC = "expense-claim"

    class Begun(FirstEvent):
        """A technician collects what was spent in some days."""

        TOPIC = "expense-claim.begun.v1"
        technician_id: UUID
        period: Period

    class LineNoted(Aggregate.Event):
        """Something was paid for; the same line again changes it."""

        TOPIC = "expense-claim.line-noted.v1"
        line: ClaimLine

    class LineRemoved(Aggregate.Event):
        """A line was a mistake."""

        TOPIC = "expense-claim.line-removed.v1"
        line_id: UUID

    class LinePassedOn(Aggregate.Event):
        """The line stands on its call as an expense, once, whether it was put there or was there already."""

        TOPIC = "expense-claim.line-passed-on.v1"
        line_id: UUID
        call_id: UUID
        expense_line_id: UUID

    class Submitted(Aggregate.Event):
        """The claim was handed in: it is to be decided on."""

        TOPIC = "expense-claim.submitted.v1"
        total: Money

    class Approved(Aggregate.Event):
        """Somebody else agreed to it, wholly or without some lines; what is paid is frozen here."""

        TOPIC = "expense-claim.approved.v1"
        technician_id: UUID
        state: ClaimState
        lines: tuple[SettledLine, ...]
        to_pay: Money
        over_limit: str | None = None
        """Why more than the limits is paid; None where they hold."""

    class Rejected(Aggregate.Event):
        """Somebody else did not agree: it can be corrected and handed in again."""

        TOPIC = "expense-claim.rejected.v1"
        reason: str

    class Paid(Aggregate.Event):
        """The technician has the money."""

        TOPIC = "expense-claim.paid.v1"
        paid_on: date
        amount: Money
        reference: str | None

    # Decide

    @classmethod
    def open(cls, technician_id: UUID, from_on: date, to_on: date, act: Act) -> ExpenseClaim:
        """Begin the claim of some days. Raises `ClaimBackwards`."""
        require(from_on <= to_on, ClaimBackwards)
        period = Period(starts_on=from_on, ends_on=to_on)
        stream_id = claim_id(technician_id, from_on, to_on)
        return cls.begin(cls.Begun, id=stream_id, act=act, technician_id=technician_id, period=period)

    def note_line(self, line: ClaimLine, act: Act) -> None:
        """Add a line or change it.

        Raises `ClaimNotOpen`, `OutsideClaim`, `ClaimAmountWrong`, `OwnCarOnly`, `LineOnCall`.
        """
        if self.lines.get(line.line_id) == line:
            return
        self._require_open()
        require(line.line_id not in self.passed_on, LineOnCall)
        days = {"from_on": self.period.starts_on, "to_on": self.period.ends_on}
        require(self.period.holds(line.spent_on), OutsideClaim, spent_on=line.spent_on, **days)
        in_euro = line.amount.currency == "EUR" and (line.vat is None or line.vat.currency == "EUR")
        holds_vat = line.vat is None or 0 <= line.vat.amount < line.amount.amount
        is_sound = in_euro and line.amount.amount > 0 and holds_vat
        require(is_sound, ClaimAmountWrong, amount=line.amount.amount)
        require(line.kind is not ExpenseKind.MILEAGE or line.vehicle_id is None, OwnCarOnly)
        self.trigger_event(self.LineNoted, act=act, line=line)

    def remove_line(self, line_id: UUID, act: Act) -> None:
        """Take a line out; one that is not there changes nothing. Raises `ClaimNotOpen`, `LineOnCall`."""
        if line_id in self.lines:
            self._require_open()
            require(line_id not in self.passed_on, LineOnCall)
            self.trigger_event(self.LineRemoved, act=act, line_id=line_id)

    def to_pass_on(self, line_id: UUID) -> ClaimLine:
        """A line that may stand on its call.

        Raises `ClaimLineUnknown`, `CallOfLineMissing`, `ChargedAsTravel`, `ClaimLineRefused`.
        """
        line = self._line(line_id)
        require(line.call_id is not None, CallOfLineMissing)
        require(line.kind in PASSED_ON_AS, ChargedAsTravel)
        is_refused = any(one.refused is not None and one.line.line_id == line_id for one in self.settled)
        require(not is_refused, ClaimLineRefused)
        return line

    def pass_on(self, line_id: UUID, expense_line_id: UUID, act: Act) -> None:
        """Record that a line stands on its call; a second time records nothing, for whatever expense of it."""
        line = self.to_pass_on(line_id)
        if line_id not in self.passed_on:
            fields = {"call_id": line.call_id, "expense_line_id": expense_line_id}
            self.trigger_event(self.LinePassedOn, act=act, line_id=line_id, **fields)

    def submit(self, terms: Mapping[date, ExpenseTerms], act: Act) -> None:
        """Hand it in; `terms` are the company's, by the days of its lines.

        Raises `ExpenseClaimEmpty`, `ReceiptMissing`, `ClaimNotOpen`.
        """
        if self.state is ClaimState.SUBMITTED:
            return
        self._require_open()
        require(bool(self.lines), ExpenseClaimEmpty)
        for line in self.lines.values():
            least = terms[line.spent_on].receipt_above
            needs = least is not None and line.kind is not ExpenseKind.MILEAGE and line.amount.amount > least
            told = {"spent_on": line.spent_on, "amount": line.amount.amount}
            require(not needs or line.receipt_sha256 is not None, ReceiptMissing, **told)
        self.trigger_event(self.Submitted, act=act, total=self.total)

    def approve(
        self,
        refused: Mapping[UUID, str],
        terms: Mapping[date, ExpenseTerms],
        act: Act,
        *,
        approver: UUID | None = None,
        over_limit: str | None = None,
    ) -> None:
        """Agree to it, without the lines refused; `approver` is the technician that the decider is, if any.

        Raises `ClaimStateWrong`, `OwnClaim`, `SubmittedByYou`, `ClaimLineUnknown`, `RefusalReasonMissing`,
        `EveryLineRefused`.
        """
        settled = self._settled(refused, terms, over_limit)
        if self.state in (*DECIDED, ClaimState.PAID) and settled == self.settled:
            return
        self._require_decidable(approver, act)
        for line_id, reason in refused.items():
            self._line(line_id)
            require(bool(reason.strip()), RefusalReasonMissing)
        require(len(refused) < len(self.lines), EveryLineRefused)
        self.trigger_event(
            self.Approved,
            act=act,
            technician_id=self.technician_id,
            state=ClaimState.PARTLY_APPROVED if refused else ClaimState.APPROVED,
            lines=settled,
            to_pay=euro(sum((one.to_pay.amount for one in settled), Decimal(0))),
            over_limit=over_limit,
        )

    def reject(self, reason: str, act: Act, *, approver: UUID | None = None) -> None:
        """Do not agree. Raises `ClaimStateWrong`, `OwnClaim`, `SubmittedByYou`, `RefusalReasonMissing`."""
        if self.state is ClaimState.REJECTED:
            return
        self._require_decidable(approver, act)
        require(bool(reason.strip()), RefusalReasonMissing)
        self.trigger_event(self.Rejected, act=act, reason=reason.strip())

    def pay(self, paid_on: date, reference: str | None, act: Act) -> None:
        """Record that the technician has the money. Raises `ClaimStateWrong`."""
        if self.state is ClaimState.PAID:
            return
        self._require_state(*DECIDED)
        self.trigger_event(self.Paid, act=act, paid_on=paid_on, amount=self.to_pay, reference=reference)

    # Answers

    @property
    def total(self) -> Money:
        """What its lines sum to, whoever paid them."""
        return euro(sum((line.amount.amount for line in self.lines.values()), Decimal(0)))

    def twins_of(self, line_id: UUID) -> list[UUID]:
        """Other lines of the same day, kind and amount: perhaps the same receipt."""
        told = self._line(line_id).spent()[1:]
        spent = self._spent({})
        return [one.line_id for one in spent if one[1:] == told and one.line_id in twins(spent) - {line_id}]

    def _spent(self, refused: Mapping[UUID, str]) -> list[Spent]:
        return [line.spent() for line in self.lines.values() if line.line_id not in refused]

    def _settled(
        self, refused: Mapping[UUID, str], terms: Mapping[date, ExpenseTerms], over_limit: str | None
    ) -> tuple[SettledLine, ...]:
        spent = self._spent(refused)
        limits: dict[tuple[ExpenseKind, date], Decimal] = {}
        for one in () if over_limit else spent:
            most = terms[one.spent_on].limit(one.kind)
            if most is not None:
                limits[one.kind, one.spent_on] = most
        counts = within_limits(spent, limits)
        return tuple(
            SettledLine(
                line=line,
                counts=euro(counts.get(line.line_id, 0)),
                to_pay=euro(counts.get(line.line_id, 0) if line.paid_by == "technician" else 0),
                refused=refused.get(line.line_id),
            )
            for line in self.lines.values()
        )

    def _line(self, line_id: UUID) -> ClaimLine:
        if line_id not in self.lines:
            raise ClaimLineUnknown(line_id=str(line_id))
        return self.lines[line_id]

    def _require_open(self) -> None:
        require(self.state in OPEN, ClaimNotOpen, state=self.state)

    def _require_state(self, *wanted: ClaimState) -> None:
        told = {"state": self.state, "wanted": wanted}
        require(self.state in wanted, ClaimStateWrong, **told)

    def _require_decidable(self, approver: UUID | None, act: Act) -> None:
        self._require_state(ClaimState.SUBMITTED)
        require(approver != self.technician_id, OwnClaim)
        require(act.by != self.submitted_by, SubmittedByYou)

    # Evolve

    @event(Begun)
    def __init__(self, technician_id: UUID, period: Period) -> None:
        self.technician_id, self.period, self.state = technician_id, period, ClaimState.DRAFT
        self.lines: dict[UUID, ClaimLine] = {}
        self.passed_on: dict[UUID, UUID] = {}
        self.settled: tuple[SettledLine, ...] = ()
        self.to_pay = euro(0)
        self.submitted_by: str | None = None

    @event(LineNoted)
    def _line_noted(self, line: ClaimLine) -> None:
        self.lines[line.line_id] = line

    @event(LineRemoved)
    def _line_removed(self, line_id: UUID) -> None:
        del self.lines[line_id]

    @event(LinePassedOn)
    def _line_passed_on(self, line_id: UUID, expense_line_id: UUID) -> None:
        self.passed_on[line_id] = expense_line_id

    @event(Submitted)
    def _submitted(self, act: Act) -> None:
        self.state, self.submitted_by = ClaimState.SUBMITTED, act.by

    @event(Approved)
    def _approved(self, state: ClaimState, lines: tuple[SettledLine, ...], to_pay: Money) -> None:
        self.state, self.settled, self.to_pay = state, lines, to_pay

    @event(Rejected)
    def _rejected(self) -> None:
        self.state = ClaimState.REJECTED

    @event(Paid)
    def _paid(self) -> None:
        self.state = ClaimState.PAID
