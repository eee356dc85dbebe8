"""What is not yet invoiced: amounts as they are due, and earned as the datamart earns them once they are invoiced."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.commands.hour_pools import opened
from tests.commands.test_work_billing import DONE, firm
from tests.contract_steps import C4, IMMOBILIARE, K1, K2, signed, tick
from tests.dsl import Company

__all__ = ["firm"]
NOTHING = Decimal("0.00")


def waiting(company: Company, waits: str, on: str, **fields: Any) -> list[dict[str, Any]]:
    """All amounts of one kind."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = company.ask("mart-unbilled", waits=waits, on=on, limit=1, after=after, **fields)
        found += page["items"]
        after = page["next"]
        if after is None:
            return found


def total(rows: list[dict[str, Any]], column: str) -> Decimal:
    return sum((row[column] for row in rows), NOTHING)


def due(company: Company, on: str) -> Decimal:
    return total(company.ask("billing-due", on=on, limit=500)["items"], "amount")


def earned(company: Company, through: str) -> Decimal:
    """What the datamart says was earned in the months up to one."""
    company.fold()
    (row,) = company.house.reader.rows(
        "select coalesce(sum(amount), 0.00) as amount from {mart_fee} where month <= %(month)s", {"month": through}
    )
    amount: Decimal = row["amount"]
    return amount


def propose(company: Company, on: str) -> list[UUID]:
    answer = company.do("propose-invoices", at=f"{on}T07:00", until=on)
    return [UUID(each["invoice_id"]) for each in answer["invoices"]]


def issued(company: Company, on: str, proposals: list[UUID]) -> None:
    for invoice_id in proposals:
        company.do("issue-invoice", at=f"{on}T08:00", invoice_id=invoice_id, dated_on=on)


@pytest.mark.parametrize("basis", ["days", "months"])
def test_what_is_due_and_proposed_is_earned_as_it_is_once_invoiced(firm: Company, basis: str) -> None:
    """Months in advance that were missed, a year at once, copies of neither, a closed call, hours bought beforehand."""
    firm.do("set-company-parameters", from_on="2026-01-01", change={"accrual_basis": basis})
    signed(firm, K1, starts_on="2026-02-16", step_months=1, alignment="none", payment_terms={"parts": [{"days": 0}]})
    signed(firm, K2, fee="777.77", starts_on="2026-03-11", step_months=12, alignment="none")
    firm.given(*DONE, IMMOBILIARE)
    firm.execute(opened(customer_id=C4))
    on = "2026-04-30"
    rows = waiting(firm, "due", on)
    assert total(rows, "amount") == due(firm, on) > 0
    kinds = {row["kind"]: (row["amount"], row["earned"]) for row in rows}
    assert kinds["call"][0] == kinds["call"][1] > 0
    assert kinds["hour-pool"][0] > 0 == kinds["hour-pool"][1]
    expected, amount = total(rows, "earned"), total(rows, "amount")
    assert waiting(firm, "proposed", on) == []
    assert earned(firm, on) == 0
    sheet = firm.ask("contract-margin", contract_id=K2, to_on=on)
    assert sheet["unbilled"] == {
        "due": Decimal("777.77"), "proposed": NOTHING,
        "earned": total([row for row in rows if row["contract_id"] == K2], "earned"),
    }  # fmt: skip

    proposals = propose(firm, on)
    held = waiting(firm, "proposed", on)
    assert waiting(firm, "due", on) == []
    assert (total(held, "amount"), total(held, "earned")) == (amount, expected)
    assert {row["invoice_id"] for row in held} == set(proposals)
    assert firm.ask("contract-margin", contract_id=K2, to_on=on)["unbilled"]["proposed"] == Decimal("777.77")

    issued(firm, on, proposals)
    assert waiting(firm, "proposed", on) == []
    assert earned(firm, on) == expected
    assert firm.ask("contract-margin", contract_id=K2, to_on=on)["unbilled"] == dict.fromkeys(
        ("due", "proposed", "earned"), NOTHING
    )


@pytest.mark.parametrize(("step", "through"), [(3, "2026-05-31"), (6, "2026-07-31"), (1, "2026-04-30")])
def test_arrears_are_earned_before_they_are_due(firm: Company, step: int, through: str) -> None:
    """What accrues on a day is what the months up to then show when the period is billed at last (R1.18)."""
    signed(firm, K1, starts_on="2026-04-16", step_months=step, alignment="none", timing="arrears")
    rows = waiting(firm, "accruing", through)
    assert [(row["contract_id"], row["amount"] > row["earned"] > 0) for row in rows] == [(K1, True)]
    assert waiting(firm, "due", through) == []
    assert waiting(firm, "accruing", "2026-04-15") == []
    last = str(rows[0]["billing_on"])
    assert waiting(firm, "due", last)[0]["earned"] == rows[0]["amount"]
    tick(firm, "renew-contracts", f"{last}T06:00")
    issued(firm, last, propose(firm, last))
    assert earned(firm, through) == rows[0]["earned"]


def test_rows_say_whose_they_are_and_filter(firm: Company) -> None:
    signed(firm, K1, starts_on="2026-04-01", step_months=1, alignment="none")
    firm.given(*DONE)
    fee, call = waiting(firm, "due", "2026-04-30")
    if fee["contract_id"] is None:
        fee, call = call, fee
    assert (fee["contract"], fee["contract_line_id"] is not None, fee["customer"]) == ("1/2026", True, "Rossi Gilbo")
    assert (call["call_id"], call["record_number"]) == (call["record_id"], "CH-2026-0415")
    assert waiting(firm, "due", "2026-04-30", contract_id=K1) == [fee]
    assert waiting(firm, "due", "2026-04-30", customer_id=UUID(int=7)) == []
