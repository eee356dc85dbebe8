"""S01, the first short period: a stub of the calendar year, then whole years; billed once however often one asks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract_steps import K1, ROSSI, amounts, due, founded, run, signed, tick
from tests.dsl import Company


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def test_s01_two_terms_are_billed_once_each_however_often_one_runs(firm: Company) -> None:
    firm.do("open-number-register", document="contract", year=2026, last_number=1)
    signed(firm)
    assert firm.ask("contract", contract_id=K1)["number"] == "2/2026"
    for on in ("2026-09-16", "2026-09-16", "2027-01-01", "2027-01-01"):
        documents = run(firm, on)
    assert amounts(documents) == [("351.78", "77.39", "429.17"), ("1200.00", "264.00", "1464.00")]
    assert [row["number"] for row in documents] == ["2026/1", "2027/1"]
    terms = firm.ask("contract", contract_id=K1)["terms"]
    assert [(str(term["starts_on"]), str(term["ends_on"])) for term in terms] == [
        ("2026-09-16", "2026-12-31"),
        ("2027-01-01", "2027-12-31"),
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({"first_period": "free"}, []),
        ({"first_period": "full"}, [("2026-09-16", "2026-12-31", "1200.00")]),
        ({"basis": "30/360"}, [("2026-09-16", "2026-12-31", "350.00")]),
        ({"basis": "fixed-365"}, [("2026-09-16", "2026-12-31", "351.78")]),
        ({"starts_on": "2028-02-01"}, [("2028-02-01", "2028-12-31", "1098.36")]),
    ],
)
def test_s01_variants_of_the_first_period(firm: Company, header: dict[str, Any], expected: list[object]) -> None:
    signed(firm, **header)
    assert due(firm, "2028-12-31", contract_id=K1)[: len(expected) + 1] == expected


def test_s01_a_free_first_period_is_never_billed_and_the_second_is(firm: Company) -> None:
    signed(firm, first_period="free")
    run(firm, "2026-09-16")
    assert amounts(run(firm, "2027-01-01")) == [("1200.00", "264.00", "1464.00")]


def test_s01_seed_of_2005_is_billed_with_the_vat_of_2005(firm: Company) -> None:
    signed(firm, starts_on="2005-09-16", signing={"at": "2005-09-10T10:00"})
    assert amounts(run(firm, "2005-09-16")) == [("351.78", "70.36", "422.14")]


def test_s01_without_the_approved_clause_nothing_renews(firm: Company) -> None:
    signed(firm, clause_approved=False)
    assert tick(firm, "renew-contracts", "2027-06-01T06:00") == 0
    assert len(firm.ask("contract", contract_id=K1)["terms"]) == 1
