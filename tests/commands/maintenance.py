"""A customer with two sites and some copiers, and plans for them: what the tests of maintenance begin with."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from aggregates.maintenance_course import course_id
from tests.commands.calls import CUSTOMER, FORLI, MILAN, ROSSI, TECHNICIANS
from tests.contract_steps import founded, tick
from tests.dsl import Company, Do, do

__all__ = ["FORLI", "MILAN", "ROSSI", "TECHNICIANS"]
PLAN = UUID("91a00000-0000-0000-0000-000000000001")
COPIER = UUID("91b00000-0000-0000-0000-000000000001")
OTHER = UUID("91b00000-0000-0000-0000-000000000002")
THIRD = UUID("91b00000-0000-0000-0000-000000000003")
DUTY = "plan-maintenance"
MONTHLY: dict[str, Any] = {"every": 1, "unit": "months", "anchor_on": "2026-01-31"}


def machine(serial_item_id: UUID, number: str, site_id: UUID = MILAN, **fields: Any) -> Do:
    """A copier of Rossi's with a black-and-white meter."""
    said: dict[str, Any] = {
        "manufacturer": "Ricoh",
        "number": number,
        "product": "MP C3004",
        "type": "copier",
        "owner_id": ROSSI,
        "site_id": site_id,
        "installed_on": "2026-01-01",
        "meters": [{"kind": "bw", "digits": 6}],
    }
    return do("register-serial-item", at="2026-01-01T09:00", serial_item_id=serial_item_id, **said | fields)


def plan(at: str = "2026-01-10T09:00", plan_id: UUID = PLAN, code: str = "COP", **terms: Any) -> Do:
    """A plan for all copiers, monthly on the 31st unless something else is said."""
    scope = terms.pop("scope", {"product_type": "copier"})
    days = {name: terms.pop(name) for name in ("starts_on", "ends_on") if name in terms}
    if not {"interval", "meters", "statuses"} & set(terms):
        terms["interval"] = MONTHLY
    said: dict[str, Any] = {"code": code, "name": "Revisione", "terms": {"scope": scope, "horizon_days": 0, **terms}}
    return do("define-maintenance-plan", at=at, plan_id=plan_id, **said, **days)


BEFORE = (*CUSTOMER, machine(COPIER, "M1"))


def begin(company: Company, *steps: Do) -> None:
    """The company, its customer and one copier, and what else is given."""
    company.given(founded(company), *BEFORE, *steps)


def run(company: Company, *days: str) -> int:
    """The duty on some mornings."""
    return sum(tick(company, DUTY, f"{day}T06:00") for day in days)


def course(company: Company, serial_item_id: UUID = COPIER, plan_id: UUID = PLAN) -> dict[str, str]:
    """What is recorded of a machine's services: state by key."""
    found = company.record(course_id(plan_id, serial_item_id))
    return {} if found is None else {key: one.state.value for key, one in found.occurrences.items()}


def calls(company: Company, **where: Any) -> list[dict[str, Any]]:
    """The calls that plans made, in the order in which they are due."""
    found = company.ask("call-board", limit=500, **where)["items"]
    made = [call for call in found if call["channel"] == "maintenance"]
    return sorted(made, key=lambda call: (call["maintenance"]["due_on"], str(call["call_id"])))


def due_days(company: Company, **where: Any) -> list[str]:
    """The days on which the calls made are due."""
    return [call["maintenance"]["due_on"] for call in calls(company, **where)]


def closed(call: dict[str, Any], at: str, **fields: Any) -> Do:
    """Closing a call."""
    return do("close-call", at=at, call_id=call["call_id"], **fields)


def read(day: str, value: int, serial_item_id: UUID = COPIER) -> Do:
    """A reading of a copier at noon."""
    fields: dict[str, Any] = {"serial_item_id": serial_item_id, "kind": "bw", "value": value}
    return do("record-reading", at=f"{day}T13:00", **fields, read_at=f"{day}T12:00:00+02:00")


def an_id(name: str) -> UUID:
    """An id for something in a test."""
    return uuid5(PLAN, name)
