"""What is missing becomes orders: by supplier, in the supplier's units, once (R11.5)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from aggregates.purchase_order_refusals import NothingToOrder
from tests.commands.buying import OTHER_SUPPLIER, SUPPLIER, X, sells, with_supplier
from tests.commands.goods import FOR_CALL, MAIN, OTHER, VAN, article, level, stocked
from tests.dsl import Company, do

ORDER_ALL = do("order-proposals", supplier_id=SUPPLIER)


def minimum(quantity: str, *, at: Any = MAIN, of: Any = X) -> Any:
    return do("set-minimum-stock", article_id=of, warehouse_id=at, minimum=quantity)


def promised(quantity: str, record: dict[str, Any], **more: Any) -> Any:
    fields: dict[str, Any] = {"article_id": X, "warehouse_id": MAIN, "quantity": quantity, "record": record}
    return do("reserve-part", **fields, **{"firm": True, **more})


def proposed(company: Company, **ask: Any) -> dict[str, Any]:
    """The suppliers with their articles, by code."""
    found = company.ask("purchase-proposals", **{"on": "2026-09-01", **ask})["suppliers"]
    return {
        group["supplier_party_code"]: {one["code"]: one for one in group["articles"]} | {"net": group["net"]}
        for group in found
    }


def test_the_proposal_of_s13_says_why_and_is_ordered_once(company: Company) -> None:
    with_supplier(company).given(
        sells(), stocked(5), minimum("4"), promised("5", OTHER), promised("2", FOR_CALL, firm=False)
    )
    (place,) = proposed(company)["F1"]["X"]["places"]
    assert (place["explained"], place["reserved_soft"], place["to_buy"]) == ("5+4−5−0 = 4", 2, 4)
    assert proposed(company)["F1"]["net"] == Decimal("204.80")
    order_id = company.execute(ORDER_ALL).result["order_id"]
    assert (level(company)["available"], level(company)["on_order"]) == (4, 4)
    assert proposed(company) == {}
    company.given().when(ORDER_ALL).then_refused(NothingToOrder)
    again = do("order-proposals", supplier_id=SUPPLIER, order_id=order_id)
    company.given().when(again).then_nothing()


def test_two_who_order_the_same_proposals_at_once_order_once(company: Company) -> None:
    with_supplier(company).given(sells(), stocked(1), minimum("8"))
    company.fold()

    def order(_: int) -> bool:
        try:
            company.execute(ORDER_ALL)
        except NothingToOrder:
            return False
        return True

    with ThreadPoolExecutor(4) as crowd:
        assert sum(crowd.map(order, range(4))) == 1
    assert level(company)["on_order"] == 7


def test_articles_go_to_their_first_supplier_in_its_units(company: Company) -> None:
    tie, bolt = article(with_supplier(company), "FAS"), article(company, "VIT", supplier_code="F2", order_lot="5")
    box: dict[str, Any] = {"order_unit": "CT", "units_per": "12", "unit_price": "6", "multiple": "2"}
    company.given(
        sells(rank=2), sells(supplier=OTHER_SUPPLIER, unit_price="50"),
        sells(tie, **box), minimum("20", of=tie), minimum("3", of=bolt), minimum("1"),
    )  # fmt: skip
    found = proposed(company)
    assert {code: sorted(set(each) - {"net"}) for code, each in found.items()} == {"F1": ["FAS"], "F2": ["VIT", "X"]}
    (ties,) = found["F1"]["FAS"]["orders"]
    assert (ties["wanted"], ties["quantity"], ties["order_unit"], ties["units"]) == (20, 2, "CT", 24)
    assert found["F2"]["VIT"]["orders"][0]["units"] == 5
    assert found["F2"]["VIT"]["amount"] is None, "nobody said a price"
    company.given(ORDER_ALL)
    assert level(company, of=tie)["on_order"] == 24
    other = do("order-proposals", supplier_id=SUPPLIER, article_ids=[X])
    company.given(other)
    assert level(company)["on_order"] == 1, "also of its second supplier, where asked"


def test_vans_are_refilled_from_main_and_the_rest_is_bought_for_main(company: Company) -> None:
    with_supplier(company).given(sells(), stocked(3), minimum("2"), stocked(0, at=VAN), minimum("3", at=VAN))
    (van,) = proposed(company)["F1"]["X"]["places"]
    assert [(one["from_code"], one["quantity"]) for one in van["transfers"]] == [("MAIN", 1)]
    assert (van["missing"], van["to_buy"]) == (3, 2)
    company.given(ORDER_ALL)
    assert (level(company)["on_order"], level(company, VAN)["on_order"]) == (2, 0)
    (van,) = proposed(company)["F1"]["X"]["places"]
    assert (van["awaited"], van["to_buy"]) == (2, 0)
    company.given().when(ORDER_ALL).then_refused(NothingToOrder)


def test_a_shortage_has_a_last_day_to_order(company: Company) -> None:
    """Due on Monday 21/09/2026, five working days: order by Monday 14/09; ordered today it comes in time."""
    with_supplier(company).given(sells(lead_days=5), stocked(2), promised("2", OTHER, due_on="2026-09-25"))
    company.given(promised("3", FOR_CALL, due_on="2026-09-21"))
    one = proposed(company)["F1"]["X"]
    assert (str(one["needed_by"]), str(one["order_by"])) == ("2026-09-21", "2026-09-14")
    assert [row["record_number"] for row in one["waiting"]] == ["CH-2026-0101"]
    company.given(ORDER_ALL)
    (supply,) = company.ask("supplies", article_id=X)["items"]
    assert (supply["remaining"], str(supply["due_on"])) == (3, "2026-09-21")
    assert [each["number"] for each in supply["bought_for"]] == ["CH-2026-0101"]


def test_goods_for_nobody_come_as_soon_as_the_supplier_can(company: Company) -> None:
    with_supplier(company).given(
        sells(lead_days=3), minimum("1"), do("order-proposals", at="2026-09-04T10:00", supplier_id=SUPPLIER)
    )
    assert str(company.ask("supplies", article_id=X)["items"][0]["due_on"]) == "2026-09-09", "over a week-end"


def test_a_discontinued_article_is_not_proposed(company: Company) -> None:
    with_supplier(company).given(sells(), minimum("4"), do("discontinue-article", code="X"))
    assert proposed(company) == {}
    company.given().when(ORDER_ALL).then_refused(NothingToOrder)
