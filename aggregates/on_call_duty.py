"""OnCallDuty (reperibilità): a time in which a technician may be called outside working hours.

The log holds it too, apart from the technician's working time: one technician has no two duties at once, and may well
be sent to a customer during one.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, Claim, FirstEvent, Refusal, event, require
from aggregates.values import Slot

LONGEST_DAYS = 31


class OnCallTooLong(Refusal):
    """A duty may last {days} days at most; enter the rest as another one."""

    status = 422


class OnCallAlready(Refusal):
    """This technician is already on call in that time; remove the other duty first."""


class OnCallDuty(Aggregate):
    """A technician on call from an instant to another."""

    TOPIC = "on-call-duty"

    class Set(FirstEvent):
        """The technician may be called."""

        TOPIC = "on-call-duty.set.v1"
        technician_id: UUID
        slot: Slot
        note: str | None = None

        def claims(self) -> tuple[Claim, ...]:
            """The technician's time on call, which is not their working time."""
            duties = uuid5(self.technician_id, "on-call")
            return (Claim(claim_id=self.stream_id, resource_id=duties, slot=self.slot),)

    class Removed(Aggregate.Event):
        """The technician is not on call after all."""

        TOPIC = "on-call-duty.removed.v1"

        def releases(self) -> tuple[UUID, ...]:
            """The time on call."""
            return (self.stream_id,)

    # Decide

    @classmethod
    def set(cls, duty_id: UUID, technician_id: UUID, slot: Slot, act: Act, note: str | None = None) -> OnCallDuty:
        """Put a technician on call; the log refuses a second duty at once. Raises `OnCallTooLong`."""
        require(slot.minutes <= LONGEST_DAYS * 24 * 60, OnCallTooLong, days=LONGEST_DAYS)
        return cls.begin(cls.Set, id=duty_id, act=act, technician_id=technician_id, slot=slot, note=note)

    def remove(self, act: Act) -> None:
        """Take the duty back; again it records nothing."""
        if not self.removed:
            self.trigger_event(self.Removed, act=act)

    # Evolve

    @event(Set)
    def __init__(self, technician_id: UUID, slot: Slot, note: str | None) -> None:
        self.technician_id, self.slot, self.note, self.removed = technician_id, slot, note, False

    @event(Removed)
    def _removed(self) -> None:
        self.removed = True
