"""What people may ask about a call as a whole (chiamate): open it, answer for it, pause it, close it, open it again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_refusals import CallExists, PriorityUnclear
from aggregates.call_values import Channel, CloseOutcome
from aggregates.coverage import CallAbout, Coverage, ServiceTerms
from aggregates.rules.priority import Level, PriorityMatrix, decided
from aggregates.rules.service_level import Clock, PauseReason
from aggregates.values import PersonRef, Value, rome_date
from commands.base import Answer, Command, Service
from commands.call_defect import APPEARED, appeared, coverage_anew
from commands.call_parts import release_parts
from commands.hour_pool_draws import draw_for_call, give_back_for_call
from commands.words import Words

ALSO_OPEN = "machine-on-another-open-call"


class Caller(Value):
    """Who called, in words."""

    person_id: UUID | None = Field(default=None, description="The contact's id, when it is a person already known.")
    name: Words = Field(min_length=1, examples=["Mario, della mensa"])
    phone: str | None = Field(default=None, examples=["0543 123456"])
    email: str | None = None


class OpenCall(Command):
    """Open a call. Coverage and service levels are decided now, once, and kept with their reason."""

    call_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    party_id: UUID | None = Field(
        default=None, description="The customer; left out, the site's or machine's; of nobody known, give the caller."
    )
    caller: Caller | None = None
    site_id: UUID | None = Field(default=None, description="Left out, where the first machine stands, if it is theirs.")
    serial_item_ids: tuple[UUID, ...] = Field(default=(), description="The machines it is about: none, one, several.")
    fault: str = Field(max_length=4000, examples=["Non carica acqua, perde da sotto"])
    appeared_on: date | None = Field(default=None, description=APPEARED)
    channel: Channel = Channel.PHONE
    reported_through: UUID | None = Field(default=None, description="The party that passed the request on.")
    customer_reference: str | None = Field(default=None, max_length=60, description="The customer's own number.")
    impact: Level = Level.MEDIUM
    urgency: Level = Level.MEDIUM
    priority: Level | None = Field(
        default=None, description="Given, or made from impact and urgency, or the contract's where neither is told."
    )
    skill: str | None = Field(default=None, description="What its technician must be able to do.", examples=["GAS"])
    number: str | None = Field(default=None, max_length=20, description="Only for a call brought from another system.")
    service: ServiceTerms | None = Field(
        default=None, description="Service agreed for this call alone; left out, the contract's or the company's."
    )


class TakeCharge(Command):
    """Answer for a call (presa in carico), as a technician or for the office."""

    call_id: UUID
    technician_id: UUID | None = None


class ChangePriority(Command):
    """Change how urgent a call is; targets still open are counted anew from the opening."""

    call_id: UUID
    impact: Level | None = None
    urgency: Level | None = None
    priority: Level | None = Field(default=None, description="Given, or made from impact and urgency.")


class DecideCoverageAgain(Command):
    """Have a call's coverage decided once more, as of its opening; the reason stays on the call."""

    call_id: UUID
    reason: Words = Field(min_length=1, examples=["Contratto registrato in ritardo"])
    appeared_on: date | None = Field(default=None, description=f"{APPEARED} Left out here, as said before.")


class PauseCall(Command):
    """Let the clocks of a call stand still, for one of the reasons that allow it."""

    call_id: UUID
    reason: PauseReason
    note: str | None = None


class ResumeCall(Command):
    """End the pause of a call."""

    call_id: UUID


class RestoreService(Command):
    """Record that the customer can work again, perhaps by a workaround."""

    call_id: UUID
    workaround: bool = False
    note: str | None = None


class CloseCall(Command):
    """Close a call; visits without a report and open pauses must be settled first."""

    call_id: UUID
    outcome: CloseOutcome = CloseOutcome.SOLVED
    solution: str | None = Field(default=None, max_length=4000, examples=["Sostituita elettrovalvola"])


class ReopenCall(Command):
    """Take up again a call that was closed or cancelled too early."""

    call_id: UUID
    reason: Words = Field(min_length=1, examples=["Il guasto si è ripresentato"])


class CancelCall(Command):
    """Withdraw a call before anybody worked on it."""

    call_id: UUID
    reason: Words = Field(min_length=1, examples=["Il cliente ha risolto da solo"])


class AddCallNote(Command):
    """Write something down on a call."""

    call_id: UUID
    note_id: UUID | None = None
    text: Words = Field(min_length=1, max_length=4000)


class NoteServiceLevel(Command):
    """Record that a share of a clock's target was used up; given by the duty that watches service levels."""

    call_id: UUID
    clock: Clock
    percent: int = Field(examples=[50, 75, 100])


def open_call(cmd: OpenCall, act: Act, service: Service) -> Answer:
    """Handles `OpenCall`. The same call under the same id again records nothing; another one raises `CallExists`.

    Other open calls about the same machines are told in the answer: nothing forbids two.
    """
    call_id = cmd.call_id or service.new_id()
    known = service.find(Call, call_id) if cmd.call_id else None
    if known is not None:
        is_same = cmd.party_id in (None, known.party_id) and known.fault == cmd.fault.strip()
        require(is_same, CallExists, call_id=str(call_id))
        return {"call_id": call_id}
    day = rome_date(act.at)
    about = CallAbout(cmd.serial_item_ids, cmd.party_id, cmd.site_id, day, appeared(cmd.appeared_on, day))
    found = service.lookups.opening_for(about)
    whose = cmd.model_copy(update={"party_id": found.party_id, "site_id": found.site_id})
    call = opened_call(call_id, whose, found.coverage, act, service)
    service.save(call)
    others = found.open_calls
    return {"call_id": call_id, **({"warnings": [ALSO_OPEN], "open_calls": list(others)} if others else {})}


def opened_call(
    call_id: UUID, cmd: OpenCall, coverage: Coverage, act: Act, service: Service, *, said: str | None = None
) -> Call:
    """The call as the command tells it, under a coverage; `said` is what the caller is still to be identified by."""
    if cmd.service is not None:
        coverage = coverage.model_copy(update={"service": cmd.service})
    told = cmd.model_fields_set
    priority, priority_from = decided(
        cmd.priority,
        cmd.impact if "impact" in told else None,
        cmd.urgency if "urgency" in told else None,
        coverage.service.priority,
    )
    return Call.open(
        call_id,
        cmd.fault,
        coverage,
        act,
        number=cmd.number,
        party_id=cmd.party_id,
        site_id=cmd.site_id,
        caller=_person(cmd.caller, service),
        serial_item_ids=cmd.serial_item_ids,
        channel=cmd.channel,
        reported_through=cmd.reported_through,
        customer_reference=cmd.customer_reference,
        impact=cmd.impact,
        urgency=cmd.urgency,
        priority=priority,
        priority_from=priority_from,
        skill=cmd.skill,
        said=said,
    )


def _person(caller: Caller | None, service: Service) -> PersonRef | None:
    if caller is None:
        return None
    return PersonRef(
        person_id=caller.person_id or service.new_id("caller"),
        name=caller.name,
        phone=caller.phone,
        email=caller.email,
    )


def take_charge(cmd: TakeCharge, act: Act, service: Service) -> None:
    """Handles `TakeCharge`."""
    call = service.load(Call, cmd.call_id)
    call.take_charge(cmd.technician_id, act)
    service.save(call)


def change_priority(cmd: ChangePriority, act: Act, service: Service) -> None:
    """Handles `ChangePriority`. Raises `PriorityUnclear` when nothing is given."""
    require(any((cmd.impact, cmd.urgency, cmd.priority)), PriorityUnclear)
    call = service.load(Call, cmd.call_id)
    impact, urgency = cmd.impact or call.impact, cmd.urgency or call.urgency
    call.change_priority(impact, urgency, cmd.priority or PriorityMatrix().priority(impact, urgency), act)
    service.save(call)


def decide_coverage_again(cmd: DecideCoverageAgain, act: Act, service: Service) -> None:
    """Handles `DecideCoverageAgain`; hours drawn under the former coverage are given back."""
    call = service.load(Call, cmd.call_id)
    coverage = coverage_anew(service, call, cmd.appeared_on)
    is_other = coverage != call.coverage
    call.decide_coverage_again(coverage, act.model_copy(update={"why": cmd.reason}))
    call.take_agreed_priority(act)
    service.save(call)
    if is_other:
        give_back_for_call(service, call, act)


def pause_call(cmd: PauseCall, act: Act, service: Service) -> None:
    """Handles `PauseCall`."""
    call = service.load(Call, cmd.call_id)
    call.pause(cmd.reason, cmd.note, act)
    service.save(call)


def resume_call(cmd: ResumeCall, act: Act, service: Service) -> None:
    """Handles `ResumeCall`."""
    call = service.load(Call, cmd.call_id)
    call.resume(act)
    service.save(call)


def restore_service(cmd: RestoreService, act: Act, service: Service) -> None:
    """Handles `RestoreService`."""
    call = service.load(Call, cmd.call_id)
    call.restore(cmd.workaround, cmd.note, act)
    service.save(call)


def close_call(cmd: CloseCall, act: Act, service: Service) -> None:
    """Handles `CloseCall`; parts still promised to the call are free again, hours that pay for it are drawn."""
    call = service.load(Call, cmd.call_id)
    call.close(cmd.outcome, cmd.solution, act)
    service.save(call)
    release_parts(call, act, service)
    draw_for_call(service, call, act)


def reopen_call(cmd: ReopenCall, act: Act, service: Service) -> None:
    """Handles `ReopenCall`."""
    call = service.load(Call, cmd.call_id)
    call.reopen(cmd.reason, act)
    service.save(call)


def cancel_call(cmd: CancelCall, act: Act, service: Service) -> None:
    """Handles `CancelCall`; parts promised to the call are free again (R11.2)."""
    call = service.load(Call, cmd.call_id)
    call.cancel(cmd.reason, act)
    service.save(call)
    release_parts(call, act, service)


def add_call_note(cmd: AddCallNote, act: Act, service: Service) -> Answer:
    """Handles `AddCallNote`."""
    call = service.load(Call, cmd.call_id)
    note_id = cmd.note_id or service.new_id("note")
    call.add_note(note_id, cmd.text, act)
    service.save(call)
    return {"note_id": note_id}


def note_service_level(cmd: NoteServiceLevel, act: Act, service: Service) -> None:
    """Handles `NoteServiceLevel`."""
    call = service.load(Call, cmd.call_id)
    call.note_service_level(cmd.clock, cmd.percent, act)
    service.save(call)
