"""What people do with goods, in any order: stock, counts, buying, selling and delivering; returns and work are beside.

Each deed takes the shop and three numbers that choose which record, place and quantity; what makes no sense is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.rules.transport_reasons import Reason
from tests.commands.goods import CUSTOMER, FAULTY, MAIN, OWNED, VAN
from tests.commands.returns import SUPPLIER
from tests.goods_shop import ARTICLES, LOTS, LOTTY, PIECES, PLACES, PLAIN, SERIALS, Shop, nth

Deed = Callable[[Shop, int, int, int], None]
DEEDS: dict[str, Deed] = {}
REASONS = (
    Reason.SALE,
    Reason.SALE,
    Reason.LOAN,
    Reason.ON_APPROVAL,
    Reason.WARRANTY_REPLACEMENT,
    Reason.INTERNAL_TRANSFER,
    Reason.SENT_FOR_REPAIR,
)


def deed(method: Deed) -> Deed:
    """Marks something that people do."""
    DEEDS[method.__name__] = method
    return method


def which(article: UUID, b: int, c: int) -> dict[str, Any]:
    """A quantity that leaves, with serials, and sometimes with lots by name."""
    quantity = 1 + c % 3
    told: dict[str, Any] = {"article_id": article, "quantity": str(quantity)}
    if article == PIECES:
        told["serials"] = [SERIALS[(b + n) % len(SERIALS)] for n in range(quantity)]
    if article == LOTTY and b % 3 == 0:
        told["lots"] = [LOTS[c % 3][0], LOTS[b % 3][0]][: 1 + b % 2]
    return told


def coming(article: UUID, b: int, c: int) -> dict[str, Any]:
    """A quantity that comes in, with its serials or lots."""
    told = which(article, b, c)
    told.pop("lots", None)
    if article == LOTTY:
        code, day = LOTS[b % 3]
        told["lots"] = [{"code": code, "quantity": told["quantity"], "expires_on": day}]
    return told


@deed
def time_goes_on(shop: Shop, a: int, b: int, c: int) -> None:
    shop.later(a % 4)


@deed
def receive(shop: Shop, a: int, b: int, c: int) -> None:
    source = {"kind": "other", "id": str(shop.new_id())}
    shop.may(
        "receive-stock", warehouse_id=PLACES[a % 3], unit_cost=str(c), source=source, **coming(ARTICLES[b % 3], a, c)
    )


@deed
def receive_theirs(shop: Shop, a: int, b: int, c: int) -> None:
    source = {"kind": "other", "id": str(shop.new_id())}
    told = {"warehouse_id": OWNED, "ownership": "customer", "unit_cost": "99", "source": source}
    shop.may("receive-stock", **told, **coming(ARTICLES[b % 3], a, c))


@deed
def hand_out(shop: Shop, a: int, b: int, c: int) -> None:
    article, place, movement = ARTICLES[b % 3], PLACES[a % 3], shop.new_id()
    order = nth(shop.orders, c)
    record = {"kind": "sales-order" if order else "other", "id": str(order or shop.new_id())}
    reason = "Trovato sul banco" if (a + b + c) % 5 == 0 else None
    told = which(article, a, c)
    if shop.may("issue-part", warehouse_id=place, movement_id=movement, record=record, override_reason=reason, **told):
        shop.movements.append((article, place, movement))


@deed
def give_back(shop: Shop, a: int, b: int, c: int) -> None:
    found = nth(shop.movements, a)
    if found:
        article, place, movement = found
        told = which(article, b, c)
        shop.may("return-issued", warehouse_id=place, movement_id=movement, **told)


@deed
def move(shop: Shop, a: int, b: int, c: int) -> None:
    for_record = nth(shop.orders, c) if a % 2 else nth(shop.calls, c)
    way = {"from_warehouse_id": PLACES[a % 3], "to_warehouse_id": PLACES[(a + 1 + b % 2) % 3]}
    shop.may("move-stock", **way, for_record_id=for_record, **which(ARTICLES[b % 3], a, c))


@deed
def promise(shop: Shop, a: int, b: int, c: int) -> None:
    place = {"article_id": ARTICLES[b % 3], "warehouse_id": PLACES[a % 2]}
    record = {"kind": "other", "id": str(UUID(int=c % 2))}
    if c % 3 == 0:
        shop.may("release-reservation", **place, record_id=record["id"])
    elif c % 3 == 1:
        key = {"reservation_id": UUID(int=100 + c % 2)}
        shop.may("reserve-part", **place, **key, quantity=str(1 + a % 3), record=record, firm=bool(b % 2))
    else:
        key = {"reservation_id": UUID(int=100 + a % 2)}
        shop.may("confirm-reservation", **place, **key)
        shop.may("substitute-reservation", **place, **key, to_article_id=ARTICLES[c % 3])


@deed
def block(shop: Shop, a: int, b: int, c: int) -> None:
    shop.may("block-lot" if a % 3 else "unblock-lot", article_id=LOTTY, lot=LOTS[b % 3][0], reason="Richiamo")


@deed
def count_goods(shop: Shop, a: int, b: int, c: int) -> None:
    session = nth(shop.counts, a)
    if session is None or a % 4 == 0:
        made = shop.may("start-stock-count", warehouse_id=PLACES[b % 3], title="Conta", by="user:ada")
        if made:
            shop.counts.append(UUID(made["count_id"]))
        return
    if a % 4 == 3:
        shop.may("approve-stock-count", count_id=session, reason="Verificato", by="user:carla")
        return
    article = ARTICLES[b % 3]
    found: dict[str, Any] = {"counted": str(c % 6)}
    if article == PIECES:
        found = {"serials": [SERIALS[(b + n) % len(SERIALS)] for n in range(c % 3)]}
    if article == LOTTY:
        found = {"lots": [{"code": LOTS[c % 3][0], "quantity": str(1 + c % 3), "expires_on": LOTS[c % 3][1]}]}
    shop.may("count-line", count_id=session, article_id=article, by="user:ada", **found)


# Buying


@deed
def buy(shop: Shop, a: int, b: int, c: int) -> None:
    lines: list[dict[str, Any]] = [
        {"line_id": shop.new_id(), "article_id": ARTICLES[(b + n) % 3], "quantity": str(1 + (c + n) % 4)}
        for n in range(1 + a % 2)
    ]
    order = nth(shop.orders, c)
    for line in lines:
        line["unit_price"], line["warehouse_id"] = "51.20", PLACES[b % 2]
        if order and a % 3 == 0:
            line["bought_for"] = [{"kind": "sales-order", "id": str(order)}]
    made = shop.new_id()
    if shop.may("draft-purchase-order", order_id=made, supplier_id=SUPPLIER, lines=lines, by="user:maria"):
        shop.purchases.append(made)
        shop.may("send-purchase-order", order_id=made)


@deed
def bought_arrives(shop: Shop, a: int, b: int, c: int) -> None:
    order_id = nth(shop.purchases, a)
    if order_id is None:
        return
    order = shop.record(order_id)
    line = nth(order.ordered, b)
    if line is None:
        return
    came = coming(line.article_id, b, c)
    came["units"] = came.pop("quantity")
    del came["article_id"]
    rejected: dict[str, str] = {"rejected": "1", "rejected_because": "Rotto"} if c % 5 == 0 else {}
    why = "Confezione minima" if a % 3 == 0 else None
    shop.may(
        "receive-purchase-order",
        order_id=order_id,
        over_because=why,
        lines=[{"line_id": line.line_id, **came, **rejected}],
    )


@deed
def bought_ends(shop: Shop, a: int, b: int, c: int) -> None:
    order_id = nth(shop.purchases, a)
    if order_id is None:
        return
    if b % 3 == 0:
        shop.may("cancel-purchase-remainder", order_id=order_id, reason="Non serve")
    elif b % 3 == 1:
        shop.may("cancel-purchase-order", order_id=order_id, reason="Non serve")
    else:
        line = nth(shop.record(order_id).ordered, c)
        if line is not None:
            told = which(line.article_id, b, c)
            told = {key: told[key] for key in ("quantity", "serials") if key in told}
            back: dict[str, Any] = {"line_id": line.line_id, **told}
            made = shop.may(
                "return-purchased-goods",
                order_id=order_id,
                lines=[back],
                awaits_replacement=a % 2 == 0,
                reason="Guasti",
            )
            if made:
                shop.notes.append(UUID(made["note_id"]))


# Selling


@deed
def sell(shop: Shop, a: int, b: int, c: int) -> None:
    quote, order = shop.new_id(), shop.new_id()
    lines: list[dict[str, Any]] = [
        {"article_id": str(ARTICLES[(b + n) % 3]), "quantity": str(1 + (c + n) % 3), "unit_price": "78.00"}
        for n in range(1 + a % 2)
    ]
    lines.append({"description": "Montaggio", "quantity": "2", "unit_price": "48.00"})
    person = {"name": "Laura Bianchi"}
    made = shop.may("draft-quote", quote_id=quote, customer_id=CUSTOMER, lines=lines)
    made = made and shop.may("send-quote", quote_id=quote, sent_to=person)
    made = made and shop.may("accept-quote", quote_id=quote, revision=0, person=person, channel="email")
    if made is None:
        return
    shop.quotes.append(quote)
    if shop.may("order-quote", quote_id=quote, order_id=order, warehouse_id=VAN if c % 4 == 0 else None):
        shop.orders.append(order)


@deed
def deliver(shop: Shop, a: int, b: int, c: int) -> None:
    order_id = nth(shop.orders, a)
    if order_id is None:
        return
    order, note = shop.record(order_id), shop.new_id()
    lines: list[dict[str, Any]] = []
    for line in order.lines:
        if line.line_id in order.open_goods and (b % 2 or not lines):
            told = which(line.article_id, b, c)
            told.pop("article_id")
            lines.append({"line_id": line.line_id, **told})
    if len(lines) == 1 and c % 3 == 0:
        lines.append({**lines[0], "quantity": "1", "warehouse_id": PLACES[(b + 1) % 2]})
        lines[-1].pop("serials", None)
    place = PLACES[b % 2] if c % 2 else None
    if shop.may("deliver-order", order_id=order_id, note_id=note, lines=lines, warehouse_id=place):
        shop.notes.append(note)


@deed
def order_ends(shop: Shop, a: int, b: int, c: int) -> None:
    order_id = nth(shop.orders, a)
    if order_id is None:
        return
    line = nth(shop.record(order_id).lines, c)
    if b % 2:
        shop.may("cancel-sales-order", order_id=order_id, reason="Rinuncia")
    elif line is not None:
        less = {"line_id": line.line_id, "quantity": str(c % 3)}
        shop.may("drop-order-quantities", order_id=order_id, lines=[less], reason="Ne basta meno")


@deed
def issue_a_note(shop: Shop, a: int, b: int, c: int) -> None:
    reason, note = REASONS[a % len(REASONS)], shop.new_id()
    line = {**which(ARTICLES[b % 3], a, c), "unit_price": "30.00", "warehouse_id": PLACES[b % 2]}
    told: dict[str, Any] = {"recipient_id": CUSTOMER}
    if reason is Reason.INTERNAL_TRANSFER:
        told = {"to_warehouse_id": PLACES[(b + 1) % 2]}
    if reason is Reason.SENT_FOR_REPAIR:
        told = {"recipient_id": SUPPLIER}
    if reason is Reason.LOAN and c % 3 == 0:
        line |= {"ownership": "customer", "warehouse_id": OWNED}
    lines = [line, line] if c % 7 == 0 else [line]
    if shop.may("issue-delivery-note", note_id=note, reason=reason.value, lines=lines, **told):
        shop.notes.append(note)


@deed
def cancel_a_note(shop: Shop, a: int, b: int, c: int) -> None:
    note_id = nth(shop.notes, a)
    if note_id is not None:
        shop.may("cancel-delivery-note", note_id=note_id, reason="Merce non partita")


@deed
def take_back(shop: Shop, a: int, b: int, c: int) -> None:
    note_id = nth(shop.notes, a)
    if note_id is None:
        return
    note = shop.record(note_id)
    line, whole = note.lines[b % len(note.lines)], c % 3 == 0
    quantity = Decimal(1 + c % 2)
    back = {
        "line_id": line.line_id,
        "quantity": str(quantity),
        "serials": note.serials_out(line.line_id)[: int(quantity)],
    }
    said = {"number": "55", "dated_on": str(shop.now.date())}
    place = FAULTY if b % 4 == 3 else None
    shop.may("take-back-goods", note_id=note_id, lines=() if whole else [back], sender_note=said, warehouse_id=place)


@deed
def keep(shop: Shop, a: int, b: int, c: int) -> None:
    note_id = nth(shop.notes, a)
    if note_id is not None and b % 2:
        shop.may("keep-goods", note_id=note_id)
    elif note_id is not None:
        shop.may("decide-note-claim", note_id=note_id, accepted=bool(c % 2), reason="Verifica in banco")


@deed
def bill(shop: Shop, a: int, b: int, c: int) -> None:
    shop.company.fold()
    made = shop.may("propose-invoices", until=shop.now.date(), customer_id=CUSTOMER)
    shop.proposals.extend(UUID(one["invoice_id"]) for one in (made or {}).get("invoices", ()))


@deed
def invoice(shop: Shop, a: int, b: int, c: int) -> None:
    one = nth(shop.proposals, a)
    if one is None:
        return
    if b % 4 == 0:
        shop.may("discard-invoice", invoice_id=one, reason="Da rifare")
    elif b % 4 == 1:
        shop.may("credit-invoice", invoice_id=one, reopen=bool(c % 2), reason="Errata")
    else:
        shop.may("issue-invoice", invoice_id=one)


@deed
def invoice_a_quote(shop: Shop, a: int, b: int, c: int) -> None:
    quote, made = nth(shop.quotes, a), shop.new_id()
    if quote is not None and shop.may("invoice-quote", quote_id=quote, invoice_id=made):
        shop.proposals.append(made)


__all__ = ["DEEDS", "MAIN", "PLAIN"]
