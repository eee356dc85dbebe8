"""The demo's controlling (controllo di gestione): a customer's job, an agent's commission settled after the month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from aggregates import roles
from aggregates.party import party_id
from aggregates.values import ROME
from gateways.demo_figures import Section, euro
from gateways.demo_goods import FURNITURE, HOTEL, PRINTER, TAVERN
from gateways.demo_stage import Stage

JOB, AGENT = "COM-2026-014", "AG01"
PERCENTS: tuple[dict[str, Any], ...] = (
    {"percent": "8", "sources": ["quote", "goods"]},
    {"percent": "3"},
)
"""What the salesman earns: more on what was sold than on fees and calls."""


def play_controlling(stage: Stage, day: date) -> None:
    """What the office does on a day so that costs and revenue are told apart."""
    play = CONTROLLING.get(day)
    if play is not None:
        stage.settle()
        play(stage, datetime.combine(day, time(17), tzinfo=ROME))


def margins(stage: Stage, first: date, today: date) -> Section:
    """The month's margin as a whole and by job, and the commissions settled."""
    asked = stage.ask("margins", by="job", from_on=first, to_on=today, limit=500)
    jobs = [(f"Commessa {row['key']}, {row['name']}", row) for row in asked["items"] if row["key"]]
    rows = [(words, *_amounts(row)) for words, row in [("In tutto", asked["whole"]), *jobs]]
    unknown = asked["whole"]["unknown_costs"]
    settled = stage.every("commission-statements")
    told = [f"Provvigioni {row['number']}: {euro(row['total'])} euro su {row['entries']} righe." for row in settled]
    note = " ".join([*told, *([f"Costi non noti: {unknown}."] if unknown else [])])
    return Section("Margini", ("", "Ricavi", "Costi", "Margine", "%"), tuple(rows), frozenset({1, 2, 3, 4}), note)


def _amounts(row: Mapping[str, Any]) -> tuple[str, ...]:
    percent = "-" if row["percent"] is None else f"{row['percent']}".replace(".", ",")
    return (*(euro(row[name]) for name in ("revenue", "cost", "margin")), percent)


def _job(stage: Stage, at: datetime) -> None:
    """The hotel's coffee machine: everything done for them in the month stands on one job."""
    terms = {
        "name": "Sala colazioni", "kind": "customer", "customer_id": party_id(HOTEL), "planned_revenue": "1200.00",
        "planned_cost": "700.00",
    }  # fmt: skip
    stage.do("open-job", "hotel", at, roles.BILLING, code=JOB, terms=terms, opened_on=at.date())
    customers = [party_id(code) for code in (FURNITURE, HOTEL, PRINTER, TAVERN)]
    stage.do(
        "set-commission-terms", "agent", at, roles.ACCOUNTANT, agent_id=stage.id(f"user/{roles.SALES}"), code=AGENT,
        from_on=at.date(), terms={"basis": "invoiced", "rules": PERCENTS, "customers": customers},
    )  # fmt: skip


def _settled(stage: Stage, at: datetime) -> None:
    """September is over: its commissions are settled, with their number."""
    agent = {"agent_id": stage.id(f"user/{roles.SALES}"), "month": date(2026, 9, 1)}
    stage.do("settle-commissions", "september", at, roles.ACCOUNTANT, **agent)


CONTROLLING: Mapping[date, Callable[[Stage, datetime], None]] = {
    date(2026, 9, 1): _job,
    date(2026, 10, 1): _settled,
}
