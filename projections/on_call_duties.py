"""Who is on call outside working hours (reperibilità)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from aggregates.on_call_duty import OnCallDuty
from aggregates.rules.business_calendar import local_instant
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

ON_CALL = Table(
    "on_call_duty",
    {
        "duty_id": "uuid", "technician_id": "uuid", "starts_at": "timestamptz", "ends_at": "timestamptz",
        "note": "text",
    },
    ("duty_id",),
    ("technician_id, starts_at", "starts_at"),
)  # fmt: skip


class OnCallDuties(ReadModel):
    """Times in which technicians may be called; one taken back is gone."""

    NAME = "on-call-duties"
    TABLES = (ON_CALL,)

    @on(OnCallDuty.Set)
    def put(self, fact: OnCallDuty.Set, rows: Rows) -> None:
        """A technician may be called."""
        slot = {"starts_at": fact.slot.starts_at, "ends_at": fact.slot.ends_at}
        rows.put(ON_CALL, {"duty_id": fact.stream_id, "technician_id": fact.technician_id, "note": fact.note, **slot})

    @on(OnCallDuty.Removed)
    def removed(self, fact: OnCallDuty.Removed, rows: Rows) -> None:
        """The technician is not on call after all."""
        rows.drop(ON_CALL, fact.stream_id)


class FindOnCall(Page):
    """Duties that touch some days (Italian dates, both included; a week when no end is given)."""

    from_on: date
    to_on: date | None = None
    technician_id: UUID | None = None


def find_on_call(reader: Reader, ask: FindOnCall) -> dict[str, Any]:
    """Who may be called, by time, with their phone."""
    to_on = ask.to_on or ask.from_on + timedelta(days=6)
    return page(
        reader,
        ask,
        """select d.*, t.name as technician_name, t.code as technician_code, t.phone
             from {on_call_duty} d
             left join {technician} t on t.technician_id = d.technician_id
            where d.ends_at > %(begins)s and d.starts_at < %(ends)s
              and (%(technician_id)s::uuid is null or d.technician_id = %(technician_id)s)""",
        order=("starts_at", "duty_id"),
        begins=local_instant(ask.from_on, time(0)),
        ends=local_instant(to_on + timedelta(days=1), time(0)),
    )
