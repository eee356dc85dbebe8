"""A contract takes another one's place (R1.12): end and start, cover, readings, credits; both point to each other."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.contract import Contract
from aggregates.contract_refusals import ClosingReadingMissing, SerialCoveredElsewhere, SuccessorIsSame
from aggregates.contract_state import HoursPolicy
from aggregates.serial_item import SerialItem
from tests.contract_steps import C1, K1, K2, ROSSI, draft, due, founded, line, run, sign, signed, tick
from tests.dsl import Company, do

SERIAL = UUID("5e000000-0000-0000-0000-000000000001")
COVER: dict[str, Any] = {"serial_item_ids": [SERIAL], "covered": {"labour": True}}
METERS = {"counters": [{"counter": "bw", "included": 9000, "tiers": [{"unit_price": "0.0085"}]}]}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    company.do("register-serial-item", serial_item_id=SERIAL, number="SN-1", owner_id=C1, product="LT", type="printer")
    return company


def old_and_new(firm: Company, starts_on: str = "2026-11-01", **header: Any) -> None:
    """A signed contract over the serial, billed for its year, and the draft of the next one."""
    firm.given(draft(K1, alignment="none", **header), line(K1, **COVER), sign(K1))
    run(firm, "2026-09-16")
    firm.given(draft(K2, starts_on=starts_on, alignment="none"), line(K2, fee="1500.00", **COVER))


def test_signing_with_supersedes_ends_the_old_the_day_before_and_takes_its_cover(firm: Company) -> None:
    old_and_new(firm)
    firm.given().when(sign(K2)).then_refused(SerialCoveredElsewhere)
    firm.execute(sign(K2, at="2026-11-01T09:00", supersedes=K1))
    old, new = (firm.ask("contract", contract_id=k, on="2026-11-01") for k in (K1, K2))
    assert (old["status"], str(old["ends_on"]), old["successor_id"]) == ("superseded", "2026-10-31", K2)
    assert (new["status"], new["predecessor_id"]) == ("active", K1)
    firm.given().when(sign(K2, supersedes=K1)).then_nothing()


def test_unused_days_of_the_old_contract_are_credited_and_the_new_one_bills_its_own(firm: Company) -> None:
    """16/09/2026–31/10/2026 are 46 of 365 days: 151.23 stay, 1,048.77 go back."""
    old_and_new(firm)
    firm.execute(sign(K2, at="2026-11-01T09:00", supersedes=K1))
    (row,) = firm.ask("credits-due")["items"]
    assert (row["contract_id"], str(row["amount"])) == (K1, "1048.77")
    firm.do("credit-unused", at="2026-11-02T09:00", contract_id=K1)
    assert firm.ask("credits-due")["items"] == []
    assert due(firm, "2026-11-02") == [("2026-11-01", "2027-10-31", "1500.00")]


def test_a_metered_machine_needs_a_reading_of_the_change_over(firm: Company) -> None:
    firm.do("add-meter", serial_item_id=SERIAL, kind="bw")
    firm.do("record-reading", serial_item_id=SERIAL, kind="bw", value=1000, read_at="2026-09-16T09:00:00+02:00")
    old_and_new(firm, meters=METERS)
    take_over = sign(K2, at="2026-11-02T09:00", supersedes=K1)
    firm.given().when(take_over).then_refused(ClosingReadingMissing, kind="bw", last_on="2026-10-31")
    readings = [{"serial_item_id": str(SERIAL), "kind": "bw", "value": 4200}]
    firm.execute(sign(K2, at="2026-11-02T09:00", supersedes=K1, readings=readings))
    *_, closing = sorted(firm.record(SERIAL).readings.values(), key=lambda reading: reading.read_at)
    assert (closing.value, str(closing.read_at.date())) == (4200, "2026-10-31")


def test_a_reading_taken_on_the_day_is_enough_and_one_to_come_is_asked_for(firm: Company) -> None:
    firm.do("add-meter", serial_item_id=SERIAL, kind="bw")
    old_and_new(firm, meters=METERS)
    early = do("supersede-contract", at="2026-10-20T09:00", contract_id=K1, successor_id=K2, starts_on="2026-11-01")
    firm.given(line(K2, **{**COVER, "covered": {"parts": True}}), sign(K2))
    situation = firm.given().when(early)
    assert situation.result["readings_needed"] == [{"serial_item_id": str(SERIAL), "kind": "bw"}]


def test_a_reading_recorded_before_counts(firm: Company) -> None:
    firm.do("add-meter", serial_item_id=SERIAL, kind="bw")
    old_and_new(firm, meters=METERS)
    firm.do("record-reading", serial_item_id=SERIAL, kind="bw", value=4200, read_at="2026-11-01T08:00:00+01:00")
    facts = firm.given().when(sign(K2, at="2026-11-02T09:00", supersedes=K1))
    assert not [r for r in facts.new if isinstance(r.fact, SerialItem.ReadingRecorded)]
    assert firm.record(K1).state.ends_on == date(2026, 10, 31)


def test_hours_left_move_or_expire_as_agreed(firm: Company) -> None:
    old_and_new(firm)
    firm.execute(sign(K2, at="2026-11-01T09:00", supersedes=K1, hours="expire"))
    assert firm.record(K1).state.ending.hours is HoursPolicy.EXPIRE


@pytest.mark.parametrize(("hours", "owner"), [("move", K2), ("expire", K1)])
def test_a_pool_of_the_old_contract_goes_with_the_new_one(firm: Company, hours: str, owner: UUID) -> None:
    old_and_new(firm)
    bought = {"minutes": 600, "price": {"amount": "580.00"}, "valid_from": "2026-09-16"}
    pool = firm.do("open-hour-pool", customer_id=C1, name="Monte ore", contract_id=K1, hours=bought)["pool_id"]
    firm.execute(sign(K2, at="2026-11-01T09:00", supersedes=K1, hours=hours))
    assert firm.record(pool).subject.contract_id == owner
    assert firm.record(pool).balance == (600 if hours == "move" else 0)


def test_hours_that_do_not_move_lapse_with_the_old_contract(firm: Company) -> None:
    """R1.12, R2.7: 600 minutes for 580.00, 45 drawn: 536.50 are earned on the successor's first day, once."""
    old_and_new(firm)
    bought = {"minutes": 600, "price": {"amount": "580.00"}, "valid_from": "2026-09-16"}
    pool = firm.do("open-hour-pool", customer_id=C1, name="Monte ore", contract_id=K1, hours=bought)["pool_id"]
    later = {**bought, "valid_to": "2027-12-31"}
    other = firm.do("open-hour-pool", customer_id=C1, name="Altro", hours=later)["pool_id"]
    firm.execute(sign(K2, at="2026-10-20T09:00", supersedes=K1, hours="expire"))
    assert firm.record(pool).balance == 600, "until the change-over they can be drawn"
    stretch = {"starts_at": "2026-10-30T09:00:00+01:00", "ends_at": "2026-10-30T09:45:00+01:00"}
    firm.do("draw-hours", at="2026-10-30T10:00", pool_id=pool, work_id=UUID(int=77), stretches=[stretch])
    assert tick(firm, "watch-hour-pools", "2026-10-31T06:00") == 0
    assert tick(firm, "watch-hour-pools", "2026-11-01T06:00") == 1
    assert tick(firm, "watch-hour-pools", "2026-11-02T06:00") == 0
    (*_, lapsed) = firm.ask("hour-pool-movements", pool_id=pool)["items"]
    told = (lapsed["kind"], str(lapsed["moved_on"]), str(lapsed["minutes"]), str(lapsed["revenue"]))
    assert told == ("expired", "2026-11-01", "-555", "536.50")
    assert str(firm.ask("hour-pool", pool_id=pool)["lots"][0]["valid_to"]) == "2026-10-31"
    late = {"starts_at": "2026-11-03T09:00:00+01:00", "ends_at": "2026-11-03T09:45:00+01:00"}
    drawn = firm.do("draw-hours", at="2026-11-03T10:00", pool_id=other, work_id=UUID(int=78), stretches=[late])
    assert firm.record(pool).balance == 0, drawn
    assert firm.record(other).balance == 555


def test_a_contract_does_not_take_its_own_place(firm: Company) -> None:
    signed(firm)
    own = do("supersede-contract", contract_id=K1, successor_id=K1, starts_on="2026-11-01")
    firm.given().when(own).then_refused(SuccessorIsSame)


def test_a_superseded_contract_neither_renews_nor_bills_on(firm: Company) -> None:
    old_and_new(firm)
    firm.execute(sign(K2, at="2026-11-01T09:00", supersedes=K1))
    assert firm.ask("contract", contract_id=K1)["renews_on"] is None
    assert [item["contract_id"] for item in firm.ask("billing-due", on="2029-01-01")["items"]] == [K2]
    assert uuid5(K1, "line") in {line_.line_id for line_ in firm.record(K1).state.lines}
    assert any(isinstance(r.fact, Contract.TookPlaceOf) for r in firm.facts(K2))
