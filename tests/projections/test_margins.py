"""Margins: of a contract, of a call, by any dimension; whichever way it is cut, the sums are the same (R12.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, get_args
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aggregates import roles
from aggregates.article import article_id
from aggregates.rules.margin import among
from projections.catalog import BY_NAME
from projections.margins import Dimension
from tests.commands.calls import COPIER, GINO, MACHINE, PINA, rome
from tests.commands.test_work_billing import firm as priced
from tests.contract_steps import C1, K1, LINE, draft, line, run, sign
from tests.dsl import Company, Do, do
from tests.projections.test_mart_work import MAIN, OTHER, SECOND, VISIT, cost_set, given_van

__all__ = ["priced"]
FIELDS: dict[str, Any] = {"owner_id": C1, "site_id": None}
ZERO = Decimal(0)
VIEWS = ("margins", "margin-entries", "cost-reason", "call-margin", "contract-margin")


@pytest.fixture
def house(priced: Company) -> Company:
    """Two machines, one under a contract of 1,200.00 billed for 2026; Gino at 31.00 an hour, in a van at 0.42."""
    for machine in (COPIER, SECOND):
        priced.given(do("register-serial-item", **{**machine.fields, "owner_id": C1}))
    priced.given(*given_van(), cost_set("31.00"), cost_set("28.35", technician_id=PINA))
    priced.given(do("open-warehouse", code="MAIN", name="Magazzino"))
    priced.given(do("stock-article", article_id=article_id("FUS"), warehouse_id=MAIN, quantity="90", unit_cost="58.10"))
    header = draft(starts_on="2026-01-01", alignment="none", suspension_approved=True)
    priced.given(header, line(line_id=LINE, serial_item_ids=[MACHINE]), sign(at="2025-12-10T10:00"))
    run(priced, "2026-01-01")
    return priced


def call(call_id: UUID, machines: list[UUID], day: date, *works: Do, outcome: str = "solved") -> tuple[Do, ...]:
    """A call opened, worked on and closed on a day."""
    said: dict[str, Any] = {"call_id": call_id, "party_id": C1, "fault": "Non stampa", "serial_item_ids": machines}
    return (
        do("open-call", at=f"{day}T08:00", **said),
        *works,
        do("report-work", at=f"{day}T19:00", call_id=call_id, work_done="Fatto"),
        do("close-call", at=f"{day}T19:10", call_id=call_id, outcome=outcome),
    )


def work(call_id: UUID, key: object, day: date, minutes: int, technician_id: UUID = GINO, **fields: Any) -> Do:
    begins = rome(f"{day}T09:00")
    said: dict[str, Any] = {
        "call_id": call_id, "activity_id": uuid5(call_id, str(key)), "kind": "repair", "mode": "visit",
        "technician_id": technician_id, "starts_at": begins, "ends_at": begins + timedelta(minutes=minutes),
    }  # fmt: skip
    return do("perform-activity", at=f"{day}T18:30", **{**said, **fields})


def part(call_id: UUID, key: object, day: date, quantity: int) -> Do:
    named: dict[str, Any] = {
        "code": "FUS",
        "description": "Fusore",
        "article_id": article_id("FUS"),
        "quantity": str(quantity),
    }
    return do("use-part", at=f"{day}T18:40", call_id=call_id, line_id=uuid5(call_id, f"part {key}"), **named)


def test_a_contract_earns_its_fee_and_costs_what_it_made_free(house: Company) -> None:
    """R12.4: H1 595.07 − 318.70 = 276.37 (46.44 %); the free work is worth 659.50 by price list (R4.2)."""
    day, one = date(2026, 3, 9), uuid5(K1, "call")
    house.given(*call(one, [MACHINE], day, work(one, 1, day, 480, travel_km="30"), part(one, 1, day, 1)))
    half = house.ask("contract-margin", contract_id=K1, from_on="2026-01-01", to_on="2026-06-30")
    shown = tuple(str(half[name]) for name in ("revenue", "cost", "margin", "percent"))
    assert shown == ("595.07", "318.70", "276.37", "46.44")
    assert [(row["call_id"], row["cost"], row["free_value"]) for row in half["calls"]] == [
        (one, Decimal("318.70"), Decimal("659.50"))
    ]
    so_far = house.ask("contract-margin", contract_id=K1, on="2026-06-15")
    assert [so_far[name] for name in ("revenue", "cost", "months")] == [
        half[name] for name in ("revenue", "cost", "months")
    ], "months to come are told only when they are asked for"
    assert house.ask("contract-margin", contract_id=K1, to_on="2026-12-31")["revenue"] == Decimal("1200.00")
    [march] = [row for row in half["months"] if row["month"] == date(2026, 3, 1)]
    assert (march["revenue"], march["cost"]) == (Decimal("101.92"), Decimal("318.70"))
    sheet = house.ask("call-margin", call_id=one)
    assert (sheet["cost"], sheet["free_cost"], sheet["free_value"]) == (ZERO, Decimal("318.70"), Decimal("659.50"))
    cut = house.ask("margins", by="contract", from_on="2026-01-01", to_on="2026-06-30")["items"]
    assert [(row["key"], row["margin"], row["percent"], row["free_cost"]) for row in cut] == [
        (str(K1), Decimal("276.37"), Decimal("46.44"), Decimal("318.70"))
    ]


def test_a_call_is_charged_less_what_that_cost(house: Company) -> None:
    """Before it is billed the call shows what it would be billed; two technicians earn its lines by their minutes."""
    day, one = date(2026, 4, 16), uuid5(K1, "charged")
    works = (work(one, 1, day, 120), work(one, 2, day, 60, PINA))
    house.given(*call(one, [OTHER], day, *works))
    before = house.ask("call-margin", call_id=one)
    assert (before["is_billed"], before["revenue"], before["cost"]) == (False, Decimal("191.00"), Decimal("90.35"))
    run(house, "2026-04-30")
    after = house.ask("call-margin", call_id=one)
    assert (after["is_billed"], after["margin"], after["percent"]) == (True, Decimal("100.65"), Decimal("52.70"))
    found = house.ask("margins", by="technician", call_id=one)
    assert {row["key"]: row["revenue"] for row in found["items"]} == {
        str(GINO): Decimal("127.33"),
        str(PINA): Decimal("63.67"),
    }
    house.do("open-job", code="Com-9", terms={"name": "Revisione"}, at="2026-05-01T09:00")
    house.given(do("put-on-job", kind="call", record_id=one, job="Com-9", cost_centre="NORD", at="2026-05-02T09:00"))
    for by, key in (("job", "COM-9"), ("cost_centre", "NORD")):
        rows = {row["key"]: row["margin"] for row in house.ask("margins", by=by)["items"]}
        assert rows[key] == Decimal("100.65")
    entries = house.ask("margin-entries", by="job", key="COM-9")["items"]
    assert sum(row["amount"] for row in entries if row["side"] == "revenue") == Decimal("191.00")
    [labour] = [row for row in entries if row["source"] == "labour" and row["technician_id"] == PINA]
    source, source_id, number = labour["entry_id"].split("/")
    why = house.ask("cost-reason", source=source, source_id=source_id, number=number)
    assert (why["amount"], why["act"]["work_minutes"], why["account"]) == (Decimal("28.35"), 60, "charged")
    assert why["fact"]["topic"] == "call.activity-performed.v1"


def test_only_those_who_may_see_costs_see_margins() -> None:
    for name in VIEWS:
        assert BY_NAME[name].roles == {roles.MANAGER, roles.ADMINISTRATOR, roles.ACCOUNTANT}


NUMBERS = count()
WORK = st.tuples(st.integers(1, 480), st.sampled_from([GINO, PINA]), st.integers(0, 90), st.booleans())
CALLS = st.tuples(
    st.lists(st.sampled_from([MACHINE, OTHER]), unique=True, max_size=2),
    st.lists(WORK, min_size=1, max_size=3),
    st.integers(0, 3),
    st.sampled_from(["solved", "abuse"]),
    st.dates(date(2026, 2, 1), date(2026, 11, 30)),
)


@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(calls=st.lists(CALLS, min_size=1, max_size=4), billed=st.booleans())
def test_sums_are_the_same_whichever_way_they_are_cut(house: Company, calls: list[Any], billed: bool) -> None:
    for machines, works, parts, outcome, day in calls:
        one = uuid5(VISIT, str(next(NUMBERS)))
        done = [
            work(one, n, day, minutes, technician_id, travel_minutes=way, travel_km="12.5" if drives else None)
            for n, (minutes, technician_id, way, drives) in enumerate(works)
        ]
        used = [part(one, 1, day, parts)] if parts else []
        house.given(*call(one, machines, day, *done, *used, outcome=outcome))
    if billed:
        house.do("propose-invoices", at="2026-12-01T07:00", until="2026-11-30")
        for proposal in house.ask("invoices", state="proposed", limit=500)["items"]:
            house.do("issue-invoice", at="2026-12-01T08:00", invoice_id=proposal["invoice_id"], dated_on="2026-12-01")
    agrees(house)


def agrees(company: Company) -> None:
    """Every cut sums to the earned amounts and the costs of the datamart, and these to the acts' own."""
    company.fold()
    whole = one_row(
        company,
        """select (select coalesce(sum(amount), 0) from {mart_fee} where month is not null) as revenue,
                  (select coalesce(sum(amount), 0) from {mart_cost}) as cost,
                  (select coalesce(sum(cost), 0) from {mart_activity})
                  + (select coalesce(sum(cost), 0) from {mart_travel})
                  + (select coalesce(sum(cost), 0) from {mart_part})
                  + (select coalesce(sum(cost), 0) from {mart_expense}) as acts""",
    )
    assert whole["cost"] == whole["acts"]
    for by in get_args(Dimension):
        found = company.ask("margins", by=by, limit=500)
        for name in ("revenue", "cost"):
            assert sum((row[name] for row in found["items"]), ZERO) == whole[name] == found["whole"][name], by
        kinds = ("labour", "travel", "parts", "expenses")
        assert all(row["cost"] == sum(row[kind] for kind in kinds) for row in found["items"])
    check_shares(company)


def check_shares(company: Company) -> None:
    """What the database shares among technicians is what the rule shares."""
    minutes: dict[UUID, dict[UUID, int]] = {}
    for row in company.house.reader.rows("select call_id, technician_id, work_minutes from {mart_activity}"):
        known = minutes.setdefault(row["call_id"], {})
        known[row["technician_id"]] = known.get(row["technician_id"], 0) + row["work_minutes"]
    wanted: dict[str, Decimal] = {}
    for row in company.house.reader.rows("select call_id, amount from {mart_fee} where month is not null"):
        worked = dict(sorted(minutes.get(row["call_id"], {}).items(), key=lambda each: str(each[0])))
        shares: Mapping[UUID | None, Decimal] = (
            among(row["amount"], list(worked), list(worked.values())) if worked else {None: row["amount"]}
        )
        for technician_id, share in shares.items():
            key = str(technician_id or "")
            wanted[key] = wanted.get(key, ZERO) + share
    found = {row["key"]: row["revenue"] for row in company.ask("margins", by="technician")["items"]}
    assert {key: amount for key, amount in found.items() if amount} == {k: v for k, v in wanted.items() if v}


def one_row(company: Company, sql: str) -> dict[str, Any]:
    row = company.house.reader.row(sql)
    assert row is not None
    return row
