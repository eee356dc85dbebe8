"""Returns: partly received, unexpected pieces noted, each item decided by itself, back with its delivery note (S14)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.article import ArticleKind, article_id
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_refusals import ReasonForActMissing
from aggregates.number_register import NumberRegister
from aggregates.rma import Rma
from aggregates.rma_refusals import (
    ItemNotReceived,
    ItemReplaced,
    ItemSettled,
    ItemsStillOpen,
    LoanerStillOut,
    MoreThanExpected,
    NothingToSendBack,
    NotReplaced,
    OutcomeMissing,
    RmaItemUnknown,
    RmaNotAuthorised,
    RmaOver,
    RmaReceived,
)
from aggregates.serial_item import SerialItem
from aggregates.stock_item import StockItem
from commands.rma_goods import SerialOnOtherRma
from commands.rma_loaner import LoanerUnknown
from commands.rma_shipping import MixedReasons
from tests.commands.goods import (
    CUSTOMER,
    FAULTY,
    LOAN,
    MAIN,
    OWNED,
    X,
    article,
    issue,
    level,
    opened,
    registered,
    stocked,
)
from tests.dsl import Company, Do, do

MACHINE = article_id("LT-900")
RMA, A, B = (UUID(f"5555555{n}-5555-5555-5555-555555555555") for n in range(3))


@pytest.fixture
def workshop(company: Company) -> Company:
    """A company with a customer, a stock of X and the registers of S14."""
    opened(company)
    registered(company)
    company.given(
        stocked(10),
        do("open-number-register", document="delivery-note", series="A", year=2026, last_number=117),
        do("open-number-register", document="delivery-note", series="R", year=2026, last_number=30),
        do("open-number-register", document="rma", year=2026, last_number=6),
    )
    article(company, "LT-900", ArticleKind.PRODUCT, serial_tracked=True)
    return company


def goods(item_id: UUID = A, serial: str | None = "SN-778", **more: Any) -> dict[str, Any]:
    named = {"item_id": item_id, "description": "Lavastoviglie LT-900", "article_id": MACHINE}
    return {**named, "serial": serial, **more}


def request(*items: dict[str, Any], **more: Any) -> Do:
    return do("request-rma", **{"rma_id": RMA, "customer_id": CUSTOMER, "items": items or (goods(),), **more})


def receive(*item_ids: UUID, **more: Any) -> Do:
    note = {"number": "55", "dated_on": "2026-03-03"}
    items = [{"item_id": one} for one in item_ids or ((A,) if "unexpected" not in more else ())]
    return do("receive-rma", **{"rma_id": RMA, "items": items, "sender_note": note, **more})


def decide(outcome: str = "repaired", item_id: UUID = A, **more: Any) -> Do:
    return do("decide-rma-outcome", rma_id=RMA, item_id=item_id, outcome=outcome, **more)


DIAGNOSE = do("diagnose-rma-item", rma_id=RMA, item_id=A, findings="Elettrovalvola bloccata", under_warranty=True)


def sheet(company: Company) -> dict[str, Any]:
    found: dict[str, Any] = company.ask("rma", rma_id=RMA)
    return found


def test_from_authorisation_to_closing(workshop: Company) -> None:
    """S14: SN-778 comes in for repair and goes back with R/2026/0031; our own stock is untouched by it."""
    workshop.given().when(request(at="2026-03-04 09:00")).then(
        NumberRegister.NumberTaken, Rma.Requested, (Rma.Authorised, {"number": "RMA-2026-0007"})
    )
    assert (sheet(workshop)["number"], sheet(workshop)["status"]) == ("RMA-2026-0007", "authorised")
    workshop.given().when(receive(at="2026-03-04 10:00")).then(
        (Rma.Received, {}), StockItem.Stocked, StockItem.Received
    )
    theirs = level(workshop, OWNED, MACHINE)
    assert (theirs["ownership"], theirs["on_hand"], theirs["value"]) == ("customer", 1, 0)
    assert sheet(workshop)["status"] == "received"
    workshop.given(DIAGNOSE)
    assert sheet(workshop)["status"] == "diagnosis"
    workshop.given().when(decide()).then((Rma.OutcomeDecided, {}))
    assert sheet(workshop)["status"] == "decided"
    part = issue(1, record={"kind": "rma", "id": str(RMA), "number": "RMA-2026-0007"}, at=MAIN)
    workshop.given(part)
    back = do("return-rma", rma_id=RMA, at="2026-03-18 10:00")
    workshop.given().when(back).then(
        NumberRegister.NumberTaken,
        (StockItem.Issued, {"serials": ("SN-778",), "unit_cost": Decimal(0)}),
        (DeliveryNote.Issued, {"number": "R/2026/0031", "dated_on": date(2026, 3, 18)}),
        Rma.Shipped,
    )
    assert level(workshop, OWNED, MACHINE)["on_hand"] == 0
    assert level(workshop)["on_hand"] == 9
    (note,) = workshop.ask("delivery-notes", record_id=RMA)["items"]
    assert (note["reason_text"], note["record_number"], note["to_invoice"]) == (
        "Reso da c/riparazione",
        "RMA-2026-0007",
        True,
    )
    content = workshop.ask("delivery-note", note_id=note["note_id"])
    assert content["content"]["sender_note"] == {"number": "55", "dated_on": "2026-03-03"}
    assert content["lines"][0]["quality"] == "riparato"
    assert sheet(workshop)["status"] == "shipped"
    close = do("close-rma", rma_id=RMA)
    workshop.given().when(close).then(Rma.Closed)
    workshop.given().when(close).then_nothing()
    assert sheet(workshop)["status"] == "closed"
    assert workshop.ask("rmas", live=True)["items"] == []
    assert len(workshop.ask("rmas", text="SN-778")["items"]) == 1
    workshop.given().when(DIAGNOSE).then_refused(RmaOver)


def test_a_request_is_authorised_later_and_once(workshop: Company) -> None:
    workshop.given().when(request(authorise=False)).then(Rma.Requested)
    assert sheet(workshop)["status"] == "requested"
    workshop.given().when(receive()).then_refused(RmaNotAuthorised)
    authorise = do("authorise-rma", rma_id=RMA)
    workshop.given().when(authorise).then(NumberRegister.NumberTaken, Rma.Authorised)
    workshop.given().when(authorise).then_nothing()
    workshop.given().when(request(authorise=False)).then_nothing()


def test_part_of_the_goods_comes_first(workshop: Company) -> None:
    """A partial receipt is no error, and quantities stay right afterwards (peers 27)."""
    two = request(goods(A), goods(B, None, article_id=X, description="Pompe", quantity="3"))
    workshop.given(two, receive(A))
    assert sheet(workshop)["status"] == "partly_received"
    some = do("receive-rma", rma_id=RMA, items=[{"item_id": B, "quantity": "2"}], receipt_id=uuid4())
    workshop.given(some).when(some).then_nothing()
    assert [item["received"] for item in sheet(workshop)["items"]] == [1, 2]
    many = do("receive-rma", rma_id=RMA, items=[{"item_id": B, "quantity": "2"}])
    workshop.given().when(many).then_refused(MoreThanExpected, open="1")
    last = do("receive-rma", rma_id=RMA, items=[{"item_id": B, "quantity": "1", "condition": "Graffiata"}])
    workshop.given(last)
    assert (sheet(workshop)["status"], sheet(workshop)["items"][1]["received"]) == ("received", 3)
    assert level(workshop, OWNED)["on_hand"] == 3
    workshop.given().when(receive(A)).then_refused(MoreThanExpected)


def test_unexpected_goods_are_noted(workshop: Company) -> None:
    workshop.given(request(), receive(unexpected=[goods(B, "SN-779")]))
    shown = [(item["serial"], item["unexpected"], item["received"]) for item in sheet(workshop)["items"]]
    assert shown == [("SN-778", False, 0), ("SN-779", True, 1)]
    assert sheet(workshop)["status"] == "partly_received"
    workshop.given().when(receive(uuid4())).then_refused(RmaItemUnknown)


def test_a_machine_is_on_one_open_return_at_a_time(workshop: Company) -> None:
    """The same serial on two jobs is refused (peers 30)."""
    workshop.given(request())
    workshop.given().when(request(goods(B), rma_id=uuid4())).then_refused(SerialOnOtherRma, number="RMA-2026-0007")
    workshop.given(do("cancel-rma", rma_id=RMA, reason="Ci ha ripensato"))
    assert workshop.execute(request(goods(B), rma_id=uuid4())).result["number"] == "RMA-2026-0008"


def test_nothing_is_decided_for_what_is_not_here(workshop: Company) -> None:
    workshop.given(request())
    workshop.given().when(DIAGNOSE).then_refused(ItemNotReceived)
    workshop.given().when(decide()).then_refused(ItemNotReceived)
    workshop.given().when(do("return-rma", rma_id=RMA)).then_refused(NothingToSendBack)
    workshop.given(receive())
    back = do("return-rma", rma_id=RMA, item_ids=[A])
    workshop.given().when(back).then_refused(OutcomeMissing)
    workshop.given().when(decide("replaced")).then_refused(NotReplaced)
    workshop.given(decide("credited"))
    workshop.given().when(decide("credited")).then_nothing()
    workshop.given().when(decide("repaired")).then_refused(ItemSettled)
    workshop.given().when(back).then_refused(ItemSettled)


def test_a_decision_may_change_while_the_item_is_here(workshop: Company) -> None:
    workshop.given(request(), receive(), decide("repaired")).when(decide("repaired")).then_nothing()
    workshop.given().when(decide("not_repairable", reason="Ricambio fuori produzione")).then(Rma.OutcomeDecided)
    note = workshop.execute(do("return-rma", rma_id=RMA)).result
    shown = workshop.ask("delivery-note", note_id=note["note_id"])
    assert (shown["reason_text"], shown["billing"]) == ("Reso non riparato", "diagnosis_fee")


def test_one_note_has_one_reason(workshop: Company) -> None:
    both = request(goods(A), goods(B, "SN-779"))
    workshop.given(both, receive(A, B), decide("repaired"), decide("no_fault_found", B))
    workshop.given().when(do("return-rma", rma_id=RMA)).then_refused(MixedReasons)
    first = do("return-rma", rma_id=RMA, item_ids=[A], note_id=uuid4())
    workshop.given(first).when(first).then_nothing()
    assert sheet(workshop)["status"] == "decided"
    workshop.given(do("return-rma", rma_id=RMA))
    numbers = [item["note_number"] for item in sheet(workshop)["items"]]
    assert (sheet(workshop)["status"], numbers) == ("shipped", ["R/2026/0031", "R/2026/0032"])


def test_a_cancelled_note_brings_the_goods_back_to_the_return(workshop: Company) -> None:
    workshop.given(request(), receive(), decide("repaired"))
    note_id = workshop.do("return-rma", rma_id=RMA)["note_id"]
    cancel = do("cancel-delivery-note", note_id=note_id, reason="Corriere non passato")
    workshop.given().when(cancel).then(DeliveryNote.Cancelled, Rma.NoteCancelled, StockItem.Received)
    assert (sheet(workshop)["status"], level(workshop, OWNED, MACHINE)["on_hand"]) == ("decided", 1)
    assert workshop.execute(do("return-rma", rma_id=RMA)).result["number"] == "R/2026/0032"


def test_credited_goods_become_ours_at_no_value(workshop: Company) -> None:
    workshop.given(request(), receive(), decide("credited"))
    assert level(workshop, OWNED, MACHINE)["on_hand"] == 0
    ours = level(workshop, FAULTY, MACHINE)
    assert (ours["ownership"], ours["on_hand"], ours["value"]) == ("own", 1, 0)
    workshop.given().when(do("return-rma", rma_id=RMA, item_ids=[A])).then_refused(ItemSettled)


def test_scrapped_goods_are_gone(workshop: Company) -> None:
    workshop.given(request(), receive(), decide("scrapped"), do("close-rma", rma_id=RMA))
    assert [one["on_hand"] for one in workshop.ask("stock", text="LT-900")["items"][0]["warehouses"]] == [0]


def test_a_replacement_leaves_before_the_faulty_piece_comes(workshop: Company) -> None:
    """S14: board swapped in advance, subject to a claim that fails; the faulty piece is ours at value zero."""
    old, new = _installed(workshop, "B-1"), _installed(workshop, "B-2")
    board = goods(A, None, article_id=X, description="Scheda", serial_item_id=old)
    workshop.given(request(board))
    send = do("send-rma-replacement", rma_id=RMA, item_id=A, article_id=X, serial_item_id=new, at="2026-03-10 10:00")
    workshop.given().when(send).then(
        NumberRegister.NumberTaken,
        StockItem.Issued,
        (DeliveryNote.Issued, {"number": "A/2026/0118", "reason_note": "salvo verifica"}),
        (Rma.ReplacementSent, {"subject_to_claim": True}),
        (SerialItem.Replaced, {"successor_id": new}),
        (SerialItem.TookPlaceOf, {"predecessor_id": old}),
    )
    assert level(workshop)["on_hand"] == 9
    workshop.given().when(send).then_refused(ItemReplaced)
    workshop.given(receive(sender_note={"number": "61", "dated_on": "2026-03-26"}))
    faulty = level(workshop, FAULTY)
    assert (faulty["ownership"], faulty["on_hand"], faulty["value"]) == ("own", 1, 0)
    claim = do("decide-rma-claim", rma_id=RMA, item_id=A, accepted=False, reason="Manomissione accertata")
    workshop.given().when(claim).then(Rma.ClaimDecided, DeliveryNote.ClaimDecided)
    workshop.given().when(claim).then_nothing()
    assert [one["number"] for one in workshop.ask("delivery-notes", to_invoice=True)["items"]] == ["A/2026/0118"]
    workshop.given(decide("replaced"))
    (item,) = sheet(workshop)["items"]
    assert (item["state"], item["replacement_note_number"], item["claim_accepted"]) == ("settled", "A/2026/0118", False)
    before, after = workshop.record(old), workshop.record(new)
    assert (before.place.owner_id, before.successor_id, after.predecessor_id) == (CUSTOMER, new, old)


def _installed(company: Company, number: str) -> UUID:
    item_id = uuid4()
    named: dict[str, Any] = {
        "manufacturer": "ACME",
        "number": number,
        "product": "Scheda",
        "type": "board",
        "owner_id": CUSTOMER,
    }
    company.do("register-serial-item", serial_item_id=item_id, **named)
    return item_id


def test_the_customer_has_a_loaner_meanwhile(workshop: Company) -> None:
    workshop.given(request(), receive(), decide("scrapped"))
    lend = do("give-rma-loaner", rma_id=RMA, article_id=X, at="2026-03-04 10:00")
    note_id = workshop.execute(lend).result["note_id"]
    assert (level(workshop)["on_hand"], level(workshop, LOAN)["on_hand"]) == (9, 1)
    assert workshop.ask("rmas")["items"][0]["loaner_out"] is True
    workshop.given().when(do("close-rma", rma_id=RMA)).then_refused(LoanerStillOut)
    back = do(
        "take-back-rma-loaner", rma_id=RMA, note_id=note_id, sender_note={"number": "58", "dated_on": "2026-03-20"}
    )
    workshop.given().when(back).then(
        DeliveryNote.GoodsReturned, StockItem.MovedIn, StockItem.MovedOut, Rma.LoanerReturned
    )
    workshop.given().when(back).then_nothing()
    assert (level(workshop)["on_hand"], level(workshop, LOAN)["on_hand"]) == (10, 0)
    workshop.given().when(do("close-rma", rma_id=RMA)).then(Rma.Closed)


def test_a_note_of_something_else_is_no_loaner(workshop: Company) -> None:
    workshop.given(request())
    lines = [{"article_id": X, "quantity": "1"}]
    note_id = workshop.do("issue-delivery-note", recipient_id=CUSTOMER, reason="loan", lines=lines)["note_id"]
    back = do("take-back-rma-loaner", rma_id=RMA, note_id=note_id)
    workshop.given().when(back).then_refused(LoanerUnknown)


def test_a_return_ends_when_nothing_is_left(workshop: Company) -> None:
    workshop.given(request(goods(A), goods(B, "SN-779")), receive(A))
    close = do("close-rma", rma_id=RMA)
    workshop.given().when(close).then_refused(ItemsStillOpen)
    workshop.given(decide("scrapped"))
    workshop.given().when(close).then_refused(ReasonForActMissing)
    because = do("close-rma", rma_id=RMA, why="Il cliente ha tenuto la seconda macchina")
    workshop.given().when(because).then((Rma.Closed, {"never_came": (B,)}))


def test_a_return_is_cancelled_before_goods_come(workshop: Company) -> None:
    cancel = do("cancel-rma", rma_id=RMA, reason="Ci ha ripensato")
    workshop.given(request(), receive()).when(cancel).then_refused(RmaReceived)


def test_folding_again_changes_nothing(workshop: Company) -> None:
    workshop.given(request(), receive(), DIAGNOSE, decide(), do("return-rma", rma_id=RMA))
    before = sheet(workshop), workshop.ask("rmas")
    workshop.fold()
    assert (sheet(workshop), workshop.ask("rmas")) == before
