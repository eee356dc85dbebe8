"""Our own warehouse behind the port (magazzino proprio): Libretto's stock commands and views."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from eventsourcing.persistence import PersistenceError

from aggregates.article import article_id
from aggregates.base import Act, Refusal
from aggregates.inventory_values import AskedKind
from aggregates.rules.stock_levels import ZERO
from aggregates.stock import stock_item_id
from aggregates.stock_item import StockItem
from aggregates.stock_reported import LevelOvertaken
from aggregates.warehouse import warehouse_id
from commands.base import CommandIdReused, Entry, RecordBusy
from commands.catalog import BY_NAME
from commands.inventory import LEVEL
from gateways.inventory.port import (
    ACCEPTED,
    NEVER_HEARD,
    Answer,
    Levels,
    Movement,
    Promise,
    StockLevel,
    Supplies,
    Supply,
    refused,
    unknown,
)
from projections.stock import Stock

if TYPE_CHECKING:
    from gateways.wiring import House

SYSTEM = "system:inventory"
WAIT_S = 5.0
PAGE = 200
TRIES = 8


class EmbeddedInventory:
    """`Inventory` over a company's own stock."""

    def __init__(self, house: House, page: int = PAGE) -> None:
        self._house = house
        self._page = page

    def check(self) -> str:
        """See `Inventory.check`."""
        return "Libretto"

    def levels(self, articles: Sequence[str] = (), warehouses: Sequence[str] = (), after: str | None = None) -> Levels:
        """See `Inventory.levels`."""
        as_of = self._level()
        rows = self._rows(
            """select a.code as article, w.code as warehouse, l.on_hand, l.reserved_soft + l.reserved_firm as promised,
                      a.unit, l.stock_item_id, a.code || ' ' || w.code as place
                 from {stock_level} l join {stock_article} a using (article_id)
                 join {stock_warehouse} w using (warehouse_id)
                where l.ownership = 'own'""",
            articles, warehouses, after,
        )  # fmt: skip
        found = [self._shown(row) for row in rows[: self._page]]
        return Levels(as_of=as_of, items=tuple(found), next=_next(rows, self._page))

    def supplies(
        self, articles: Sequence[str] = (), warehouses: Sequence[str] = (), after: str | None = None
    ) -> Supplies:
        """See `Inventory.supplies`."""
        as_of = self._level()
        rows = self._rows(
            """select a.code as article, w.code as warehouse, s.quantity, s.due_on, s.record_id,
                      a.code || ' ' || w.code || ' ' || s.record_id::text as place
                 from {stock_supply} s join {stock_level} l using (stock_item_id)
                 join {stock_article} a on a.article_id = l.article_id
                 join {stock_warehouse} w on w.warehouse_id = l.warehouse_id
                where l.ownership = 'own'""",
            articles, warehouses, after,
        )  # fmt: skip
        found = [
            Supply(id=str(one["record_id"]), **{k: one[k] for k in ("article", "warehouse", "quantity", "due_on")})
            for one in rows[: self._page]
        ]
        return Supplies(as_of=as_of, items=tuple(found), next=_next(rows, self._page))

    def promise(self, promise: Promise) -> Answer:
        """See `Inventory.promise`."""
        place = {"article_id": article_id(promise.article), "warehouse_id": warehouse_id(promise.warehouse)}
        one: dict[str, Any] = {"reservation_id": promise.reservation_id}
        if promise.quantity:
            told = {"quantity": promise.quantity, "firm": promise.firm, "due_on": promise.due_on}
            return self._do("reserve-part", {**place, **one, **told, "record": promise.record}, _told(promise))
        return self._do("release-reservation", {**place, **one, "record_id": promise.record.id}, _told(promise))

    def move(self, movement: Movement) -> Answer:
        """See `Inventory.move`."""
        if movement.kind is AskedKind.COUNT:
            return self._count(movement)
        place = {"article_id": article_id(movement.article), "quantity": movement.quantity}
        serials: dict[str, Any] = {"serials": movement.serials}
        named = tuple(lot.code for lot in movement.lots)
        here = {"warehouse_id": warehouse_id(movement.warehouse)}
        moved_at = movement.moved_at
        if movement.kind is AskedKind.ISSUE:
            fields = {**place, **here, **serials, "lots": named, "movement_id": movement.key, "record": movement.record}
            return self._do("issue-part", fields, movement.key, moved_at)
        if movement.kind is AskedKind.RECEIVE:
            fields = {**place, **here, **serials, "lots": movement.lots, "movement_id": movement.key}
            fields |= {"unit_cost": movement.unit_cost, "source": movement.record}
            return self._do("receive-stock", fields, movement.key, moved_at)
        if movement.kind is AskedKind.RETURN:
            fields = {**place, **here, **serials, "lots": named}
            fields |= {"movement_id": movement.of_key, "return_id": movement.key}
            return self._do("return-issued", fields, movement.key, moved_at)
        to = warehouse_id(movement.to_warehouse or "")
        fields = {**place, **serials, "lots": named, "movement_id": movement.key}
        fields |= {"from_warehouse_id": here["warehouse_id"], "to_warehouse_id": to}
        return self._do("move-stock", fields, movement.key, moved_at)

    def outcome_of_move(self, key: UUID) -> Answer:
        """See `Inventory.outcome_of_move`."""
        return self._outcome(key)

    def outcome_of_promise(self, promise: Promise) -> Answer:
        """See `Inventory.outcome_of_promise`."""
        return self._outcome(_told(promise))

    def _count(self, movement: Movement) -> Answer:
        """A difference is taken over by the level that it makes; one that was overtaken is worked out again."""
        article, warehouse = article_id(movement.article), warehouse_id(movement.warehouse)
        for _ in range(TRIES):
            if self._outcome(movement.key) == ACCEPTED:
                return ACCEPTED
            item = self._house.reader.record(stock_item_id(article, warehouse))
            here = item if isinstance(item, StockItem) else None
            on_hand = (here.on_hand if here else ZERO) + movement.quantity
            if on_hand < 0:
                return refused("stock-short", "There is less than the count takes away.")
            fields = {
                "article_id": article, "warehouse_id": warehouse, "on_hand": on_hand, "source": SYSTEM,
                "as_of": movement.moved_at, "known_version": here.version if here else 0,
                **_pieces(movement, here),
            }  # fmt: skip
            answer = self._run(LEVEL, fields, movement.key, movement.moved_at)
            if answer.code not in (LevelOvertaken.code(), CommandIdReused.code()):
                return answer
        return unknown("others changed it again and again")

    def _do(self, name: str, fields: dict[str, Any], key: UUID, at: datetime | None = None) -> Answer:
        return self._run(BY_NAME[name], fields, key, at)

    def _run(self, entry: Entry, fields: dict[str, Any], key: UUID, at: datetime | None = None) -> Answer:
        try:
            cmd = entry.command.model_validate(fields)
        except ValueError as error:
            return refused("not-understood", str(error))
        try:
            self._house.desk.execute(entry, cmd, Act(by=SYSTEM, at=at or datetime.now(UTC)), _command_id(key))
        except RecordBusy as busy:
            return unknown(str(busy))
        except Refusal as refusal:
            return refused(refusal.code(), str(refusal))
        except PersistenceError as error:
            return unknown(repr(error))
        return ACCEPTED

    def _outcome(self, key: UUID) -> Answer:
        earlier, _ = self._house.log.begin(_command_id(key), None)
        return ACCEPTED if earlier is not None else refused(NEVER_HEARD, "Nothing was done under this key.")

    def _level(self) -> datetime:
        """Wait until views show all that was recorded; the instant since which they do."""
        as_of = datetime.now(UTC)
        self._house.reader.wait((Stock,), self._house.log.position(), WAIT_S)
        return as_of

    def _rows(
        self, sql: str, articles: Sequence[str], warehouses: Sequence[str], after: str | None
    ) -> list[dict[str, Any]]:
        return self._house.reader.rows(
            f"""select * from ({sql}) as found
                 where (cardinality(%(articles)s::text[]) = 0 or article = any(%(articles)s))
                   and (cardinality(%(warehouses)s::text[]) = 0 or warehouse = any(%(warehouses)s))
                   and (%(after)s::text is null or place collate "C" > %(after)s)
                 order by place collate "C" limit {self._page + 1}""",  # noqa: S608 - own texts only
            {"articles": list(articles), "warehouses": list(warehouses), "after": after},
        )

    def _shown(self, row: dict[str, Any]) -> StockLevel:
        item = self._house.reader.record(row["stock_item_id"])
        pieces = item if isinstance(item, StockItem) else None
        told = {name: row[name] for name in ("article", "warehouse", "on_hand", "promised", "unit")}
        serials = tuple(sorted(pieces.serials)) if pieces and pieces.keeps_serials else None
        return StockLevel(**told, serials=serials, lots=tuple(pieces.lots.values()) if pieces and pieces.lots else None)


def _pieces(movement: Movement, here: StockItem | None) -> dict[str, Any]:
    """The serials and lots that a count leaves, where the article has any."""
    pieces: dict[str, Any] = {}
    serials = set(here.serials) if here else set()
    if serials or movement.serials:
        pieces["serials"] = tuple(sorted((serials - set(movement.serials_missing)) | set(movement.serials)))
    lots = dict(here.lots) if here else {}
    if lots or movement.lots:
        for sign, told in ((1, movement.lots), (-1, movement.lots_missing)):
            for lot in told:
                known = lots.pop(lot.code, None)
                quantity = (known.quantity if known else Decimal(0)) + sign * lot.quantity
                if quantity > 0:
                    lots[lot.code] = (known or lot).model_copy(update={"quantity": quantity})
        pieces["lots"] = tuple(lots.values())
    return pieces


def _told(promise: Promise) -> UUID:
    return uuid5(promise.reservation_id, f"{promise.warehouse}/{promise.stream}/{promise.revision}")


def _command_id(key: UUID) -> UUID:
    return uuid5(key, "inventory")


def _next(rows: list[dict[str, Any]], page: int) -> str | None:
    return str(rows[page - 1]["place"]) if len(rows) > page else None
