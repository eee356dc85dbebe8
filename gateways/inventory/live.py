"""What another's warehouse says at this moment (disponibilità in tempo reale), before something is promised.

It is asked with a short time limit. Whoever promises learns whether the number is the warehouse's own or what we know.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aggregates.inventory_values import Keeper
from aggregates.rules.stock_levels import ZERO
from gateways.inventory.link import Connect, link_of
from gateways.inventory.port import InventoryAway, InventoryNotAllowed
from projections.inventory import Inventory
from projections.stock import Stock

if TYPE_CHECKING:
    from gateways.wiring import House

MODELS = (Stock, Inventory)
NOT_CONFIRMED = "not-confirmed-by-the-warehouse"


@dataclass(frozen=True)
class Availability:
    """How many there are and how many of them are free, in the article's unit; free ones may be fewer than none.

    `confirmed` when they are the numbers of whoever keeps the warehouse, as of an instant; else `reason` says why not.
    """

    managed_by: Keeper
    on_hand: Decimal
    available_now: Decimal
    confirmed: bool
    as_of: datetime | None = None
    reason: str | None = None
    told: str | None = None

    def shown(self) -> dict[str, Any]:
        """As programs read it."""
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(self).items()}


def availability(
    house: House, connect: Connect, article_id: UUID, warehouse_id: UUID, at: datetime
) -> Availability | None:
    """What can leave a warehouse now; None for an article or warehouse that does not exist."""
    row = house.reader.row(
        """select a.code, coalesce(l.on_hand, 0) as on_hand, coalesce(l.reserved_firm, 0) as reserved_firm
             from {stock_article} a join {stock_warehouse} w on w.warehouse_id = %(warehouse_id)s
             left join {stock_level} l on l.article_id = a.article_id and l.warehouse_id = w.warehouse_id
                                      and l.ownership = 'own'
            where a.article_id = %(article_id)s""",
        {"article_id": article_id, "warehouse_id": warehouse_id},
    )
    if row is None:
        return None
    ours = {"on_hand": row["on_hand"], "available_now": row["on_hand"] - row["reserved_firm"]}
    kept = house.reader.row(
        "select 1 as kept from {inventory_keeper} where warehouse_id = %(warehouse_id)s", {"warehouse_id": warehouse_id}
    )
    if kept is None:
        return Availability(Keeper.LIBRETTO, **ours, confirmed=True, as_of=at)
    return _asked(house, connect, article_id, warehouse_id, row["code"], ours)


def _asked(
    house: House, connect: Connect, article_id: UUID, warehouse_id: UUID, code: str, ours: dict[str, Any]
) -> Availability:
    def unconfirmed(told: str) -> Availability:
        return Availability(Keeper.ERP, **ours, confirmed=False, reason=NOT_CONFIRMED, told=told)

    link = link_of(house)
    if link is None:
        return unconfirmed("it is not connected")
    try:
        connection = connect(house, link)
        article, warehouse = connection.article(article_id, code), connection.warehouse(warehouse_id) or ""
        found = connection.inventory.levels((article,), (warehouse,))
    except (InventoryAway, InventoryNotAllowed) as error:
        return unconfirmed(str(error))
    level = next((one for one in found.items if (one.article, one.warehouse) == (article, warehouse)), None)
    on_hand, promised = (level.on_hand, level.promised) if level else (ZERO, ZERO)
    return Availability(Keeper.ERP, on_hand, on_hand - promised, confirmed=True, as_of=found.as_of)
