"""Tables of the hour pools (tabelle del monte ore), and how their rows are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.because import reasons_of
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_values import LotState, PoolSubject, PoolTerms
from aggregates.values import rome_date
from projections.base import Row, Rows, Table

POOL = Table(
    "hour_pool",
    {
        "pool_id": "uuid", "customer_id": "uuid", "contract_id": "uuid", "name": "text", "admission": "jsonb",
        "overdrawn": "numeric", "lots": "integer", "movements": "integer",
    },
    ("pool_id",),
    ("customer_id",),
)  # fmt: skip
TERMS = Table(
    "hour_pool_terms",
    {
        "pool_id": "uuid", "from_on": "date", "terms": "jsonb", "alert_percent": "integer", "alert_days": "integer",
        "overdraft_minutes": "integer",
    },
    ("pool_id", "from_on"),
)  # fmt: skip
LOT = Table(
    "hour_pool_lot",
    {
        "pool_id": "uuid", "lot_id": "uuid", "number": "integer", "minutes": "integer", "price": "numeric",
        "valid_from": "date", "valid_to": "date", "bought_on": "date", "left_minutes": "numeric", "earned": "numeric",
        "deferred": "numeric", "state": "jsonb",
    },
    ("pool_id", "lot_id"),
    ("valid_to where left_minutes > 0",),
)  # fmt: skip
MOVEMENT = Table(
    "hour_pool_movement",
    {
        "pool_id": "uuid", "number": "integer", "kind": "text", "lot_id": "uuid", "minutes": "numeric",
        "moved_on": "date", "noted_on": "date", "work_id": "uuid", "call_id": "uuid", "revenue": "numeric",
        "refund": "numeric",         "why": "text", "why_because": "jsonb",
    },
    ("pool_id", "number"),
    ("moved_on",),
)  # fmt: skip
DRAW = Table(
    "hour_pool_draw",
    {
        "pool_id": "uuid", "work_id": "uuid", "call_id": "uuid", "drawn_on": "date", "actual_minutes": "integer",
        "charged_minutes": "integer", "weighed_minutes": "numeric", "overage_minutes": "numeric",
        "overage_amount": "numeric", "bands": "jsonb", "why": "text", "why_because": "jsonb", "parts": "jsonb",
    },
    ("pool_id", "work_id"),
    ("call_id",),
)  # fmt: skip
ALERT = Table(
    "hour_pool_alert",
    {
        "pool_id": "uuid", "alert": "text", "lot_id": "uuid", "valid_to": "date", "noted_on": "date",
        "left_minutes": "numeric",
    },
    ("pool_id", "alert", "lot_id", "valid_to"),
)  # fmt: skip
SALE = Table(
    "hour_pool_sale",
    {
        "sale_id": "uuid", "pool_id": "uuid", "lot_id": "uuid", "kind": "text", "sold_on": "date", "amount": "numeric",
        "invoice_id": "uuid", "invoice_number": "text", "is_withdrawn": "boolean",
    },
    ("sale_id",),
    ("pool_id",),
)  # fmt: skip
FIRST_DAY = date(1900, 1, 1)
NONE = Decimal(0)


def naming(subject: PoolSubject) -> Row:
    """The columns that say whose pool it is."""
    return {
        "customer_id": subject.customer_id,
        "contract_id": subject.contract_id,
        "name": subject.name,
        "admission": subject.admission.model_dump(mode="json"),
    }


def put_terms(rows: Rows, pool_id: UUID, from_on: date, terms: PoolTerms) -> None:
    """The terms from a day on."""
    shown = terms.model_dump(include={"alert_percent", "alert_days", "overdraft_minutes"})
    rows.put(TERMS, {"pool_id": pool_id, "from_on": from_on, "terms": terms.model_dump(mode="json"), **shown})


def pool_row(rows: Rows, pool_id: UUID) -> Row:
    """The row of a pool."""
    row = rows.get(POOL, pool_id)
    assert row is not None
    return row


def lot_state(rows: Rows, pool_id: UUID, lot_id: UUID) -> LotState:
    """What has become of a lot so far."""
    row = rows.get(LOT, pool_id, lot_id)
    assert row is not None
    return LotState.model_validate(row["state"])


def change_lot(rows: Rows, pool_id: UUID, lot_id: UUID, **values: Any) -> None:
    """A lot with other values."""
    put_lot(rows, pool_id, lot_state(rows, pool_id, lot_id).changed(**values))


def put_lot(rows: Rows, pool_id: UUID, now: LotState, number: int | None = None) -> None:
    """The row of a lot as its state says; a new one with its number in the pool."""
    lot = now.lot
    known = rows.get(LOT, pool_id, lot.lot_id)
    rows.put(
        LOT,
        {
            "pool_id": pool_id,
            "lot_id": lot.lot_id,
            "number": known["number"] if known else number,
            "minutes": lot.minutes,
            "price": lot.price.amount,
            "valid_from": lot.valid_from,
            "valid_to": now.valid_to,
            "bought_on": lot.bought_on,
            "left_minutes": now.left,
            "earned": now.earned,
            "deferred": now.deferred,
            "state": now.model_dump(mode="json"),
        },
    )


def put_draw(rows: Rows, pool_id: UUID, fact: HourPool.HoursDrawn) -> None:
    """The row of a draw, with the pool that leads it."""
    draw, charged = fact.draw, fact.draw.charged
    rows.put(
        DRAW,
        {
            "pool_id": pool_id,
            "work_id": draw.work.work_id,
            "call_id": draw.call_id,
            "drawn_on": draw.drawn_on,
            "actual_minutes": charged.actual_minutes,
            "charged_minutes": charged.charged_minutes,
            "weighed_minutes": charged.weighed_minutes,
            "overage_minutes": draw.overage_minutes,
            "overage_amount": draw.overage_amount,
            "bands": [each.model_dump(mode="json") for each in charged.bands],
            "why": draw.told,
            "why_because": reasons_of(draw.because),
            "parts": [each.model_dump(mode="json") for each in draw.parts],
        },
    )


def move(
    rows: Rows,
    pool_id: UUID,
    kind: str,
    minutes: Decimal,
    moved_on: date,
    lot_id: UUID | None = None,
    revenue: Decimal = NONE,
    refund: Decimal = NONE,
    **named: Any,
) -> None:
    """One more movement: signed minutes, and the revenue that goes with them."""
    number = pool_row(rows, pool_id)["movements"] + 1
    rows.patch(POOL, pool_id, movements=number)
    row = {"pool_id": pool_id, "number": number, "kind": kind, "lot_id": lot_id, "minutes": minutes}
    noted_on = rome_date(rows.now.fact.act.at)
    rows.put(
        MOVEMENT, {**row, "moved_on": moved_on, "noted_on": noted_on, "revenue": revenue, "refund": refund, **named}
    )
