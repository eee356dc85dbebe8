"""A company's link to another's warehouse (collegamento): from its address and secret's name to something to ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from aggregates.base import Act
from aggregates.inventory_link import INVENTORY_LINK, InventoryLink
from aggregates.inventory_values import LinkState
from commands.inventory import FIND, FindInventory
from gateways.inventory.over_http import HttpInventory
from gateways.inventory.place import place_of
from gateways.inventory.port import Inventory
from gateways.settings import Settings

if TYPE_CHECKING:
    from gateways.wiring import House

SYSTEM = "system:inventory"


@dataclass(frozen=True)
class Connection:
    """Something to ask, by the name that facts give it, and how it calls our records."""

    inventory: Inventory
    source: str
    link: InventoryLink

    def warehouse(self, warehouse_id: UUID) -> str | None:
        """What it calls a warehouse; None where it does not keep it."""
        return self.link.warehouses.get(warehouse_id)

    def article(self, article_id: UUID, our_code: str) -> str:
        """What it calls an article: our code, unless it was named."""
        return self.link.articles.get(article_id, our_code)


Connect = Callable[["House", InventoryLink], Connection]


def connector(settings: Settings, *, tries: int = 3, limit_s: float = 60.0) -> Connect:
    """How this installation connects, waiting no longer than `limit_s` for an answer.

    What it answers raises `InventoryNotAllowed` and `InventoryAway`.
    """

    def connect(house: House, link: InventoryLink) -> Connection:
        place = place_of(
            link.address,
            house.slug,
            link.secret_name,
            settings.inventory_secrets,
            local_http=settings.inventory_local_http,
        )
        return Connection(HttpInventory(place, min(link.time_limit_seconds, limit_s), tries=tries), place.name, link)

    return connect


def link_of(house: House) -> InventoryLink | None:
    """The company's link, while it is connected."""
    row = house.reader.row("select is_on from {inventory_link}")
    if row is None or not row["is_on"]:
        return None
    link = house.reader.record(INVENTORY_LINK)
    return link if isinstance(link, InventoryLink) and link.is_on else None


def found(house: House, link: InventoryLink, state: LinkState, told: str | None, at: datetime) -> None:
    """Record what it answered, where that is news."""
    if link.is_check_due or link.state is not state:
        house.desk.execute(FIND, FindInventory(state=state, told=told and told[:500]), Act(by=SYSTEM, at=at))
