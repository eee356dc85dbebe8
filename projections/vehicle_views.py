"""What people see of vehicles (automezzi): the list, one vehicle, who has which, deadlines, kilometres and costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.rules.vehicle_costs import kilometre_cost, odometer_kilometres
from projections.base import Ask, Page, Reader, Row, page

ON_DAY = "a.from_on <= %(on)s and (a.to_on is null or a.to_on >= %(on)s)"
DRIVEN = """select t.driven_on, t.km, t.technician_id, a.vehicle_id
              from {vehicle_trip} t
              join lateral (select a.vehicle_id from {vehicle_assignment} a
                             where a.technician_id = t.technician_id and a.from_on <= t.driven_on
                               and (a.to_on is null or a.to_on >= t.driven_on)
                             order by a.from_on desc, a.assignment_id limit 1) a on true"""


COUNTED = """with every_cost as (
  select c.*, row_number() over (partition by c.vehicle_id, c.kind, c.spent_on, c.amount, c.claim_id is null
                                     order by c.cost_id) as nth
    from {vehicle_cost} c
), counted as (
  select t.*, t.claim_id is null and exists (
           select from every_cost o
            where o.claim_id is not null and (o.vehicle_id, o.kind, o.spent_on, o.amount, o.nth)
                  = (t.vehicle_id, t.kind, t.spent_on, t.amount, t.nth)) as is_claimed_too
    from every_cost t
)"""
"""Costs, each once: what was noted and claimed for the same day with the same amount is counted by the claim."""


class FindVehicles(Page):
    """Vehicles with who has them on a day; those given away only when asked for."""

    on: date
    text: str | None = None
    disposed: bool = False


def find_vehicles(reader: Reader, ask: FindVehicles) -> dict[str, Any]:
    """By plate."""
    return page(
        reader,
        ask,
        f"""select v.vehicle_id, v.plate, v.country, v.model, v.fuel, v.note, v.disposed_on, a.technician_id,
                  t.name as technician_name, (select max(r.base_km + r.km) from {{vehicle_reading}} r
                                               where r.vehicle_id = v.vehicle_id and r.read_on <= %(on)s) as km
             from {{vehicle}} v
             left join {{vehicle_assignment}} a on a.vehicle_id = v.vehicle_id and {ON_DAY}
             left join {{technician}} t on t.technician_id = a.technician_id
            where (%(disposed)s or v.disposed_on is null or v.disposed_on >= %(on)s)
              and (%(text)s::text is null or v.plate ilike '%%' || %(text)s || '%%'
                   or v.model ilike '%%' || %(text)s || '%%')""",  # noqa: S608 - own words only, values are parameters
        order=("plate", "vehicle_id"),
    )


class AskVehicle(Ask):
    """One vehicle."""

    vehicle_id: UUID


def vehicle_sheet(reader: Reader, ask: AskVehicle) -> dict[str, Any] | None:
    """The vehicle with its drivers, readings, costs and deadlines.

    A cost noted for the day, kind and amount of one that was claimed is the same money (`is_claimed_too`).
    """
    params = ask.model_dump()
    found = reader.row("select * from {vehicle} where vehicle_id = %(vehicle_id)s", params)
    if found is None:
        return None
    found["assignments"] = reader.rows(
        """select a.*, t.name as technician_name from {vehicle_assignment} a
             left join {technician} t on t.technician_id = a.technician_id
            where a.vehicle_id = %(vehicle_id)s order by a.from_on""",
        params,
    )
    found["costs"] = reader.rows(
        f"""{COUNTED} select t.cost_id, t.vehicle_id, t.kind, t.spent_on, t.amount, t.currency, t.description,
                   t.technician_id, t.litres, t.document, t.claim_id, t.is_claimed_too
             from counted t where t.vehicle_id = %(vehicle_id)s order by t.spent_on, t.cost_id""",  # noqa: S608 - own words only
        params,
    )
    for name, order in (("reading", "read_on, base_km + km"), ("deadline", "kind")):
        sql = f"select * from {{vehicle_{name}}} where vehicle_id = %(vehicle_id)s order by {order}"  # noqa: S608 - own words
        found[f"{name}s"] = reader.rows(sql, params)
    return found


class AskVehicleOf(Ask):
    """Which vehicle a technician has on a day."""

    technician_id: UUID
    on: date


def vehicle_of(reader: Reader, ask: AskVehicleOf) -> dict[str, Any]:
    """The vehicle, of several the one that was given last; nothing where the technician has none."""
    return {
        "vehicle": reader.row(
            f"""select v.vehicle_id, v.plate, v.model, a.assignment_id, a.from_on, a.to_on
                  from {{vehicle_assignment}} a join {{vehicle}} v on v.vehicle_id = a.vehicle_id
                 where a.technician_id = %(technician_id)s and {ON_DAY}
                 order by a.from_on desc, a.assignment_id limit 1""",  # noqa: S608 - own words only
            ask.model_dump(),
        )
    }


class FindVehicleDeadlines(Page):
    """What falls due on vehicles by a day, or within some kilometres of what the odometer shows."""

    until: date
    within_km: int = 1000


def find_vehicle_deadlines(reader: Reader, ask: FindVehicleDeadlines) -> dict[str, Any]:
    """The earliest first; those by kilometres alone come last."""
    return page(
        reader,
        ask,
        """select d.*, v.plate, v.model, k.km, d.due_km - k.km as km_left, d.due_on is null as has_no_day,
                  coalesce(d.due_on, date '9999-12-31') as sort_on, a.technician_id, t.name as technician_name
             from {vehicle_deadline} d
             join {vehicle} v on v.vehicle_id = d.vehicle_id
             left join lateral (select max(r.base_km + r.km) as km from {vehicle_reading} r
                                 where r.vehicle_id = d.vehicle_id) k on true
             left join {vehicle_assignment} a on a.vehicle_id = v.vehicle_id and a.from_on <= %(until)s
                   and (a.to_on is null or a.to_on >= %(until)s)
             left join {technician} t on t.technician_id = a.technician_id
            where v.disposed_on is null
              and (d.due_on <= %(until)s or d.due_km <= k.km + %(within_km)s)""",
        order=("sort_on", "vehicle_id", "kind"),
    )


class AskVehicleMonth(Ask):
    """Kilometres and costs of vehicles in one month."""

    year: int
    month: int
    vehicle_id: UUID | None = None
    technician_id: UUID | None = None


def vehicle_month(reader: Reader, ask: AskVehicleMonth) -> dict[str, Any]:
    """By vehicle and technician: kilometres of visits and what they cost by rate (R12.3), what was really spent.

    Beside each vehicle the kilometres of its odometer. Kilometres of technicians without a vehicle are summed apart.
    """
    first = date(ask.year, ask.month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    params = {**ask.model_dump(), "first": first, "last": last}
    driven = reader.rows(
        f"{DRIVEN} where t.driven_on between %(first)s and %(last)s and {_of('t')} order by t.driven_on, t.activity_id",
        params,
    )
    spent = reader.rows(
        f"""{COUNTED} select t.* from counted t
             where not t.is_claimed_too and t.spent_on between %(first)s and %(last)s and {_of("t")}
             order by t.kind""",  # noqa: S608 - own words only
        params,
    )
    found = reader.rows(
        """select vehicle_id, plate, model, rates from {vehicle}
            where %(vehicle_id)s::uuid is null or vehicle_id = %(vehicle_id)s order by plate, vehicle_id""",
        params,
    )
    return {
        "from_on": first,
        "to_on": last,
        "vehicles": [_month(reader, one, driven, spent, first, last) for one in found],
        "km_without_vehicle": _without(reader, params, driven),
    }


def _of(alias: str) -> str:
    return f"(%(technician_id)s::uuid is null or {alias}.technician_id = %(technician_id)s)"


def _without(reader: Reader, params: dict[str, Any], driven: Sequence[Row]) -> Decimal:
    every = reader.row(
        f"""select coalesce(sum(t.km), 0) as km from {{vehicle_trip}} t
             where t.driven_on between %(first)s and %(last)s and {_of("t")}""",  # noqa: S608 - own words only
        params,
    )
    return (every["km"] if every else Decimal(0)) - sum((row["km"] for row in driven), Decimal(0))


def _month(
    reader: Reader, vehicle: Row, driven: Sequence[Row], spent: Sequence[Row], first: date, last: date
) -> dict[str, Any]:
    rates = {date.fromisoformat(day): Decimal(rate) for day, rate in vehicle.pop("rates").items()}
    own = [row for row in driven if row["vehicle_id"] == vehicle["vehicle_id"]]
    costs = [row for row in spent if row["vehicle_id"] == vehicle["vehicle_id"]]
    readings = reader.rows(
        """select read_on, base_km + km as km from {vehicle_reading}
            where vehicle_id = %(vehicle_id)s order by read_on, base_km + km""",
        vehicle,
    )
    drivers = dict.fromkeys([row["technician_id"] for row in own] + [row["technician_id"] for row in costs])
    return {
        **vehicle,
        "odometer_km": odometer_kilometres([(row["read_on"], row["km"]) for row in readings], first, last),
        "technicians": [
            _driver(
                one,
                [(row["driven_on"], row["km"]) for row in own if row["technician_id"] == one],
                [row for row in costs if row["technician_id"] == one],
                rates,
            )
            for one in drivers
        ],
        **_sums([(row["driven_on"], row["km"]) for row in own], costs, rates),
    }


def _driver(
    technician_id: UUID | None, driven: list[tuple[date, Decimal]], costs: list[Row], rates: dict[date, Decimal]
) -> dict[str, Any]:
    return {"technician_id": technician_id, **_sums(driven, costs, rates)}


def _sums(driven: list[tuple[date, Decimal]], costs: list[Row], rates: dict[date, Decimal]) -> dict[str, Any]:
    by_kind: dict[str, Decimal] = {}
    for row in costs:
        by_kind[row["kind"]] = by_kind.get(row["kind"], Decimal(0)) + row["amount"]
    return {
        "km": sum((km for _, km in driven), Decimal(0)),
        "visits": len(driven),
        "cost_by_rate": kilometre_cost(driven, rates),
        "spent": sum(by_kind.values(), Decimal(0)),
        "spent_by_kind": by_kind,
    }
