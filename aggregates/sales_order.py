"""SalesOrder (impegno cliente): an accepted quote as a commitment, with the parts reserved for it (R7.4)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, event, require
from aggregates.counterparty import Counterparty
from aggregates.quote_refusals import AlreadyInvoiced, OrderCancelled
from aggregates.quote_values import QuoteLine, QuoteTotals
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.rules.stock_levels import Quantity
from aggregates.values import Value


class ReservedPart(Value):
    """Pieces that the order holds in a warehouse."""

    line_id: UUID
    reservation_id: UUID
    article_id: UUID
    warehouse_id: UUID
    quantity: Quantity


class SalesOrder(Aggregate):
    """One order, made from one revision of a quote and never realigned with it (R7.2)."""

    TOPIC = "sales-order"

    class Placed(FirstEvent):
        """The customer's yes became an order; its parts are reserved."""

        TOPIC = "sales-order.placed.v1"
        number: str
        placed_on: date
        quote: SourceRef
        alternative: str
        revision: int
        customer: Counterparty
        call: SourceRef | None
        lines: tuple[QuoteLine, ...]
        totals: QuoteTotals
        reserved: tuple[ReservedPart, ...]
        due_on: date | None

    class Invoiced(Aggregate.Event):
        """The order is on an invoice."""

        TOPIC = "sales-order.invoiced.v1"
        invoice: RecordRef

    class BillingReopened(Aggregate.Event):
        """A credit note took back all of its invoice: the order is to be billed again."""

        TOPIC = "sales-order.billing-reopened.v1"
        invoice_id: UUID
        credit_note: RecordRef

    class Cancelled(Aggregate.Event):
        """The order holds no longer; its number stays taken and its parts are free."""

        TOPIC = "sales-order.cancelled.v1"
        reason: str

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
        """Cancel it. Raises `AlreadyInvoiced`."""
        if self.cancelled:
            return
        if self.invoice is not None:
            raise AlreadyInvoiced(number=self.number, invoice=self.invoice.number)
        self.trigger_event(self.Cancelled, act=act, reason=reason)

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
    ) -> None:
        self.number, self.quote, self.customer, self.call = number, quote, customer, call
        self.lines, self.totals, self.reserved = lines, totals, reserved
        self.invoice: RecordRef | None = None
        self.cancelled = False

    @event(Invoiced)
    def _invoiced(self, invoice: RecordRef) -> None:
        self.invoice = invoice

    @event(BillingReopened)
    def _billing_reopened(self) -> None:
        self.invoice = None

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.cancelled = True
