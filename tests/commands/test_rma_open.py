"""Open returns: a serial is on one of them at a time, pieces that come late are items by themselves (peers #27)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.base import Act, Refusal
from aggregates.delivery_note import DeliveryNote
from aggregates.number_register import NumberRegister
from aggregates.rma import Rma
from aggregates.rma_refusals import MoreThanExpected
from aggregates.stock_item import StockItem
from commands.catalog import BY_NAME
from commands.rma_goods import SerialOnOtherRma, SerialOnOtherRmaMeanwhile
from tests.commands.goods import CUSTOMER, OWNED, X, level
from tests.commands.test_rma import RMA, A, B, decide, goods, receive, request, sheet, workshop
from tests.dsl import Company, do

OTHER = UUID("77777777-7777-7777-7777-777777777777")
SHIP = do("return-rma", rma_id=RMA)
MANY = {"item_id": A, "description": "Articolo X", "article_id": X, "quantity": "5"}

__all__ = ["workshop"]


def other(item_id: UUID = B, serial: str = "SN-778", rma_id: UUID = OTHER) -> Any:
    return do("request-rma", rma_id=rma_id, customer_id=CUSTOMER, items=[goods(item_id, serial)])


def came(quantity: str, item_id: UUID = A) -> Any:
    return do("receive-rma", rma_id=RMA, items=[{"item_id": item_id, "quantity": quantity}])


def test_two_returns_at_the_same_moment_do_not_both_have_the_serial(workshop: Company) -> None:
    ids = [UUID(int=n) for n in range(1, 5)]
    start = Barrier(len(ids))

    def asking(rma_id: UUID) -> Refusal | None:
        step = do("request-rma", rma_id=rma_id, customer_id=CUSTOMER, items=[goods(uuid4(), " sn-778")])
        entry = BY_NAME["request-rma"]
        cmd, act = entry.command.model_validate(step.fields), Act(by=step.by, at=step.at)
        start.wait()
        try:
            workshop.house.desk.execute(entry, cmd, act, uuid4())
        except Refusal as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(len(ids)) as threads:
        answers = list(threads.map(asking, ids))
    refusals = [answer for answer in answers if answer is not None]
    assert len(refusals) == len(ids) - 1
    assert {type(one) for one in refusals} <= {SerialOnOtherRma, SerialOnOtherRmaMeanwhile}


@pytest.mark.parametrize("ended", ["cancelled", "shipped", "scrapped", "never came", "handed on", "known better"])
def test_a_serial_is_free_again_once_its_item_is_settled(workshop: Company, ended: str) -> None:
    workshop.given(request()).when(other()).then_refused(SerialOnOtherRma, number="RMA-2026-0007")
    third = UUID(int=3)
    ends: dict[str, list[Any]] = {
        "cancelled": [do("cancel-rma", rma_id=RMA, reason="Il cliente ci ha ripensato")],
        "shipped": [receive(), decide(), SHIP],
        "scrapped": [receive(), decide("scrapped")],
        "never came": [do("close-rma", rma_id=RMA, why="Mai arrivata")],
        "handed on": [
            receive(),
            do("request-rma", rma_id=third, customer_id=CUSTOMER, items=[goods(UUID(int=4), "SN-900")]),
            do("move-rma-item", rma_id=RMA, item_id=A, to_rma_id=third),
        ],
        "known better": [do("identify-rma-item", rma_id=RMA, item_id=A, serial="SN-779")],
    }
    workshop.given(*ends[ended])
    if ended == "handed on":
        workshop.given().when(other()).then_refused(SerialOnOtherRma)
    else:
        workshop.given().when(other()).then(NumberRegister.NumberTaken, Rma.Requested, Rma.Authorised)
    if ended == "known better":
        third_one = do("request-rma", rma_id=third, customer_id=CUSTOMER, items=[goods(UUID(int=5), "SN-779")])
        workshop.given().when(third_one).then_refused(SerialOnOtherRma, serial="SN-779")


def test_a_note_is_not_cancelled_when_the_machine_came_in_again(workshop: Company) -> None:
    workshop.given(request(), receive(), decide(), SHIP, other())
    (note,) = workshop.ask("delivery-notes", record_id=RMA)["items"]
    cancel = do("cancel-delivery-note", note_id=note["note_id"], reason="Merce non partita")
    workshop.given().when(cancel).then_refused(SerialOnOtherRma)
    workshop.given(do("cancel-rma", rma_id=OTHER, reason="Doppione"))
    workshop.given(cancel).when(other(uuid4(), rma_id=UUID(int=8))).then_refused(SerialOnOtherRma)


def test_pieces_that_come_after_the_others_went_back_are_an_item_by_themselves(workshop: Company) -> None:
    """Five are expected: two come, are repaired and leave; two more come and are scrapped; the fifth never does."""
    workshop.given(request(MANY), came("2"), decide(), SHIP)
    assert (sheet(workshop)["status"], level(workshop, OWNED)["on_hand"]) == ("partly_received", 0)
    workshop.given().when(came("4")).then_refused(MoreThanExpected, open="3")
    workshop.given().when(came("2")).then((Rma.Received, {}), StockItem.Received)
    first, rest = sheet(workshop)["items"]
    assert [first[k] for k in ("quantity", "received", "settled", "open", "state")] == [2, 2, 2, 0, "settled"]
    assert [rest[k] for k in ("quantity", "received", "settled", "open", "state")] == [3, 2, 0, 1, "received"]
    assert (rest["rest_of"], rest["outcome"], sheet(workshop)["status"]) == (A, None, "partly_received")
    workshop.given(came("1"))
    assert sheet(workshop)["items"][1]["received"] == 3
    workshop.given().when(came("1")).then_refused(MoreThanExpected)


def test_close_lists_what_never_came_of_a_part(workshop: Company) -> None:
    workshop.given(request(MANY, goods(B)), came("2"), decide("credited"))
    workshop.given(came("1"))
    second = sheet(workshop)["items"][2]
    workshop.given(decide(item_id=second["item_id"]), SHIP)
    close = do("close-rma", rma_id=RMA, why="Il resto non arriva")
    short = {second["item_id"]: Decimal(2), B: Decimal(1)}
    workshop.given().when(close).then((Rma.Closed, {"short": short, "never_came": (B,)}))
    assert [item["never_came"] for item in sheet(workshop)["items"]] == [None, 1, 2]
    assert level(workshop, OWNED)["on_hand"] == 0


def test_a_cancelled_note_brings_only_its_own_pieces_back(workshop: Company) -> None:
    workshop.given(request(MANY), came("2"), decide(), SHIP, came("3"))
    (note,) = workshop.ask("delivery-notes", record_id=RMA)["items"]
    cancel = do("cancel-delivery-note", note_id=note["note_id"], reason="Merce non partita")
    workshop.given().when(cancel).then(DeliveryNote.Cancelled, Rma.NoteCancelled, StockItem.Received)
    first, rest = sheet(workshop)["items"]
    assert (first["state"], rest["state"], level(workshop, OWNED)["on_hand"]) == ("decided", "received", 5)
    workshop.given(SHIP)
    assert level(workshop, OWNED)["on_hand"] == 3
