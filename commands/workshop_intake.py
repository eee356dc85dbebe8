"""What people may ask at the workshop's counter (accettazione): something is taken in, with its call, in one stroke."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_values import LIVE, Channel
from aggregates.coverage import CallAbout
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rules.priority import Level
from aggregates.serial_item import SerialItem
from aggregates.values import Money, PersonRef, rome_date
from aggregates.workshop_job import WorkshopJob
from aggregates.workshop_values import (
    AccessNote,
    ContactChannel,
    HandedIn,
    JobCallWrong,
    JobExists,
    Promise,
    WhatMissing,
    WhoMissing,
)
from commands.base import Answer, Command, Service
from commands.call import Caller, OpenCall, opened_call


class TakeIn(Command):
    """Take something in at the counter, in one stroke: whose, what, what came with it, what was agreed.

    It opens a call, or joins the one that is named; its receipt is printed for the customer to sign. A machine that
    is known brings its product and serial number along.
    """

    job_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    call_id: UUID | None = Field(default=None, description="A call that is open; left out, a new one is opened.")
    party_id: UUID | None = Field(default=None, description="The customer; or leave it out and say who brings it.")
    bringer: Caller | None = Field(default=None, description="Who stands at the counter.")
    serial_item_id: UUID | None = None
    description: str | None = Field(default=None, max_length=500, examples=["Stampante Ricoh SP 311"])
    serial: str | None = Field(default=None, max_length=60)
    fault: str = Field(min_length=1, max_length=4000, examples=["Non si accende"])
    accessories: tuple[str, ...] = Field(default=(), examples=[["Alimentatore", "Borsa"]])
    damage: str | None = Field(default=None, max_length=2000, examples=["Sportello graffiato"])
    access_words: str | None = Field(
        default=None, max_length=200, description="Password or PIN; kept under its own key."
    )
    estimate_limit: Money | None = None
    promised_on: date | None = None
    priority: Level = Level.MEDIUM
    contact: ContactChannel = ContactChannel.PHONE
    place: str | None = Field(default=None, max_length=60, examples=["Scaffale B3"])
    rma_id: UUID | None = Field(default=None, description="The authorised return that it comes with.")
    skill: str | None = None
    number: str | None = Field(default=None, max_length=20, description="Only for a job brought from another system.")


def take_in(cmd: TakeIn, act: Act, service: Service) -> Answer:
    """Handles `TakeIn`: call and job in one append.

    The same job under the same id again records nothing. Raises `WhatMissing`, `WhoMissing`, `JobExists`,
    `JobCallWrong` and what opening a call raises. Other open calls about the machine are told in the answer.
    """
    job_id = cmd.job_id or service.new_id()
    service.preload(*[one for one in (job_id, cmd.call_id, cmd.serial_item_id, cmd.rma_id) if one])
    known = service.find(WorkshopJob, job_id)
    if known is not None:
        same = (known.handed_in.serial_item_id, known.handed_in.fault) == (cmd.serial_item_id, cmd.fault.strip())
        require(same, JobExists)
        return {"job_id": job_id, "call_id": known.call_id}
    handed_in = _handed_in(cmd, service)
    bringer = person_of(cmd.bringer, service) if cmd.bringer else None
    call, others = _call(cmd, bringer, act, service)
    job = WorkshopJob.take_in(
        job_id,
        call.id,
        handed_in,
        Promise(promised_on=cmd.promised_on, priority=cmd.priority),
        act,
        party_id=cmd.party_id or call.party_id,
        bringer=bringer,
        place=cmd.place,
        number=cmd.number,
    )
    service.save(call, job)
    return {"job_id": job_id, "call_id": call.id, "open_calls": list(others)}


def _handed_in(cmd: TakeIn, service: Service) -> HandedIn:
    machine = service.load(SerialItem, cmd.serial_item_id) if cmd.serial_item_id else None
    rma = service.load(Rma, cmd.rma_id) if cmd.rma_id else None
    description = cmd.description or (machine.details.product if machine else None)
    if description is None or not description.strip():
        raise WhatMissing
    words = cmd.access_words
    told = cmd.model_dump(include={"serial_item_id", "accessories", "damage", "contact"})
    return HandedIn(
        **told,
        description=description.strip(),
        serial=cmd.serial or (machine.number if machine else None),
        fault=cmd.fault.strip(),
        estimate_limit=cmd.estimate_limit,
        access=AccessNote(note_id=service.new_id("access"), words=words) if words else None,
        rma=RecordRef(kind="rma", id=rma.id, number=rma.number) if rma else None,
    )


def _call(cmd: TakeIn, bringer: PersonRef | None, act: Act, service: Service) -> tuple[Call, tuple[str, ...]]:
    """The call that the job belongs to, and the numbers of others that are open about the same machine."""
    if cmd.call_id is not None:
        call = service.load(Call, cmd.call_id)
        is_theirs = cmd.party_id is None or call.party_id is None or call.party_id == cmd.party_id
        require(call.status in LIVE and is_theirs, JobCallWrong)
        return call, ()
    require(cmd.party_id is not None or bringer is not None, WhoMissing)
    items = (cmd.serial_item_id,) if cmd.serial_item_id else ()
    found = service.lookups.opening_for(CallAbout(items, cmd.party_id, None, rome_date(act.at)))
    asked = OpenCall(
        party_id=cmd.party_id,
        caller=Caller(**bringer.model_dump()) if bringer else None,
        serial_item_ids=items,
        fault=cmd.fault,
        channel=Channel.COUNTER,
        priority=cmd.priority,
        skill=cmd.skill,
    )
    return opened_call(service.new_id("call"), asked, found.coverage, act, service), tuple(found.open_calls)


def person_of(caller: Caller, service: Service) -> PersonRef:
    """Who stands at the counter; somebody not known gets an id of their own."""
    person_id = caller.person_id or service.new_id("person")
    return PersonRef(person_id=person_id, **caller.model_dump(exclude={"person_id"}))
