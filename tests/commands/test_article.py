"""Articles and price lists: one per code, prices by date and quantity."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from aggregates.article import Article, article_id
from aggregates.natural_key import CodeTaken
from aggregates.price_list import ChargeKind, PriceList, PriceListOver, price_list_id
from commands.base import NotFound
from tests.dsl import Company, do

SCREW = do("register-article", code="VIT-100", description="Viti M4", kind="part", price_multiplier="100")
BASE = do(
    "start-price-list",
    code="BASE",
    name="Listino base",
    from_on="2026-01-01",
    to_on="2027-12-31",
    prices=[{"article_code": "VIT-100", "from_on": "2026-01-01", "unit_price": "4.12345678"}],
    charges={"call-fee": "DIR"},
)


def price_of(company: Company, on: str, quantity: int = 1) -> tuple[Decimal, Decimal] | None:
    price = company.record(price_list_id("BASE")).price("vit-100", date.fromisoformat(on), Decimal(quantity))
    return (price.unit_price, price.discount_percent) if price else None


def set_price(day: str, price: str, **more: str) -> dict[str, Any]:
    return {"code": "BASE", "prices": [{"article_code": "VIT-100", "from_on": day, "unit_price": price, **more}]}


def test_an_article_is_registered(company: Company) -> None:
    step = company.given().when(SCREW).then((Article.Registered, {"code": "VIT-100"}))
    assert step.result == {"article_id": str(article_id("VIT-100"))}
    sheet = company.ask("article-by-code", code="vit-100")
    assert (sheet["description"], sheet["price_multiplier"], sheet["vat_rate"]) == ("Viti M4", Decimal(100), "ordinary")


def test_a_second_article_with_the_code_is_refused(company: Company) -> None:
    again = do("register-article", code="vit-100", description="Altre viti", kind="part")
    company.given(SCREW).when(again).then_refused(CodeTaken)


def test_an_article_changes_from_now_on(company: Company) -> None:
    change = do("change-article", code="VIT-100", description="Viti M4 inox", kind="part", price_multiplier="100")
    company.given(SCREW).when(change).then(Article.Changed)
    company.given().when(change).then_nothing()
    company.given().when(do("change-article", code="NONE", description="x", kind="part")).then_refused(NotFound)


def test_a_discontinued_article_leaves_the_list(company: Company) -> None:
    company.given(SCREW).when(do("discontinue-article", code="VIT-100")).then(Article.Discontinued)
    company.given().when(do("discontinue-article", code="VIT-100")).then_nothing()
    assert company.ask("articles", text="viti")["items"] == []
    company.do("resume-article", code="VIT-100")
    assert [row["code"] for row in company.ask("articles", kind="part")["items"]] == ["VIT-100"]


def test_a_multiplier_is_above_zero(company: Company) -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        company.do("register-article", code="X", description="x", kind="part", price_multiplier="0")


def test_a_price_list_starts_with_prices_and_charges(company: Company) -> None:
    company.given().when(BASE).then(PriceList.Started, PriceList.PricesSet, PriceList.ChargeSet)
    company.given().when(BASE).then_refused(CodeTaken)
    shown = company.ask("price-list", code="base")
    assert shown["charges"] == {"call-fee": "DIR"}
    assert [row["unit_price"] for row in shown["prices"]["items"]] == [Decimal("4.12345678")]


def test_two_price_changes_in_one_year_both_hold(company: Company) -> None:
    company.given(BASE)
    company.do("set-prices", **set_price("2026-10-01", "5"))
    company.do("set-prices", **set_price("2026-07-01", "4.50", discount_percent="10"))
    assert price_of(company, "2026-06-30") == (Decimal("4.12345678"), Decimal(0))
    assert price_of(company, "2026-09-30") == (Decimal("4.50"), Decimal(10))
    assert price_of(company, "2026-10-01") == (Decimal(5), Decimal(0))
    assert len(company.ask("price-list", code="BASE", on="2026-08-01")["prices"]["items"]) == 2


def test_a_price_break_holds_from_its_quantity_on(company: Company) -> None:
    company.given(BASE)
    company.do("set-prices", **set_price("2026-01-01", "3.90", from_quantity="10"))
    assert price_of(company, "2026-02-01", 9) == (Decimal("4.12345678"), Decimal(0))
    assert price_of(company, "2026-02-01", 10) == (Decimal("3.90"), Decimal(0))


def test_the_same_price_again_is_nothing(company: Company) -> None:
    again = do("set-prices", **set_price("2026-01-01", "4.12345678"))
    company.given(BASE).when(again).then_nothing()
    company.given().when(do("set-prices", **set_price("2026-01-01", "4.13"))).then(PriceList.PricesSet)


def test_no_price_outside_the_list(company: Company) -> None:
    company.given(BASE)
    assert price_of(company, "2025-12-31") is None
    assert price_of(company, "2028-01-01") is None
    company.given().when(do("set-prices", **set_price("2028-01-01", "9"))).then_refused(PriceListOver)
    with pytest.raises(ValueError, match="at most 8 decimals"):
        company.do("set-prices", **set_price("2026-01-01", "1.123456789"))


def test_a_charge_is_priced_as_its_article(company: Company) -> None:
    company.given(BASE)
    fee = {"article_code": "DIR", "from_on": "2026-01-01", "unit_price": "25"}
    company.do("set-prices", code="BASE", prices=[fee])
    price_list = company.record(price_list_id("BASE"))
    assert price_list.charge_price(ChargeKind.CALL_FEE, date(2026, 9, 1)).unit_price == Decimal(25)
    assert price_list.charge_price(ChargeKind.TRAVEL_KM, date(2026, 9, 1)) is None
    company.given().when(do("set-charge", code="BASE", charge="call-fee", article_code="DIR")).then_nothing()
    assert company.ask("price", code="BASE", article_code="DIR", on="2026-09-01")["unit_price"] == "25"


def test_a_list_ends_and_folds_the_same_twice(company: Company) -> None:
    company.given(BASE).when(do("end-price-list", code="BASE", to_on="2026-09-30")).then(PriceList.Ended)
    assert company.ask("price-lists", on="2026-10-01")["items"] == []
    before = company.ask("price-lists")
    company.fold()
    assert company.ask("price-lists") == before
