"""SalesOrder (impegno cliente): an accepted quote as a commitment, with the parts reserved for it (R7.4).

Nothing flows back to its quote or call (R7.2). What of it was delivered is told by notes; what was used on the call is
seen at the promises that movements of stock used up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, event, require
from aggregates.counterparty import Counterparty
from aggregates.quote_refusals import AlreadyInvoiced, OrderCancelled
from aggregates.quote_values import QuoteLine, QuoteTotals, quote_totals
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.sales_order_facts import OrderedQuantity
from aggregates.sales_order_facts import ReservedPart as ReservedPart
from aggregates.sales_order_refusals import (
    AlreadyDelivered,
    DeliveredByNotes,
    InvoicedWithQuote,
    MoreThanOpen,
    MoreThanOrdered,
    NothingLeftToOrder,
    OrderLineUnknown,
)

ORDERS = UUID("0c2b5a0e-4a53-5b0e-9b0a-6a3d1a5f7c21")
ZERO = Decimal(0)


def sales_order_id(quote_id: UUID, alternative: str, revision: int) -> UUID:
    """The order of a revision: asked for twice, or by two people at once, it is the same one (R7.4)."""
    return uuid5(ORDERS, f"{quote_id}/{alternative}/{revision}")


class SalesOrder(Aggregate):
    """One order, made from one revision of a quote and never realigned with it (R7.2)."""

    TOPIC = "sales-order"

    # Imported here rather than assigned, so that `SalesOrder.Placed` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.sales_order_facts import (
        Placed as Placed, QuantitiesDropped as QuantitiesDropped, Delivered as Delivered,
        DeliveryUndone as DeliveryUndone, Invoiced as Invoiced, BillingReopened as BillingReopened,
        Cancelled as Cancelled,
    )
    # fmt: on
    # isort: on

    # Decide

    @classmethod
    def place(
        cls,
        order_id: UUID,
        number: str,
        placed_on: date,
        quote: SourceRef,
        alternative: str,
        revision: int,
        customer: Counterparty,
        call: SourceRef | None,
        lines: tuple[QuoteLine, ...],
        totals: QuoteTotals,
        reserved: tuple[ReservedPart, ...],
        due_on: date | None,
        act: Act,
    ) -> SalesOrder:
        """Place an order."""
        return cls.begin(
            cls.Placed,
            id=order_id,
            act=act,
            number=number,
            placed_on=placed_on,
            quote=quote,
            alternative=alternative,
            revision=revision,
            customer=customer,
            call=call,
            lines=lines,
            totals=totals,
            reserved=reserved,
            due_on=due_on,
        )

    def drop(
        self, quantities: Mapping[UUID, Decimal], gone: Mapping[UUID, Decimal], reason: str, act: Act
    ) -> tuple[OrderedQuantity, ...]:
        """Order less of some lines: what they are from now on; `gone` is what was used or delivered of each.

        Answers what is less than before. Raises `OrderCancelled`, `AlreadyInvoiced`, `OrderLineUnknown`,
        `MoreThanOrdered`, `AlreadyDelivered`, `NothingLeftToOrder`.
        """
        self._require_open()
        less = []
        for line_id, quantity in quantities.items():
            line = self.line(line_id)
            require(quantity <= line.quantity, MoreThanOrdered, description=line.description, ordered=line.quantity)
            left = gone.get(line_id, ZERO)
            require(quantity >= left, AlreadyDelivered, description=line.description, quantity=str(left))
            if quantity < line.quantity:
                less.append(OrderedQuantity(line_id=line_id, quantity=quantity))
        if less:
            lines = lines_of(self.lines, less)
            require(bool(lines), NothingLeftToOrder, number=self.number)
            fields = {"quantities": tuple(less), "totals": quote_totals(lines), "reason": reason}
            self.trigger_event(self.QuantitiesDropped, act=act, **fields)
        return tuple(less)

    def deliver(
        self, note: RecordRef, quantities: Sequence[OrderedQuantity], act: Act, *, billed_by_note: bool
    ) -> None:
        """Note what a delivery note takes to the customer; the same note again records nothing.

        Either notes bill the goods or the quote's own invoice does, never both. Raises `OrderCancelled`,
        `OrderLineUnknown`, `MoreThanOpen`, `InvoicedWithQuote`, `DeliveredByNotes`.
        """
        if note.id in self.deliveries:
            return
        require(not self.cancelled, OrderCancelled, number=self.number)
        if billed_by_note and self.invoice is not None:
            raise InvoicedWithQuote(number=self.number, invoice=self.invoice.number)
        is_same_way = self.billed_by_notes in (None, billed_by_note) or self.invoice is not None
        require(is_same_way, DeliveredByNotes, number=self.number)
        for each in quantities:
            line, left = self.line(each.line_id), self.undelivered[each.line_id]
            require(each.quantity <= left, MoreThanOpen, description=line.description, quantity=str(left))
        told = tuple(each for each in quantities if each.quantity > 0)
        self.trigger_event(self.Delivered, act=act, note=note, quantities=told, billed_by_note=billed_by_note)

    def undo_delivery(self, note_id: UUID, act: Act) -> None:
        """Note that a delivery note was cancelled; once is enough."""
        if note_id in self.deliveries:
            self.trigger_event(self.DeliveryUndone, act=act, note_id=note_id)

    def check_billed_by_quote(self) -> None:
        """Whether the quote's own invoice may bill it. Raises `OrderCancelled`, `DeliveredByNotes`."""
        require(not self.cancelled, OrderCancelled, number=self.number)
        require(not self.billed_by_notes, DeliveredByNotes, number=self.number)

    def mark_invoiced(self, invoice: RecordRef, act: Act) -> None:
        """Note the invoice it is on. Raises `AlreadyInvoiced`, `OrderCancelled`."""
        if self.invoice is not None:
            require(self.invoice.id == invoice.id, AlreadyInvoiced, number=self.number, invoice=self.invoice.number)
            return
        require(not self.cancelled, OrderCancelled, number=self.number)
        self.trigger_event(self.Invoiced, act=act, invoice=invoice)

    def reopen_billing(self, invoice_id: UUID, credit_note: RecordRef, act: Act) -> None:
        """Note that its invoice was credited in full and it is to be billed again."""
        if self.invoice is not None and self.invoice.id == invoice_id:
            self.trigger_event(self.BillingReopened, act=act, invoice_id=invoice_id, credit_note=credit_note)

    def cancel(self, reason: str, act: Act) -> None:
        """Cancel it. Raises `AlreadyInvoiced`, and `DeliveredByNotes` once goods went out to be billed."""
        if self.cancelled:
            return
        if self.invoice is not None:
            raise AlreadyInvoiced(number=self.number, invoice=self.invoice.number)
        require(not self.billed_by_notes, DeliveredByNotes, number=self.number)
        self.trigger_event(self.Cancelled, act=act, reason=reason)

    # Answers

    def line(self, line_id: UUID) -> QuoteLine:
        """One line. Raises `OrderLineUnknown`."""
        found = next((one for one in self.lines if one.line_id == line_id), None)
        if found is None:
            raise OrderLineUnknown(number=self.number, line_id=str(line_id))
        return found

    @property
    def undelivered(self) -> dict[UUID, Decimal]:
        """What no delivery note took away, by line."""
        left = {line.line_id: line.quantity for line in self.lines}
        for quantities, _ in self.deliveries.values():
            for each in quantities:
                left[each.line_id] = left.get(each.line_id, ZERO) - each.quantity
        return left

    @property
    def billed_by_notes(self) -> bool | None:
        """Whether delivery notes bill its goods; None while nothing was delivered."""
        return next((by_note for _, by_note in self.deliveries.values()), None)

    def _require_open(self) -> None:
        require(not self.cancelled, OrderCancelled, number=self.number)
        if self.invoice is not None:
            raise AlreadyInvoiced(number=self.number, invoice=self.invoice.number)

    # Evolve

    @event(Placed)
    def __init__(
        self,
        number: str,
        quote: SourceRef,
        customer: Counterparty,
        call: SourceRef | None,
        lines: tuple[QuoteLine, ...],
        totals: QuoteTotals,
        reserved: tuple[ReservedPart, ...],
        due_on: date | None,
    ) -> None:
        self.number, self.quote, self.customer, self.call = number, quote, customer, call
        self.lines, self.totals, self.reserved, self.due_on = lines, totals, reserved, due_on
        self.deliveries: dict[UUID, tuple[tuple[OrderedQuantity, ...], bool]] = {}
        self.invoice: RecordRef | None = None
        self.cancelled = False

    @event(QuantitiesDropped)
    def _quantities_dropped(self, quantities: tuple[OrderedQuantity, ...], totals: QuoteTotals) -> None:
        self.lines, self.totals = lines_of(self.lines, quantities), totals

    @event(Delivered)
    def _delivered(self, note: RecordRef, quantities: tuple[OrderedQuantity, ...], billed_by_note: bool) -> None:
        self.deliveries[note.id] = (quantities, billed_by_note)

    @event(DeliveryUndone)
    def _delivery_undone(self, note_id: UUID) -> None:
        del self.deliveries[note_id]

    @event(Invoiced)
    def _invoiced(self, invoice: RecordRef) -> None:
        self.invoice = invoice

    @event(BillingReopened)
    def _billing_reopened(self) -> None:
        self.invoice = None

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.cancelled = True


def lines_of(lines: Sequence[QuoteLine], quantities: Sequence[OrderedQuantity]) -> tuple[QuoteLine, ...]:
    """Lines with other quantities; one of nothing is gone."""
    now = {each.line_id: each.quantity for each in quantities}
    wanted = ((line, now.get(line.line_id, line.quantity)) for line in lines)
    return tuple(line.model_copy(update={"quantity": quantity}) for line, quantity in wanted if quantity > 0)
