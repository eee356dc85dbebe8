"""A technician's day (la mia giornata): the visits with all that is needed at the customer's, also without signal."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.call import Call
from projections.agenda import AskAgenda, FindUnassigned, find_unassigned, visits_of
from projections.base import Ask, Reader, Row
from projections.sla_views import FindClocks, find_clocks

HISTORY = 3
NEARBY = 20


class MyDay(Ask):
    """One technician on one Italian day."""

    technician_id: UUID
    on: date


def my_day(reader: Reader, ask: MyDay) -> dict[str, Any] | None:
    """The visits in order, each with place, caller, machines, history, coverage, parts, checklists and due times.

    Beside them the calls that nobody has yet, what lies in the technician's van, and the kinds of activities: with
    this a device works on while there is no signal.
    """
    technician = reader.row(
        """select technician_id, code, name, external, areas, skills, active
             from {technician} where technician_id = %(technician_id)s""",
        ask.model_dump(),
    )
    if technician is None:
        return None
    visits = visits_of(reader, AskAgenda(from_on=ask.on, to_on=ask.on, technician_id=ask.technician_id))
    unassigned = find_unassigned(reader, FindUnassigned(limit=NEARBY))["items"]
    return {
        "technician": technician,
        "on": ask.on,
        "visits": [_visit(reader, visit) for visit in visits],
        "unassigned": [one for one in unassigned if _may_do(technician, one)],
        "van": _van(reader, ask.technician_id),
        "activity_types": reader.rows("select * from {activity_type} order by code"),
    }


def _may_do(technician: Row, activity: Row) -> bool:
    return activity["skill"] is None or activity["skill"] in {skill["name"] for skill in technician["skills"]}


def _visit(reader: Reader, visit: Row) -> Row:
    asked = {"call_id": visit["call_id"], "activity_id": visit["visit_id"] or visit["activity_id"]}
    call = reader.record(visit["call_id"])
    assert isinstance(call, Call)
    activity = call.activities.get(asked["activity_id"])
    machines = (activity.serial_item_ids if activity else ()) or call.serial_item_ids
    clocks = find_clocks(reader, FindClocks(call_id=visit["call_id"]))["items"]
    return {
        **visit,
        **(_place(reader, asked) or {}),
        "machines": [_machine(reader, machine, visit["call_id"]) for machine in machines],
        "parts_to_bring": _parts(call),
        "checklists": reader.rows(
            """select checklist_id, name, state, operations, serial_item_id from {checklist}
                where call_id = %(call_id)s order by opened_at, checklist_id""",
            asked,
        ),
        "due": [{name: clock[name] for name in ("clock", "state", "due_at")} for clock in clocks],
        "reports": [{"report_id": key, "revision": report.revision} for key, report in call.reports.items()],
    }


def _place(reader: Reader, asked: dict[str, Any]) -> Row | None:
    return reader.row(
        """select c.caller, c.caller_phone, c.coverage, c.coverage_reason, c.coverage_because, s.latitude, s.longitude,
                  s.postcode, s.province, s.notes as site_notes
             from {call} c left join {party_site} s on s.site_id = c.site_id where c.call_id = %(call_id)s""",
        asked,
    )


def _machine(reader: Reader, serial_item_id: UUID, call_id: UUID) -> Row:
    """A machine with its meters to read and the last calls about it."""
    asked = {"item": serial_item_id, "call": call_id, "most": HISTORY}
    known = reader.row(
        """select serial_item_id, manufacturer, number, product, type, location, status, installed_on
             from {serial_item} where serial_item_id = %(item)s""",
        asked,
    )
    return {
        **(known or {"serial_item_id": serial_item_id}),
        "meters": reader.rows(
            "select kind, digits, last_value, last_read_at from {meter} where serial_item_id = %(item)s order by kind",
            asked,
        ),
        "history": reader.rows(
            """select c.call_id, c.number, c.opened_on, c.fault, c.status, c.outcome
                 from {call_item} i join {call} c on c.call_id = i.call_id
                where i.serial_item_id = %(item)s and c.call_id <> %(call)s
                order by c.opened_at desc, c.call_id limit %(most)s""",
            asked,
        ),
    }


def _parts(call: Call) -> list[dict[str, Any]]:
    used = {used.planned_line_id for used in call.used_parts.values()}
    told = {"article_id", "code", "description", "quantity", "unit"}
    return [
        {"line_id": line_id, "warehouse_id": call.reserved_at.get(line_id), **part.model_dump(include=told)}
        for line_id, part in call.planned_parts.items()
        if line_id not in used
    ]


def _van(reader: Reader, technician_id: UUID) -> list[Row]:
    return reader.rows(
        """select l.article_id, a.code, a.description, l.warehouse_id, l.on_hand,
                  l.reserved_soft + l.reserved_firm as promised
             from {stock_warehouse} w
             join {stock_level} l on l.warehouse_id = w.warehouse_id
             left join {article} a on a.article_id = l.article_id
            where w.technician_id = %(technician_id)s and w.kind = 'van' and l.on_hand > 0
            order by a.code, l.article_id""",
        {"technician_id": technician_id},
    )
