"""PurchaseOrder (ordine a fornitore): what is bought of a supplier, from draft to the last piece (R11.5).

What is still to come is told to stock in the same append as each decision: its "on order" is always the sum of the open
remainders of all orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from aggregates.base import Act, Aggregate, event, require
from aggregates.counterparty import Counterparty
from aggregates.delivery_note_values import SenderNote
from aggregates.purchase_order_refusals import (
    NotReceivedSoMany,
    OverDelivered,
    PurchaseApprovedByOwner,
    PurchaseArrived,
    PurchaseIsClosed,
    PurchaseIsDraft,
    PurchaseIsSent,
    PurchaseLinesMissing,
    PurchaseLineTwice,
    PurchaseLineUnknown,
    PurchaseNotApproved,
    ReceivedInFuture,
    RejectionUnexplained,
)
from aggregates.purchase_order_values import (
    ConfirmedLine,
    LineQuantity,
    PurchaseLine,
    PurchaseState,
    PurchaseTerms,
    ReceivedLine,
    net_of,
)
from aggregates.record_ref import RecordRef
from aggregates.rules.purchasing import remainder
from aggregates.rules.stock_levels import ZERO
from aggregates.values import rome_date


class Expected(NamedTuple):
    """What stock is told of a line: so much of an article is still to come to a warehouse."""

    article_id: UUID
    warehouse_id: UUID
    quantity: Decimal
    due_on: date | None


class PurchaseOrder(Aggregate):
    """One order to one supplier."""

    TOPIC = "purchase-order"

    # Imported here rather than assigned, so that `PurchaseOrder.Sent` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.purchase_order_facts import (
        Drafted as Drafted, LinesSet as LinesSet, Approved as Approved, Sent as Sent, Confirmed as Confirmed,
        Revised as Revised, Received as Received, RemainderCancelled as RemainderCancelled,
        GoodsReturned as GoodsReturned, Cancelled as Cancelled, Mailed as Mailed,
    )
    # fmt: on
    # isort: on

    # Decide

    @classmethod
    def draft(
        cls,
        order_id: UUID,
        number: str,
        dated_on: date,
        supplier: Counterparty,
        lines: tuple[PurchaseLine, ...],
        terms: PurchaseTerms,
        act: Act,
    ) -> PurchaseOrder:
        """Begin an order. Raises `PurchaseLinesMissing`, `PurchaseLineTwice`."""
        _check_lines(lines)
        return cls.begin(
            cls.Drafted,
            id=order_id,
            act=act,
            number=number,
            dated_on=dated_on,
            supplier=supplier,
            lines=lines,
            terms=terms,
        )

    def set_lines(self, lines: tuple[PurchaseLine, ...], terms: PurchaseTerms, act: Act) -> None:
        """Change a draft. Raises `PurchaseIsSent`, `PurchaseIsClosed`, `PurchaseLinesMissing`, `PurchaseLineTwice`."""
        self._require_open()
        require(self.is_draft, PurchaseIsSent, number=self.number)
        _check_lines(lines)
        if (lines, terms) != (self.ordered, self.terms):
            self.trigger_event(self.LinesSet, act=act, lines=lines, terms=terms)

    def approve(self, act: Act) -> None:
        """Agree to spend it. Raises `PurchaseApprovedByOwner`, `PurchaseIsSent`, `PurchaseIsClosed`."""
        self._require_open()
        require(self.is_draft, PurchaseIsSent, number=self.number)
        if self.approved_net == self.net:
            return
        require(act.by not in self.prepared_by, PurchaseApprovedByOwner, number=self.number)
        self.trigger_event(self.Approved, act=act, revision=self.revision, net=self.net)

    def send(self, channel: str, approval_above: Decimal | None, act: Act) -> None:
        """Send it to the supplier; sent once is sent. Raises `PurchaseNotApproved`, `PurchaseIsClosed`."""
        self._require_open()
        if not self.is_draft:
            return
        needed = approval_above is not None and self.net > approval_above
        fields = {"number": self.number, "net": str(self.net), "limit": str(approval_above)}
        require(not needed or self.approved_net == self.net, PurchaseNotApproved, **fields)
        sent_on = rome_date(act.at)
        self.trigger_event(self.Sent, act=act, revision=self.revision, sent_on=sent_on, channel=channel, net=self.net)

    def check_mailing(self) -> None:
        """Raises `PurchaseIsDraft`, `PurchaseIsClosed` for an order that cannot be mailed."""
        self._require_under_way()

    def mail(self, notice_id: UUID, document_id: UUID, act: Act) -> None:
        """Note the message that takes the printed order to the supplier. Raises as `check_mailing`."""
        self.check_mailing()
        if notice_id not in self.mails.get(self.revision, ()):
            fields = {"revision": self.revision, "notice_id": notice_id, "document_id": document_id}
            self.trigger_event(self.Mailed, act=act, **fields)

    def confirm(self, confirmed_on: date, supplier_number: str | None, told: Sequence[ConfirmedLine], act: Act) -> None:
        """Note what the supplier said; the same again records nothing.

        Raises `PurchaseIsDraft`, `PurchaseIsClosed`, `PurchaseLineUnknown`.
        """
        self._require_under_way()
        after = self.lines
        for one in told:
            after = {**after, one.line_id: _as_confirmed(self.line(one.line_id), one)}
        if self.is_confirmed and after == self.lines and supplier_number in (None, self.supplier_number):
            return
        self.trigger_event(
            self.Confirmed, act=act, confirmed_on=confirmed_on, supplier_number=supplier_number, lines=tuple(told)
        )

    def revise(self, lines: tuple[PurchaseLine, ...], terms: PurchaseTerms, reason: str, act: Act) -> None:
        """Change a sent order: it is a draft again. Raises `PurchaseIsDraft`, `PurchaseArrived`, `PurchaseIsClosed`."""
        self._require_under_way()
        require(not self.receipts, PurchaseArrived, number=self.number)
        _check_lines(lines)
        if (lines, terms) == (self.ordered, self.terms):
            return
        self.trigger_event(self.Revised, act=act, revision=self.revision + 1, lines=lines, terms=terms, reason=reason)

    def receive(
        self,
        receipt_id: UUID,
        received_on: date,
        supplier_note: SenderNote | None,
        lines: tuple[ReceivedLine, ...],
        over_because: str | None,
        act: Act,
        *,
        completed: tuple[RecordRef, ...] = (),
    ) -> None:
        """Note what came; the same receipt again records nothing.

        Raises `PurchaseIsDraft`, `PurchaseIsClosed`, `ReceivedInFuture`, `RejectionUnexplained`, `OverDelivered`.
        """
        if receipt_id in self.receipts:
            return
        self.check_arriving(received_on, lines, over_because, act)
        self.trigger_event(
            self.Received,
            act=act,
            receipt_id=receipt_id,
            received_on=received_on,
            supplier_note=supplier_note,
            lines=lines,
            over_because=over_because,
            completed=completed,
        )

    def check_arriving(
        self, received_on: date, lines: Iterable[ReceivedLine], over_because: str | None, act: Act
    ) -> None:
        """Raises what `receive` raises, before stock is moved."""
        self._require_under_way()
        require(received_on <= rome_date(act.at), ReceivedInFuture, received_on=str(received_on))
        for one in lines:
            line = self.line(one.line_id)
            explained = one.rejected == 0 or bool(one.rejected_because)
            require(explained, RejectionUnexplained, rejected=str(one.rejected), code=line.code)
            said = {"code": line.code, "remaining": str(self.remaining(one.line_id)), "quantity": str(one.quantity)}
            require(one.over == 0 or bool(over_because), OverDelivered, **said)

    def cancel_remainder(self, line_ids: Iterable[UUID], reason: str, act: Act) -> None:
        """Wait no longer for the rest of some lines, or of all. Raises `PurchaseIsDraft`, `PurchaseLineUnknown`."""
        wanted = tuple(line_ids) or tuple(self.lines)
        for line_id in wanted:
            self.line(line_id)
        if self.state in (PurchaseState.CLOSED, PurchaseState.CANCELLED):
            return
        self._require_under_way()
        open_lines = {line_id: self.remaining(line_id) for line_id in wanted if self.remaining(line_id) > 0}
        if open_lines:
            lines = tuple(LineQuantity(line_id=line_id, quantity=left) for line_id, left in open_lines.items())
            self.trigger_event(self.RemainderCancelled, act=act, lines=lines, reason=reason)

    def return_goods(
        self, note: RecordRef, lines: tuple[LineQuantity, ...], awaits_replacement: bool, reason: str, act: Act
    ) -> None:
        """Note what went back with a delivery note of ours. Raises `NotReceivedSoMany`, `PurchaseLineUnknown`."""
        for one in lines:
            here = self.received.get(one.line_id, ZERO) - self.returned.get(one.line_id, ZERO)
            said = {"code": self.line(one.line_id).code, "received": str(here), "quantity": str(one.quantity)}
            require(one.quantity <= here, NotReceivedSoMany, **said)
        self.trigger_event(
            self.GoodsReturned, act=act, note=note, lines=lines, awaits_replacement=awaits_replacement, reason=reason
        )

    def cancel(self, reason: str, act: Act) -> None:
        """Cancel an order of which nothing came. Raises `PurchaseArrived`."""
        if self.is_cancelled:
            return
        require(not self.receipts, PurchaseArrived, number=self.number)
        self.trigger_event(self.Cancelled, act=act, reason=reason)

    # Answers

    @property
    def ordered(self) -> tuple[PurchaseLine, ...]:
        """The lines in their order."""
        return tuple(self.lines.values())

    @property
    def net(self) -> Decimal:
        """The net total; euro."""
        return net_of(self.ordered)

    @property
    def is_draft(self) -> bool:
        """Whether the revision at hand was not sent."""
        return self.sent_on is None

    @property
    def state(self) -> PurchaseState:
        """Where it stands; closed when nothing more is to come."""
        if self.is_cancelled:
            return PurchaseState.CANCELLED
        if self.is_draft:
            return PurchaseState.DRAFT
        if not any(self.remaining(line_id) for line_id in self.lines):
            return PurchaseState.CLOSED
        if self.receipts:
            return PurchaseState.PARTLY_RECEIVED
        return PurchaseState.CONFIRMED if self.is_confirmed else PurchaseState.SENT

    def line(self, line_id: UUID) -> PurchaseLine:
        """One line. Raises `PurchaseLineUnknown`."""
        require(line_id in self.lines, PurchaseLineUnknown, number=self.number)
        return self.lines[line_id]

    def remaining(self, line_id: UUID) -> Decimal:
        """What is still to come of a line, in the article's unit."""
        ordered, none = self.line(line_id).stock_quantity, self.is_cancelled
        had, again = self.received.get(line_id, ZERO), self.to_replace.get(line_id, ZERO)
        return ZERO if none else remainder(ordered, had, again, self.given_up.get(line_id, ZERO))

    def expected(self) -> Mapping[UUID, Expected]:
        """What stock is told, by line."""
        return {
            line.line_id: Expected(line.article_id, line.warehouse_id, self.remaining(line.line_id), line.due_on)
            for line in self.ordered
        }

    @property
    def ref(self) -> RecordRef:
        """How other records name it."""
        return RecordRef(kind="purchase-order", id=self.id, number=self.number)

    def _require_open(self) -> None:
        closed = self.state in (PurchaseState.CLOSED, PurchaseState.CANCELLED)
        require(not closed, PurchaseIsClosed, number=self.number, state=self.state)

    def _require_under_way(self) -> None:
        require(not self.is_draft or self.is_cancelled, PurchaseIsDraft, number=self.number)
        require(not self.is_cancelled, PurchaseIsClosed, number=self.number, state=self.state)

    # Evolve

    @event(Drafted)
    def __init__(
        self,
        number: str,
        dated_on: date,
        supplier: Counterparty,
        lines: tuple[PurchaseLine, ...],
        terms: PurchaseTerms,
        act: Act,
    ) -> None:
        self.number, self.dated_on, self.supplier = number, dated_on, supplier
        self.revision = 0
        self.prepared_by = frozenset({act.by})
        self.sent_on: date | None = None
        self.sent_version = 0
        self.mails: dict[int, tuple[UUID, ...]] = {}
        self.approved_net: Decimal | None = None
        self.is_confirmed = self.is_cancelled = False
        self.supplier_number: str | None = None
        self.receipts: set[UUID] = set()
        self.received: dict[UUID, Decimal] = {}
        self.returned: dict[UUID, Decimal] = {}
        self.to_replace: dict[UUID, Decimal] = {}
        self.given_up: dict[UUID, Decimal] = {}
        self._take(lines, terms)

    @event(LinesSet)
    def _lines_set(self, lines: tuple[PurchaseLine, ...], terms: PurchaseTerms, act: Act) -> None:
        self.prepared_by |= {act.by}
        self.approved_net = None
        self._take(lines, terms)

    @event(Approved)
    def _approved(self, net: Decimal) -> None:
        self.approved_net = net

    @event(Sent)
    def _sent(self, sent_on: date) -> None:
        # The version is set after a fact is applied.
        self.sent_on, self.sent_version = sent_on, self.version + 1

    @event(Mailed)
    def _mailed(self, revision: int, notice_id: UUID) -> None:
        self.mails[revision] = (*self.mails.get(revision, ()), notice_id)

    @event(Confirmed)
    def _confirmed(self, supplier_number: str | None, lines: tuple[ConfirmedLine, ...]) -> None:
        self.is_confirmed = True
        self.supplier_number = supplier_number or self.supplier_number
        for one in lines:
            self.lines[one.line_id] = _as_confirmed(self.lines[one.line_id], one)

    @event(Revised)
    def _revised(self, revision: int, lines: tuple[PurchaseLine, ...], terms: PurchaseTerms, act: Act) -> None:
        self.revision, self.sent_on, self.approved_net = revision, None, None
        self.is_confirmed, self.supplier_number = False, None
        self.prepared_by |= {act.by}
        self.given_up = {}
        self._take(lines, terms)

    @event(Received)
    def _received(self, receipt_id: UUID, lines: tuple[ReceivedLine, ...]) -> None:
        self.receipts.add(receipt_id)
        for one in lines:
            self.received[one.line_id] = self.received.get(one.line_id, ZERO) + one.quantity

    @event(RemainderCancelled)
    def _remainder_cancelled(self, lines: tuple[LineQuantity, ...]) -> None:
        for one in lines:
            self.given_up[one.line_id] = self.given_up.get(one.line_id, ZERO) + one.quantity

    @event(GoodsReturned)
    def _goods_returned(self, lines: tuple[LineQuantity, ...], awaits_replacement: bool) -> None:
        for one in lines:
            self.returned[one.line_id] = self.returned.get(one.line_id, ZERO) + one.quantity
            if awaits_replacement:
                self.to_replace[one.line_id] = self.to_replace.get(one.line_id, ZERO) + one.quantity

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.is_cancelled = True

    def _take(self, lines: tuple[PurchaseLine, ...], terms: PurchaseTerms) -> None:
        self.lines, self.terms = {line.line_id: line for line in lines}, terms


def _check_lines(lines: tuple[PurchaseLine, ...]) -> None:
    require(bool(lines), PurchaseLinesMissing)
    require(len({line.line_id for line in lines}) == len(lines), PurchaseLineTwice)


def _as_confirmed(line: PurchaseLine, told: ConfirmedLine) -> PurchaseLine:
    given = told.model_dump(include={"due_on", "unit_price", "discounts"}, exclude_none=True)
    return line.model_copy(update=given)
