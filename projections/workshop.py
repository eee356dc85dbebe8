"""The workshop (laboratorio): every job with its number, where it is and how far; views in `workshop_views.py`."""

from __future__ import annotations

import re
from typing import Any

from aggregates.number_register import NumberRegister
from aggregates.rules.numbering import Document, Series, format_number, standard_series
from aggregates.rules.workshop import WorkshopAlert
from aggregates.values import rome_date
from aggregates.workshop_job import WorkshopJob
from aggregates.workshop_values import HELD, JobState, Promise
from projections.base import ReadModel, Row, Rows, Table, on

JOB = Table(
    "workshop_job",
    {
        "job_id": "uuid", "number": "text", "call_id": "uuid", "party_id": "uuid", "bringer": "text",
        "bringer_phone": "text", "serial_item_id": "uuid", "description": "text", "serial": "text", "fault": "text",
        "accessories": "jsonb", "damage": "text", "estimate_limit": "numeric", "contact": "text", "rma_id": "uuid",
        "rma_number": "text", "has_access": "boolean", "taken_in_at": "timestamptz", "taken_in_on": "date",
        "promised_on": "date", "priority": "text", "place": "text", "bench": "text", "technician_id": "uuid",
        "state": "text", "state_since": "timestamptz", "note": "text", "outcome": "text", "ready_at": "timestamptz",
        "ready_on": "date", "at_risk_for": "date", "uncollected_days": "integer", "loaners": "jsonb",
        "handed_over_at": "timestamptz", "handed_over_to": "text", "signature_sha256": "text", "collected": "numeric",
        "method": "text",
    },
    ("job_id",),
    ("taken_in_at, job_id", "state, promised_on", "party_id", "call_id", "serial_item_id", "number"),
)  # fmt: skip
JOB_NUMBER = Table("workshop_number", {"year": "integer", "last_number": "integer", "pattern": "text"}, ("year",))


class Workshop(ReadModel):
    """Jobs as they stand; numbers are given here, per company and year (decision 0003)."""

    NAME = "workshop"
    TABLES = (JOB, JOB_NUMBER)

    @on(NumberRegister.Opened)
    def register_opened(self, fact: NumberRegister.Opened, rows: Rows) -> None:
        """Numbers go on after those of the system used before."""
        if fact.series.document is Document.WORKSHOP_JOB and not fact.series.code:
            last = max(_numbers(rows, fact.year)["last_number"], fact.last_number)
            rows.put(JOB_NUMBER, {"year": fact.year, "last_number": last, "pattern": fact.series.pattern})

    @on(WorkshopJob.TakenIn)
    def taken_in(self, fact: WorkshopJob.TakenIn, rows: Rows) -> None:
        """Something is here."""
        thing, year = fact.handed_in, rome_date(fact.act.at).year
        rows.put(
            JOB,
            {
                "job_id": fact.stream_id,
                "number": _kept(rows, year, fact.number) if fact.number else _next(rows, year),
                "call_id": fact.call_id,
                "party_id": fact.party_id,
                "bringer": fact.bringer.name if fact.bringer else None,
                "bringer_phone": fact.bringer.phone if fact.bringer else None,
                **thing.model_dump(include={"serial_item_id", "description", "serial", "fault", "damage"}),
                "accessories": list(thing.accessories),
                "estimate_limit": thing.estimate_limit.amount if thing.estimate_limit else None,
                "contact": thing.contact.value,
                "rma_id": thing.rma.id if thing.rma else None,
                "rma_number": thing.rma.number if thing.rma else None,
                "has_access": thing.access is not None,
                "taken_in_at": fact.act.at,
                "taken_in_on": rome_date(fact.act.at),
                **_promised(fact.promise),
                "place": fact.place,
                "state": JobState.WAITING.value,
                "state_since": fact.act.at,
                "loaners": [],
            },
        )

    @on(WorkshopJob.PromiseChanged)
    def promise_changed(self, fact: WorkshopJob.PromiseChanged, rows: Rows) -> None:
        """Another day or priority."""
        rows.patch(JOB, fact.stream_id, **_promised(fact.promise))

    @on(WorkshopJob.Stored)
    def stored(self, fact: WorkshopJob.Stored, rows: Rows) -> None:
        """It lies elsewhere."""
        rows.patch(JOB, fact.stream_id, place=fact.place)

    @on(WorkshopJob.Assigned)
    def assigned(self, fact: WorkshopJob.Assigned, rows: Rows) -> None:
        """It waits for somebody."""
        rows.patch(JOB, fact.stream_id, bench=fact.bench, technician_id=fact.technician_id)

    @on(WorkshopJob.Begun)
    def begun(self, fact: WorkshopJob.Begun, rows: Rows) -> None:
        """It is worked on."""
        _moved(rows, fact, JobState.ON_BENCH)

    @on(WorkshopJob.Held)
    def held(self, fact: WorkshopJob.Held, rows: Rows) -> None:
        """It waits for something."""
        _moved(rows, fact, HELD[fact.reason], note=fact.note)

    @on(WorkshopJob.Finished)
    def finished(self, fact: WorkshopJob.Finished, rows: Rows) -> None:
        """The work has ended."""
        _moved(rows, fact, JobState(fact.outcome.value), note=fact.note, outcome=fact.outcome.value)

    @on(WorkshopJob.TakenUpAgain)
    def taken_up_again(self, fact: WorkshopJob.TakenUpAgain, rows: Rows) -> None:
        """Back to the queue."""
        nothing = dict.fromkeys(("outcome", "ready_at", "ready_on", "uncollected_days"))
        _moved(rows, fact, JobState.WAITING, note=fact.reason, **nothing)

    @on(WorkshopJob.MadeReady)
    def made_ready(self, fact: WorkshopJob.MadeReady, rows: Rows) -> None:
        """It can be collected."""
        place = {"place": fact.place} if fact.place else {}
        _moved(rows, fact, JobState.READY, ready_at=fact.act.at, ready_on=rome_date(fact.act.at), **place)

    @on(WorkshopJob.AlertNoted)
    def alert_noted(self, fact: WorkshopJob.AlertNoted, rows: Rows) -> None:
        """Somebody was warned."""
        if fact.alert is WorkshopAlert.PROMISE_AT_RISK:
            rows.patch(JOB, fact.stream_id, at_risk_for=fact.promised_on)
        else:
            rows.patch(JOB, fact.stream_id, uncollected_days=fact.days)

    @on(WorkshopJob.LoanerGiven)
    def loaner_given(self, fact: WorkshopJob.LoanerGiven, rows: Rows) -> None:
        """The customer has something of ours."""
        row = rows.get(JOB, fact.stream_id)
        if row is not None:
            rows.put(JOB, {**row, "loaners": [*row["loaners"], fact.loaner.model_dump(mode="json")]})

    @on(WorkshopJob.LoanerReturned)
    def loaner_returned(self, fact: WorkshopJob.LoanerReturned, rows: Rows) -> None:
        """It is back."""
        row = rows.get(JOB, fact.stream_id)
        if row is not None:
            left = [one for one in row["loaners"] if one["loaner_id"] != str(fact.loaner_id)]
            rows.put(JOB, {**row, "loaners": left})

    @on(WorkshopJob.HandedOver)
    def handed_over(self, fact: WorkshopJob.HandedOver, rows: Rows) -> None:
        """Somebody took it away."""
        given = fact.handover
        _moved(
            rows,
            fact,
            JobState.HANDED_OVER,
            handed_over_at=fact.act.at,
            handed_over_to=given.person.name,
            signature_sha256=given.signature_sha256,
            collected=given.collected.amount if given.collected else None,
            method=given.method.value if given.method else None,
        )

    @on(WorkshopJob.Abandoned)
    def abandoned(self, fact: WorkshopJob.Abandoned, rows: Rows) -> None:
        """Nobody came."""
        _moved(rows, fact, JobState.ABANDONED, note=fact.reason)


def _promised(promise: Promise) -> dict[str, Any]:
    return {"promised_on": promise.promised_on, "priority": promise.priority.value}


def _moved(rows: Rows, fact: WorkshopJob.Event, state: JobState, **columns: Any) -> None:
    rows.patch(JOB, fact.stream_id, state=state.value, state_since=fact.act.at, **columns)


def _numbers(rows: Rows, year: int) -> Row:
    usual = {"year": year, "last_number": 0, "pattern": standard_series(Document.WORKSHOP_JOB).pattern}
    return rows.get(JOB_NUMBER, year) or usual


def _next(rows: Rows, year: int) -> str:
    row = _numbers(rows, year)
    n = row["last_number"] + 1
    rows.put(JOB_NUMBER, {**row, "last_number": n})
    return format_number(Series(document=Document.WORKSHOP_JOB, pattern=row["pattern"]), year, n)


def _kept(rows: Rows, year: int, number: str) -> str:
    """A number given elsewhere; one that looks like ours is never given again."""
    row = _numbers(rows, year)
    digits = re.search(r"\d+$", number)
    n = int(digits[0]) if digits else 0
    series = Series(document=Document.WORKSHOP_JOB, pattern=row["pattern"])
    if n > row["last_number"] and format_number(series, year, n) == number:
        rows.put(JOB_NUMBER, {**row, "last_number": n})
    return number
