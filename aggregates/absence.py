"""Absence (assenza): time in which a technician is not there, asked for, approved and held in the log itself.

An approved absence claims the technician's time, one claim for each occurrence, as a visit does: neither can be put
over the other by accident. Approved in spite of visits, it claims what is free around them and shares the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Self, TypeVar
from uuid import UUID, uuid5

from pydantic import Field, model_validator

from aggregates.absence_refusals import (
    AbsenceDayUnknown,
    AbsenceDecided,
    AbsenceEmpty,
    AbsenceNotShorter,
    AbsenceOverBeforeItBegins,
    AbsenceTooLong,
    OccurrencesOverlap,
    TooManyOccurrences,
)
from aggregates.base import Act, Aggregate, Claim, FirstEvent, event, require
from aggregates.rules.availability import common_time, free_time
from aggregates.rules.business_calendar import MIDNIGHT, ONE_DAY, local_instant
from aggregates.rules.recurrence import Recurrence, dates_of
from aggregates.values import Instant, Personal, Slot, Value

MOST_OCCURRENCES = 366
LONGEST_DAYS = 731


class AbsenceKind(StrEnum):
    """Why somebody is not there."""

    HOLIDAY = "holiday"
    LEAVE = "leave"
    SICKNESS = "sickness"
    INJURY = "injury"
    PARENTAL = "parental"
    TRAINING = "training"
    OTHER = "other"


class AbsenceState(StrEnum):
    """How far an absence has come."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class AbsenceTime(Value):
    """When somebody is absent: from a day to a day, whole or from and up to a time, perhaps again and again.

    Times are Italian wall-clock times. The absence is one stretch: from `from_time` of the first day to `to_time` of
    the last one. With `repeats`, each occurrence begins on its own day at the same times.
    """

    from_on: date = Field(examples=["2026-12-21"])
    to_on: date | None = Field(default=None, description="Last day; left out, the first one.", examples=["2026-12-23"])
    from_time: time | None = Field(
        default=None, description="Left out, from the beginning of the first day.", examples=["14:00"]
    )
    to_time: time | None = Field(
        default=None, description="Left out, or 00:00, up to the end of the last day.", examples=["18:00"]
    )
    repeats: Recurrence | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(one is not None and one.tzinfo for one in (self.from_time, self.to_time)):
            raise ValueError("times of an absence are Italian wall-clock times, without an offset")
        if self.last_on < self.from_on:
            raise ValueError("an absence must end on or after its first day")
        if self.last_on == self.from_on and self.to_time not in (None, MIDNIGHT):
            assert self.to_time is not None
            if self.to_time <= (self.from_time or MIDNIGHT):
                raise ValueError("an absence must end after it begins")
        return self

    @property
    def last_on(self) -> date:
        """The last day of the (first) occurrence."""
        return self.to_on or self.from_on

    @property
    def is_whole_days(self) -> bool:
        """Whether it takes whole days."""
        return (self.from_time or MIDNIGHT) == MIDNIGHT and (self.to_time or MIDNIGHT) == MIDNIGHT


class Occurrence(Value):
    """One time that an absence takes; its first day is its name."""

    on: date
    slot: Slot


class Hold(Value):
    """What an absence holds of the technician's time; not exclusive where something was there before it."""

    on: date
    slot: Slot
    exclusive: bool = True


P = TypeVar("P", Occurrence, Hold)


class Commitment(Value):
    """Something that takes a technician's time: a visit of a call, or an absence."""

    record_id: UUID = Field(description="The call, or the absence.")
    activity_id: UUID | None = Field(default=None, description="None for an absence.")
    number: str | None = Field(default=None, description="The call's number.")
    slot: Slot


def occurrences_of(when: AbsenceTime) -> tuple[Occurrence, ...]:
    """The times that an absence takes, in order: the same wall-clock times in summer and winter.

    Raises `AbsenceTooLong`, `TooManyOccurrences`, `OccurrencesOverlap`, `AbsenceEmpty`.
    """
    require((when.last_on - when.from_on).days < LONGEST_DAYS, AbsenceTooLong, days=LONGEST_DAYS)
    days: Sequence[date] = (when.from_on,)
    if when.repeats is not None:
        days = dates_of(when.from_on, when.repeats, MOST_OCCURRENCES + 1)
    require(len(days) <= MOST_OCCURRENCES, TooManyOccurrences, most=MOST_OCCURRENCES)
    found: list[Occurrence] = []
    for day in days:
        slot = _slot_from(when, day)
        if slot is not None:
            overlaps = bool(found) and slot.starts_at < found[-1].slot.ends_at
            require(not overlaps, OccurrencesOverlap, on=str(found[-1].on) if found else "")
            found.append(Occurrence(on=day, slot=slot))
    require(bool(found), AbsenceEmpty)
    return tuple(found)


def _slot_from(when: AbsenceTime, day: date) -> Slot | None:
    last = day + timedelta(days=(when.last_on - when.from_on).days)
    starts_at, ends_at = local_instant(day, when.from_time or MIDNIGHT), end_of(last, when.to_time)
    # Nothing is left of a quarter of an hour that the clock skips in March.
    return Slot(starts_at=starts_at, ends_at=ends_at) if starts_at < ends_at else None


def end_of(last_on: date, to_time: time | None) -> datetime:
    """When an absence ends: at an Italian time of its last day, or with that day."""
    if to_time in (None, MIDNIGHT):
        return local_instant(last_on + ONE_DAY, MIDNIGHT)
    assert to_time is not None
    return local_instant(last_on, to_time)


class Absence(Aggregate):
    """A technician is not there."""

    TOPIC = "absence"

    class Asked(FirstEvent):
        """Somebody wants to be absent; nothing is taken until it is approved."""

        TOPIC = "absence.asked.v1"
        technician_id: UUID
        kind: AbsenceKind
        when: AbsenceTime
        occurrences: tuple[Occurrence, ...]
        reason: Annotated[str | None, Personal("technician_id")] = None

    class Approved(Aggregate.Event):
        """The technician's time is taken. `override` says why although `in_the_way` was there before."""

        TOPIC = "absence.approved.v1"
        technician_id: UUID
        holds: tuple[Hold, ...]
        override: str | None = None
        in_the_way: tuple[Commitment, ...] = ()

        def claims(self) -> tuple[Claim, ...]:
            """The technician's time."""
            return _claims(self.stream_id, self.technician_id, self.holds)

    class HoldsChanged(Aggregate.Event):
        """What the absence shared with visits has become its own, or other pieces of it have."""

        TOPIC = "absence.holds-changed.v1"
        technician_id: UUID
        holds: tuple[Hold, ...]
        before: tuple[Hold, ...]
        override: str | None = None
        in_the_way: tuple[Commitment, ...] = ()

        def claims(self) -> tuple[Claim, ...]:
            """The technician's time as it is held now."""
            return _claims(self.stream_id, self.technician_id, self.holds)

        def releases(self) -> tuple[UUID, ...]:
            """All that was held before."""
            return _claim_ids(self.stream_id, self.before)

    class Refused(Aggregate.Event):
        """The technician cannot be spared."""

        TOPIC = "absence.refused.v1"
        technician_id: UUID
        reason: Annotated[str, Personal("technician_id")]

    class Cancelled(Aggregate.Event):
        """The technician is there after all; the time is free again."""

        TOPIC = "absence.cancelled.v1"
        technician_id: UUID
        reason: Annotated[str | None, Personal("technician_id")] = None
        released: tuple[Hold, ...] = ()

        def releases(self) -> tuple[UUID, ...]:
            """All that was held."""
            return _claim_ids(self.stream_id, self.released)

    class DayLifted(Aggregate.Event):
        """One occurrence does not take place; the others stay."""

        TOPIC = "absence.day-lifted.v1"
        technician_id: UUID
        on: date
        reason: Annotated[str | None, Personal("technician_id")] = None
        released: tuple[Hold, ...] = ()

        def releases(self) -> tuple[UUID, ...]:
            """What was held of that occurrence."""
            return _claim_ids(self.stream_id, self.released)

    class Shortened(Aggregate.Event):
        """From `ends_at` on the technician is there again; what was to come after it is given up."""

        TOPIC = "absence.shortened.v1"
        technician_id: UUID
        ends_at: Instant
        occurrences: tuple[Occurrence, ...]
        holds: tuple[Hold, ...] = ()
        before: tuple[Hold, ...] = ()
        reason: Annotated[str, Personal("technician_id")]

        def claims(self) -> tuple[Claim, ...]:
            """The technician's time up to then."""
            return _claims(self.stream_id, self.technician_id, self.holds)

        def releases(self) -> tuple[UUID, ...]:
            """All that was held before."""
            return _claim_ids(self.stream_id, self.before)

    # Decide

    @classmethod
    def ask(
        cls,
        absence_id: UUID,
        technician_id: UUID,
        kind: AbsenceKind,
        when: AbsenceTime,
        act: Act,
        *,
        reason: str | None = None,
    ) -> Absence:
        """Ask to be absent. Raises as `occurrences_of`."""
        about = {"technician_id": technician_id, "kind": kind, "when": when, "reason": reason}
        return cls.begin(cls.Asked, id=absence_id, act=act, occurrences=occurrences_of(when), **about)

    def approve(self, act: Act, *, override: str | None = None, in_the_way: Sequence[Commitment] = ()) -> None:
        """Take the technician's time; the log refuses with `SlotTaken` when it is taken already.

        With an `override` only the time around what is in the way is taken for the absence alone. Approved again once
        visits have been moved, it takes their time too; with nothing to change it records nothing.
        Raises `AbsenceDecided`.
        """
        require(self.state in (AbsenceState.ASKED, AbsenceState.APPROVED), AbsenceDecided, state=self.state)
        around = tuple(in_the_way) if override else ()
        holds = _holds(self.occurrences, [one.slot for one in around])
        if self.state is AbsenceState.ASKED:
            terms = {"holds": holds, "override": override, "in_the_way": around}
            self.trigger_event(self.Approved, act=act, technician_id=self.technician_id, **terms)
        elif holds != self.holds:
            terms = {"holds": holds, "before": self.holds, "override": override, "in_the_way": around}
            self.trigger_event(self.HoldsChanged, act=act, technician_id=self.technician_id, **terms)

    def refuse(self, reason: str, act: Act) -> None:
        """Say no to what was asked; again it records nothing. Raises `AbsenceDecided`."""
        if self.state is not AbsenceState.REFUSED:
            require(self.state is AbsenceState.ASKED, AbsenceDecided, state=self.state)
            self.trigger_event(self.Refused, act=act, technician_id=self.technician_id, reason=reason)

    def cancel(self, act: Act, reason: str | None = None) -> None:
        """Give the time back; again it records nothing. Raises `AbsenceDecided` for one that was refused."""
        if self.state is not AbsenceState.CANCELLED:
            require(self.state is not AbsenceState.REFUSED, AbsenceDecided, state=self.state)
            gone = {"reason": reason, "released": self.holds}
            self.trigger_event(self.Cancelled, act=act, technician_id=self.technician_id, **gone)

    def lift(self, on: date, act: Act, reason: str | None = None) -> None:
        """Take one occurrence out; again it records nothing. Raises `AbsenceDecided`, `AbsenceDayUnknown`."""
        if on in self.lifted:
            return
        require(self.state in (AbsenceState.ASKED, AbsenceState.APPROVED), AbsenceDecided, state=self.state)
        require(any(one.on == on for one in self.occurrences), AbsenceDayUnknown, on=str(on))
        released = tuple(hold for hold in self.holds if hold.on == on)
        gone = {"on": on, "reason": reason, "released": released}
        self.trigger_event(self.DayLifted, act=act, technician_id=self.technician_id, **gone)

    def shorten(self, ends_at: datetime, reason: str, act: Act) -> None:
        """End it sooner, at an instant: the occurrence under way is cut there, those that begin later are given up.

        The same end again records nothing. Raises `AbsenceDecided`, `AbsenceNotShorter`, `AbsenceOverBeforeItBegins`.
        """
        if ends_at == self.ends_at:
            return
        require(self.state in (AbsenceState.ASKED, AbsenceState.APPROVED), AbsenceDecided, state=self.state)
        require(any(ends_at < one.slot.ends_at for one in self.occurrences), AbsenceNotShorter)
        left = _until(self.occurrences, ends_at)
        require(bool(left), AbsenceOverBeforeItBegins, on=str(self.occurrences[0].on))
        now = {"occurrences": left, "holds": _until(self.holds, ends_at), "before": self.holds, "reason": reason}
        self.trigger_event(self.Shortened, act=act, technician_id=self.technician_id, ends_at=ends_at, **now)

    # Evolve

    @event(Asked)
    def __init__(
        self,
        technician_id: UUID,
        kind: AbsenceKind,
        when: AbsenceTime,
        occurrences: tuple[Occurrence, ...],
        reason: str | None,
    ) -> None:
        self.technician_id, self.kind, self.when, self.reason = technician_id, kind, when, reason
        self.state = AbsenceState.ASKED
        self.occurrences = occurrences
        self.holds: tuple[Hold, ...] = ()
        self.lifted: list[date] = []
        self.ends_at: datetime | None = None

    @event(Approved)
    def _approved(self, holds: tuple[Hold, ...]) -> None:
        self.state, self.holds = AbsenceState.APPROVED, holds

    @event(HoldsChanged)
    def _holds_changed(self, holds: tuple[Hold, ...]) -> None:
        self.holds = holds

    @event(Refused)
    def _refused(self) -> None:
        self.state = AbsenceState.REFUSED

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.state, self.holds = AbsenceState.CANCELLED, ()

    @event(DayLifted)
    def _day_lifted(self, on: date) -> None:
        self.lifted.append(on)
        self.occurrences = tuple(one for one in self.occurrences if one.on != on)
        self.holds = tuple(hold for hold in self.holds if hold.on != on)

    @event(Shortened)
    def _shortened(self, ends_at: datetime, occurrences: tuple[Occurrence, ...], holds: tuple[Hold, ...]) -> None:
        self.ends_at, self.occurrences, self.holds = ends_at, occurrences, holds


def _until(pieces: Iterable[P], ends_at: datetime) -> tuple[P, ...]:
    """The pieces up to an instant: one that runs over it is cut, later ones are left out."""
    return tuple(
        one if one.slot.ends_at <= ends_at else one.model_copy(update={"slot": _cut(one.slot, ends_at)})
        for one in pieces
        if one.slot.starts_at < ends_at
    )


def _cut(slot: Slot, ends_at: datetime) -> Slot:
    return Slot(starts_at=slot.starts_at, ends_at=ends_at)


def _holds(occurrences: Iterable[Occurrence], taken: Sequence[Slot]) -> tuple[Hold, ...]:
    """Each occurrence whole, or cut where something is taken: its own pieces and the shared ones, in order."""
    holds: list[Hold] = []
    for one in occurrences:
        own = (Hold(on=one.on, slot=slot) for slot in free_time([one.slot], taken))
        shared = (Hold(on=one.on, slot=slot, exclusive=False) for slot in common_time([one.slot], taken))
        holds.extend(sorted((*own, *shared), key=lambda hold: hold.slot.starts_at))
    return tuple(holds)


def _claim_ids(absence_id: UUID, holds: Iterable[Hold]) -> tuple[UUID, ...]:
    return tuple(uuid5(absence_id, hold.slot.starts_at.isoformat()) for hold in holds)


def _claims(absence_id: UUID, technician_id: UUID, holds: Sequence[Hold]) -> tuple[Claim, ...]:
    ids = _claim_ids(absence_id, holds)
    return tuple(
        Claim(claim_id=claim_id, resource_id=technician_id, slot=hold.slot, exclusive=hold.exclusive)
        for claim_id, hold in zip(ids, holds, strict=True)
    )
