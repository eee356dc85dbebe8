"""What people may ask about orders to suppliers (ordini a fornitore): drafted, approved, sent, confirmed, changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.article import Article
from aggregates.article_supplier import ArticleSupplier, SupplyTerms, article_supplier_id
from aggregates.base import Act, require
from aggregates.counterparty import Counterparty
from aggregates.party import Party
from aggregates.purchase_order import Expected, PurchaseOrder
from aggregates.purchase_order_refusals import PurchasePriceMissing
from aggregates.purchase_order_values import ConfirmedLine, PurchaseLine, PurchaseTerms
from aggregates.record_ref import RecordRef
from aggregates.rules.numbering import Document
from aggregates.rules.stock_levels import ZERO, Level, Quantity
from aggregates.values import Discount, Value, rome_date
from aggregates.warehouse import WarehouseKind
from commands.base import Answer, Command, Service
from commands.company import parameters
from commands.number_register import take_number
from commands.stock import stock_at, warehouse_of
from commands.words import Words


class PurchaseLineAsked(Value):
    """What to buy; what is left out comes from the supplier's terms for the article."""

    line_id: UUID | None = Field(default=None, description="Give it again to change a line.")
    article_id: UUID
    quantity: Quantity = Field(description="In order units.", examples=["4"])
    warehouse_id: UUID | None = Field(default=None, description="The main one if left out; a van for direct delivery.")
    description: Words | None = Field(default=None, min_length=1, max_length=1000)
    supplier_code: str | None = Field(default=None, max_length=60)
    order_unit: str | None = Field(default=None, max_length=10, examples=["CT"])
    units_per: Quantity | None = Field(default=None, description="Units of the article in one order unit.")
    unit_price: Level | None = Field(default=None, description="Euro, for `price_per` units.", examples=["41.80"])
    price_per: Quantity | None = Field(default=None, description="How many units the price is for (R11.8).")
    discounts: tuple[Discount, ...] | None = None
    due_on: date | None = None
    bought_for: tuple[RecordRef, ...] = Field(default=(), description="The calls and orders that wait for it.")


class DraftPurchaseOrder(Command):
    """Prepare an order to a supplier; its goods count as on order from now on, so that nothing is ordered twice."""

    order_id: UUID | None = None
    supplier_id: UUID
    lines: tuple[PurchaseLineAsked, ...] = Field(min_length=1)
    terms: PurchaseTerms = PurchaseTerms()


class SetPurchaseOrderLines(Command):
    """Change the lines of a draft, all anew; a line with the id of an earlier one is that line."""

    order_id: UUID
    lines: tuple[PurchaseLineAsked, ...] = Field(min_length=1)
    terms: PurchaseTerms | None = None


class RevisePurchaseOrder(Command):
    """Change an order that was sent and of which nothing came yet; it is approved and sent anew."""

    order_id: UUID
    lines: tuple[PurchaseLineAsked, ...] = Field(min_length=1)
    terms: PurchaseTerms | None = None
    reason: Words = Field(min_length=3, examples=["Quantità ridotta su richiesta del fornitore"])


class ApprovePurchaseOrder(Command):
    """Agree to spend what a draft says; never by who prepared it."""

    order_id: UUID


class SendPurchaseOrder(Command):
    """Send an order to the supplier; its document is printed. Above the company's limit only when approved."""

    order_id: UUID
    channel: str = Field(default="email", max_length=20, examples=["email"])


class ConfirmPurchaseOrder(Command):
    """Note the supplier's confirmation, with other days or prices where they differ."""

    order_id: UUID
    confirmed_on: date | None = None
    supplier_number: str | None = Field(default=None, max_length=40, examples=["OC 4711"])
    lines: tuple[ConfirmedLine, ...] = ()


class CancelPurchaseRemainder(Command):
    """Wait no longer for what is still to come of some lines, or of the whole order."""

    order_id: UUID
    line_ids: tuple[UUID, ...] = ()
    reason: Words = Field(min_length=3, examples=["Articolo fuori produzione"])


class CancelPurchaseOrder(Command):
    """Cancel an order of which nothing came; its number stays taken."""

    order_id: UUID
    reason: Words = Field(min_length=3, examples=["Ordinato per errore"])


def draft_purchase_order(cmd: DraftPurchaseOrder, act: Act, service: Service) -> Answer:
    """Handles `DraftPurchaseOrder`; the same id again answers the order that is there."""
    order_id = cmd.order_id or service.new_id()
    order = service.find(PurchaseOrder, order_id)
    if order is None:
        lines = lines_asked(service, cmd.supplier_id, cmd.lines)
        order = begin_order(service, order_id, cmd.supplier_id, lines, cmd.terms, act)
    return answer(order)


def set_purchase_order_lines(cmd: SetPurchaseOrderLines, act: Act, service: Service) -> Answer:
    """Handles `SetPurchaseOrderLines`."""
    order = service.load(PurchaseOrder, cmd.order_id)
    before = order.expected()
    lines = lines_asked(service, order.supplier.party_id, cmd.lines)
    order.set_lines(lines, cmd.terms or order.terms, act)
    return kept(service, order, before, act)


def revise_purchase_order(cmd: RevisePurchaseOrder, act: Act, service: Service) -> Answer:
    """Handles `RevisePurchaseOrder`."""
    order = service.load(PurchaseOrder, cmd.order_id)
    before = order.expected()
    lines = lines_asked(service, order.supplier.party_id, cmd.lines)
    order.revise(lines, cmd.terms or order.terms, cmd.reason, act)
    return kept(service, order, before, act)


def approve_purchase_order(cmd: ApprovePurchaseOrder, act: Act, service: Service) -> Answer:
    """Handles `ApprovePurchaseOrder`."""
    order = service.load(PurchaseOrder, cmd.order_id)
    order.approve(act)
    service.save(order)
    return answer(order)


def send_purchase_order(cmd: SendPurchaseOrder, act: Act, service: Service) -> Answer:
    """Handles `SendPurchaseOrder`."""
    order = service.load(PurchaseOrder, cmd.order_id)
    terms = parameters(service, rome_date(act.at)).purchasing
    order.send(cmd.channel, terms.approval_above if terms else None, act)
    service.save(order)
    return answer(order)


def confirm_purchase_order(cmd: ConfirmPurchaseOrder, act: Act, service: Service) -> Answer:
    """Handles `ConfirmPurchaseOrder`; answers how much dearer it became."""
    order = service.load(PurchaseOrder, cmd.order_id)
    before, net = order.expected(), order.net
    order.confirm(cmd.confirmed_on or rome_date(act.at), cmd.supplier_number, cmd.lines, act)
    return {**kept(service, order, before, act), "price_difference": str(order.net - net)}


def cancel_purchase_remainder(cmd: CancelPurchaseRemainder, act: Act, service: Service) -> Answer:
    """Handles `CancelPurchaseRemainder`."""
    order = service.load(PurchaseOrder, cmd.order_id)
    before = order.expected()
    order.cancel_remainder(cmd.line_ids, cmd.reason, act)
    return kept(service, order, before, act)


def cancel_purchase_order(cmd: CancelPurchaseOrder, act: Act, service: Service) -> Answer:
    """Handles `CancelPurchaseOrder`."""
    order = service.load(PurchaseOrder, cmd.order_id)
    before = order.expected()
    order.cancel(cmd.reason, act)
    return kept(service, order, before, act)


def begin_order(
    service: Service,
    order_id: UUID,
    supplier_id: UUID,
    lines: tuple[PurchaseLine, ...],
    terms: PurchaseTerms,
    act: Act,
) -> PurchaseOrder:
    """A new draft with its number; stock expects its goods, in this append."""
    supplier = Counterparty.of(service.load(Party, supplier_id), must_have_address=True)
    today = rome_date(act.at)
    number = take_number(service, Document.PURCHASE_ORDER, order_id, today, act)
    order = PurchaseOrder.draft(order_id, number, today, supplier, lines, terms, act)
    kept(service, order, {}, act)
    return order


def lines_asked(service: Service, supplier_id: UUID, asked: tuple[PurchaseLineAsked, ...]) -> tuple[PurchaseLine, ...]:
    """Lines with what the supplier's terms for the article add. Raises `PurchasePriceMissing`, `NotFound`."""
    return tuple(_line(service, supplier_id, one, n) for n, one in enumerate(asked, 1))


def kept(service: Service, order: PurchaseOrder, before: Mapping[UUID, Expected], act: Act) -> Answer:
    """Save an order after a decision and tell stock what is still to come of it, in this append."""
    after = order.expected()
    for line_id in {**before, **after}:
        old, new = before.get(line_id), after.get(line_id)
        if old is not None and (new is None or new[:2] != old[:2]):
            _expect(service, order, line_id, old._replace(quantity=ZERO), act)
        if new is not None and new != old:
            _expect(service, order, line_id, new, act)
    service.save(order)
    return answer(order)


def answer(order: PurchaseOrder) -> Answer:
    """What every command about an order answers."""
    return {"order_id": order.id, "number": order.number, "state": order.state.value, "net": str(order.net)}


def _expect(service: Service, order: PurchaseOrder, line_id: UUID, told: Expected, act: Act) -> None:
    """Each line is a supply of its own: it has its own day."""
    record = RecordRef(kind="purchase-order-line", id=line_id, number=order.number)
    stock_at(service, told.article_id, told.warehouse_id, act).expect(told.quantity, record, told.due_on, act)


def _line(service: Service, supplier_id: UUID, asked: PurchaseLineAsked, n: int) -> PurchaseLine:
    article = service.load(Article, asked.article_id)
    known = service.find(ArticleSupplier, article_supplier_id(asked.article_id, supplier_id))
    terms = known.terms if known and not known.dropped else SupplyTerms()
    units_per = asked.units_per or terms.units_per
    has_own_price = asked.unit_price is not None or terms.unit_price is None
    price = asked.unit_price if asked.unit_price is not None else terms.unit_price
    per = asked.price_per or (None if has_own_price else terms.price_per) or units_per
    if price is None and article.details.standard_cost is not None:
        price, per = article.details.standard_cost, Decimal(1)
    require(price is not None, PurchasePriceMissing, code=article.code)
    assert price is not None
    discounts = asked.discounts if asked.discounts is not None else () if has_own_price else terms.discounts
    return PurchaseLine(
        line_id=asked.line_id or service.new_id(f"line-{n}"),
        article_id=article.id,
        code=article.code,
        description=asked.description or article.details.description,
        supplier_code=asked.supplier_code or terms.supplier_code,
        warehouse_id=asked.warehouse_id or warehouse_of(service, None, WarehouseKind.MAIN),
        quantity=asked.quantity,
        order_unit=asked.order_unit or terms.order_unit or article.details.unit,
        units_per=units_per,
        unit=article.details.unit,
        unit_price=price,
        price_per=per,
        discounts=discounts,
        due_on=asked.due_on,
        bought_for=asked.bought_for,
    )
