"""How commands load a machine under a maintenance plan (macchina in un piano): its facts, its course, its contract."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from aggregates.maintenance_course import MaintenanceCourse, course_id
from aggregates.maintenance_plan import MaintenancePlan
from aggregates.maintenance_scope import covered_days, history_of, moves_of, watch
from aggregates.rules.maintenance_due import Watched
from aggregates.serial_item import SerialItem
from commands.base import Service


def preload(service: Service, plan: MaintenancePlan, serial_item_ids: Iterable[UUID]) -> None:
    """Bring machines and their courses in one round trip."""
    wanted = list(dict.fromkeys(serial_item_ids))
    service.preload(*wanted, *(course_id(plan.id, key) for key in wanted))


def course_of(service: Service, plan_id: UUID, serial_item_id: UUID) -> MaintenanceCourse | None:
    """The course of a machine under a plan; None before anything was recorded."""
    return service.find(MaintenanceCourse, course_id(plan_id, serial_item_id))


def watched(
    service: Service, plan: MaintenancePlan, serial_item_id: UUID
) -> tuple[SerialItem, Watched, MaintenanceCourse | None]:
    """A machine under a plan, and what is recorded of its services. Raises `NotFound`."""
    item = service.load(SerialItem, serial_item_id)
    contracts = dict.fromkeys(each.terms.scope.contract_id for each in plan.versions if each.terms.scope.contract_id)
    covered = {key: covered_days(item.id, moves_of(item), service.lookups.covered_by(key)) for key in contracts}
    history = history_of(item, _predecessors(service, item), covered)
    return item, watch(plan.view, history), course_of(service, plan.id, serial_item_id)


def _predecessors(service: Service, item: SerialItem) -> list[UUID]:
    found: list[UUID] = []
    before = item.predecessor_id
    while before is not None and before not in found:
        found.append(before)
        older = service.find(SerialItem, before)
        before = older.predecessor_id if older else None
    return found
