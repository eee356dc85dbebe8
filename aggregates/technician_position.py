"""TechnicianPosition (posizione del tecnico): where a technician was on one day, kept for hours (R10.3).

Coordinates are personal and lie under a key of their own for each technician and hour. Forgetting an hour destroys its
key: what the log then still says is that a position was there, never where.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.values import ERASED, Instant, Personal, Value, rome_date

ONE_HOUR = timedelta(hours=1)
LEAST_APART = timedelta(minutes=1)
"""Positions nearer to one known than this say nothing new and are not kept (data minimisation)."""
DECIMALS = 4
"""Of a coordinate in degrees: about 11 metres, as near as planning needs."""


def technician_position_id(technician_id: UUID, on: date) -> UUID:
    """The id of a technician's positions of one Italian day."""
    return uuid5(technician_id, f"positions {on.isoformat()}")


def hour_of(instant: datetime) -> datetime:
    """The hour that an instant lies in, UTC."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


class Sighting(Value):
    """Where somebody is, degrees; the accuracy in metres."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    accuracy_m: int | None = Field(default=None, ge=0, le=100_000)

    def text(self) -> str:
        """As one personal text."""
        place = f"{self.latitude:.{DECIMALS}f} {self.longitude:.{DECIMALS}f}"
        return place if self.accuracy_m is None else f"{place} {self.accuracy_m}"

    @classmethod
    def read(cls, text: str) -> Sighting | None:
        """A sighting from its text; None once it was forgotten."""
        if text == ERASED:
            return None
        latitude, longitude, *accuracy = text.split()
        return cls(
            latitude=float(latitude), longitude=float(longitude), accuracy_m=int(accuracy[0]) if accuracy else None
        )


class PositionBasisMissing(Refusal):
    """No union agreement or inspectorate permit for positions is in force on {on}; have one recorded first."""

    status = 403


class SharingStopped(Refusal):
    """Sharing of positions is switched off; the technician can switch it on again."""


class OutsideWorkingTime(Refusal):
    """Positions are known during working hours, duty on call and visits only; nothing was kept."""


class PositionTooOld(Refusal):
    """Positions of that hour were already forgotten; send only present ones."""


class TechnicianPosition(Aggregate):
    """The positions of a technician on one day."""

    TOPIC = "technician-position"

    class DayBegun(FirstEvent):
        """A day on which positions are shared."""

        TOPIC = "technician-position.day-begun.v1"
        technician_id: UUID
        on: date

    class Shared(Aggregate.Event):
        """The technician was somewhere; `place` is gone once `hour_id`'s key is destroyed."""

        TOPIC = "technician-position.shared.v1"
        technician_id: UUID
        hour_id: UUID
        hour: Instant
        seen_at: Instant
        place: Annotated[str, Personal("hour_id")]

    class Forgotten(Aggregate.Event):
        """The positions of these hours are to be unreadable: their keys are destroyed, for ever."""

        TOPIC = "technician-position.forgotten.v1"
        technician_id: UUID
        hour_ids: tuple[UUID, ...]
        before: Instant

    # Decide

    @classmethod
    def begin_day(cls, technician_id: UUID, on: date, act: Act) -> TechnicianPosition:
        """Begin a day's stream."""
        stream_id = technician_position_id(technician_id, on)
        return cls.begin(cls.DayBegun, id=stream_id, act=act, technician_id=technician_id, on=on)

    def share(self, sighting: Sighting, act: Act, *, is_allowed: bool, is_stopped: bool, is_working: bool) -> None:
        """Say where the technician is at `act.at`; within a minute of a position known it records nothing.

        `is_allowed`: a legal basis is in force. Raises `PositionBasisMissing`, `SharingStopped`, `OutsideWorkingTime`,
        `PositionTooOld` (R10.3).
        """
        require(is_allowed, PositionBasisMissing, on=str(rome_date(act.at)))
        require(not is_stopped, SharingStopped)
        require(is_working, OutsideWorkingTime)
        hour = hour_of(act.at)
        require(hour >= self.forgotten_before, PositionTooOld)
        if any(abs(seen - act.at) < LEAST_APART for seen in self.seen):
            return
        self.trigger_event(
            self.Shared,
            act=act,
            technician_id=self.technician_id,
            hour_id=uuid5(self.id, hour.isoformat()),
            hour=hour,
            seen_at=act.at,
            place=sighting.text(),
        )

    def forget(self, before: datetime, act: Act) -> None:
        """Make the positions of all hours begun before an instant unreadable; again it records nothing."""
        due = due_hours(self.hours, before)
        if due:
            about = {"technician_id": self.technician_id, "hour_ids": due, "before": before}
            self.trigger_event(self.Forgotten, act=act, **about)

    # Evolve

    @event(DayBegun)
    def __init__(self, technician_id: UUID, on: date) -> None:
        self.technician_id, self.on = technician_id, on
        self.seen: list[datetime] = []
        self.hours: dict[UUID, datetime] = {}
        self.forgotten_before = datetime.min.replace(tzinfo=UTC)

    @event(Shared)
    def _shared(self, hour_id: UUID, hour: datetime, seen_at: datetime) -> None:
        self.seen.append(seen_at)
        self.hours[hour_id] = hour

    @event(Forgotten)
    def _forgotten(self, hour_ids: tuple[UUID, ...], before: datetime) -> None:
        self.forgotten_before = max(self.forgotten_before, before)
        self.hours = {key: hour for key, hour in self.hours.items() if key not in hour_ids}


def due_hours(hours: dict[UUID, datetime], before: datetime) -> tuple[UUID, ...]:
    """The hours begun before an instant, oldest first."""
    return tuple(key for key, hour in sorted(hours.items(), key=lambda known: known[1]) if hour < before)
