"""Deliveries of a sales order (evasione): whole or in part, each piece once, billed once (R7.4, R8.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from aggregates import sales_order_delivery_facts as facts
from aggregates.base import Act, Aggregate, Refusal, require
from aggregates.quote_refusals import OrderCancelled
from aggregates.quote_values import LineKind, QuoteLine
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.rules.stock_levels import ZERO
from aggregates.sales_order_delivery_facts import DeliveredLine, Delivery, DeliveryBilling

GOODS = (LineKind.PART, LineKind.CONSUMABLE)
"""The kinds of line that travel; the others are work, and are only charged."""


class OrderLineUnknown(Refusal):
    """Order {number} has no such line of goods; look at what is still open of it."""

    status = 404


class MoreThanOrdered(Refusal):
    """Only {open} of {description} are still open and {quantity} are to be delivered; correct the quantity."""

    status = 422


class NothingLeftToDeliver(Refusal):
    """Everything of order {number} was delivered; there is nothing left to send."""


class OrderForCall(Refusal):
    """Order {number} is for call {call}: use its parts on the call, and note what stays there with the call's note."""


class OrderBilledByNotes(Refusal):
    """Order {number} was delivered with {note}, which is invoiced by itself; invoice the delivery notes instead."""


class OrderToInvoiceFirst(Refusal):
    """Goods of order {number} left as already invoiced, which was credited; invoice the order again first."""


class OrderDeliveries:
    """The decisions about what of an order was delivered, and where it is billed."""

    id: UUID
    number: str
    lines: tuple[QuoteLine, ...]
    call: SourceRef | None
    invoice: RecordRef | None
    cancelled: bool
    deliveries: dict[UUID, Delivery]
    """Deliveries that hold, by their note."""

    def deliver(
        self,
        note: RecordRef,
        quantities: Mapping[UUID, Decimal],
        services: Sequence[UUID],
        act: Act,
    ) -> None:
        """Note what a delivery note carries; the same note again records nothing.

        It is billed with the note, unless the order was invoiced before (R8.8). Raises `OrderCancelled`,
        `OrderForCall`, `NothingLeftToDeliver`, `OrderLineUnknown`, `MoreThanOrdered`, `OrderToInvoiceFirst`.
        """
        if note.id in self.deliveries:
            return
        self.check_deliverable()
        require(bool(quantities), NothingLeftToDeliver, number=self.number)
        for line_id, quantity in quantities.items():
            line, left = self.goods(line_id), self.open_goods.get(line_id, ZERO)
            require(
                quantity <= left, MoreThanOrdered, open=str(left), quantity=str(quantity), description=line.description
            )
        lines = tuple(DeliveredLine(line_id=key, quantity=quantity) for key, quantity in quantities.items())
        self._record(
            facts.Delivered, act=act, note=note, lines=lines, billing=self.billing_of_delivery, services=tuple(services)
        )

    def undo_delivery(self, note: RecordRef, act: Act) -> None:
        """Note that a delivery note was cancelled; unknown or undone ones change nothing."""
        if note.id in self.deliveries:
            self._record(facts.DeliveryUndone, act=act, note=note, billing=self.deliveries[note.id].billing)

    def check_deliverable(self) -> None:
        """Raises `OrderCancelled`, `OrderForCall`, `OrderToInvoiceFirst`."""
        require(not self.cancelled, OrderCancelled, number=self.number)
        if self.call is not None:
            raise OrderForCall(number=self.number, call=self.call.number or "")
        was_invoiced = any(each.billing is DeliveryBilling.WITH_ORDER for each in self.deliveries.values())
        require(self.invoice is not None or not was_invoiced, OrderToInvoiceFirst, number=self.number)

    def check_billed_whole(self) -> None:
        """That the order's own invoice does not bill again what notes bill. Raises `OrderBilledByNotes`."""
        by_note = [each for each in self.deliveries.values() if each.billing is DeliveryBilling.WITH_NOTE]
        if by_note:
            raise OrderBilledByNotes(number=self.number, note=by_note[0].note.number or "")

    # Answers

    @property
    def billing_of_delivery(self) -> DeliveryBilling:
        """Where goods that leave now are billed."""
        return DeliveryBilling.WITH_NOTE if self.invoice is None else DeliveryBilling.WITH_ORDER

    @property
    def delivered(self) -> dict[UUID, Decimal]:
        """By line of goods, how much has left."""
        found: dict[UUID, Decimal] = {}
        for delivery in self.deliveries.values():
            for line in delivery.lines:
                found[line.line_id] = found.get(line.line_id, ZERO) + line.quantity
        return found

    @property
    def open_goods(self) -> dict[UUID, Decimal]:
        """By line of goods, how much is still to be delivered."""
        gone = self.delivered
        left = {line.line_id: line.quantity - gone.get(line.line_id, ZERO) for line in self.lines if line.kind in GOODS}
        return {line_id: quantity for line_id, quantity in left.items() if quantity > 0}

    @property
    def open_services(self) -> tuple[QuoteLine, ...]:
        """Lines of work that no note charges yet; none once the order is on an invoice of its own."""
        if self.invoice is not None:
            return ()
        charged = {line_id for each in self.deliveries.values() for line_id in each.services}
        return tuple(line for line in self.lines if line.kind not in GOODS and line.line_id not in charged)

    def goods(self, line_id: UUID) -> QuoteLine:
        """A line of goods. Raises `OrderLineUnknown`."""
        found = next((line for line in self.lines if line.line_id == line_id and line.kind in GOODS), None)
        if found is None:
            raise OrderLineUnknown(number=self.number)
        return found

    def _record(self, fact: type[Aggregate.Event], /, *, act: Act, **values: object) -> None:
        assert isinstance(self, Aggregate)
        self.trigger_event(getattr(type(self), fact.__name__), act=act, **values)
