"""Ordering what is missing (proposte d'acquisto): one order to a supplier of all that its articles miss (R11.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.article import Article
from aggregates.article_supplier import ArticleSupplier, SupplyTerms, article_supplier_id
from aggregates.base import Act, require
from aggregates.purchase_order import PurchaseOrder
from aggregates.purchase_order_refusals import NothingToOrder
from aggregates.purchase_order_values import PurchaseTerms
from aggregates.record_ref import RecordRef
from aggregates.rules.business_calendar import day_stretches
from aggregates.rules.purchasing import Coming, Held, Need, arrives_on, covered, needed_by, packed, packing_of, plan
from aggregates.rules.stock_levels import ZERO
from aggregates.stock import stock_item_id
from aggregates.stock_item import StockItem
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.business_calendar import calendar_terms
from commands.purchase_order import PurchaseLineAsked, answer, begin_order, lines_asked


class OrderProposals(Command):
    """Draft one order to a supplier of all that its articles miss now, or of some of them.

    How much is worked out again from stock as it is at this moment: what is on order meanwhile is not ordered twice.
    """

    order_id: UUID | None = None
    supplier_id: UUID
    article_ids: tuple[UUID, ...] = Field(
        default=(), description="Only these, even where another supplier is the usual one."
    )
    terms: PurchaseTerms = PurchaseTerms()


def order_proposals(cmd: OrderProposals, act: Act, service: Service) -> Answer:
    """Handles `OrderProposals`. Raises `NothingToOrder`, `PurchasePriceMissing`."""
    order_id = cmd.order_id or service.new_id()
    order = service.find(PurchaseOrder, order_id)
    if order is not None:
        return answer(order)
    articles = cmd.article_ids or service.lookups.articles_to_buy(cmd.supplier_id)
    asked = tuple(
        line for article_id in articles for line in _missing(service, cmd.supplier_id, article_id, rome_date(act.at))
    )
    require(bool(asked), NothingToOrder)
    lines = lines_asked(service, cmd.supplier_id, asked)
    return answer(begin_order(service, order_id, cmd.supplier_id, lines, cmd.terms, act))


def _missing(service: Service, supplier_id: UUID, article_id: UUID, today: date) -> Iterator[PurchaseLineAsked]:
    """What is to be bought of an article, by the warehouse that it goes to."""
    places = service.lookups.places_of(article_id)
    ids = {warehouse_id: stock_item_id(article_id, warehouse_id) for warehouse_id, _ in places}
    service.preload(*ids.values())
    items = {warehouse_id: service.find(StockItem, item_id) for warehouse_id, item_id in ids.items()}
    needs = [_need(warehouse_id, is_van, items[warehouse_id]) for warehouse_id, is_van in places]
    terms = _terms(service, article_id, supplier_id)
    packing = packing_of(terms, service.load(Article, article_id).details.order_lot)
    for warehouse_id, wanted in plan(needs).to_buy:
        here = [item for item in items.values() if item is not None]
        yield PurchaseLineAsked(
            article_id=article_id,
            quantity=packed(wanted, packing),
            warehouse_id=warehouse_id,
            due_on=_due(service, here, terms.lead_days, today),
            bought_for=tuple(_waiting(here)),
        )


def _terms(service: Service, article_id: UUID, supplier_id: UUID) -> SupplyTerms:
    known = service.find(ArticleSupplier, article_supplier_id(article_id, supplier_id))
    return known.terms if known is not None and not known.dropped else SupplyTerms()


def _need(warehouse_id: UUID, is_van: bool, item: StockItem | None) -> Need:
    if item is None:
        return Need(warehouse_id, is_van, ZERO, ZERO, ZERO, ZERO)
    on_order = sum(item.supplies.values(), ZERO)
    return Need(warehouse_id, is_van, item.on_hand, item.reserved_firm, on_order, item.minimum)


def _due(service: Service, items: Sequence[StockItem], lead_days: int, today: date) -> date:
    """When it is needed, or as soon as the supplier can where that is later or nobody waits for it."""
    calendar = calendar_terms(service, today)
    arrives = arrives_on(today, lead_days, lambda day: not day_stretches(calendar, day))
    dues = (needed_by(item.on_hand, _firm(item), _coming(item)) for item in items)
    return max([arrives, *sorted(due for due in dues if due is not None)[:1]])


def _waiting(items: Sequence[StockItem]) -> Iterator[RecordRef]:
    """The records whose firm promises neither what is there nor what is on order covers."""
    seen = set()
    for item in items:
        there = covered(item.on_hand + sum(item.supplies.values(), ZERO), _firm(item))
        for one in item.reservations.values():
            if one.firm and one.reservation_id not in there and one.record.id not in seen:
                seen.add(one.record.id)
                yield one.record


def _firm(item: StockItem) -> list[Held]:
    return [Held(one.reservation_id, one.quantity, one.due_on) for one in item.reservations.values() if one.firm]


def _coming(item: StockItem) -> list[Coming]:
    return [Coming(quantity, item.supplies_due.get(key)) for key, quantity in item.supplies.items()]
