"""Maintenance in a company's life (manutenzione programmata): plans, their services, what became of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregates.maintenance_course import maintenance_call_id
from tests.replay.living import Life, named

DUTY = "plan-maintenance"
TERMS: dict[str, Any] = {"interval": {"every": 1, "anchor_on": "2026-07-31"}, "horizon_days": 3, "minutes": 45}


def services(life: Life) -> None:
    """A furnace serviced monthly: done, taken up again, cancelled, skipped, put off, held back by a block."""
    party = {"party_id": named("Forno Elia"), "code": "ELIA", "name": "Forno Elia"}
    life.do("register-party", "2026-07-01T08:00", **party, tax={"vat_number": "IT12345670017"})
    item = {"serial_item_id": named("FE-1"), "number": "FE-1", "owner_id": named("Forno Elia")}
    life.do("register-serial-item", "2026-07-01T08:05", **item, product="Forno FE", type="furnace")
    one = {"plan_id": named("furnace plan")}
    scope = {"serial_item_ids": [named("FE-1")]}
    about = {"code": "FORNI", "name": "Pulizia bruciatori", "starts_on": "2026-08-01"}
    life.do("define-maintenance-plan", "2026-07-02T09:00", **one, **about, terms={"scope": scope, **TERMS})
    life.tick(DUTY, "2026-08-29T06:00")
    first = {"call_id": _call("interval/2026-08-31", 1)}
    life.do("close-call", "2026-08-31T11:00", **first)
    life.tick(DUTY, "2026-09-01T06:00")
    life.do("reopen-call", "2026-09-02T09:00", **first, reason="Fiamma instabile")
    life.tick(DUTY, "2026-09-02T10:00")
    life.do("close-call", "2026-09-03T11:00", **first)
    life.tick(DUTY, "2026-09-28T06:00")
    second = {"call_id": _call("interval/2026-09-30", 1)}
    life.do("cancel-call", "2026-09-29T09:00", **second, reason="Aperta per errore")
    life.tick(DUTY, "2026-09-29T10:00")
    october = {**one, "serial_item_id": named("FE-1"), "key": "interval/2026-10-31"}
    life.do("postpone-occurrence", "2026-10-01T09:00", **october, to_on="2026-11-05", reason="Forno in uso")
    november = {**october, "key": "interval/2026-11-30"}
    life.do("skip-occurrence", "2026-10-01T09:05", **november, reason="Appena fatta")
    covered = {"serial_item_ids": [named("FE-1")]}
    contract = life.signed("furnace contract", "Forno Elia", "2026-10-02", covered)
    life.do("set-billed-through", "2026-10-02T11:00", **contract, through_on="2027-10-01")
    life.do("block-contract", "2026-11-01T09:00", **contract, from_on="2026-11-01")
    life.tick(DUTY, "2026-11-02T06:00")
    life.do("unblock-contract", "2026-11-03T09:00", **contract)
    other = {"scope": {"product_type": "furnace"}, **TERMS}
    life.do("change-maintenance-terms", "2026-12-01T09:00", **one, from_on="2027-01-01", terms=other)
    life.do("suspend-maintenance-plan", "2026-12-01T09:05", **one, from_on="2026-12-20", reason="Chiuso per ferie")
    life.do("resume-maintenance-plan", "2026-12-01T09:10", **one, from_on="2027-01-07")
    life.do("end-maintenance-plan", "2026-12-01T09:15", **one, last_on="2027-12-31", reason="Forno da sostituire")


def _call(key: str, attempt: int) -> Any:
    return maintenance_call_id(named("furnace plan"), named("FE-1"), key, attempt)


CHAPTERS: tuple[Callable[[Life], None], ...] = (services,)
