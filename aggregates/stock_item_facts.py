"""The facts of stock (giacenza); `StockItem` in `stock_item.py` lists them as its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Aggregate, Claim, FirstEvent
from aggregates.inventory_values import LevelReport
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import Level, Quantity
from aggregates.rules.stock_lots import LotQuantity
from aggregates.stock import (
    Ownership,
    Reservation,
    ReservationUse,
)
from aggregates.stock_pieces import held, let_go
from aggregates.values import Rate


class Stocked(FirstEvent):
    """The article is kept here, with its opening balance (0 when it begins with a movement)."""

    TOPIC = "stock-item.stocked.v1"
    article_id: UUID
    warehouse_id: UUID
    ownership: Ownership
    quantity: Level
    unit_cost: Level
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = ()

    def claims(self) -> tuple[Claim, ...]:
        """The pieces are nowhere else."""
        return held(self.stream_id, self.article_id, self.serials)


class Received(Aggregate.Event):
    """Goods came in; the average cost after it is part of the fact (R11.7)."""

    TOPIC = "stock-item.received.v1"
    movement_id: UUID
    quantity: Quantity
    unit_cost: Level
    average_cost: Level
    source: RecordRef | None
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = ()
    article_id: UUID | None = None

    def claims(self) -> tuple[Claim, ...]:
        """The pieces are nowhere else."""
        return held(self.stream_id, self.article_id, self.serials)


class Returned(Aggregate.Event):
    """Goods that had been handed out for a record came back unused, at the cost at which they left (R11.3, R11.7)."""

    TOPIC = "stock-item.returned.v1"
    movement_id: UUID
    issue_id: UUID
    quantity: Quantity
    unit_cost: Level
    average_cost: Level
    record: RecordRef
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = ()
    article_id: UUID | None = None
    unused: tuple[ReservationUse, ...] = ()
    """What the goods had used of promises that are made again."""

    def claims(self) -> tuple[Claim, ...]:
        """The pieces are here again."""
        return held(self.stream_id, self.article_id, self.serials)


class SupplyExpected(Aggregate.Event):
    """Goods are on order: what is still to come of this order, 0 when nothing more is."""

    TOPIC = "stock-item.supply-expected.v1"
    quantity: Level
    record: RecordRef
    due_on: date | None


class Reserved(Aggregate.Event):
    """Pieces are promised to a record; a second fact with the same id replaces the promise."""

    TOPIC = "stock-item.reserved.v1"
    reservation: Reservation


class ReservationReleased(Aggregate.Event):
    """A promise, or part of it, is given back."""

    TOPIC = "stock-item.reservation-released.v1"
    reservation_id: UUID
    quantity: Quantity


class ShortfallAccepted(Aggregate.Event):
    """Someone let the stock go below zero, with the act's reason; the next fact does it."""

    TOPIC = "stock-item.shortfall-accepted.v1"
    movement_id: UUID
    short_by: Quantity
    reason: str


class Issued(Aggregate.Event):
    """Goods left for a record, at the average cost of that moment; the promise shrinks with them (R11.3)."""

    TOPIC = "stock-item.issued.v1"
    movement_id: UUID
    quantity: Quantity
    unit_cost: Level
    record: RecordRef
    used: tuple[ReservationUse, ...]
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = ()

    def releases(self) -> tuple[UUID, ...]:
        """The pieces are here no longer."""
        return let_go(self.stream_id, self.serials)


class MovedOut(Aggregate.Event):
    """Goods went to another warehouse, and promises for them with them (R11.4)."""

    TOPIC = "stock-item.moved-out.v1"
    movement_id: UUID
    quantity: Quantity
    unit_cost: Level
    to_warehouse_id: UUID
    carried: tuple[Reservation, ...]
    record: RecordRef | None
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = ()

    def releases(self) -> tuple[UUID, ...]:
        """The pieces are here no longer."""
        return let_go(self.stream_id, self.serials)


class MovedIn(Aggregate.Event):
    """Goods came from another warehouse: the other half of a move."""

    TOPIC = "stock-item.moved-in.v1"
    movement_id: UUID
    quantity: Quantity
    unit_cost: Level
    average_cost: Level
    from_warehouse_id: UUID
    carried: tuple[Reservation, ...]
    record: RecordRef | None
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = ()
    article_id: UUID | None = None

    def claims(self) -> tuple[Claim, ...]:
        """The pieces are nowhere else."""
        return held(self.stream_id, self.article_id, self.serials)


class Counted(Aggregate.Event):
    """Someone counted: what was found and how it differs from what was known."""

    TOPIC = "stock-item.counted.v1"
    counted: Level
    difference: Rate
    unit_cost: Level
    count_id: UUID | None = None
    """The count session that found it; `counted` is then what is here with its difference."""
    serials_missing: tuple[str, ...] = ()
    serials_found: tuple[str, ...] = ()
    lots_missing: tuple[LotQuantity, ...] = ()
    lots_found: tuple[LotQuantity, ...] = ()
    article_id: UUID | None = None
    reported: LevelReport | None = None
    """Where nobody of ours counted: the other program that said it, and as of when."""

    def claims(self) -> tuple[Claim, ...]:
        """Pieces that were found are nowhere else."""
        return held(self.stream_id, self.article_id, self.serials_found)

    def releases(self) -> tuple[UUID, ...]:
        """Pieces that were missing are here no longer."""
        return let_go(self.stream_id, self.serials_missing)


class MinimumSet(Aggregate.Event):
    """How many to keep at least (scorta minima)."""

    TOPIC = "stock-item.minimum-set.v1"
    minimum: Level
