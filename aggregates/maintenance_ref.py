"""What a call knows of the maintenance it was made for (riferimento alla manutenzione)."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID

from aggregates.because import Because
from aggregates.values import Value


class OccurrenceRef(Value):
    """One due service of one machine: `key` tells it from the others of its plan and machine."""

    serial_item_id: UUID
    key: str
    plan_id: UUID | None = None
    """Of another plan than the call's own, when one visit serves several plans."""
    protocol: str | None = None
    """Of that other plan; for the call's own plan see `MaintenanceRef.protocol`."""


class MaintenanceRef(Value):
    """Which plan made a call, for which occurrences, and between which days it is to be done."""

    plan_id: UUID
    plan_code: str
    occurrences: tuple[OccurrenceRef, ...]
    due_on: date
    earliest_on: date
    latest_on: date
    protocol: str | None = None
    technician_id: UUID | None = None
    """Who should go, by the plan's rule; nobody is assigned by this."""
    others: tuple[UUID, ...] = ()
    """Who is asked next by the same rule, when that one's time is taken."""
    unassigned: Because | None = None
    """Why the rule names nobody; a person plans the visit then."""
    starts_at: time | None = None
    """When the visit should begin on the day it is due, Italian time."""
    minutes: int | None = None
    """How long the visit should take."""
