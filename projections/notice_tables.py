"""The tables of notices (avvisi), and how what happened becomes due under the rules that listen to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from aggregates.base import Aggregate
from aggregates.call_booking_values import Booking
from aggregates.notice_terms import Happening
from aggregates.notice_texts import TO_BE_AGREED
from aggregates.values import ROME, Slot
from projections.base import Row, Rows, Table

RULE = Table("notice_rule", {"code": "text", "happening": "text", "since": "timestamptz", "terms": "jsonb"}, ("code",))
LISTENING = Table("notice_listening", {"happening": "text", "rules": "jsonb"}, ("happening",))
"""For each happening the rules' codes with what a fold asks of them: every fact of a call looks here by key."""
SETTING = Table("notice_setting", {"name": "text", "value": "text"}, ("name",))
EXCEPTION = Table(
    "notice_exception", {"customer_id": "uuid", "everything": "boolean", "rules": "jsonb"}, ("customer_id",)
)
DUE = Table(
    "notice_due",
    {
        "rule": "text", "occasion": "text", "happening": "text", "happened_at": "timestamptz", "call_id": "uuid",
        "cause_id": "uuid", "activity_id": "uuid", "technician_id": "uuid", "told": "jsonb", "whom": "jsonb",
        "attached": "jsonb", "party_id": "uuid", "record_id": "uuid",
    },
    ("rule", "occasion"),
    ("happened_at", "activity_id"),
)  # fmt: skip
VISIT = Table(
    "notice_visit",
    {
        "activity_id": "uuid", "call_id": "uuid", "technician_id": "uuid", "starts_at": "timestamptz",
        "ends_at": "timestamptz", "watched": "boolean", "arrived": "boolean",
    },
    ("activity_id",),
    ("watched where watched",),
)  # fmt: skip
PAPER = Table("notice_paper", {"record_id": "uuid", "version": "integer", "call_id": "uuid"}, ("record_id", "version"))
"""What is told of once it is printed: signed reports of calls, orders that go out by e-mail."""
JOB = Table("notice_job", {"job_id": "uuid", "call_id": "uuid"}, ("job_id",))
CALLER = Table(
    "notice_caller",
    {"call_id": "uuid", "person_id": "uuid", "name": "text", "phone": "text", "email": "text"},
    ("call_id",),
)
NOTICE = Table(
    "notice",
    {
        "notice_id": "uuid", "rule": "text", "occasion": "text", "happening": "text", "call_id": "uuid",
        "cause_id": "uuid", "customer_id": "uuid", "happened_at": "timestamptz", "channel": "text", "whom": "text",
        "person_id": "uuid",
        "name": "text", "address": "text", "subject": "text", "text": "text", "attached": "jsonb", "state": "text",
        "written_at": "timestamptz", "due_at": "timestamptz", "use_by_at": "timestamptz", "sent_at": "timestamptz",
        "message_id": "text", "attempts": "integer", "reason": "text",
    },
    ("notice_id",),
    ("written_at, notice_id", "call_id", "rule, occasion", "due_at where state = 'due'", "state, written_at",
     "customer_id, written_at", "cause_id"),
)  # fmt: skip
LATE = "/late"


def listen(happening: str, code: str, listening: dict[str, Any] | None, rows: Rows) -> None:
    """A rule listens to a happening, or no longer."""
    known = (rows.get(LISTENING, happening) or {"rules": {}})["rules"]
    rules = {key: rule for key, rule in known.items() if key != code}
    rows.put(LISTENING, {"happening": happening, "rules": rules | ({code: listening} if listening else {})})


def _rules(happening: Happening, rows: Rows, channel: str | None = None) -> Iterator[tuple[str, datetime, int]]:
    """The rules that listen to a happening: code, since when, and after how many minutes a visit is late."""
    row = rows.get(LISTENING, happening.value)
    for code, rule in sorted(row["rules"].items()) if row else ():
        if channel not in (None, rule["channel"]):
            continue
        yield code, datetime.fromisoformat(rule["since"]), rule["late_after_minutes"]


def happen(
    fact: Aggregate.Event,
    happening: Happening,
    rows: Rows,
    call_id: UUID | None,
    visit: Row | None = None,
    told: dict[str, str] | None = None,
    channel: str | None = None,
    part: UUID | None = None,
    **columns: Any,
) -> None:
    """Something happened: due by every rule that held then, of one channel where somebody asked for it.

    `part` tells apart what one fact brings to several.
    """
    visit = visit or {}
    words = {**_times(visit), **(told or {})}
    key = "/".join(str(one) for one in (fact.stream_id, fact.originator_version, happening, part) if one is not None)
    for code, since, _ in _rules(happening, rows, channel):
        if fact.act.at >= since:
            row = {"rule": code, "occasion": key}
            about = {"happening": happening.value, "happened_at": fact.act.at, "call_id": call_id}
            who = {name: visit.get(name) for name in ("activity_id", "technician_id")}
            rows.put(DUE, {**row, **about, **who, "cause_id": fact.stream_id, "told": words, **columns})


def place(call_id: UUID, activity_id: UUID, technician_id: UUID, slot: Slot, rows: Rows) -> Row:
    """The visit has this time: from now on it may be late."""
    unwatch(activity_id, rows)
    visit = {"activity_id": activity_id, "call_id": call_id, "technician_id": technician_id, **dict(slot)}
    rows.put(VISIT, {**visit, "watched": True})
    for code, since, minutes in _rules(Happening.TECHNICIAN_DELAYED, rows):
        watch(visit, code, since, minutes, rows)
    return visit


def book(call_id: UUID, booking: Booking, rows: Rows) -> None:
    """A further technician, or a further stretch of a visit; nobody watches whether it is late."""
    row = {"activity_id": booking.booking_id, "call_id": call_id, "technician_id": booking.technician_id}
    rows.put(VISIT, {**row, **dict(booking.slot), "watched": False, "arrived": booking.arrived})


def watch(visit: Row, code: str, since: datetime, minutes: int, rows: Rows) -> None:
    """A visit will be late at a moment, unless somebody arrives before."""
    late_at = visit["starts_at"] + timedelta(minutes=minutes)
    occasion = f"{visit['activity_id']}/{visit['starts_at'].astimezone(ROME).isoformat()}{LATE}"
    if late_at < since or rows.select(NOTICE, rule=code, occasion=occasion):
        return
    told = {**_times(visit), "previous_starts": told_time(visit["starts_at"]), "starts": TO_BE_AGREED}
    who = {name: visit[name] for name in ("call_id", "activity_id", "technician_id")}
    about = {"happening": Happening.TECHNICIAN_DELAYED.value, "happened_at": late_at, "cause_id": visit["call_id"]}
    rows.put(DUE, {"rule": code, "occasion": occasion, **about, **who, "told": told})


def unwatch(activity_id: UUID, rows: Rows) -> None:
    """The visit has begun, moved or will not be: nobody is late any more."""
    rows.patch(VISIT, activity_id, watched=False)
    is_watched = any(_rules(Happening.TECHNICIAN_DELAYED, rows))
    for due in rows.select(DUE, activity_id=activity_id) if is_watched else ():
        if due["occasion"].endswith(LATE):
            rows.drop(DUE, due["rule"], due["occasion"])


def _times(visit: Row) -> dict[str, str]:
    return {name: told_time(visit[f"{name}_at"]) for name in ("starts", "ends") if visit.get(f"{name}_at")}


def told_time(at: datetime) -> str:
    """An instant as a notice tells it: Italian time."""
    return at.astimezone(ROME).strftime("%d/%m/%Y %H:%M")


def told_day(day: date) -> str:
    """A day as a notice tells it."""
    return day.strftime("%d/%m/%Y")
