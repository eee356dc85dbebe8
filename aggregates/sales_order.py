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
from aggregates.order_deliveries import OrderDeliveries
from aggregates.quote_refusals import AlreadyInvoiced, OrderCancelled
from aggregates.quote_values import QuoteLine, QuoteTotals, quote_totals
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.sales_order_delivery_facts import DeliveredLine, Delivery, DeliveryBilling
from aggregates.sales_order_facts import OrderedQuantity
from aggregates.sales_order_facts import ReservedPart as ReservedPart
from aggregates.sales_order_refusals import (
    AlreadyDelivered,
    MoreThanOrderedBefore,
    NothingLeftToOrder,
    OrderHasNoLine,
)

ORDERS = UUID("0c2b5a0e-4a53-5b0e-9b0a-6a3d1a5f7c21")
ZERO = Decimal(0)


def sales_order_id(quote_id: UUID, alternative: str, revision: int) -> UUID:
    """The order of a revision: asked for twice, or by two people at once, it is the same one (R7.4)."""
    return uuid5(ORDERS, f"{quote_id}/{alternative}/{revision}")


class SalesOrder(OrderDeliveries, Aggregate):
    """One order, made from one revision of a quote and never realigned with it (R7.2)."""

    TOPIC = "sales-order"

    # Imported here rather than assigned, so that `SalesOrder.Placed` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.sales_order_facts import (
        Placed as Placed, QuantitiesDropped as QuantitiesDropped, Invoiced as Invoiced,
        BillingReopened as BillingReopened, Cancelled as Cancelled,
    )
    from aggregates.sales_order_delivery_facts import (
        Delivered as Delivered, DeliveryUndone as DeliveryUndone,
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

        Answers what is less than before. Raises `OrderCancelled`, `AlreadyInvoiced`, `OrderHasNoLine`,
        `MoreThanOrderedBefore`, `AlreadyDelivered`, `NothingLeftToOrder`.
        """
        self._require_open()
        less = []
        for line_id, quantity in quantities.items():
            line = self.line(line_id)
            require(
                quantity <= line.quantity, MoreThanOrderedBefore, description=line.description, ordered=line.quantity
            )
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
        """Cancel it. Raises `AlreadyInvoiced`, and `OrderBilledByNotes` once goods went out to be billed."""
        if self.cancelled:
            return
        if self.invoice is not None:
            raise AlreadyInvoiced(number=self.number, invoice=self.invoice.number)
        self.check_billed_whole()
        self.trigger_event(self.Cancelled, act=act, reason=reason)

    # Answers

    def line(self, line_id: UUID) -> QuoteLine:
        """One line. Raises `OrderHasNoLine`."""
        found = next((one for one in self.lines if one.line_id == line_id), None)
        if found is None:
            raise OrderHasNoLine(number=self.number, line_id=str(line_id))
        return found

    @property
    def lines_to_bill(self) -> tuple[QuoteLine, ...]:
        """What the quote's own invoice bills, as ordered now. Raises `OrderCancelled`, `OrderBilledByNotes`."""
        require(not self.cancelled, OrderCancelled, number=self.number)
        self.check_billed_whole()
        return self.lines

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
        self.deliveries: dict[UUID, Delivery] = {}
        self.invoice: RecordRef | None = None
        self.cancelled = False

    @event(QuantitiesDropped)
    def _quantities_dropped(self, quantities: tuple[OrderedQuantity, ...], totals: QuoteTotals) -> None:
        self.lines, self.totals = lines_of(self.lines, quantities), totals

    @event(Delivered)
    def _delivered(
        self, note: RecordRef, lines: tuple[DeliveredLine, ...], billing: DeliveryBilling, services: tuple[UUID, ...]
    ) -> None:
        self.deliveries[note.id] = Delivery(note=note, lines=lines, billing=billing, services=services)

    @event(DeliveryUndone)
    def _delivery_undone(self, note: RecordRef) -> None:
        del self.deliveries[note.id]

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
