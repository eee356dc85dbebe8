"""What people may ask about technicians' daily reports (rapportini giornalieri)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.daily_report import DailyReport, daily_report_id
from aggregates.technician import Technician
from aggregates.values import rome_date
from commands.base import Answer, Command, NotFound, Service


class IssueDailyReport(Command):
    """Hand in a technician's day: visits, times, travel, parts, expenses and absences are frozen and printed.

    The same day again changes nothing. What was corrected since is a new revision and needs its reason.
    """

    technician_id: UUID
    on: date | None = Field(default=None, description="Left out, today.")
    reason: str | None = Field(
        default=None, max_length=500, description="Why it is made again.", examples=["Orario corretto"]
    )


def issue_daily_report(cmd: IssueDailyReport, act: Act, service: Service) -> Answer:
    """Handles `IssueDailyReport`. Raises `DayAhead`, `DayChanged`, `NotFound`."""
    on = cmd.on or rome_date(act.at)
    service.load(Technician, cmd.technician_id)
    day = service.lookups.day_of(cmd.technician_id, on)
    if day is None:
        raise NotFound(kind="Technician", id=str(cmd.technician_id))
    report_id = daily_report_id(cmd.technician_id, on)
    report = service.find(DailyReport, report_id)
    if report is None:
        report = DailyReport.issue(day, act)
    else:
        report.correct(day, cmd.reason, act)
    service.save(report)
    return {"daily_report_id": report_id, "revision": report.revision}
