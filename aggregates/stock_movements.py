"""Goods that come and go (movimenti di magazzino): in, out, back, to another warehouse, found or missing at a count."""

from __future__ import annotations

from collections.abc import Sequence, Set
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates import stock_item_facts as facts
from aggregates.base import Act, Aggregate, require
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import ZERO, average_cost
from aggregates.rules.stock_lots import LotQuantity
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
    uses,
)
from aggregates.stock_count_values import CountBySession, Found
from aggregates.stock_lots import check_coming, taken
from aggregates.stock_returns import Issue, IssueUnknown
from aggregates.values import rome_date


class StockMovements:
    """The decisions of a stock item about goods that come and go."""

    id: UUID
    article_id: UUID
    warehouse_id: UUID
    ownership: Ownership
    on_hand: Decimal
    unit_cost: Decimal
    opening: tuple[Decimal, Decimal]
    reservations: dict[UUID, Reservation]
    movements: set[UUID]
    counts: set[UUID]
    issues: dict[UUID, Issue]
    serials: set[str]
    keeps_serials: bool
    lots: dict[str, LotQuantity]
    blocked: frozenset[str]

    def open_balance(
        self,
        movement_id: UUID,
        quantity: Decimal,
        unit_cost: Decimal,
        serials: Sequence[str],
        act: Act,
        lots: Sequence[LotQuantity] = (),
    ) -> None:
        """Give the opening balance of an item that has none; the same balance again records nothing.

        Raises `StockAlreadyOpened`.
        """
        if self.opening == (quantity, unit_cost):
            return
        require(self.opening[0] == 0 and not self.movements and self.on_hand == 0, StockAlreadyOpened)
        if quantity > 0:
            self.receive(movement_id, quantity, unit_cost, None, act, serials=serials, lots=lots)

    def receive(
        self,
        movement_id: UUID,
        quantity: Decimal,
        unit_cost: Decimal,
        source: RecordRef | None,
        act: Act,
        *,
        serials: Sequence[str] = (),
        lots: Sequence[LotQuantity] = (),
    ) -> None:
        """Take goods in. Raises `SerialsDoNotMatch`, `SerialAlreadyHere`, `LotsDoNotMatch`."""
        if movement_id in self.movements:
            return
        check_arriving(serials, quantity, self.serials)
        check_coming(lots, quantity)
        cost = self._cost(unit_cost)
        self._record(
            facts.Received,
            act=act,
            movement_id=movement_id,
            quantity=quantity,
            unit_cost=cost,
            average_cost=average_cost(self.on_hand, self.unit_cost, quantity, cost),
            source=source,
            serials=tuple(serials),
            lots=tuple(lots),
            article_id=self.article_id,
        )

    def take_back(
        self,
        movement_id: UUID,
        issue_id: UUID,
        quantity: Decimal,
        act: Act,
        *,
        serials: Sequence[str] = (),
        lots: Sequence[str] = (),
        still_wanted: Set[UUID] = frozenset(),
    ) -> None:
        """Take back goods that left with a movement and were not used, at the cost at which they left (R11.3, R11.7).

        What they had used of promises to records that still want them is promised again.
        Raises `IssueUnknown`, `MoreThanIssued`, `SerialNotIssued`, `SerialsDoNotMatch`, `LotNotIssued`.
        """
        if movement_id in self.movements:
            return
        require(issue_id in self.issues, IssueUnknown)
        back = self.issues[issue_id].coming_back(quantity, serials, lots)
        check_arriving(back.serials, quantity, self.serials)
        again = self.issues[issue_id].promised_again(quantity, still_wanted)
        self._record(
            facts.Returned,
            act=act,
            movement_id=movement_id,
            issue_id=issue_id,
            quantity=quantity,
            unit_cost=back.unit_cost,
            average_cost=average_cost(self.on_hand, self.unit_cost, quantity, back.unit_cost),
            record=back.record,
            serials=back.serials,
            lots=back.lots,
            article_id=self.article_id,
            unused=tuple(ReservationUse(reservation_id=one.reservation_id, quantity=one.quantity) for one in again),
        )
        for one in again:
            self._record(facts.Reserved, act=act, reservation=joined(self.reservations.get(one.reservation_id), one))

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
        lots: Sequence[str] = (),
    ) -> None:
        """Hand goods out for a record; `for_record_id` names whose promise they use, where it is another's.

        `lots` names the lots they come from, or else the first to expire. Raises `StockShort`, `SerialNotHere`,
        `SerialsDoNotMatch`, `LotNotHere`, `LotBlocked`, `LotExpired`, `LotsShort`.
        """
        if movement_id in self.movements:
            return
        leaving = self._lots(quantity, lots, act, forced=bool(override_reason))
        self._check_leaving(movement_id, quantity, serials, override_reason, act)
        self._record(
            facts.Issued,
            act=act,
            movement_id=movement_id,
            quantity=quantity,
            unit_cost=self.unit_cost,
            record=record,
            used=uses(self.reservations.values(), for_record_id or record.id, quantity),
            serials=tuple(serials),
            lots=leaving,
        )

    def move_to(
        self,
        other: StockMovements,
        movement_id: UUID,
        quantity: Decimal,
        act: Act,
        *,
        for_record_id: UUID | None = None,
        record: RecordRef | None = None,
        serials: Sequence[str] = (),
        override_reason: str | None = None,
        lots: Sequence[str] = (),
    ) -> None:
        """Move goods to the item of another warehouse: one fact on each, with the promises made to a record.

        `record` is the document that the goods travel with. Lots that are blocked or expired are moved when they are
        named. Raises `SameWarehouse` and what `issue` raises.
        """
        require(other.id != self.id, SameWarehouse)
        if movement_id in self.movements:
            return
        leaving = self._lots(quantity, lots, act, forced=bool(override_reason), any_lot=True)
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
            "lots": leaving,
        }
        self._record(
            facts.MovedOut,
            act=act,
            unit_cost=self.unit_cost,
            to_warehouse_id=other.warehouse_id,
            **moved,
        )
        other._record(
            facts.MovedIn,
            act=act,
            unit_cost=cost,
            average_cost=average_cost(other.on_hand, other.unit_cost, quantity, cost),
            from_warehouse_id=self.warehouse_id,
            article_id=self.article_id,
            **moved,
        )

    def count(self, counted: Decimal, act: Act) -> Decimal:
        """Record a count, answering the difference; counting what is known records it too, as proof.

        Raises `CountBySession` where pieces or lots have to be counted one by one.
        """
        difference = counted - self.on_hand
        require(difference == 0 or not (self.serials or self.lots), CountBySession)
        self._record(facts.Counted, act=act, counted=counted, difference=difference, unit_cost=self.unit_cost)
        return difference

    def correct(self, count_id: UUID, article: str, found: Found, act: Act) -> Decimal:
        """Take a session's difference into stock, answering it: as it was when it was counted (R11.4).

        What came and went between the count and its approval stays. Raises `CountOvertaken`.
        """
        if count_id in self.counts:
            return ZERO
        still = found.still_true(article, self.on_hand, self.serials, self.lots)
        if still.differs:
            self._record(
                facts.Counted,
                act=act,
                counted=self.on_hand + still.difference,
                difference=still.difference,
                unit_cost=self.unit_cost,
                count_id=count_id,
                serials_missing=still.serials_missing,
                serials_found=still.serials_found,
                lots_missing=still.lots_missing,
                lots_found=still.lots_found,
                article_id=self.article_id,
            )
        return still.difference

    def _cost(self, unit_cost: Decimal) -> Decimal:
        return ZERO if self.ownership is Ownership.CUSTOMER else unit_cost

    def _check_leaving(
        self, movement_id: UUID, quantity: Decimal, serials: Sequence[str], override_reason: str | None, act: Act
    ) -> None:
        check_leaving(serials, quantity, self.serials if self.keeps_serials else set(serials))
        short_by = quantity - max(self.on_hand, ZERO)
        if short_by > 0:
            require(bool(override_reason), StockShort, on_hand=str(self.on_hand), quantity=str(quantity))
            self._record(
                facts.ShortfallAccepted, act=act, movement_id=movement_id, short_by=short_by, reason=override_reason
            )

    def _lots(
        self, quantity: Decimal, named: Sequence[str], act: Act, *, forced: bool, any_lot: bool = False
    ) -> tuple[LotQuantity, ...]:
        return taken(
            self.lots,
            self.on_hand,
            quantity,
            rome_date(act.at),
            named=named,
            blocked=self.blocked,
            any_lot=any_lot,
            forced=forced,
        )

    def _record(self, kind: type[Aggregate.Event], /, *, act: Act, **values: object) -> None:
        """End a decision: one more fact."""
        assert isinstance(self, Aggregate)
        self.trigger_event(getattr(type(self), kind.__name__), act=act, **values)
