"""Pieces with serial numbers (pezzi matricolati): one is in one place at a time, and fitted on one job at a time.

The log itself holds both as claims, so that two commands at once cannot put the same piece into two places.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

from aggregates.base import Claim, Refusal
from aggregates.values import Slot

ALWAYS: Final = Slot(starts_at=datetime(1970, 1, 1, tzinfo=UTC), ends_at=datetime(9000, 1, 1, tzinfo=UTC))
"""A piece is nowhere else on any day: claims of pieces know no time."""


class SerialElsewhere(Refusal):
    """One of the serials {serials} is already in another warehouse; check the number, or move the piece."""


class SerialInUse(Refusal):
    """Serial {serial} is already used on call {call}; check the number, or take the piece back from there first."""


def piece_id(article_id: UUID, serial: str) -> UUID:
    """A piece of an article: capitals and surrounding spaces make no difference."""
    return uuid5(article_id, f"piece/{serial.strip().upper()}")


def fitting_id(article_id: UUID, serial: str) -> UUID:
    """A piece as something that is used once."""
    return uuid5(piece_id(article_id, serial), "used")


def claim_id(holder_id: UUID, serial: str) -> UUID:
    """The claim of a stock item on one of its pieces."""
    return uuid5(holder_id, f"piece/{serial}")


def held(stock_item_id: UUID, article_id: UUID | None, serials: Iterable[str]) -> tuple[Claim, ...]:
    """The claims of a stock item on pieces that came in."""
    if article_id is None:
        return ()
    return tuple(
        Claim(claim_id=claim_id(stock_item_id, one), resource_id=piece_id(article_id, one), slot=ALWAYS)
        for one in serials
    )


def let_go(stock_item_id: UUID, serials: Iterable[str]) -> tuple[UUID, ...]:
    """The claims that a stock item gives back with pieces that leave."""
    return tuple(claim_id(stock_item_id, one) for one in serials)


def used(call_id: UUID, fittings: Iterable[UUID]) -> tuple[Claim, ...]:
    """The claims of a call on pieces used there."""
    return tuple(Claim(claim_id=uuid5(call_id, str(one)), resource_id=one, slot=ALWAYS) for one in fittings)


def given_back(call_id: UUID, fittings: Iterable[UUID]) -> tuple[UUID, ...]:
    """The claims that a call gives back with pieces that are no longer used there."""
    return tuple(uuid5(call_id, str(one)) for one in fittings)
