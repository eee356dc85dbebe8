"""What takes a technician's time when the log refuses a visit (tempo occupato): asked only then, and named."""

from __future__ import annotations

from aggregates.absence import Commitment
from aggregates.base import Refusal, SlotTaken
from aggregates.call_refusals import TakenByAbsence, TakenByVisit
from commands.base import Service


def tell_what_is_in_the_way(service: Service) -> None:
    """Let a refused claim name the visit or the absence in its way, unless the command has words of its own."""
    if service.when_taken is None:
        service.when_taken = lambda: _refusal(service)


def _refusal(service: Service) -> Refusal:
    """The earliest thing in the way that the views know; without one, only that the time is taken."""
    slots = [claim.slot for claim in service.claimed]
    whole = {"starts_at": min(s.starts_at for s in slots), "ends_at": max(s.ends_at for s in slots)}
    found = _found(service)
    if found is None:
        return SlotTaken(**whole)
    taken = {"from_at": found.slot.starts_at, "to_at": found.slot.ends_at, **whole}
    if found.activity_id is None:
        return TakenByAbsence(**taken)
    told = {"number": found.number or "", "call_id": found.record_id, "activity_id": found.activity_id}
    return TakenByVisit(**taken, **told)


def _found(service: Service) -> Commitment | None:
    own = {claim.claim_id for claim in service.claimed}
    found = [
        one
        for claim in service.claimed
        if claim.exclusive
        for one in service.lookups.commitments_of(claim.resource_id, [claim.slot])
        if one.activity_id not in own
    ]
    return min(found, key=lambda one: (one.slot.starts_at, str(one.record_id)), default=None)
