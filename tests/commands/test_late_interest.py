"""Interest for late payment: proposed only, exact to the day, each day once, costs once per invoice (R1.11)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.invoice import Invoice
from aggregates.late_interest import LateInterestClaim
from commands.late_interest import InterestNotClaimed, NothingLate
from tests.contract_steps import C1, C2, C3, COMUNE, MARIO, ROSSI, founded
from tests.dsl import Company, do

THIRTY = {"parts": [{"days": 30}]}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, MARIO, COMUNE)
    return company


def invoice(firm: Company, net: str, on: str, customer_id: UUID = C1, **fields: Any) -> UUID:
    lines = [{"description": "Assistenza", "unit_price": net}]
    terms = {"payment_terms": THIRTY, **fields}
    answer = firm.do("propose-invoice", at=f"{on}T09:00", customer_id=customer_id, lines=lines, **terms)
    firm.do("issue-invoice", at=f"{on}T09:00", invoice_id=answer["invoice_id"], dated_on=on)
    return UUID(str(answer["invoice_id"]))


def pay(firm: Company, invoice_id: UUID, amount: str, on: str) -> None:
    firm.do("record-payment", at=f"{on}T11:00", invoice_id=invoice_id, amount={"amount": amount}, paid_on=on)


def claim(on: str, customer_id: UUID = C1, **fields: Any) -> Any:
    return do("propose-late-interest", at=f"{on}T12:00", customer_id=customer_id, **fields)


def sums(firm: Company, on: str, **fields: Any) -> tuple[str, str, str]:
    answer = firm.execute(claim(on, **fields)).result
    return tuple(str(answer[name]["amount"]) for name in ("interest", "recovery", "total"))  # type: ignore[return-value] # three


def s06(firm: Company) -> UUID:
    """Invoice 360.00 + VAT = 439.20, due 28/02/2026, paid on 10/04/2026."""
    one = invoice(firm, "360.00", "2026-01-29")
    pay(firm, one, "439.20", "2026-04-10")
    return one


def test_s06(firm: Company) -> None:
    s06(firm)
    (row,) = firm.ask("late-interest", on="2026-04-10")["items"]
    assert (row["days"], str(row["interest"]), str(row["recovery"]), str(row["total"])) == (
        41, "5.01", "40.00", "45.01",
    )  # fmt: skip
    facts = (LateInterestClaim.Made, LateInterestClaim.BillingProposed, Invoice.Proposed)
    answer = firm.given().when(claim("2026-04-11")).then(*facts).result
    assert str(answer["total"]["amount"]) == "45.01"
    proposal = firm.record(answer["invoice_id"])
    assert [str(line.amount) for line in proposal.lines] == ["5.01", "40.00"]
    assert "439,20 euro per 41 giorni dal 01/03/2026 al 10/04/2026 al 10,15%" in proposal.lines[0].source.told
    firm.do("issue-invoice", at="2026-04-11T13:00", invoice_id=answer["invoice_id"], dated_on="2026-04-11")
    document = firm.record(answer["invoice_id"]).document
    assert {line.treatment.nature for line in document.lines} == {"N1"}
    assert (str(document.total), str(document.tax), str(document.stamp_duty)) == ("45.01", "0.00", "0.00")


def test_a_proposal_that_stands_holds_the_claim_and_a_discarded_one_gives_it_back(firm: Company) -> None:
    s06(firm)
    first = firm.execute(claim("2026-04-11")).result["invoice_id"]
    assert firm.ask("late-interest", on="2026-04-12")["items"][0]["proposed_on_invoice"] == UUID(first)
    firm.given().when(claim("2026-04-12")).then_refused(NothingLate)
    firm.do("discard-invoice", invoice_id=first, reason="Cliente storico")
    assert sums(firm, "2026-04-13") == ("5.01", "40.00", "45.01")


def test_no_day_is_claimed_twice_and_the_costs_come_once(firm: Company) -> None:
    one = invoice(firm, "360.00", "2026-01-29")
    answer = firm.execute(claim("2026-03-15")).result  # 15 days of 439.20
    assert (str(answer["interest"]["amount"]), str(answer["recovery"]["amount"])) == ("1.83", "40.00")
    firm.do("issue-invoice", at="2026-03-15T13:00", invoice_id=answer["invoice_id"], dated_on="2026-03-15")
    firm.given().when(claim("2026-03-15")).then_refused(NothingLate)
    pay(firm, one, "439.20", "2026-04-10")
    assert sums(firm, "2026-04-20") == ("3.18", "0.00", "3.18")  # 26 days
    assert Decimal("1.83") + Decimal("3.18") == Decimal("5.01")


def test_what_was_credited_back_can_be_claimed_again(firm: Company) -> None:
    s06(firm)
    answer = firm.execute(claim("2026-04-11")).result
    firm.do("issue-invoice", at="2026-04-11T13:00", invoice_id=answer["invoice_id"], dated_on="2026-04-11")
    firm.given().when(claim("2026-04-12")).then_refused(NothingLate)
    credit = {"invoice_id": answer["invoice_id"], "reason": "Storno", "reopen": True}
    firm.do("credit-invoice", at="2026-04-12T09:00", dated_on="2026-04-12", **credit)
    assert sums(firm, "2026-04-13") == ("5.01", "40.00", "45.01")


def test_each_payment_bears_interest_to_its_own_day(firm: Company) -> None:
    one = invoice(firm, "1000.00", "2026-01-29")  # 1,220.00 due 28/02
    pay(firm, one, "220.00", "2026-02-28")
    pay(firm, one, "500.00", "2026-03-10")
    answer = firm.execute(claim("2026-03-30")).result
    (part,) = answer["claims"][0]["parts"]
    spans = [(span["amount"], span["to_on"]) for span in part["interest"]["spans"]]
    assert spans == [("500.00", "2026-03-10"), ("500.00", "2026-03-30")]
    assert str(answer["interest"]["amount"]) == "5.56", "500 × 10.15 % × (10 + 30) ÷ 365, rounded once"


def test_every_due_date_counts_from_its_own_day(firm: Company) -> None:
    invoice(firm, "1000.00", "2026-01-29", payment_terms={"parts": [{"days": 30}, {"days": 45}]})
    answer = firm.execute(claim("2026-03-25")).result
    parts = answer["claims"][0]["parts"]
    assert [(p["part"], len(p["interest"]["spans"]), p["through_on"]) for p in parts] == [
        (1, 1, "2026-03-25"),
        (2, 1, "2026-03-25"),
    ]
    assert [p["interest"]["amount"] for p in parts] == ["4.24", "1.70"]
    assert str(answer["recovery"]["amount"]) == "40.00", "per invoice, not per due date"


def test_consumers_and_public_bodies_are_not_charged(firm: Company) -> None:
    invoice(firm, "100.00", "2026-01-29", C2)
    invoice(firm, "100.00", "2026-01-29", C3)
    firm.given().when(claim("2026-04-30", C2)).then_refused(InterestNotClaimed)
    firm.given().when(claim("2026-04-30", C3)).then_refused(InterestNotClaimed)
    assert firm.ask("late-interest", on="2026-04-30")["items"] == []
    change = {"late_interest": {"from_public_bodies": True}}
    firm.do("set-company-parameters", from_on="2026-01-01", change=change)
    assert [row["customer"] for row in firm.ask("late-interest", on="2026-04-30")["items"]] == ["Comune"]
    assert sums(firm, "2026-04-30", customer_id=C3)[1] == "40.00"


def test_rates_points_and_costs_are_the_companys_parameters(firm: Company) -> None:
    s06(firm)
    terms = {"rates": [{"from_on": "2026-01-01", "percent": "4.00"}], "points": "6", "recovery": "0"}
    firm.do("set-company-parameters", from_on="2026-01-01", change={"late_interest": terms})
    assert sums(firm, "2026-04-11") == ("4.93", "0.00", "4.93")


def test_paid_in_time_is_nothing_and_interest_bears_no_interest(firm: Company) -> None:
    one = invoice(firm, "100.00", "2026-01-29")
    pay(firm, one, "122.00", "2026-02-28")
    firm.given().when(claim("2026-04-30")).then_refused(NothingLate)
    assert firm.ask("late-interest", on="2026-04-30")["items"] == []
    s06(firm)
    answer = firm.execute(claim("2026-04-11")).result
    firm.do("issue-invoice", at="2026-04-11T13:00", invoice_id=answer["invoice_id"], dated_on="2026-04-11")
    firm.given().when(claim("2026-12-31")).then_refused(NothingLate)
    assert firm.ask("late-interest", on="2026-12-31")["items"] == []


def test_imported_open_items_bear_interest_too(firm: Company) -> None:
    item = uuid5(C1, "open")
    firm.do("import-open-item", open_item_id=item, customer_id=C1, number="V/1", issued_on="2025-10-01",
            due_on="2025-12-31", amount={"amount": "1000.00"}, residual={"amount": "1000.00"})  # fmt: skip
    assert sums(firm, "2026-01-10") == ("2.78", "40.00", "42.78")
