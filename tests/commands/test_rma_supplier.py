"""Goods at suppliers, faulty pieces of ours, replacements in the installed base, loaners kept (R8, R11.7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.delivery_note import DeliveryNote
from aggregates.number_register import NumberRegister
from aggregates.rma import Rma
from aggregates.rma_refusals import (
    FaultyAlreadyDecided,
    ItemAtSupplier,
    ItemNotAtSupplier,
    KeptBySupplier,
    NotOurFaultyPiece,
    SupplierNoteUnknown,
)
from aggregates.serial_item import SerialItem
from aggregates.stock_item import StockItem
from commands.rma_supplier import NewSerialMissing, SupplierMissing, ValueMissing
from tests.commands.goods import CUSTOMER, X, stocked
from tests.commands.returns import (
    MACHINE,
    RMA,
    SUPPLIER,
    A,
    board,
    decide,
    firm,
    goods,
    legs,
    levels,
    receive,
    request,
    sheet,
)
from tests.dsl import Company, Do, do


@pytest.fixture
def workshop(company: Company) -> Company:
    return firm(company)


def send(*items: UUID, **more: Any) -> Do:
    return do("send-rma-to-supplier", rma_id=RMA, item_ids=items or (A,), supplier_id=SUPPLIER, **more)


def back(result: str, item_id: UUID = A, **more: Any) -> Do:
    return do("take-back-from-supplier", rma_id=RMA, item_id=item_id, result=result, **more)


def installed(company: Company, number: str, **more: Any) -> UUID:
    named: dict[str, Any] = {
        "manufacturer": "ACME",
        "product": "Lavastoviglie",
        "type": "dishwasher",
        "article_code": "LT-900",
    }
    answer = company.do("register-serial-item", number=number, owner_id=CUSTOMER, **{**named, **more})
    return UUID(answer["serial_item_id"])


def test_customers_goods_at_a_supplier_stay_the_customers(workshop: Company) -> None:
    """§8: invio a c/riparazione moves them to the supplier's place; the cost comes back with them."""
    workshop.given(request(), receive())
    step = send(supplier_rma=None, expected_on="2026-09-20")
    workshop.given().when(step).then(
        NumberRegister.NumberTaken, StockItem.MovedOut, StockItem.Stocked, StockItem.MovedIn, DeliveryNote.Issued,
        Rma.SentToSupplier,
    )  # fmt: skip
    assert levels(workshop) == {("SUPP", "customer"): ("1", "0.00")}
    workshop.given().when(step).then_refused(ItemAtSupplier, supplier="Silanos S.p.A.")
    workshop.given().when(decide("repaired")).then_refused(ItemAtSupplier)
    note_id = sheet(workshop)["supplier_repairs"][0]["note_id"]
    told = do("note-supplier-answer", rma_id=RMA, note_id=note_id, supplier_rma="4711", expected_on="2026-09-25")
    workshop.given().when(told).then(Rma.SupplierAnswered)
    workshop.given().when(told).then_nothing()
    assert workshop.ask("goods-at-suppliers", on="2026-09-25", overdue=True)["items"] == []
    (late,) = workshop.ask("goods-at-suppliers", on="2026-09-28", overdue=True)["items"]
    assert (late["supplier_rma"], late["days_over"], late["customer"]) == ("4711", 3, "Rossi Gilbo")
    home = back("repaired", cost="85.00", sender_note={"number": "900", "dated_on": "2026-09-01"})
    workshop.given().when(home).then(
        DeliveryNote.GoodsReturned, StockItem.MovedOut, StockItem.MovedIn, (Rma.BackFromSupplier, {"cost": Decimal(85)})
    )
    workshop.given().when(home).then_refused(ItemNotAtSupplier)
    assert levels(workshop) == {("CUST", "customer"): ("1", "0.00")}
    assert sheet(workshop)["items"][0]["supplier_cost"] == 85
    workshop.given().when(told).then_refused(SupplierNoteUnknown)
    workshop.given(decide("repaired"), do("return-rma", rma_id=RMA), do("close-rma", rma_id=RMA))
    assert legs(workshop) == [
        ("in", "for_repair", "customer", "55"),
        ("to-supplier", "sent_for_repair", "customer", "A/2026/0001"),
        ("back", "sent_for_repair", "customer", "900"),
        ("out", "repaired_return", "customer", "R/2026/0001"),
    ]
    assert levels(workshop) == {}


def test_a_supplier_sends_another_piece(workshop: Company) -> None:
    """The other serial goes back to the customer, in the old one's line and with its warranty; nobody is wiped."""
    warranty = {"kind": "legal", "period": {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}}
    old = installed(workshop, "SN-778", warranties=[warranty])
    workshop.given(request(goods(serial_item_id=old)), receive(), send())
    workshop.given().when(back("replaced")).then_refused(NewSerialMissing)
    workshop.given(back("replaced", serial="SN-800"), decide("repaired"))
    before = workshop.record(old)
    after = workshop.record(before.successor_id)
    assert (after.number, after.place.owner_id, after.predecessor_id) == ("SN-800", CUSTOMER, old)
    assert [str(one.period.ends_on) for one in after.warranties.values()] == ["2027-12-31"]
    assert (before.place.owner_id, len(before.warranties)) == (CUSTOMER, 1)
    note_id = workshop.do("return-rma", rma_id=RMA)["note_id"]
    assert workshop.ask("delivery-note", note_id=note_id)["lines"][0]["serials"] == ["SN-800"]
    assert levels(workshop) == {}


def test_a_supplier_keeps_and_credits_the_piece(workshop: Company) -> None:
    workshop.given(request(), receive(), send(), back("credited"))
    workshop.given().when(decide("repaired")).then_refused(KeptBySupplier)
    workshop.given(decide("credited"))
    assert levels(workshop) == {}
    faulty = do("decide-faulty-piece", rma_id=RMA, item_id=A, decision="scrapped")
    workshop.given().when(faulty).then_refused(FaultyAlreadyDecided)


def test_a_cancelled_note_brings_goods_back_from_the_supplier(workshop: Company) -> None:
    workshop.given(request(), receive())
    note_id = workshop.execute(send()).result["note_id"]
    workshop.given(do("cancel-delivery-note", note_id=note_id, reason="Corriere non passato"))
    assert levels(workshop) == {("CUST", "customer"): ("1", "0.00")}
    assert sheet(workshop)["supplier_repairs"] == []
    workshop.given(decide("repaired"))
    assert workshop.ask("rma-legs", rma_id=RMA)["items"][1]["cancelled"] is True


def swapped(company: Company) -> None:
    """A board swapped in advance; the faulty one is ours."""
    replacement = do("send-rma-replacement", rma_id=RMA, item_id=A, article_id=X)
    company.given(request(board()), replacement, receive(), decide("replaced"), do("close-rma", rma_id=RMA))


def test_a_faulty_piece_of_ours_has_no_value_until_it_is_refurbished(workshop: Company) -> None:
    swapped(workshop)
    assert levels(workshop, X) == {("MAIN", "own"): ("9", "460.80"), ("FAULTY", "own"): ("1", "0.00")}
    (open_one,) = workshop.ask("returns-to-settle", kind="faulty")["items"]
    assert open_one["item_id"] == A
    step = do("decide-faulty-piece", rma_id=RMA, item_id=A, decision="refurbished")
    workshop.given().when(step).then_refused(ValueMissing)
    step = do("decide-faulty-piece", rma_id=RMA, item_id=A, decision="refurbished", unit_cost="40.00")
    workshop.given().when(step).then(
        Rma.FaultyDecided, StockItem.Issued, (StockItem.Received, {"unit_cost": Decimal(40)})
    )
    workshop.given().when(step).then_nothing()
    assert levels(workshop, X) == {("MAIN", "own"): ("10", "500.80")}
    scrap = do("decide-faulty-piece", rma_id=RMA, item_id=A, decision="scrapped")
    workshop.given().when(scrap).then_refused(FaultyAlreadyDecided)
    assert workshop.ask("returns-to-settle", kind="faulty")["items"] == []


def test_a_faulty_piece_of_ours_is_waste_or_goes_back_to_its_supplier(workshop: Company) -> None:
    swapped(workshop)
    lost = do("decide-faulty-piece", rma_id=RMA, item_id=A, decision="supplier_return")
    workshop.given().when(lost).then_refused(SupplierMissing)
    gone = do("decide-faulty-piece", rma_id=RMA, item_id=A, decision="supplier_return", supplier_id=SUPPLIER)
    note_id = workshop.execute(gone).result["note_id"]
    assert ("FAULTY", "own") not in levels(workshop, X)
    workshop.given(do("cancel-delivery-note", note_id=note_id, reason="Non ritirato"))
    assert levels(workshop, X)[("FAULTY", "own")] == ("1", "0.00")
    workshop.given(send(), back("refused", cost="10.00"))
    workshop.given(do("decide-faulty-piece", rma_id=RMA, item_id=A, decision="scrapped"))
    assert levels(workshop, X) == {("MAIN", "own"): ("9", "460.80")}
    (waste,) = workshop.ask("waste-schedule", on="2026-09-01")["items"]
    assert (waste["owner"], waste["holder"]) == ("own", None)
    assert {leg[2] for leg in legs(workshop)} == {"own"}


def test_only_what_became_ours_is_decided_as_ours(workshop: Company) -> None:
    workshop.given(request(), receive())
    step = do("decide-faulty-piece", rma_id=RMA, item_id=A, decision="scrapped")
    workshop.given().when(step).then_refused(NotOurFaultyPiece)


def test_a_cancelled_replacement_undoes_the_succession(workshop: Company) -> None:
    """Registered by its serial, in the old one's line, with its warranty; cancelled, all of it is taken back."""
    warranty = {"kind": "legal", "period": {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}}
    old = installed(workshop, "SN-778", warranties=[warranty])
    workshop.given(
        stocked(1, of=MACHINE, cost="900.00", serials=["SN-800"]),
        request(goods(serial_item_id=old)),
        receive(),
    )
    step = do("send-rma-replacement", rma_id=RMA, item_id=A, article_id=MACHINE, serial="SN-800")
    answer = workshop.execute(step).result
    new = UUID(answer["serial_item_id"])
    assert workshop.record(old).successor_id == new
    cancel = do("cancel-delivery-note", note_id=answer["note_id"], reason="Spedizione annullata")
    workshop.given().when(cancel).then(
        DeliveryNote.Cancelled, Rma.NoteCancelled, (SerialItem.ReplacementUndone, {"successor_id": new}),
        (SerialItem.PlaceGivenBack, {"predecessor_id": old}), SerialItem.WarrantyWithdrawn, StockItem.Received,
    )  # fmt: skip
    before, after = workshop.record(old), workshop.record(new)
    assert (before.successor_id, before.replaced_on, after.predecessor_id) == (None, None, None)
    assert (len(before.warranties), len(after.warranties)) == (1, 0)
    shown = workshop.ask("serial-item", serial_item_id=old)
    assert shown["successor_id"] is None
    workshop.given(step)
    assert workshop.record(old).successor_id == new


def test_the_customer_keeps_the_loaner(workshop: Company) -> None:
    """Comodato turned into a sale: the note is to be invoiced, and the return has no loaner out."""
    workshop.given(request(), receive(), decide("scrapped"))
    note_id = workshop.do("give-rma-loaner", rma_id=RMA, article_id=X, return_by="2026-09-30")["note_id"]
    sold = do("sell-rma-loaner", rma_id=RMA, note_id=note_id, unit_price="120.00")
    workshop.given().when(sold).then(DeliveryNote.GoodsKept, StockItem.Issued, Rma.LoanerSold)
    workshop.given().when(sold).then_nothing()
    assert levels(workshop, X) == {("MAIN", "own"): ("9", "460.80")}
    assert [one["number"] for one in workshop.ask("delivery-notes", to_invoice=True)["items"]] == ["A/2026/0001"]
    workshop.given().when(do("close-rma", rma_id=RMA)).then(Rma.Closed)
