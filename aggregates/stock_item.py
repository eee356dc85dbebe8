"""StockItem (giacenza): one article in one warehouse: what is there, what is promised (impegno), what is coming.

Its stream is the lock: two commands that want the last piece meet at the same version, and the log takes one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.base import Act, Aggregate, event, require
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import ZERO, available, average_cost
from aggregates.stock import (
    Ownership,
    Reservation,
    ReservationUse,
    SameWarehouse,
    StockAlreadyOpened,
    StockShort,
    carried,
    check_arriving,
    check_leaving,
    joined,
    shrunk,
    stock_item_id,
    uses,
)


class StockItem(Aggregate):
    """Quantities, promises and average cost of an article in a warehouse."""

    TOPIC = "stock-item"

    # Imported here rather than assigned, so that `StockItem.Stocked` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.stock_item_facts import (
        Stocked as Stocked, Received as Received, SupplyExpected as SupplyExpected, Reserved as Reserved,
        ReservationReleased as ReservationReleased, ShortfallAccepted as ShortfallAccepted, Issued as Issued,
        MovedOut as MovedOut, MovedIn as MovedIn, Counted as Counted, MinimumSet as MinimumSet,
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
    ) -> StockItem:
        """Begin to keep an article in a warehouse. Raises `SerialsDoNotMatch`."""
        check_arriving(serials, quantity, set())
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
        )

    def open_balance(
        self, movement_id: UUID, quantity: Decimal, unit_cost: Decimal, serials: Sequence[str], act: Act
    ) -> None:
        """Give the opening balance of an item that has none; the same balance again records nothing.

        Raises `StockAlreadyOpened`.
        """
        if self.opening == (quantity, unit_cost):
            return
        require(self.opening[0] == 0 and not self.movements and self.on_hand == 0, StockAlreadyOpened)
        if quantity > 0:
            self.receive(movement_id, quantity, unit_cost, None, act, serials=serials)

    def receive(
        self,
        movement_id: UUID,
        quantity: Decimal,
        unit_cost: Decimal,
        source: RecordRef | None,
        act: Act,
        *,
        serials: Sequence[str] = (),
    ) -> None:
        """Take goods in. Raises `SerialsDoNotMatch`, `SerialAlreadyHere`."""
        if movement_id in self.movements:
            return
        check_arriving(serials, quantity, self.serials)
        cost = self._cost(unit_cost)
        self.trigger_event(
            self.Received,
            act=act,
            movement_id=movement_id,
            quantity=quantity,
            unit_cost=cost,
            average_cost=average_cost(self.on_hand, self.unit_cost, quantity, cost),
            source=source,
            serials=tuple(serials),
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

    def issue(
        self,
        movement_id: UUID,
        quantity: Decimal,
        record: RecordRef,
        act: Act,
        *,
        for_record_id: UUID | None = None,
        serials: Sequence[str] = (),
        override_reason: str | None = None,
    ) -> None:
        """Hand goods out for a record; `for_record_id` names whose promise they use, where it is another's.

        Raises `StockShort`, `SerialNotHere`, `SerialsDoNotMatch`.
        """
        if movement_id in self.movements:
            return
        self._check_leaving(movement_id, quantity, serials, override_reason, act)
        self.trigger_event(
            self.Issued,
            act=act,
            movement_id=movement_id,
            quantity=quantity,
            unit_cost=self.unit_cost,
            record=record,
            used=uses(self.reservations.values(), for_record_id or record.id, quantity),
            serials=tuple(serials),
        )

    def move_to(
        self,
        other: StockItem,
        movement_id: UUID,
        quantity: Decimal,
        act: Act,
        *,
        for_record_id: UUID | None = None,
        record: RecordRef | None = None,
        serials: Sequence[str] = (),
        override_reason: str | None = None,
    ) -> None:
        """Move goods to the item of another warehouse: one fact on each, with the promises made to a record.

        `record` is the document that the goods travel with. Raises `SameWarehouse` and what `issue` raises.
        """
        require(other.id != self.id, SameWarehouse)
        if movement_id in self.movements:
            return
        self._check_leaving(movement_id, quantity, serials, override_reason, act)
        check_arriving(serials, quantity, other.serials)
        promises = carried(self.reservations, for_record_id, quantity)
        cost = other._cost(self.unit_cost)
        moved: dict[str, Any] = {
            "movement_id": movement_id,
            "quantity": quantity,
            "carried": promises,
            "record": record,
            "serials": tuple(serials),
        }
        self.trigger_event(
            self.MovedOut,
            act=act,
            unit_cost=self.unit_cost,
            to_warehouse_id=other.warehouse_id,
            **moved,
        )
        other.trigger_event(
            self.MovedIn,
            act=act,
            unit_cost=cost,
            average_cost=average_cost(other.on_hand, other.unit_cost, quantity, cost),
            from_warehouse_id=self.warehouse_id,
            **moved,
        )

    def count(self, counted: Decimal, act: Act) -> Decimal:
        """Record a count, answering the difference; counting what is known records it too, as proof."""
        difference = counted - self.on_hand
        self.trigger_event(self.Counted, act=act, counted=counted, difference=difference, unit_cost=self.unit_cost)
        return difference

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

    def _cost(self, unit_cost: Decimal) -> Decimal:
        return ZERO if self.ownership is Ownership.CUSTOMER else unit_cost

    def _check_leaving(
        self, movement_id: UUID, quantity: Decimal, serials: Sequence[str], override_reason: str | None, act: Act
    ) -> None:
        check_leaving(serials, quantity, self.serials if self.keeps_serials else set(serials))
        short_by = quantity - max(self.on_hand, ZERO)
        if short_by > 0:
            require(bool(override_reason), StockShort, on_hand=str(self.on_hand), quantity=str(quantity))
            self.trigger_event(
                self.ShortfallAccepted, act=act, movement_id=movement_id, short_by=short_by, reason=override_reason
            )

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

    @event(Received)
    def _received(
        self,
        movement_id: UUID,
        quantity: Decimal,
        average_cost: Decimal,
        unit_cost: Decimal,
        source: RecordRef | None,
        serials: tuple[str, ...],
    ) -> None:
        if source is None and not self.movements:
            self.opening = (quantity, unit_cost)
        self._came(movement_id, quantity, average_cost, serials)
        if source is not None and source.id in self.supplies:
            self.supplies[source.id] = max(ZERO, self.supplies[source.id] - quantity)

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
        self, movement_id: UUID, quantity: Decimal, used: tuple[ReservationUse, ...], serials: tuple[str, ...]
    ) -> None:
        self._left(movement_id, quantity, serials)
        for use in used:
            self._shrink(use.reservation_id, use.quantity)

    @event(MovedOut)
    def _moved_out(
        self, movement_id: UUID, quantity: Decimal, carried: tuple[Reservation, ...], serials: tuple[str, ...]
    ) -> None:
        self._left(movement_id, quantity, serials)
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
    ) -> None:
        self._came(movement_id, quantity, average_cost, serials)
        for one in carried:
            self.reservations[one.reservation_id] = joined(self.reservations.get(one.reservation_id), one)

    @event(Counted)
    def _counted(self, counted: Decimal) -> None:
        self.on_hand = counted

    @event(MinimumSet)
    def _minimum_set(self, minimum: Decimal) -> None:
        self.minimum = minimum

    def _came(self, movement_id: UUID, quantity: Decimal, cost: Decimal, serials: tuple[str, ...]) -> None:
        self.movements.add(movement_id)
        self.on_hand, self.unit_cost = self.on_hand + quantity, cost
        self.serials |= set(serials)
        self.keeps_serials = self.keeps_serials or bool(serials)

    def _left(self, movement_id: UUID, quantity: Decimal, serials: tuple[str, ...]) -> None:
        self.movements.add(movement_id)
        self.on_hand -= quantity
        self.serials -= set(serials)

    def _shrink(self, reservation_id: UUID, quantity: Decimal) -> None:
        self.reservations = shrunk(self.reservations, reservation_id, quantity)
