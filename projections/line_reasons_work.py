"""Why a line of a call, hours, quote or delivery note is what it is (motivo di interventi, ore, DDT), BIL-7.

Calls are priced again as they were known when the line was proposed: item of cost, who pays, the row of the price list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from aggregates.base import Aggregate
from aggregates.because import reasons_of
from aggregates.call import Call
from aggregates.call_lines import Charged
from aggregates.call_pricing import work_day
from aggregates.delivery_note import DeliveryNote
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_sale import PoolSale, SaleKind, overage_id, purchase_id
from aggregates.hour_pool_values import PoolDraw
from aggregates.invoice import Invoice
from aggregates.invoice_values import InvoiceLine
from aggregates.price_list import Price
from aggregates.quote import Quote
from projections.base import Reader, Row
from projections.history import plain
from projections.hour_pool_views import hour_pools_of
from projections.work_prices import WorkPrices

ALIKE = ("description", "code", "quantity", "unit_price", "amount")


def work_reasons(then: Reader, line: InvoiceLine) -> Row:
    """What the record behind a line says; nothing for lines of contracts and those written by hand."""
    record = then.record(line.source.record.id) if line.source.record else None
    if isinstance(record, Call):
        return _call(then, record, line)
    if isinstance(record, PoolSale):
        return _sale(then, record, line)
    if isinstance(record, Quote):
        return _quote(record, line)
    if isinstance(record, DeliveryNote):
        return _note(record, line)
    if isinstance(record, Invoice) and record.document is not None:
        shown = record.document.model_dump(include={"number", "issued_on", "document_type", "taxable", "total"})
        return {"advance": {"invoice_id": record.id, **shown}}
    return {}


def draws_of(then: Reader, line: InvoiceLine) -> list[PoolDraw]:
    """What was drawn from hour pools for the work that a line bills."""
    record = then.record(line.source.record.id) if line.source.record else None
    if isinstance(record, Call) and record.party_id is not None:
        pools = (then.record(key) for key in hour_pools_of(then, record.party_id))
        return [draw for pool in pools if isinstance(pool, HourPool) for draw in pool.draws_of(record.id)]
    if isinstance(record, PoolSale) and record.sold.kind is SaleKind.OVERAGE:
        return [draw for draw in _draws(then.record(record.sold.pool_id)) if overage_id(draw) == record.id]
    return []


def _call(then: Reader, call: Call, line: InvoiceLine) -> Row:
    prices = WorkPrices(then)
    bill = prices.call_bill(call, call.number)
    charged = next((each for each in bill.charged if _is_alike(each.line, line)), None) if bill else None
    price = prices.price_of(call, charged) if charged else None
    return {
        "call": {
            "call_id": call.id,
            "number": call.number or (line.source.record.number if line.source.record else None),
            "fault": call.fault,
            "opened_at": call.opened_at,
            "worked_on": work_day(call),
            "outcome": call.outcome,
            "item": charged.item if charged else None,
            "covered": charged.decision.is_covered if charged else None,
            "because": _because(charged),
            "reason": charged.decision.reason if charged else line.source.told,
        },
        "price": _price(price),
        "draws": [_draw(then, draw) for draw in draws_of(then, line)],
    }


def _is_alike(one: InvoiceLine, other: InvoiceLine) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in ALIKE)


def _because(charged: Charged | None) -> Row | None:
    because = charged.decision.because if charged else None
    return because.model_dump() if because else None


def _price(price: Price | None) -> Row | None:
    return price.model_dump() if price else None


def _sale(then: Reader, sale: PoolSale, line: InvoiceLine) -> Row:
    pool = then.record(sale.sold.pool_id)
    lots = pool.lots.items() if isinstance(pool, HourPool) else ()
    lot = next((state for key, state in lots if sale.id in (key, purchase_id(sale.sold.pool_id, key))), None)
    sold: Row = {
        "sale_id": sale.id,
        "kind": sale.sold.kind,
        "sold_on": sale.sold.sold_on,
        "why": sale.sold.told,
        "why_because": reasons_of(sale.sold.because),
    }
    return {
        "pool": {
            **sold,
            "pool_id": sale.sold.pool_id,
            "name": pool.subject.name if isinstance(pool, HourPool) else None,
            "terms": plain(pool.terms_on(sale.sold.sold_on)) if isinstance(pool, HourPool) else None,
            "lot": plain(lot.lot) if lot else None,
        },
        "draws": [_draw(then, draw) for draw in draws_of(then, line)],
    }


def _draw(then: Reader, draw: PoolDraw) -> dict[str, Any]:
    """What an intervention took: calendar, bands with their factors, lots, what was beyond them (R2.2–R2.4)."""
    return {
        "pool_id": draw.pool_id,
        "drawn_on": draw.drawn_on,
        "calendar": plain(draw.calendar),
        "stretches": [plain(each) for each in draw.work.stretches],
        "actual_minutes": draw.charged.actual_minutes,
        "charged_minutes": draw.charged.charged_minutes,
        "bands": [each.model_dump() for each in draw.charged.bands],
        "weighed_minutes": draw.charged.weighed_minutes,
        "parts": [{**each.model_dump(), "pool": _name(then, each.pool_id)} for each in draw.parts],
        "overdraft_minutes": draw.overdraft_minutes,
        "overage_minutes": draw.overage_minutes,
        "hourly_rate": draw.hourly_rate.amount if draw.hourly_rate else None,
        "why": draw.told,
        "why_because": reasons_of(draw.because),
    }


def _quote(quote: Quote, line: InvoiceLine) -> Row:
    accepted = quote.accepted
    found = [each for each in accepted.lines if _is_quoted(each, line)] if accepted else []
    return {
        "quote": {
            "quote_id": quote.id,
            "number": quote.number,
            "revision": accepted.revision if accepted else None,
            "line": plain(found[0]) if found else None,
        }
    }


def _is_quoted(each: Any, line: InvoiceLine) -> bool:
    return bool(each.description == line.description and each.amount == line.amount)


def _note(note: DeliveryNote, line: InvoiceLine) -> Row:
    found = [each for each in note.lines if (each.description, each.code) == (line.description, line.code)]
    said = note.prices.get(found[0].line_id) if found else None
    return {
        "delivery_note": {
            "note_id": note.id,
            "number": note.number,
            "dated_on": note.dated_on,
            "reason": note.reason.text,
            "line": plain(found[0]) if found else None,
            "price_said": plain(said) if said else None,
        }
    }


def _draws(pool: Aggregate | None) -> Iterator[PoolDraw]:
    if isinstance(pool, HourPool):
        yield from pool.draws.values()


def _name(then: Reader, pool_id: UUID) -> str | None:
    pool = then.record(pool_id)
    return pool.subject.name if isinstance(pool, HourPool) else None
