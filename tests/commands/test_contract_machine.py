"""A contract's line goes on with the machine that replaced its own (INS-2, R1.13): cover, fee and copies follow."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.base import Refusal
from aggregates.contract import Contract
from aggregates.contract_refusals import (
    ChangeOutsideContract,
    ContractNotSigned,
    LineUnknown,
    SerialAlreadyCovered,
    SerialCoveredElsewhere,
    SerialIsSame,
    SerialNotOnLine,
)
from tests.contract_steps import C1, K1, K2, LINE, ROSSI, amounts, documents, draft, due, founded, line, run, sign
from tests.dsl import Company, Do, do

OLD, NEW, THIRD, OTHER = (UUID(int=n) for n in (91, 92, 93, 94))
NAMES = {OLD: "M-OLD", NEW: "M-NEW", THIRD: "M-THIRD", OTHER: "M-OTHER"}
SERVED = uuid5(K1, "line")
FULL = {"labour": True, "parts": True, "travel": True, "call_fee": True}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    for key, number in NAMES.items():
        fields: dict[str, Any] = {"number": number, "owner_id": C1, "product": "MP", "type": "copier"}
        fields["meters"] = [{"kind": "bw"}]
        company.do("register-serial-item", serial_item_id=key, at="2025-12-01T09:00", **fields)
    return company


def year(company: Company, *machines: UUID, key: UUID = K1, fee: str = "365.00", **header: Any) -> None:
    """A signed contract of 2026 with one line, billed once a year in advance."""
    header = {"starts_on": "2026-01-01", "alignment": "none", **header}
    company.execute(draft(key, **header))
    company.execute(line(key, fee=fee, serial_item_ids=list(machines), covered=FULL))
    company.execute(sign(key, at="2025-12-10T10:00"))


def replace(old: UUID = OLD, new: UUID | None = NEW, on: str | None = "2026-07-15", **fields: Any) -> Do:
    told = {"old_serial_item_id": old, "new_serial_item_id": new, "from_on": on}
    usual = {"at": "2026-07-15T10:00", "contract_id": K1, "line_id": SERVED}
    return do("replace-contract-serial", **{**usual, **told, **fields})


def cover(company: Company, machine: UUID, on: str) -> str:
    found = company.ask("coverage-check", party_id=C1, serial_item_id=machine, on=on)
    return str(found["coverage"]["kind"])


def swapped(old: UUID, new: UUID, on: str) -> Do:
    return do("replace-serial-item", at=f"{on}T09:00", serial_item_id=old, successor_id=new, on=on)


def test_the_line_goes_on_with_the_new_machine_and_nothing_is_billed_or_credited(firm: Company) -> None:
    year(firm, OLD)
    run(firm, "2026-01-01")
    firm.given().when(replace()).then((Contract.SerialReplaced, {"reason": None}))
    assert [cover(firm, OLD, day) for day in ("2026-07-14", "2026-07-15", "2026-07-16")] == [
        "contract", "chargeable", "chargeable",
    ]  # fmt: skip
    assert [cover(firm, NEW, day) for day in ("2026-07-14", "2026-07-15", "2026-07-16", "2026-12-31")] == [
        "chargeable", "contract", "contract", "contract",
    ]  # fmt: skip
    assert amounts(documents(firm)) == [("365.00", "80.30", "445.30")]
    assert due(firm, "2026-12-31") == []
    assert firm.ask("credits-due")["items"] == []


def test_the_same_again_records_nothing_and_putting_it_back_on_the_same_day_does(firm: Company) -> None:
    year(firm, OLD)
    firm.given(replace()).when(replace()).then_nothing()
    firm.given().when(replace(NEW, OLD)).then((Contract.SerialReplaced, {}))
    assert [cover(firm, OLD, "2026-07-15"), cover(firm, NEW, "2026-07-15")] == ["contract", "chargeable"]
    firm.given().when(replace()).then((Contract.SerialReplaced, {}))
    assert cover(firm, NEW, "2026-07-15") == "contract"


def test_a_fee_in_arrears_is_billed_once_for_all_days_and_names_the_machine_of_the_period_s_end(firm: Company) -> None:
    year(firm, OLD, timing="arrears", step_months=3, fee="1200.00")
    firm.execute(replace())
    run(firm, "2027-01-01")
    found = [each for row in documents(firm) for each in firm.record(row["invoice_id"]).document.lines]
    told = [(str(each.period.starts_on), str(each.amount), each.serials, each.serial_item_ids) for each in found]
    assert sorted(told) == [
        ("2026-01-01", "300.00", ("M-OLD",), (OLD,)),
        ("2026-04-01", "300.00", ("M-OLD",), (OLD,)),
        ("2026-07-01", "300.00", ("M-NEW",), (NEW,)),
        ("2026-10-01", "300.00", ("M-NEW",), (NEW,)),
    ]


def test_replaced_twice_and_a_renewal_keeps_the_last_one(firm: Company) -> None:
    year(firm, OLD, OTHER)
    firm.given(
        replace(), replace(NEW, THIRD, "2026-10-01"), do("renew-contract", at="2026-12-01T09:00", contract_id=K1)
    )
    days = ("2026-07-14", "2026-07-15", "2026-10-01", "2027-05-01")
    assert [[cover(firm, key, day) == "contract" for key in (OLD, NEW, THIRD, OTHER)] for day in days] == [
        [True, False, False, True],
        [False, True, False, True],
        [False, False, True, True],
        [False, False, True, True],
    ]
    (served,) = firm.ask("contract", contract_id=K1, on="2026-10-01")["lines"]
    assert served["serials"] == ["M-THIRD", "M-OTHER"]


REFUSED: tuple[tuple[Do, type[Refusal]], ...] = (
    (replace(line_id=LINE), LineUnknown),
    (replace(new=OLD), SerialIsSame),
    (replace(new=None), SerialIsSame),
    (replace(on="2025-12-31"), ChangeOutsideContract),
    (replace(on="2027-01-01"), ChangeOutsideContract),
    (replace(THIRD), SerialNotOnLine),
    (replace(new=OTHER), SerialAlreadyCovered),
)


def test_what_is_refused(firm: Company) -> None:
    year(firm, OLD, OTHER)
    for asked, refusal in REFUSED:
        firm.given().when(asked).then_refused(refusal)
    firm.execute(replace(on="2026-09-01"))
    firm.given().when(replace(new=THIRD, on="2026-07-15")).then_refused(SerialNotOnLine)


def test_a_draft_s_line_is_given_again_and_what_another_contract_covers_stays_there(firm: Company) -> None:
    firm.given(draft(K1, starts_on="2026-01-01"), line(K1, serial_item_ids=[OLD]))
    firm.given().when(replace()).then_refused(ContractNotSigned)
    firm.execute(sign(K1, at="2025-12-10T10:00"))
    year(firm, NEW, key=K2)
    firm.given().when(replace()).then_refused(SerialCoveredElsewhere, number="2/2025")


def test_lines_behind_the_installed_base_are_listed_until_the_contract_follows(firm: Company) -> None:
    year(firm, OLD)
    assert firm.ask("contract-serials-replaced", on="2026-07-20")["items"] == []
    firm.execute(swapped(OLD, NEW, "2026-07-10"))
    assert firm.ask("contract-serials-replaced", on="2026-07-09")["items"] == []
    (row,) = firm.ask("contract-serials-replaced", on="2026-07-20", sort="number")["items"]
    assert (row["line_id"], row["old_serial"], row["new_serial"]) == (SERVED, "M-OLD", "M-NEW")
    assert (str(row["from_on"]), row["customer"]) == ("2026-07-10", "Rossi Gilbo")
    firm.given().when(replace(new=None, on=None)).then((Contract.SerialReplaced, {"from_on": row["from_on"]}))
    assert firm.ask("contract-serials-replaced", on="2026-07-20")["items"] == []


COPIES = {"counters": [{"counter": "bw", "included": 900, "tiers": [{"unit_price": "0.10"}]}]}


@pytest.mark.parametrize("pooling", ["contract", "machine"])
def test_copies_are_the_old_machine_s_up_to_its_closing_reading_and_the_new_one_s_from_its_opening(
    firm: Company, pooling: str
) -> None:
    """1,000 + 500 copies of a quarter that includes 900, whether the volume is all machines' or each one's (R3.3)."""
    read = do("record-reading", serial_item_id=OLD, kind="bw", value=5_000, read_at="2026-01-01T08:00:00+01:00")
    firm.given(read)
    year(firm, OLD, fee="0.00", step_months=3, meters={**COPIES, "pooling": pooling})
    asked = [{"serial_item_id": OLD, "kind": "bw", "value": 6_000}, {"serial_item_id": NEW, "kind": "bw", "value": 70}]
    told = firm.execute(replace(on="2026-02-15", at="2026-02-15T10:00", readings=asked)).result
    assert told["readings_needed"] == []
    firm.do("record-reading", serial_item_id=NEW, kind="bw", value=570, read_at="2026-03-31T18:00:00+02:00")
    run(firm, "2026-04-01")
    found = firm.record(documents(firm)[-1]["invoice_id"]).document.lines
    assert sum(each.quantity for each in found) == (600 if pooling == "contract" else 1_500 - 450 - 450)


def test_meters_that_nobody_read_at_the_change_are_told(firm: Company) -> None:
    year(firm, OLD, fee="0.00", step_months=3, meters=COPIES)
    told = firm.execute(replace(on="2026-02-15", at="2026-02-15T10:00")).result
    assert [each["serial_item_id"] for each in told["readings_needed"]] == [str(OLD), str(NEW)]
