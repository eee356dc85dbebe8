"""The call board (console chiamate): every call with its number, state and next visit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.number_register import NumberRegister
from aggregates.rules.numbering import Document, Series, format_number, standard_series
from aggregates.values import rome_date
from projections.base import ReadModel, Rows, Table, on

CALL = Table(
    "call",
    {
        "call_id": "uuid", "number": "text", "status": "text", "opened_at": "timestamptz", "opened_on": "date",
        "party_id": "uuid", "site_id": "uuid", "caller": "text", "caller_phone": "text", "serial_item_ids": "jsonb",
        "fault": "text", "channel": "text", "customer_reference": "text", "priority": "text", "skill": "text",
        "coverage": "text", "coverage_reason": "text", "coverage_because": "jsonb", "contract_id": "uuid",
        "technician_id": "uuid",
        "next_visit_at": "timestamptz", "paused_for": "text", "outcome": "text", "ended_at": "timestamptz",
        "changed_at": "timestamptz", "maintenance": "jsonb",
        "owner": "text", "said": "text", "merged_into": "uuid",
    },
    ("call_id",),
    ("opened_at, call_id", "status, opened_at", "party_id, opened_at", "technician_id, opened_at", "number",
     "opened_at where status = 'open'", "merged_into where merged_into is not null", "site_id, opened_at"),
)  # fmt: skip
KEPT = ("party_id", "site_id", "fault", "customer_reference", "skill")
DUPLICATE = "duplicate"
"""How a call ended that was merged into another one; nobody closes a call so."""
NUMBER = Table("call_number", {"year": "integer", "last_number": "integer", "pattern": "text"}, ("year",))
ITEM = Table(
    "call_item", {"call_id": "uuid", "serial_item_id": "uuid"}, ("call_id", "serial_item_id"), ("serial_item_id",)
)


class CallBoard(ReadModel):
    """Every call as it stands. Numbers are given here, per company and year, in the order of the log."""

    NAME = "call_board"
    TABLES = (CALL, NUMBER, ITEM)

    @on(NumberRegister.Opened)
    def register_opened(self, fact: NumberRegister.Opened, rows: Rows) -> None:
        """Numbers go on after those of the system used before."""
        if fact.series.document is Document.CALL and not fact.series.code:
            row = _number_row(rows, fact.year)
            last = max(row["last_number"], fact.last_number)
            rows.put(NUMBER, {"year": fact.year, "last_number": last, "pattern": fact.series.pattern})

    @on(Call.Opened)
    def opened(self, fact: Call.Opened, rows: Rows) -> None:
        """A call appears with its number."""
        opened_on = rome_date(fact.act.at)
        rows.put(
            CALL,
            {
                "call_id": fact.stream_id,
                "number": _kept(rows, opened_on, fact.number) if fact.number else _next(rows, opened_on),
                "status": "open",
                "opened_at": fact.act.at,
                "opened_on": opened_on,
                "caller": fact.caller.name if fact.caller else None,
                "caller_phone": fact.caller.phone if fact.caller else None,
                "serial_item_ids": [str(item) for item in fact.serial_item_ids],
                "channel": fact.channel.value,
                "priority": fact.priority.value,
                "changed_at": fact.act.at,
                "said": fact.said,
                "maintenance": fact.maintenance.model_dump(mode="json") if fact.maintenance else None,
                **{
                    name: getattr(fact, name)
                    for name in ("party_id", "site_id", "fault", "customer_reference", "skill")
                },
                **_coverage(fact),
            },
        )
        _about(rows, fact, fact.serial_item_ids)

    @on(Call.TakenInCharge)
    def taken_in_charge(self, fact: Call.TakenInCharge, rows: Rows) -> None:
        """Somebody answers for it."""
        row = rows.get(CALL, fact.stream_id) or {}
        owner = fact.act.by if fact.technician_id is None else row.get("owner")
        technician_id = fact.technician_id or row.get("technician_id")
        _patch(rows, fact, status=fact.status.value, technician_id=technician_id, owner=owner)

    @on(Call.HandedOver)
    def handed_over(self, fact: Call.HandedOver, rows: Rows) -> None:
        """Somebody else answers for it, unless only an activity was handed over."""
        if fact.activity_id is None:
            _patch(rows, fact, owner=fact.to)

    @on(Call.Identified, Call.ItemsChanged)
    def identified(self, fact: Call.Identified | Call.ItemsChanged, rows: Rows) -> None:
        """It is known whose it is, or about which machines."""
        if isinstance(fact, Call.Identified):
            _patch(rows, fact, party_id=fact.party_id, site_id=fact.site_id)
        for row in rows.select(ITEM, call_id=fact.stream_id):
            rows.drop(ITEM, fact.stream_id, row["serial_item_id"])
        _about(rows, fact, fact.serial_item_ids)

    @on(Call.Absorbed)
    def absorbed(self, fact: Call.Absorbed, rows: Rows) -> None:
        """A duplicate went into it, with its machines."""
        row = rows.get(CALL, fact.stream_id) or {"serial_item_ids": []}
        _about(rows, fact, (*(UUID(key) for key in row["serial_item_ids"]), *fact.serial_item_ids))

    @on(Call.MergedInto)
    def merged_into(self, fact: Call.MergedInto, rows: Rows) -> None:
        """It was a duplicate of another one."""
        _patch(rows, fact, outcome=DUPLICATE, merged_into=fact.survivor_id)

    @on(Call.TechnicianAssigned, Call.Reassigned)
    def assigned(self, fact: Call.TechnicianAssigned | Call.Reassigned, rows: Rows) -> None:
        """The next visit is the one planned last."""
        if isinstance(fact, Call.TechnicianAssigned):
            _patch(rows, fact, status=fact.status.value)
        _patch(rows, fact, technician_id=fact.technician_id, next_visit_at=fact.slot.starts_at)

    @on(Call.Unassigned)
    def unassigned(self, fact: Call.Unassigned, rows: Rows) -> None:
        """Nobody has it on the agenda."""
        _patch(rows, fact, status=fact.status.value, technician_id=None, next_visit_at=None)

    @on(Call.ActivityPerformed)
    def performed(self, fact: Call.ActivityPerformed, rows: Rows) -> None:
        """The visit is over."""
        _patch(rows, fact, status=fact.status.value, next_visit_at=None)

    @on(Call.Arrived, Call.WorkReported)
    def moved_on(self, fact: Call.Arrived | Call.WorkReported, rows: Rows) -> None:
        """The state is the one the fact says."""
        _patch(rows, fact, status=fact.status.value)

    @on(Call.Closed)
    def closed(self, fact: Call.Closed, rows: Rows) -> None:
        """Nothing is left to do."""
        _patch(
            rows, fact, status=fact.status.value, outcome=fact.outcome.value, ended_at=fact.act.at, next_visit_at=None
        )

    @on(Call.Cancelled)
    def cancelled(self, fact: Call.Cancelled, rows: Rows) -> None:
        """The request was withdrawn."""
        _patch(rows, fact, status=fact.status.value, ended_at=fact.act.at, next_visit_at=None, paused_for=None)

    @on(Call.Reopened)
    def reopened(self, fact: Call.Reopened, rows: Rows) -> None:
        """The call is live again."""
        _patch(rows, fact, status=fact.status.value, outcome=None, ended_at=None)

    @on(Call.Paused)
    def paused(self, fact: Call.Paused, rows: Rows) -> None:
        """The call waits for something."""
        _patch(rows, fact, paused_for=fact.reason.value)

    @on(Call.Resumed)
    def resumed(self, fact: Call.Resumed, rows: Rows) -> None:
        """The wait is over."""
        _patch(rows, fact, paused_for=None)

    @on(Call.PriorityChanged)
    def priority_changed(self, fact: Call.PriorityChanged, rows: Rows) -> None:
        """The priority is another."""
        _patch(rows, fact, priority=fact.priority.value)

    @on(Call.CoverageDecidedAgain)
    def coverage_decided_again(self, fact: Call.CoverageDecidedAgain, rows: Rows) -> None:
        """The coverage is another."""
        _patch(rows, fact, **_coverage(fact))


def _coverage(fact: Call.Opened | Call.CoverageDecidedAgain) -> dict[str, Any]:
    coverage = fact.coverage
    return {
        "coverage": coverage.kind.value,
        "coverage_reason": coverage.why,
        "coverage_because": coverage.because.model_dump() if coverage.because else None,
        "contract_id": coverage.contract_id,
    }


def _about(rows: Rows, fact: Call.Event, serial_item_ids: Iterable[UUID]) -> None:
    """The machines the call is about from now on."""
    about = tuple(dict.fromkeys(serial_item_ids))
    _patch(rows, fact, serial_item_ids=[str(item) for item in about])
    for item in about:
        rows.put(ITEM, {"call_id": fact.stream_id, "serial_item_id": item})


def _patch(rows: Rows, fact: Any, **columns: Any) -> None:
    rows.patch(CALL, fact.stream_id, changed_at=fact.act.at, **columns)


def _number_row(rows: Rows, year: int) -> dict[str, Any]:
    pattern = standard_series(Document.CALL).pattern
    return rows.get(NUMBER, year) or {"year": year, "last_number": 0, "pattern": pattern}


def _next(rows: Rows, opened_on: date) -> str:
    row = _number_row(rows, opened_on.year)
    n = row["last_number"] + 1
    rows.put(NUMBER, {**row, "last_number": n})
    return format_number(Series(document=Document.CALL, pattern=row["pattern"]), opened_on.year, n)


def _kept(rows: Rows, opened_on: date, number: str) -> str:
    """A number given elsewhere; one that looks like ours is never given again."""
    row = _number_row(rows, opened_on.year)
    digits = re.search(r"\d+$", number)
    n = int(digits[0]) if digits and len(digits[0]) < 9 else 0
    series = Series(document=Document.CALL, pattern=row["pattern"])
    if n > row["last_number"] and format_number(series, opened_on.year, n) == number:
        rows.put(NUMBER, {**row, "last_number": n})
    return number
