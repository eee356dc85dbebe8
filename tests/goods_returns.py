"""What people do with goods of customers and on calls, in any order: returns, loaners, parts used and taken out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.commands.goods import CUSTOMER
from tests.commands.returns import SUPPLIER
from tests.goods_deeds import deed, which
from tests.goods_shop import ARTICLES, LOTTY, PIECES, PLACES, SERIALS, Shop, nth


@deed
def ask_a_return(shop: Shop, a: int, b: int, c: int) -> None:
    made, article = shop.new_id(), ARTICLES[b % 3]
    goods: dict[str, Any] = {"item_id": shop.new_id(), "description": "Reso", "article_id": article}
    goods |= {"serial": SERIALS[c % len(SERIALS)]} if article == PIECES else {"quantity": str(1 + a % 2)}
    if shop.may("request-rma", rma_id=made, customer_id=CUSTOMER, items=[goods]):
        shop.returns.append(made)
        if c % 2:
            shop.may("receive-rma", rma_id=made, items=[{"item_id": goods["item_id"], "quantity": "1"}])


def _item(shop: Shop, a: int) -> tuple[Any, Any]:
    rma_id = nth(shop.returns, a)
    if rma_id is None:
        return None, None
    rma = shop.record(rma_id)
    return rma, nth(list(rma.items.values()), a)


@deed
def it_arrives(shop: Shop, a: int, b: int, c: int) -> None:
    rma, item = _item(shop, a)
    if rma is not None:
        shop.may("receive-rma", rma_id=rma.id, items=[{"item_id": item.item_id, "quantity": str(1 + c % 2)}])


@deed
def decide_return(shop: Shop, a: int, b: int, c: int) -> None:
    rma, item = _item(shop, a)
    if rma is None:
        return
    one = {"rma_id": rma.id, "item_id": item.item_id}
    outcome = ("repaired", "not_repairable", "credited", "scrapped")[b % 4]
    shop.may("decide-rma-outcome", **one, outcome=outcome, reason="Come visto")


@deed
def ship_return(shop: Shop, a: int, b: int, c: int) -> None:
    rma, item = _item(shop, a)
    if rma is None:
        return
    note = shop.new_id()
    one = {"rma_id": rma.id, "item_id": item.item_id}
    if b % 4 == 0:
        serial = SERIALS[c % len(SERIALS)] if item.article_id == PIECES else None
        made = shop.may("send-rma-replacement", **one, article_id=item.article_id, serial=serial, unit_price="30.00")
        if made:
            shop.notes.append(UUID(made["note_id"]))
    elif b % 4 == 1:
        if shop.may("send-rma-to-supplier", rma_id=rma.id, item_ids=[item.item_id], supplier_id=SUPPLIER, note_id=note):
            shop.notes.append(note)
    elif shop.may("return-rma", rma_id=rma.id, item_ids=[item.item_id], note_id=note):
        shop.notes.append(note)


@deed
def from_the_supplier(shop: Shop, a: int, b: int, c: int) -> None:
    rma, item = _item(shop, a)
    if rma is None:
        return
    one = {"rma_id": rma.id, "item_id": item.item_id}
    result = ("repaired", "replaced", "refused", "credited")[b % 4]
    serial = SERIALS[c % len(SERIALS)] if item.serial else None
    shop.may("take-back-from-supplier", **one, result=result, serial=serial)
    if c % 2:
        shop.may("decide-faulty-piece", **one, decision=("refurbished", "scrapped")[b % 2], unit_cost="10")


@deed
def lend(shop: Shop, a: int, b: int, c: int) -> None:
    rma, _ = _item(shop, a)
    if rma is None:
        return
    if rma.loaners and b % 2:
        note_id = nth(list(rma.loaners), c)
        name = "sell-rma-loaner" if c % 3 == 0 else "take-back-rma-loaner"
        price = {"unit_price": "30.00"} if c % 3 == 0 else {"sender_note": {"number": "9", "dated_on": "2026-09-01"}}
        shop.may(name, rma_id=rma.id, note_id=note_id, **price)
        return
    serial = SERIALS[c % len(SERIALS)]
    made = shop.may("give-rma-loaner", rma_id=rma.id, article_id=PIECES, serial=serial)
    if made:
        shop.notes.append(UUID(made["note_id"]))


@deed
def end_return(shop: Shop, a: int, b: int, c: int) -> None:
    rma_id = nth(shop.returns, a)
    if rma_id is not None:
        told = {"reason": "Non più"} if b % 2 else {}
        shop.may("cancel-rma" if b % 2 else "close-rma", rma_id=rma_id, **told)


# Calls


@deed
def call_for_help(shop: Shop, a: int, b: int, c: int) -> None:
    call = shop.new_id()
    if len(shop.calls) < 4 and shop.may("open-call", call_id=call, party_id=CUSTOMER, fault="Non parte"):
        shop.calls.append(call)


@deed
def plan_a_part(shop: Shop, a: int, b: int, c: int) -> None:
    call = nth(shop.calls, a)
    if call is not None:
        told = {"article_id": ARTICLES[b % 3], "description": "Ricambio", "quantity": str(1 + c % 3)}
        shop.may("plan-part", call_id=call, line_id=shop.new_id(), warehouse_id=PLACES[c % 2], **told)


@deed
def use_a_part(shop: Shop, a: int, b: int, c: int) -> None:
    call, line = nth(shop.calls, a), shop.new_id()
    if call is None:
        return
    told = which(ARTICLES[b % 3], a, c)
    told["serial_numbers"] = told.pop("serials", ())
    planned = nth(
        [key for key, one in shop.record(call).planned_parts.items() if one.article_id == told["article_id"]], c
    )
    place = PLACES[a % 2]
    used = {"call_id": call, "line_id": line, "planned_line_id": planned, "description": "Ricambio"}
    if shop.may("use-part", **used, warehouse_id=place, **told):
        shop.used.append((call, line, told["article_id"]))


@deed
def return_a_part(shop: Shop, a: int, b: int, c: int) -> None:
    found = nth(shop.used, a)
    if found is None:
        return
    call, line, article = found
    told = which(article, b, c)
    told["serial_numbers"] = told.pop("serials", ())
    del told["article_id"]
    place = PLACES[b % 2] if c % 3 == 0 else None
    shop.may("return-part", call_id=call, line_id=line, warehouse_id=place, **told)


@deed
def take_a_part_out(shop: Shop, a: int, b: int, c: int) -> None:
    call, removed = nth(shop.calls, a), shop.new_id()
    if call is None:
        return
    article = ARTICLES[b % 3]
    told: dict[str, Any] = {"article_id": article, "description": "Tolto", "exchanged": bool(a % 2)}
    if article == PIECES:
        told["serial"] = SERIALS[c % len(SERIALS)]
    if article == LOTTY:
        told["lot"] = "L-1"
    fate = ("refurbish", "supplier_warranty", "scrap")[c % 3]
    if shop.may("note-removed-part", call_id=call, removed_id=removed, fate=fate, **told):
        shop.removed.append(removed)


@deed
def close_a_call(shop: Shop, a: int, b: int, c: int) -> None:
    call, note = nth(shop.calls, a), shop.new_id()
    if call is None:
        return
    if b % 2:
        if shop.may("issue-note-for-call", call_id=call, note_id=note):
            shop.notes.append(note)
    else:
        shop.may("close-call", call_id=call, solution="Sostituito")
