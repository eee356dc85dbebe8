"""What may be asked about contractors' visits (terzisti): offer, accept or decline, withdraw, approve what was done."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_values import LIVE, ChargeItem, Expense
from aggregates.contractor_work import ContractorWork, NotAContractor, OfferedVisit, contractor_work_id
from aggregates.rules.contractor_cost import ContractorTerms
from aggregates.technician import Technician
from aggregates.values import Instant
from commands.base import Answer, Command, Service
from commands.words import Words

USUAL_ANSWER = timedelta(days=1)


class OfferToContractor(Command):
    """Offer a visit on an outside technician's agenda to them, at an agreed cost, to be answered by an instant."""

    call_id: UUID
    activity_id: UUID
    terms: ContractorTerms
    answer_by: Instant | None = Field(default=None, description="Left out, a day from now.")


class AcceptVisit(Command):
    """The contractor takes the visit; the terms offered are frozen."""

    work_id: UUID


class DeclineVisit(Command):
    """The contractor does not take the visit; it is off their agenda and to be planned again."""

    work_id: UUID
    reason: Words = Field(min_length=1, max_length=500, examples=["In ferie"])


class WithdrawOffer(Command):
    """Ask the contractor no more; the visit stays where it is."""

    work_id: UUID
    reason: Words = Field(min_length=1, max_length=500, examples=["Va un nostro tecnico"])


class ApproveContractorWork(Command):
    """Approve what a contractor did: we owe the agreed cost, and the call has it as an expense of third parties."""

    work_id: UUID


def offer_to_contractor(cmd: OfferToContractor, act: Act, service: Service) -> Answer:
    """Handles `OfferToContractor`. Raises `NotAssigned`, `NotAContractor`, `TermsEmpty`."""
    call = service.load(Call, cmd.call_id)
    technician_id, _ = call.assignment(cmd.activity_id)
    technician = service.load(Technician, technician_id)
    require(technician.details.external, NotAContractor, name=technician.details.name)
    offer = OfferedVisit(
        call_id=call.id,
        activity_id=cmd.activity_id,
        technician_id=technician_id,
        terms=cmd.terms,
        answer_by=cmd.answer_by or act.at + USUAL_ANSWER,
    )
    work = service.find(ContractorWork, contractor_work_id(cmd.activity_id, technician_id))
    if work is None:
        work = ContractorWork.offer_visit(offer, act)
    else:
        work.offer_again(offer, act)
    service.save(work)
    return {"work_id": work.id, "answer_by": offer.answer_by}


def accept_visit(cmd: AcceptVisit, act: Act, service: Service) -> None:
    """Handles `AcceptVisit`."""
    work = service.load(ContractorWork, cmd.work_id)
    work.accept(act)
    service.save(work)


def decline_visit(cmd: DeclineVisit, act: Act, service: Service) -> None:
    """Handles `DeclineVisit`: offer and agenda change in one append."""
    work = service.load(ContractorWork, cmd.work_id)
    work.decline(cmd.reason, act)
    call = service.load(Call, work.offer.call_id)
    activity = call.activities[work.offer.activity_id]
    if call.status in LIVE and activity.technician_id == work.offer.technician_id:
        call.unassign(activity.activity_id, cmd.reason, act)
        service.save(call)
    service.save(work)


def withdraw_offer(cmd: WithdrawOffer, act: Act, service: Service) -> None:
    """Handles `WithdrawOffer`."""
    work = service.load(ContractorWork, cmd.work_id)
    work.withdraw(cmd.reason, act)
    service.save(work)


def approve_contractor_work(cmd: ApproveContractorWork, act: Act, service: Service) -> Answer:
    """Handles `ApproveContractorWork`: on a call that is over, the cost stands in the contractor's statement alone."""
    work = service.load(ContractorWork, cmd.work_id)
    call = service.load(Call, work.offer.call_id)
    performed = call.performed.get(work.offer.activity_id)
    is_live = call.status in LIVE
    line_id = service.new_id("expense") if is_live else None
    before = work.total
    work.approve(performed, act, expense_line_id=line_id)
    if before is None and line_id is not None and performed is not None:
        name = service.load(Technician, work.offer.technician_id).details.name
        expense = Expense(
            line_id=line_id,
            item=ChargeItem.THIRD_PARTIES,
            description=name,
            unit_cost=work.total or Decimal(0),
            activity_id=work.offer.activity_id,
        )
        call.note_expense(expense, act)
        service.save(call)
    service.save(work)
    return {"work_id": work.id, "total": str(work.total), "on_call": is_live}
