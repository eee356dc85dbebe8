"""Calls and activities as rows of the datamart: opened, worked on, ended; visits are counted by visit and day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.call_charged import USUAL_NIGHT
from aggregates.coverage import Coverage
from aggregates.rules.hour_pools import Band
from aggregates.rules.margin import BORNE
from aggregates.rules.work_bands import work_bands
from aggregates.values import rome_date
from aggregates.work_report import ActivityMode, Performed
from projections.base import Row, Rows
from projections.mart_ledger import drop_cost, enter_activity, enter_travel, settle_call, settle_goods
from projections.mart_work_tables import ACTIVITY, CALL, TRAVEL, put


def opened(fact: Call.Opened, rows: Rows) -> None:
    """A call, with what was decided of it."""
    told = {
        "call_id": fact.stream_id,
        "customer_id": fact.party_id,
        "site_id": fact.site_id,
        "serial_item_ids": [str(each) for each in fact.serial_item_ids],
        "channel": fact.channel.value,
        "priority": fact.priority.value,
        "is_maintenance": fact.maintenance is not None,
        "opened_at": fact.act.at,
        "opened_on": rome_date(fact.act.at),
        "visits": 0,
        "reopened": 0,
        "is_cancelled": False,
    }
    put(rows, CALL, {**told, **_covered(fact.coverage)})


def changed(fact: Call.Event, rows: Rows) -> None:
    """Another customer, other machines, another coverage or priority: its costs follow."""
    row = rows.get(CALL, fact.stream_id)
    if row is None:
        return
    told: dict[str, Any] = {}
    if isinstance(fact, Call.Identified):
        told = {"customer_id": fact.party_id, "site_id": fact.site_id}
    if isinstance(fact, Call.Identified | Call.ItemsChanged):
        told["serial_item_ids"] = [str(each) for each in fact.serial_item_ids]
    if isinstance(fact, Call.Absorbed):
        machines = (*row["serial_item_ids"], *(str(each) for each in fact.serial_item_ids))
        told["serial_item_ids"] = list(dict.fromkeys(machines))
    if isinstance(fact, Call.CoverageDecidedAgain):
        told = _covered(fact.coverage)
    if isinstance(fact, Call.PriorityChanged):
        told = {"priority": fact.priority.value}
    put(rows, CALL, {**row, **told})
    settle_call(rows, fact.stream_id)


def ended(fact: Call.Event, rows: Rows) -> None:
    """Closed, open again, cancelled or merged."""
    row = rows.get(CALL, fact.stream_id)
    if row is None:
        return
    told: dict[str, Any] = {"closed_at": None, "closed_on": None, "outcome": None, "is_cancelled": False}
    if isinstance(fact, Call.Closed):
        told = {"closed_at": fact.act.at, "closed_on": rome_date(fact.act.at), "outcome": fact.outcome.value}
    if isinstance(fact, Call.Cancelled):
        told = {**told, "is_cancelled": True}
    if isinstance(fact, Call.MergedInto):
        told = {"merged_into": fact.survivor_id}
    if isinstance(fact, Call.Reopened):
        told = {**told, "reopened": row["reopened"] + 1}
    put(rows, CALL, {**row, **told})
    settle_call(rows, fact.stream_id)


def performed(fact: Call.ActivityPerformed, rows: Rows) -> None:
    """Work and the way to it; corrected work replaces what was told before."""
    done, call = fact.performed, rows.get(CALL, fact.stream_id)
    if call is None:
        return
    named = {"activity_id": done.activity_id, "call_id": fact.stream_id, "fact_position": rows.now.position}
    if done.technician_id is not None and done.travel_km:
        driven_on = rome_date(done.set_out_at or done.time.starts_at)
        told = {"technician_id": done.technician_id, "day": driven_on, "km": done.travel_km}
        rows.put(TRAVEL, {**(rows.get(TRAVEL, done.activity_id) or {"position": 0}), **named, **told})
    elif rows.get(TRAVEL, done.activity_id) is not None:
        rows.drop(TRAVEL, done.activity_id)
        drop_cost(rows, "travel", done.activity_id)
    enter_activity(rows, {**named, "record_kind": "call", "record_id": fact.stream_id, **_activity(done, call)})
    travel = rows.get(TRAVEL, done.activity_id)
    if travel is not None:
        enter_travel(rows, travel)
    settle_goods(rows, fact.stream_id)
    _count_visits(rows, call)


def _activity(done: Performed, call: Row) -> Row:
    calendar = Coverage.model_validate(call["coverage"]).service.calendar
    bands = work_bands(calendar, done.time, done.pause_minutes, USUAL_NIGHT)
    return {
        "visit_id": done.visit_id,
        "serial_item_ids": [str(each) for each in done.serial_item_ids],
        "kind": done.kind,
        "mode": done.mode.value,
        "technician_id": done.technician_id,
        "day": rome_date(done.time.starts_at),
        "starts_at": done.time.starts_at,
        "ends_at": done.time.ends_at,
        "work_minutes": done.work_minutes,
        "travel_minutes": done.travel_minutes,
        "overtime_minutes": sum(minutes for band, minutes in bands.items() if band is not Band.ORDINARY),
        "bands": {band.value: minutes for band, minutes in bands.items()},
    }


def _count_visits(rows: Rows, call: Row) -> None:
    """Further technicians of a visit are no visit of their own; a further day is."""
    there = [row for row in rows.select(ACTIVITY, call_id=call["call_id"]) if row["mode"] == ActivityMode.VISIT.value]
    visits: set[tuple[UUID, object]] = {(row["visit_id"] or row["activity_id"], row["day"]) for row in there}
    first = min((row["starts_at"] for row in there), default=None)
    put(rows, CALL, {**call, "visits": len(visits), "first_visit_at": first})


def _covered(coverage: Coverage) -> Row:
    return {
        "contract_id": coverage.contract_id,
        "contract_line_id": coverage.contract_line_id,
        "account": BORNE[coverage.kind].value,
        "coverage": coverage.model_dump(mode="json"),
    }
