"""S10 by another price list: dearer hours of labour, the rest as it was; covered items stay covered."""

from __future__ import annotations

import pytest

from projections.what_if_calls import PriceListNotKnown
from tests.commands.calls import CALL
from tests.commands.test_call_charges import USUAL, VISIT, closed, contract, firm, opened, price_list, used, worked
from tests.contract_steps import C1, C2, K1
from tests.dsl import Company

__all__ = ["firm"]


def test_s10_with_labour_at_60_an_hour(firm: Company) -> None:
    """508.70 with labour 2.5 h × 52.00 and 30 % on one hour: at 60.00 it is 20.00 and 2.40 more."""
    firm.given(opened(), *VISIT, *closed())
    price_list(firm, "DEAR", USUAL, MAN="60.00")
    position = firm.house.log.position()
    found = firm.ask("what-if-calls", price_list="DEAR")
    (row,) = found["items"]
    assert (str(row["now"]), str(row["then"]), str(row["difference"])) == ("508.70", "531.10", "22.40")
    changed = {e["item"].value: (str(e["now"]), str(e["then"])) for e in row["lines"] if e["now"] != e["then"]}
    assert changed == {"labour": ("130.00", "150.00"), "overtime": ("15.60", "18.00")}
    assert (found["totals"]["calls"], str(found["totals"]["difference"])) == (1, "22.40")
    assert firm.house.log.position() == position
    (same,) = firm.ask("what-if-calls")["items"]
    assert same["difference"] == 0


def test_what_is_covered_costs_nothing_by_any_list(firm: Company) -> None:
    firm.given(*contract({"kind": "maintenance"}), opened(), *VISIT, *closed())
    price_list(firm, "DEAR", USUAL, MAN="60.00", KIT="30.00")
    (row,) = firm.ask("what-if-calls", price_list="DEAR", contract_id=K1)["items"]
    assert (str(row["now"]), str(row["then"])) == ("40.10", "48.00")


def test_calls_by_customer_and_day(firm: Company) -> None:
    firm.given(opened(), *VISIT, *closed())
    assert [row["call_id"] for row in firm.ask("what-if-calls", customer_id=C1, from_on="2026-04-30")["items"]] == [
        CALL
    ]
    assert firm.ask("what-if-calls", customer_id=C2)["items"] == []
    assert firm.ask("what-if-calls", to_on="2026-04-29")["items"] == []
    with pytest.raises(PriceListNotKnown):
        firm.ask("what-if-calls", price_list="NONE")


def test_goods_without_a_price_are_named(firm: Company) -> None:
    firm.given(opened(), worked(), used("FUS"), used("XYZ"), *closed())
    (row,) = firm.ask("what-if-calls")["items"]
    assert (row["difference"], row["missing"]) == (None, "XYZ")
