"""SoldGoods (venduto): what was sold to one customer, document by document, and which goods are the same."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, event
from aggregates.natural_key import KEYS
from aggregates.rules.sold_goods import Lot, SaleDocument, SoldLine, follow
from aggregates.values import Value


def sold_goods_id(customer_id: UUID) -> UUID:
    """The id of what was sold to a customer: each has one."""
    return uuid5(KEYS, f"sold-goods/{customer_id}")


class RecordedSale(Value):
    """A document as it was recorded."""

    document: SaleDocument
    lines: tuple[SoldLine, ...]


class SoldGoods(Aggregate):
    """The goods sold to a customer: one stream, so that a document and those that follow it are matched one by one."""

    TOPIC = "sold-goods"

    class Begun(FirstEvent):
        """Something was sold to this customer for the first time."""

        TOPIC = "sold-goods.begun.v1"
        customer_id: UUID

    class SaleRecorded(Aggregate.Event):
        """An order, a delivery note or an invoice speaks of goods: new ones, or the same that others spoke of."""

        TOPIC = "sold-goods.sale-recorded.v1"
        document: SaleDocument
        lines: tuple[SoldLine, ...]
        lots: tuple[Lot, ...]
        """Each lot it speaks of and each remainder, as they are afterwards."""

    class SaleCorrected(Aggregate.Event):
        """A document came again and says otherwise; what was made from it stays, and shows that its source changed."""

        TOPIC = "sold-goods.sale-corrected.v1"
        document: SaleDocument
        lines: tuple[SoldLine, ...]

    class Offered(Aggregate.Event):
        """A proposal was made for these goods: no other is made for them."""

        TOPIC = "sold-goods.offered.v1"
        proposal_id: UUID
        lot_ids: tuple[UUID, ...]

    # Decide

    @classmethod
    def begin_with(cls, customer_id: UUID, act: Act) -> SoldGoods:
        """Begin to keep what is sold to a customer."""
        return cls.begin(cls.Begun, id=sold_goods_id(customer_id), act=act, customer_id=customer_id)

    def record(self, document: SaleDocument, lines: tuple[SoldLine, ...], act: Act) -> tuple[Lot, ...]:
        """Record a document and answer the lots it speaks of for the first time; known ones answer none.

        A document that comes again with other lines is a correction: it is kept, and changes no goods.
        """
        known = self.sales.get(document.key)
        if known == RecordedSale(document=document, lines=lines):
            return ()
        if known is not None:
            self.trigger_event(self.SaleCorrected, act=act, document=document, lines=lines)
            return ()
        lots = self._followed(document, lines)
        self.trigger_event(self.SaleRecorded, act=act, document=document, lines=lines, lots=lots)
        return lots

    def offer(self, proposal_id: UUID, lot_ids: tuple[UUID, ...], act: Act) -> None:
        """Say that a proposal speaks of these goods."""
        fresh = tuple(lot_id for lot_id in lot_ids if self.offers.get(lot_id) != proposal_id)
        if fresh:
            self.trigger_event(self.Offered, act=act, proposal_id=proposal_id, lot_ids=fresh)

    # Answers

    def lots_of(self, key: str) -> tuple[Lot, ...]:
        """The goods that a document speaks of."""
        return tuple(lot for lot in self.lots.values() if any(told.key == key for told in lot.told))

    def _followed(self, document: SaleDocument, lines: Iterable[SoldLine]) -> tuple[Lot, ...]:
        lots, changed = dict(self.lots), dict[UUID, Lot]()
        for line in lines:
            for lot in follow(tuple(lots.values()), document, line, self.id):
                lots[lot.lot_id] = changed[lot.lot_id] = lot
        return tuple(changed.values())

    # Evolve

    @event(Begun)
    def __init__(self, customer_id: UUID) -> None:
        self.customer_id = customer_id
        self.sales: dict[str, RecordedSale] = {}
        self.lots: dict[UUID, Lot] = {}
        self.offers: dict[UUID, UUID] = {}

    @event(SaleRecorded)
    def _sale_recorded(self, document: SaleDocument, lines: tuple[SoldLine, ...], lots: tuple[Lot, ...]) -> None:
        self.sales[document.key] = RecordedSale(document=document, lines=lines)
        for lot in lots:
            self.lots[lot.lot_id] = lot
            if lot.split_from in self.offers and lot.lot_id not in self.offers:
                self.offers[lot.lot_id] = self.offers[lot.split_from]

    @event(SaleCorrected)
    def _sale_corrected(self, document: SaleDocument, lines: tuple[SoldLine, ...]) -> None:
        self.sales[document.key] = RecordedSale(document=document, lines=lines)

    @event(Offered)
    def _offered(self, proposal_id: UUID, lot_ids: tuple[UUID, ...]) -> None:
        for lot_id in lot_ids:
            self.offers[lot_id] = proposal_id
