"""A technician's day as it is handed in (rapportino giornaliero): the daily report with hours due and absences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.daily_report import DayActivity, DayItem, DayReported
from aggregates.rules.availability import common_time, total_minutes
from aggregates.rules.day_course import DayFinding
from projections.availability import times_of
from projections.base import Reader
from projections.daily_report import DailyReport, daily_report


def day_of(reader: Reader, technician_id: UUID, on: date) -> DayReported | None:
    """See `Lookups.day_of`."""
    sheet = daily_report(reader, DailyReport(technician_id=technician_id, on=on))
    if sheet is None:
        return None
    time = times_of(reader, [technician_id], on, on)[technician_id]
    is_ours = not sheet["technician"]["external"]
    return DayReported(
        technician_id=technician_id,
        on=on,
        activities=tuple(_activity(row) for row in sheet["activities"]),
        parts=_items(sheet["parts"]),
        expenses=_items(sheet["expenses"]),
        absences=time.absent,
        findings=tuple(_finding(row) for row in sheet["findings"]),
        still_open=tuple(dict.fromkeys(row["call_id"] for row in sheet["still_open"])),
        hours_minutes=total_minutes(time.open) if is_ours else 0,
        absent_minutes=total_minutes(common_time(time.open, time.absent)) if is_ours else 0,
    )


def _activity(row: Mapping[str, Any]) -> DayActivity:
    names = set(DayActivity.model_fields) - {"call_number"}
    return DayActivity(call_number=row["number"], **{name: row[name] for name in names})


def _finding(row: Mapping[str, Any]) -> DayFinding:
    return DayFinding.model_validate({name: value for name, value in row.items() if name != "minutes"})


def _items(rows: Iterable[Mapping[str, Any]]) -> tuple[DayItem, ...]:
    return tuple(
        DayItem(**{name: value for name, value in row.items() if name in DayItem.model_fields}) for row in rows
    )
