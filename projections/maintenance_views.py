"""Maintenance as people see it (scadenzario): board, calendar, forecast, plans.

What is due by itself comes from the functions that the duty makes calls by, so that list and calls never differ.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import require
from aggregates.because import Because
from aggregates.maintenance_scope import PlanView
from aggregates.rules.maintenance_due import Due, expected, forecast
from projections.base import Ask, Page, Reader, Row, SortUnknown, decode_cursor, encode_cursor, page
from projections.current_day import current_day
from projections.maintenance_machines import Machine, machines, plan_view

AHEAD_DAYS, BACK_DAYS, YEAR_DAYS = 60, 90, 365
RECORDED = """
select o.*, pl.code as plan_code, pl.name as plan_name, i.number as serial, i.product, i.owner_id as party_id,
       i.site_id, p.name as party_name, s.name as site_name, s.town, c.number as call_number, c.status as call_status,
       c.next_visit_at, coalesce(c.technician_id, m.technician_id) as technician_id, t.name as technician_name,
       case when c.technician_id is null then m.unassigned end as unassigned_because
  from {maintenance_occurrence} o
  join {maintenance_plan} pl on pl.plan_id = o.plan_id
  join {serial_item} i on i.serial_item_id = o.serial_item_id
  left join {party} p on p.party_id = i.owner_id
  left join {party_site} s on s.site_id = i.site_id
  left join {call} c on c.call_id = o.call_id
  left join {maintenance_call} m on m.call_id = o.call_id
  left join {technician} t on t.technician_id = coalesce(c.technician_id, m.technician_id)
 where (%(plan_id)s::uuid is null or o.plan_id = %(plan_id)s)
   and (%(serial_item_id)s::uuid is null or o.serial_item_id = %(serial_item_id)s)
   and (%(party_id)s::uuid is null or i.owner_id = %(party_id)s)
   and o.due_on between %(from_on)s and %(to_on)s and o.state <> 'due'"""
PLACES = """select i.serial_item_id, p.name as party_name, s.name as site_name, s.town
              from {serial_item} i left join {party} p on p.party_id = i.owner_id
              left join {party_site} s on s.site_id = i.site_id
             where i.serial_item_id = any(%(items)s::uuid[])"""
EMPTY: Row = dict.fromkeys(
    ("earliest_on", "latest_on", "call_id", "made_at", "ended_on", "reason", "because", "call_number", "call_status",
     "next_visit_at", "technician_id", "technician_name", "party_name", "site_name", "town",
     "unassigned_because")
)  # fmt: skip


class BoardState(StrEnum):
    """How far a service is: late is what is due or planned after its tolerance."""

    DUE = "due"
    HELD = "held"
    PLANNED = "planned"
    LATE = "late"
    DONE = "done"
    SKIPPED = "skipped"


class FindOccurrences(Page):
    """Services due between two days, by state, customer, site, machine, technician, plan.

    Left out, from 90 days ago to 60 days ahead of `on`, which left out is today.
    """

    on: date | None = None
    from_on: date | None = None
    to_on: date | None = None
    state: BoardState | None = None
    plan_id: UUID | None = None
    party_id: UUID | None = None
    site_id: UUID | None = None
    serial_item_id: UUID | None = None
    technician_id: UUID | None = None


def find_occurrences(reader: Reader, ask: FindOccurrences) -> dict[str, Any]:
    """The services in the order in which they are due, which is the only one. Raises `SortUnknown`."""
    require(ask.sort is None, SortUnknown, sort=ask.sort)
    found = sorted(services(reader, ask), key=place_of)
    if ask.after:
        due_on, *rest = decode_cursor(ask.after, 4)
        found = [row for row in found if place_of(row) > (str(due_on), *map(str, rest))]
    limit = max(1, min(ask.limit, 500))
    return {"items": found[:limit], "next": encode_cursor(place_of(found[limit - 1])) if len(found) > limit else None}


class BoardStep(StrEnum):
    """How long the stretches of a calendar are."""

    WEEK = "week"
    MONTH = "month"


class AskCalendar(FindOccurrences):
    """The same services counted by week (from Monday) or month."""

    by: BoardStep = BoardStep.MONTH


def maintenance_calendar(reader: Reader, ask: AskCalendar) -> dict[str, Any]:
    """For each week or month that has any: how many services by state, and the minutes expected of them.

    Raises `SortUnknown`.
    """
    require(ask.sort is None, SortUnknown, sort=ask.sort)
    counted: dict[date, Counter[str]] = defaultdict(Counter)
    minutes: Counter[date] = Counter()
    for row in services(reader, ask):
        first = _first_of(row["due_on"], ask.by)
        counted[first][row["state"]] += 1
        minutes[first] += row["minutes"] or 0
    return {
        "items": [
            {"starts_on": first, "by_state": dict(sorted(counted[first].items())), "minutes": minutes[first]}
            for first in sorted(counted)
        ],
        "next": None,
    }


class AskForecast(Ask):
    """The services of the coming months, as if each were done on its day."""

    on: date | None = None
    days: int = Field(default=YEAR_DAYS, ge=1, le=3 * YEAR_DAYS)
    plan_id: UUID | None = None
    party_id: UUID | None = None


def maintenance_forecast(reader: Reader, ask: AskForecast) -> dict[str, Any]:
    """By plan and month: how many services are to come, the minutes expected, and parts by code."""
    on = ask.on or current_day(reader)
    until = on + timedelta(days=ask.days)
    items = []
    for plan in _plans(reader, ask.plan_id):
        months: dict[date, list[Due]] = defaultdict(list)
        for machine in machines(reader, plan):
            if ask.party_id in (None, machine.row["owner_id"]):
                for due in forecast(machine.watched, machine.course, until):
                    months[_first_of(max(due.due_on, on), BoardStep.MONTH)].append(due)
        items += [{**_named(plan), "month": month, **_expected(months[month])} for month in sorted(months)]
    return {"from_on": on, "until": until, "items": items}


def _expected(found: list[Due]) -> Row:
    parts: dict[str, Decimal] = {}
    for part in (part for due in found for part in due.terms.parts):
        parts[part.code] = parts.get(part.code, Decimal(0)) + part.quantity
    return {
        "services": len(found),
        "minutes": sum(due.terms.minutes or 0 for due in found),
        "parts": [{"code": code, "quantity": str(quantity)} for code, quantity in sorted(parts.items())],
    }


class FindPlans(Page):
    """Maintenance plans by code or name, perhaps only those that run on a day."""

    text: str | None = None
    running_on: date | None = None


def find_plans(reader: Reader, ask: FindPlans) -> dict[str, Any]:
    """The plans by code, each with its versions."""
    return page(
        reader,
        ask,
        """select * from {maintenance_plan}
            where (%(text)s::text is null or concat_ws(' ', code, name) ilike '%%' || %(text)s || '%%')
              and (%(running_on)s::date is null
                   or (starts_on <= %(running_on)s and coalesce(ends_on, 'infinity') >= %(running_on)s))""",
        order=("code", "plan_id"),
    )


class PlanSheet(Ask):
    """One plan, with the services of its machines as they stand on a day."""

    plan_id: UUID
    on: date | None = None


def plan_sheet(reader: Reader, ask: PlanSheet) -> dict[str, Any] | None:
    """The plan with its versions and suspensions, and each machine with its last and next service."""
    plan = next(iter(_plans(reader, ask.plan_id)), None)
    if plan is None:
        return None
    on = ask.on or current_day(reader)
    found = [_machine(machine, on) for machine in machines(reader, plan)]
    return {**plan, "terms": plan_view(plan).terms_on(on).model_dump(mode="json"), "machines": found}


def _machine(machine: Machine, on: date) -> Row:
    done = [one.ended_on for one in machine.course.values() if one.state == "done" and one.ended_on]
    coming = forecast(machine.watched, machine.course, on + timedelta(days=3 * YEAR_DAYS))
    told = {name: machine.row[name] for name in ("serial_item_id", "number", "product", "owner_id", "site_id")}
    next_one = {"key": coming[0].key, "rule": coming[0].rule, "due_on": coming[0].due_on} if coming else None
    return {**told, "last_done_on": max(done, default=None), "next": next_one}


def services(reader: Reader, ask: FindOccurrences) -> Iterator[Row]:
    """Services recorded, and those to come, plan by plan; `place_of` puts them in order."""
    on = ask.on or current_day(reader)
    days = {
        "from_on": ask.from_on or on - timedelta(days=BACK_DAYS),
        "to_on": ask.to_on or on + timedelta(days=AHEAD_DAYS),
    }
    wanted = {name: getattr(ask, name) for name in ("party_id", "site_id", "technician_id")}
    for plan in _plans(reader, ask.plan_id):
        view = plan_view(plan)
        whose = {"serial_item_id": ask.serial_item_id, "party_id": ask.party_id}
        asked = {"plan_id": plan["plan_id"], **whose, **days}
        rows = [*reader.rows(RECORDED, asked), *_coming(reader, plan, ask, **days)]
        for row in rows:
            shown = _shown(row, view, on)
            if all(value in (None, row[name]) for name, value in wanted.items()) and ask.state in (
                None,
                shown["state"],
            ):
                yield shown


def _shown(row: Row, plan: PlanView, on: date) -> Row:
    terms = plan.terms_on(row["due_on"])
    latest = row["latest_on"] or row["due_on"] + timedelta(days=terms.after_days)
    earliest = row["earliest_on"] or row["due_on"] - timedelta(days=terms.before_days)
    is_late = row["state"] in ("due", "held", "planned") and latest < on
    return {
        **row,
        "earliest_on": earliest,
        "latest_on": latest,
        "state": BoardState.LATE.value if is_late else row["state"],
        "minutes": terms.minutes,
        "unassigned_reason": _in_words(row["unassigned_because"]),
    }


def _in_words(told: Row | None) -> str | None:
    """Why nobody is named, in Italian; the edge tells it in the reader's language."""
    return Because.model_validate(told).italian if told else None


def _coming(reader: Reader, plan: Row, ask: FindOccurrences, *, from_on: date, to_on: date) -> Iterator[Row]:
    """What is due without being recorded, or is due again."""
    found = [
        (machine, due)
        for machine in machines(reader, plan, ask.serial_item_id, ask.party_id)
        for due in expected(machine.watched, machine.course, to_on)
        if due.due_on >= from_on and (due.key not in machine.course or machine.course[due.key].state == "due")
    ]
    keys = list({machine.row["serial_item_id"] for machine, _ in found})
    places = {row["serial_item_id"]: row for row in reader.rows(PLACES, {"items": keys})} if keys else {}
    for machine, due in found:
        key = machine.row["serial_item_id"]
        known = machine.course.get(due.key)
        yield {
            **EMPTY,
            **places[key],
            "plan_id": plan["plan_id"],
            "plan_code": plan["code"],
            "plan_name": plan["name"],
            "serial": machine.row["number"],
            "product": machine.row["product"],
            "party_id": machine.row["owner_id"],
            "site_id": machine.row["site_id"],
            **{name: getattr(due, name) for name in ("key", "rule", "nominal_on", "due_on", "attempt")},
            "state": BoardState.DUE.value,
            "reason": known.reason if known else None,
            "because": known.because.model_dump() if known and known.because else None,
        }


def _plans(reader: Reader, plan_id: UUID | None) -> list[Row]:
    sql = "select * from {maintenance_plan} where %(plan_id)s::uuid is null or plan_id = %(plan_id)s order by plan_id"
    return reader.rows(sql, {"plan_id": plan_id})


def _named(plan: Row) -> Row:
    return {"plan_id": plan["plan_id"], "plan_code": plan["code"], "plan_name": plan["name"]}


def place_of(row: Row) -> tuple[str, str, str, str]:
    """Where a service stands among others: by the day it is due."""
    return str(row["due_on"]), str(row["plan_id"]), str(row["serial_item_id"]), row["key"]


def _first_of(day: date, step: BoardStep) -> date:
    return day.replace(day=1) if step is BoardStep.MONTH else day - timedelta(days=day.weekday())
