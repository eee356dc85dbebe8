"""What an order promised for a call (impegni dell'ordine) as its parts are taken elsewhere, or come back unused."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from aggregates.base import Act
from aggregates.call import Call
from aggregates.sales_order import SalesOrder
from aggregates.stock import joined
from aggregates.stock_item import StockItem
from commands.base import Service
from commands.promise_places import note_promised, places_of

ZERO = Decimal(0)


def fetch_promises(call: Call, item: StockItem, quantity: Decimal, act: Act, service: Service) -> None:
    """What an order for the call holds elsewhere is promised where the goods are taken, which use it up (R7.4)."""
    left = quantity - sum((one.quantity for one in item.reservations.values() if one.serves(call.id)), ZERO)
    if left <= 0:
        return
    for other in places_of(service, call.id):
        ordered = [one for one in other.reservations.values() if one.job_id == call.id]
        if other.article_id != item.article_id or other.id == item.id:
            continue
        for promise in ordered:
            part = min(promise.quantity, left)
            if part > 0:
                other.release(promise.record.id, act, at_most=part, only=promise.reservation_id)
                coming = promise.model_copy(update={"quantity": part})
                item.reserve(joined(item.reservations.get(promise.reservation_id), coming), act)
                service.save(other, item)
                note_promised(service, item, (coming,), act)
                left -= part


def still_ordered(item: StockItem, issue_id: UUID, service: Service) -> set[UUID]:
    """The orders whose promises the goods had used and that still hold: they wait for them again (R7.4)."""
    issue = item.issues.get(issue_id)
    promises = issue.promises if issue is not None else ()
    orders = {one.record.id for one in promises if one.record.kind == "sales-order"}
    found = [service.find(SalesOrder, order_id) for order_id in sorted(orders)]
    service.rests_on(*orders)
    return {order.id for order in found if order is not None and not order.cancelled}
