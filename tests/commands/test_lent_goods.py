"""Lent goods: a day to come back, where the machine stands, back piece by piece, or kept and sold (R8.5, R8.6)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aggregates.article import article_id
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_refusals import (
    ExtendedToPast,
    LotsNotOut,
    NotDelivered,
    NothingLent,
    SerialsNotOut,
    YearOfApproval,
)
from aggregates.stock import stock_item_id
from aggregates.stock_item import StockItem
from commands.lent_goods import ReturnDayMissing, ReturnDayPast
from tests.commands.deferred import TONER, firm, issue, note_id, propose, sold
from tests.commands.goods import CUSTOMER, FOR_CALL, LOAN, MAIN, article, level, stocked
from tests.contract_steps import tick
from tests.dsl import Company, Do, do

OUT = note_id("lent")
L1, OWN = UUID(int=0xC1), UUID(int=0xC2)
MUL = article_id("MUL")
DUTY = "watch-goods-on-approval"


@pytest.fixture
def shop(company: Company) -> Company:
    """S14's firm with three loaners told apart by serial; one of them is in the installed base."""
    firm(company)
    article(company, "MUL", serial_tracked=True)
    company.given(
        stocked(3, of=MUL, serials=["L01", "L02", "L03"]),
        do("register-party", party_id=OWN, code="NOI", name="Assistenza Romagna", role="prospect"),
        do(
            "register-serial-item",
            at="2026-01-02T09:00",
            serial_item_id=L1,
            number="L01",
            owner_id=OWN,
            product="Muletto",
            type="dishwasher",
        ),
    )
    return company


def lend(at: str = "2026-03-04T10:00", serials: tuple[str, ...] = ("L01", "L02"), **fields: Any) -> Do:
    line = {"article_id": MUL, "quantity": str(len(serials)), "serials": list(serials)}
    said: dict[str, Any] = {"note_id": OUT, "recipient_id": CUSTOMER, "lines": [line], "return_by": "2026-04-04"}
    return do("lend-goods", at=at, **said | fields)


def on_approval(at: str = "2026-03-04T10:00") -> Do:
    line = {"article_id": TONER, "quantity": "2", "unit_price": "78.00"}
    return lend(at, reason="on_approval", return_by=None, lines=[line])


def back(company: Company, serials: tuple[str, ...], at: str = "2026-03-20T10:00") -> Do:
    line_id = company.record(OUT).lines[0].line_id
    line = {"line_id": line_id, "quantity": "1", "serials": list(serials)}
    return do(
        "take-back-goods", at=at, note_id=OUT, lines=[line], sender_note={"number": "58", "dated_on": "2026-03-20"}
    )


def test_a_loan_names_the_day_it_comes_back(shop: Company) -> None:
    shop.given().when(lend(return_by=None)).then_refused(ReturnDayMissing)
    shop.given().when(lend(return_by="2026-03-03")).then_refused(ReturnDayPast)
    shop.given(lend()).when(lend()).then_nothing()


def test_the_machine_stands_at_the_customers_until_it_is_back(shop: Company) -> None:
    shop.given(lend())
    assert shop.record(L1).place_on(date(2026, 3, 10)).owner_id == CUSTOMER
    out = shop.ask("lent-goods", on="2026-04-05")["items"]
    assert [(str(one["out"]), one["days_left"], one["is_overdue"], one["serials"]) for one in out] == [
        ("2", -1, True, ["L01", "L02"])
    ]
    shop.given(back(shop, ("L01",)))
    assert shop.record(L1).place_on(date(2026, 3, 21)).owner_id == OWN
    assert (level(shop, LOAN, MUL)["on_hand"], level(shop, MAIN, MUL)["on_hand"]) == (1, 2)
    assert shop.record(OUT).serials_out(shop.record(OUT).lines[0].line_id) == ("L02",)
    shop.given(do("take-back-goods", at="2026-03-21T10:00", note_id=OUT))
    assert shop.ask("lent-goods")["items"] == []
    assert level(shop, LOAN, MUL)["on_hand"] == 0


@pytest.mark.parametrize("serials", [("L03",), ()])
def test_what_comes_back_is_named(shop: Company, serials: tuple[str, ...]) -> None:
    shop.given(lend())
    shop.given().when(back(shop, serials)).then_refused(SerialsNotOut)


def test_a_piece_comes_back_once(shop: Company) -> None:
    shop.given(lend())
    shop.given(back(shop, ("L01",))).when(back(shop, ("L01",))).then_refused(SerialsNotOut)


def test_a_loan_that_is_kept_is_a_sale_of_the_month_in_which_it_is(shop: Company) -> None:
    shop.given(lend())
    line_id = shop.record(OUT).lines[0].line_id
    price = {"line_id": line_id, "unit_price": "200.00"}
    keep = do("keep-goods", at="2026-04-10T10:00", note_id=OUT, prices=[price])
    shop.given(back(shop, ("L01",))).when(keep).then(
        (DeliveryNote.GoodsKept, {}), (StockItem.Issued, {"serials": ("L02",)})
    )
    shop.given().when(keep).then_nothing()
    assert level(shop, LOAN, MUL)["on_hand"] == 0
    assert shop.execute(propose("2026-03-31")).result["invoices"] == []
    (invoice,) = shop.execute(propose("2026-04-30")).result["invoices"]
    assert invoice["net"] == "200.00"
    shop.given(issue(invoice["invoice_id"], "2026-04-30"))
    assert shop.record(invoice["invoice_id"]).document.document_type == "TD24"
    shop.given(do("take-back-goods", at="2026-05-04T10:00", note_id=OUT))
    assert level(shop, MAIN, MUL)["on_hand"] == 3, "back to us, as nothing stands on loan any more"
    alarms = {one["kind"] for one in shop.ask("invoice-alarms", on="2026-05-05")["items"]}
    assert "credit-returned-goods" in alarms


def test_a_sale_is_not_kept(shop: Company) -> None:
    shop.given(sold("toner", "2026-03-25")).when(do("keep-goods", note_id=note_id("toner"))).then_refused(NothingLent)


def test_people_are_told_a_month_before_and_after_a_year_goods_are_sold(shop: Company) -> None:
    """S14: out since 04/03/2026, to be invoiced by 04/03/2027."""
    shop.given(on_approval())
    assert tick(shop, DUTY, "2027-02-01T06:00") == 0
    assert tick(shop, DUTY, "2027-02-02T06:00") == 1
    assert tick(shop, DUTY, "2027-02-03T06:00") == 0
    assert str(shop.ask("delivery-note", note_id=OUT)["reminded_on"]) == "2027-02-02"
    assert tick(shop, DUTY, "2027-03-04T06:00") == 0
    assert tick(shop, DUTY, "2027-03-05T06:00") == 1
    assert shop.record(OUT).kept_on == date(2027, 3, 4)
    assert level(shop, LOAN, TONER)["on_hand"] == 0
    assert tick(shop, DUTY, "2027-03-06T06:00") == 0
    (invoice,) = shop.execute(propose("2027-03-31")).result["invoices"]
    assert (invoice["net"], str(shop.record(invoice["invoice_id"]).terms.month_on)) == ("156.00", "2027-03-01")


def test_goods_on_approval_that_were_invoiced_leave_our_stock(shop: Company) -> None:
    shop.given(on_approval())
    (invoice,) = shop.execute(propose("2026-05-20", delivery_note_ids=[OUT])).result["invoices"]
    shop.given(issue(invoice["invoice_id"], "2026-05-20"))
    assert level(shop, LOAN, TONER)["on_hand"] == 2
    assert tick(shop, DUTY, "2026-05-21T06:00") == 1
    assert level(shop, LOAN, TONER)["on_hand"] == 0
    assert shop.ask("delivery-note", note_id=OUT)["state"] == "invoiced"


def test_lots_come_back_as_they_left(shop: Company) -> None:
    colour = article(shop, "COL", lot_tracked=True)
    lots = [{"code": "L-A", "quantity": "2", "expires_on": "2026-12-31"}, {"code": "L-B", "quantity": "3"}]
    shop.given(
        do(
            "receive-stock",
            article_id=colour,
            warehouse_id=MAIN,
            quantity="5",
            unit_cost="4.00",
            lots=lots,
            source=FOR_CALL,
        )
    )
    shop.given(sold("lots", "2026-03-25", lines=[{"article_id": colour, "quantity": "3", "unit_price": "9.00"}]))
    (line,) = shop.record(note_id("lots")).lines
    assert line.lots == ("L-A", "L-B"), "the first to expire first"
    returned = {"line_id": line.line_id, "quantity": "1", "lots": ["L-X"]}
    wrong = do("take-back-goods", at="2026-03-26T10:00", note_id=note_id("lots"), lines=[returned])
    shop.given().when(wrong).then_refused(LotsNotOut)
    right = do("take-back-goods", at="2026-03-26T10:00", note_id=note_id("lots"), lines=[{**returned, "lots": ["L-B"]}])
    shop.given().when(right).then(DeliveryNote.GoodsReturned, StockItem.Received)
    item = next(
        one for one in shop.ask("stock", article_id=colour)["items"][0]["warehouses"] if one["warehouse_id"] == MAIN
    )
    assert item["on_hand"] == 3
    shop.given(do("take-back-goods", at="2026-03-27T10:00", note_id=note_id("lots")))
    back = shop.record(item["stock_item_id"]).lots
    assert {code: lot.quantity for code, lot in back.items()} == {"L-A": 2, "L-B": 3}, "the rest is what was still out"


def test_lent_lots_come_back_to_whom_they_were_lent_from(shop: Company) -> None:
    """Two notes lend the same lots; each brings back its own, in parts, expired ones too; one line never twice."""
    colour = article(shop, "COL", lot_tracked=True)
    lots = [{"code": "L-A", "quantity": "2", "expires_on": "2026-04-01"}, {"code": "L-B", "quantity": "4"}]
    came: dict[str, Any] = {
        "warehouse_id": MAIN,
        "quantity": "6",
        "unit_cost": "4.00",
        "lots": lots,
        "source": FOR_CALL,
    }
    shop.given(do("receive-stock", article_id=colour, **came))
    for name, named in (("one", ["L-A", "L-B"]), ("two", ["L-B"])):
        lent: dict[str, Any] = {"article_id": colour, "quantity": "3", "lots": named}
        shop.given(sold(name, "2026-03-25", lines=[lent], reason="loan"))
    (line,) = shop.record(note_id("one")).lines
    one = {"line_id": line.line_id, "quantity": "2"}
    back: dict[str, Any] = {"at": "2026-05-02T10:00", "note_id": note_id("one")}
    shop.given().when(do("take-back-goods", **back, lines=[one, one])).then_refused(NotDelivered)
    shop.given(do("take-back-goods", **back, lines=[one]), do("take-back-goods", **back))
    shop.given(do("cancel-delivery-note", at="2026-05-03T10:00", note_id=note_id("two"), reason="Mai partita"))
    home = shop.record(stock_item_id(colour, MAIN))
    assert {code: lot.quantity for code, lot in home.lots.items()} == {"L-A": 2, "L-B": 4}
    assert not shop.record(stock_item_id(colour, LOAN)).lots


def extend(on: str, at: str = "2026-04-01T10:00", reason: str = "Ricambio in ritardo") -> Do:
    return do("extend-loan", at=at, note_id=OUT, return_by=on, reason=reason)


def test_a_loan_is_extended_with_a_reason_and_reminded_of_anew(shop: Company) -> None:
    shop.given(lend())
    tick(shop, DUTY, "2026-03-20T06:00")
    fact = (DeliveryNote.ReturnExtended, {"return_by": date(2026, 5, 4), "reason": "Ricambio in ritardo"})
    shop.given().when(extend("2026-05-04")).then(fact)
    shop.given().when(extend("2026-05-04")).then_nothing()
    shop.given().when(extend("2026-04-30")).then_refused(ExtendedToPast)
    assert str(shop.ask("delivery-note", note_id=OUT)["return_by"]) == "2026-05-04"
    tick(shop, DUTY, "2026-04-20T06:00")
    assert str(shop.ask("delivery-note", note_id=OUT)["reminded_on"]) == "2026-04-20"
    shop.given(do("take-back-goods", at="2026-04-21T10:00", note_id=OUT))
    shop.given().when(extend("2026-06-04", at="2026-04-22T10:00")).then_refused(NothingLent)


def test_goods_on_approval_are_never_extended_past_their_year(shop: Company) -> None:
    """R8.6: lent on 4 March 2026, sold by law on 4 March 2027."""
    shop.given(lend(reason="on_approval", return_by="2026-06-04"))
    shop.given().when(extend("2027-03-05")).then_refused(YearOfApproval, deadline="2027-03-04")
    shop.given().when(extend("2027-03-04")).then(DeliveryNote.ReturnExtended)
