"""The star tables as analysts see them (schema a stella): files of an export and views of SQL access are made of these.

Each is one query over tables of read models, with the company in every join. A column that a read model gets appears
by itself; what somebody has written freely stays inside, or is told only where the customer is no consumer. People are
ids and codes, firms and public bodies have their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter

from gateways.export import dates
from projections.base import Table
from projections.catalog import READ_MODELS
from projections.due_ledger import DUE_PART
from projections.mart_dates import YEAR
from projections.mart_readings import READING
from projections.mart_revenue_tables import FEE, INVOICE_LINE
from projections.mart_service_clocks import JUDGED
from projections.mart_stock import MOVE
from projections.mart_tables import (
    AREA,
    CONTRACT,
    CONTRACT_LINE,
    CUSTOMER,
    JOB,
    PLACE,
    PRODUCT,
    SERIAL,
    SITE,
    TECHNICIAN,
)
from projections.mart_work_tables import ACTIVITY, CALL, COST, EXPENSE, PART, TRAVEL
from projections.sla_tables import SLA_CLOCK

CONSUMER = "consumer"
CENTS = frozenset(
    {
        "amount", "vat", "cost", "value", "planned_revenue", "planned_cost", "labour_cost", "way_cost", "agreed_cost",
        "open", "paid", "credited",
    }
)  # fmt: skip
"""Columns of money: euro with two places. Other numbers (prices, rates, quantities, kilometres) have six."""


@dataclass(frozen=True)
class Star:
    """One table for analysts: `columns` to their PostgreSQL types, `month` the day by which it is cut into files."""

    name: str
    sql: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    month: str | None = None
    tables: frozenset[str] = field(default_factory=frozenset)

    def select(self, names: Mapping[str, str]) -> str:
        """The query, with the tables called by their names in a generation; companies are for the caller to choose."""
        return self.sql.format_map(names)

    def scale(self, column: str) -> int:
        """Decimal places of a number."""
        return 2 if column in CENTS else 6


def _star(
    table: Table,
    month: str | None = None,
    *,
    name: str | None = None,
    hidden: Iterable[str] = (),
    free: Iterable[str] = (),
    more: Mapping[str, tuple[str, str]] | None = None,
    joins: str = "",
    called: Mapping[str, str] | None = None,
) -> Star:
    """`free` are columns that are told of no consumer, `more` brings columns of `joins`, `called` names them anew."""
    more, called, free = more or {}, called or {}, tuple(free)
    told = {column: f"t.{column}" for column in table.columns if column not in hidden}
    kinds = {called.get(column, column): table.columns[column] for column in told}
    if free:
        joins += " left join {dim_customer} c on c.company_id = t.company_id and c.customer_id = t.customer_id"
        shown = f"t.customer_id is null or c.nature <> '{CONSUMER}'"
        told |= {column: f"case when {shown} then t.{column} end" for column in free}
    listed = [f"{expression} as {called.get(column, column)}" for column, expression in told.items()]
    listed += [f"{expression} as {column}" for column, (_, expression) in more.items()]
    sql = f"select {', '.join(listed)} from {{{table.name}}} t{joins}"  # noqa: S608 - our own names
    needed = frozenset(part for _, part, _, _ in Formatter().parse(sql) if part)
    columns = {**kinds, **{column: kind for column, (kind, _) in more.items()}}
    key = tuple(called.get(column, column) for column in table.key)
    return Star(name or table.name, sql, columns, key, month, needed)


def _beside(table: str, alias: str, theirs: str, ours: str) -> str:
    return f" left join {{{table}}} {alias} on {alias}.company_id = t.company_id and {alias}.{theirs} = t.{ours}"


STARS = (
    Star(
        "dim_date",
        dates.select(),
        {name: kind for name, (kind, _) in dates.COLUMNS.items()},
        ("day",),
        tables=frozenset({YEAR.name}),
    ),
    _star(
        CUSTOMER,
        more={"name": ("text", f"case when t.nature <> '{CONSUMER}' then p.name end")},
        joins=_beside("party", "p", "party_id", "customer_id"),
    ),
    _star(SITE),
    _star(AREA),
    _star(
        CONTRACT,
        free=("title",),
        more={"status": ("text", "k.status"), "signed_on": ("date", "k.signed_on")},
        joins=_beside("contract", "k", "contract_id", "contract_id"),
    ),
    _star(CONTRACT_LINE, hidden=("description",)),
    _star(SERIAL, hidden=("moves",)),
    _star(PRODUCT),
    _star(TECHNICIAN),
    _star(JOB, hidden=("note", "closed_reason", "matters"), free=("name",)),
    _star(PLACE),
    _star(INVOICE_LINE, "issued_on", free=("description",)),
    _star(FEE, "month"),
    _star(
        CALL,
        "opened_on",
        hidden=("coverage",),
        more={
            "number": ("text", "k.number"),
            "status": ("text", "k.status"),
            "coverage_kind": ("text", "t.coverage ->> 'kind'"),
        },
        joins=_beside("call", "k", "call_id", "call_id"),
    ),
    _star(ACTIVITY, "day"),
    _star(TRAVEL, "day"),
    _star(EXPENSE, "day"),
    _star(PART, "day"),
    _star(COST, "day"),
    _star(MOVE, "day"),
    _star(READING, "day"),
    _star(
        SLA_CLOCK,
        "opened_on",
        name="mart_service_clock",
        hidden=("noted", "next_percent", "next_at", "void"),
        called={"party_id": "customer_id"},
        more={
            "call_number": ("text", "k.number"),
            "opened_on": ("date", "k.opened_on"),
            "result": ("text", JUDGED.replace("c.", "t.")),
        },
        joins=_beside("call", "k", "call_id", "call_id"),
    ),
    _star(DUE_PART, "due_on", name="mart_due", hidden=("credited_at",)),
)
BY_NAME = {star.name: star for star in STARS}
MODEL_OF = {table.name: model for model in READ_MODELS for table in model.TABLES}
MODELS = tuple(sorted({MODEL_OF[name] for star in STARS for name in star.tables}, key=lambda model: model.NAME))
"""The read models that have these tables: an export waits until they stand at one position."""
