"""Prebilled days that are not used are credited by exact lines, once; periods billed by others are left to them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.contract import Contract
from aggregates.contract_refusals import AlreadyBilled, NothingToMark
from tests.contract_steps import K1, ROSSI, amounts, due, founded, line, run, signed
from tests.dsl import Company, Do, do

LINE, SECOND = uuid5(K1, "line"), UUID(int=9)


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def billed_year(firm: Company, **header: Any) -> None:
    """2026 at 1,200.00, billed in advance."""
    signed(firm, starts_on="2026-01-01", alignment="none", signing={"at": "2025-12-10T10:00"}, **header)
    run(firm, "2026-01-01")


def credit(firm: Company, at: str) -> list[tuple[str, str]]:
    """What credit notes were made: the invoice corrected and the total."""
    found = firm.do("credit-unused", at=at, contract_id=K1)["credit_notes"]
    return [(note["corrects"], note["total"]["amount"]) for note in found]


def test_termination_credits_the_days_not_used_and_twice_is_once(firm: Company) -> None:
    """275 of 365 days of 1,200.00 are 904.11; with VAT 1,103.01."""
    billed_year(firm)
    firm.do("terminate-contract", contract_id=K1, last_on="2026-03-31", reason="Inadempimento")
    assert credit(firm, "2026-04-02T09:00") == [("2026/1", "1103.01")]
    assert credit(firm, "2026-04-03T09:00") == []
    assert due(firm, "2030-01-01") == []
    (fact,) = [r.fact for r in firm.facts(K1) if isinstance(r.fact, Contract.OverbilledCredited)]
    told = " ".join(map(str, fact.because[0]))
    assert "2026-01-01" in told, told
    assert "90 of the 365 days" in told, told
    (note, _) = firm.ask("invoices", state="issued")["items"]
    assert (note["kind"], str(note["taxable"])) == ("credit_note", "904.11")


def test_each_invoice_is_credited_by_a_note_of_its_own(firm: Company) -> None:
    billed_year(firm, step_months=3)
    run(firm, "2026-04-01")
    firm.do("terminate-contract", contract_id=K1, last_on="2026-02-14", reason="Inadempimento")
    assert [str(row["amount"]) for row in firm.ask("credits-due")["items"][0]["credits"]] == ["150.00", "300.00"]
    assert credit(firm, "2026-04-02T09:00") == [("2026/1", "183.00"), ("2026/2", "366.00")]


def test_what_was_credited_by_hand_counts(firm: Company) -> None:
    billed_year(firm)
    (invoice,) = firm.ask("invoices", state="issued")["items"]
    part: Any = {"lines": [{"number": 1, "amount": "900.00"}], "reason": "Risoluzione"}
    firm.do("credit-invoice", at="2026-04-01T09:00", invoice_id=invoice["invoice_id"], **part)
    assert due(firm, "2026-12-31") == []
    firm.do("terminate-contract", contract_id=K1, last_on="2026-03-31", reason="Inadempimento")
    assert credit(firm, "2026-04-02T09:00") == [("2026/1", "5.01")]


def test_a_line_removed_inside_a_billed_period_is_credited(firm: Company) -> None:
    """peers #16."""
    signed(firm, starts_on="2026-01-01", alignment="none", signing={"at": "2025-12-10T10:00"})
    firm.execute(line(line_id=SECOND, fee="365.00", starts_on="2026-01-01", at="2025-12-11T09:00"))
    run(firm, "2026-01-01")
    firm.do("remove-contract-line", contract_id=K1, line_id=SECOND, last_on="2026-06-30")
    (row,) = firm.ask("credits-due")["items"]
    assert [(each["line_id"], str(each["amount"])) for each in row["credits"]] == [(str(SECOND), "184.00")]
    sheet = {str(p["line_id"]): str(p["difference"]) for p in firm.ask("contract", contract_id=K1)["periods"]}
    assert sheet == {str(LINE): "0.00", str(SECOND): "-184.00"}
    assert credit(firm, "2026-07-01T09:00") == [("2026/1", "224.48")]


def test_a_notice_typed_after_the_renewal_was_billed_is_credited_and_withdrawn_is_billed_again(firm: Company) -> None:
    billed_year(firm)
    run(firm, "2027-01-01")
    firm.do("receive-notice", at="2027-01-10T09:00", contract_id=K1, received_on="2026-10-30")
    assert credit(firm, "2027-01-11T09:00") == [("2027/1", "1464.00")]
    firm.do("withdraw-notice", at="2027-01-12T09:00", contract_id=K1)
    assert due(firm, "2027-01-12") == [("2027-01-01", "2027-12-31", "1200.00")]
    assert [row[0] for row in amounts(run(firm, "2027-01-12"))] == ["1200.00", "1200.00", "1200.00", "1200.00"]
    assert due(firm, "2027-01-13") == []


def test_blocked_days_are_not_billed_where_the_contract_says_so(firm: Company) -> None:
    billed_year(firm, bills_while_blocked=False, step_months=3)
    firm.do("block-contract", contract_id=K1, from_on="2026-03-02")
    assert due(firm, "2026-12-31") == []
    assert firm.ask("credits-due")["items"] == []
    firm.do("unblock-contract", contract_id=K1, on="2026-05-01")
    assert [amount for _, _, amount in due(firm, "2026-04-01")] == ["201.10"]
    assert credit(firm, "2026-05-02T09:00") == [("2026/1", "122.00")]


def test_fees_go_on_while_blocked_by_default(firm: Company) -> None:
    billed_year(firm, step_months=3)
    firm.do("block-contract", contract_id=K1, from_on="2026-03-02")
    assert due(firm, "2026-04-01") == [("2026-04-01", "2026-06-30", "300.00")]


# Billed by another route (peers #17)


def marking(name: str, *numbers: int, **fields: Any) -> Do:
    periods = [{"line_id": str(LINE), "number": number} for number in numbers]
    return do(name, contract_id=K1, periods=periods, **fields)


MARK: Any = {"reference": "Ordine 118/2026", "reason": "Fatturato con il lavoro"}


def test_periods_billed_elsewhere_are_not_due_and_are_due_again_when_unmarked(firm: Company) -> None:
    signed(firm, starts_on="2026-01-01", alignment="none", step_months=3)
    mark = marking("mark-billed-elsewhere", 1, 2, **MARK)
    firm.given().when(mark).then((Contract.BilledElsewhere, {"reference": "Ordine 118/2026"}))
    firm.given().when(mark).then_nothing()
    assert due(firm, "2026-07-01") == [("2026-07-01", "2026-09-30", "300.00")]
    states = {p["number"]: (p["state"], p["invoice_number"]) for p in firm.ask("contract", contract_id=K1)["periods"]}
    assert states[1] == ("elsewhere", "Ordine 118/2026")
    assert firm.ask("contracts")["items"][0]["next_billing_on"] == date(2026, 7, 1)
    firm.do("terminate-contract", contract_id=K1, last_on="2026-02-15", reason="Inadempimento")
    assert firm.ask("credits-due")["items"] == []
    unmark = marking("unmark-billed-elsewhere", 1)
    firm.given().when(unmark).then(Contract.ElsewhereUndone)
    firm.given().when(unmark).then_nothing()
    assert due(firm, "2026-07-01") == [("2026-01-01", "2026-02-15", "153.33")]


def test_only_what_is_there_and_free_is_marked(firm: Company) -> None:
    billed_year(firm, step_months=3)
    firm.given().when(marking("mark-billed-elsewhere", 1, **MARK)).then_refused(AlreadyBilled)
    firm.given().when(marking("mark-billed-elsewhere", 40, **MARK)).then_refused(NothingToMark)


def test_what_a_document_below_zero_billed_is_given_back_with_the_next(firm: Company) -> None:
    """1,200.00 and a charge of −1,500.00 are a credit note, which no other corrects: 904.11 go on the next document."""
    signed(firm, starts_on="2026-01-01", alignment="none", signing={"at": "2025-12-10T10:00"})
    favour: dict[str, Any] = {"description": "Abbuono", "amount": "-1500.00", "reason": "Accordo"}
    firm.do("raise-contract-charge", contract_id=K1, at="2025-12-20T09:00", due_on="2026-01-01", **favour)
    (note,) = run(firm, "2026-01-01")
    assert (note["kind"], str(note["taxable"])) == ("credit_note", "300.00")
    firm.do("terminate-contract", contract_id=K1, last_on="2026-03-31", reason="Inadempimento")
    assert credit(firm, "2026-04-02T09:00") == []
    assert firm.ask("credits-due")["items"] == []
    assert due(firm, "2026-04-02") == [("2026-01-01", "2026-03-31", "-904.11")]
    *_, given_back = run(firm, "2026-04-02")
    assert (given_back["kind"], str(given_back["taxable"])) == ("credit_note", "904.11")
    assert due(firm, "2030-01-01") == []
