"""Who is named for a planned visit (chi va alla manutenzione), by the rule of its plan (MNT-1)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from aggregates.because import Because, because
from aggregates.contract import Contract
from aggregates.maintenance_terms import WhoGoes
from aggregates.rules.maintenance_due import Due
from aggregates.rules.visit_times import dropped_slot
from aggregates.rules.who_goes import Goer, in_turn
from aggregates.technician import Technician
from aggregates.values import Slot
from commands.base import Service


def going_to(
    service: Service, due: Due, site_id: UUID | None, skill: str | None, minutes: int | None, contract_id: UUID | None
) -> tuple[tuple[UUID, ...], Because | None]:
    """Who should go, the first in front, or why the rule names nobody. `minutes` are those of the whole visit.

    A fixed or usual technician is named whatever else they do then; by area only who has the skill and is free.
    """
    rule = due.terms.assignment
    if rule.who is WhoGoes.NOBODY:
        return (), None
    if rule.who is WhoGoes.FIXED:
        assert rule.technician_id is not None
        return (rule.technician_id,), None
    usual = _usual(service, contract_id)
    if rule.who is WhoGoes.USUAL:
        return ((usual,), None) if usual else ((), because("goes-no-usual"))
    area, of_area = service.lookups.technicians_of_site(site_id, due.due_on) if site_id else (None, ())
    slot = dropped_slot(None, due.due_on, rule.starts_at, minutes) if rule.starts_at and minutes else None
    wanted = [*([usual] if usual else []), *of_area]
    return in_turn(list(_goers(service, wanted, due, slot)), skill, area, due.due_on)


def _usual(service: Service, contract_id: UUID | None) -> UUID | None:
    contract = service.find(Contract, contract_id) if contract_id else None
    return contract.state.header.usual_technician_id if contract else None


def _goers(service: Service, technician_ids: Iterable[UUID], due: Due, slot: Slot | None) -> Iterable[Goer]:
    wanted = list(dict.fromkeys(technician_ids))
    service.preload(*wanted)
    for one in wanted:
        technician = service.find(Technician, one)
        if technician is not None and technician.active:
            yield Goer(one, technician.profile(due.due_on).skills, slot is None or _is_free(service, one, slot))


def _is_free(service: Service, technician_id: UUID, slot: Slot) -> bool:
    works = service.lookups.is_working(technician_id, slot.starts_at)
    return works and not service.lookups.commitments_of(technician_id, [slot])
