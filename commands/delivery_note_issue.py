"""Issuing a delivery note inside a command: the number, the note and what stock does, all in one append."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.article import Article
from aggregates.base import Act, Refusal, require
from aggregates.counterparty import Counterparty, Destination
from aggregates.delivery_note import DeliveryNote, check_outbound
from aggregates.delivery_note_refusals import (
    DatedInFuture,
    DestinationMissing,
    ReasonsMixed,
    ReasonUnknown,
    RecipientMissing,
)
from aggregates.delivery_note_values import NoteLine, SenderNote, StockEffect, Transport
from aggregates.invoice_values import OrderReference
from aggregates.party import Party, PartyNature
from aggregates.record_ref import RecordRef
from aggregates.rules.numbering import Document
from aggregates.rules.stock_levels import Quantity
from aggregates.rules.stock_lots import LotQuantity
from aggregates.rules.transport_reasons import Effect, Reason, TransportReason, reason_named
from aggregates.stock import Ownership
from aggregates.stock_item import StockItem
from aggregates.values import Address, Discount, Rate, Value, rome_date
from aggregates.warehouse import Warehouse, WarehouseKind
from commands.base import Service
from commands.company import the_company
from commands.lent_items import place_lent
from commands.number_register import take_number
from commands.promise_places import note_carried
from commands.stock import check_tracked, issue_stock, stock_at, warehouse_of

SAID = {"article_id", "quality", "quantity", "serials", "note", "unit_price", "price_per", "discounts"}


class GoodsUnknown(Refusal):
    """Each line needs an article, or a description of the goods (R8.1)."""

    status = 422


class GoodsLine(Value):
    """Goods to deliver: an article, which leaves the warehouse named, or goods in words, which touch no stock."""

    article_id: UUID | None = None
    code: str | None = Field(default=None, description="Of goods in words; an article has its own.")
    description: str | None = Field(default=None, description="The article's own if left out.")
    quality: str | None = Field(default=None, examples=["revisionato"])
    quantity: Quantity = Field(examples=["2"])
    unit: str | None = None
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    warehouse_id: UUID | None = Field(default=None, description="The main warehouse, or that of customers' goods.")
    ownership: Ownership | None = Field(default=None, description="Whose goods, where the reason leaves it open.")
    source: RecordRef | None = Field(default=None, description="The order or call the line comes from.")
    note: str | None = None
    unit_price: Rate | None = Field(default=None, description="For goods to be invoiced, euro.", examples=["78.00"])
    price_per: Rate | None = Field(default=None, gt=0, description="Units the price is for; the article's if left out.")
    discounts: tuple[Discount, ...] = ()
    reason: Reason | None = Field(default=None, description="Only to check: all lines of a note have its one reason.")


class NoteDraft(Value):
    """What a note will say, before it has its number."""

    recipient_id: UUID | None
    site_id: UUID | None = None
    reason: Reason | None = None
    reason_text: str | None = None
    to_warehouse_id: UUID | None = None
    deliver_to: Address | None = None
    reason_note: str | None = None
    dated_on: date | None = None
    series: str | None = None
    lines: tuple[GoodsLine, ...] = Field(min_length=1)
    transport: Transport = Transport()
    record: RecordRef | None = None
    sender_note: SenderNote | None = None
    return_by: date | None = None
    notes: tuple[str, ...] = ()
    order: OrderReference | None = None
    billed_with: RecordRef | None = None
    moves_stock: bool = True
    """False for goods that left stock before, with a record of their own."""


def issue_note(service: Service, note_id: UUID, draft: NoteDraft, act: Act) -> DeliveryNote:
    """Issue a note in this append: number, stock of every line, the note itself.

    Raises `NotFound`, `ReasonInbound`, `ReasonUnknown`, `ReasonsMixed`, `DatedInFuture`, `DateOutOfOrder`,
    `StockShort`, `AddressMissing`, `SerialsMissing`, `DestinationMissing`, `RecipientMissing` and what stock refuses.
    """
    row = check_outbound(reason_of(draft))
    dated_on = draft.dated_on or rome_date(act.at)
    require(dated_on <= rome_date(act.at), DatedInFuture, dated_on=str(dated_on))
    recipient = _recipient(service, draft, row)
    series = draft.series or row.series or ""
    number = take_number(service, Document.DELIVERY_NOTE, note_id, dated_on, act, series)
    ref = RecordRef(kind="delivery-note", id=note_id, number=number)
    lines = tuple(_line(service, n, line, row, draft, ref, act) for n, line in enumerate(draft.lines, 1))
    note = DeliveryNote.issue(
        note_id,
        number,
        dated_on,
        row.reason,
        recipient,
        lines,
        draft.transport,
        act,
        series=series,
        reason_note=draft.reason_note,
        record=draft.record,
        sender_note=draft.sender_note,
        return_by=draft.return_by,
        notes=draft.notes,
        order=draft.order,
        billed_with=draft.billed_with,
    )
    service.save(note)
    place_lent(service, note, act)
    return note


def _line(
    service: Service,
    n: int,
    line: GoodsLine,
    row: TransportReason,
    draft: NoteDraft,
    note: RecordRef,
    act: Act,
) -> NoteLine:
    article = service.load(Article, line.article_id) if line.article_id else None
    description = line.description or (article.details.description if article else None)
    if description is None:
        raise GoodsUnknown
    is_moved = draft.moves_stock and article is not None and article.details.kind.is_stocked
    stock = _stock(service, n, line, row, draft, note, act) if is_moved else None
    return NoteLine(
        line_id=service.new_id(f"{note.id}-line-{n}"),
        code=article.code if article else line.code,
        description=description,
        unit=line.unit or (article.details.unit if article else "PZ"),
        stock=stock,
        lots=line.lots or tuple(lot.code for lot in (stock.lots if stock else ())),
        **line.model_dump(include=SAID),
        source=line.source,
    )


def _stock(
    service: Service,
    n: int,
    line: GoodsLine,
    row: TransportReason,
    draft: NoteDraft,
    note: RecordRef,
    act: Act,
) -> StockEffect:
    """Take the goods out of stock, or where they are still ours; promises to their order are used up."""
    assert line.article_id is not None
    theirs = row.customers_goods or line.ownership is Ownership.CUSTOMER
    ownership = Ownership.CUSTOMER if theirs else Ownership.OWN
    here = line.warehouse_id or warehouse_of(
        service, None, WarehouseKind.CUSTOMER_OWNED if theirs else WarehouseKind.MAIN
    )
    movement_id = service.new_id(f"{note.id}-movement-{n}")
    promised_to = line.source or draft.record
    promised_id = promised_to.id if promised_to else None
    if row.effect is Effect.OUT:
        item = issue_stock(
            service, line.article_id, here, line.quantity, note, act,
            movement_id=movement_id, for_record_id=promised_id,
            serials=line.serials, lots=line.lots, ownership=ownership,
        )  # fmt: skip
        return StockEffect(
            warehouse_id=here, to_warehouse_id=None, ownership=ownership, unit_cost=item.unit_cost, lots=_gone(item)
        )
    there = _destination(service, row, draft)
    check_tracked(service, line.article_id, line.quantity, line.serials)
    item = stock_at(service, line.article_id, here, act, ownership)
    away = stock_at(service, line.article_id, there, act, ownership)
    carried = promised_id if row.effect is Effect.BETWEEN_OURS else None
    item.move_to(
        away, movement_id, line.quantity, act, for_record_id=carried, record=note, serials=line.serials, lots=line.lots
    )
    note_carried(service, away, act)
    return StockEffect(
        warehouse_id=here, to_warehouse_id=there, ownership=ownership, unit_cost=item.unit_cost, lots=_gone(item)
    )


def _gone(item: StockItem) -> tuple[LotQuantity, ...]:
    """The lots that the movement just decided took."""
    last = item.pending_events[-1] if item.pending_events else None
    return last.lots if isinstance(last, StockItem.Issued | StockItem.MovedOut) else ()


def reason_of(draft: NoteDraft) -> Reason:
    """The one reason of a note: the row named, or what its words mean; a sale is presumed (R8.3).

    Raises `ReasonUnknown`, `ReasonsMixed`.
    """
    named = reason_named(draft.reason_text) if draft.reason_text else None
    if draft.reason_text and named is None:
        raise ReasonUnknown(text=draft.reason_text)
    said = {one for one in (draft.reason, named, *(line.reason for line in draft.lines)) if one is not None}
    require(len(said) <= 1, ReasonsMixed, reasons=", ".join(sorted(said)))
    return said.pop() if said else Reason.SALE


def _recipient(service: Service, draft: NoteDraft, row: TransportReason) -> Counterparty:
    """Who receives the goods: a party, or we ourselves where they stay between our own places (R8.5)."""
    if draft.recipient_id is not None:
        return Counterparty.of(service.load(Party, draft.recipient_id), draft.site_id, must_have_address=True)
    require(row.effect is Effect.BETWEEN_OURS, RecipientMissing)
    require(draft.to_warehouse_id is not None, DestinationMissing)
    assert draft.to_warehouse_id is not None
    ours, there = the_company(service), service.load(Warehouse, draft.to_warehouse_id)
    address = draft.deliver_to or ours.identity.address
    return Counterparty(
        party_id=ours.id,
        code=there.code,
        name=ours.identity.name,
        nature=PartyNature.BUSINESS,
        vat_number=ours.identity.vat_number,
        tax_code=ours.identity.tax_code,
        address=ours.identity.address,
        destination=Destination(site_id=there.id, code=there.code, name=there.name, address=address),
    )


def _destination(service: Service, row: TransportReason, draft: NoteDraft) -> UUID:
    if row.effect is Effect.BETWEEN_OURS:
        require(draft.to_warehouse_id is not None, DestinationMissing)
        assert draft.to_warehouse_id is not None
        return draft.to_warehouse_id
    kind = WarehouseKind.SUPPLIER if row.effect is Effect.TO_SUPPLIER else WarehouseKind.LOAN
    return warehouse_of(service, None, kind)
