"""What people may ask at the call desk (banco chiamate): calls taken in one stroke, identified, handed over, merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_refusals import CallExists
from aggregates.call_values import CloseOutcome
from aggregates.coverage import CallAbout
from aggregates.desk_answer import CallStanding, DeskAnswer, Meant, Named, meant
from aggregates.party import Party
from aggregates.serial_item import SerialItem
from aggregates.user import User
from aggregates.values import rome_date
from commands.base import Answer, Command, NotFound, Service
from commands.call import OpenCall, opened_call
from commands.call_defect import APPEARED, appeared, coverage_with
from commands.call_parts import release_parts
from commands.call_work import LogPhoneActivity, log_phone_activity
from commands.hour_pool_draws import give_back_for_call
from commands.words import Words


class TakeCall(OpenCall):
    """Take a call while the telephone is held: who called in words, what they said to be known by, what is wrong.

    What was said (a part of a serial number, a name, a telephone number) counts only where it can mean nothing else;
    otherwise the call is opened with the words kept, to be identified later, and the answer lists who may be meant. The
    answer also says what to tell the caller: covered, blocked, hours left, arrears, calls already open.
    """

    said: str | None = Field(default=None, max_length=200, examples=["SN-00123"])
    solved_on_phone: Words | None = Field(
        default=None, min_length=1, max_length=4000, description="What solved it: logs the time and closes the call."
    )
    minutes: int = Field(default=10, ge=1, description="Length of the phone call that solved it, ended now.")
    technician_id: UUID | None = Field(default=None, description="Who solved it, when a technician did.")


class IdentifyCall(Command):
    """Say whose call it is, where and about which machines; coverage is decided then, with a reason if once more."""

    call_id: UUID
    party_id: UUID
    site_id: UUID | None = None
    serial_item_ids: tuple[UUID, ...] = ()
    appeared_on: date | None = Field(default=None, description=f"{APPEARED} Left out here, as said before.")
    reason: Words | None = Field(
        default=None, min_length=1, examples=["Il chiamante era il manutentore del condominio"]
    )


class ChangeCallItems(Command):
    """Add machines to a call or take them off; coverage of those added is decided now, as of the call's opening."""

    call_id: UUID
    add: tuple[UUID, ...] = ()
    remove: tuple[UUID, ...] = ()
    reason: Words = Field(min_length=1, examples=["Anche la seconda stampante è ferma"])


class HandOverCall(Command):
    """Hand a call, or one activity of it, to another operator with a note: that one answers for it from now on."""

    call_id: UUID
    user_id: UUID
    note: Words = Field(min_length=1, max_length=4000, examples=["Richiamare dopo le 15 per il codice d'errore"])
    activity_id: UUID | None = None


class MergeCall(Command):
    """Merge a duplicate into the call that goes on; its caller, notes and machines go along, it charges nothing."""

    call_id: UUID
    survivor_id: UUID
    reason: Words = Field(default="Doppione", min_length=1)


def take_call(cmd: TakeCall, act: Act, service: Service) -> Answer:
    """Handles `TakeCall`. The same call under the same id again records nothing; another one raises `CallExists`.

    Raises `DefectInTheFuture`.
    """
    call_id = cmd.call_id or service.new_id()
    known = service.find(Call, call_id) if cmd.call_id else None
    if known is not None:
        require(known.fault == cmd.fault.strip(), CallExists, call_id=str(call_id))
        return {"call_id": call_id}
    found, who = _who(cmd, service)
    day = rome_date(act.at)
    about = CallAbout(who.serial_item_ids, who.party_id, who.site_id, day, appeared(cmd.appeared_on, day))
    answer = service.lookups.desk_answer(about)
    whose = who.model_copy(update={"party_id": answer.party_id, "site_id": answer.site_id})
    unknown = cmd.said if answer.party_id is None else None
    call = opened_call(call_id, whose, answer.coverage, act, service, said=unknown)
    service.save(call)
    if cmd.solved_on_phone is not None:
        _solve(cmd, call_id, act, service)
    return {
        "call_id": call_id,
        "number": cmd.number,
        "status": call.status.value,
        "identified": answer.party_id is not None,
        "candidates": [one.model_dump(mode="json") for one in found if answer.party_id is None],
        **answer.told(),
        "already_open": already_open(answer, whose.serial_item_ids),
    }


def already_open(answer: DeskAnswer, serial_item_ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
    """Calls still open on the same machines, or of a customer who named none: perhaps this is one of them again."""
    same: list[CallStanding] = [
        one for one in answer.open_calls if not serial_item_ids or set(one.serial_item_ids) & set(serial_item_ids)
    ]
    return [one.model_dump(mode="json", include={"call_id", "number", "status", "opened_at"}) for one in same]


def _who(cmd: TakeCall, service: Service) -> tuple[Sequence[Named], TakeCall]:
    """Candidates, and the command with customer, site and machine where they are beyond doubt."""
    if cmd.said is None or cmd.party_id or cmd.site_id or cmd.serial_item_ids:
        return (), cmd
    found = service.lookups.named(cmd.said)
    who: Meant | None = meant(cmd.said, found)
    if who is None:
        return found, cmd
    items = (who.serial_item_id,) if who.serial_item_id else ()
    return found, cmd.model_copy(update={"party_id": who.party_id, "site_id": who.site_id, "serial_item_ids": items})


def _solve(cmd: TakeCall, call_id: UUID, act: Act, service: Service) -> None:
    solved = LogPhoneActivity(
        call_id=call_id,
        technician_id=cmd.technician_id,
        minutes=cmd.minutes,
        text=cmd.solved_on_phone or "",
        close=CloseOutcome.SOLVED,
    )
    log_phone_activity(solved, act, service)


def identify_call(cmd: IdentifyCall, act: Act, service: Service) -> Answer:
    """Handles `IdentifyCall`; hours drawn under the former coverage are given back. Raises `DefectInTheFuture`."""
    service.preload(cmd.call_id, cmd.party_id, *cmd.serial_item_ids)
    call, party = service.load(Call, cmd.call_id), service.load(Party, cmd.party_id)
    require(cmd.site_id is None or cmd.site_id in party.sites, NotFound, kind="Site", id=str(cmd.site_id))
    for key in cmd.serial_item_ids:
        service.load(SerialItem, key)
    day = rome_date(call.opened_at)
    told = appeared(cmd.appeared_on, day) or call.coverage.appeared_on
    about = CallAbout(cmd.serial_item_ids, cmd.party_id, cmd.site_id, day, told)
    answer = service.lookups.desk_answer(about)
    before = call.coverage
    reason = cmd.reason or (None if call.party_id else "Chiamata identificata")
    act_why = act.model_copy(update={"why": reason or act.why})
    call.identify(cmd.party_id, answer.site_id, cmd.serial_item_ids, answer.coverage, act_why)
    call.take_agreed_priority(act_why)
    service.save(call)
    if call.coverage != before:
        give_back_for_call(service, call, act)
    others = [one for one in answer.open_calls if one.call_id != call.id]
    known = answer.model_copy(update={"open_calls": tuple(others)})
    return {**known.told(), "already_open": already_open(known, cmd.serial_item_ids)}


def change_call_items(cmd: ChangeCallItems, act: Act, service: Service) -> None:
    """Handles `ChangeCallItems`."""
    service.preload(cmd.call_id, *cmd.add)
    call = service.load(Call, cmd.call_id)
    for key in cmd.add:
        service.load(SerialItem, key)
    wanted = [key for key in dict.fromkeys((*call.serial_item_ids, *cmd.add)) if key not in cmd.remove]
    call.change_items(wanted, coverage_with(service, call, wanted), act.model_copy(update={"why": cmd.reason}))
    service.save(call)


def hand_over_call(cmd: HandOverCall, act: Act, service: Service) -> None:
    """Handles `HandOverCall`."""
    call = service.load(Call, cmd.call_id)
    service.load(User, cmd.user_id)
    call.hand_over(f"user:{cmd.user_id}", service.new_id("note"), cmd.note, act, cmd.activity_id)
    service.save(call)


def merge_call(cmd: MergeCall, act: Act, service: Service) -> Answer:
    """Handles `MergeCall`: both calls in one append; parts promised to the duplicate are free again (R11.2)."""
    service.preload(cmd.call_id, cmd.survivor_id)
    duplicate, survivor = service.load(Call, cmd.call_id), service.load(Call, cmd.survivor_id)
    number = survivor.number or service.lookups.call_number(survivor.id)
    answer: dict[str, Any] = {"survivor_id": survivor.id, "number": number}
    if duplicate.merged_into == survivor.id:
        return answer
    survivor.check_absorbs(duplicate)
    why = act.model_copy(update={"why": act.why or cmd.reason})
    added = survivor.new_from(duplicate)
    coverage = coverage_with(service, survivor, (*survivor.serial_item_ids, *added)) if added else None
    duplicate_number = duplicate.number or service.lookups.call_number(duplicate.id)
    duplicate.merge_into(survivor, number, why)
    survivor.absorb(duplicate, duplicate_number, coverage, why)
    service.save(survivor, duplicate)
    release_parts(duplicate, act, service)
    return {**answer, "merged": duplicate_number}
