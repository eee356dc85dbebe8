"""DeliveryNote (documento di trasporto, DDT): goods that leave us, why, and what happened to them since (R8.1–R8.7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.billable import Billable
from aggregates.counterparty import Counterparty
from aggregates.delivery_note_values import (
    LinePrice,
    NoteCharge,
)
from aggregates.delivery_note_values import (
    Transport as Transport,
)
from aggregates.invoice_values import OrderReference
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import ZERO, Level, Quantity
from aggregates.rules.transport_reasons import TRANSPORT_REASONS, Billing, Reason, TransportReason, return_deadline
from aggregates.stock import Ownership
from aggregates.values import Rate, Value, rome_date


class StockEffect(Value):
    """What the line did to stock: where from, where to (None: gone), at which cost of one unit."""

    warehouse_id: UUID
    to_warehouse_id: UUID | None
    ownership: Ownership
    unit_cost: Level


class NoteLine(Value):
    """Goods by nature, quality and quantity (R8.1), with their price where they are to be invoiced."""

    line_id: UUID
    article_id: UUID | None
    code: str | None
    description: str
    quality: str | None
    quantity: Quantity
    unit: str
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    source: RecordRef | None = None
    note: str | None = None
    unit_price: Rate | None = None
    discounts: tuple[Rate, ...] = ()
    stock: StockEffect | None = None


class SenderNote(Value):
    """The document that goods came to us with (DDT del cliente)."""

    number: str = Field(min_length=1, max_length=20, examples=["55"])
    dated_on: date


class Return(Value):
    """How much of a line came back."""

    line_id: UUID
    quantity: Quantity
    serials: tuple[str, ...] = ()


class ReasonInbound(Refusal):
    """Goods with the reason {reason} come to us with the sender's document; record their receipt instead."""

    status = 422


class DatedInFuture(Refusal):
    """A delivery note cannot be dated {dated_on}, after today; date it when the goods leave."""

    status = 422


class LinesMissing(Refusal):
    """A delivery note needs at least one line of goods."""

    status = 422


class DeliveryNoteInvoiced(Refusal):
    """Delivery note {number} is on invoice {invoice}; issue a credit note for the invoice instead (R8.4)."""


class DeliveryNoteCancelled(Refusal):
    """Delivery note {number} was cancelled; issue a new one."""


class GoodsCameBack(Refusal):
    """Goods of delivery note {number} already came back; it can no longer be cancelled."""


class NotDelivered(Refusal):
    """Only {delivered} of this line are out and {quantity} are said to return; check line and quantity."""

    status = 422


class NotToInvoice(Refusal):
    """Nothing of delivery note {number} is to be invoiced: its reason is {reason}."""


class NoteLineUnknown(Refusal):
    """Delivery note {number} has no such line; look at its lines and price one of them."""

    status = 404


class NothingClaimed(Refusal):
    """Delivery note {number} was not issued subject to a warranty claim."""


class ReasonForActMissing(Refusal):
    """Say why: the reason is kept with the document."""

    status = 422


class DeliveryNote(Billable, Aggregate):
    """One delivery note of ours: one reason, numbered lines, transport; it never changes once issued."""

    TOPIC = "delivery-note"

    class Issued(FirstEvent):
        """The note has its number and the goods leave with it."""

        TOPIC = "delivery-note.issued.v1"
        number: str
        series: str
        dated_on: date
        reason: TransportReason
        reason_note: str | None
        recipient: Counterparty
        lines: tuple[NoteLine, ...]
        transport: Transport
        record: RecordRef | None
        sender_note: SenderNote | None
        return_by: date | None
        notes: tuple[str, ...]
        order: OrderReference | None = None

    class Cancelled(Aggregate.Event):
        """The note holds no longer; its number stays taken and its goods are back (R8.4)."""

        TOPIC = "delivery-note.cancelled.v1"
        reason: str

    class GoodsReturned(Aggregate.Event):
        """Goods came back to us: they are no longer to be invoiced, or to be credited."""

        TOPIC = "delivery-note.goods-returned.v1"
        returned_on: date
        returns: tuple[Return, ...]
        sender_note: SenderNote | None

    class ClaimDecided(Aggregate.Event):
        """Goods sent subject to verification: the warranty claim held, or they are to be invoiced."""

        TOPIC = "delivery-note.claim-decided.v1"
        accepted: bool
        reason: str

    class Priced(Aggregate.Event):
        """What the goods cost, and the work that is billed with them; it replaces what was said before."""

        TOPIC = "delivery-note.priced.v1"
        prices: tuple[LinePrice, ...]
        charges: tuple[NoteCharge, ...]

    class BillingProposed(Aggregate.Event):
        """A proposed invoice holds the note: no other may bill it."""

        TOPIC = "delivery-note.billing-proposed.v1"
        invoice_id: UUID

    class BillingReleased(Aggregate.Event):
        """The proposal was given up, or the note is no longer what was proposed: it is to be billed again."""

        TOPIC = "delivery-note.billing-released.v1"
        invoice_id: UUID

    class BillingReopened(Aggregate.Event):
        """Its lines were credited in full and are to be billed again."""

        TOPIC = "delivery-note.billing-reopened.v1"
        invoice_id: UUID
        credit_note: RecordRef

    class Invoiced(Aggregate.Event):
        """The goods are on an invoice."""

        TOPIC = "delivery-note.invoiced.v1"
        invoice: RecordRef

    # Decide

    @classmethod
    def issue(
        cls,
        note_id: UUID,
        number: str,
        dated_on: date,
        reason: Reason,
        recipient: Counterparty,
        lines: tuple[NoteLine, ...],
        transport: Transport,
        act: Act,
        *,
        series: str,
        reason_note: str | None = None,
        record: RecordRef | None = None,
        sender_note: SenderNote | None = None,
        return_by: date | None = None,
        notes: tuple[str, ...] = (),
        order: OrderReference | None = None,
    ) -> DeliveryNote:
        """Issue a note. Raises `ReasonInbound`, `LinesMissing`, `DatedInFuture`."""
        check_outbound(reason)
        require(bool(lines), LinesMissing)
        require(dated_on <= rome_date(act.at), DatedInFuture, dated_on=str(dated_on))
        return cls.begin(
            cls.Issued,
            id=note_id,
            act=act,
            number=number,
            series=series,
            dated_on=dated_on,
            reason=TRANSPORT_REASONS[reason],
            reason_note=reason_note,
            recipient=recipient,
            lines=lines,
            transport=transport,
            record=record,
            sender_note=sender_note,
            return_by=return_by or return_deadline(reason, dated_on),
            notes=notes,
            order=order,
        )

    def price(self, prices: tuple[LinePrice, ...], charges: tuple[NoteCharge, ...], act: Act) -> None:
        """Say what is billed; the same again records nothing. Raises `DeliveryNoteInvoiced`, `NoteLineUnknown`."""
        self._require_standing()
        self._require_not_invoiced()
        for each in prices:
            require(self.line(each.line_id) is not None, NoteLineUnknown, number=self.number)
        if (prices, charges) != (tuple(self.prices.values()), self.charges):
            self._release(act)
            self.trigger_event(self.Priced, act=act, prices=prices, charges=charges)

    def cancel(self, reason: str, act: Act) -> None:
        """Cancel it. Raises `DeliveryNoteInvoiced`, `GoodsCameBack`, `ReasonForActMissing`."""
        if self.cancelled:
            return
        require(bool(reason.strip()), ReasonForActMissing)
        self._require_not_invoiced()
        require(not any(self.returned.values()), GoodsCameBack, number=self.number)
        self._release(act)
        self.trigger_event(self.Cancelled, act=act, reason=reason.strip())

    def take_back(
        self, returned_on: date, returns: tuple[Return, ...], sender_note: SenderNote | None, act: Act
    ) -> None:
        """Record what came back. Raises `NotDelivered`, `DeliveryNoteCancelled`, `LinesMissing`."""
        self._require_standing()
        require(bool(returns), LinesMissing)
        for one in returns:
            out = self.outstanding.get(one.line_id, ZERO)
            require(one.quantity <= out, NotDelivered, delivered=str(out), quantity=str(one.quantity))
        self._release(act)
        self.trigger_event(
            self.GoodsReturned, act=act, returned_on=returned_on, returns=returns, sender_note=sender_note
        )

    def decide_claim(self, accepted: bool, reason: str, act: Act) -> None:
        """Say whether the warranty claim held. Raises `NothingClaimed`, `DeliveryNoteCancelled`."""
        self._require_standing()
        require(self.reason.billing is Billing.IF_CLAIM_FAILS, NothingClaimed, number=self.number)
        if self.claim_accepted is not accepted:
            self._require_not_invoiced()
            self._release(act)
            self.trigger_event(self.ClaimDecided, act=act, accepted=accepted, reason=reason)

    # Answers

    @property
    def outstanding(self) -> dict[UUID, Decimal]:
        """What of each line has not come back."""
        return {line.line_id: line.quantity - self.returned.get(line.line_id, ZERO) for line in self.lines}

    @property
    def to_invoice(self) -> dict[UUID, Decimal]:
        """By line, the quantities still to be invoiced; goods that came back never are."""
        billing = self.reason.billing
        due = billing in (Billing.SALE, Billing.SERVICE, Billing.DIAGNOSIS_FEE, Billing.UNLESS_RETURNED)
        due = due or (billing is Billing.IF_CLAIM_FAILS and self.claim_accepted is False)
        if not due or self.cancelled or self.invoice is not None:
            return {}
        return {line_id: quantity for line_id, quantity in self.outstanding.items() if quantity > 0}

    @property
    def billing_name(self) -> str:
        """See `Billable`."""
        return self.number

    def check_billable(self) -> None:
        """Raises `NotToInvoice`, `DeliveryNoteCancelled`."""
        self._require_standing()
        require(bool(self.to_invoice), NotToInvoice, number=self.number, reason=self.reason.text)

    def billing_day(self, until: date) -> date:
        """The day whose month a deferred invoice is for (R8.8): that of the note, or of the failed claim.

        Goods on approval are sold when they are billed, at the latest when their year is over (R8.6).
        """
        if self.reason.billing is Billing.UNLESS_RETURNED:
            return max(self.dated_on, min(until, self.return_by or until))
        return max(self.dated_on, self.claim_decided_on or self.dated_on)

    def line(self, line_id: UUID) -> NoteLine | None:
        """The line with this id."""
        return next((line for line in self.lines if line.line_id == line_id), None)

    def _release(self, act: Act) -> None:
        """What changes is no longer what a proposal holds."""
        if self.billed_by is not None:
            self.release_billing(self.billed_by, act)

    def _require_standing(self) -> None:
        require(not self.cancelled, DeliveryNoteCancelled, number=self.number)

    def _require_not_invoiced(self) -> None:
        if self.invoice is not None:
            raise DeliveryNoteInvoiced(number=self.number, invoice=self.invoice.number)

    # Evolve

    @event(Issued)
    def __init__(
        self,
        number: str,
        series: str,
        dated_on: date,
        reason: TransportReason,
        recipient: Counterparty,
        lines: tuple[NoteLine, ...],
        record: RecordRef | None,
        return_by: date | None,
        order: OrderReference | None,
    ) -> None:
        self.number, self.series, self.dated_on = number, series, dated_on
        self.reason, self.recipient, self.lines = reason, recipient, lines
        self.record, self.return_by, self.order = record, return_by, order
        self.prices: dict[UUID, LinePrice] = {}
        self.charges: tuple[NoteCharge, ...] = ()
        self.claim_decided_on: date | None = None
        self.billed_by: UUID | None = None
        self.cancelled = False
        self.returned: dict[UUID, Decimal] = {}
        self.claim_accepted: bool | None = None
        self.invoice: RecordRef | None = None

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.cancelled = True

    @event(GoodsReturned)
    def _goods_returned(self, returns: tuple[Return, ...]) -> None:
        for one in returns:
            self.returned[one.line_id] = self.returned.get(one.line_id, ZERO) + one.quantity

    @event(ClaimDecided)
    def _claim_decided(self, accepted: bool, act: Act) -> None:
        self.claim_accepted, self.claim_decided_on = accepted, rome_date(act.at)

    @event(Priced)
    def _priced(self, prices: tuple[LinePrice, ...], charges: tuple[NoteCharge, ...]) -> None:
        self.prices, self.charges = {each.line_id: each for each in prices}, charges

    @event(BillingProposed)
    def _billing_proposed(self, invoice_id: UUID) -> None:
        self.billed_by = invoice_id

    @event(BillingReleased)
    def _billing_released(self) -> None:
        self.billed_by = None

    @event(BillingReopened)
    def _billing_reopened(self) -> None:
        self.billed_by = self.invoice = None

    @event(Invoiced)
    def _invoiced(self, invoice: RecordRef) -> None:
        self.invoice, self.billed_by = invoice, invoice.id


def check_outbound(reason: Reason) -> TransportReason:
    """The row of a reason that we issue notes for. Raises `ReasonInbound`."""
    row = TRANSPORT_REASONS[reason]
    require(row.is_outbound, ReasonInbound, reason=row.text)
    return row
