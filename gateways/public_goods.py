"""Public facts about goods: orders of customers and to suppliers, what came, what went back, notes that fell away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.delivery_note import DeliveryNote
from aggregates.purchase_order import PurchaseOrder
from aggregates.purchase_order_values import PurchaseLine
from aggregates.sales_order import SalesOrder
from aggregates.values import Rate, cents
from gateways.public_accounting import Context
from gateways.public_facts import EXAMPLE_ID, OTHER_ID, PublicData


class SalesOrderPlaced(PublicData):
    """What a customer accepted became an order; goods are promised for it."""

    TYPE = "libretto.sales-order.placed.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "sales_order_id": EXAMPLE_ID, "number": "IC-2026-0012", "placed_on": "2026-03-06", "party_id": OTHER_ID,
        "quote_number": "OFF-2026-0031", "due_on": None, "taxable": "335.33", "total": "409.10",
    }  # fmt: skip

    sales_order_id: UUID
    number: str
    placed_on: date
    party_id: UUID
    quote_number: str | None
    due_on: date | None
    taxable: Rate = Field(description="Before VAT.")
    total: Rate = Field(description="VAT included.")


class SalesOrderCancelled(PublicData):
    """A customer's order holds no longer."""

    TYPE = "libretto.sales-order.cancelled.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {"sales_order_id": EXAMPLE_ID, "number": "IC-2026-0012"}

    sales_order_id: UUID
    number: str


class PurchaseOrderSent(PublicData):
    """An order went to a supplier; a later revision is told anew."""

    TYPE = "libretto.purchase-order.sent.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "purchase_order_id": EXAMPLE_ID, "number": "OA-2026-0001", "revision": 0, "supplier_id": OTHER_ID,
        "sent_on": "2026-03-09", "taxable": "204.80",
    }  # fmt: skip

    purchase_order_id: UUID
    number: str
    revision: int
    supplier_id: UUID
    sent_on: date
    taxable: Rate = Field(description="Before VAT.")


class PurchasedLine(BaseModel):
    """Goods of one line that came or went back, in the article's unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article_id: UUID
    article_code: str
    quantity: Rate
    unit_cost: Rate = Field(description="Euro for one unit, as the supplier asks it.")
    value: Rate = Field(description="Quantity times unit cost, to the cent.")


class PurchasedGoodsReceived(PublicData):
    """Goods of an order to a supplier were taken in; the supplier's invoice is to come, or to be checked against it."""

    TYPE = "libretto.purchase-order.received.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "purchase_order_id": EXAMPLE_ID, "number": "OA-2026-0001", "supplier_id": OTHER_ID, "receipt_id": OTHER_ID,
        "received_on": "2026-03-12", "supplier_note": "77", "supplier_note_on": "2026-03-11",
        "lines": [{
            "article_id": OTHER_ID, "article_code": "X", "quantity": "4", "unit_cost": "51.20", "value": "204.80",
        }],
    }  # fmt: skip

    purchase_order_id: UUID
    number: str
    supplier_id: UUID
    receipt_id: UUID
    received_on: date
    supplier_note: str | None = Field(description="Number of the supplier's delivery note.")
    supplier_note_on: date | None
    lines: tuple[PurchasedLine, ...]


class PurchasedGoodsReturned(PublicData):
    """Goods of an order went back to the supplier: others are to come, or a credit note."""

    TYPE = "libretto.purchase-order.returned.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "purchase_order_id": EXAMPLE_ID, "number": "OA-2026-0001", "supplier_id": OTHER_ID,
        "delivery_note": "A/2026/0130", "awaits_replacement": False,
        "lines": [{
            "article_id": OTHER_ID, "article_code": "X", "quantity": "1", "unit_cost": "51.20", "value": "51.20",
        }],
    }  # fmt: skip

    purchase_order_id: UUID
    number: str
    supplier_id: UUID
    delivery_note: str | None = Field(description="Number of our delivery note.")
    awaits_replacement: bool
    lines: tuple[PurchasedLine, ...]


class DeliveryNoteCancelled(PublicData):
    """A delivery note holds no longer; its number stays taken."""

    TYPE = "libretto.delivery-note.cancelled.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {"delivery_note_id": EXAMPLE_ID, "number": "A/2026/0124"}

    delivery_note_id: UUID
    number: str


class DeliveredGoodsReturned(PublicData):
    """Goods of a delivery note came back."""

    TYPE = "libretto.delivery-note.returned.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "delivery_note_id": EXAMPLE_ID, "number": "A/2026/0118", "returned_on": "2026-03-20",
        "lines": [{"article_id": OTHER_ID, "article_code": "MUL", "quantity": "1"}],
    }  # fmt: skip

    class Line(BaseModel):
        """Goods that came back."""

        model_config = ConfigDict(frozen=True, extra="forbid")

        article_id: UUID | None
        article_code: str | None
        quantity: Rate

    delivery_note_id: UUID
    number: str
    returned_on: date
    lines: tuple[Line, ...]


def order_kept(fact: SalesOrder.Placed, context: Context) -> None:
    """What is cancelled says its number."""
    context.remember(fact.stream_id, number=fact.number)


def order_placed(fact: SalesOrder.Placed, _: Context) -> PublicData:
    """A customer's order."""
    return SalesOrderPlaced(
        sales_order_id=fact.stream_id,
        number=fact.number,
        placed_on=fact.placed_on,
        party_id=fact.customer.party_id,
        quote_number=fact.quote.number,
        due_on=fact.due_on,
        taxable=fact.totals.net,
        total=fact.totals.total,
    )


def order_cancelled(fact: SalesOrder.Cancelled, context: Context) -> PublicData:
    """A customer's order that fell away."""
    return SalesOrderCancelled(sales_order_id=fact.stream_id, **context.recall(fact.stream_id))


def purchase_kept(fact: PurchaseOrder.Drafted, context: Context) -> None:
    """Later facts name lines by their ids alone."""
    named = {"number": fact.number, "supplier_id": str(fact.supplier.party_id)}
    context.remember(fact.stream_id, named=named, lines=_lines_kept(fact.lines))


def purchase_lines_kept(fact: PurchaseOrder.LinesSet | PurchaseOrder.Revised, context: Context) -> None:
    """Lines as they are from now on; those of before may have come already."""
    known = context.recall(fact.stream_id).get("lines", {})
    context.remember(fact.stream_id, lines={**known, **_lines_kept(fact.lines)})


def _lines_kept(lines: Iterable[PurchaseLine]) -> dict[str, dict[str, str]]:
    return {
        str(one.line_id): {
            "article_id": str(one.article_id),
            "article_code": one.code,
            "unit_cost": str(one.unit_cost),
        }
        for one in lines
    }


def purchase_sent(fact: PurchaseOrder.Sent, context: Context) -> PublicData:
    """An order that went to its supplier."""
    said = {**_purchase(fact.stream_id, context), "revision": fact.revision, "sent_on": fact.sent_on}
    return PurchaseOrderSent.model_validate({**said, "taxable": fact.net})


def purchase_received(fact: PurchaseOrder.Received, context: Context) -> PublicData:
    """What was taken in; what was rejected is the supplier's."""
    kept, note = context.recall(fact.stream_id)["lines"], fact.supplier_note
    return PurchasedGoodsReceived.model_validate(
        {
            **_purchase(fact.stream_id, context),
            "receipt_id": fact.receipt_id,
            "received_on": fact.received_on,
            "supplier_note": note.number if note else None,
            "supplier_note_on": note.dated_on if note else None,
            "lines": [
                _goods({**kept[str(one.line_id)], "unit_cost": one.unit_cost}, one.quantity)
                for one in fact.lines
                if one.quantity
            ],
        }
    )


def purchase_returned(fact: PurchaseOrder.GoodsReturned, context: Context) -> PublicData:
    """What went back, at the price it was ordered at."""
    kept = context.recall(fact.stream_id)["lines"]
    return PurchasedGoodsReturned.model_validate(
        {
            **_purchase(fact.stream_id, context),
            "delivery_note": fact.note.number,
            "awaits_replacement": fact.awaits_replacement,
            "lines": [_goods(kept[str(one.line_id)], one.quantity) for one in fact.lines],
        }
    )


def _purchase(order_id: UUID, context: Context) -> dict[str, Any]:
    return {"purchase_order_id": order_id, **context.recall(order_id)["named"]}


def _goods(line: dict[str, Any], quantity: Decimal) -> dict[str, Any]:
    return {**line, "quantity": quantity, "value": cents(quantity * Decimal(line["unit_cost"]))}


def note_kept(fact: DeliveryNote.Issued, context: Context) -> None:
    """Later facts name lines by their ids alone."""
    lines = {
        str(one.line_id): {"article_id": str(one.article_id) if one.article_id else None, "article_code": one.code}
        for one in fact.lines
    }
    context.remember(fact.stream_id, number=fact.number, lines=lines)


def note_cancelled(fact: DeliveryNote.Cancelled, context: Context) -> PublicData:
    """A note that fell away."""
    return DeliveryNoteCancelled(delivery_note_id=fact.stream_id, number=context.recall(fact.stream_id)["number"])


def note_returned(fact: DeliveryNote.GoodsReturned, context: Context) -> PublicData:
    """Goods of a note that came back."""
    kept = context.recall(fact.stream_id)
    lines = [{**kept["lines"][str(one.line_id)], "quantity": one.quantity} for one in fact.returns]
    said = {"delivery_note_id": fact.stream_id, "number": kept["number"], "returned_on": fact.returned_on}
    return DeliveredGoodsReturned.model_validate({**said, "lines": lines})
