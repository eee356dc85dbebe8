"""Other terms tried on real histories: S04 for everyone, S08 by volume; what was billed is what is reckoned."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from projections.base import CursorWrong, SortUnknown
from projections.what_if import ScenarioUnusable
from tests.commands.test_adjustment import DEC_2024, DEC_2025, DEC_2026, contract, foi, renew
from tests.commands.test_meter_billing import M1, machine, read, s08
from tests.commands.test_meter_billing import contract as copies
from tests.contract_steps import C4, IMMOBILIARE, K1, K2, ROSSI, documents, founded, run, signed
from tests.dsl import Company

VOLUME = json.dumps([{"counter": "colour", "tiering": "volume"}])


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, IMMOBILIARE)
    return company


def figures(row: dict[str, Any]) -> tuple[str, str, str]:
    return str(row["now"]), str(row["then"]), str(row["difference"])


def invoiced(firm: Company) -> Decimal:
    return sum((row["taxable"] * (1 if row["kind"] == "invoice" else -1) for row in documents(firm)), Decimal(0))


def test_foi_at_100_percent_for_everyone(firm: Company) -> None:
    """1,200.00 follows 75 % of FOI in one contract and nothing in the other: 1,209.90 and 1,200.00 become 1,213.20."""
    firm.execute(foi(DEC_2024, DEC_2025, DEC_2026))
    contract(firm)
    contract(firm, K2, customer_id=C4, adjustment=None)
    firm.execute(renew())
    firm.execute(renew(K2))
    position = firm.house.log.position()
    asked: dict[str, Any] = {"series": "FOI", "share_percent": "100", "on": "2026-02-01"}
    found = firm.ask("what-if", **asked)
    assert [figures(row) for row in found["items"]] == [
        ("2409.90", "2413.20", "3.30"),
        ("2400.00", "2413.20", "13.20"),
    ]
    totals = firm.ask("what-if-totals", **asked)
    assert totals == found["totals"]
    assert (totals["contracts"], totals["changed"], *figures(totals)) == (2, 2, "4809.90", "4826.40", "16.50")
    one = firm.ask("contract-what-if", contract_id=K1, **asked)
    assert [figures(row)[2] for row in one["items"]] == ["0.00"] * 3 + ["1.93", "0.92", "0.45"]
    assert figures(one["totals"]) == ("2409.90", "2413.20", "3.30")
    assert "Canone annuo 707,70 euro" in one["items"][3]["why_then"][0]
    assert firm.house.log.position() == position


def test_the_second_year_goes_on_from_the_first(firm: Company) -> None:
    firm.execute(foi(DEC_2024, DEC_2025, DEC_2026))
    contract(firm)
    firm.execute(renew())
    firm.execute(renew(at="2027-02-01T06:00"))
    for chaining, then in (("relative", "1226.55"), ("absolute", "1226.40")):
        one = firm.ask("what-if-totals", share_percent="100", chaining=chaining, from_on="2027-02-01", on="2027-02-01")
        assert figures(one)[:2] == ("1219.88", then)


def test_an_index_nobody_loaded_leaves_the_fees_and_is_told(firm: Company) -> None:
    firm.execute(foi(DEC_2024, DEC_2025))
    contract(firm)
    firm.execute(renew())
    (row,) = firm.ask("what-if", series="NIC", on="2026-02-01")["items"]
    assert figures(row) == ("2409.90", "2400.00", "-9.90")
    assert [str(each["from_on"]) for each in row["unknown"]] == ["2026-02-01"]


def test_another_tier_table_on_the_same_readings(firm: Company) -> None:
    """S08: colour excess 3,500 costs 212.50 by slices and 192.50 by volume."""
    s08(firm)
    run(firm, "2026-01-01")
    run(firm, "2026-04-01")
    position = firm.house.log.position()
    (row,) = firm.ask("what-if", counters=VOLUME, on="2026-04-01")["items"]
    assert figures(row) == ("626.90", "606.90", "-20.00")
    rows = firm.ask("contract-what-if", contract_id=K1, counters=VOLUME, on="2026-04-01")["items"]
    by_kind = {row["kind"]: figures(row) for row in rows if row["kind"] != "fee"}
    assert by_kind == {"meter:bw": ("54.40", "54.40", "0.00"), "meter:colour": ("212.50", "192.50", "-20.00")}
    assert firm.house.log.position() == position


def test_what_was_billed_is_what_is_reckoned(firm: Company) -> None:
    """A dry run is the real run: with the terms as they are, both sides are what the invoices say."""
    s08(firm)
    for on in ("2026-01-01", "2026-04-01", "2026-07-01"):
        run(firm, on)
    totals = firm.ask("what-if-totals", on="2026-07-01")
    assert figures(totals) == (str(invoiced(firm)), str(invoiced(firm)), "0.00")
    assert totals["changed"] == 0


def test_an_estimate_settled_later_comes_to_the_same(firm: Company) -> None:
    machine(firm, M1, "bw")
    read(firm, M1, "bw", 0, "2026-01-01")
    read(firm, M1, "bw", 3_700, "2026-01-31")
    terms = {"counters": [{"counter": "bw", "included": 3000, "tiers": [{"unit_price": "0.01"}]}]}
    copies(firm, terms, M1, step_months=1, determination="zero")
    for on in ("2026-02-01", "2026-03-01"):
        run(firm, on)
    read(firm, M1, "bw", 7_900, "2026-03-31")
    run(firm, "2026-04-01")
    assert str(firm.ask("what-if-totals", on="2026-04-01")["now"]) == str(invoiced(firm))


def test_fees_raised_by_percent_and_the_contracts_asked_for(firm: Company) -> None:
    signed(firm, starts_on="2026-01-01")
    signed(firm, K2, customer_id=C4, starts_on="2026-01-01", step_months=1, kind="maintenance")
    asked = {"fee_percent": "2", "on": "2026-03-31"}
    assert [figures(row) for row in firm.ask("what-if", **asked)["items"]] == [
        ("1200.00", "1224.00", "24.00"),
        ("300.00", "306.00", "6.00"),
    ]
    assert [row["contract_id"] for row in firm.ask("what-if", customer_id=C4, **asked)["items"]] == [K2]
    assert [row["contract_id"] for row in firm.ask("what-if", kind="maintenance", **asked)["items"]] == [K2]
    first = firm.ask("contract-what-if", contract_id=K2, limit=2, **asked)
    rest = firm.ask("contract-what-if", contract_id=K2, after=first["next"], **asked)
    assert [row["number"] for page in (first, rest) for row in page["items"]] == [1, 2, 3]
    assert rest["next"] is None


def test_terms_that_make_no_sense_are_refused(firm: Company) -> None:
    for counters in ("{", '[{"counter": "bw", "tiers": [{"up_to": 5, "unit_price": "1"}]}]'):
        with pytest.raises(ScenarioUnusable):
            firm.ask("what-if", counters=counters)
    with pytest.raises(ScenarioUnusable):
        firm.ask("what-if", series="FOI", floor_percent="5", cap_percent="1")
    signed(firm)
    with pytest.raises(SortUnknown):
        firm.ask("contract-what-if", contract_id=K1, sort="number")
    with pytest.raises(CursorWrong):
        firm.ask("contract-what-if", contract_id=K1, after="WyJ4Il0")
    assert firm.ask("contract-what-if", contract_id=UUID(int=5))["items"] == []
