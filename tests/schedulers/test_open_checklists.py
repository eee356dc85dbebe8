"""Protocols that open their checklists by themselves: once, also after downtime."""

from __future__ import annotations

from typing import Any
from uuid import UUID

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
