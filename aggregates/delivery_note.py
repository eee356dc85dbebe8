"""DeliveryNote (documento di trasporto, DDT): goods that leave us, why, and what happened to them since (R8.1–R8.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.base import Act, Aggregate, event, require
from aggregates.billable import Billable
from aggregates.counterparty import Counterparty
from aggregates.delivery_note_refusals import (
    DatedInFuture,
    DeliveryNoteCancelled,
    DeliveryNoteInvoiced,
    ExtendedToPast,
    GoodsCameBack,
    LinesMissing,
    LotsNotOut,
    NotDelivered,
    NoteLineUnknown,
    NothingClaimed,
    NothingLent,
    NotToInvoice,
    ReasonForActMissing,
    ReasonInbound,
    SerialsNotOut,
    YearOfApproval,
)
from aggregates.delivery_note_values import (
    LinePrice,
    NoteCharge,
    NoteLine,
    Return,
    SenderNote,
    Transport,
)
from aggregates.invoice_values import OrderReference
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import ZERO
from aggregates.rules.stock_lots import LotQuantity, added, drawn, taken_off, total
from aggregates.rules.transport_reasons import (
    TRANSPORT_REASONS,
    Billing,
    Effect,
    Reason,
    TransportReason,
    return_deadline,
)
from aggregates.values import rome_date


class DeliveryNote(Billable, Aggregate):
    """One delivery note of ours: one reason, numbered lines, transport; it never changes once issued."""

    TOPIC = "delivery-note"

    # Imported here rather than assigned, so that `DeliveryNote.Issued` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.delivery_note_facts import (
        Issued as Issued, Cancelled as Cancelled, GoodsReturned as GoodsReturned, ClaimDecided as ClaimDecided,
        Priced as Priced, BillingProposed as BillingProposed, BillingReleased as BillingReleased,
        BillingReopened as BillingReopened, Invoiced as Invoiced, GoodsKept as GoodsKept,
        ReturnReminded as ReturnReminded, ReturnExtended as ReturnExtended,
    )
    # fmt: on
    # isort: on

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
        billed_with: RecordRef | None = None,
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
            billed_with=billed_with,
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
        """Record what came back. Raises `NotDelivered`, `SerialsNotOut`, `LotsNotOut`, `DeliveryNoteCancelled`,
        `LinesMissing`."""
        self._require_standing()
        require(bool(returns), LinesMissing)
        told = self.coming_back(returns)
        for one in told:
            self._check_back(one, sum((each.quantity for each in told if each.line_id == one.line_id), ZERO))
        self._release(act)
        self.trigger_event(self.GoodsReturned, act=act, returned_on=returned_on, returns=told, sender_note=sender_note)

    def keep(self, kept_on: date, prices: tuple[LinePrice, ...], reason: str | None, act: Act) -> None:
        """Note that the customer keeps what is still out on loan or approval: it is sold; again records nothing.

        Raises `NothingLent`, `NoteLineUnknown`, `DeliveryNoteCancelled`.
        """
        self._require_standing()
        if self.kept_on is not None:
            return
        kept = tuple(
            Return(line_id=line.line_id, quantity=out, serials=self.serials_out(line.line_id), lots=line.lots)
            for line in self.lines
            if (out := self.outstanding[line.line_id]) > 0
        )
        require(self.is_lent and bool(kept), NothingLent, number=self.number)
        for each in prices:
            require(self.line(each.line_id) is not None, NoteLineUnknown, number=self.number)
        if self.invoice is None:
            self._release(act)
        self.trigger_event(self.GoodsKept, act=act, kept_on=kept_on, kept=kept, prices=prices, reason=reason)

    def extend(self, return_by: date, reason: str, act: Act) -> None:
        """Let what is still lent come back later; the same day again records nothing.

        Raises `NothingLent`, `ExtendedToPast`, `YearOfApproval`, `ReasonForActMissing`, `DeliveryNoteCancelled`.
        """
        self._require_standing()
        require(self._is_out, NothingLent, number=self.number)
        if return_by == self.return_by:
            return
        require(bool(reason.strip()), ReasonForActMissing)
        is_later = return_by > (self.return_by or self.dated_on) and return_by >= rome_date(act.at)
        require(is_later, ExtendedToPast, now=str(self.return_by or "-"), return_by=str(return_by))
        deadline = return_deadline(self.reason.reason, self.dated_on)
        if deadline is not None:
            require(return_by <= deadline, YearOfApproval, deadline=str(deadline))
        self.trigger_event(self.ReturnExtended, act=act, return_by=return_by, reason=reason.strip())

    def remind(self, act: Act) -> None:
        """Note that lent goods are due back soon, once for each day to come back; nothing out records nothing."""
        if self._is_out and self.return_by is not None and self.reminded_of != self.return_by:
            self.trigger_event(self.ReturnReminded, act=act, return_by=self.return_by)

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
    def is_lent(self) -> bool:
        """Whether its goods stay ours at the customer's: on loan or on approval."""
        return self.reason.effect is Effect.TO_CUSTOMER

    @property
    def to_invoice(self) -> dict[UUID, Decimal]:
        """By line, the quantities still to be invoiced; goods that came back never are."""
        billing = self.reason.billing
        due = billing in (Billing.SALE, Billing.SERVICE, Billing.DIAGNOSIS_FEE, Billing.UNLESS_RETURNED)
        due = due or (billing is Billing.IF_CLAIM_FAILS and self.claim_accepted is False) or self.kept_on is not None
        if not due or self.cancelled or self.invoice is not None or self.billed_with is not None:
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
        if self.kept_on is not None:
            return max(self.dated_on, self.kept_on)
        if self.reason.billing is Billing.UNLESS_RETURNED:
            return max(self.dated_on, min(until, self.return_by or until))
        return max(self.dated_on, self.claim_decided_on or self.dated_on)

    def line(self, line_id: UUID) -> NoteLine | None:
        """The line with this id."""
        return next((line for line in self.lines if line.line_id == line_id), None)

    @property
    def serials(self) -> tuple[str, ...]:
        """The serials it carried."""
        return tuple(serial for line in self.lines for serial in line.serials)

    def serials_out(self, line_id: UUID) -> tuple[str, ...]:
        """The serials of a line that have not come back."""
        line = self.line(line_id)
        return tuple(serial for serial in (line.serials if line else ()) if serial not in self.back)

    def lots_out(self, line_id: UUID) -> tuple[LotQuantity, ...]:
        """How much of each lot of a line has not come back."""
        line = self.line(line_id)
        gone = line.stock.lots if line is not None and line.stock is not None else ()
        return tuple(taken_off(added({}, gone), self.lots_returned.get(line_id, ())).values())

    def coming_back(self, returns: Sequence[Return]) -> tuple[Return, ...]:
        """The returns with the lots that came: those named, or the first that left of what is still out."""
        left: dict[UUID, tuple[LotQuantity, ...]] = {}
        told = []
        for one in returns:
            out = left.get(one.line_id, self.lots_out(one.line_id))
            came = drawn([lot for lot in out if not one.lots or lot.code in one.lots], one.quantity)
            left[one.line_id] = tuple(taken_off(added({}, out), came).values())
            told.append(one.model_copy(update={"came": came}))
        return tuple(told)

    @property
    def _is_out(self) -> bool:
        """Whether goods of ours are lent with it now."""
        return self.is_lent and not self.cancelled and self.kept_on is None and any(self.outstanding.values())

    def _check_back(self, one: Return, together: Decimal) -> None:
        """What comes back is still out, serial by serial and lot by lot; `together` is all that comes of its line."""
        line, out = self.line(one.line_id), self.outstanding.get(one.line_id, ZERO)
        require(together <= out, NotDelivered, delivered=str(out), quantity=str(together))
        if line is not None and line.serials:
            pieces = self.serials_out(one.line_id)
            require(
                len(set(one.serials)) == one.quantity and set(one.serials) <= set(pieces),
                SerialsNotOut,
                number=self.number,
                serials=", ".join(pieces),
            )
        if line is not None and line.lots and one.lots:
            left = {lot.code: lot.quantity for lot in self.lots_out(one.line_id)} or dict.fromkeys(line.lots, out)
            is_out = set(one.lots) <= left.keys() and (not one.came or total(one.came) == one.quantity)
            named = ", ".join(f"{code}: {quantity}" for code, quantity in left.items())
            require(is_out, LotsNotOut, number=self.number, lots=named)

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
        billed_with: RecordRef | None,
    ) -> None:
        self.number, self.series, self.dated_on = number, series, dated_on
        self.reason, self.recipient, self.lines = reason, recipient, lines
        self.record, self.return_by, self.order = record, return_by, order
        self.billed_with = billed_with
        self.kept_on: date | None = None
        self.reminded_of: date | None = None
        self.prices: dict[UUID, LinePrice] = {}
        self.charges: tuple[NoteCharge, ...] = ()
        self.claim_decided_on: date | None = None
        self.billed_by: UUID | None = None
        self.cancelled = False
        self.returned: dict[UUID, Decimal] = {}
        self.lots_returned: dict[UUID, tuple[LotQuantity, ...]] = {}
        self.back: set[str] = set()
        self.claim_accepted: bool | None = None
        self.invoice: RecordRef | None = None

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.cancelled = True

    @event(GoodsReturned)
    def _goods_returned(self, returns: tuple[Return, ...]) -> None:
        for one in returns:
            self.returned[one.line_id] = self.returned.get(one.line_id, ZERO) + one.quantity
            self.back |= set(one.serials)
            self.lots_returned[one.line_id] = (*self.lots_returned.get(one.line_id, ()), *one.came)

    @event(GoodsKept)
    def _goods_kept(self, kept_on: date, prices: tuple[LinePrice, ...]) -> None:
        self.kept_on = kept_on
        self.prices = {**self.prices, **{each.line_id: each for each in prices}}

    @event(ReturnExtended)
    def _return_extended(self, return_by: date) -> None:
        self.return_by = return_by

    @event(ReturnReminded)
    def _return_reminded(self, return_by: date) -> None:
        self.reminded_of = return_by

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
