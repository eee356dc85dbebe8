"""Goods that come in for a return: from a call, taken along, missing, identified, moved to another return (RMA-1)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from aggregates.disposal import Disposal
from aggregates.number_register import NumberRegister
from aggregates.rma import Rma
from aggregates.rma_refusals import ItemSettled, MoreThanExpected, NothingMissing, SameRma
from aggregates.stock_item import StockItem
from commands.quote import CallWithoutCustomer
from commands.rma import ItemNotOnCall
from commands.rma_goods import SerialOnOtherRma, SerialTwice
from commands.rma_pickup import NothingPickedUp, PickUpCustomerMissing, VanMissing
from tests.commands.goods import CUSTOMER, GINO, X
from tests.commands.returns import (
    MACHINE,
    OTHER,
    RECEIPT,
    RMA,
    A,
    B,
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
from tests.dsl import Company, do


@pytest.fixture
def workshop(company: Company) -> Company:
    return firm(company)


def _machine(company: Company, number: str = "SN-778") -> str:
    named: dict[str, Any] = {
        "manufacturer": "ACME",
        "product": "Lavastoviglie LT-900",
        "type": "dishwasher",
        "article_code": "LT-900",
    }
    return str(company.do("register-serial-item", number=number, owner_id=CUSTOMER, **named)["serial_item_id"])


def test_a_call_s_machines_are_authorised_in_one_step(workshop: Company) -> None:
    """RMA-1: from a call, with its machines, its fault and its customer; the same id again is the same return."""
    machine, other = _machine(workshop), _machine(workshop, "SN-900")
    call_id = workshop.do("open-call", party_id=CUSTOMER, serial_item_ids=[machine], fault="Perde")["call_id"]
    step = do("authorise-call-rma", call_id=call_id, rma_id=RMA)
    workshop.given().when(step).then(NumberRegister.NumberTaken, Rma.Requested, Rma.Authorised)
    workshop.given().when(step).then_nothing()
    seen = sheet(workshop)
    assert (seen["call_number"], seen["status"], seen["customer_id"]) == ("CH-2026-0001", "authorised", CUSTOMER)
    (item,) = seen["items"]
    assert (item["serial"], item["fault"], item["article_id"]) == ("SN-778", "Perde", MACHINE)
    more = do("authorise-call-rma", call_id=call_id, serial_item_ids=[other])
    workshop.given().when(more).then_refused(ItemNotOnCall)
    stranger = workshop.do("open-call", caller={"name": "Ignoto"}, fault="Perde")["call_id"]
    workshop.given().when(do("authorise-call-rma", call_id=stranger)).then_refused(CallWithoutCustomer)


def test_goods_taken_along_are_customers_goods_on_the_van(workshop: Company) -> None:
    """No note of ours: our receipt stays with the customer, and the van is a place of the firm (R8.5)."""
    step = do(
        "pick-up-goods", rma_id=RMA, receipt_id=RECEIPT, customer_id=CUSTOMER, goods=[goods()], technician_id=GINO
    )
    workshop.given().when(step).then(
        NumberRegister.NumberTaken, Rma.Requested, Rma.Authorised, Rma.Received,
        (Rma.PickedUp, {"number": "RMA-2026-0001/1"}), StockItem.Stocked, StockItem.Received,
    )  # fmt: skip
    workshop.given().when(step).then_nothing()
    assert levels(workshop) == {("V02", "customer"): ("1", "0.00")}
    inside = do("bring-in-goods", rma_id=RMA)
    workshop.given().when(inside).then(Rma.BroughtIn, StockItem.Stocked, StockItem.MovedIn, StockItem.MovedOut)
    workshop.given().when(inside).then_nothing()
    assert levels(workshop) == {("CUST", "customer"): ("1", "0.00")}
    workshop.given(decide("repaired"), do("return-rma", rma_id=RMA), do("close-rma", rma_id=RMA))
    assert legs(workshop) == [
        ("pick-up", "for_repair", "customer", "RMA-2026-0001/1"),
        ("internal", "internal", "customer", None),
        ("out", "repaired_return", "customer", "R/2026/0001"),
    ]
    assert levels(workshop) == {}


def test_goods_to_be_scrapped_are_waste_at_once(workshop: Company) -> None:
    """R8.7: a line in the schedule, nothing in stock, no delivery note."""
    waste = {"cer_code": "16 02 14", "withdrawal": "one_for_one"}
    scrap: dict[str, Any] = {
        "customer_id": CUSTOMER,
        "goods": [goods()],
        "technician_id": GINO,
        "purpose": "scrap",
        "waste": waste,
    }
    workshop.given(do("pick-up-goods", rma_id=RMA, **scrap))
    assert levels(workshop) == {}
    assert workshop.ask("delivery-notes")["items"] == []
    (line,) = workshop.ask("waste-schedule", on="2026-09-01")["items"]
    assert (line["number"], line["holder"], line["owner"], line["state"]) == (
        "RAEE-2026-0001", "Rossi Gilbo", "customer", "here",
    )  # fmt: skip
    assert [one[:2] for one in legs(workshop)] == [("pick-up", "for_repair"), ("waste", "waste")]
    workshop.given(do("close-rma", rma_id=RMA))
    assert isinstance(workshop.record(line["disposal_id"]), Disposal)


def test_what_is_needed_to_take_goods_along(workshop: Company) -> None:
    nobody = do("pick-up-goods", goods=[goods()], technician_id=GINO)
    workshop.given().when(nobody).then_refused(PickUpCustomerMissing)
    nothing = do("pick-up-goods", customer_id=CUSTOMER, technician_id=GINO)
    workshop.given().when(nothing).then_refused(NothingPickedUp)
    no_van = do("pick-up-goods", customer_id=CUSTOMER, goods=[goods()], technician_id=uuid4())
    workshop.given().when(no_van).then_refused(VanMissing)


def test_pieces_that_do_not_come_are_noted_and_may_still_come(workshop: Company) -> None:
    """Quantities stay right whatever comes in whichever part (peers 27)."""
    workshop.given(request(goods(), board(B, quantity="3")), receive(A))
    some = do("receive-rma", rma_id=RMA, items=[{"item_id": B, "quantity": "2"}])
    workshop.given(some)
    assert sheet(workshop)["status"] == "partly_received"
    missing = do("note-missing-rma-item", rma_id=RMA, item_id=B, reason="Una l'ha tenuta")
    workshop.given().when(missing).then((Rma.MissingNoted, {"quantity": 1}))
    workshop.given().when(missing).then_nothing()
    assert sheet(workshop)["status"] == "received"
    none = do("note-missing-rma-item", rma_id=RMA, item_id=A, reason="Niente")
    workshop.given().when(none).then_refused(NothingMissing)
    workshop.given(do("receive-rma", rma_id=RMA, items=[{"item_id": B, "quantity": "1"}]))
    item = sheet(workshop)["items"][1]
    assert (item["received"], item["missing"], item["missing_reason"]) == (3, 0, "Una l'ha tenuta")
    twice = [{"item_id": B, "quantity": "1"}, {"item_id": B, "quantity": "1"}]
    workshop.given().when(do("receive-rma", rma_id=RMA, items=twice)).then_refused(MoreThanExpected)


def test_without_a_quantity_all_that_has_not_come_is_received(workshop: Company) -> None:
    workshop.given(request(board(A, quantity="3")))
    workshop.given(do("receive-rma", rma_id=RMA, items=[{"item_id": A, "quantity": "1"}]))
    rest = do("receive-rma", rma_id=RMA, items=[{"item_id": A}])
    workshop.given().when(rest)
    (item,) = sheet(workshop)["items"]
    assert (item["received"], item["open"]) == (3, 0)
    workshop.given().when(rest).then_refused(MoreThanExpected, open="0")


def test_one_receipt_cannot_bring_more_than_expected_in_two_lines(workshop: Company) -> None:
    workshop.given(request(board(A, quantity="2")))
    twice = [{"item_id": A, "quantity": "2"}, {"item_id": A, "quantity": "1"}]
    workshop.given().when(do("receive-rma", rma_id=RMA, items=twice)).then_refused(MoreThanExpected, open="0")


def test_a_return_with_missing_items_closes_with_the_reason_it_has(workshop: Company) -> None:
    workshop.given(request(goods(), goods(B, "SN-9")), receive(A), decide("repaired"), do("return-rma", rma_id=RMA))
    workshop.given(do("note-missing-rma-item", rma_id=RMA, item_id=B, reason="L'ha tenuta il cliente"))
    assert [item["state"] for item in sheet(workshop)["items"]] == ["settled", "missing"]
    workshop.given().when(do("close-rma", rma_id=RMA)).then((Rma.Closed, {"never_came": (B,)}))


def test_an_unexpected_item_is_kept_and_identified(workshop: Company) -> None:
    """It counts among customers' goods once it is known what it is; a serial on another open return is refused."""
    unknown = {"item_id": B, "description": "Scatola senza etichetta"}
    workshop.given(request(), receive(unexpected=[unknown]), request(goods(uuid4(), "SN-5"), rma_id=OTHER))
    assert levels(workshop) == {}
    taken = do("identify-rma-item", rma_id=RMA, item_id=B, serial="SN-5")
    workshop.given().when(taken).then_refused(SerialOnOtherRma)
    known = do("identify-rma-item", rma_id=RMA, item_id=B, description="Scheda", article_id=X, serial="S-1")
    workshop.given().when(known).then(Rma.ItemIdentified, StockItem.Stocked, StockItem.Received)
    workshop.given().when(known).then_nothing()
    again = do("identify-rma-item", rma_id=RMA, item_id=B, serial="S-2")
    workshop.given().when(again).then(Rma.ItemIdentified, StockItem.Issued, StockItem.Received)
    assert levels(workshop, X)[("CUST", "customer")] == ("1", "0.00")
    workshop.given(decide("returned", B))
    note_id = workshop.do("return-rma", rma_id=RMA)["note_id"]
    line = workshop.ask("delivery-note", note_id=note_id)["lines"][0]
    assert (line["quality"], line["serials"]) == ("non lavorato", ["S-2"])
    workshop.given().when(again).then_nothing()
    late = do("identify-rma-item", rma_id=RMA, item_id=B, serial="S-3")
    workshop.given().when(late).then_refused(ItemSettled)


def test_an_item_that_belongs_to_another_return_goes_there(workshop: Company) -> None:
    """The goods do not move; the other return has them, where they were expected."""
    expected = goods(uuid4(), None)
    workshop.given(request(), request(expected, rma_id=OTHER), receive(unexpected=[goods(B, "SN-9")]))
    there = {"rma_id": RMA, "item_id": B, "to_rma_id": OTHER, "to_item_id": expected["item_id"]}
    workshop.given().when(do("move-rma-item", **there)).then(Rma.ItemHandedOn, Rma.Received, Rma.ItemIdentified)
    workshop.given().when(do("move-rma-item", **there)).then_nothing()
    workshop.given().when(do("move-rma-item", **{**there, "to_rma_id": RMA})).then_refused(SameRma)
    assert levels(workshop) == {("CUST", "customer"): ("1", "0.00")}
    (item,) = sheet(workshop, OTHER)["items"]
    assert (item["serial"], item["received"], item["state"]) == ("SN-9", 1, "received")
    assert sheet(workshop)["items"][1]["handed_on_number"] == "RMA-2026-0002"
    workshop.given(
        do("decide-rma-outcome", rma_id=OTHER, item_id=item["item_id"], outcome="repaired"),
        do("return-rma", rma_id=OTHER),
        do("close-rma", rma_id=OTHER),
    )
    assert levels(workshop) == {}


def test_a_serial_is_once_on_a_return(workshop: Company) -> None:
    workshop.given().when(request(goods(A), goods(B))).then_refused(SerialTwice, serial="SN-778")
    workshop.given(request(goods(A)), request(goods(B, "SN-9"), rma_id=OTHER))
    unexpected = receive(rma_id=OTHER, unexpected=[goods(uuid4())])
    workshop.given().when(unexpected).then_refused(SerialOnOtherRma, number="RMA-2026-0001")
