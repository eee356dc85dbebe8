"""Key figures (indicatori di gestione): first-time fix, repair times, time between failures, each down to its calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from aggregates.call_values import CloseOutcome
from aggregates.rules.key_figures import JUDGED, Closing, FirstTime, Gap, first_time, gaps, mean, percent
from projections.base import Page, Reader, Row
from projections.key_figure_calls import (
    FAILURE,
    WITHOUT_FAULT,
    FirstTimeFix,
    Group,
    Period,
    closed_calls,
    listed,
    summed,
    with_key,
)

SOLVED = (CloseOutcome.SOLVED.value, CloseOutcome.ABUSE.value)
"""A machine that was misused is repaired as well; a workaround solves nothing yet."""
HOUR = 3600
SHOWN = (
    "call_id", "call_number", "fault", "customer_id", "customer", "technician_id", "technician", "opened_on",
    "closed_on", "visits", "reopened", "outcome",
)  # fmt: skip
BY_MACHINE = ("serial", "product", "customer")


def first_time_fix(reader: Reader, ask: FirstTimeFix) -> dict[str, Any]:
    """By group: calls solved at the `first_visit` in percent of those `judged`, and why the others were not.

    `too_early`, `no_visit` and `no_fault` are not among the judged. The technician is the one who was there first.
    """
    return summed(ask, _judged(reader, ask), ask.by, "closed_on", _rate)


class FirstTimeCalls(FirstTimeFix):
    """The calls behind the rate: all, those of one group, those with one result."""

    key: str | None = Field(default=None, description="A `key` of first-time-fix; left out, all.")
    result: FirstTime | None = None


def first_time_calls(reader: Reader, ask: FirstTimeCalls) -> dict[str, Any]:
    """Each call with what became of it, and the call with which its fault came back."""
    rows = with_key(_judged(reader, ask), ask.by, ask.key, "closed_on")
    names = (*SHOWN, "next_on", "next_call", "result")
    shown = [{name: row[name] for name in names} for row in rows if ask.result in (None, row["result"])]
    return listed(ask, shown, ("closed_on", "call_id"), names)


def _judged(reader: Reader, ask: FirstTimeFix) -> list[Row]:
    rows = closed_calls(reader, ask, same_words=ask.same_words)
    return [{**row, "result": first_time(_closing(row), ask.within_days, row["today"]).value} for row in rows]


def _closing(row: Row) -> Closing:
    return Closing(
        is_solved=row["outcome"] in SOLVED,
        is_fault=row["outcome"] not in WITHOUT_FAULT,
        visits=row["visits"],
        reopened=row["reopened"],
        closed_on=row["closed_on"],
        next_on=row["next_on"],
    )


def _rate(rows: Sequence[Row]) -> Row:
    found = Counter(row["result"] for row in rows)
    counted = {each.value: found[each.value] for each in FirstTime}
    judged = sum(found[each.value] for each in JUDGED)
    return {"calls": len(rows), "judged": judged, **counted, "percent": percent(counted[FirstTime.FIXED.value], judged)}


class RepairTimes(Page, Period):
    """Corrective calls closed in some days, those without a fault as well."""

    by: Group = "month"


def repair_times(reader: Reader, ask: RepairTimes) -> dict[str, Any]:
    """By group: mean hours from the opening to the end of the last work, and mean hours of work, to one decimal.

    Hours of the clock, nights and waiting included. Calls that were closed without recorded work are not measured;
    `calls` counts them, `measured` does not.
    """
    return summed(ask, _timed(reader, ask), ask.by, "closed_on", _times)


class RepairCalls(RepairTimes):
    """The calls behind repair times."""

    key: str | None = Field(default=None, description="A `key` of repair-times; left out, all.")


def repair_calls(reader: Reader, ask: RepairCalls) -> dict[str, Any]:
    """Each call with its hours from the opening to the end of the last work, and its minutes of work."""
    names = (*SHOWN, "restored_at", "repair_seconds", "repair_hours", "work_minutes")
    rows = with_key(_timed(reader, ask), ask.by, ask.key, "closed_on")
    return listed(ask, [{name: row[name] for name in names} for row in rows], ("closed_on", "call_id"), names)


def _timed(reader: Reader, ask: Period) -> list[Row]:
    return [_with_time(row) for row in closed_calls(reader, ask)]


def _with_time(row: Row) -> Row:
    ended = row["restored_at"]
    seconds = max(0, int((ended - row["opened_at"]).total_seconds())) if ended else None
    return {**row, "repair_seconds": seconds, "repair_hours": mean(seconds, HOUR) if seconds is not None else None}


def _times(rows: Sequence[Row]) -> Row:
    measured = [row for row in rows if row["repair_seconds"] is not None]
    return {
        "calls": len(rows),
        "measured": len(measured),
        "mean_hours": mean(sum(row["repair_seconds"] for row in measured), HOUR * len(measured)),
        "mean_work_hours": mean(sum(row["work_minutes"] for row in measured), 60 * len(measured)),
    }


class FailureIntervals(Page):
    """Machines that failed again in some days (both included); left out, always."""

    by: Literal["serial", "product", "customer"] = "serial"
    from_on: date | None = None
    to_on: date | None = None
    customer_id: UUID | None = None
    product: str | None = None
    serial_item_id: UUID | None = None


FAILED = f"""
select i.serial_item_id, d.number, d.product, d.customer_id, p.name as customer, m.call_id, c.number as call_number,
       c.fault, m.opened_on
  from {{mart_call}} m join {{call}} c on c.call_id = m.call_id join {{call_item}} i on i.call_id = m.call_id
  join {{dim_serial}} d on d.serial_item_id = i.serial_item_id
  left join {{party}} p on p.party_id = d.customer_id
 where {FAILURE} and (%(to_on)s::date is null or m.opened_on <= %(to_on)s)
   and (%(customer_id)s::uuid is null or d.customer_id = %(customer_id)s)
   and (%(product)s::text is null or d.product = %(product)s)
   and (%(serial_item_id)s::uuid is null or d.serial_item_id = %(serial_item_id)s)
 order by i.serial_item_id, m.opened_on, m.opened_at, m.call_id"""  # noqa: S608 - own words only
IDLE = """
select s.serial_item_id, s.from_on,
       lead(s.from_on) over (partition by s.serial_item_id order by s.from_on) as to_on,
       coalesce((select d.in_service from {item_status} d where d.code = s.status order by d.from_on desc limit 1),
                true) as in_service
  from {serial_item_status} s where s.serial_item_id = any(%(ids)s::uuid[])"""


BETWEEN = ("key", "name", "machines", "intervals", "days", "idle_days", "mean_days")
INTERVAL = (
    "serial_item_id", "number", "product", "customer_id", "customer", "call_id", "call_number", "fault", "opened_on",
    "before_on", "days", "idle_days",
)  # fmt: skip


def failure_intervals(reader: Reader, ask: FailureIntervals) -> dict[str, Any]:
    """By item, product or customer: mean calendar days between corrective calls of a machine, to one decimal.

    Days on which the machine was out of service are left out and counted as `idle_days`. A call counts for each of
    its machines; an interval belongs to the day of its second call. The customer is who has the machine now.
    """
    rows = _intervals(reader, ask)
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(_key(row, ask.by), []).append(row)
    return listed(ask, [_between(key, part, ask.by) for key, part in sorted(parts.items())], ("key",), BETWEEN)


class FailureCalls(FailureIntervals):
    """The intervals behind the time between failures."""

    key: str | None = Field(default=None, description="A `key` of failure-intervals; left out, all.")


def failure_calls(reader: Reader, ask: FailureCalls) -> dict[str, Any]:
    """Each interval with the machine and the call that ended it."""
    rows = [row for row in _intervals(reader, ask) if ask.key in (None, _key(row, ask.by))]
    return listed(ask, rows, ("opened_on", "serial_item_id", "call_id"), INTERVAL)


def _intervals(reader: Reader, ask: FailureIntervals) -> list[Row]:
    failed: dict[UUID, list[Row]] = {}
    for row in reader.rows(FAILED, ask.model_dump(), replan=True):
        failed.setdefault(row["serial_item_id"], []).append(row)
    idle: dict[UUID, list[tuple[date, date | None]]] = {}
    for row in reader.rows(IDLE, {"ids": list(failed)}):
        if not row["in_service"]:
            idle.setdefault(row["serial_item_id"], []).append((row["from_on"], row["to_on"]))
    return [
        {**call, "before_on": gap.before_on, "days": gap.days, "idle_days": gap.idle_days}
        for item, calls in failed.items()
        for call, gap in _ended(calls, idle.get(item, []))
        if ask.from_on is None or gap.failed_on >= ask.from_on
    ]


def _ended(calls: Sequence[Row], idle: list[tuple[date, date | None]]) -> Iterator[tuple[Row, Gap]]:
    return zip(calls[1:], gaps((call["opened_on"] for call in calls), idle), strict=True)


def _key(row: Row, by: str) -> str:
    return str(row[{"serial": "serial_item_id", "product": "product", "customer": "customer_id"}[by]] or "")


def _between(key: str, rows: Sequence[Row], by: str) -> Row:
    one, days = rows[0], sum(row["days"] for row in rows)
    names = {"serial": f"{one['number']} {one['product'] or ''}".strip(), "product": one["product"]}
    return {
        "key": key,
        "name": names.get(by, one["customer"]),
        "machines": len({row["serial_item_id"] for row in rows}),
        "intervals": len(rows),
        "days": days,
        "idle_days": sum(row["idle_days"] for row in rows),
        "mean_days": mean(Decimal(days), len(rows)),
    }
