"""Steps that tests of collections share: a company that may collect, customers with accounts, issued invoices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.contract_steps import C1, C4, IMMOBILIARE, ROSSI, founded
from tests.dsl import Company, do

OURS = "IT60X0542811101000000123456"
THEIRS = "IT84S0542811101000000654321"
OTHERS = "IT74L0326812345123456789012"
CREDITOR_ID = "IT66ZZZ0000012345670017"
PARTS = {"parts": [{"days": 30}, {"days": 60}]}


def collecting(company: Company) -> Company:
    """A company with its codes, and two customers with mandates and accounts."""
    terms = {"iban": OURS, "creditor_id": CREDITOR_ID, "sia_code": "A1B2C"}
    company.given(
        founded(company),
        do("set-company-parameters", from_on="2026-01-01", change={"collection": terms}),
        ROSSI,
        IMMOBILIARE,
        do("set-party-terms", party_id=C1, iban=THEIRS),
        do("sign-mandate", customer_id=C1, reference="C1-01", signed_on="2025-12-01", iban=THEIRS),
        do("sign-mandate", customer_id=C4, reference="C4-01", signed_on="2025-12-01", iban=OTHERS, scheme="B2B"),
    )
    return company


def invoice(company: Company, net: str, on: str = "2026-01-10", **fields: Any) -> UUID:
    """An issued invoice, by direct debit in two parts unless said otherwise; its id."""
    terms = {"customer_id": C1, "payment_terms": PARTS, "payment_method": "direct_debit", **fields}
    lines = [{"description": "Assistenza", "unit_price": net}]
    answer = company.do("propose-invoice", at=f"{on}T09:00", lines=lines, **terms)
    company.do("issue-invoice", at=f"{on}T09:00", invoice_id=answer["invoice_id"], dated_on=on)
    return UUID(str(answer["invoice_id"]))


def states(company: Company) -> list[tuple[str, int, str, str]]:
    """Number, due date, open amount and state of every due date."""
    items = company.ask("due-ledger", limit=500, on="2026-02-01")["items"]
    return [(item["number"], item["part"], str(item["open"]), item["state"]) for item in items]
