"""Tables of the datamart's work and costs (lavoro e costi): one row for each act, and the ledger of what it cost.

Minutes, kilometres and pieces stand in the rows of activities, travel, expenses and parts; `mart_cost` splits the same
euro over machines and says who bears them. `fact_position` is that of the fact behind a row, `rate_position` that of
the fact that said what an hour or a kilometre costs, `position` that of the last fact that changed the row. A cost
that is not known is 0, and `is_known` says so.
"""

from __future__ import annotations

from projections.base import Row, Rows, Table

CALL = Table(
    "mart_call",
    {
        "call_id": "uuid", "customer_id": "uuid", "site_id": "uuid", "contract_id": "uuid",
        "contract_line_id": "uuid", "account": "text", "coverage": "jsonb", "serial_item_ids": "jsonb",
        "channel": "text", "priority": "text", "is_maintenance": "boolean", "opened_at": "timestamptz",
        "opened_on": "date", "first_visit_at": "timestamptz", "visits": "integer", "closed_at": "timestamptz",
        "closed_on": "date", "outcome": "text", "reopened": "integer", "is_cancelled": "boolean",
        "merged_into": "uuid", "position": "bigint",
    },
    ("call_id",),
    ("customer_id, opened_on", "opened_on", "closed_on"),
)  # fmt: skip
ACTIVITY = Table(
    "mart_activity",
    {
        "activity_id": "uuid", "record_kind": "text", "record_id": "uuid", "call_id": "uuid", "visit_id": "uuid",
        "customer_id": "uuid", "site_id": "uuid", "contract_id": "uuid", "serial_item_ids": "jsonb", "kind": "text",
        "mode": "text", "technician_id": "uuid", "is_contractor": "boolean", "day": "date",
        "starts_at": "timestamptz", "ends_at": "timestamptz", "work_minutes": "integer", "travel_minutes": "integer",
        "overtime_minutes": "integer", "bands": "jsonb", "hourly_cost": "numeric", "labour_cost": "numeric",
        "way_cost": "numeric", "cost": "numeric", "agreed_cost": "numeric", "is_known": "boolean",
        "account": "text",        "fact_position": "bigint", "rate_position": "bigint", "position": "bigint",
    },
    ("activity_id",),
    ("technician_id, day", "call_id", "day", "record_id"),
)  # fmt: skip
TRAVEL = Table(
    "mart_travel",
    {
        "activity_id": "uuid", "call_id": "uuid", "customer_id": "uuid", "technician_id": "uuid",
        "vehicle_id": "uuid", "day": "date", "km": "numeric", "per_km": "numeric", "cost": "numeric",
        "is_known": "boolean", "fact_position": "bigint", "rate_position": "bigint", "position": "bigint",
    },
    ("activity_id",),
    ("technician_id, day", "call_id", "day"),
)  # fmt: skip
EXPENSE = Table(
    "mart_expense",
    {
        "origin": "text", "line_id": "uuid", "record_kind": "text", "record_id": "uuid", "call_id": "uuid",
        "customer_id": "uuid", "technician_id": "uuid", "serial_item_id": "uuid", "activity_id": "uuid",
        "item": "text", "kind": "text", "day": "date", "amount": "numeric", "cost": "numeric",
        "counted_as": "text", "fact_position": "bigint", "position": "bigint",
    },
    ("origin", "line_id"),
    ("call_id", "day", "record_id", "activity_id"),
)  # fmt: skip
PART = Table(
    "mart_part",
    {
        "line_id": "uuid", "use_id": "uuid", "record_kind": "text", "record_id": "uuid", "call_id": "uuid",
        "customer_id": "uuid", "serial_item_id": "uuid", "activity_id": "uuid", "article_id": "uuid", "code": "text",
        "warehouse_id": "uuid", "item": "text", "is_in_fix": "boolean", "account": "text", "day": "date",
        "quantity": "numeric", "unit_cost": "numeric", "cost": "numeric", "is_known": "boolean",
        "fact_position": "bigint", "position": "bigint",
    },
    ("line_id",),
    ("call_id", "day", "article_id", "record_id", "use_id"),
)  # fmt: skip
COST = Table(
    "mart_cost",
    {
        "source": "text", "source_id": "uuid", "number": "integer", "day": "date", "amount": "numeric",
        "item": "text", "account": "text", "account_id": "uuid", "customer_id": "uuid", "site_id": "uuid",
        "contract_id": "uuid", "contract_line_id": "uuid", "call_id": "uuid", "record_kind": "text",
        "record_id": "uuid", "serial_item_id": "uuid", "technician_id": "uuid", "article_id": "uuid",
        "is_known": "boolean", "stream_id": "uuid", "fact_position": "bigint", "rate_position": "bigint",
        "position": "bigint",
    },
    ("source", "source_id", "number"),
    ("call_id", "day", "customer_id, day", "contract_id, day", "technician_id, day", "serial_item_id, day"),
)  # fmt: skip
RATE = Table("mart_rate", {"subject_id": "uuid", "rates": "jsonb"}, ("subject_id",))
DRIVER = Table(
    "mart_driver",
    {"assignment_id": "uuid", "vehicle_id": "uuid", "technician_id": "uuid", "from_on": "date", "to_on": "date"},
    ("assignment_id",),
    ("technician_id", "vehicle_id"),
)
RECORD = Table(
    "mart_record",
    {
        "record_id": "uuid", "kind": "text", "customer_id": "uuid", "contract_id": "uuid", "call_id": "uuid",
        "account": "text", "items": "jsonb",
    },
    ("record_id",),
)  # fmt: skip
DRAW = Table(
    "mart_draw",
    {"work_id": "uuid", "activity_id": "uuid", "pool_id": "uuid"},
    ("work_id", "activity_id"),
    ("activity_id",),
)
PASSED_ON = Table("mart_passed_on", {"claim_line_id": "uuid", "expense_line_id": "uuid"}, ("claim_line_id",))
OFFER = Table(
    "mart_offer",
    {
        "work_id": "uuid", "activity_id": "uuid", "technician_id": "uuid", "terms": "jsonb", "state": "text",
        "total": "numeric", "position": "bigint",
    },
    ("work_id",),
    ("activity_id",),
)  # fmt: skip
WORK_TABLES = (CALL, ACTIVITY, TRAVEL, EXPENSE, PART, COST, RATE, DRIVER, RECORD, DRAW, PASSED_ON, OFFER)


def put(rows: Rows, table: Table, row: Row) -> None:
    """Write a row, dated by the fact that changed it; one that is the same stays as it was."""
    known = rows.get(table, *table.key_of(row))
    if known is None or {**known, **row, "position": known["position"]} != known:
        rows.put(table, {**row, "position": rows.now.position})
