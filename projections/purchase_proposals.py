"""What to order (proposte d'acquisto): by supplier, with the sum behind it and the last day for it (R11.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.rules.business_calendar import CalendarTerms, day_stretches
from aggregates.rules.line_amounts import line_total
from aggregates.rules.purchasing import (
    Coming,
    Held,
    Need,
    Packing,
    covered,
    needed_by,
    order_by,
    packed,
    packing_of,
    plan,
)
from aggregates.rules.stock_levels import ZERO, available
from projections.availability import Calendars
from projections.base import Ask, Reader, Row

WANTED = """l.ownership = 'own' and w.kind in ('main', 'van')
            and l.reserved_firm + l.minimum - l.on_hand - l.on_order > 0"""
USUAL = """select distinct on (a.article_id) a.article_id, a.supplier_id from (
             select article_id, supplier_id, rank from {article_supplier} where not dropped
             union all
             select x.article_id, p.party_id, 1000 from {article} x
               join {party} p on upper(p.code) = upper(x.supplier_code)) a
            order by a.article_id, a.rank, a.supplier_id"""
"""Of each article the supplier that is asked first: by its rank, else the one that the article names."""


class PurchaseProposals(Ask):
    """What is missing, of all articles or one, of all suppliers or one."""

    on: date
    supplier_id: UUID | None = None
    article_id: UUID | None = None


def purchase_proposals(reader: Reader, ask: PurchaseProposals) -> dict[str, Any]:
    """By supplier, then by article: what each warehouse misses, where it can come from, what is to be ordered by when.

    Soft promises are shown beside and do not count. Articles that nobody sells us stand last, under no supplier.
    """
    articles = reader.rows(
        f"""select a.article_id, a.code, a.description, a.unit, a.order_lot, u.supplier_id,
                   p.code as supplier_party_code, p.name as supplier,
                   s.supplier_code, s.order_unit, s.units_per, s.minimum as order_minimum,
                   s.multiple, s.unit_price, s.price_per, s.discounts, s.lead_days
              from {{stock_article}} a
              left join ({USUAL}) u using (article_id)
              left join {{article_supplier}} s on s.article_id = a.article_id and s.supplier_id = u.supplier_id
              left join {{party}} p on p.party_id = u.supplier_id
              left join {{article}} x on x.article_id = a.article_id
             where not coalesce(x.discontinued, false)
               and exists (select 1 from {{stock_level}} l join {{stock_warehouse}} w using (warehouse_id)
                            where l.article_id = a.article_id and {WANTED})
               and (%(supplier_id)s::uuid is null or u.supplier_id = %(supplier_id)s)
               and (%(article_id)s::uuid is null or a.article_id = %(article_id)s)
             order by p.code nulls last, a.code""",  # noqa: S608 - constants of this module
        ask.model_dump(),
    )
    ids = [row["article_id"] for row in articles]
    levels, promises = _levels(reader, ids), _by_item(reader, "stock_reservation", ids)
    supplies, calendar = _by_item(reader, "stock_supply", ids), Calendars(reader).terms_on(ask.on, None)
    found: dict[UUID | None, Row] = {}
    for article in articles:
        here = [level for level in levels if level["article_id"] == article["article_id"]]
        one = _proposed(article, here, promises, supplies, calendar)
        named = {name: article[name] for name in ("supplier_id", "supplier_party_code", "supplier")}
        group = found.setdefault(article["supplier_id"], {**named, "net": Decimal("0.00"), "articles": []})
        group["articles"].append(one)
        group["net"] += one["amount"] or ZERO
    return {"suppliers": list(found.values())}


def articles_to_buy(reader: Reader, supplier_id: UUID) -> list[UUID]:
    """The articles that miss something and are bought of a supplier first, by code; for commands."""
    rows = reader.rows(
        f"""select a.article_id from {{stock_article}} a join ({USUAL}) u using (article_id)
              left join {{article}} x on x.article_id = a.article_id
             where u.supplier_id = %(supplier_id)s and not coalesce(x.discontinued, false)
               and exists (select 1 from {{stock_level}} l join {{stock_warehouse}} w using (warehouse_id)
                            where l.article_id = a.article_id and {WANTED})
             order by a.code""",  # noqa: S608 - constants of this module
        {"supplier_id": supplier_id},
    )
    return [row["article_id"] for row in rows]


def places_of(reader: Reader, article_id: UUID) -> list[tuple[UUID, bool]]:
    """Main warehouses, and the vans that keep an article, by code: warehouse and whether it is a van; for commands."""
    return [(row["warehouse_id"], row["kind"] == "van") for row in _places(reader, [article_id])]


def _places(reader: Reader, article_ids: Sequence[UUID]) -> list[Row]:
    """The first main warehouse always, others where the article is kept."""
    return reader.rows(
        """select a.article_id, w.warehouse_id, w.code, w.kind, coalesce(l.stock_item_id, w.warehouse_id) as item_id,
                  l.stock_item_id, coalesce(l.on_hand, 0) as on_hand, coalesce(l.reserved_firm, 0) as reserved_firm,
                  coalesce(l.reserved_soft, 0) as reserved_soft, coalesce(l.on_order, 0) as on_order,
                  coalesce(l.minimum, 0) as minimum
             from {stock_article} a cross join {stock_warehouse} w
             left join {stock_level} l on l.article_id = a.article_id and l.warehouse_id = w.warehouse_id
              and l.ownership = 'own'
            where a.article_id = any(%(article_ids)s) and w.kind in ('main', 'van')
              and (l.stock_item_id is not null
                   or w.code = (select min(code) from {stock_warehouse} where kind = 'main'))
            order by a.article_id, w.kind, w.code""",
        {"article_ids": list(article_ids)},
    )


def _levels(reader: Reader, article_ids: Sequence[UUID]) -> list[Row]:
    return _places(reader, article_ids) if article_ids else []


def _by_item(reader: Reader, table: str, article_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    rows = reader.rows(
        f"select * from {{{table}}} where article_id = any(%(article_ids)s)",  # noqa: S608 - a name of ours
        {"article_ids": list(article_ids)},
    )
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row["stock_item_id"], []).append(row)
    return found


def _proposed(
    article: Row,
    levels: Sequence[Row],
    promises: dict[UUID, list[Row]],
    supplies: dict[UUID, list[Row]],
    calendar: CalendarTerms,
) -> Row:
    """One article: what each warehouse misses, and the order that would bring it."""
    needs = [_need(level) for level in levels]
    todo, codes = plan(needs), {level["warehouse_id"]: level["code"] for level in levels}
    by_place = {level["warehouse_id"]: level for level in levels}
    waiting = [one for level in levels for one in _waiting(level, promises, supplies)]
    due_on = min((one["due_on"] for one in waiting if one["due_on"]), default=None)
    packing = _packing(article)
    orders = [_order(article, codes, place, wanted, packing) for place, wanted in todo.to_buy]
    last_day = (
        order_by(due_on, article["lead_days"] or 0, lambda day: not day_stretches(calendar, day)) if due_on else None
    )
    named = ("article_id", "code", "description", "unit", "supplier_code", "lead_days", "unit_price", "price_per")
    return {
        **{name: article[name] for name in named},
        "places": [_place(one, by_place[one.need.warehouse_id], codes) for one in todo.proposals],
        "orders": orders,
        "quantity": sum((one["units"] for one in orders), ZERO),
        "amount": _amount(article, orders),
        "waiting": waiting,
        "needed_by": due_on,
        "order_by": last_day,
    }


def _need(level: Row) -> Need:
    said = (level[name] for name in ("on_hand", "reserved_firm", "on_order", "minimum"))
    return Need(level["warehouse_id"], level["kind"] == "van", *said)


def _place(one: Any, level: Row, codes: dict[UUID, str]) -> Row:
    need = one.need
    return {
        "warehouse_id": need.warehouse_id,
        "warehouse_code": codes[need.warehouse_id],
        "on_hand": need.on_hand,
        "reserved_firm": need.reserved_firm,
        "reserved_soft": level["reserved_soft"],
        "on_order": need.on_order,
        "minimum": need.minimum,
        "available": available(need.on_hand, need.reserved_firm, need.on_order),
        "missing": need.missing,
        "explained": need.explained,
        "transfers": [
            {"from_warehouse_id": place, "from_code": codes[place], "quantity": quantity}
            for place, quantity in one.transfers
        ],
        "awaited": one.awaited,
        "to_buy": one.to_buy,
    }


def _order(article: Row, codes: dict[UUID, str], place: UUID, wanted: Decimal, packing: Packing) -> Row:
    quantity = packed(wanted, packing)
    return {
        "warehouse_id": place,
        "warehouse_code": codes[place],
        "wanted": wanted,
        "quantity": quantity,
        "order_unit": packing.order_unit or article["unit"],
        "units": quantity * packing.units_per,
    }


def _packing(article: Row) -> Packing:
    told = Packing(
        order_unit=article["order_unit"],
        units_per=article["units_per"] or Decimal(1),
        minimum=article["order_minimum"] or ZERO,
        multiple=article["multiple"] or ZERO,
    )
    return packing_of(told, article["order_lot"])


def _amount(article: Row, orders: Iterable[Row]) -> Decimal | None:
    """What the order would cost; None without a price."""
    price = article["unit_price"]
    if price is None:
        return None
    discounts = [Decimal(one) for one in article["discounts"] or ()]
    per = article["price_per"] or article["units_per"]
    return sum((line_total(price, one["units"], discounts, per) for one in orders), Decimal("0.00"))


def _waiting(level: Row, promises: dict[UUID, list[Row]], supplies: dict[UUID, list[Row]]) -> list[Row]:
    """Firm promises that neither what is here nor what is on order covers, the earliest due first."""
    held = [one for one in promises.get(level["stock_item_id"], []) if one["firm"]]
    firm = [Held(one["reservation_id"], one["quantity"], one["due_on"]) for one in held]
    there = covered(level["on_hand"] + level["on_order"], firm)
    coming = [Coming(one["quantity"], one["due_on"]) for one in supplies.get(level["stock_item_id"], [])]
    first = needed_by(level["on_hand"], firm, coming)
    named = ("record_kind", "record_id", "record_number", "quantity", "due_on")
    return [
        {**{name: one[name] for name in named}, "warehouse_code": level["code"], "short_from": first}
        for one in sorted(held, key=lambda one: (one["due_on"] or date.max, one["reservation_id"]))
        if one["reservation_id"] not in there
    ]
