"""Keeping up with another's warehouse (tenere il passo): whether it answers, what it is told, what it says is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from aggregates.inventory_link import InventoryLink
from aggregates.inventory_values import LinkState
from gateways.inventory.forwarder import FIRST_PAUSE_S, LONGEST_PAUSE_S, Forwarder
from gateways.inventory.levels import LevelReader
from gateways.inventory.link import Connect, found, link_of
from gateways.inventory.port import InventoryAway, InventoryNotAllowed

if TYPE_CHECKING:
    from gateways.wiring import House

LEVELS_S = 60.0
"""How often levels are asked for, seconds."""
log = structlog.get_logger("inventory")


class InventoryKeeper:
    """Looks after the links of all companies; a link that fails rests longer each time."""

    def __init__(
        self, connect: Connect, *, levels_s: float = LEVELS_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._levels_s = levels_s
        self._forwarder = Forwarder(clock)
        self._levels = LevelReader()
        self._resting: dict[UUID, tuple[float, float]] = {}
        self._levels_due: dict[UUID, float] = {}

    def tick(self, house: House, now: datetime | None = None) -> int:
        """Tell what waits and take over levels when they are due; the number of messages accepted."""
        link = link_of(house)
        if link is None:
            return 0
        if not link.is_check_due and self._resting.get(house.company_id, (0.0, 0.0))[0] > self._clock():
            return 0
        at = now or datetime.now(UTC)
        try:
            sent = self._keep(house, link, at)
        except InventoryNotAllowed as error:
            state = LinkState.NOT_ALLOWED
            return self._failed(house, link, state, str(error), at)
        except InventoryAway as error:
            return self._failed(house, link, LinkState.UNREACHABLE, str(error), at)
        self._resting.pop(house.company_id, None)
        return sent

    def _keep(self, house: House, link: InventoryLink, at: datetime) -> int:
        connection = self._connect(house, link)
        if link.is_check_due or link.state is not LinkState.READY:
            found(house, link, LinkState.READY, connection.inventory.check(), at)
        sent = self._forwarder.send(house, connection, at)
        if self._levels_due.get(house.company_id, 0.0) <= self._clock():
            self._levels.read(house, connection, at)
            self._levels_due[house.company_id] = self._clock() + self._levels_s
        return sent

    def _failed(self, house: House, link: InventoryLink, state: LinkState, told: str, at: datetime) -> int:
        pause = min(self._resting.get(house.company_id, (0.0, FIRST_PAUSE_S / 2))[1] * 2, LONGEST_PAUSE_S)
        self._resting[house.company_id] = (self._clock() + pause, pause)
        log.warning("another's warehouse is not reached", company=house.slug, state=state.value, told=told)
        found(house, link, state, told, at)
        return 0
