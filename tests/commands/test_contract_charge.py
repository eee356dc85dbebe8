"""Charges of a contract: raised, billed once with the fees, credited and due again, withdrawn before they are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.contract import Contract
from aggregates.contract_charge import ChargeKnown, ChargeOnInvoice, ChargeUnknown
from aggregates.contract_refusals import ContractNotSigned
from tests.contract_steps import C1, K1, K2, ROSSI, amounts, draft, due, founded, run, signed
from tests.dsl import Company, Do, do

CHARGE = UUID(int=77)


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    signed(company, starts_on="2026-01-01", alignment="none", step_months=1, tacit_renewal=False)
    return company


def charge(amount: str = "9.90", due_on: str = "2026-03-10", **fields: Any) -> Do:
    usual = {"contract_id": K1, "charge_id": CHARGE, "description": "Conguaglio ISTAT", "reason": "Due mesi"}
    return do("raise-contract-charge", at="2026-03-01T09:00", amount=amount, due_on=due_on, **{**usual, **fields})


def withdraw(**fields: Any) -> Do:
    return do("withdraw-contract-charge", **{"contract_id": K1, "charge_id": CHARGE, "reason": "Errore", **fields})


def test_a_charge_is_billed_once_with_the_fees(firm: Company) -> None:
    run(firm, "2026-03-01")
    firm.given().when(charge()).then((Contract.ChargeRaised, {}))
    firm.given().when(charge()).then_nothing()
    assert due(firm, "2026-03-09") == []
    (item,) = firm.ask("billing-due", on="2026-03-10")["items"]
    assert (item["kind"], item["line_id"], str(item["amount"])) == ("charge", CHARGE, "9.90")
    assert (item["description"], item["why"]) == ("Conguaglio ISTAT", "Due mesi")
    assert [each["amount"] for each in firm.ask("contract", contract_id=K1)["charges"]] == ["9.90"]
    assert str(firm.ask("contracts")["items"][0]["next_billing_on"]) == "2026-03-10"
    assert amounts(run(firm, "2026-04-01"))[-1] == ("109.90", "24.18", "134.08")
    assert due(firm, "2026-04-30") == []
    assert str(firm.ask("contracts")["items"][0]["next_billing_on"]) == "2026-05-01"


def test_an_amount_in_the_customers_favour_is_a_line_below_zero(firm: Company) -> None:
    firm.execute(charge("-30.00"))
    assert amounts(run(firm, "2026-03-10"))[-1] == ("270.00", "59.40", "329.40")


def test_a_charge_keeps_its_own_tax(firm: Company) -> None:
    run(firm, "2026-03-01")
    firm.execute(charge(supply={"plant_in_building": True}))
    (proposed,) = firm.do("propose-invoices", at="2026-03-10T09:00")["invoices"]
    lines = firm.record(proposed["invoice_id"]).lines
    assert [line.supply.plant_in_building for line in lines] == [True]


def test_a_charge_that_was_credited_is_due_again_if_asked(firm: Company) -> None:
    firm.execute(charge(due_on="2026-03-01"))
    run(firm, "2026-03-01")
    (invoice,) = firm.ask("invoices", state="issued")["items"]
    credit = {"invoice_id": invoice["invoice_id"], "reason": "Errore", "dated_on": "2026-03-02"}
    number = max(line.number for line in firm.record(invoice["invoice_id"]).lines)
    lines = [{"number": number, "amount": "9.90"}]
    firm.do("credit-invoice", at="2026-03-02T09:00", lines=lines, reopen=True, **credit)
    (item,) = firm.ask("billing-due", on="2026-03-15")["items"]
    assert (item["kind"], item["attempt"], str(item["amount"])) == ("charge", 2, "9.90")


def test_a_charge_is_withdrawn_before_it_is_billed(firm: Company) -> None:
    run(firm, "2026-03-01")
    firm.execute(charge())
    firm.given().when(withdraw()).then(Contract.ChargeWithdrawn)
    firm.given().when(withdraw()).then_nothing()
    firm.given().when(charge()).then_refused(ChargeKnown)
    assert due(firm, "2026-03-15") == []
    firm.given().when(withdraw(charge_id=UUID(int=78))).then_refused(ChargeUnknown)


def test_what_a_charge_is_refused_for(firm: Company) -> None:
    firm.execute(charge())
    firm.given().when(charge("10.00")).then_refused(ChargeKnown)
    run(firm, "2026-03-10")
    firm.given().when(withdraw()).then_refused(ChargeOnInvoice)
    firm.execute(draft(K2, C1))
    firm.given().when(charge(contract_id=K2)).then_refused(ContractNotSigned)


def test_a_contract_that_ended_still_takes_corrections(firm: Company) -> None:
    run(firm, "2026-03-01")
    firm.do("terminate-contract", at="2026-03-31T09:00", contract_id=K1, last_on="2026-03-31", reason="Recesso")
    firm.execute(charge(due_on="2026-04-10"))
    assert [amount for _, _, amount in due(firm, "2026-04-10")] == ["9.90"]
