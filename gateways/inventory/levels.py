"""Levels come in (giacenze comunicate): what another's warehouse says is there corrects ours, with its source.

A level is compared only where everything was told and nothing moved here since: what we recorded and did not tell yet
is in our number and not in theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from aggregates.base import Act, Refusal
from aggregates.rules.stock_levels import ZERO
from aggregates.stock import stock_item_id
from aggregates.stock_item import StockItem
from commands.inventory import LEVEL, RecordInventoryLevel
from gateways.inventory.forwarder import Cursors
from gateways.inventory.link import SYSTEM, Connection
from gateways.inventory.port import Levels, StockLevel, every_level
from projections.inventory import Inventory
from projections.inventory_views import untold_articles

if TYPE_CHECKING:
    from gateways.wiring import House

WAIT_S = 5.0
log = structlog.get_logger("inventory")


@dataclass(frozen=True)
class _Place:
    article_id: UUID
    warehouse_id: UUID


class LevelReader:
    """Asks for all levels and takes over those that differ."""

    def read(self, house: House, connection: Connection, at: datetime) -> int:
        """The number of levels taken over. Raises `InventoryAway`, `InventoryNotAllowed`."""
        kept = sorted(connection.link.warehouses.values())
        if not kept:
            return 0
        known = {row["stock_item_id"]: row["on_hand"] for row in house.reader.rows(
            "select stock_item_id, on_hand from {stock_level} where ownership = 'own'")}  # fmt: skip
        differing = [
            (place, level)
            for place, level in self._told(house, connection, kept)
            if _may_differ(house, known, place, level)
        ]
        return sum(self._taken(house, connection, place, level, at) for place, level in differing)

    def _told(self, house: House, connection: Connection, kept: list[str]) -> Iterator[tuple[_Place, StockLevel]]:
        """Every level of an article and warehouse that we know."""
        articles = {
            row["code"]: row["article_id"] for row in house.reader.rows("select code, article_id from {stock_article}")
        }
        articles = {code: one for code, one in articles.items() if one not in connection.link.articles}
        articles |= {code: one for one, code in connection.link.articles.items()}
        warehouses = {code: one for one, code in connection.link.warehouses.items()}
        for found in every_level(connection.inventory, (), kept):
            for level in found.items:
                if level.article in articles and level.warehouse in warehouses:
                    yield _Place(articles[level.article], warehouses[level.warehouse]), level

    def _taken(self, house: House, connection: Connection, place: _Place, level: StockLevel, at: datetime) -> bool:
        """Ask for this one again, now that it is known what we have told, and take it over."""
        item_id = stock_item_id(place.article_id, place.warehouse_id)
        before = house.reader.record(item_id)
        version = before.version if before else 0
        if not house.reader.wait((Inventory,), house.log.position(), WAIT_S):
            return False
        if place.article_id in untold_articles(house.reader, Cursors(house.database, house.company_id).floor()):
            return False
        found = _only(connection.inventory.levels((level.article,), (level.warehouse,)), level)
        if found is None:
            return False
        as_of, now = found
        told = RecordInventoryLevel(
            article_id=place.article_id,
            warehouse_id=place.warehouse_id,
            on_hand=max(ZERO, now.on_hand),
            source=connection.source,
            as_of=as_of,
            known_version=version,
            serials=now.serials,
            lots=now.lots,
        )
        try:
            house.desk.execute(LEVEL, told, Act(by=SYSTEM, at=at))
        except Refusal as refusal:
            log.warning("level not taken over", company=house.slug, article=level.article, code=refusal.code())
            return False
        return True


def _may_differ(house: House, known: dict[UUID, object], place: _Place, level: StockLevel) -> bool:
    item_id = stock_item_id(place.article_id, place.warehouse_id)
    if known.get(item_id, ZERO) != max(ZERO, level.on_hand):
        return True
    if not (level.serials or level.lots):
        return False
    item = house.reader.record(item_id)
    if not isinstance(item, StockItem):
        return True
    lots = {lot.code: lot.quantity for lot in level.lots or ()}
    differ = level.serials is not None and set(level.serials) != item.serials
    return differ or (level.lots is not None and lots != {code: lot.quantity for code, lot in item.lots.items()})


def _only(found: Levels, level: StockLevel) -> tuple[datetime, StockLevel] | None:
    for one in found.items:
        if (one.article, one.warehouse) == (level.article, level.warehouse):
            return found.as_of, one
    return None
