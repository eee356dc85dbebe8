"""Further stretches of time of one visit (impegno): a second technician, a second day."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from pydantic import Field

from aggregates.base import Claim
from aggregates.values import Slot, Value

LONGEST_TRAVEL_MINUTES = 12 * 60


class Booking(Value):
    """One technician's stretch of a visit beside the visit's own; `booking_id` is also the id of its claim."""

    booking_id: UUID
    technician_id: UUID
    slot: Slot
    travel_minutes: int = Field(default=0, ge=0, le=LONGEST_TRAVEL_MINUTES)
    """The way there, before the slot."""
    helper: bool = False
    """Comes along without the visit's skill."""
    override: str | None = None
    arrived: bool = False

    def claim(self) -> Claim:
        """The technician's time, the way there included."""
        return time_claim(self.booking_id, self.technician_id, self.slot, self.travel_minutes, self.override)


def time_claim(claim_id: UUID, technician_id: UUID, slot: Slot, travel_minutes: int, override: str | None) -> Claim:
    """A technician's time from setting out to the end of the slot; an override takes it though it may be taken."""
    leaves_at = slot.starts_at - timedelta(minutes=travel_minutes)
    whole = Slot(starts_at=leaves_at, ends_at=slot.ends_at)
    return Claim(claim_id=claim_id, resource_id=technician_id, slot=whole, exclusive=override is None)
