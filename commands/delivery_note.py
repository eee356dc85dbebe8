"""What people may ask about delivery notes (documenti di trasporto, DDT)."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act
from aggregates.call_notes import CallNotes, call_notes_id
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_values import Return, SenderNote, Transport
from aggregates.invoice_values import OrderReference
from aggregates.party import Party
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import Quantity
from aggregates.rules.stock_lots import LotQuantity, total
from aggregates.rules.transport_reasons import Reason
from aggregates.sales_order import SalesOrder
from aggregates.stock_item import StockItem
from aggregates.values import Address, Value, rome_date
from commands.base import Answer, Command, Service
from commands.delivery_note_issue import GoodsLine, NoteDraft, issue_note
from commands.lent_items import bring_lent_back
from commands.rma_given_back import given_back_with, ours_again
from commands.rma_note_cancelled import rma_note_cancelled
from commands.rma_told import check_plain, tell_loaner
from commands.sales_order_parts import hold_again
from commands.stock import stock_at
from commands.words import Words

SENDER_NOTE_MISSING = "sender-note-missing"


class IssueDeliveryNote(Command):
    """Issue a delivery note: it takes its number, and its goods leave stock, in one step (R8.1, R8.4).

    One note has one reason; the reason decides whose goods they are, what stock does and whether an invoice follows.
    """

    note_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    recipient_id: UUID | None = Field(
        default=None, description="The party that receives the goods; none between our own warehouses."
    )
    site_id: UUID | None = Field(default=None, description="Where they go, when not to the party's own address.")
    reason: Reason | None = Field(default=None, description="A sale, if no reason is given (R8.3).")
    reason_text: str | None = Field(default=None, description="The reason in words.", examples=["Conto visione"])
    to_warehouse_id: UUID | None = Field(default=None, description="Where goods go that stay between our warehouses.")
    deliver_to: Address | None = Field(default=None, description="Where such goods are delivered, if not at our seat.")
    reason_note: str | None = Field(default=None, examples=["salvo verifica"])
    dated_on: date | None = Field(default=None, description="Today if left out; never before the last of the series.")
    series: str | None = Field(default=None, description="The reason's own series if left out.", examples=["A", "R"])
    lines: tuple[GoodsLine, ...] = Field(min_length=1)
    transport: Transport = Transport()
    record: RecordRef | None = Field(default=None, description="What the goods are sent for: a call, an order.")
    sender_note: SenderNote | None = Field(default=None, description="The document the goods had come to us with.")
    return_by: date | None = Field(default=None, description="For loans; goods on approval have one year (R8.6).")
    notes: tuple[str, ...] = ()
    order: OrderReference | None = Field(default=None, description="The customer's order, with CIG and CUP (R8.10).")


class CancelDeliveryNote(Command):
    """Cancel a note: its number stays taken, its goods come back to stock; not once it is invoiced (R8.4)."""

    note_id: UUID
    reason: Words = Field(min_length=3, examples=["Merce non partita"])


class ReturnedLine(Value):
    """How much of a line came back."""

    line_id: UUID
    quantity: Quantity
    serials: tuple[str, ...] = Field(default=(), description="Needed where the note names serials.")
    lots: tuple[str, ...] = ()


class TakeBackGoods(Command):
    """Take back goods of a note (loaners, goods on approval, returned sales), with the sender's own document."""

    note_id: UUID
    returned_on: date | None = Field(default=None, description="Today if left out.")
    lines: tuple[ReturnedLine, ...] = Field(default=(), description="Everything still out if left empty.")
    sender_note: SenderNote | None = None
    warehouse_id: UUID | None = Field(default=None, description="Where they go; back where they came from if left out.")


class DecideNoteClaim(Command):
    """Say whether the warranty claim of a replacement held; if not, the goods are to be invoiced."""

    note_id: UUID
    accepted: bool
    reason: Words = Field(min_length=3, examples=["Manomissione accertata"])


def issue_delivery_note(cmd: IssueDeliveryNote, act: Act, service: Service) -> Answer:
    """Handles `IssueDeliveryNote`; the same id again answers the note that is there."""
    note_id = cmd.note_id or service.new_id()
    note = service.find(DeliveryNote, note_id)
    if note is None:
        fields = {name: getattr(cmd, name) for name in NoteDraft.model_fields if name in type(cmd).model_fields}
        note = issue_note(service, note_id, NoteDraft(**fields), act)
    return {"note_id": note_id, "number": note.number}


def cancel_delivery_note(cmd: CancelDeliveryNote, act: Act, service: Service) -> None:
    """Handles `CancelDeliveryNote`."""
    note = service.load(DeliveryNote, cmd.note_id)
    if note.cancelled:
        return
    note.cancel(cmd.reason, act)
    service.save(note)
    given = given_back_with(service, note)
    _tell_record(service, note, act)
    everything = note.coming_back(
        [Return(line_id=line.line_id, quantity=line.quantity, serials=line.serials) for line in note.lines]
    )
    _bring_back(service, note, everything, None, act)
    ours_again(service, given, act)
    _promise_again(service, note, act)
    bring_lent_back(service, note, note.serials, rome_date(act.at), act)


def _tell_record(service: Service, note: DeliveryNote, act: Act) -> None:
    """The return, order or call that a cancelled note was issued for has its goods again."""
    if note.record is not None and note.record.kind == "rma":
        rma_note_cancelled(service, note.record.id, _ref(note), act)
    if note.record is not None and note.record.kind == "sales-order":
        order = service.load(SalesOrder, note.record.id)
        order.undo_delivery(_ref(note), act)
        service.save(order)
    if note.record is not None and note.record.kind == "call":
        of_call = service.find(CallNotes, call_notes_id(note.record.id))
        if of_call is not None:
            of_call.undo(_ref(note), act)
            service.save(of_call)


def _promise_again(service: Service, note: DeliveryNote, act: Act) -> None:
    """What an order had delivered is kept for it again."""
    if note.record is not None and note.record.kind == "sales-order":
        hold_again(service, service.load(SalesOrder, note.record.id), note, act)


def take_back_goods(cmd: TakeBackGoods, act: Act, service: Service) -> Answer:
    """Handles `TakeBackGoods`; a business sends goods with a note of its own, and is asked for it (R8.1).

    The return whose loaner it is knows in the same append. Raises `AtSupplierForRma`.
    """
    note = service.load(DeliveryNote, cmd.note_id)
    check_plain(note)
    returns = note.coming_back(tuple(Return(**line.model_dump()) for line in cmd.lines) or _all_out(note))
    note.take_back(cmd.returned_on or rome_date(act.at), returns, cmd.sender_note, act)
    service.save(note)
    _bring_back(service, note, returns, cmd.warehouse_id, act)
    came = tuple(serial for one in returns for serial in one.serials)
    bring_lent_back(service, note, came, cmd.returned_on or rome_date(act.at), act)
    tell_loaner(service, note, cmd.returned_on or rome_date(act.at), act)
    return {"warnings": [SENDER_NOTE_MISSING] if _owes_a_note(service, note) and cmd.sender_note is None else []}


def decide_note_claim(cmd: DecideNoteClaim, act: Act, service: Service) -> None:
    """Handles `DecideNoteClaim`."""
    note = service.load(DeliveryNote, cmd.note_id)
    note.decide_claim(cmd.accepted, cmd.reason, act)
    service.save(note)


def _owes_a_note(service: Service, note: DeliveryNote) -> bool:
    """Whether who sends the goods is a business; private people have no delivery notes."""
    party = service.find(Party, note.recipient.party_id) if note.recipient.party_id else None
    return party is not None and party.tax.vat_number is not None


def _all_out(note: DeliveryNote) -> tuple[Return, ...]:
    out = note.outstanding
    return tuple(
        Return(line_id=line.line_id, quantity=out[line.line_id], serials=note.serials_out(line.line_id))
        for line in note.lines
        if out[line.line_id] > 0
    )


def _bring_back(
    service: Service, note: DeliveryNote, returns: tuple[Return, ...], warehouse_id: UUID | None, act: Act
) -> None:
    """Undo in stock what the note did to the lines that came back."""
    ref = _ref(note)
    for n, one in enumerate(returns, 1):
        line = note.line(one.line_id)
        if line is None or line.article_id is None or line.stock is None:
            continue
        effect = line.stock
        movement_id = service.new_id(f"back-{n}-{line.line_id}")
        home = stock_at(service, line.article_id, warehouse_id or effect.warehouse_id, act, effect.ownership)
        if effect.to_warehouse_id is None or note.kept_on is not None:
            home.receive(movement_id, one.quantity, effect.unit_cost, ref, act, serials=one.serials, lots=_fitting(one))
        else:
            away = stock_at(service, line.article_id, effect.to_warehouse_id, act, effect.ownership)
            _move_home(away, home, movement_id, one, ref, act)


def _fitting(one: Return) -> tuple[LotQuantity, ...]:
    """The lots of what came back; none where a part of it has none, as from before the article was kept by lot."""
    return one.came if total(one.came) == one.quantity else ()


def _move_home(away: StockItem, home: StockItem, movement_id: UUID, one: Return, ref: RecordRef, act: Act) -> None:
    """Lot by lot: another customer may have goods of the same lots. Pieces go at once, each is known by its serial."""
    if one.serials or len(one.came) < 2:
        lots = tuple(lot.code for lot in one.came)
        away.move_to(home, movement_id, one.quantity, act, record=ref, serials=one.serials, lots=lots)
        return
    for lot in one.came:
        away.move_to(home, uuid5(movement_id, lot.code), lot.quantity, act, record=ref, lots=(lot.code,))
    rest = one.quantity - total(one.came)
    if rest > 0:
        away.move_to(home, movement_id, rest, act, record=ref)


def _ref(note: DeliveryNote) -> RecordRef:
    return RecordRef(kind="delivery-note", id=note.id, number=note.number)
