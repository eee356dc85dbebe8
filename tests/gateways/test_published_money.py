"""Edition 3 of the public stream, through public commands: money, what came back, revenue by month, and the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid5

import pytest

from examples.accounting_ledger import Ledger, balances, trial_balance
from examples.accounting_rules import Deferral
from examples.consumer_kit.schema_check import SchemaCheck
from gateways.postgres.server import PostgresServer
from gateways.public_mapping import LIST
from gateways.wiring import Installation
from tests.commands.collections import collecting
from tests.commands.collections import invoice as collected
from tests.commands.hour_pools import P1, S07, opened, topped_up
from tests.contract_steps import C1, C2, K1, K2, MARIO, ROSSI, founded, run, signed
from tests.dsl import Company
from tests.gateways.public_stream import new_company, publishing, told

DOCS = Path(__file__).parents[2] / "docs"
MONEY = "b0000000-0000-0000-0000-000000000001"
OTHER_MONEY = "b0000000-0000-0000-0000-000000000002"
ITEM = "b0000000-0000-0000-0000-000000000003"


@pytest.fixture(scope="module")
def installation(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with publishing(postgres, tmp_path_factory.mktemp("money")) as running:
        yield running


@pytest.fixture
def firm(installation: Installation) -> Company:
    company = new_company(installation)
    company.given(founded(company), ROSSI, MARIO)
    company.do("adopt-public-edition", edition=3)
    return company


def data(company: Company, *types: str) -> list[dict[str, Any]]:
    """What was told of some types, in order; checked against the schemas that readers have."""
    events = told(company)
    check = SchemaCheck(DOCS / "schemas")
    assert [problem for event in events for problem in check.problems(event)] == []
    return [event["data"] for event in events if event["type"].removeprefix("libretto.") in types]


def invoice(firm: Company, net: str, on: str = "2026-01-10", **fields: Any) -> str:
    """An issued invoice of one line; its id."""
    lines = [{"description": "Assistenza", "unit_price": net}]
    asked = {"customer_id": C1, "payment_terms": {"parts": [{"days": 30}, {"days": 60}]}, "lines": lines}
    made = firm.do("propose-invoice", at=f"{on}T09:00", **{**asked, **fields})["invoice_id"]
    firm.do("issue-invoice", at=f"{on}T09:00", invoice_id=made, dated_on=on)
    return str(made)


def receive(firm: Company, amount: str, key: str = MONEY, **fields: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "payment_id": key,
        "customer_id": C1,
        "amount": {"amount": amount},
        "paid_on": "2026-02-15",
    }
    return firm.do("record-customer-payment", at="2026-02-16T10:00", **asked, **fields)


def booked(firm: Company, tmp_path: Path, deferral: Deferral = Deferral.MONTHLY) -> Ledger:
    """The whole stream in a ledger, every event thrice."""
    ledger = Ledger(str(tmp_path / f"{deferral}.db"), deferral)
    with ledger.transaction():
        for event in told(firm):
            assert [ledger.take(event) for _ in range(3)] == [True, False, False]
    return ledger


def euro(ledger: Ledger) -> dict[str, Decimal]:
    """Balances that are not nothing, in euro."""
    return {account: Decimal(cents) / 100 for _, account, cents in balances(ledger) if cents}


def deferred_on(ledger: Ledger, day: str) -> Decimal:
    """What the ledger has deferred at the end of a day."""
    found = {account: credit - debit for _, account, debit, credit in trial_balance(ledger, day)}
    return Decimal(found.get("deferred-income", 0)) / 100


def test_money_of_a_customer_is_told_once_and_moved_to_documents(firm: Company, tmp_path: Path) -> None:
    first, second = invoice(firm, "100.00"), invoice(firm, "50.00", on="2026-01-12")
    receive(firm, "200.00")
    (received,) = data(firm, "customer-payment.received.v1")
    assert (received["amount"], received["origin"], received["party_id"]) == ("200.00", "bank", str(C1))
    paid = data(firm, "payment.recorded.v2")
    assert {one["customer_payment_id"] for one in paid} == {MONEY}
    assert {one["document_id"]: one["document_number"] for one in paid} == {first: "2026/1", second: "2026/2"}
    sums = Counter[str]()
    for one in paid:
        assert sum(Decimal(part["amount"]) for part in one["due_dates"]) == Decimal(one["amount"])
        sums[one["document_number"]] += Decimal(one["amount"])  # type: ignore[assignment]  # a counter of euro
    assert sums == {"2026/1": Decimal("122.00"), "2026/2": Decimal("61.00")}
    (matched,) = data(firm, "customer-payment.matched.v1")
    assert {one["payment_id"] for one in matched["matches"]} == {one["payment_id"] for one in paid}
    known = euro(booked(firm, tmp_path))
    assert (known["bank"], known["customers-on-account"]) == (Decimal("200.00"), Decimal("-17.00"))
    assert "customers" not in known


def test_what_comes_back_is_open_again_and_the_money_gone(firm: Company, tmp_path: Path) -> None:
    owed = invoice(firm, "100.00")
    receive(firm, "150.00")
    firm.do("refund-customer-payment", at="2026-02-17T10:00", payment_id=MONEY, amount={"amount": "28.00"})
    allocation = data(firm, "payment.recorded.v2")[0]["payment_id"]
    firm.do("reverse-payment", at="2026-02-18T10:00", invoice_id=owed, payment_id=allocation)
    assert [one["payment_id"] for one in data(firm, "customer-payment.unmatched.v1")] == [allocation]
    (back,) = data(firm, "payment.reversed.v1")
    assert (back["customer_payment_id"], back["was_told"]) == (MONEY, True)
    firm.do("reverse-customer-payment", at="2026-02-20T10:00", payment_id=MONEY)
    (gone,) = data(firm, "customer-payment.reversed.v1")
    assert (gone["amount"], gone["was_told"]) == ("150.00", True)
    known = euro(booked(firm, tmp_path))
    # What was paid back of money that then went away is owed by the customer.
    assert known["customers"] + known["customers-on-account"] == Decimal("150.00")
    assert known["bank"] == Decimal("-28.00")


def test_a_payment_of_its_own_and_its_return_leave_nothing_at_the_bank(firm: Company, tmp_path: Path) -> None:
    owed = invoice(firm, "100.00")
    firm.do("record-payment", invoice_id=owed, payment_id=MONEY, amount={"amount": "50.00"}, paid_on="2026-02-01")
    firm.do("reverse-payment", invoice_id=owed, payment_id=MONEY, reversed_on="2026-02-05")
    (paid,), (back,) = data(firm, "payment.recorded.v2"), data(firm, "payment.reversed.v1")
    assert (paid["customer_payment_id"], back["amount"], back["customer_payment_id"]) == (None, "50.00", None)
    assert data(firm, "payment.recorded.v1") == []
    assert "bank" not in euro(booked(firm, tmp_path))


def test_a_credit_set_off_moves_no_money(firm: Company, tmp_path: Path) -> None:
    first = invoice(firm, "100.00")
    receive(firm, "122.00")
    firm.do("credit-invoice", at="2026-03-01T10:00", invoice_id=first, reason="Errore")
    invoice(firm, "60.00", on="2026-03-02")
    firm.do("use-customer-credit", at="2026-03-03T10:00", record_id=first, payment_id=OTHER_MONEY)
    credit = data(firm, "customer-payment.received.v1")[1]
    assert (credit["origin"], credit["source_id"]) == ("credit", first)
    known = euro(booked(firm, tmp_path))
    assert known["bank"] == Decimal("122.00")
    assert known["customers-on-account"] == Decimal("-48.80")  # 122.00 credited, 73.20 of it set off
    assert "customers" not in known


def test_money_from_before_the_edition_is_never_half_booked(installation: Installation, tmp_path: Path) -> None:
    firm = new_company(installation)
    firm.given(founded(firm), ROSSI)
    old, new = invoice(firm, "100.00"), invoice(firm, "50.00", on="2026-01-12")
    receive(firm, "200.00", allocations=[{"record_id": old, "amount": "122.00"}])
    before = data(firm, "payment.recorded.v1")
    assert [one["amount"] for one in before] == ["122.00"]
    firm.do("adopt-public-edition", edition=3)
    firm.do("allocate-customer-payment", payment_id=MONEY, allocations=[{"record_id": new, "amount": "61.00"}])
    (paid,) = data(firm, "payment.recorded.v2")
    assert (paid["amount"], paid["customer_payment_id"]) == ("61.00", None)
    assert euro(booked(firm, tmp_path)).get("customers-on-account") is None
    firm.do("reverse-customer-payment", at="2026-03-01T09:00", payment_id=MONEY)
    (gone,) = data(firm, "customer-payment.reversed.v1")
    assert gone["was_told"] is False
    known = euro(booked(firm, tmp_path / ".."))
    assert "bank" not in known
    assert known["customers"] == Decimal("183.00")


def test_a_batch_of_the_bank_is_followed_without_account_numbers(installation: Installation, tmp_path: Path) -> None:
    firm = collecting(new_company(installation))
    firm.do("adopt-public-edition", edition=3)
    collected(firm, "100.00")
    batch: dict[str, Any] = {"collection_id": MONEY}
    firm.do("prepare-collection", at="2026-02-01T09:00", method="direct_debit", due_by="2026-02-28", **batch)
    firm.do("send-collection", at="2026-02-01T10:00", **batch)
    firm.do("settle-collection", at="2026-02-28T10:00", settled_on="2026-02-28", **batch)
    firm.do("return-collection-line", at="2026-03-05T10:00", line=1, code="AM04", **batch)
    kinds = ("prepared", "sent", "settled", "returned")
    prepared, sent, settled, returned = data(firm, *(f"collection.{each}.v1" for each in kinds))
    assert (prepared["total"], prepared["lines"][0]["due_number"], sent["sent_on"]) == ("61.00", 1, "2026-02-01")
    assert (settled["lines"], returned["line"], returned["bank_code"]) == ([1], 1, "AM04")
    (paid,) = data(firm, "payment.recorded.v2")
    assert (paid["collection_id"], paid["amount"]) == (MONEY, "61.00")
    (back,) = data(firm, "payment.reversed.v1")
    assert back["collection_id"] == MONEY
    assert "bank" not in euro(booked(firm, tmp_path))
    assert "IT" not in str([prepared, sent, settled, returned, paid, back])


def test_open_items_of_other_programs_are_told_when_their_money_comes(firm: Company, tmp_path: Path) -> None:
    terms: dict[str, Any] = {"customer_id": C1, "number": "V/77", "issued_on": "2025-12-01", "due_on": "2026-01-31"}
    amounts: dict[str, Any] = {"amount": {"amount": "300.00"}, "residual": {"amount": "250.00"}}
    firm.do("import-open-item", open_item_id=ITEM, **terms, **amounts)
    receive(firm, "100.00")
    (paid,) = data(firm, "payment.recorded.v2")
    assert (paid["document_kind"], paid["document_id"], paid["document_number"]) == ("open-item", ITEM, "V/77")
    assert euro(booked(firm, tmp_path)) == {"bank": Decimal("100.00"), "customers": Decimal("-100.00")}


@pytest.mark.parametrize("basis", ["days", "months"])
def test_deferred_income_booked_by_month_is_what_a_closing_says(firm: Company, tmp_path: Path, basis: str) -> None:
    """Fees in advance and in arrears, credited in two odd parts: the ledger and every closing agree to the cent."""
    if basis == "months":
        firm.do("set-company-parameters", from_on="2026-01-01", change={"accrual_basis": "months"})
    signed(firm, K1, starts_on="2026-09-16", alignment="none", payment_terms={"parts": [{"days": 0}]})
    signed(firm, K2, customer_id=C2, fee="777.77", starts_on="2026-10-01", alignment="none", step_months=3)
    run(firm, "2026-10-01")
    issued = {row["number"]: row["invoice_id"] for row in firm.ask("invoices", state="issued")["items"]}
    yearly = next(key for key in issued.values() if firm.record(key).require_issued().taxable == 1200)
    for amount, on in (("333.33", "2026-11-03"), ("0.07", "2026-12-01")):
        lines = [{"number": 1, "amount": amount}]
        firm.do("credit-invoice", at=f"{on}T09:00", invoice_id=yearly, dated_on=on, lines=lines, reason="Accordo")
    for closing_on in ("2026-10-31", "2026-11-30", "2026-12-31"):
        firm.do("record-closing", at="2027-01-10T09:00", closing_on=closing_on)
    months: Counter[tuple[str, str]] = Counter()
    for one in data(firm, "revenue.scheduled.v1"):
        assert one["basis"] == basis
        for line in one["lines"]:
            assert sum(Decimal(each["amount"]) for each in line["months"]) == Decimal(line["amount"])
            for each in line["months"]:
                months[one["party_id"], each["month"]] += int(Decimal(each["amount"]) * 100)
    shown = firm.ask("revenue", contract_id=K1)
    assert {str(row["month"]): int(row["amount"] * 100) for row in shown["items"]} == {
        month: cents for (party, month), cents in months.items() if party == str(C1)
    }
    monthly, at_closing = booked(firm, tmp_path), booked(firm, tmp_path, Deferral.AT_CLOSING)
    entries = data(firm, "accruals.recorded.v1")
    for closing in data(firm, "closing.recorded.v1"):
        # What was credited later is no longer counted by a closing recorded later: only the last one is of the day.
        said = {one["kind"]: Decimal(one["amount"]) for one in closing["totals"]}["deferred-income"]
        parts = [line for one in entries if one["closing_on"] == closing["closing_on"] for line in one["lines"]]
        assert sum(Decimal(line["amount"]) for line in parts if line["kind"] == "deferred-income") == said
        assert deferred_on(at_closing, closing["closing_on"]) == said
    assert deferred_on(monthly, "2026-12-31") == said > 0
    assert deferred_on(monthly, "2099-12-31") == 0
    assert euro(monthly) == euro(at_closing)


def test_a_fee_lowered_after_it_was_billed_is_earned_less_from_that_day_on_and_all_say_so(firm: Company) -> None:
    """365.00 for 2026, half of it from 1 July: 92.00 credited, a euro a day before and fifty cents after (R1.18)."""
    told_from = {"starts_on": "2026-01-01", "alignment": "none", "signing": {"at": "2025-12-10T10:00"}}
    signed(firm, K1, fee="365.00", **told_from)
    run(firm, "2026-01-01")
    fees = [{"line_id": str(uuid5(K1, "line")), "annual_fee": "182.50"}]
    firm.do("change-contract-terms", at="2026-08-20T09:00", contract_id=K1, from_on="2026-07-01", fees=fees)
    (note,) = firm.do("credit-unused", at="2026-08-20T10:00", contract_id=K1)["credit_notes"]
    assert note["total"]["amount"] == "112.24"  # 92.00 and its VAT
    per_month = [
        "31.00",
        "28.00",
        "31.00",
        "30.00",
        "31.00",
        "30.00",
        "15.50",
        "15.50",
        "15.00",
        "15.50",
        "15.00",
        "15.50",
    ]
    wanted = {f"2026-{n:02}-01": amount for n, amount in enumerate(per_month, 1)}
    assert {str(row["month"]): str(row["amount"]) for row in firm.ask("revenue", contract_id=K1)["items"]} == wanted
    mart = firm.ask("mart-revenue", by="month", contract_id=K1, limit=500)["items"]
    assert {row["place"]: str(row["amount"]) for row in mart} == wanted
    stream: Counter[str] = Counter()
    for one in data(firm, "revenue.scheduled.v1"):
        for each in (month for line in one["lines"] for month in line["months"]):
            stream[each["month"]] += int(Decimal(each["amount"]) * 100)
    assert stream == {month: int(Decimal(amount) * 100) for month, amount in wanted.items()}
    for on, deferred in (("2026-06-30", "92.00"), ("2026-07-10", "87.00"), ("2026-09-30", "46.00")):
        assert str(firm.ask("accruals", on=on)["totals"]["deferred-income"]) == deferred
    closing = firm.do("record-closing", at="2026-10-10T09:00", closing_on="2026-09-30")
    assert closing["totals"]["deferred-income"] == "46.00"
    assert firm.do("credit-unused", at="2026-10-11T10:00", contract_id=K1)["credit_notes"] == []


def test_hours_bought_are_earned_as_they_are_consumed(firm: Company, tmp_path: Path) -> None:
    firm.given(opened())
    for step in S07[:3]:
        firm.given(step)
    firm.do("propose-invoices", at="2026-04-01T07:00", until="2026-04-01")
    proposal = firm.ask("invoices", state="proposed")["items"][0]["invoice_id"]
    firm.do("issue-invoice", at="2026-04-01T08:00", invoice_id=proposal, dated_on="2026-04-01")
    (line,) = data(firm, "revenue.scheduled.v1")[0]["lines"]
    assert (line["earned"], line["amount"], line["months"]) == ("when-consumed", "580.00", [])
    consumed = data(firm, "pool-revenue.recognised.v1")
    assert [(lot["minutes"], lot["amount"]) for one in consumed for lot in one["lots"]] == [
        ("30", "29.00"),
        ("105", "101.50"),
        ("135", "130.50"),
    ]
    assert deferred_on(booked(firm, tmp_path), "2026-12-31") == Decimal("319.00")
    work = S07[0].fields["work_id"]
    firm.do("reverse-draw", at="2026-04-02T09:00", pool_id=S07[0].fields["pool_id"], work_id=work, reason="Errore")
    firm.given(topped_up())
    firm.do("expire-hours", at="2027-02-01T06:00", pool_id=S07[0].fields["pool_id"])
    after = data(firm, "pool-revenue.recognised.v1")[3:]
    assert [(one["why"], one["lots"][0]["amount"]) for one in after] == [("given-back", "-29.00"), ("lapsed", "348.00")]
    of_first = [
        lot for one in data(firm, "pool-revenue.recognised.v1") for lot in one["lots"] if lot["lot_id"] == str(P1)
    ]
    assert sum(Decimal(lot["amount"]) for lot in of_first) == Decimal("580.00")


def test_every_row_of_the_list_belongs_to_an_edition_that_companies_can_adopt() -> None:
    replaced = [row for row in LIST if row.until is not None]
    for row in replaced:
        assert [other for other in LIST if other.kind is row.kind and other.since == row.until]
