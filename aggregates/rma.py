"""Rma (reso merce autorizzato): customers' goods that come in, are diagnosed and go back, each item by itself (R8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.base import Act, Aggregate, event, require
from aggregates.counterparty import Counterparty
from aggregates.delivery_note_refusals import ReasonForActMissing
from aggregates.delivery_note_values import SenderNote
from aggregates.record_ref import RecordRef
from aggregates.rma_items import KeptIn, ReceivedItem, RmaItem
from aggregates.rma_refusals import (
    ItemNotReceived,
    ItemReplaced,
    ItemSettled,
    ItemsStillOpen,
    LoanerStillOut,
    MoreThanExpected,
    NotReplaced,
    OutcomeMissing,
    RmaItemsMissing,
    RmaItemUnknown,
    RmaNotAuthorised,
    RmaOver,
    RmaReceived,
)
from aggregates.rma_state import ItemState, Outcome, RmaStatus, rma_status
from aggregates.rules.stock_levels import ZERO


class Rma(Aggregate):
    """One return authorisation with its items, documents, replacements and loaners."""

    TOPIC = "rma"

    # Imported here rather than assigned, so that `Rma.Requested` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.rma_facts import (
        Requested as Requested, Authorised as Authorised, Received as Received, Diagnosed as Diagnosed,
        OutcomeDecided as OutcomeDecided, ReplacementSent as ReplacementSent, ClaimDecided as ClaimDecided,
        Shipped as Shipped, NoteCancelled as NoteCancelled, LoanerGiven as LoanerGiven,
        LoanerReturned as LoanerReturned, Closed as Closed, Cancelled as Cancelled,
    )
    # fmt: on
    # isort: on

    # Decide

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
    ) -> None:
        """Take goods in; the same receipt again records nothing.

        Raises `RmaNotAuthorised`, `RmaItemUnknown`, `MoreThanExpected`, `RmaItemsMissing`.
        """
        if receipt_id in self.receipts:
            return
        self._require_open()
        require(self.number is not None, RmaNotAuthorised)
        require(bool(items or unexpected), RmaItemsMissing)
        for one in items:
            item = self.item(one.item_id)
            still = item.quantity - self.received.get(one.item_id, ZERO)
            require(self.state(one.item_id) is not ItemState.SETTLED, ItemSettled, description=item.description)
            require(one.quantity <= still, MoreThanExpected, open=str(still), description=item.description)
        self.trigger_event(
            self.Received,
            act=act,
            receipt_id=receipt_id,
            received_on=received_on,
            items=tuple(items),
            unexpected=tuple(unexpected),
            sender_note=sender_note,
            kept=kept,
        )

    def diagnose(self, item_id: UUID, findings: str, cause: str | None, under_warranty: bool | None, act: Act) -> None:
        """Say what is wrong. Raises `ItemNotReceived`, `ItemSettled`."""
        self._require_here(item_id)
        if self.findings.get(item_id) != (findings, cause, under_warranty):
            fields = {"findings": findings, "cause": cause, "under_warranty": under_warranty}
            self.trigger_event(self.Diagnosed, act=act, item_id=item_id, **fields)

    def decide(self, item_id: UUID, outcome: Outcome, reason: str | None, act: Act) -> bool:
        """Say what becomes of an item; False when that was already decided.

        Raises `ItemNotReceived`, `ItemSettled`, `NotReplaced`.
        """
        if self.outcomes.get(item_id) is outcome:
            return False
        self._require_here(item_id)
        item = self.item(item_id)
        replaced = outcome is not Outcome.REPLACED or item_id in self.replaced
        require(replaced, NotReplaced, description=item.description)
        self.trigger_event(self.OutcomeDecided, act=act, item_id=item_id, outcome=outcome, reason=reason)
        return True

    def may_replace(self, item_id: UUID) -> RmaItem:
        """The item that a replacement is to be sent for. Raises `RmaNotAuthorised`, `ItemReplaced`, `ItemSettled`."""
        self._require_open()
        require(self.number is not None, RmaNotAuthorised)
        item = self.item(item_id)
        require(item_id not in self.replaced, ItemReplaced, description=item.description)
        require(self.state(item_id) is not ItemState.SETTLED, ItemSettled, description=item.description)
        return item

    def send_replacement(
        self,
        item_id: UUID,
        note: RecordRef,
        article_id: UUID,
        serial: str | None,
        serial_item_id: UUID | None,
        subject_to_claim: bool,
        act: Act,
    ) -> None:
        """Record that another piece went out. Raises what `may_replace` raises."""
        self.may_replace(item_id)
        fields = {"article_id": article_id, "serial": serial, "serial_item_id": serial_item_id}
        self.trigger_event(
            self.ReplacementSent, act=act, item_id=item_id, note=note, subject_to_claim=subject_to_claim, **fields
        )

    def decide_claim(self, note: RecordRef, accepted: bool, reason: str, act: Act) -> None:
        """Record whether the claim for a replacement held."""
        if self.claims.get(note.id) is not accepted:
            self.trigger_event(self.ClaimDecided, act=act, note=note, accepted=accepted, reason=reason)

    def to_send_back(self, item_ids: Sequence[UUID]) -> list[RmaItem]:
        """The items named, or all that are ready.

        Raises `ItemNotReceived`, `OutcomeMissing`, `ItemSettled`.
        """
        self._require_open()
        wanted = item_ids or [one for one in self.items if self._is_ready(one)]
        require(bool(wanted), RmaItemsMissing)
        for item_id in wanted:
            self._require_here(item_id)
            outcome, what = self.outcomes.get(item_id), self.items[item_id].description
            if outcome is None:
                raise OutcomeMissing(description=what)
        return [self.items[item_id] for item_id in wanted]

    def ship(self, item_ids: Sequence[UUID], note: RecordRef, act: Act) -> None:
        """Record that items went back. Raises what `to_send_back` raises."""
        self.to_send_back(item_ids)
        self.trigger_event(self.Shipped, act=act, item_ids=tuple(item_ids), note=note)

    def note_cancelled(self, note: RecordRef, act: Act) -> None:
        """Take back what a cancelled delivery note had done. Raises `RmaOver` once the return has ended."""
        self._require_open()
        self.trigger_event(self.NoteCancelled, act=act, note=note)

    def give_loaner(self, note: RecordRef, description: str, serials: tuple[str, ...], act: Act) -> None:
        """Record that the customer has a loaner."""
        self._require_open()
        self.trigger_event(self.LoanerGiven, act=act, note=note, description=description, serials=serials)

    def return_loaner(self, note: RecordRef, act: Act) -> None:
        """Record that a loaner is back."""
        if note.id in self.loaners:
            self.trigger_event(self.LoanerReturned, act=act, note=note)

    def close(self, act: Act) -> None:
        """End it. Raises `ItemsStillOpen`, `LoanerStillOut`, `ReasonForActMissing` when items never came."""
        if self.status is RmaStatus.CLOSED:
            return
        self._require_open()
        require(self.number is not None, RmaNotAuthorised)
        states = {item_id: self.state(item_id) for item_id in self.items}
        here = [i for i, state in states.items() if state not in (ItemState.EXPECTED, ItemState.SETTLED)]
        require(not here, ItemsStillOpen, items=", ".join(self.items[i].description for i in here))
        require(not self.loaners, LoanerStillOut, loaners=", ".join(self.loaners.values()))
        never_came = tuple(i for i, state in states.items() if state is ItemState.EXPECTED)
        require(not never_came or bool(act.why), ReasonForActMissing)
        self.trigger_event(self.Closed, act=act, never_came=never_came)

    def cancel(self, reason: str, act: Act) -> None:
        """Withdraw it. Raises `RmaReceived` once goods came or went."""
        if self.status is RmaStatus.CANCELLED:
            return
        self._require_open()
        require(bool(reason.strip()), ReasonForActMissing)
        nothing = not (self.received or self.replaced or self.loaners)
        require(nothing, RmaReceived, number=self.number)
        self.trigger_event(self.Cancelled, act=act, reason=reason.strip())

    # Answers

    def item(self, item_id: UUID) -> RmaItem:
        """An item of this return. Raises `RmaItemUnknown`."""
        if item_id not in self.items:
            raise RmaItemUnknown
        return self.items[item_id]

    def state(self, item_id: UUID) -> ItemState:
        """Where an item stands."""
        outcome = self.outcomes.get(item_id)
        if item_id in self.shipped or (outcome is not None and outcome.return_reason is None):
            return ItemState.SETTLED
        if outcome is not None:
            return ItemState.DECIDED
        if item_id in self.findings:
            return ItemState.DIAGNOSED
        return ItemState.RECEIVED if self.received.get(item_id) else ItemState.EXPECTED

    @property
    def status(self) -> RmaStatus:
        """Where the return stands."""
        states = [self.state(item_id) for item_id in self.items]
        return rma_status(numbered=self.number is not None, cancelled=self.cancelled, closed=self.closed, items=states)

    def _is_ready(self, item_id: UUID) -> bool:
        outcome = self.outcomes.get(item_id)
        return self.state(item_id) is ItemState.DECIDED and outcome is not None and outcome.return_reason is not None

    def _require_open(self) -> None:
        over = self.closed or self.cancelled
        require(not over, RmaOver, number=self.number, status=self.status.value)

    def _require_here(self, item_id: UUID) -> None:
        self._require_open()
        item = self.item(item_id)
        require(self.received.get(item_id, ZERO) > 0, ItemNotReceived, description=item.description)
        require(self.state(item_id) is not ItemState.SETTLED, ItemSettled, description=item.description)

    # Evolve

    @event(Requested)
    def __init__(self, customer: Counterparty, items: tuple[RmaItem, ...], call: RecordRef | None) -> None:
        self.customer, self.call = customer, call
        self.items = {item.item_id: item for item in items}
        self.number: str | None = None
        self.receipts: set[UUID] = set()
        self.received: dict[UUID, Decimal] = {}
        self.kept: dict[UUID, KeptIn] = {}
        self.sender_notes: dict[UUID, SenderNote] = {}
        self.findings: dict[UUID, tuple[str, str | None, bool | None]] = {}
        self.outcomes: dict[UUID, Outcome] = {}
        self.replaced: dict[UUID, RecordRef] = {}
        self.claims: dict[UUID, bool] = {}
        self.shipped: dict[UUID, UUID] = {}
        self.loaners: dict[UUID, str] = {}
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
    ) -> None:
        self.receipts.add(receipt_id)
        self.items |= {item.item_id: item for item in unexpected}
        came = [(one.item_id, one.quantity) for one in items] + [(one.item_id, one.quantity) for one in unexpected]
        for item_id, quantity in came:
            self.received[item_id] = self.received.get(item_id, ZERO) + quantity
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
    def _replacement_sent(self, item_id: UUID, note: RecordRef) -> None:
        self.replaced[item_id] = note

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
        self.loaners.pop(note.id, None)

    @event(LoanerGiven)
    def _loaner_given(self, note: RecordRef, description: str) -> None:
        self.loaners[note.id] = f"{description} ({note.number})"

    @event(LoanerReturned)
    def _loaner_returned(self, note: RecordRef) -> None:
        self.loaners.pop(note.id, None)

    @event(Closed)
    def _closed(self) -> None:
        self.closed = True

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.cancelled = True
