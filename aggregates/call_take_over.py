"""Taking a call over (presa in autonomia): a technician takes a call that nobody has, if they can do it (AGE-2)."""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Act, Refusal, require
from aggregates.call import Call
from aggregates.call_refusals import SkillMissing
from aggregates.call_values import CallStatus
from aggregates.technician import TechnicianProfile


class CallAlreadyTaken(Refusal):
    """The call is already {who}'s; look at the triage queue for another one, or ask them to hand it over."""


class TechnicianUnknown(Refusal):
    """Say which technician takes the call over; your user is none."""

    status = 422


class ContractorsAreOffered(Refusal):
    """Contractors are offered visits by a dispatcher and cannot take calls over; ask for an offer."""

    status = 403


def holder_of(call: Call) -> UUID | str | None:
    """Who has a call: a technician by id, a user by `user:...`; None while it is nobody's."""
    on_agenda = (one.technician_id for one in call.activities.values() if one.on_agenda)
    return call.taken_by or next(on_agenda, None) or call.operators.get(None)


def is_of(call: Call, technician_id: UUID) -> bool:
    """Whether the call is this technician's already."""
    return call.taken_by == technician_id


def take_over(call: Call, technician: TechnicianProfile, holder: str | None, act: Act) -> None:
    """Make an unassigned call this technician's; one that is theirs stays so. `holder` names who else has it.

    Raises `ContractorsAreOffered`, `CallAlreadyTaken`, `SkillMissing`, and as `Call.take_charge`.
    """
    require(not technician.external, ContractorsAreOffered)
    if is_of(call, technician.id):
        return
    is_free = call.status is CallStatus.OPEN and holder_of(call) is None
    is_over = call.status in (CallStatus.CLOSED, CallStatus.CANCELLED)
    require(is_free or is_over, CallAlreadyTaken, who=holder or "?")
    require(call.skill is None or call.skill in technician.skills, SkillMissing, skill=call.skill)
    call.take_charge(technician.id, act)
