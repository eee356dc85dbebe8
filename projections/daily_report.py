"""A technician's daily report (rapportino giornaliero): what was done on a day, and what is still to be explained."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.rules.day_course import DayFinding, DayStretch, day_findings
from aggregates.values import Slot, rome_date
from projections.agenda import AskAgenda, visits_of
from projections.base import Ask, Reader, Row


class DailyReport(Ask):
    """One technician on one Italian day."""

    technician_id: UUID
    on: date


def daily_report(reader: Reader, ask: DailyReport) -> dict[str, Any] | None:
    """Work, travel and pauses in minutes, kilometres, calls, parts and expenses; gaps and overlaps are flagged.

    Work counts on the day on which it began.
    """
    technician = reader.row(
        "select technician_id, code, name, external from {technician} where technician_id = %(technician_id)s",
        ask.model_dump(),
    )
    if technician is None:
        return None
    whole = visits_of(reader, AskAgenda(from_on=ask.on, to_on=ask.on, technician_id=ask.technician_id))
    done = [visit for visit in whole if visit["state"] == "performed" and _begins_on(visit, ask.on)]
    calls = {visit["call_id"]: reader.record(visit["call_id"]) for visit in done}
    worked = [_told(visit) for visit in done]
    activities = {visit["activity_id"] for visit in done}
    return {
        "technician": technician,
        "on": ask.on,
        "activities": worked,
        "still_open": [visit for visit in whole if visit["state"] in ("assigned", "arrived")],
        "work_minutes": sum(one["work_minutes"] for one in worked),
        "travel_minutes": sum(one["travel_minutes"] for one in worked),
        "pause_minutes": sum(one["pause_minutes"] for one in worked),
        "travel_km": sum((one["travel_km"] or Decimal(0) for one in worked), Decimal(0)),
        "calls": len(calls),
        "parts": [part for call in calls.values() if isinstance(call, Call) for part in _parts(call, activities)],
        "expenses": [one for call in calls.values() if isinstance(call, Call) for one in _expenses(call, activities)],
        "findings": [_finding(one) for one in day_findings(_stretch(visit) for visit in done)],
    }


def _begins_on(visit: Row, day: date) -> bool:
    return rome_date(visit["performed_starts_at"]) == day


def _told(visit: Row) -> Row:
    names = ("activity_id", "call_id", "number", "party_name", "town", "kind", "mode", "travel_km")
    length = int((visit["performed_ends_at"] - visit["performed_starts_at"]).total_seconds() // 60)
    pause = visit["pause_minutes"] or 0
    return {
        **{name: visit[name] for name in names},
        "starts_at": visit["performed_starts_at"],
        "ends_at": visit["performed_ends_at"],
        "work_minutes": max(0, length - pause),
        "pause_minutes": pause,
        "travel_minutes": visit["travel_minutes"] or 0,
    }


def _stretch(visit: Row) -> DayStretch:
    time = Slot(starts_at=visit["performed_starts_at"], ends_at=visit["performed_ends_at"])
    return DayStretch(activity_id=visit["activity_id"], time=time, travel_minutes=visit["travel_minutes"] or 0)


def _finding(found: DayFinding) -> dict[str, Any]:
    return {**found.model_dump(), "minutes": found.minutes}


def _parts(call: Call, activities: set[UUID]) -> list[dict[str, Any]]:
    """Parts of the day's work; those told without an activity count where the whole call was worked on that day."""
    told = {"code", "description", "quantity", "unit", "serial_numbers", "lots"}
    return [
        {"call_id": call.id, **used.part.model_dump(include=told)}
        for used in call.used_parts.values()
        if _is_of(call, used.activity_id, activities)
    ]


def _expenses(call: Call, activities: set[UUID]) -> list[dict[str, Any]]:
    told = {"item", "description", "quantity", "unit"}
    return [
        {"call_id": call.id, **expense.model_dump(include=told)}
        for expense in call.expenses.values()
        if _is_of(call, expense.activity_id, activities)
    ]


def _is_of(call: Call, activity_id: UUID | None, activities: set[UUID]) -> bool:
    return activity_id in activities if activity_id else call.performed.keys() <= activities
