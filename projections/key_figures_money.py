"""Key figures of money and hours (redditività, carico, agenti): contracts by margin, months of technicians, agents."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field

from projections.availability import AskTechnicians
from projections.base import Ask, Page, Reader, Row
from projections.commissions import CommissionStatement, commission_statement
from projections.key_figure_calls import listed
from projections.margins import Margins, margins
from projections.margins import Period as Months
from projections.mart_revenue_views import Measure, RevenueSums, revenue
from projections.workload import AskWorkload, percent, workload

WORST = "margin"
MINUTES = ("capacity_minutes", "planned_minutes", "performed_minutes")
ALL = 500


class ContractRanking(Page, Months):
    """Contracts by margin over some months."""


def contract_ranking(reader: Reader, ask: ContractRanking) -> dict[str, Any]:
    """Contracts with revenue, cost and margin, the worst margin first; `whole` is what they sum to with the rest.

    The row with the empty key is what belongs to no contract.
    """
    return margins(reader, Margins(**{**ask.model_dump(), "by": "contract", "sort": ask.sort or WORST}))


class TechnicianMonth(Page):
    """The hours of technicians in a month."""

    month: date = Field(description="Any day of the month.")
    technician_id: UUID | None = None
    area: str | None = None


HOURS = (
    "technician_id",
    "technician_code",
    "technician_name",
    "month",
    *MINUTES,
    "planned_percent",
    "performed_percent",
)
AGENT = ("agent_id", "code", "month", "invoiced", "earned", "commission", "is_settled")


def technician_month(reader: Reader, ask: TechnicianMonth) -> dict[str, Any]:
    """Minutes of each active technician: capacity, planned, performed, and both in percent of the capacity.

    The sums of the workload's weeks, cut at the ends of the month.
    """
    first_on, last_on = month_of(ask.month)
    whole: dict[UUID, Row] = {}
    told: dict[str, Any] = {"technician_id": ask.technician_id, "area": ask.area}
    for row in every(reader, workload, AskWorkload(from_on=first_on, to_on=last_on, limit=ALL, **told)):
        sums = whole.setdefault(row["technician_id"], {**row, **dict.fromkeys(MINUTES, 0)})
        sums |= {name: sums[name] + row[name] for name in MINUTES}
    rows = [_month(row, first_on) for row in whole.values()]
    return listed(ask, rows, ("technician_name", "technician_id"), HOURS)


def _month(row: Row, month: date) -> Row:
    capacity, planned, performed = (row[name] for name in MINUTES)
    named = {name: row[name] for name in ("technician_id", "technician_code", "technician_name")}
    percents = {"planned_percent": percent(planned, capacity), "performed_percent": percent(performed, capacity)}
    return {**named, "month": month, **{name: row[name] for name in MINUTES}, **percents}


class AgentMonth(Page):
    """What agents brought in a month."""

    month: date = Field(description="Any day of the month.")


def agent_month(reader: Reader, ask: AgentMonth) -> dict[str, Any]:
    """Each agent's invoiced and earned revenue of the month, and the commission of its statement (euro before VAT)."""
    first_on, last_on = month_of(ask.month)
    sums = {measure: _by_agent(reader, measure, first_on, last_on) for measure in (Measure.INVOICED, Measure.EARNED)}
    rows = []
    for agent in reader.rows("select distinct agent_id, code from {commission_agent}"):
        said = CommissionStatement(agent_id=agent["agent_id"], month=first_on)
        statement = commission_statement(reader, said) or {"total": Decimal(0), "is_settled": False}
        amounts = {measure.value: found.get(agent["agent_id"], Decimal("0.00")) for measure, found in sums.items()}
        owed = {"commission": statement["total"], "is_settled": statement["is_settled"]}
        rows.append({**agent, "month": first_on, **amounts, **owed})
    return listed(ask, rows, ("code", "agent_id"), AGENT)


def _by_agent(reader: Reader, measure: Measure, from_on: date, to_on: date) -> dict[UUID, Decimal]:
    asked = RevenueSums(by="agent", measure=measure, from_on=from_on, to_on=to_on, limit=ALL)
    return {row["agent_id"]: row["amount"] for row in every(reader, revenue, asked)}


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def every(reader: Reader, query: Any, ask: Page | AskTechnicians | Ask) -> list[Row]:
    """All rows of a list, page by page."""
    rows: list[Row] = []
    while True:
        found = query(reader, ask)
        rows += found["items"]
        if found["next"] is None:
            return rows
        ask = ask.model_copy(update={"after": found["next"]})
