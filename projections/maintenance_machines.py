"""Machines under maintenance plans (macchine dei piani), from the read models, as the rules take them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.maintenance_scope import ItemHistory, PlanView, covered_days, watch
from aggregates.maintenance_terms import MaintenanceScope, PlanVersion, Suspension
from aggregates.rules.maintenance import Read
from aggregates.rules.maintenance_due import Occurrence, Watched
from aggregates.rules.meters import Backwards, Meter, MeterSwap, Reading, counts
from aggregates.values import rome_date
from projections.base import Reader, Row
from projections.contract_coverage import covered_by

IN_SCOPE = """
with recursive named as (
    select unnest(%(ids)s::uuid[]) as serial_item_id
    union
    select s.successor_id from {serial_item} s join named n on n.serial_item_id = s.serial_item_id
     where s.successor_id is not null)
select i.serial_item_id, i.type, i.number, i.product, i.owner_id, i.site_id, i.replaced_on, i.predecessor_id,
       (select jsonb_agg(jsonb_build_array(m.from_on, m.owner_id, m.site_id) order by m.from_on)
          from {serial_item_move} m where m.serial_item_id = i.serial_item_id) as moves,
       (select jsonb_agg(jsonb_build_array(s.from_on, s.status) order by s.from_on)
          from {serial_item_status} s where s.serial_item_id = i.serial_item_id) as statuses
  from {serial_item} i
 where (%(ids)s::uuid[] is null or i.serial_item_id in (select serial_item_id from named))
   and (%(only)s::uuid is null or i.serial_item_id = %(only)s)
   and (%(type)s::text is null or lower(i.type) = lower(%(type)s))
   and (%(places)s::uuid[] is null or i.serial_item_id = any(%(places)s::uuid[]) or exists (
         select from {serial_item_move} m where m.serial_item_id = i.serial_item_id
            and (m.owner_id = any(%(places)s::uuid[]) or m.site_id = any(%(places)s::uuid[]))))
   and (%(party_id)s::uuid is null or exists (
         select from {serial_item_move} m where m.serial_item_id = i.serial_item_id and m.owner_id = %(party_id)s))
   and (%(owner_id)s::uuid is null or i.owner_id = %(owner_id)s)
   and (%(site_id)s::uuid is null or exists (
         select from {serial_item_move} m where m.serial_item_id = i.serial_item_id and m.site_id = %(site_id)s))
 order by i.serial_item_id"""
METERS = """select m.serial_item_id, m.kind, m.digits, m.weight::text as weight,
       (select coalesce(jsonb_agg(jsonb_build_object('reading_id', r.reading_id, 'kind', r.kind, 'value', r.value,
               'read_at', r.read_at, 'source', r.source, 'rollover', r.rollover)), '[]') from {meter_reading} r
         where r.serial_item_id = m.serial_item_id and r.kind = m.kind) as readings,
       (select coalesce(jsonb_agg(jsonb_build_object('kind', w.kind, 'final', w.final, 'initial', w.initial,
               'replaced_at', w.replaced_at)), '[]') from {meter_swap} w
         where w.serial_item_id = m.serial_item_id and w.kind = m.kind) as swaps
  from {meter} m where m.serial_item_id = any(%(items)s::uuid[]) and m.kind = any(%(kinds)s::text[])"""


@dataclass(frozen=True)
class Machine:
    """A machine under a plan: its row, what the rules take, what is recorded."""

    row: Row
    watched: Watched
    course: Mapping[str, Occurrence]

    @property
    def place(self) -> tuple[UUID, UUID | None]:
        """Whose it is and where, after its last move."""
        return self.row["owner_id"], self.row["site_id"]


def plan_view(row: Row) -> PlanView:
    """A plan as the rules take it, from its row."""
    return PlanView(
        versions=[PlanVersion.model_validate(each) for each in row["versions"]],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        suspensions=[Suspension.model_validate(each) for each in row["suspensions"]],
    )


def machines(
    reader: Reader, plan_row: Row, only: UUID | None = None, owner_id: UUID | None = None
) -> Iterator[Machine]:
    """The machines that a plan is for at some time, perhaps only one or one owner's, in the order of their ids."""
    plan = plan_view(plan_row)
    contracts = {each.terms.scope.contract_id for each in plan.versions if each.terms.scope.contract_id}
    covers = {key: covered_by(reader, key) for key in contracts}
    found: dict[UUID, Row] = {}
    for scope in dict.fromkeys(each.terms.scope for each in plan.versions):
        found.update((row["serial_item_id"], row) for row in _in_scope(reader, scope, covers, only, owner_id))
    meters = _meters(reader, plan, list(found))
    courses = _courses(reader, plan_row["plan_id"], only)
    before = _predecessors(reader, found.values())
    for key in sorted(found, key=str):
        history = _history(found[key], meters.get(key, {}), _line(key, before), covers)
        yield Machine(found[key], watch(plan, history), courses.get(key, {}))


def _in_scope(
    reader: Reader,
    scope: MaintenanceScope,
    covers: Mapping[UUID, Sequence[tuple[UUID, date, date]]],
    only: UUID | None,
    owner_id: UUID | None,
) -> list[Row]:
    places = [target for target, _, _ in covers[scope.contract_id]] if scope.contract_id else None
    asked = {
        "ids": list(scope.serial_item_ids) or None,
        "type": scope.product_type,
        "places": places,
        "only": only,
        "owner_id": owner_id,
    }
    return reader.rows(IN_SCOPE, {**asked, "party_id": scope.party_id, "site_id": scope.site_id})


def _history(
    row: Row,
    meters: Mapping[str, Sequence[Read]],
    predecessors: Sequence[UUID],
    covers: Mapping[UUID, Sequence[tuple[UUID, date, date]]],
) -> ItemHistory:
    key = row["serial_item_id"]
    moves = [(date.fromisoformat(on), UUID(owner), UUID(site) if site else None) for on, owner, site in row["moves"]]
    return ItemHistory(
        serial_item_id=key,
        product_type=row["type"],
        installed_on=moves[0][0],
        moves=moves,
        statuses=[(date.fromisoformat(on), code) for on, code in row["statuses"]],
        replaced_on=row["replaced_on"],
        predecessors=predecessors,
        meters=meters,
        covered={contract: covered_days(key, moves, lines) for contract, lines in covers.items()},
    )


def _meters(reader: Reader, plan: PlanView, items: list[UUID]) -> dict[UUID, dict[str, list[Read]]]:
    kinds = sorted({trigger.meter for each in plan.versions for trigger in each.terms.meters})
    found: dict[UUID, dict[str, list[Read]]] = {}
    if kinds and items:
        for row in reader.rows(METERS, {"items": items, "kinds": kinds}):
            read = _counted(row)
            if read:
                found.setdefault(row["serial_item_id"], {})[row["kind"]] = read
    return found


def _counted(row: Row) -> list[Read]:
    meter = Meter(kind=row["kind"], digits=row["digits"], weight=row["weight"])
    readings = [Reading.model_validate(each) for each in row["readings"]]
    swaps = [MeterSwap.model_validate(each) for each in row["swaps"]]
    try:
        return [Read(rome_date(each.reading.read_at), each.counted) for each in counts(meter, readings, swaps)]
    except Backwards:
        return []


def _courses(reader: Reader, plan_id: UUID, only: UUID | None) -> dict[UUID, dict[str, Occurrence]]:
    sql = """select serial_item_id, key, rule, nominal_on, due_on, state, attempt, call_id, ended_on, reason, because
               from {maintenance_occurrence}
              where plan_id = %(plan_id)s and (%(only)s::uuid is null or serial_item_id = %(only)s)"""
    found: dict[UUID, dict[str, Occurrence]] = {}
    for row in reader.rows(sql, {"plan_id": plan_id, "only": only}):
        key = row.pop("serial_item_id")
        found.setdefault(key, {})[row["key"]] = Occurrence.model_validate(row)
    return found


def _predecessors(reader: Reader, rows: Any) -> Mapping[UUID, UUID]:
    """Which machine each took the place of, for these machines and those before them."""
    known = {row["serial_item_id"]: row["predecessor_id"] for row in rows if row["predecessor_id"] is not None}
    sql = """with recursive line as (
                 select unnest(%(ids)s::uuid[]) as serial_item_id
                 union
                 select i.predecessor_id from {serial_item} i join line l on l.serial_item_id = i.serial_item_id
                  where i.predecessor_id is not null)
             select i.serial_item_id, i.predecessor_id from {serial_item} i join line l using (serial_item_id)
              where i.predecessor_id is not null"""
    if known:
        rows = reader.rows(sql, {"ids": list(known.values())})
        known.update((row["serial_item_id"], row["predecessor_id"]) for row in rows)
    return known


def _line(key: UUID, before: Mapping[UUID, UUID]) -> list[UUID]:
    found: list[UUID] = []
    while key in before and before[key] not in found:
        key = before[key]
        found.append(key)
    return found
