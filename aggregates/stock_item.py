"""StockItem (giacenza): one article in one warehouse: what is there, what is promised (impegno), what is coming.

Its stream is the lock: two commands that want the last piece meet at the same version, and the log takes one.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.base import Act, Aggregate, event
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import ZERO, available
from aggregates.rules.stock_lots import LotQuantity, added, taken_off
from aggregates.stock import (
    Ownership,
    Reservation,
    ReservationUse,
    check_arriving,
    joined,
    shrunk,
    spent,
    stock_item_id,
)
from aggregates.stock_lots import check_coming
from aggregates.stock_movements import StockMovements
from aggregates.stock_reported import StockReported
from aggregates.stock_returns import Issue


class StockItem(StockMovements, StockReported, Aggregate):
    """Quantities, promises and average cost of an article in a warehouse."""

    TOPIC = "stock-item"

    # Imported here rather than assigned, so that `StockItem.Stocked` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.stock_item_facts import (
        Stocked as Stocked, Received as Received, SupplyExpected as SupplyExpected, Reserved as Reserved,
        ReservationReleased as ReservationReleased, ShortfallAccepted as ShortfallAccepted, Issued as Issued,
        MovedOut as MovedOut, MovedIn as MovedIn, Counted as Counted, MinimumSet as MinimumSet, Returned as Returned,
    )
    # fmt: on
    # isort: on

    # Decide

    @classmethod
    def stock(
        cls,
        article_id: UUID,
        warehouse_id: UUID,
        ownership: Ownership,
        act: Act,
        *,
        quantity: Decimal = ZERO,
        unit_cost: Decimal = ZERO,
        serials: Sequence[str] = (),
        lots: Sequence[LotQuantity] = (),
    ) -> StockItem:
        """Begin to keep an article in a warehouse. Raises `SerialsDoNotMatch`, `LotsDoNotMatch`."""
        check_arriving(serials, quantity, set())
        check_coming(lots, quantity)
        return cls.begin(
            cls.Stocked,
            id=stock_item_id(article_id, warehouse_id, ownership),
            act=act,
            article_id=article_id,
            warehouse_id=warehouse_id,
            ownership=ownership,
            quantity=quantity,
            unit_cost=ZERO if ownership is Ownership.CUSTOMER else unit_cost,
            serials=tuple(serials),
            lots=tuple(lots),
        )

    def expect(self, quantity: Decimal, record: RecordRef, due_on: date | None, act: Act) -> None:
        """Say what is still to come of an order, and when; 0 when nothing more is."""
        known = (self.supplies.get(record.id, ZERO), self.supplies_due.get(record.id, due_on))
        if known != (quantity, due_on):
            self.trigger_event(self.SupplyExpected, act=act, quantity=quantity, record=record, due_on=due_on)

    def reserve(self, reservation: Reservation, act: Act) -> None:
        """Promise pieces to a record; more than there are may be promised, the shortage then shows (R11.1)."""
        if self.reservations.get(reservation.reservation_id) != reservation:
            self.trigger_event(self.Reserved, act=act, reservation=reservation)

    def release(self, record_id: UUID, act: Act, *, at_most: Decimal | None = None, only: UUID | None = None) -> None:
        """Give back what is promised to a record itself, all or up to a quantity, perhaps of `only` one promise."""
        left, held_for = at_most, [one for one in self.reservations.values() if one.record.id == record_id]
        for held in [one for one in held_for if only in (None, one.reservation_id)]:
            quantity = held.quantity if left is None else min(held.quantity, left)
            if quantity > 0:
                self.trigger_event(
                    self.ReservationReleased, act=act, reservation_id=held.reservation_id, quantity=quantity
                )
            left = None if left is None else left - quantity

    def heed(self, blocked: Set[str]) -> None:
        """Be told which lots are blocked in the company, before goods leave; told again with each command."""
        self.blocked = frozenset(blocked)

    def set_minimum(self, minimum: Decimal, act: Act) -> None:
        """Set what to keep at least."""
        if self.minimum != minimum:
            self.trigger_event(self.MinimumSet, act=act, minimum=minimum)

    # Ask

    @property
    def reserved_firm(self) -> Decimal:
        """What is promised for sure."""
        return sum((one.quantity for one in self.reservations.values() if one.firm), ZERO)

    @property
    def available(self) -> Decimal:
        """What can still be promised (R11.1)."""
        return available(self.on_hand, self.reserved_firm, sum(self.supplies.values(), ZERO))

    # Evolve

    @event(Stocked)
    def __init__(
        self,
        article_id: UUID,
        warehouse_id: UUID,
        ownership: Ownership,
        quantity: Decimal,
        unit_cost: Decimal,
        serials: tuple[str, ...],
        lots: tuple[LotQuantity, ...],
    ) -> None:
        self.article_id, self.warehouse_id, self.ownership = article_id, warehouse_id, ownership
        self.on_hand, self.unit_cost = quantity, unit_cost
        self.opening = (quantity, unit_cost)
        self.minimum = ZERO
        self.reservations: dict[UUID, Reservation] = {}
        self.supplies: dict[UUID, Decimal] = {}
        self.supplies_due: dict[UUID, date | None] = {}
        self.movements: set[UUID] = set()
        self.serials = set(serials)
        self.keeps_serials = bool(serials)
        self.lots = added({}, lots)
        self.blocked: frozenset[str] = frozenset()
        self.counts: set[UUID] = set()
        self.issues: dict[UUID, Issue] = {}

    @event(Received)
    def _received(
        self,
        movement_id: UUID,
        quantity: Decimal,
        average_cost: Decimal,
        unit_cost: Decimal,
        source: RecordRef | None,
        serials: tuple[str, ...],
        lots: tuple[LotQuantity, ...],
    ) -> None:
        if source is None and not self.movements:
            self.opening = (quantity, unit_cost)
        self._came(movement_id, quantity, average_cost, serials, lots)
        if source is not None and source.id in self.supplies:
            self.supplies[source.id] = max(ZERO, self.supplies[source.id] - quantity)

    @event(Returned)
    def _returned(
        self,
        movement_id: UUID,
        issue_id: UUID,
        quantity: Decimal,
        average_cost: Decimal,
        unit_cost: Decimal,
        record: RecordRef,
        serials: tuple[str, ...],
        lots: tuple[LotQuantity, ...],
        unused: tuple[ReservationUse, ...],
    ) -> None:
        self._came(movement_id, quantity, average_cost, serials, lots)
        back = Issue(record=record, quantity=quantity, unit_cost=unit_cost, serials=serials, lots=lots)
        self.issues[issue_id] = self.issues[issue_id].less(back, unused)

    @event(SupplyExpected)
    def _supply_expected(self, record: RecordRef, quantity: Decimal, due_on: date | None) -> None:
        self.supplies[record.id], self.supplies_due[record.id] = quantity, due_on

    @event(Reserved)
    def _reserved(self, reservation: Reservation) -> None:
        self.reservations[reservation.reservation_id] = reservation

    @event(ReservationReleased)
    def _reservation_released(self, reservation_id: UUID, quantity: Decimal) -> None:
        self._shrink(reservation_id, quantity)

    @event(Issued)
    def _issued(
        self,
        movement_id: UUID,
        quantity: Decimal,
        unit_cost: Decimal,
        record: RecordRef,
        used: tuple[ReservationUse, ...],
        serials: tuple[str, ...],
        lots: tuple[LotQuantity, ...],
    ) -> None:
        self._left(movement_id, quantity, serials, lots)
        self.issues[movement_id] = Issue(
            record=record,
            quantity=quantity,
            unit_cost=unit_cost,
            serials=serials,
            lots=lots,
            promises=spent(self.reservations, used),
        )
        for use in used:
            self._shrink(use.reservation_id, use.quantity)

    @event(MovedOut)
    def _moved_out(
        self,
        movement_id: UUID,
        quantity: Decimal,
        carried: tuple[Reservation, ...],
        serials: tuple[str, ...],
        lots: tuple[LotQuantity, ...],
    ) -> None:
        self._left(movement_id, quantity, serials, lots)
        for one in carried:
            self._shrink(one.reservation_id, one.quantity)

    @event(MovedIn)
    def _moved_in(
        self,
        movement_id: UUID,
        quantity: Decimal,
        average_cost: Decimal,
        carried: tuple[Reservation, ...],
        serials: tuple[str, ...],
        lots: tuple[LotQuantity, ...],
    ) -> None:
        self._came(movement_id, quantity, average_cost, serials, lots)
        for one in carried:
            self.reservations[one.reservation_id] = joined(self.reservations.get(one.reservation_id), one)

    @event(Counted)
    def _counted(
        self,
        counted: Decimal,
        count_id: UUID | None,
        serials_missing: tuple[str, ...],
        serials_found: tuple[str, ...],
        lots_missing: tuple[LotQuantity, ...],
        lots_found: tuple[LotQuantity, ...],
    ) -> None:
        self.on_hand = counted
        self.serials = (self.serials - set(serials_missing)) | set(serials_found)
        self.lots = added(taken_off(self.lots, lots_missing), lots_found)
        if count_id is not None:
            self.counts.add(count_id)

    @event(MinimumSet)
    def _minimum_set(self, minimum: Decimal) -> None:
        self.minimum = minimum

    def _came(
        self,
        movement_id: UUID,
        quantity: Decimal,
        cost: Decimal,
        serials: tuple[str, ...],
        lots: tuple[LotQuantity, ...],
    ) -> None:
        self.movements.add(movement_id)
        self.on_hand, self.unit_cost = self.on_hand + quantity, cost
        self.serials |= set(serials)
        self.keeps_serials = self.keeps_serials or bool(serials)
        self.lots = added(self.lots, lots)

    def _left(
        self, movement_id: UUID, quantity: Decimal, serials: tuple[str, ...], lots: tuple[LotQuantity, ...]
    ) -> None:
        self.movements.add(movement_id)
        self.on_hand -= quantity
        self.serials -= set(serials)
        self.lots = taken_off(self.lots, lots)

    def _shrink(self, reservation_id: UUID, quantity: Decimal) -> None:
        self.reservations = shrunk(self.reservations, reservation_id, quantity)
