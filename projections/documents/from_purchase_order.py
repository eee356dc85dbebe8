"""An order to a supplier as it is printed: the revision that was sent, delivered to our warehouses."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from aggregates.purchase_order import PurchaseOrder
from aggregates.purchase_order_values import PurchaseLine
from aggregates.warehouse import Warehouse, WarehouseKind
from projections.documents.content import Site, Source
from projections.documents.content_purchase_order import OrderedGoods, PurchaseOrderContent
from projections.documents.identities import counterparty, own_letterhead
from projections.documents.records import Records


def purchase_order(
    order: PurchaseOrder, fact: PurchaseOrder.Sent, records: Records, *, company_id: UUID, source: Sequence[Source]
) -> PurchaseOrderContent:
    """The order as it was sent."""
    issuer, terms = own_letterhead(records, company_id), order.terms
    places = {line.warehouse_id: _place(records, line.warehouse_id) for line in order.ordered}
    main = next((place for place in places.values() if place and place.kind is WarehouseKind.MAIN), None)
    return PurchaseOrderContent(
        issuer=issuer,
        customer=counterparty(order.supplier).model_copy(update={"code": None}),
        source=tuple(source),
        number=order.number,
        issued_on=fact.sent_on,
        revision=fact.revision,
        subject=terms.subject or None,
        supplier_reference=terms.supplier_reference or None,
        destination=Site(name=f"{issuer.name} – {main.name}" if main else issuer.name, address=issuer.address),
        lines=tuple(_line(line, places[line.warehouse_id]) for line in order.ordered),
        total=fact.net,
        payment_terms=terms.payment_terms or None,
        delivery_terms=terms.delivery_terms or None,
        notes=terms.notes,
    )


def _place(records: Records, warehouse_id: UUID) -> Warehouse | None:
    return records.find(Warehouse, warehouse_id)


def _line(line: PurchaseLine, place: Warehouse | None) -> OrderedGoods:
    is_main = place is None or place.kind is WarehouseKind.MAIN
    return OrderedGoods(
        description=line.description,
        code=line.code,
        supplier_code=line.supplier_code or None,
        quantity=line.quantity,
        unit=line.order_unit,
        note=_holds(line),
        unit_price=line.unit_price,
        price_unit=_price_unit(line),
        discounts=line.discounts,
        amount=line.amount,
        due_on=line.due_on,
        deliver_to=None if is_main or place is None else place.name,
    )


def _holds(line: PurchaseLine) -> str | None:
    """`1 CT = 12 PZ, in tutto 48 PZ`, where the order unit is not the article's."""
    if line.units_per == 1:
        return None
    each, whole = _said(line.units_per), _said(line.stock_quantity)
    return f"1 {line.order_unit} = {each} {line.unit}, in tutto {whole} {line.unit}"


def _price_unit(line: PurchaseLine) -> str:
    if line.price_per == line.units_per:
        return line.order_unit
    return line.unit if line.price_per == 1 else f"{_said(line.price_per)} {line.unit}"


def _said(value: Decimal) -> str:
    return format(value.normalize() + Decimal(0), "f").replace(".", ",")
