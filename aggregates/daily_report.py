"""DailyReport (rapportino giornaliero): a technician's day, frozen as it was handed in (REP-1).

There is one for each technician and day. What is corrected afterwards needs a reason and is a new revision; the earlier
one stays as it was handed in. Durations are minutes, distances kilometres there and back, instants UTC. Customers stand
in it by their records, absences by their time alone.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.rules.day_course import DayFinding
from aggregates.values import Instant, Rate, Slot, Value, rome_date

DAYS = UUID("6b6d0f0a-3c2e-5b8f-93b4-0c9a4a1de511")


class DayActivity(Value):
    """One activity of the day, with the journey to it."""

    activity_id: UUID
    call_id: UUID
    call_number: str | None = None
    kind: str
    mode: str
    starts_at: Instant
    ends_at: Instant
    work_minutes: int = Field(ge=0)
    pause_minutes: int = Field(default=0, ge=0)
    travel_minutes: int = Field(default=0, ge=0)
    travel_km: Rate | None = None


class DayItem(Value):
    """A part used or an expense of the day, and the call it was for."""

    call_id: UUID
    code: str | None = None
    description: str
    quantity: Rate
    unit: str
    serial_numbers: tuple[str, ...] = ()


class DayReported(Value):
    """All of a technician's day."""

    technician_id: UUID
    on: date
    activities: tuple[DayActivity, ...] = ()
    parts: tuple[DayItem, ...] = ()
    expenses: tuple[DayItem, ...] = ()
    absences: tuple[Slot, ...] = ()
    """Approved, whatever their reason."""
    findings: tuple[DayFinding, ...] = ()
    still_open: tuple[UUID, ...] = ()
    """The calls of visits of the day of which nothing was told yet."""
    hours_minutes: int = Field(default=0, ge=0)
    """Working hours in force."""
    absent_minutes: int = Field(default=0, ge=0)
    """Absences within these hours."""

    @property
    def work_minutes(self) -> int:
        """Work, pauses taken out."""
        return sum(each.work_minutes for each in self.activities)

    @property
    def travel_minutes(self) -> int:
        """Journeys."""
        return sum(each.travel_minutes for each in self.activities)

    @property
    def pause_minutes(self) -> int:
        """Pauses inside the work."""
        return sum(each.pause_minutes for each in self.activities)

    @property
    def kilometres(self) -> Decimal:
        """Driven on the day."""
        return sum((each.travel_km or Decimal(0) for each in self.activities), Decimal(0))

    @property
    def due_minutes(self) -> int:
        """Working hours less absences."""
        return self.hours_minutes - self.absent_minutes

    @property
    def difference_minutes(self) -> int:
        """Work and travel beyond what is due; below zero, what is missing."""
        return self.work_minutes + self.travel_minutes - self.due_minutes


class DayAhead(Refusal):
    """{on} is still to come; the daily report is made when the day is there."""

    status = 422


class DayChanged(Refusal):
    """The day was corrected since its report was handed in; say why, and a new revision is made."""


def daily_report_id(technician_id: UUID, on: date) -> UUID:
    """The stream of a technician's day: there is only one."""
    return uuid5(DAYS, f"{technician_id}/{on}")


class DailyReport(Aggregate):
    """A technician's day as it was handed in."""

    TOPIC = "daily-report"

    class Issued(FirstEvent):
        """The day is handed in."""

        TOPIC = "daily-report.issued.v1"
        day: DayReported

    class Corrected(Aggregate.Event):
        """The day was told otherwise since: a new revision, with its reason."""

        TOPIC = "daily-report.corrected.v1"
        revision: int
        day: DayReported
        reason: str

    # Decide

    @classmethod
    def issue(cls, day: DayReported, act: Act) -> DailyReport:
        """Hand a day in. Raises `DayAhead`."""
        require(day.on <= rome_date(act.at), DayAhead, on=day.on.isoformat())
        return cls.begin(cls.Issued, id=daily_report_id(day.technician_id, day.on), act=act, day=day)

    def correct(self, day: DayReported, reason: str | None, act: Act) -> None:
        """Hand it in anew where it changed; the same day records nothing. Raises `DayChanged` without a reason."""
        if day == self.day:
            return
        told = (reason or "").strip()
        require(bool(told), DayChanged)
        self.trigger_event(self.Corrected, act=act, revision=self.revision + 1, day=day, reason=told)

    # Evolve

    @event(Issued)
    def __init__(self, day: DayReported) -> None:
        self.day, self.revision = day, 0
        self.reason: str | None = None

    @event(Corrected)
    def _corrected(self, revision: int, day: DayReported, reason: str) -> None:
        self.revision, self.day, self.reason = revision, day, reason
