"""New prices of contracts: at renewals by index, by hand in every way, provisional and settled, once and for all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.contract import Contract
from aggregates.contract_adjusted import FeeAdjustment
from aggregates.contract_refusals import ContractHasEnded, ContractNotSigned, LineUnknown
from aggregates.fee_plan import (
    AdjustedBeforeStart,
    AdjustmentTermsMissing,
    AlreadyAdjusted,
    FeesSumToNothing,
    IndexNotKnown,
    NothingToAdjust,
)
from tests.contract_steps import C1, K1, K2, ROSSI, amounts, draft, due, founded, line, run, sign, signed
from tests.dsl import Company, Do, do

L1, L2, L3 = (UUID(int=n) for n in (1, 2, 3))
FEES = ((L1, "700.00"), (L2, "333.33"), (L3, "166.67"))
JANUARY_20 = "2026-01-20T09:00"


def figure(month: str, value: str | None, published_on: str, base: str = "2015=100", **more: Any) -> dict[str, Any]:
    return {"month": month, "value": value, "base": base, "published_on": published_on, **more}


DEC_2024 = figure("2024-12", "120.2", "2025-01-16")
DEC_2025 = figure("2025-12", "121.5", "2026-01-16")
DEC_2026 = figure(
    "2026-12",
    None,
    "2027-01-18",
    changes=[{"over_months": 12, "percent": "1.1"}, {"over_months": 24, "percent": "2.2"}],
)


def foi(*rows: dict[str, Any]) -> Do:
    return do("start-index-series", at="2025-02-01T09:00", code="FOI", name="ISTAT FOI senza tabacchi", rows=rows)


def loaded(*rows: dict[str, Any], at: str = JANUARY_20) -> Do:
    return do("load-index-rows", at=at, code="foi", rows=rows)


def contract(company: Company, contract_id: UUID = K1, **header: Any) -> None:
    """S04: three lines, from 1 February 2025, notice up to the last day, renewing itself."""
    usual: dict[str, Any] = {
        "starts_on": "2025-02-01",
        "alignment": "none",
        "notice": {"days": 0},
        "adjustment": {"share_percent": "75"},
    }
    company.execute(draft(contract_id, **{**usual, **header}))
    for n, (line_id, fee) in enumerate(FEES):
        company.execute(line(contract_id, UUID(int=line_id.int + contract_id.int), fee, description=f"Riga {n}"))
    company.execute(sign(contract_id, at="2025-01-20T10:00"))


def renew(contract_id: UUID = K1, at: str = "2026-02-01T06:00") -> Do:
    return do("renew-contract", at=at, contract_id=contract_id)


def adjust(change: dict[str, Any], from_on: str | None = "2026-02-01", at: str = JANUARY_20, **fields: Any) -> Do:
    return do("adjust-contract", at=at, contract_id=K1, change=change, from_on=from_on, **fields)


def yearly(company: Company, on: str, contract_id: UUID = K1) -> list[str]:
    """The annual fee of each line on a day."""
    terms = company.record(contract_id).state.fee_terms()
    return [str(each.annual_fee(date.fromisoformat(on))) for each in terms.lines]


def last_of(company: Company, contract_id: UUID = K1) -> FeeAdjustment:
    """The last adjustment as its fact tells it."""
    told = [r.fact for r in company.facts(contract_id) if isinstance(r.fact, Contract.FeesAdjusted)]
    return told[-1].adjustment


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def test_the_renewal_follows_the_index_and_stores_both_rows(firm: Company) -> None:
    firm.given(foi(DEC_2024, DEC_2025))
    contract(firm)
    firm.given().when(renew()).then(Contract.Renewed, Contract.FeesAdjusted)
    made = last_of(firm)
    assert [str(each.new) for each in made.lines] == ["705.77", "336.08", "168.05"]
    assert (made.old, made.new) == (Decimal("1200.00"), Decimal("1209.90"))
    assert [(row.month, str(row.value)) for row in made.index_rows] == [("2024-12", "120.2"), ("2025-12", "121.5")]
    assert str(made.notice_on) == "2026-01-31"
    assert not made.is_provisional
    run(firm, "2025-02-01")
    assert amounts(run(firm, "2026-02-01"))[1:] == [("1209.90", "266.18", "1476.08")]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"share_percent": "100"}, "1213.20"),
        ({"share_percent": "75", "precision": "ratio"}, "1209.73"),
        ({"share_percent": "0"}, "1200.00"),
        ({"share_percent": "75", "cap_percent": "0.5"}, "1206.00"),
        ({"share_percent": "75", "reference": "fixed_month", "reference_month": 12}, "1209.90"),
        ({"share_percent": "75", "reference": "lag", "lag_months": 2}, "1209.90"),
    ],
)
def test_terms_decide_the_new_fee(firm: Company, terms: dict[str, Any], expected: str) -> None:
    firm.given(foi(DEC_2024, DEC_2025))
    contract(firm, adjustment=terms)
    firm.execute(renew())
    assert sum(map(Decimal, yearly(firm, "2026-02-01"))) == Decimal(expected)
    assert yearly(firm, "2026-01-31") == ["700.00", "333.33", "166.67"]


@pytest.mark.parametrize(("chaining", "expected"), [("relative", "1219.88"), ("absolute", "1219.80")])
def test_the_second_year_never_applies_the_base_index_to_an_indexed_fee(
    firm: Company, chaining: str, expected: str
) -> None:
    firm.given(foi(DEC_2024, DEC_2025))
    contract(firm, adjustment={"share_percent": "75", "chaining": chaining})
    firm.given(renew(), loaded(DEC_2026, at="2027-01-20T09:00"), renew(at="2027-02-01T06:00"))
    assert sum(map(Decimal, yearly(firm, "2027-02-01"))) == Decimal(expected)


def test_a_price_agreed_in_between_is_where_absolute_begins_again(firm: Company) -> None:
    firm.given(foi(DEC_2024, DEC_2025))
    contract(firm, adjustment={"share_percent": "100", "chaining": "absolute"})
    firm.given(renew(), adjust({"way": "total", "total": "2000.00"}, from_on="2026-08-01", at="2026-07-20T09:00"))
    firm.given(loaded(DEC_2026, at="2027-01-20T09:00"), renew(at="2027-02-01T06:00"))
    assert sum(map(Decimal, yearly(firm, "2027-02-01"))) == Decimal("2022.00")


def test_bases_are_joined_by_their_coefficient(firm: Company) -> None:
    rows = (figure("2015-07", "107.2", "2015-08-14", "2010=100"), figure("2024-10", "120.1", "2024-11-15"))
    rebases = [{"from_base": "2010=100", "to_base": "2015=100", "coefficient": "1.071"}]
    firm.given(do("start-index-series", at="2025-02-01T09:00", code="FOI", name="FOI", rows=rows, rebases=rebases))
    terms = {"share_percent": "75", "chaining": "absolute", "base_month": "2015-07"}
    signed(firm, fee="1000.00", starts_on="2025-02-01", alignment="none", notice={"days": 0}, adjustment=terms)
    firm.execute(renew())
    assert yearly(firm, "2026-02-01") == ["1150.00"]


def test_a_line_may_follow_its_own_clause(firm: Company) -> None:
    firm.given(foi(DEC_2024, DEC_2025))
    firm.execute(draft(starts_on="2025-02-01", alignment="none", notice={"days": 0}, index_share_percent="100"))
    firm.execute(line(line_id=L1, fee="1000.00"))
    firm.execute(line(line_id=L2, fee="500.00", adjustment={"share_percent": "0"}))
    firm.execute(line(line_id=L3, fee="200.00", adjustment={"share_percent": "50"}))
    firm.given(sign(at="2025-01-20T10:00"), renew())
    assert yearly(firm, "2026-02-01") == ["1011.00", "500.00", "201.10"]


def test_an_unknown_index_leaves_the_old_fee_and_is_settled_later(firm: Company) -> None:
    firm.given(foi(DEC_2024))
    contract(firm, step_months=1)
    run(firm, "2026-01-31")
    firm.given().when(renew()).then(Contract.Renewed, Contract.FeesAdjusted)
    assert last_of(firm).is_provisional
    assert yearly(firm, "2026-03-01") == ["700.00", "333.33", "166.67"]
    run(firm, "2026-03-01")
    settle = do("settle-adjustment", at="2026-03-20T09:00", contract_id=K1)
    assert firm.given().when(settle).then_nothing().result == {"settled": 0, "waiting": 1}
    firm.execute(loaded(DEC_2025, at="2026-03-15T09:00"))
    assert firm.given().when(settle).then(Contract.FeesAdjusted).result == {"settled": 1, "waiting": 0}
    firm.given().when(settle).then_nothing()
    assert yearly(firm, "2026-02-01") == ["705.77", "336.08", "168.05"]
    differences = sum(Decimal(amount) for starts_on, _, amount in due(firm, "2026-03-31"))
    # February and March were billed at the old fee: 0.96 + 0.45 + 0.23, each line rounded over time by itself.
    assert differences == Decimal("1.64")
    run(firm, "2027-01-31")
    billed = sum(Decimal(total) for total, _, _ in amounts(firm_documents(firm)))
    assert billed == Decimal("1200.00") + Decimal("1209.90")


def firm_documents(firm: Company) -> list[dict[str, Any]]:
    return list(firm.ask("invoices", state="issued", limit=500)["items"])


def test_a_renewal_waits_behind_one_that_still_waits(firm: Company) -> None:
    firm.given(foi(DEC_2024))
    contract(firm)
    firm.given(renew(), loaded(DEC_2026, at="2027-01-20T09:00"), renew(at="2027-02-01T06:00"))
    assert [each.is_provisional for each in firm.record(K1).state.adjustments] == [True, True]
    firm.given(loaded(DEC_2025, at="2027-02-10T09:00"))
    answer = firm.do("settle-adjustment", at="2027-02-11T09:00", contract_id=K1)
    assert answer == {"settled": 2, "waiting": 0}
    assert sum(map(Decimal, yearly(firm, "2026-02-01"))) == Decimal("1209.90")
    assert sum(map(Decimal, yearly(firm, "2027-02-01"))) == Decimal("1219.88")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"way": "percent", "percent": "0.825"}, ["705.77", "336.08", "168.05"]),
        ({"way": "percent", "percent": "0.825", "each_line": True}, ["705.78", "336.08", "168.05"]),
        ({"way": "total", "total": "1209.90"}, ["705.77", "336.08", "168.05"]),
        ({"way": "amount", "amount": "10.00"}, ["710.00", "343.33", "176.67"]),
        ({"way": "index"}, ["705.77", "336.08", "168.05"]),
        ({"way": "index", "terms": {"share_percent": "100"}}, ["707.70", "337.00", "168.50"]),
    ],
)
def test_every_way_of_a_new_price(firm: Company, change: dict[str, Any], expected: list[str]) -> None:
    firm.given(foi(DEC_2024, DEC_2025))
    contract(firm)
    firm.given().when(adjust(change)).then(Contract.FeesAdjusted)
    assert yearly(firm, "2026-02-01") == expected
    firm.given().when(adjust(change)).then_nothing()
    firm.given().when(renew()).then(Contract.Renewed)
    assert yearly(firm, "2026-02-01") == expected


def test_chosen_lines_and_classes_of_articles(firm: Company) -> None:
    firm.execute(draft(starts_on="2025-02-01", alignment="none"))
    for line_id, fee, code in ((L1, "700.00", "STA-01"), (L2, "333.33", "sta-02"), (L3, "166.67", "PC-01")):
        firm.execute(line(line_id=line_id, fee=fee, article_code=code))
    firm.execute(sign(at="2025-01-20T10:00"))
    firm.execute(adjust({"way": "percent", "percent": "10", "article_codes": ["STA-*"]}))
    assert yearly(firm, "2026-02-01") == ["770.00", "366.66", "166.67"]
    firm.execute(adjust({"way": "amount", "amount": "3.33", "line_ids": [str(L3)]}, on_top=True))
    assert yearly(firm, "2026-02-01") == ["770.00", "366.66", "170.00"]


def test_two_changes_in_one_period_both_count(firm: Company) -> None:
    signed(firm, starts_on="2026-01-01", alignment="none", timing="arrears")
    firm.given(
        adjust({"way": "percent", "percent": "10"}, from_on="2026-09-01", at="2026-02-01T09:00"),
        adjust({"way": "total", "total": "1260.00"}, from_on="2026-05-01", at="2026-03-01T09:00"),
    )
    assert [yearly(firm, on)[0] for on in ("2026-04-30", "2026-05-01", "2026-08-31", "2026-09-01")] == [
        "1200.00",
        "1260.00",
        "1260.00",
        "1320.00",
    ]
    exact = (1200 * 120 + 1260 * 123 + 1320 * 122) / Decimal(365)
    assert due(firm, "2026-12-31") == [("2026-01-01", "2026-12-31", str(exact.quantize(Decimal("0.01"))))]


def test_what_cannot_be_adjusted_says_why(firm: Company) -> None:
    contract(firm, adjustment=None)
    percent = {"way": "percent", "percent": "2"}
    firm.execute(draft(K2, C1))
    firm.given().when(do("adjust-contract", contract_id=K2, change=percent)).then_refused(ContractNotSigned)
    firm.given().when(adjust({"way": "index"})).then_refused(AdjustmentTermsMissing)
    index = {"way": "index", "terms": {"series": "NIC"}}
    firm.given().when(adjust(index)).then_refused(IndexNotKnown, series="NIC")
    firm.given().when(adjust(percent, from_on="2025-01-31")).then_refused(AdjustedBeforeStart)
    firm.given().when(adjust({**percent, "line_ids": [str(L1)]})).then_refused(LineUnknown)
    firm.given().when(adjust({**percent, "article_codes": ["X*"]})).then_refused(NothingToAdjust)
    firm.execute(adjust(percent))
    firm.given().when(adjust({"way": "percent", "percent": "3"})).then_refused(AlreadyAdjusted, from_on="2026-02-01")
    firm.execute(adjust({"way": "total", "total": "0.00"}, from_on="2026-03-01"))
    total = adjust({"way": "total", "total": "5.00"}, from_on="2026-04-01")
    firm.given().when(total).then_refused(NothingToAdjust)
    firm.execute(do("receive-notice", at="2026-01-21T09:00", contract_id=K1))
    another = {"way": "percent", "percent": "3"}
    firm.given().when(adjust(another, from_on="2026-02-01", on_top=True)).then_refused(ContractHasEnded)


def test_lines_that_cancel_out_cannot_take_a_total(firm: Company) -> None:
    firm.execute(draft(starts_on="2025-02-01"))
    firm.execute(line(line_id=L1, fee="100.00"))
    firm.execute(line(line_id=L2, fee="-100.00"))
    firm.execute(sign(at="2025-01-20T10:00"))
    firm.given().when(adjust({"way": "total", "total": "50.00"})).then_refused(FeesSumToNothing)


def test_many_contracts_at_once_and_a_second_run_changes_nothing(firm: Company) -> None:
    contract(firm)
    contract(firm, K2)
    firm.execute(draft(UUID(int=9), C1))
    change = {"way": "percent", "percent": "2"}
    asked = do("adjust-contracts", at=JANUARY_20, contract_ids=[K1, K2, UUID(int=9)], change=change)
    found = firm.given().when(asked).then(Contract.FeesAdjusted, Contract.FeesAdjusted)
    assert [str(each["difference"]) for each in found.result["adjusted"]] == ["24.00", "24.00"]
    assert {str(each["from_on"]) for each in found.result["adjusted"]} == {"2026-02-01"}
    assert [each["code"] for each in found.result["refused"]] == ["contract-not-signed"]
    again = firm.given().when(asked).then_nothing()
    assert [each["contract_id"] for each in again.result["unchanged"]] == [str(K1), str(K2)]


def test_an_agreed_renewal_with_fees_is_not_indexed(firm: Company) -> None:
    firm.given(foi(DEC_2024, DEC_2025))
    signed(firm, starts_on="2025-02-01", alignment="none", index_share_percent="75")
    fees = [{"line_id": firm.record(K1).state.lines[0].line_id, "annual_fee": "1300.00"}]
    agreed = do("renew-contract", at=JANUARY_20, contract_id=K1, agreed=True, fees=fees)
    firm.given().when(agreed).then(Contract.Renewed)
    assert yearly(firm, "2026-02-01") == ["1300.00"]


def test_terms_of_some_months_are_indexed_once_a_year(firm: Company) -> None:
    firm.given(foi(DEC_2024, DEC_2025))
    contract(firm, term_months=3, adjustment={"share_percent": "100", "floor_percent": "2"})
    firm.given(*(renew(at=f"{on}T06:00") for on in ("2025-05-01", "2025-08-01", "2025-11-01")))
    assert firm.record(K1).state.adjustments == ()
    firm.execute(renew())
    assert sum(map(Decimal, yearly(firm, "2026-02-01"))) == Decimal("1224.00")
