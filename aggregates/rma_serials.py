"""Serials on open returns (matricole nei resi aperti): a machine is on one at a time, and the log holds it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid5

from aggregates.base import Claim
from aggregates.natural_key import KEYS
from aggregates.rma_items import RmaItem
from aggregates.stock_pieces import ALWAYS


def hold_id(item_id: UUID) -> UUID:
    """The claim of an item on its serial."""
    return uuid5(item_id, "serial")


def hold(item_id: UUID, serial: str) -> Claim:
    """An item holds its serial until it is settled: capitals and surrounding spaces make no difference."""
    resource_id = uuid5(KEYS, f"rma-serial/{serial.strip().upper()}")
    return Claim(claim_id=hold_id(item_id), resource_id=resource_id, slot=ALWAYS)


def holds(items: Iterable[RmaItem]) -> tuple[Claim, ...]:
    """The claims of items that have a serial."""
    return tuple(hold(item.item_id, item.serial) for item in items if item.serial)
