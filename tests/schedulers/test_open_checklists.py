"""Protocols that open their checklists by themselves: once, also after downtime."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.commands import maintenance
from tests.commands.calls import CALL, COPIER, CUSTOMER, MACHINE, ROSSI, VISIT
from tests.contract_steps import tick
from tests.dsl import Company, do

LEAK = {"key": "leak", "text": "Perdite", "kind": "yes_no"}
OTHER = UUID("77777777-7777-7777-7777-777777777778")
DRYER = do("register-serial-item", serial_item_id=OTHER, number="D-1", product="D", type="dryer", owner_id=ROSSI)
OPENED = do("open-call", call_id=CALL, party_id=ROSSI, fault="Manutenzione", serial_item_ids=[MACHINE, OTHER])
PLANNED = do("plan-activity", call_id=CALL, activity_id=VISIT, kind="maintenance", mode="visit")


def protocol(company: Company, code: str, *rules: dict[str, Any]) -> None:
    """A protocol with rules."""
    company.do("define-protocol", code=code, terms={"name": code, "rules": list(rules)})
    company.do("set-protocol-operations", code=code, from_on="2026-01-01", operations=[LEAK])


def opened(company: Company) -> set[tuple[str, UUID | None]]:
    """What is open on the call."""
    return {(row["protocol"], row["serial_item_id"]) for row in company.ask("checklists", call_id=CALL)["items"]}


def test_rules_open_checklists_once(company: Company) -> None:
    company.given(*CUSTOMER, COPIER, DRYER, OPENED)
    protocol(company, "visit", {"activity_kind": "Maintenance"})
    protocol(company, "copier", {"product_type": "copier", "activity_kind": "maintenance"})
    protocol(company, "any-item", {"product_type": "copier"}, {"product_type": "dryer"})
    protocol(company, "repair", {"activity_kind": "repair"})
    assert tick(company, "open-checklists", "2026-09-02T08:00") == 0, "nothing is planned yet"
    company.given(PLANNED)
    assert tick(company, "open-checklists", "2026-09-02T08:00") == 4
    expected = {("visit", None), ("copier", MACHINE), ("any-item", MACHINE), ("any-item", OTHER)}
    assert opened(company) == expected
    assert tick(company, "open-checklists", "2026-09-02T08:00") == 0


def test_a_dropped_one_stays_dropped(company: Company) -> None:
    company.given(*CUSTOMER, COPIER, OPENED, PLANNED)
    protocol(company, "visit", {"activity_kind": "maintenance"})
    tick(company, "open-checklists", "2026-09-02T08:00")
    (row,) = company.ask("checklists", call_id=CALL)["items"]
    company.do("drop-checklist", checklist_id=row["checklist_id"], reason="Non serve")
    assert tick(company, "open-checklists", "2026-09-02T08:00") == 0


def test_closed_calls_and_inactive_protocols_ask_for_nothing(company: Company) -> None:
    company.given(*CUSTOMER, COPIER, OPENED, PLANNED)
    protocol(company, "visit", {"activity_kind": "maintenance"})
    company.do(
        "define-protocol",
        code="visit",
        terms={"name": "v", "rules": [{"activity_kind": "maintenance"}], "active": False},
    )
    assert company.ask("checklists-due")["items"] == []
    company.do("define-protocol", code="visit", terms={"name": "v", "rules": [{"activity_kind": "maintenance"}]})
    assert len(company.ask("checklists-due")["items"]) == 1
    company.do("cancel-call", call_id=CALL, reason="Errore")
    assert company.ask("checklists-due")["items"] == []


def test_a_maintenance_call_has_the_protocol_of_its_plan_once_for_each_machine(company: Company) -> None:
    second = maintenance.machine(maintenance.OTHER, "M2")
    maintenance.begin(company, second, maintenance.plan(protocol="Yearly", group_days=5))
    protocol(company, "yearly")
    maintenance.run(company, "2026-02-28")
    (call,) = maintenance.calls(company)
    due = company.ask("checklists-due")["items"]
    assert {(row["protocol"], row["serial_item_id"]) for row in due} == {
        ("yearly", maintenance.COPIER),
        ("yearly", maintenance.OTHER),
    }
    (activity_id,) = company.record(call["call_id"]).activities
    assert {row["activity_id"] for row in due} == {activity_id}
    assert tick(company, "open-checklists", "2026-02-28T08:00") == 2
    assert tick(company, "open-checklists", "2026-02-28T09:00") == 0
    assert len(company.ask("checklists", call_id=call["call_id"])["items"]) == 2


def test_a_plans_protocol_and_a_rule_for_the_same_machine_are_one_checklist(company: Company) -> None:
    maintenance.begin(company, maintenance.plan(protocol="yearly"))
    protocol(company, "yearly", {"product_type": "copier"})
    maintenance.run(company, "2026-02-28")
    assert len(company.ask("checklists-due")["items"]) == 1
    assert tick(company, "open-checklists", "2026-02-28T08:00") == 1


def test_a_plans_protocol_that_is_not_there_or_not_active_asks_for_nothing(company: Company) -> None:
    maintenance.begin(company, maintenance.plan(protocol="yearly"))
    maintenance.run(company, "2026-02-28")
    assert company.ask("checklists-due")["items"] == []
    protocol(company, "yearly")
    assert len(company.ask("checklists-due")["items"]) == 1
    company.do("define-protocol", code="yearly", terms={"name": "y", "active": False})
    assert company.ask("checklists-due")["items"] == []
