"""Content of a technician's daily report (rapportino giornaliero)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Instant, Value
from projections.documents.content import Amount, Content, Text

Minutes = Annotated[int, Field(ge=0)]


class DayVisit(Value):
    """An activity: whose, how long, and the journey to it."""

    call_number: Text
    customer: Text
    town: Text | None = None
    mode: Text
    starts_at: Instant
    ends_at: Instant
    work_minutes: Minutes
    pause_minutes: Minutes = 0
    travel_minutes: Minutes = 0
    kilometres: Amount | None = None


class DayThing(Value):
    """A part or an expense, and the call it was for."""

    call_number: Text
    description: Text
    code: Text | None = None
    quantity: Amount
    unit: Text
    serials: tuple[Text, ...] = ()


class DayRemark(Value):
    """Time that nothing is told of, or that is told twice."""

    kind: Text
    starts_at: Instant
    ends_at: Instant
    minutes: Minutes


class DayAbsence(Value):
    """Approved absence on the day."""

    starts_at: Instant
    ends_at: Instant


class DailyReportContent(Content):
    """A technician's day with its totals against the hours due; the receiver is the technician."""

    KIND: ClassVar[str] = "daily_report"

    issued_on: date
    """The day it tells of."""
    revision: Annotated[int, Field(ge=0)] = 0
    reason: Text | None = None
    technician: Text
    technician_code: Text
    activities: tuple[DayVisit, ...] = ()
    parts: tuple[DayThing, ...] = ()
    expenses: tuple[DayThing, ...] = ()
    absences: tuple[DayAbsence, ...] = ()
    findings: tuple[DayRemark, ...] = ()
    still_open: tuple[Text, ...] = ()
    work_minutes: Minutes
    travel_minutes: Minutes
    pause_minutes: Minutes
    kilometres: Amount
    hours_minutes: Minutes
    absent_minutes: Minutes
    due_minutes: Minutes
    difference_minutes: int
    """Work and travel beyond what is due; below zero, what is missing."""
