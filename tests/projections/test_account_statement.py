"""The statement of a customer's account: it agrees with the due-date ledger to the cent, whatever happened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from aggregates.account_statement import AccountPeriodAhead, AccountStatement
from aggregates.base import Refusal
from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer
from tests.contract_steps import C1, MARIO, ROSSI, founded
from tests.dsl import Company, do
from tests.printing import printed, text_of

END = "2026-12-31"
PERIOD: dict[str, Any] = {"customer_id": C1, "from_on": "2026-01-01", "to_on": END}
LATE: dict[str, Any] = {"customer_id": C1, "amount": {"amount": "5.00"}, "paid_on": "2026-03-30"}
THREE: dict[str, Any] = {"parts": [{"days": 30}, {"days": 60}, {"days": 90}]}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, MARIO)
    return company


class Life:
    """Invoices, notes and payments of one customer at random; refusals are part of it."""

    def __init__(self, firm: Company, seed: int) -> None:
        self.firm, self.random, self.day = firm, Random(seed), 1
        self.invoices: list[UUID] = []
        self.items: list[UUID] = []
        self.money: list[UUID] = []

    def go(self, steps: int) -> None:
        acts = [self.invoice, self.item, self.pay, self.receive, self.allocate, self.take_back, self.refund,
                self.reverse, self.reverse_one, self.credit, self.use]  # fmt: skip
        for act in [self.invoice, self.item, self.receive, *self.random.choices(acts, k=steps)]:
            self.day += self.random.randint(0, 6)
            try:
                act()
            except Refusal:
                continue

    def tell(self, name: str, **fields: Any) -> dict[str, Any]:
        return self.firm.do(name, at=f"{self.on}T10:00", **fields) or {}

    @property
    def on(self) -> str:
        return str(date.fromordinal(date(2026, 1, 1).toordinal() + self.day))

    def cents(self, most: int = 40_000) -> dict[str, str]:
        return {"amount": str(Decimal(self.random.randint(1, most)) / 100)}

    def one_of(self, known: list[UUID]) -> UUID:
        return self.random.choice(known)

    def invoice(self) -> None:
        lines = [{"description": "Assistenza", "unit_price": self.cents()["amount"]}]
        made = self.tell("propose-invoice", customer_id=C1, payment_terms=THREE, lines=lines)
        self.tell("issue-invoice", invoice_id=made["invoice_id"], dated_on=self.on)
        self.invoices.append(UUID(str(made["invoice_id"])))

    def item(self) -> None:
        amount = self.cents()
        kind = self.random.choice(["invoice", "credit_note"])
        told = {"number": f"V{len(self.items)}", "issued_on": "2025-11-01", "due_on": "2026-02-01", "amount": amount}
        made = self.tell("import-open-item", customer_id=C1, kind=kind, residual=amount, **told)
        self.items.append(UUID(str(made["open_item_id"])))

    def pay(self) -> None:
        self.tell("record-payment", invoice_id=self.one_of(self.invoices), amount=self.cents(9000), paid_on=self.on)

    def receive(self) -> None:
        more: dict[str, Any] = {"allocations": []} if self.random.random() < 0.4 else {}
        made = self.tell("record-customer-payment", customer_id=C1, amount=self.cents(), paid_on=self.on, **more)
        self.money.append(UUID(str(made["payment_id"])))

    def allocate(self) -> None:
        self.tell("allocate-customer-payment", payment_id=self.one_of(self.money))

    def take_back(self) -> None:
        payment = self.firm.record(self.random.choice(self.money))
        allocation_id = next(iter(payment.allocations), payment.id)
        self.tell("take-back-allocation", payment_id=payment.id, allocation_id=allocation_id)

    def refund(self) -> None:
        self.tell("refund-customer-payment", payment_id=self.one_of(self.money), amount=self.cents(5000))

    def reverse(self) -> None:
        self.tell("reverse-customer-payment", payment_id=self.one_of(self.money))

    def reverse_one(self) -> None:
        invoice_id = self.one_of(self.invoices)
        payments = list(self.firm.record(invoice_id).settlement.payments)
        payment_id = self.random.choice(payments) if payments else invoice_id
        self.tell("reverse-payment", invoice_id=invoice_id, payment_id=payment_id, reversed_on=self.on)

    def credit(self) -> None:
        self.tell("credit-invoice", invoice_id=self.one_of(self.invoices), reason="Errore")

    def use(self) -> None:
        self.tell("use-customer-credit", record_id=self.one_of([*self.items, *self.invoices]))


def owed(firm: Company) -> Decimal:
    """What the due-date ledger has open of the customer, less what stands on account."""
    dues = firm.ask("due-ledger", customer_id=C1, limit=500)["items"]
    money = firm.ask("customer-payments", customer_id=C1, limit=500)["items"]
    return sum((row["open"] for row in dues), Decimal(0)) - sum((row["on_account"] for row in money), Decimal(0))


@pytest.mark.parametrize("seed", range(3))
def test_the_statement_agrees_with_the_ledger_to_the_cent(firm: Company, seed: int) -> None:
    life = Life(firm, seed)
    life.go(35)
    sheet = firm.ask("account-statement", **PERIOD)
    assert sheet["closing"] == owed(firm)
    ledger = firm.ask("due-ledger", customer_id=C1, limit=500)["items"]
    dues = {(row["record_id"], row["part"]): row["open"] for row in ledger if row["open"]}
    assert {(part["record_id"], part["part"]): part["open"] for part in sheet["parts"] if part["record_id"]} == dues
    assert sheet["closing"] == sheet["opening"] + sum(line["amount"] for line in sheet["lines"])
    lines = firm.ask("account-lines", **PERIOD)
    assert (lines[0]["balance"], lines[-1]["balance"]) == (sheet["opening"], sheet["closing"])
    early = firm.ask("account-statement", **{**PERIOD, "to_on": life.on[:8] + "01"})
    assert early["closing"] == sum(line["amount"] for line in early["lines"]) + early["opening"]


def issue(at: str = "2026-03-31T18:00", **fields: Any) -> Any:
    return do("issue-account-statement", at=at, **{**PERIOD, "to_on": "2026-03-31", **fields})


def billed(firm: Company) -> None:
    """An invoice of 122.00 in three parts, paid in part, and 20.00 on account."""
    lines = [{"description": "Assistenza", "unit_price": "100.00"}]
    made = firm.do("propose-invoice", at="2026-01-10T09:00", customer_id=C1, payment_terms=THREE, lines=lines)
    firm.do("issue-invoice", at="2026-01-10T09:00", invoice_id=made["invoice_id"], dated_on="2026-01-10")
    paid: dict[str, Any] = {
        "customer_id": C1,
        "amount": {"amount": "40.66"},
        "reference": "Bonifico",
        "paid_on": "2026-02-15",
    }
    firm.do("record-customer-payment", at="2026-02-16T09:00", **paid)
    more: dict[str, Any] = {
        "customer_id": C1,
        "amount": {"amount": "20.00"},
        "paid_on": "2026-03-01",
        "allocations": [],
    }
    firm.do("record-customer-payment", at="2026-03-01T09:00", **more)


def test_a_statement_is_frozen_once_and_anew_when_figures_changed(firm: Company) -> None:
    billed(firm)
    firm.given().when(issue()).then((AccountStatement.Issued, {"customer_code": "C1", "currency": "EUR"}))
    firm.given().when(issue(at="2026-04-05T09:00")).then_nothing()
    firm.given(do("record-customer-payment", at="2026-04-06T09:00", **LATE))
    firm.given().when(issue(at="2026-04-06T10:00")).then((AccountStatement.IssuedAgain, {"revision": 1}))
    firm.given().when(issue(to_on="2026-04-30", at="2026-04-06T10:00")).then_refused(AccountPeriodAhead)
    earlier = firm.ask("account-statement", **{**PERIOD, "to_on": "2026-02-15"})
    assert (str(earlier["opening"]), str(earlier["closing"])) == ("0.00", "81.34")
    assert [line["kind"] for line in earlier["lines"]] == ["invoice", "payment"]


def test_the_paper_says_what_was_frozen(firm: Company, tmp_path: Path) -> None:
    billed(firm)
    firm.given(issue(), do("record-customer-payment", at="2026-04-06T09:00", **LATE), issue(at="2026-04-07T09:00"))
    issuer = Issuer(open_archive(tmp_path / "archive"))
    first, second = sorted(printed(firm, issuer, "account_statement"), key=lambda row: row["title"])
    assert (first["title"], second["title"]) == (
        "Estratto conto C1/2026-03-31 rev. 0", "Estratto conto C1/2026-03-31 rev. 1",
    )  # fmt: skip
    told = text_of(firm, issuer, first)
    for words in ("Saldo iniziale 0,00", "10/01/2026 Fattura 2026/1 122,00 122,00", "15/02/2026 Pagamento Bonifico",
                  "40,66 81,34", "Saldo finale", "122,00 60,66 61,34", "Acconto", "−20,00",
                  "Non scaduto 1–30 giorni"):  # fmt: skip
        assert words in told, (words, told)
    assert "56,34" in text_of(firm, issuer, second)
    sources = {each.stream_id for each in firm.record(first["document_id"]).document.sources}
    assert sources >= {C1, firm.house.company_id, first["record_id"]}
