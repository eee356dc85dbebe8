"""Terms of a signed contract change from a day on (CON-1, R1.15): what was billed stays, the difference is derived."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.contract import Contract
from aggregates.contract_refusals import (
    ChangeOutsideContract,
    ContractHasEnded,
    ContractNotSigned,
    FeeNotDue,
    LineUnknown,
    MainContractOther,
    NothingChanged,
)
from tests.contract_steps import (
    C1,
    C4,
    IMMOBILIARE,
    K1,
    K2,
    ROSSI,
    amounts,
    documents,
    draft,
    due,
    founded,
    line,
    run,
    sign,
    signed,
    total,
)
from tests.dsl import Company, Do, do

LINE = uuid5(K1, "line")


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, IMMOBILIARE)
    return company


def fee(amount: str, from_on: str, line_id: UUID = LINE, at: str = "2026-02-01T09:00") -> Do:
    fees = [{"line_id": str(line_id), "annual_fee": amount}]
    return do("change-contract-terms", at=at, contract_id=K1, from_on=from_on, fees=fees)


def year(company: Company, **header: Any) -> None:
    """A signed contract of 2026 at 1,200.00 a year."""
    signed(company, starts_on="2026-01-01", alignment="none", signing={"at": "2025-12-10T10:00"}, **header)


def test_two_changes_inside_one_period_both_count_for_their_days(firm: Company) -> None:
    """peers #8: 90 × 1,200 + 91 × 1,460 + 184 × 1,825 over 365 days."""
    year(firm)
    firm.given(fee("1825.00", "2026-07-01")).when(fee("1460.00", "2026-04-01")).then((Contract.TermsChanged, {}))
    assert due(firm, "2026-12-31") == [("2026-01-01", "2026-12-31", "1579.89")]


def test_the_same_change_again_records_nothing(firm: Company) -> None:
    year(firm)
    firm.given(fee("1460.00", "2026-04-01")).when(fee("1460.00", "2026-04-01")).then_nothing()


def test_a_change_holds_from_the_next_period_when_it_begins_with_one(firm: Company) -> None:
    year(firm, step_months=3)
    firm.execute(fee("1460.00", "2026-04-01"))
    assert [amount for _, _, amount in due(firm, "2026-12-31")] == ["300.00", "365.00", "365.00", "365.00"]


def test_what_is_billed_stays_and_the_difference_is_due_once(firm: Company) -> None:
    """184 of 365 days at 365.00 more a year."""
    year(firm)
    run(firm, "2026-01-01")
    firm.execute(fee("1565.00", "2026-07-01"))
    assert due(firm, "2026-07-01") == [("2026-07-01", "2026-12-31", "184.00")]
    (item,) = firm.ask("billing-due", on="2026-07-01")["items"]
    assert (item["kind"], item["number"], item["attempt"]) == ("difference", 1, 1)
    assert "fatturati 1.200,00 euro. Secondo le condizioni: Periodo 1" in item["why"]
    assert firm.ask("contracts")["items"][0]["next_billing_on"] == date(2026, 1, 1)
    found = run(firm, "2026-07-01")
    assert amounts(found) == [("1200.00", "264.00", "1464.00"), ("184.00", "40.48", "224.48")]
    assert run(firm, "2026-07-02") == found
    deferred = firm.ask("accruals", on="2026-10-31", contract_id=K1)["totals"]["deferred-income"]
    assert str(deferred) == "261.55", "61 of 365 days of 1,200.00, and 61 of the 184 days of 184.00 (R1.18)"
    firm.execute(fee("1930.00", "2026-07-01", at="2026-07-03T09:00"))
    assert due(firm, "2026-07-03") == [("2026-07-01", "2026-12-31", "184.00")]
    assert firm.record(K1).due(date(2026, 7, 3))[0].key.attempt == 2


def test_a_lower_fee_over_billed_days_is_credited_exactly_once(firm: Company) -> None:
    year(firm)
    run(firm, "2026-01-01")
    answer = firm.execute(fee("835.00", "2026-07-01")).result
    assert answer["credits"] == 1
    (row,) = firm.ask("credits-due")["items"]
    assert (str(row["amount"]), row["credits"][0]["invoice_number"]) == ("184.00", "2026/1")
    credit = do("credit-unused", at="2026-07-02T09:00", contract_id=K1)
    notes = firm.execute(credit).result["credit_notes"]
    assert [note["total"]["amount"] for note in notes] == ["224.48"]
    assert firm.ask("credits-due")["items"] == []
    firm.given().when(credit).then_nothing()
    assert due(firm, "2026-12-31") == []


def test_a_change_makes_an_older_proposal_wrong(firm: Company) -> None:
    year(firm)
    firm.do("propose-invoices", at="2026-01-01T07:00", until="2026-01-01")
    (proposal,) = firm.ask("invoices", state="proposed")["items"]
    firm.execute(fee("1460.00", "2026-04-01"))
    assert due(firm, "2026-04-01") == []
    issue = do("issue-invoice", at="2026-01-02T08:00", invoice_id=proposal["invoice_id"])
    firm.given().when(issue).then_refused(FeeNotDue)
    firm.do("discard-invoice", invoice_id=proposal["invoice_id"], reason="Condizioni variate")
    assert total(due(firm, "2026-04-01")) == Decimal("1395.89")


def test_a_difference_is_credited_and_billed_anew_as_any_instalment(firm: Company) -> None:
    year(firm)
    run(firm, "2026-01-01")
    firm.execute(fee("1565.00", "2026-07-01"))
    second = run(firm, "2026-07-01")[1]
    firm.do("credit-invoice", at="2026-07-02T09:00", invoice_id=second["invoice_id"], reason="Errore", reopen=True)
    assert due(firm, "2026-07-02") == [("2026-07-01", "2026-12-31", "184.00")]
    run(firm, "2026-07-02")
    assert due(firm, "2027-01-01", contract_id=K1)[:1] != [("2026-07-01", "2026-12-31", "184.00")]


def test_coverage_and_service_change_from_their_day(firm: Company) -> None:
    year(firm)
    parts = {"line_id": str(LINE), "covered": {"labour": True, "parts": True}}
    header = {"usual_technician_id": str(UUID(int=7)), "printable_notes": "Con ricambi"}
    firm.do("change-contract-terms", contract_id=K1, from_on="2026-06-01", lines=[parts], header=header)
    before, after = (firm.ask("contract", contract_id=K1, on=on) for on in ("2026-05-31", "2026-06-01"))
    assert [sheet["lines"][0]["covered"]["parts"] for sheet in (before, after)] == [False, True]
    assert [sheet["header"]["usual_technician_id"] for sheet in (before, after)] == [None, str(UUID(int=7))]
    firm.fold()
    rows = firm.house.reader.rows("select from_on, to_on, covered from {contract_coverage} order by from_on")
    assert [(str(row["from_on"]), str(row["to_on"]), row["covered"]["parts"]) for row in rows] == [
        ("2026-01-01", "2026-05-31", False),
        ("2026-06-01", "2026-12-31", True),
    ]


def test_changed_payment_terms_and_order_hold_for_what_falls_due_from_their_day(firm: Company) -> None:
    year(firm, step_months=6)
    header = {"payment_terms": {"parts": [{"days": 60}]}, "order_number": "PO-9", "revenue_account": "R2"}
    firm.do("change-contract-terms", contract_id=K1, from_on="2026-07-01", header=header)
    run(firm, "2026-07-01")
    issued = [firm.record(row["invoice_id"]).document for row in documents(firm)]
    assert sorted((str(d.due_dates[0].due_on), d.order.number, d.lines[0].revenue_account) for d in issued) == [
        ("2026-07-31", None, None),
        ("2026-08-30", "PO-9", "R2"),
    ]


def test_a_changed_clause_decides_on_the_renewal_at_the_end(firm: Company) -> None:
    year(firm)
    assert str(firm.ask("contract", contract_id=K1)["last_notice_on"]) == "2026-11-01"
    firm.do("change-contract-terms", contract_id=K1, from_on="2026-06-01", header={"notice": {"days": 30}})
    assert str(firm.ask("contract", contract_id=K1)["last_notice_on"]) == "2026-12-01"
    firm.do("change-contract-terms", contract_id=K1, from_on="2026-06-01", header={"tacit_renewal": False})
    assert firm.ask("contract", contract_id=K1)["renews_on"] is None


def test_a_change_says_something_of_lines_and_days_of_the_contract(firm: Company) -> None:
    firm.given(draft(starts_on="2026-01-01", alignment="none"), line())
    firm.given().when(fee("1.00", "2026-02-01")).then_refused(ContractNotSigned)
    firm.execute(sign())
    firm.given().when(fee("1.00", "2025-12-31")).then_refused(ChangeOutsideContract)
    firm.given().when(fee("1.00", "2027-01-01")).then_refused(ChangeOutsideContract)
    firm.given().when(fee("1.00", "2026-02-01", UUID(int=99))).then_refused(LineUnknown)
    empty = do("change-contract-terms", contract_id=K1, from_on="2026-02-01", header={})
    firm.given().when(empty).then_refused(NothingChanged)
    firm.do("terminate-contract", contract_id=K1, last_on="2026-03-31", reason="Inadempimento")
    firm.given().when(fee("1.00", "2026-02-01")).then_refused(ContractHasEnded)


# Header fields


def test_a_term_lasts_months_years_or_fee_periods(firm: Company) -> None:
    lengths: list[tuple[dict[str, Any], str]] = [
        ({"term_months": 18}, "2028-03-15"),
        ({"term_years": 3}, "2029-09-15"),
        ({"term_periods": 2, "step_months": 3}, "2027-03-15"),
    ]
    for n, (length, ends_on) in enumerate(lengths, 1):
        signed(firm, UUID(int=n), alignment="none", **length)
        assert str(firm.ask("contract", contract_id=UUID(int=n))["ends_on"]) == ends_on


def test_the_customers_bank_is_kept_with_the_method(firm: Company) -> None:
    bank = {"name": "Credito Romagnolo", "abi": "05428", "cab": "11101", "mandate": "M-1"}
    signed(firm, payment_method="riba", bank=bank)
    assert firm.ask("contract", contract_id=K1)["header"]["bank"] == bank


def test_an_addendum_takes_prices_and_service_of_its_main_contract(firm: Company) -> None:
    service = {"level": "gold", "high": {"response_minutes": 60}}
    order: dict[str, Any] = {
        "order_number": "PO-7",
        "payment_method": "riba",
        "payment_terms": {"parts": [{"days": 60}]},
    }
    signed(firm, price_list="LST-1", service=service, **order)
    firm.execute(draft(K2, main_contract_id=K1, payment_terms=None, bills_with_main=True))
    header = firm.record(K2).state.header
    assert (header.price_list, header.service.level, header.order_number) == ("LST-1", "gold", "PO-7")
    assert (header.payment_method, header.payment_terms.parts[0].days) == ("riba", 60)
    third = UUID(int=3)
    firm.execute(draft(third, main_contract_id=K1, price_list="LST-2"))
    header = firm.record(third).state.header
    assert (header.price_list, header.order_number, header.payment_terms.parts[0].days) == ("LST-2", None, 30)


def test_main_contract_and_addendum_are_billed_on_one_invoice_when_agreed(firm: Company) -> None:
    signed(firm, order_number="PO-7")
    firm.given(draft(K2, main_contract_id=K1, bills_with_main=True), line(K2, fee="365.00"), sign(K2))
    run(firm, "2026-09-16")
    assert amounts(documents(firm)) == [("458.78", "100.93", "559.71")]


def test_an_addendum_belongs_to_the_customer_of_its_main_contract(firm: Company) -> None:
    signed(firm)
    firm.given().when(draft(K2, C4, main_contract_id=K1)).then_refused(MainContractOther)
    firm.given().when(draft(K2, C1, main_contract_id=K1)).then(Contract.Drafted)
