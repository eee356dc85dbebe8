"""What another's warehouse is to be told (magazzino esterno): messages made from our stock facts, and its refusals.

One row of `inventory_asked` is one message, made of one fact about own goods in a warehouse that the other program
keeps. What was sent is no fact: the forwarder's cursor for each article says how far it is.
"""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from aggregates.inventory_link import InventoryLink
from aggregates.inventory_refusal import InventoryRefusal
from aggregates.inventory_values import AskedKind, Keeper, LinkState, RefusalState
from aggregates.stock import Ownership
from aggregates.stock_item import StockItem
from projections.base import ReadModel, Row, Rows, Table, on
from projections.inventory_messages import (
    ASKED,
    KEEPER,
    PLACE,
    PROMISE,
    ask,
    goods_of,
    join,
    key_of,
    lots_of,
    promise,
    shrink,
)

ONE = 1
LINK = Table(
    "inventory_link",
    {
        "link": "integer", "address": "text", "secret_name": "text", "time_limit_seconds": "integer",
        "is_on": "boolean", "state": "text", "told": "text", "found_at": "timestamptz",
    },
    ("link",),
)  # fmt: skip
NAMED = Table("inventory_article", {"article_id": "uuid", "their_code": "text"}, ("article_id",))
REFUSAL = Table(
    "inventory_refusal",
    {
        "refusal_id": "uuid", "asked": "text", "article_id": "uuid", "warehouse_id": "uuid", "quantity": "numeric",
        "code": "text", "sentence": "text", "state": "text", "attempt": "integer", "difference": "numeric",
        "refused_at": "timestamptz", "settled_at": "timestamptz", "settled_by": "text", "reason": "text",
    },
    ("refusal_id",),
    ("state",),
)  # fmt: skip


class Inventory(ReadModel):
    """The link to another's warehouse, what it is to be told, what it refused."""

    NAME = "inventory"
    IN_ORDER = True  # a message that came after its article's cursor would never be sent
    TABLES = (LINK, KEEPER, NAMED, PLACE, PROMISE, ASKED, REFUSAL)

    @on(InventoryLink.Connected, InventoryLink.Reconnected)
    def connected(self, fact: InventoryLink.Connected | InventoryLink.Reconnected, rows: Rows) -> None:
        """It may be asked."""
        known = rows.get(LINK, ONE) or {"link": ONE, "state": LinkState.UNKNOWN.value}
        told = fact.model_dump(include={"address", "secret_name", "time_limit_seconds"})
        rows.put(LINK, {**known, **told, "is_on": True})

    @on(InventoryLink.Disconnected)
    def disconnected(self, fact: InventoryLink.Disconnected, rows: Rows) -> None:  # noqa: ARG002 - it says all by itself
        """It is asked nothing."""
        rows.patch(LINK, ONE, is_on=False)

    @on(InventoryLink.Found)
    def found(self, fact: InventoryLink.Found, rows: Rows) -> None:
        """It answered, or did not."""
        rows.patch(LINK, ONE, state=fact.state.value, told=fact.told, found_at=fact.act.at)

    @on(InventoryLink.ArticleNamed)
    def article_named(self, fact: InventoryLink.ArticleNamed, rows: Rows) -> None:
        """It calls an article otherwise."""
        rows.put(NAMED, {"article_id": fact.article_id, "their_code": fact.their_code})

    @on(InventoryLink.KeeperSet)
    def keeper_set(self, fact: InventoryLink.KeeperSet, rows: Rows) -> None:
        """Another's quantities hold in a warehouse: it is told what is promised there already."""
        if fact.managed_by is Keeper.LIBRETTO:
            rows.drop(KEEPER, fact.warehouse_id)
            return
        known = rows.get(KEEPER, fact.warehouse_id)
        rows.put(KEEPER, {"warehouse_id": fact.warehouse_id, "their_code": fact.their_code, "since": fact.act.at})
        if known is None:
            held: dict[UUID, list[Row]] = {}
            for one in rows.select(PROMISE, warehouse_id=fact.warehouse_id):
                held.setdefault(one["stock_item_id"], []).append(one)
            for line, (stock_item_id, promises) in enumerate(held.items()):
                ask(rows, fact, stock_item_id, AskedKind.PROMISE, Decimal(0), promises=promises, line=line)

    @on(StockItem.Stocked)
    def stocked(self, fact: StockItem.Stocked, rows: Rows) -> None:
        """An article is kept here, with its opening balance."""
        if fact.ownership is not Ownership.OWN:
            return
        place = {"stock_item_id": fact.stream_id, "article_id": fact.article_id, "warehouse_id": fact.warehouse_id}
        rows.put(PLACE, place)
        if fact.quantity:
            goods = goods_of(fact, unit_cost=fact.unit_cost)
            ask(rows, fact, fact.stream_id, AskedKind.COUNT, fact.quantity, goods=goods)

    @on(StockItem.Received)
    def received(self, fact: StockItem.Received, rows: Rows) -> None:
        """Goods came in."""
        goods = goods_of(fact, fact.movement_id, fact.source, unit_cost=fact.unit_cost)
        ask(rows, fact, fact.stream_id, AskedKind.RECEIVE, fact.quantity, goods=goods)

    @on(StockItem.Returned)
    def returned(self, fact: StockItem.Returned, rows: Rows) -> None:
        """Goods that had been handed out came back."""
        goods = goods_of(fact, fact.movement_id, fact.record, unit_cost=fact.unit_cost)
        goods["of_key"] = str(key_of(fact.stream_id, fact.issue_id))
        ask(rows, fact, fact.stream_id, AskedKind.RETURN, fact.quantity, goods=goods)

    @on(StockItem.Reserved)
    def reserved(self, fact: StockItem.Reserved, rows: Rows) -> None:
        """Pieces are promised."""
        held = promise(rows, fact.stream_id, fact.reservation, fact.reservation.quantity)
        ask(rows, fact, fact.stream_id, AskedKind.PROMISE, fact.reservation.quantity, promises=held)

    @on(StockItem.ReservationReleased)
    def released(self, fact: StockItem.ReservationReleased, rows: Rows) -> None:
        """A promise is given back."""
        held = shrink(rows, fact.stream_id, fact.reservation_id, fact.quantity)
        ask(rows, fact, fact.stream_id, AskedKind.PROMISE, -fact.quantity, promises=held)

    @on(StockItem.Issued)
    def issued(self, fact: StockItem.Issued, rows: Rows) -> None:
        """Goods left, and promises with them."""
        held = [one for use in fact.used for one in shrink(rows, fact.stream_id, use.reservation_id, use.quantity)]
        goods = goods_of(fact, fact.movement_id, fact.record, unit_cost=fact.unit_cost)
        ask(rows, fact, fact.stream_id, AskedKind.ISSUE, fact.quantity, goods=goods, promises=held)

    @on(StockItem.MovedOut)
    def moved_out(self, fact: StockItem.MovedOut, rows: Rows) -> None:
        """Goods went to another warehouse; one that is not the other program's is simply away."""
        held = [
            one for away in fact.carried for one in shrink(rows, fact.stream_id, away.reservation_id, away.quantity)
        ]
        goods = goods_of(fact, fact.movement_id, fact.record, unit_cost=fact.unit_cost)
        kind = AskedKind.ISSUE
        if rows.get(KEEPER, fact.to_warehouse_id):
            goods["to_warehouse_id"], kind = str(fact.to_warehouse_id), AskedKind.MOVE
        ask(rows, fact, fact.stream_id, kind, fact.quantity, goods=goods, promises=held)

    @on(StockItem.MovedIn)
    def moved_in(self, fact: StockItem.MovedIn, rows: Rows) -> None:
        """Goods came from another warehouse; the other program knows of them where it keeps that one too."""
        held = [one for came in fact.carried for one in join(rows, fact.stream_id, came)]
        if not rows.get(KEEPER, fact.from_warehouse_id):
            goods = goods_of(fact, fact.movement_id, fact.record, unit_cost=fact.unit_cost)
            ask(rows, fact, fact.stream_id, AskedKind.RECEIVE, fact.quantity, goods=goods, promises=held)
        elif held:
            ask(rows, fact, fact.stream_id, AskedKind.PROMISE, Decimal(0), promises=held)

    @on(StockItem.Counted)
    def counted(self, fact: StockItem.Counted, rows: Rows) -> None:
        """We counted: it is told the difference. What it reported itself it knows."""
        told = (fact.difference, fact.serials_found, fact.serials_missing, fact.lots_found, fact.lots_missing)
        if fact.reported or not any(told):
            return
        goods = goods_of(fact, unit_cost=fact.unit_cost, serials=fact.serials_found, lots=fact.lots_found)
        goods |= {"serials_missing": list(fact.serials_missing), "lots_missing": lots_of(fact.lots_missing)}
        ask(rows, fact, fact.stream_id, AskedKind.COUNT, fact.difference, goods=goods)

    @on(InventoryRefusal.Refused)
    def refused(self, fact: InventoryRefusal.Refused, rows: Rows) -> None:
        """Somebody must settle it."""
        told = fact.model_dump(include={"article_id", "warehouse_id", "quantity", "code", "sentence"})
        state = {"state": RefusalState.OPEN.value, "attempt": 0, "refused_at": fact.act.at}
        rows.put(REFUSAL, {"refusal_id": fact.stream_id, "asked": fact.asked.value, **told, **state})

    @on(InventoryRefusal.RefusedAgain)
    def refused_again(self, fact: InventoryRefusal.RefusedAgain, rows: Rows) -> None:
        """Somebody must look again."""
        told = {"code": fact.code, "sentence": fact.sentence, "refused_at": fact.act.at}
        rows.patch(REFUSAL, fact.stream_id, state=RefusalState.OPEN.value, **told)

    @on(InventoryRefusal.RetryAsked)
    def retry_asked(self, fact: InventoryRefusal.RetryAsked, rows: Rows) -> None:
        """It is due again."""
        told = {"attempt": fact.attempt, "difference": fact.difference}
        rows.patch(REFUSAL, fact.stream_id, state=RefusalState.RETRY.value, **told)

    @on(InventoryRefusal.Accepted)
    def accepted(self, fact: InventoryRefusal.Accepted, rows: Rows) -> None:
        """It is asked no more."""
        self._settled(fact, RefusalState.ACCEPTED, rows)

    @on(InventoryRefusal.Taken)
    def taken(self, fact: InventoryRefusal.Taken, rows: Rows) -> None:
        """It was done after all."""
        self._settled(fact, RefusalState.TAKEN, rows)

    def _settled(self, fact: InventoryRefusal.Event, state: RefusalState, rows: Rows) -> None:
        told = {"settled_at": fact.act.at, "settled_by": fact.act.by, "reason": fact.act.why}
        rows.patch(REFUSAL, fact.stream_id, state=state.value, **told)
