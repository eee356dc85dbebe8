"""What people may ask about expense claims (note spese): lines, handing in, decisions, payment, charging a call."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_values import Expense
from aggregates.company import DEFAULT_PARAMETERS, Company
from aggregates.expense_claim import ExpenseClaim, claim_id
from aggregates.expense_claim_values import (
    PASSED_ON_AS,
    CallExpenseUnknown,
    ClaimLine,
    KilometresMissing,
)
from aggregates.rules.expenses import ExpenseKind, ExpenseTerms, mileage
from aggregates.technician import Technician
from aggregates.user import User
from aggregates.values import Money, Rate, euro, rome_date
from aggregates.vehicle import Vehicle
from aggregates.work_report import SHA256
from commands.base import Answer, Command, Service
from commands.words import Words

TWICE = "perhaps-the-same-receipt"


class BeginExpenseClaim(Command):
    """Begin a technician's claim for some days, both counted; the same days again answer the claim that is there."""

    technician_id: UUID
    from_on: date
    to_on: date = Field(examples=["2026-09-30"])


class NoteClaimLine(Command):
    """Add what was paid for to a claim, or change it by giving its id; a perhaps repeated receipt is told.

    The amount is what the receipt shows, VAT included. For kilometres with one's own car it is made from the
    company's euro per kilometre, or those given here.
    """

    claim_id: UUID
    line_id: UUID | None = None
    kind: ExpenseKind = Field(examples=["meal"])
    spent_on: date
    amount: Money | None = Field(default=None, description="Left out for kilometres alone.")
    description: str = Field(default="", max_length=500, examples=["Pranzo, trattoria da Nello"])
    vat: Money | None = Field(default=None, examples=[{"amount": "1.64"}], description="Inside the amount.")
    km: Rate | None = Field(default=None, gt=0)
    per_km: Rate | None = Field(default=None, ge=0, description="Left out, the company's.")
    receipt_sha256: str | None = Field(default=None, pattern=SHA256, description="Of the receipt's file or photo.")
    call_id: UUID | None = None
    activity_id: UUID | None = None
    vehicle_id: UUID | None = Field(default=None, description="The company's vehicle that it was for.")
    paid_by: Literal["technician", "company"] = Field(
        default="technician", description="`company` for the company's card: told, not paid back."
    )


class RemoveClaimLine(Command):
    """Take a line out of a claim that is not handed in."""

    claim_id: UUID
    line_id: UUID


class PassOnClaimLine(Command):
    """Charge a line on its call as an expense, before VAT, once; or name the call's expense that it is already."""

    claim_id: UUID
    line_id: UUID
    expense_line_id: UUID | None = Field(
        default=None, description="An expense noted on the call before, not to repeat."
    )


class SubmitExpenseClaim(Command):
    """Hand a claim in, to be decided on by somebody else."""

    claim_id: UUID


class RefusedLine(Command):
    """A line that is not paid back, and why."""

    line_id: UUID
    reason: str = Field(max_length=500, examples=["Manca lo scontrino"])


class ApproveExpenseClaim(Command):
    """Agree to a claim, wholly or without some lines; above a day's limit is paid only with a reason."""

    claim_id: UUID
    refused: tuple[RefusedLine, ...] = ()
    over_limit: Words | None = Field(
        default=None, min_length=1, max_length=500, description="Why the limits do not count this time."
    )


class RejectExpenseClaim(Command):
    """Do not agree to a claim; the technician corrects it and hands it in again."""

    claim_id: UUID
    reason: str = Field(max_length=500, examples=["Mancano gli scontrini di settembre"])


class PayExpenseClaim(Command):
    """Record that a technician got the money of a claim."""

    claim_id: UUID
    paid_on: date | None = Field(default=None, description="Left out, today.")
    reference: str | None = Field(default=None, max_length=140, examples=["Con lo stipendio di ottobre"])


def begin_expense_claim(cmd: BeginExpenseClaim, act: Act, service: Service) -> Answer:
    """Handles `BeginExpenseClaim`. Raises `ClaimBackwards`."""
    stream_id = claim_id(cmd.technician_id, cmd.from_on, cmd.to_on)
    service.preload(stream_id, cmd.technician_id)
    service.load(Technician, cmd.technician_id)
    claim = service.find(ExpenseClaim, stream_id)
    if claim is None:
        claim = ExpenseClaim.open(cmd.technician_id, cmd.from_on, cmd.to_on, act)
        service.save(claim)
    return {"claim_id": claim.id, "state": claim.state.value}


def note_claim_line(cmd: NoteClaimLine, act: Act, service: Service) -> Answer:
    """Handles `NoteClaimLine`. Raises `KilometresMissing` too."""
    claim = service.load(ExpenseClaim, cmd.claim_id)
    if cmd.call_id is not None:
        service.load(Call, cmd.call_id)
    if cmd.vehicle_id is not None:
        service.load(Vehicle, cmd.vehicle_id)
    line_id = cmd.line_id or service.new_id("line")
    told = cmd.model_dump(exclude={"claim_id", "line_id", "amount", "per_km"})
    amount, per_km = _amount(cmd, service)
    claim.note_line(ClaimLine(**told, line_id=line_id, amount=amount, per_km=per_km), act)
    service.save(claim)
    same = claim.twins_of(line_id)
    return {"line_id": line_id, "amount": amount, "warnings": [TWICE] if same else [], "same_as": same}


def _amount(cmd: NoteClaimLine, service: Service) -> tuple[Money, Rate | None]:
    """What the line is about, and the euro per kilometre that it was made from."""
    if cmd.kind is not ExpenseKind.MILEAGE:
        if cmd.amount is None:
            raise KilometresMissing
        return cmd.amount, cmd.per_km
    per_km = cmd.per_km if cmd.per_km is not None else _terms(service, cmd.spent_on).per_km
    if cmd.km is None or per_km is None or cmd.amount is not None:
        raise KilometresMissing
    return euro(mileage(cmd.km, per_km)), per_km


def remove_claim_line(cmd: RemoveClaimLine, act: Act, service: Service) -> None:
    """Handles `RemoveClaimLine`."""
    claim = service.load(ExpenseClaim, cmd.claim_id)
    claim.remove_line(cmd.line_id, act)
    service.save(claim)


def pass_on_claim_line(cmd: PassOnClaimLine, act: Act, service: Service) -> Answer:
    """Handles `PassOnClaimLine`: claim and call in one append. Raises `CallExpenseUnknown` and what the call raises."""
    claim = service.load(ExpenseClaim, cmd.claim_id)
    line = claim.to_pass_on(cmd.line_id)
    known = claim.passed_on.get(cmd.line_id)
    if known is not None or line.call_id is None:
        return {"call_id": line.call_id, "expense_line_id": known}
    call = service.load(Call, line.call_id)
    if cmd.expense_line_id is None:
        _charge(call, line, act)
    else:
        is_free = cmd.expense_line_id in call.expenses and cmd.expense_line_id not in claim.passed_on.values()
        require(is_free, CallExpenseUnknown)
    expense_line_id = cmd.expense_line_id or line.line_id
    claim.pass_on(cmd.line_id, expense_line_id, act)
    service.save(call, claim)
    return {"call_id": call.id, "expense_line_id": expense_line_id}


def _charge(call: Call, line: ClaimLine, act: Act) -> None:
    """The line as an expense of the call, under its own id: a second time it would be the same expense."""
    expense = Expense(
        line_id=line.line_id,
        item=PASSED_ON_AS[line.kind],
        description=line.description or line.kind.value,
        unit_cost=line.net.amount,
        activity_id=line.activity_id,
    )
    call.note_expense(expense, act)


def submit_expense_claim(cmd: SubmitExpenseClaim, act: Act, service: Service) -> Answer:
    """Handles `SubmitExpenseClaim`."""
    claim = service.load(ExpenseClaim, cmd.claim_id)
    claim.submit(_by_day(claim, service), act)
    service.save(claim)
    return {"total": claim.total}


def approve_expense_claim(cmd: ApproveExpenseClaim, act: Act, service: Service) -> Answer:
    """Handles `ApproveExpenseClaim`."""
    claim = service.load(ExpenseClaim, cmd.claim_id)
    refused = {one.line_id: one.reason for one in cmd.refused}
    approver, terms = _technician_of(act, service), _by_day(claim, service)
    claim.approve(refused, terms, act, approver=approver, over_limit=cmd.over_limit)
    service.save(claim)
    return {"state": claim.state.value, "to_pay": claim.to_pay}


def reject_expense_claim(cmd: RejectExpenseClaim, act: Act, service: Service) -> None:
    """Handles `RejectExpenseClaim`."""
    claim = service.load(ExpenseClaim, cmd.claim_id)
    claim.reject(cmd.reason, act, approver=_technician_of(act, service))
    service.save(claim)


def pay_expense_claim(cmd: PayExpenseClaim, act: Act, service: Service) -> Answer:
    """Handles `PayExpenseClaim`."""
    claim = service.load(ExpenseClaim, cmd.claim_id)
    claim.pay(cmd.paid_on or rome_date(act.at), cmd.reference, act)
    service.save(claim)
    return {"paid": claim.to_pay}


def _technician_of(act: Act, service: Service) -> UUID | None:
    """The technician that the acting user is, if they are one."""
    try:
        user = service.find(User, UUID(act.by.removeprefix("user:")))
    except ValueError:
        return None
    return user.details.technician_id if user else None


def _by_day(claim: ExpenseClaim, service: Service) -> dict[date, ExpenseTerms]:
    return {day: _terms(service, day) for day in {line.spent_on for line in claim.lines.values()}}


def _terms(service: Service, day: date) -> ExpenseTerms:
    company_id = service.lookups.company_id()
    company = service.find(Company, company_id) if company_id else None
    parameters = company.parameters_on(day) if company else DEFAULT_PARAMETERS
    return parameters.expenses or ExpenseTerms()
