"""The storm over goods: many hands at once on the last pieces, and everything still adds up; every no is explained."""

from __future__ import annotations

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest

from aggregates.delivery_note import DeliveryNote
from aggregates.stock_item import StockItem
from gateways.wiring import Installation
from tests import goods_returns
from tests.commands.goods import CUSTOMER, MAIN
from tests.goods_checks import EVERYTHING, check_everything
from tests.goods_deeds import DEEDS
from tests.goods_shop import LOTTY, PIECES, PLACES, PLAIN, Shop

HANDS = int(os.environ.get("LIBRETTO_GOODS_HANDS", "24"))
DEEDS_EACH = int(os.environ.get("LIBRETTO_GOODS_DEEDS", "8"))
APART = {"time_goes_on", "bill", "invoice", "invoice_a_quote"}
"""What needs lists that are up to date, or one clock."""
assert goods_returns


@pytest.mark.parametrize("seed", range(int(os.environ.get("LIBRETTO_GOODS_STORMS", "1"))))
def test_many_hands_on_the_last_pieces(installation: Installation, seed: int) -> None:
    shop = Shop(installation)
    names = sorted(DEEDS.keys() - APART)
    start = Barrier(HANDS)

    def work(hand: int) -> None:
        chance = random.Random(1000 * seed + hand)
        start.wait()
        for _ in range(DEEDS_EACH):
            DEEDS[chance.choice(names)](shop, *(chance.randrange(31) for _ in range(3)))

    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(work, range(HANDS)))
    check_everything(shop)
    assert sum(shop.done.values()) > HANDS, shop.done
    assert "record-busy" not in shop.refused


def test_the_last_pieces_are_sold_once_and_a_cancelled_note_brings_them_back_once(installation: Installation) -> None:
    """3 pieces, 6 of a lot and 8 plain ones: 16 notes at once, each cancelled twice; nothing is missing."""
    shop = Shop(installation)
    notes = [shop.new_id() for _ in range(16)]
    start = Barrier(len(notes))

    def line(n: int) -> dict[str, object]:
        if n % 4 == 0:
            return {"article_id": PIECES, "quantity": "1", "serials": ["S-0"]}
        return {"article_id": LOTTY if n % 4 == 1 else PLAIN, "quantity": "3"}

    def sell(n: int) -> bool:
        start.wait()
        told = {"note_id": notes[n], "recipient_id": CUSTOMER, "lines": [line(n)]}
        return shop.may("issue-delivery-note", **told) is not None

    with ThreadPoolExecutor(len(notes)) as hands:
        sold = [note for note, is_sold in zip(notes, hands.map(sell, range(len(notes))), strict=True) if is_sold]
    assert len(sold) == 1 + 2 + 2, "one piece, two threes of the lot, two of eight"
    check_everything(shop)
    with ThreadPoolExecutor(8) as hands:
        list(hands.map(lambda note: shop.may("cancel-delivery-note", note_id=note, reason="Non partita"), sold * 2))
    check_everything(shop)
    facts = Counter(type(one.fact) for one in shop.company.house.recorded_after(0, EVERYTHING))
    assert facts[DeliveryNote.Cancelled] == facts[StockItem.Received] == len(sold)
    seen = {item["article_id"]: item["on_hand"] for item in shop.company.ask("stock", warehouse_id=MAIN)["items"]}
    assert seen == {PLAIN: 8, LOTTY: 6, PIECES: 3}


def test_one_piece_comes_into_one_place(installation: Installation) -> None:
    """The same serial received in three places by nine people at once: one wins."""
    shop = Shop(installation)
    start = Barrier(9)

    def receive(n: int) -> bool:
        start.wait()
        place = PLACES[n % 3]
        source = {"kind": "other", "id": str(UUID(int=n))}
        came = {"article_id": PIECES, "quantity": "1", "serials": ["S-9"], "unit_cost": "1"}
        return shop.may("receive-stock", warehouse_id=place, source=source, **came) is not None

    with ThreadPoolExecutor(9) as hands:
        assert sum(hands.map(receive, range(9))) == 1
    assert shop.refused.keys() <= {"serial-elsewhere", "serial-already-here"}
    check_everything(shop)
