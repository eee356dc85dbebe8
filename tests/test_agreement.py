"""Log, stream, datamart, views and an accounting program's ledger agree on every awkward kind of document and money."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from aggregates.publication import EDITION
from examples import accounting_consumer
from examples.accounting_ledger import Ledger
from gateways.http import events
from gateways.http.endpoints import Endpoints
from gateways.postgres.server import PostgresServer
from gateways.settings import Settings
from gateways.wiring import Installation
from projections.base import ReadModel
from projections.due_ledger import DueLedger
from projections.mart_revenue import MartRevenue
from tests.agreement import they_agree
from tests.contract_steps import C1, C2, C3, C4, COMUNE, IMMOBILIARE, K1, K2, MARIO, ROSSI, founded, run, signed
from tests.databases import migrated_database
from tests.dsl import Company
from tests.gateways.relay_process import relay_of, target_of
from tests.gateways.test_events_http import Door, Reader
from tests.gateways.test_kafka_ledger import read, running, sent
from tests.gateways.topics import until
from tests.kafka_broker import Broker

MONEY, CREDIT, ELSEWHERE, ABROAD = (UUID(int=n) for n in (31, 32, 33, 34))


@pytest.fixture
def firm(company: Company) -> Company:
    return in_business(company)


@pytest.fixture
def alone(postgres: PostgresServer, tmp_path: Path) -> Iterator[Company]:
    """A company in a database of its own: a relay looks at every company of its database."""
    with (
        migrated_database(postgres) as dsn,
        Installation(Settings(database_url=dsn, data_dir=tmp_path)) as running,
    ):
        yield in_business(Company(running, running.open_house("accordo", uuid4())))


def in_business(company: Company) -> Company:
    company.given(founded(company), ROSSI, MARIO, COMUNE, IMMOBILIARE)
    company.do("adopt-public-edition", edition=EDITION)
    abroad = {"street": "Hauptstrasse 1", "postcode": "10115", "town": "Berlin", "country": "DE"}
    company.do(
        "register-party", party_id=ABROAD, code="DE1", name="GmbH", tax={"vat_number": "DE136695976"}, address=abroad
    )
    return company


def billed(firm: Company, customer: UUID, on: str, *lines: dict[str, Any]) -> str:
    """An invoice; its id."""
    asked: dict[str, Any] = {
        "customer_id": customer,
        "payment_terms": {"parts": [{"days": 30}, {"days": 60}, {"days": 90}]},
    }
    told_lines = [{"description": "Riga", **each} for each in lines]
    made = firm.do("propose-invoice", at=f"{on}T09:00", lines=told_lines, **asked)["invoice_id"]
    firm.do("issue-invoice", at=f"{on}T09:00", invoice_id=made, dated_on=on)
    return str(made)


def euro(amount: str) -> dict[str, str]:
    return {"amount": amount}


def test_every_kind_of_vat_part_credits_and_money(firm: Company) -> None:
    """Split payment, reverse charge, no VAT abroad, stamp duty, rounding; credited, paid, set off, sent back."""
    firm.do("set-party-terms", party_id=C2, charge_stamp_duty=True)
    plant, odd = {"plant_in_building": True}, {"quantity": "3", "unit_price": "0.335"}
    first = billed(firm, C1, "2026-01-10", {"unit_price": "100.01"}, odd, {"unit_price": "-0.02"})
    split = billed(firm, C3, "2026-01-11", {"unit_price": "200.05"}, odd)
    billed(firm, C4, "2026-01-12", {"unit_price": "350.10", "supply": plant}, {"unit_price": "20.00"})
    billed(firm, ABROAD, "2026-01-13", {"unit_price": "99.99"})
    duty = billed(firm, C2, "2026-01-14", {"unit_price": "100.00", "supply": {"nature": "N2.2"}}, odd)
    assert [line.amount for line in firm.record(duty).document.lines][-1] == 2, "the stamp duty is charged"
    part: dict[str, Any] = {"lines": [{"number": 1, "amount": "33.33"}], "reason": "Accordo"}
    for invoice_id, on in ((first, "2026-02-01"), (split, "2026-02-02"), (duty, "2026-02-03")):
        firm.do("credit-invoice", at=f"{on}T09:00", invoice_id=invoice_id, dated_on=on, **part)
    money: dict[str, Any] = {"payment_id": MONEY, "customer_id": C1, "amount": euro("150.00"), "paid_on": "2026-02-15"}
    firm.do("record-customer-payment", at="2026-02-15T10:00", **money)
    firm.do("refund-customer-payment", at="2026-02-17T10:00", payment_id=MONEY, amount=euro("10.00"))
    owed: dict[str, Any] = {"customer_id": C4, "number": "V/77", "issued_on": "2025-12-01", "due_on": "2026-01-31"}
    firm.do("import-open-item", open_item_id=ELSEWHERE, **owed, amount=euro("300.00"), residual=euro("250.00"))
    other: dict[str, Any] = {"payment_id": CREDIT, "customer_id": C4, "amount": euro("270.00"), "paid_on": "2026-02-20"}
    firm.do("record-customer-payment", at="2026-02-20T10:00", **other)
    firm.do("record-payment", invoice_id=split, payment_id=UUID(int=35), amount=euro("50.00"), paid_on="2026-02-21")
    they_agree(firm)
    firm.do("reverse-payment", invoice_id=split, payment_id=UUID(int=35), reversed_on="2026-02-25")
    firm.do("reverse-customer-payment", at="2026-03-01T10:00", payment_id=CREDIT)
    firm.do("credit-invoice", at="2026-03-02T09:00", invoice_id=first, dated_on="2026-03-02", reason="Errore")
    billed(firm, C1, "2026-03-03", {"unit_price": "60.00"})
    firm.do("use-customer-credit", at="2026-03-04T10:00", record_id=first, payment_id=UUID(int=36))
    they_agree(firm)
    natures = {row["vat_nature"] for row in firm.house.reader.rows("select vat_nature from {mart_invoice_line}")}
    assert natures == {None, "N1", "N2.1", "N2.2", "N6.7"}


def lived(firm: Company) -> None:
    """A few documents, goods and money."""
    first = billed(firm, C1, "2026-01-10", {"unit_price": "100.01"}, {"quantity": "3", "unit_price": "0.335"})
    billed(firm, C3, "2026-01-11", {"unit_price": "200.05"})
    part: dict[str, Any] = {"lines": [{"number": 1, "amount": "33.33"}], "reason": "Accordo"}
    firm.do("credit-invoice", at="2026-02-01T09:00", invoice_id=first, dated_on="2026-02-01", **part)
    money: dict[str, Any] = {"payment_id": MONEY, "customer_id": C1, "amount": euro("150.00"), "paid_on": "2026-02-15"}
    firm.do("record-customer-payment", at="2026-02-15T10:00", **money)
    firm.fold()


def test_the_ledger_fed_over_http_agrees(firm: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(firm)
    door = Door(firm.installation.secret("token_key"))
    app = FastAPI()
    events.mount(app, firm.installation, Endpoints(firm.installation, door))
    reader = Reader(TestClient(app), door, firm)

    def get(address: str) -> Any:
        return reader.client.get(address.removeprefix("http://libretto"), headers=reader.headers).json()

    monkeypatch.setattr(accounting_consumer, "_get", get)
    ledger = Ledger(":memory:")
    asked = Namespace(http="http://libretto", company=firm.house.slug, batch=3, idle=1)
    accounting_consumer.from_http(ledger, asked, accounting_consumer.Stop())
    they_agree(firm, ledger)


def test_the_ledger_fed_over_a_broker_agrees(alone: Company, kafka: Broker) -> None:
    lived(alone)
    topic, ledger = f"test.agreement.{uuid4().hex[:8]}", Ledger(":memory:")
    with running(relay_of(alone.installation, target_of(kafka, topic), chunk_facts=3)):
        until(lambda: sent(alone, topic))
        read(ledger, kafka, topic)
    they_agree(alone, ledger)


@pytest.mark.parametrize("basis", ["days", "months"])
def test_a_service_that_ended_early_is_earned_by_the_days_served(firm: Company, basis: str) -> None:
    """R1.12, R1.18: stream, datamart, the contract's months and a closing say the same of what a credit note left."""
    if basis == "months":
        firm.do("set-company-parameters", from_on="2026-01-01", change={"accrual_basis": "months"})
    signed(firm, K1, starts_on="2026-09-16", alignment="none", payment_terms={"parts": [{"days": 0}]})
    signed(firm, K2, customer_id=C2, fee="777.77", starts_on="2026-09-16", alignment="none", step_months=3)
    run(firm, "2026-09-20")
    firm.do("terminate-contract", at="2026-11-02T09:00", contract_id=K1, last_on="2026-11-10", reason="Inadempimento")
    firm.do("credit-unused", at="2026-11-12T09:00", contract_id=K1)
    they_agree(firm)
    (left,) = firm.house.reader.rows(
        "select sum(amount) as whole, max(month) as last from {mart_fee} where contract_id = %(id)s", {"id": K1}
    )
    shown = firm.ask("revenue", contract_id=K1)
    months = firm.house.reader.rows(
        "select month, sum(amount) as amount from {mart_fee} where contract_id = %(id)s group by 1", {"id": K1}
    )
    assert {row["month"]: row["amount"] for row in shown["items"] if row["amount"]} == {
        row["month"]: row["amount"] for row in months if row["amount"]
    }
    assert (str(max(row["month"] for row in shown["items"])), shown["total"]) == ("2026-11-01", left["whole"])
    assert [each["contract_id"] for each in firm.ask("accruals", on="2026-12-31")["items"]] == [K2]


@pytest.mark.parametrize(
    ("model", "table", "change"),
    [
        (MartRevenue, "mart_invoice_line", "amount = amount + 0.01"),
        (MartRevenue, "mart_invoice_line", "vat = vat - 0.01"),
        (MartRevenue, "mart_invoice_line", "vat_rate = 10"),
        (MartRevenue, "mart_fee", "amount = amount + 0.01"),
        (DueLedger, "due_part", "open = open + 0.01"),
    ],
)
def test_a_cent_is_noticed(firm: Company, model: type[ReadModel], table: str, change: str) -> None:
    billed(firm, C1, "2026-01-10", {"unit_price": "100.00"})
    they_agree(firm)
    generation = firm.installation.registry.seen(model.NAME)
    assert generation is not None
    (stored,) = (each for each in model.TABLES if each.name == table)
    with firm.installation.database.company(firm.house.company_id) as connection:
        connection.execute(f"update {generation.table(stored)} set {change}".encode())
    with pytest.raises(AssertionError, match="differ"):
        they_agree(firm)
