"""What accounting registers comes back as commands, each once: repeated, too early, already paid, unknown, lost."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from aggregates import roles
from examples import accounting_return
from examples.accounting_ledger import Ledger, balances
from examples.accounting_return import Answer, NotAnswered, answer_of, entry_key, take
from gateways.http.app import create_app
from gateways.http.auth import Doorkeeper
from gateways.public_feed import PublicFeed
from tests.contract_steps import C1, ROSSI, founded
from tests.dsl import Company

EMPTY = dict.fromkeys(
    ("entry_id", "kind", "booked_on", "customer_id", "number", "amount", "due_on", "residual", "of"), ""
)


def entry(key: str, kind: str, amount: str, **fields: str) -> dict[str, str]:
    """A line of accounting's file."""
    usual = {"entry_id": key, "kind": kind, "amount": amount, "booked_on": "2026-02-20", "customer_id": str(C1)}
    return {**EMPTY, **usual, **fields}


class Bookkeeping:
    """Accounting beside a company: its ledger, and its way to the company's API."""

    def __init__(self, company: Company, folder: Path) -> None:
        self.company, self.name = company, str(company.house.company_id)
        self.ledger = Ledger(str(folder / "ledger.db"))
        installation = company.installation
        self._client = TestClient(create_app(installation), raise_server_exceptions=False)
        door = Doorkeeper(installation.secret("token_key"))
        user = company.do("register-user", email="conta@example.it", name="Conta", roles=["accountant"])["user_id"]
        company.fold()
        self._token = door.token(str(user), {self.name: frozenset({roles.ACCOUNTANT})})
        self.calls = 0
        self.lose_answers = False

    def send(self, path: str, body: dict[str, Any], key: UUID) -> Answer:
        """As `accounting_return.sender`, without a socket."""
        self.calls += 1
        headers = {"authorization": f"Bearer {self._token}", "idempotency-key": str(key)}
        url = f"/v1/{self.company.house.slug}/{path}"
        answer = self._client.post(
            url, content=json.dumps(body), headers={**headers, "content-type": "application/json"}
        )
        if self.lose_answers:
            raise NotAnswered("cut off")
        return answer_of(answer.status_code, answer.content)

    def give(self, *rows: dict[str, str]) -> Counter[str]:
        """One run over a file of these entries."""
        return take(self.ledger, self.name, rows, self.send)

    def listen(self) -> None:
        """Book what the stream tells."""
        self.company.fold()
        house = self.company.house
        stream = PublicFeed(house.reader, house.company_id, house.epoch)
        with self.ledger.transaction():
            for event in stream.after(self.ledger.last(self.name, str(house.epoch))):
                self.ledger.take(event)

    def sums(self) -> dict[str, int]:
        """Balances that are not nothing, in cents."""
        return {account: cents for _, account, cents in balances(self.ledger) if cents}


@pytest.fixture
def books(company: Company, tmp_path: Path) -> Bookkeeping:
    company.given(founded(company), ROSSI)
    company.do("adopt-public-edition", edition=3)
    return Bookkeeping(company, tmp_path)


def invoice(company: Company, net: str) -> str:
    lines = [{"description": "Assistenza", "unit_price": net}]
    made = company.do("propose-invoice", at="2026-02-01T09:00", customer_id=C1, lines=lines)["invoice_id"]
    company.do("issue-invoice", at="2026-02-01T09:00", invoice_id=made, dated_on="2026-02-01")
    return str(made)


def test_a_payment_settles_its_invoice_once_however_often_it_is_sent(books: Bookkeeping) -> None:
    owed = invoice(books.company, "100.00")
    paid = entry("M1", "payment", "122.00", number="2026/1")
    assert books.give(paid) == {"unknown-document": 1}, "before the stream has told the invoice"
    books.listen()
    assert books.give(paid, paid) == {"done": 1, "repeated": 1}
    assert books.give(paid) == {"repeated": 1}
    assert books.company.record(owed).open_amount == 0
    books.listen()
    assert books.sums() == {"bank": 12200, "revenue": -10000, "vat-payable": -2200}


def test_a_lost_answer_records_nothing_twice(books: Bookkeeping) -> None:
    owed = invoice(books.company, "100.00")
    books.listen()
    paid = entry("M1", "payment", "50.00", number="2026/1")
    books.lose_answers = True
    with pytest.raises(NotAnswered):
        books.give(paid)
    books.lose_answers = False
    assert books.give(paid) == {"done": 1}
    assert str(books.company.record(owed).open_amount) == "72.00"
    books.listen()
    assert (books.sums()["bank"], books.sums()["customers"]) == (5000, 7200)


def test_what_cannot_be_done_is_listed_with_its_reason(books: Bookkeeping) -> None:
    invoice(books.company, "100.00")
    books.listen()
    rows = (
        entry("M1", "payment", "122.00", number="2026/1"),
        entry("M2", "payment", "122.00", number="2026/1"),
        entry("M3", "payment", "10.00", number="9999/9"),
        entry("M4", "payment", "5.00"),
        entry("M5", "payment", "5.00", customer_id=str(UUID(int=5))),
    )
    assert books.give(*rows) == {"done": 2, "already-paid": 1, "unknown-document": 1, "not-found": 1}
    said = dict(books.ledger.db.execute("select entry_id, said from returned"))
    assert "2026/1" in said["M2"]
    books.listen()
    # M2, M3, M4 and M5 wait on customers' accounts: the money is there, whatever becomes of it.
    assert books.sums() == {
        "bank": 26400, "customers-on-account": -14200, "revenue": -10000, "vat-payable": -2200,
    }  # fmt: skip


def test_returned_money_and_open_items_of_accounting_come_back_too(books: Bookkeeping) -> None:
    sale = entry("F1", "invoice", "300.00", number="V/77", due_on="2026-03-31", residual="250.00")
    paid, back = entry("M1", "payment", "250.00", number="V/77"), entry("R1", "reversal", "250.00", of="M1")
    assert books.give(back, sale, paid) == {"unknown-document": 1, "done": 2}
    item = str(entry_key(books.name, "F1", "open-item"))
    assert books.company.record(item).open_amount == 0
    assert books.give(back, sale, paid) == {"done": 1, "repeated": 2}
    assert str(books.company.record(item).open_amount) == "250.00"
    books.listen()
    assert books.sums() == {}, "what came and went is booked once on each side"


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_no_answer_is_no_outcome(status: int) -> None:
    with pytest.raises(NotAnswered):
        answer_of(status, b"{}")


def test_a_refusal_is_an_outcome() -> None:
    assert answer_of(422, b'{"code": "payment-too-large", "detail": "Too much."}') == Answer(
        "payment-too-large", "Too much."
    )
    assert accounting_return.OUTCOMES["payment-too-large"] == "already-paid"
