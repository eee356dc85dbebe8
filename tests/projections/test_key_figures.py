"""Key figures: counted from calls, told apart by group, and the calls behind each number."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates import roles
from projections.catalog import BY_NAME
from tests.commands.calls import GINO, MACHINE, PINA
from tests.contract_steps import C1, K1
from tests.dsl import Company, Do, do
from tests.projections.test_margins import call as closed
from tests.projections.test_margins import house, priced, work
from tests.projections.test_mart_work import OTHER

__all__ = ["house", "priced"]
ONE, TWO, THREE, FOUR, FIVE = (uuid5(K1, f"figure {n}") for n in range(1, 6))
FIGURES = [view for view in BY_NAME.values() if view.path.startswith("/key-figures/")]


def one_visit(call_id: UUID, day: date, machine: UUID, outcome: str = "solved", who: UUID = GINO) -> tuple[Do, ...]:
    return closed(call_id, [machine], day, work(call_id, 1, day, 90, who), outcome=outcome)


@pytest.fixture
def busy(house: Company) -> Company:
    """March 2026: fixed; came back as the next; unsolved; two visits by Pina on the other machine; no fault."""
    second = date(2026, 3, 25)
    house.given(
        *one_visit(ONE, date(2026, 3, 2), OTHER),
        *one_visit(TWO, date(2026, 3, 10), MACHINE),
        *one_visit(THREE, date(2026, 3, 20), MACHINE, "not_solved"),
        *closed(FOUR, [OTHER], second, work(FOUR, 1, second - timedelta(days=1), 60, PINA), work(FOUR, 2, second, 60)),
        *one_visit(FIVE, date(2026, 3, 30), MACHINE, "no_fault"),
    )
    return house


def only(company: Company, name: str, **fields: Any) -> dict[str, Any]:
    [row] = company.ask(name, **fields)["items"]
    return dict(row)


def test_first_visits_are_counted_with_what_stood_against_them(busy: Company) -> None:
    """Within 20 days the second call came back as the third, the first one not: 1 of 4 is 25.0 %."""
    march = only(busy, "first-time-fix", from_on="2026-03-01", to_on="2026-03-31", within_days=20)
    assert (march["key"], march["calls"], march["judged"], march["percent"]) == ("2026-03", 5, 4, Decimal("25.0"))
    assert {name: march[name] for name in ("first_visit", "unsolved", "more_visits", "came_back", "no_fault")} == {
        "first_visit": 1, "unsolved": 1, "more_visits": 1, "came_back": 1, "no_fault": 1,
    }  # fmt: skip
    strict = only(busy, "first-time-fix", within_days=30)
    assert (strict["came_back"], strict["percent"]) == (2, Decimal("0.0"))
    by_words = only(busy, "first-time-fix", within_days=20, same_words=True)
    assert by_words["came_back"] == 1
    cut = {row["key"]: row["judged"] for row in busy.ask("first-time-fix", by="technician", within_days=20)["items"]}
    assert cut == {str(GINO): 3, str(PINA): 1}
    cut = {row["key"]: row["first_visit"] for row in busy.ask("first-time-fix", by="serial", within_days=20)["items"]}
    assert cut == {str(MACHINE): 0, str(OTHER): 1}
    behind = busy.ask("first-time-fix-calls", result="came_back", within_days=20)["items"]
    assert [(row["call_id"], row["next_on"]) for row in behind] == [(TWO, date(2026, 3, 20))]
    assert not busy.ask("first-time-fix", technician_id=UUID(int=9))["items"]


def test_every_group_counts_what_its_calls_show(busy: Company) -> None:
    for name, by in (("first-time-fix", "technician"), ("repair-times", "product"), ("backlog", "serial")):
        for row in busy.ask(name, by=by)["items"]:
            behind = busy.ask(f"{name}-calls", by=by, key=row["key"], limit=500)["items"]
            assert row["calls"] == len(behind) > 0
    for row in busy.ask("first-time-fix", by="area")["items"]:
        found = Counter(each["result"] for each in busy.ask("first-time-fix-calls", by="area", key=row["key"])["items"])
        assert all(row[result] == count for result, count in found.items())


def test_repairs_take_from_the_opening_to_the_last_work(busy: Company) -> None:
    """Opened at 8:00, worked on from 9:00: 2.5 hours, 1.5 of them work; the call of two visits ends at 10:00."""
    rows = {row["key"]: row for row in busy.ask("repair-times", by="technician")["items"]}
    gino, pina = rows[str(GINO)], rows[str(PINA)]
    assert (gino["calls"], gino["mean_hours"], gino["mean_work_hours"]) == (4, Decimal("2.5"), Decimal("1.5"))
    assert (pina["mean_hours"], pina["mean_work_hours"]) == (Decimal("2.0"), Decimal("2.0"))


def test_machines_fail_after_days_in_use(busy: Company) -> None:
    """2 March to 25 March is 23 days, 10 March to 20 March 10; five idle days of the latter are left out."""
    customer = only(busy, "failure-intervals", by="customer")
    assert (customer["key"], customer["machines"], customer["intervals"]) == (str(C1), 2, 2)
    assert (customer["days"], customer["idle_days"], customer["mean_days"]) == (33, 0, Decimal("16.5"))
    busy.given(
        do("define-item-status", code="attivo", label="Attivo", from_on="2026-01-01"),
        do("define-item-status", code="fermo", label="Fermo", in_service=False, from_on="2026-01-01"),
        do("change-item-status", serial_item_id=MACHINE, status="fermo", from_on="2026-03-12"),
        do("change-item-status", serial_item_id=MACHINE, status="attivo", from_on="2026-03-17"),
    )
    machine = only(busy, "failure-intervals", by="serial", serial_item_id=MACHINE)
    assert (machine["days"], machine["idle_days"], machine["mean_days"]) == (5, 5, Decimal("5.0"))
    [behind] = busy.ask("failure-intervals-calls", serial_item_id=MACHINE)["items"]
    assert (behind["call_id"], behind["before_on"], behind["opened_on"]) == (
        THREE,
        date(2026, 3, 10),
        date(2026, 3, 20),
    )
    assert not busy.ask("failure-intervals", from_on="2026-03-26")["items"]


def test_backlog_is_aged_at_any_date(busy: Company) -> None:
    new = uuid5(K1, "open one")
    busy.given(
        do("open-call", at="2026-04-01T08:00", call_id=new, party_id=C1, fault="Rumore", serial_item_ids=[MACHINE]),
    )
    assert not busy.ask("backlog", on="2026-03-31")["items"]
    row = only(busy, "backlog", on="2026-04-08")
    assert (row["calls"], row["days_2_7"], row["days_0_1"], row["oldest_days"]) == (1, 1, 0, 7)
    assert only(busy, "backlog", on="2026-04-09")["days_8_30"] == 1
    assert only(busy, "backlog-calls", on="2026-07-01", band="91+")["call_id"] == new
    busy.given(do("cancel-call", at="2026-04-20T08:00", call_id=new, reason="Risolto da sé"))
    assert not busy.ask("backlog")["items"]
    assert only(busy, "backlog", on="2026-04-19")["days_8_30"] == 1


def test_attainment_is_that_of_the_service_level_report(busy: Company) -> None:
    report = busy.ask("service-level-report", from_on="2026-03-01", to_on="2026-03-31", by="month")["items"]
    rows = busy.ask("attainment", from_on="2026-03-01", to_on="2026-03-31")["items"]
    said = [(row["key"], row["clock"], row["met"], row["breached"], str(row["percent"])) for row in rows]
    assert said == [(r["key"], r["clock"], r["met"], r["breached"], str(r["percent_in_time"])) for r in report]
    assert rows
    for row in rows:
        behind = busy.ask("attainment-calls", key=row["key"], clock=row["clock"], state="met", limit=500)["items"]
        assert len(behind) == row["met"]


def test_contracts_stand_with_the_worst_margin_first(busy: Company) -> None:
    rows = busy.ask("contract-ranking", from_on="2026-03-01", to_on="2026-03-31")["items"]
    assert [row["margin"] for row in rows] == sorted(row["margin"] for row in rows)
    assert {row["key"] for row in rows} >= {str(K1)}


def test_a_month_of_technicians_sums_its_weeks(busy: Company) -> None:
    weeks = busy.ask("workload", from_on="2026-03-01", to_on="2026-03-31", technician_id=GINO, limit=50)["items"]
    month = only(busy, "technician-month", month="2026-03-14", technician_id=GINO)
    for name in ("capacity_minutes", "planned_minutes", "performed_minutes"):
        assert month[name] == sum(row[name] for row in weeks)
    assert month["performed_minutes"] == 4 * 90 + 60


def test_lists_are_paged_and_sorted(busy: Company) -> None:
    seen, after = [], None
    while True:
        part = busy.ask("first-time-fix-calls", limit=2, sort="-call_number", **({"after": after} if after else {}))
        seen += [row["call_id"] for row in part["items"]]
        after = part["next"]
        if after is None:
            break
    assert seen == [FIVE, FOUR, THREE, TWO, ONE]


@pytest.mark.parametrize("view", FIGURES, ids=lambda view: view.name)
def test_figures_are_for_leaders(view: Any) -> None:
    assert view.roles >= roles.LEADERS
    assert roles.TECHNICIAN not in view.roles
