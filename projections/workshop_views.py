"""What people see of the workshop (laboratorio): jobs, the bench queue in the order of work, what to warn of."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.rules.workshop import WorkshopAlert, WorkshopTerms, alerts_due
from aggregates.workshop_job import WorkshopJob
from aggregates.workshop_values import OVER, TO_DO, JobState
from projections.arrears import parameters_on
from projections.base import Ask, Page, Reader, Row, page

SHOWN = """select j.*, c.number as call_number, c.status as call_status, p.name as party_name,
                  t.name as technician_name,
                  array_position(array['high', 'medium', 'low'], j.priority) as rank,
                  coalesce(j.promised_on, date '9999-12-31') as sort_on
             from {workshop_job} j
             left join {call} c on c.call_id = j.call_id
             left join {party} p on p.party_id = j.party_id
             left join {technician} t on t.technician_id = j.technician_id"""


class FindWorkshopJobs(Page):
    """Jobs, the newest first; `text` is a part of number, description, serial number or name."""

    state: JobState | None = None
    party_id: UUID | None = None
    serial_item_id: UUID | None = None
    call_id: UUID | None = None
    is_over: bool | None = None
    text: str | None = None


def find_workshop_jobs(reader: Reader, ask: FindWorkshopJobs) -> dict[str, Any]:
    """Jobs with their call, customer and technician."""
    return page(
        reader,
        ask,
        f"""{SHOWN}
            where (%(state)s::text is null or j.state = %(state)s)
              and (%(party_id)s::uuid is null or j.party_id = %(party_id)s)
              and (%(serial_item_id)s::uuid is null or j.serial_item_id = %(serial_item_id)s)
              and (%(call_id)s::uuid is null or j.call_id = %(call_id)s)
              and (%(is_over)s::boolean is null or (j.state = any(%(over)s)) = %(is_over)s)
              and (%(text)s::text is null or concat_ws(' ', j.number, j.description, j.serial, j.bringer, p.name)
                   ilike '%%' || %(text)s || '%%')""",
        order=("-taken_in_at", "-job_id"),
        over=[state.value for state in OVER],
    )


class AskBenchQueue(Page):
    """What is to be worked on: of one bench or technician, or what nobody has."""

    bench: str | None = None
    technician_id: UUID | None = None
    unassigned: bool = False


def bench_queue(reader: Reader, ask: AskBenchQueue) -> dict[str, Any]:
    """In the order of work: promised date, priority, arrival; what waits for something stands in its place too."""
    return page(
        reader,
        ask,
        f"""{SHOWN}
            where j.state = any(%(to_do)s)
              and (%(bench)s::text is null or j.bench = %(bench)s)
              and (%(technician_id)s::uuid is null or j.technician_id = %(technician_id)s)
              and (not %(unassigned)s or (j.bench is null and j.technician_id is null))""",
        order=("sort_on", "rank", "taken_in_at", "job_id"),
        to_do=[state.value for state in TO_DO],
    )


class AskWorkshopJob(Ask):
    """One job."""

    job_id: UUID


def workshop_job(reader: Reader, ask: AskWorkshopJob) -> dict[str, Any] | None:
    """The job; the password or PIN stands here alone, and only while the thing is with us."""
    found = reader.row(f"{SHOWN} where j.job_id = %(job_id)s", ask.model_dump())
    if found is None:
        return None
    record = reader.record(ask.job_id)
    access = record.handed_in.access if isinstance(record, WorkshopJob) and record.state not in OVER else None
    return {**found, "access_words": access.words if access else None}


class AskWorkshopDue(Page):
    """What the workshop is to be warned of on a day."""

    on: date


def workshop_due(reader: Reader, ask: AskWorkshopDue) -> dict[str, Any]:
    """Alerts that nobody was given; a page of jobs at a time, also where it has none."""
    terms = parameters_on(reader, ask.on).workshop
    found = page(
        reader,
        ask,
        """select * from {workshop_job} j where j.state not in ('handed_over', 'abandoned')
              and (j.ready_on is not null or j.promised_on is not null)""",
        order=("taken_in_at", "job_id"),
    )
    return {**found, "items": [one for row in found["items"] for one in _alerts(row, ask.on, terms)]}


def _alerts(row: Row, on_day: date, terms: WorkshopTerms | None) -> list[dict[str, Any]]:
    told = {name: row[name] for name in ("job_id", "number", "promised_on", "ready_on", "contact", "party_id")}
    return [
        {**told, "alert": due.alert.value, "days": due.days}
        for due in alerts_due(row["promised_on"], row["ready_on"], on_day, terms or WorkshopTerms())
        if not _is_noted(row, due.alert, due.days)
    ]


def _is_noted(row: Row, alert: WorkshopAlert, days: int) -> bool:
    if alert is WorkshopAlert.PROMISE_AT_RISK:
        return bool(row["at_risk_for"] == row["promised_on"])
    return bool((row["uncollected_days"] or 0) >= days)
