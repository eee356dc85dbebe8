"""A failed claim: the customer pays for the replacement and may have the faulty piece back, theirs again (RMA-2)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aggregates.rma import Rma
from aggregates.rma_refusals import ClaimNotFailed, FaultyAlreadyDecided, ItemsStillOpen, NotOurFaultyPiece
from aggregates.serial_item import SerialItem
from tests.commands.goods import CUSTOMER, FAULTY, MAIN, OWNED, X, level
from tests.commands.test_rma import RMA, A, decide, goods, receive, request, sheet, workshop
from tests.dsl import Company, do

__all__ = ["workshop"]

GIVE = do("decide-faulty-piece", rma_id=RMA, item_id=A, decision="given_back")
BOARD = {"item_id": A, "description": "Scheda", "article_id": X}
MACHINE = UUID(int=0xA7)


def claim(accepted: bool) -> Any:
    return do("decide-rma-claim", rma_id=RMA, item_id=A, accepted=accepted, reason="Manomissione accertata")


@pytest.fixture
def swapped(workshop: Company) -> Company:
    """A board replaced in advance; the faulty one came in and is ours."""
    sent = do("send-rma-replacement", rma_id=RMA, item_id=A, article_id=X, unit_price="230.00")
    workshop.given(request(BOARD), sent, receive(), decide("replaced"))
    return workshop


def test_only_after_a_failed_claim(swapped: Company) -> None:
    swapped.given().when(GIVE).then_refused(ClaimNotFailed)
    swapped.given(claim(True)).when(GIVE).then_refused(ClaimNotFailed)


def test_the_piece_is_the_customers_again_and_leaves_with_a_note(swapped: Company) -> None:
    assert level(swapped, FAULTY)["on_hand"] == 1
    swapped.given(claim(False), do("close-rma", rma_id=RMA), GIVE)
    swapped.given().when(GIVE).then_nothing()
    assert [level(swapped, at)["on_hand"] for at in (FAULTY, OWNED, MAIN)] == [0, 0, 9]
    notes = swapped.ask("delivery-notes", record_id=RMA)["items"]
    back = next(one for one in notes if one["reason"] != "warranty_replacement")
    assert back["reason_text"] == "Reso non riparato"
    (item,) = sheet(swapped)["items"]
    assert (item["faulty_decision"], item["faulty_note_id"]) == ("given_back", back["note_id"])
    leg = swapped.ask("rma-legs", rma_id=RMA)["items"][-1]
    assert (leg["way"], leg["owner"]) == ("out", "customer")
    scrap = do("decide-faulty-piece", rma_id=RMA, item_id=A, decision="scrapped")
    swapped.given().when(scrap).then_refused(FaultyAlreadyDecided)


def test_a_piece_replaced_in_advance_needs_no_other_outcome(workshop: Company) -> None:
    """What becomes of it says that it was replaced: it is not with us any more, and the return closes."""
    sent = do("send-rma-replacement", rma_id=RMA, item_id=A, article_id=X, unit_price="230.00")
    workshop.given(request(BOARD), sent, receive(), claim(False))
    workshop.given().when(do("close-rma", rma_id=RMA)).then_refused(ItemsStillOpen)
    workshop.given(GIVE)
    (item,) = sheet(workshop)["items"]
    assert (item["state"], item["outcome"], item["faulty_decision"]) == ("settled", "replaced", "given_back")
    workshop.given().when(GIVE).then_nothing()
    workshop.given().when(do("close-rma", rma_id=RMA)).then(Rma.Closed)


def test_a_cancelled_note_makes_it_ours_again(swapped: Company) -> None:
    swapped.given(claim(False), GIVE)
    note_id = sheet(swapped)["items"][0]["faulty_note_id"]
    swapped.given(do("cancel-delivery-note", note_id=note_id, reason="Merce non partita"))
    assert (level(swapped, FAULTY)["on_hand"], level(swapped, OWNED)["on_hand"]) == (1, 0)
    assert sheet(swapped)["items"][0]["faulty_decision"] is None
    swapped.given(GIVE)
    assert level(swapped, FAULTY)["on_hand"] == 0


def test_a_piece_of_the_customers_is_not_ours_to_give(workshop: Company) -> None:
    workshop.given(request(BOARD), receive()).when(GIVE).then_refused(NotOurFaultyPiece)


def test_a_repair_and_its_return_never_touch_owner_place_or_warranty_of_the_serial(workshop: Company) -> None:
    """Peers #29: in and back, repaired or not, note cancelled and sent again: the installed base records nothing."""
    workshop.do("register-serial-item", at="2026-01-02T09:00", serial_item_id=MACHINE, number="SN-778",
                owner_id=CUSTOMER, product="LT-900", type="dishwasher")  # fmt: skip
    before = [type(record.fact) for record in workshop.facts(MACHINE)]
    assert before == [SerialItem.Registered]
    back = do("return-rma", rma_id=RMA)
    workshop.given(request(goods(serial_item_id=MACHINE)), receive(), decide("repaired"), back)
    (note,) = workshop.ask("delivery-notes", record_id=RMA)["items"]
    cancel = do("cancel-delivery-note", note_id=note["note_id"], reason="Merce non partita")
    workshop.given(cancel, decide("not_repairable")).when(back)
    workshop.given(do("close-rma", rma_id=RMA))
    assert [type(record.fact) for record in workshop.facts(MACHINE)] == before
    assert workshop.record(MACHINE).place_on(date(2026, 12, 1)).owner_id == CUSTOMER
