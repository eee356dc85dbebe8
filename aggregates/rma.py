"""Rma (reso merce autorizzato): customers' goods that come in, are diagnosed and go back, each item by itself (R8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.base import Act, Aggregate, event, require
from aggregates.counterparty import Counterparty
from aggregates.delivery_note_refusals import ReasonForActMissing
from aggregates.delivery_note_values import NoteCharge, SenderNote
from aggregates.record_ref import RecordRef
from aggregates.rma_coming import RmaComing
from aggregates.rma_going import RmaGoing
from aggregates.rma_items import (
    FaultyDecision,
    KeptIn,
    Loaner,
    ReceivedItem,
    Remainder,
    RmaItem,
    SupplierRepair,
    SupplierResult,
)
from aggregates.rma_refusals import (
    ItemCreditedAlready,
    ItemNotCredited,
    ItemSettled,
    ItemsStillOpen,
    KeptBySupplier,
    LoanerStillOut,
    MoreThanExpected,
    NotReplaced,
    RmaItemsMissing,
    RmaNotAuthorised,
    RmaReceived,
)
from aggregates.rma_state import NEVER_CAME, ItemState, Outcome, RmaStatus
from aggregates.rma_supplier import RmaSupplier
from aggregates.rma_work import RmaWork
from aggregates.rules.stock_levels import ZERO


class Rma(RmaComing, RmaGoing, RmaSupplier, RmaWork, Aggregate):
    """One return authorisation with its items, documents, replacements and loaners."""

    TOPIC = "rma"

    # Imported here rather than assigned, so that `Rma.Requested` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.rma_facts import (
        Requested as Requested, Authorised as Authorised, Received as Received, Diagnosed as Diagnosed,
        OutcomeDecided as OutcomeDecided, ReplacementSent as ReplacementSent, ClaimDecided as ClaimDecided,
        Shipped as Shipped, NoteCancelled as NoteCancelled, LoanerGiven as LoanerGiven,
        LoanerReturned as LoanerReturned, LoanerSold as LoanerSold, Closed as Closed, Cancelled as Cancelled,
        PickedUp as PickedUp, BroughtIn as BroughtIn, ItemIdentified as ItemIdentified,
        ItemHandedOn as ItemHandedOn, MissingNoted as MissingNoted, ItemCharged as ItemCharged,
        ItemCredited as ItemCredited, SentToSupplier as SentToSupplier, SupplierAnswered as SupplierAnswered,
        BackFromSupplier as BackFromSupplier, FaultyDecided as FaultyDecided, LabelsAsked as LabelsAsked,
        Worked as Worked, DiagnosisFeeProposed as DiagnosisFeeProposed, DiagnosisFeeWaived as DiagnosisFeeWaived,
    )
    # fmt: on
    # isort: on

    # Decide (what comes, leaves, is at suppliers, costs: `rma_coming`, `rma_going`, `rma_supplier`, `rma_work`)

    @classmethod
    def request(
        cls,
        rma_id: UUID,
        customer: Counterparty,
        items: Sequence[RmaItem],
        act: Act,
        *,
        call: RecordRef | None = None,
        customer_reference: str | None = None,
        notes: str | None = None,
    ) -> Rma:
        """Ask to send goods in. Raises `RmaItemsMissing`."""
        require(bool(items), RmaItemsMissing)
        fields = {"call": call, "customer_reference": customer_reference, "notes": notes}
        return cls.begin(cls.Requested, id=rma_id, act=act, customer=customer, items=tuple(items), **fields)

    def authorise(self, number: str, authorised_on: date, act: Act) -> None:
        """Give the number under which the goods may come; a second number is never given."""
        self._require_open()
        if self.number is None:
            self.trigger_event(self.Authorised, act=act, number=number, authorised_on=authorised_on)

    def receive(
        self,
        receipt_id: UUID,
        received_on: date,
        items: Sequence[ReceivedItem],
        unexpected: Sequence[RmaItem],
        sender_note: SenderNote | None,
        kept: dict[UUID, KeptIn],
        act: Act,
        remainders: Sequence[Remainder] = (),
    ) -> None:
        """Take goods in, as `arriving` names them; the same receipt again records nothing.

        Raises `RmaNotAuthorised`, `RmaItemUnknown`, `MoreThanExpected`, `RmaItemsMissing`.
        """
        if receipt_id in self.receipts:
            return
        self._require_open()
        require(self.number is not None, RmaNotAuthorised)
        require(bool(items or unexpected), RmaItemsMissing)
        taken: dict[UUID, Decimal] = {}
        begun = {rest.item.item_id: rest.item for rest in remainders}
        for one in items:
            item = begun.get(one.item_id) or self.item(one.item_id)
            still = item.quantity - self.received.get(one.item_id, ZERO) - taken.get(one.item_id, ZERO)
            is_open = one.item_id in begun or self.state(one.item_id) is not ItemState.SETTLED
            require(is_open, ItemSettled, description=item.description)
            require(one.quantity <= still, MoreThanExpected, open=str(still), description=item.description)
            taken[one.item_id] = taken.get(one.item_id, ZERO) + one.quantity
        self.trigger_event(
            self.Received,
            act=act,
            receipt_id=receipt_id,
            received_on=received_on,
            items=tuple(items),
            unexpected=tuple(unexpected),
            sender_note=sender_note,
            kept=kept,
            remainders=tuple(remainders),
        )

    def diagnose(self, item_id: UUID, findings: str, cause: str | None, under_warranty: bool | None, act: Act) -> None:
        """Say what is wrong. Raises `ItemNotReceived`, `ItemSettled`."""
        self._require_here(item_id)
        if self.findings.get(item_id) != (findings, cause, under_warranty):
            fields = {"findings": findings, "cause": cause, "under_warranty": under_warranty}
            self.trigger_event(self.Diagnosed, act=act, item_id=item_id, **fields)

    def decide(self, item_id: UUID, outcome: Outcome, reason: str | None, act: Act) -> bool:
        """Say what becomes of an item; False when that was already decided.

        Raises `ItemNotReceived`, `ItemSettled`, `ItemAtSupplier`, `NotReplaced`, `KeptBySupplier`.
        """
        if self.outcomes.get(item_id) is outcome:
            return False
        self._require_here(item_id)
        item = self.item(item_id)
        replaced = outcome is not Outcome.REPLACED or item_id in self.replaced
        require(replaced, NotReplaced, description=item.description)
        is_gone = item_id in self.supplier_credits and outcome.return_reason is not None
        require(not is_gone, KeptBySupplier, description=item.description)
        self.trigger_event(self.OutcomeDecided, act=act, item_id=item_id, outcome=outcome, reason=reason)
        return True

    def charge(self, item_id: UUID, charges: Sequence[NoteCharge], act: Act) -> None:
        """Say what the customer pays for an item that goes back. Raises `ItemNotReceived`, `ItemSettled`."""
        self._require_here(item_id)
        if self.charges.get(item_id, ()) != tuple(charges):
            self.trigger_event(self.ItemCharged, act=act, item_id=item_id, charges=tuple(charges))

    def may_credit(self, item_id: UUID) -> RmaItem:
        """The item that a credit note is to be issued for. Raises `ItemNotCredited`, `ItemCreditedAlready`."""
        item = self.item(item_id)
        is_to_credit = self.outcomes.get(item_id) is Outcome.CREDITED
        require(is_to_credit, ItemNotCredited, description=item.description)
        note = self.credits.get(item_id)
        if note is not None:
            raise ItemCreditedAlready(description=item.description, credit_note=note.number)
        return item

    def credit(self, item_id: UUID, invoice: RecordRef, line_number: int, credit_note: RecordRef, act: Act) -> None:
        """Record the credit note of an item. Raises what `may_credit` raises."""
        self.may_credit(item_id)
        fields = {"invoice": invoice, "line_number": line_number, "credit_note": credit_note}
        self.trigger_event(self.ItemCredited, act=act, item_id=item_id, **fields)

    def close(self, act: Act) -> None:
        """End it. Raises `ItemsStillOpen`, `LoanerStillOut`, `ReasonForActMissing` when pieces never came.

        Pieces noted as missing have their reason already.
        """
        if self.status is RmaStatus.CLOSED:
            return
        self._require_open()
        require(self.number is not None, RmaNotAuthorised)
        states = {item_id: self.state(item_id) for item_id in self.items}
        here = [i for i, state in states.items() if state not in (*NEVER_CAME, ItemState.SETTLED)]
        require(not here, ItemsStillOpen, items=", ".join(self.items[i].description for i in here))
        require(not self.loaners, LoanerStillOut, loaners=", ".join(str(one) for one in self.loaners.values()))
        awaited = any(self.still(item_id) for item_id in self.items)
        require(not awaited or bool(act.why), ReasonForActMissing)
        never_came = tuple(i for i, state in states.items() if state in NEVER_CAME)
        self.trigger_event(self.Closed, act=act, never_came=never_came, short=self.short)

    def cancel(self, reason: str, act: Act) -> None:
        """Withdraw it. Raises `RmaReceived` once goods came or went."""
        if self.status is RmaStatus.CANCELLED:
            return
        self._require_open()
        require(bool(reason.strip()), ReasonForActMissing)
        nothing = not (self.received or self.replaced or self.loaners)
        require(nothing, RmaReceived, number=self.number)
        self.trigger_event(self.Cancelled, act=act, reason=reason.strip(), item_ids=tuple(self.items))

    # Evolve

    @event(Requested)
    def __init__(self, customer: Counterparty, items: tuple[RmaItem, ...], call: RecordRef | None) -> None:
        self.customer, self.call = customer, call
        self.items = {item.item_id: item for item in items}
        self.number: str | None = None
        self.receipts: set[UUID] = set()
        self.remainders: dict[UUID, UUID] = {}
        self.pick_ups: set[UUID] = set()
        self.missing: dict[UUID, Decimal] = {}
        self.received: dict[UUID, Decimal] = {}
        self.kept: dict[UUID, KeptIn] = {}
        self.sender_notes: dict[UUID, SenderNote] = {}
        self.findings: dict[UUID, tuple[str, str | None, bool | None]] = {}
        self.outcomes: dict[UUID, Outcome] = {}
        self.replaced: dict[UUID, RecordRef] = {}
        self.substitutes: dict[UUID, UUID] = {}
        self.claims: dict[UUID, bool] = {}
        self.shipped: dict[UUID, UUID] = {}
        self.handed_on: dict[UUID, RecordRef] = {}
        self.loaners: dict[UUID, Loaner] = {}
        self.at_supplier: dict[UUID, SupplierRepair] = {}
        self.supplier_costs: dict[UUID, Decimal] = {}
        self.supplier_credits: set[UUID] = set()
        self.charges: dict[UUID, tuple[NoteCharge, ...]] = {}
        self.works: set[UUID] = set()
        self.fees: dict[UUID, NoteCharge] = {}
        self.fees_waived: set[UUID] = set()
        self.credits: dict[UUID, RecordRef] = {}
        self.faulty: dict[UUID, FaultyDecision] = {}
        self.faulty_notes: dict[UUID, UUID] = {}
        self.closed = self.cancelled = False

    @event(Authorised)
    def _authorised(self, number: str) -> None:
        self.number = number

    @event(Received)
    def _received(
        self,
        receipt_id: UUID,
        items: tuple[ReceivedItem, ...],
        unexpected: tuple[RmaItem, ...],
        sender_note: SenderNote | None,
        kept: dict[UUID, KeptIn],
        remainders: tuple[Remainder, ...],
    ) -> None:
        self.receipts.add(receipt_id)
        for rest in remainders:
            self.items[rest.of] = self.items[rest.of].model_copy(update={"quantity": self.received[rest.of]})
            self.items[rest.item.item_id], self.remainders[rest.of] = rest.item, rest.item.item_id
            self.missing[rest.item.item_id] = self.missing.pop(rest.of, ZERO)
        self.items |= {item.item_id: item for item in unexpected}
        came = [(one.item_id, one.quantity) for one in items] + [(one.item_id, one.quantity) for one in unexpected]
        for item_id, quantity in came:
            self.received[item_id] = self.received.get(item_id, ZERO) + quantity
            if item_id in self.missing:
                left = self.items[item_id].quantity - self.received[item_id]
                self.missing[item_id] = max(ZERO, min(self.missing[item_id], left))
            if sender_note is not None:
                self.sender_notes[item_id] = sender_note
        self.kept |= kept

    @event(Diagnosed)
    def _diagnosed(self, item_id: UUID, findings: str, cause: str | None, under_warranty: bool | None) -> None:
        self.findings[item_id] = (findings, cause, under_warranty)

    @event(OutcomeDecided)
    def _outcome_decided(self, item_id: UUID, outcome: Outcome) -> None:
        self.outcomes[item_id] = outcome

    @event(ReplacementSent)
    def _replacement_sent(self, item_id: UUID, note: RecordRef, serial_item_id: UUID | None) -> None:
        self.replaced[item_id] = note
        if serial_item_id is not None:
            self.substitutes[item_id] = serial_item_id

    @event(ClaimDecided)
    def _claim_decided(self, note: RecordRef, accepted: bool) -> None:
        self.claims[note.id] = accepted

    @event(Shipped)
    def _shipped(self, item_ids: tuple[UUID, ...], note: RecordRef) -> None:
        self.shipped |= dict.fromkeys(item_ids, note.id)

    @event(NoteCancelled)
    def _note_cancelled(self, note: RecordRef) -> None:
        self.shipped = {item_id: by for item_id, by in self.shipped.items() if by != note.id}
        self.replaced = {item_id: by for item_id, by in self.replaced.items() if by.id != note.id}
        self.substitutes = {item_id: by for item_id, by in self.substitutes.items() if item_id in self.replaced}
        self.at_supplier = {item_id: by for item_id, by in self.at_supplier.items() if by.note.id != note.id}
        for item_id in [one for one, by in self.faulty_notes.items() if by == note.id]:
            del self.faulty_notes[item_id], self.faulty[item_id]
        self.loaners.pop(note.id, None)

    @event(LoanerGiven)
    def _loaner_given(self, note: RecordRef, description: str) -> None:
        self.loaners[note.id] = Loaner(note=note, description=description)

    @event(LoanerReturned)
    def _loaner_returned(self, note: RecordRef) -> None:
        self.loaners.pop(note.id, None)

    @event(LoanerSold)
    def _loaner_sold(self, note: RecordRef) -> None:
        self.loaners.pop(note.id, None)

    @event(PickedUp)
    def _picked_up(self, receipt_id: UUID) -> None:
        self.pick_ups.add(receipt_id)

    @event(BroughtIn)
    def _brought_in(self, kept: dict[UUID, KeptIn]) -> None:
        self.kept |= kept

    @event(ItemIdentified)
    def _item_identified(self, item: RmaItem, kept: KeptIn | None) -> None:
        self.items[item.item_id] = item
        if kept is not None:
            self.kept[item.item_id] = kept

    @event(ItemHandedOn)
    def _item_handed_on(self, item_id: UUID, to: RecordRef) -> None:
        self.handed_on[item_id] = to

    @event(MissingNoted)
    def _missing_noted(self, item_id: UUID, quantity: Decimal) -> None:
        self.missing[item_id] = self.missing.get(item_id, ZERO) + quantity

    @event(ItemCharged)
    def _item_charged(self, item_id: UUID, charges: tuple[NoteCharge, ...]) -> None:
        self.charges[item_id] = charges

    @event(Worked)
    def _worked(self, item_id: UUID, work_id: UUID, charges: tuple[NoteCharge, ...]) -> None:
        self.works.add(work_id)
        self.charges[item_id] = (*self.charges.get(item_id, ()), *charges)

    @event(DiagnosisFeeProposed)
    def _fee_proposed(self, item_id: UUID, fee: NoteCharge) -> None:
        self.fees[item_id] = fee

    @event(DiagnosisFeeWaived)
    def _fee_waived(self, item_id: UUID) -> None:
        self.fees_waived.add(item_id)

    @event(ItemCredited)
    def _item_credited(self, item_id: UUID, credit_note: RecordRef) -> None:
        self.credits[item_id] = credit_note

    @event(SentToSupplier)
    def _sent_to_supplier(
        self,
        item_ids: tuple[UUID, ...],
        note: RecordRef,
        supplier: Counterparty,
        supplier_rma: str | None,
        expected_on: date | None,
    ) -> None:
        repair = SupplierRepair(
            note=note, supplier=supplier, item_ids=item_ids, supplier_rma=supplier_rma, expected_on=expected_on
        )
        self.at_supplier |= dict.fromkeys(item_ids, repair)

    @event(SupplierAnswered)
    def _supplier_answered(self, note: RecordRef, supplier_rma: str | None, expected_on: date | None) -> None:
        told = {"supplier_rma": supplier_rma, "expected_on": expected_on}
        for item_id, repair in self.at_supplier.items():
            if repair.note.id == note.id:
                self.at_supplier[item_id] = repair.model_copy(update=told)

    @event(BackFromSupplier)
    def _back_from_supplier(
        self,
        item_id: UUID,
        result: SupplierResult,
        cost: Decimal | None,
        serial: str | None,
        serial_item_id: UUID | None,
    ) -> None:
        del self.at_supplier[item_id]
        self.supplier_costs[item_id] = self.supplier_costs.get(item_id, ZERO) + (cost or ZERO)
        if result is SupplierResult.REPLACED:
            other = {"serial": serial, "serial_item_id": serial_item_id}
            self.items[item_id] = self.items[item_id].model_copy(update=other)
        if result is SupplierResult.CREDITED:
            self.supplier_credits.add(item_id)
            self.kept.pop(item_id, None)

    @event(FaultyDecided)
    def _faulty_decided(self, item_id: UUID, decision: FaultyDecision, note: RecordRef | None) -> None:
        self.faulty[item_id] = decision
        if note is not None:
            self.faulty_notes[item_id] = note.id

    @event(Closed)
    def _closed(self) -> None:
        self.closed = True

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.cancelled = True
