"""The example consumer: a ledger that is exact, whatever is repeated, killed or missing."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from kafka import KafkaProducer

from aggregates.rules.vat import CustomerKind
from examples.accounting_consumer import HOLE
from examples.accounting_ledger import Ledger, balances
from examples.accounting_rules import rows_of
from examples.consumer_kit.sequence_guard import Hole
from gateways.postgres.server import PostgresServer
from gateways.public_feed import PublicFeed
from gateways.wiring import Installation
from tests.dsl import Company, do
from tests.gateways.bills import credit_note, customer, document, issue, month, pay
from tests.gateways.public_stream import new_company, publishing, told
from tests.gateways.relay_process import start_consumer, target_of
from tests.kafka_broker import Broker

KILLS = 20
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installation(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with publishing(postgres, tmp_path_factory.mktemp("accounting")) as running:
        yield running


@pytest.fixture
def company(installation: Installation) -> Company:
    return new_company(installation)


@dataclass
class Topic:
    """A topic that tests write to as relays would, and worse."""

    broker: Broker
    name: str

    def write(self, events: Iterable[dict[str, Any]]) -> None:
        """Send events as they come."""
        producer = KafkaProducer(
            bootstrap_servers=self.broker.bootstrap, api_version=self.broker.api_version, enable_idempotence=True
        )
        for event in events:
            producer.send(self.name, key=event["source"].encode(), value=json.dumps(event).encode())
        producer.flush(20)
        producer.close()

    def arguments(self, ledger: Path, *more: str) -> list[str]:
        """How the example program is asked to read this topic."""
        version = ["--api-version", "2.3"] if self.broker.api_version else []
        return [str(ledger), "--kafka", self.broker.bootstrap, "--topic", self.name, *version, *more]

    def consume(self, ledger: Path) -> tuple[int, str]:
        """Read everything there is; exit status and what it said in alarm."""
        asked = [sys.executable, "-m", "examples.accounting_consumer", *self.arguments(ledger, "--idle", "1.5")]
        done = subprocess.run(asked, cwd=ROOT, check=False, capture_output=True, text=True, timeout=300)
        return done.returncode, done.stderr


@pytest.fixture
def topic(kafka: Broker) -> Topic:
    name = f"test.accounting.{uuid4().hex[:8]}"
    kafka.create_topic(name, partitions=target_of(kafka, name).partitions)
    return Topic(kafka, name)


def book(events: Iterable[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """What the ledger must say: company and account, balance in cents, computed apart from it."""
    sums: Counter[tuple[str, str]] = Counter()
    for event in events:
        for account, amount in rows_of(event):
            sums[event["source"].removeprefix("/companies/"), account] += int(amount * 100)
    return dict(sums)


def booked(ledger: Path) -> dict[tuple[str, str], int]:
    return {(company, account): balance for company, account, balance in balances(Ledger(str(ledger)))}


def test_every_document_balances(company: Company) -> None:
    (invoice,) = issue(company, document("2026/45", "351.78"))
    pay(company, invoice, "100.00")
    issue(company, credit_note("NC 1", invoice, "351.78"))
    public_body = customer(CustomerKind.PUBLIC_BODY)
    issue(company, document("2026/46", "200.00", customer=public_body))
    rows = [rows_of(event) for event in told(company)]
    assert [[(account, str(amount)) for account, amount in each] for each in rows] == [
        [("customers", "429.17"), ("58.01.001", "-351.78"), ("vat-payable", "-77.39")],
        [("bank", "100.00"), ("customers", "-100.00")],
        [("customers", "-429.17"), ("58.01.001", "351.78"), ("vat-payable", "77.39")],
        [("customers", "200.00"), ("58.01.001", "-200.00")],
    ]


def test_what_does_not_concern_the_ledger_is_counted_and_not_booked(company: Company, tmp_path: Path) -> None:
    company.execute(do("register-party", code="C1", name="Rossi", role="prospect"))
    (event,) = told(company)
    ledger = Ledger(str(tmp_path / "ledger.db"))
    with ledger.transaction():
        assert ledger.take(event)
    assert ledger.last(str(company.house.company_id), str(company.house.epoch)) == 1
    assert list(balances(ledger)) == []


def test_repeated_events_are_booked_once(company: Company, topic: Topic, tmp_path: Path) -> None:
    list(month(company, 60))
    events, chance = told(company), random.Random(3)
    repeated = [each for event in events for each in [event] * chance.randint(1, 3)]
    topic.write(repeated)
    topic.write(events[20:])
    assert topic.consume(tmp_path / "ledger.db") == (0, "")
    assert booked(tmp_path / "ledger.db") == book(events)
    topic.write(events)
    assert topic.consume(tmp_path / "ledger.db") == (0, "")
    assert booked(tmp_path / "ledger.db") == book(events)


def test_a_hole_stops_the_consumer_with_an_alarm(company: Company, topic: Topic, tmp_path: Path) -> None:
    list(month(company, 10))
    events = told(company)
    topic.write([*events[:5], *events[6:]])
    status, errors = topic.consume(tmp_path / "ledger.db")
    assert status == HOLE
    assert "ALARM" in errors
    assert "sequence 7 follows 5" in errors
    assert booked(tmp_path / "ledger.db") in ({}, book(events[:5]))


def test_after_a_restore_the_new_epoch_books_nothing_twice(company: Company, tmp_path: Path) -> None:
    list(month(company, 10))
    events = told(company)
    again = PublicFeed(company.house.reader, company.house.company_id, UUID(int=99)).after(0)
    ledger = Ledger(str(tmp_path / "ledger.db"))
    take_all(ledger, [*events, *again])
    assert booked(tmp_path / "ledger.db") == book(events)


def test_a_transaction_that_fails_leaves_nothing(company: Company, tmp_path: Path) -> None:
    list(month(company, 3))
    events = told(company)
    ledger = Ledger(str(tmp_path / "ledger.db"))
    with pytest.raises(Hole):
        take_all(ledger, [events[0], events[2]])
    assert list(balances(ledger)) == []
    assert ledger.last(str(company.house.company_id), str(company.house.epoch)) == 0


def test_killed_again_and_again_the_ledger_is_exact(installation: Installation, topic: Topic, tmp_path: Path) -> None:
    first, second, chance = new_company(installation), new_company(installation), random.Random(20)
    list(month(first, 350))
    list(month(second, 150))
    events = [*told(first), *told(second)]
    topic.write(events)
    topic.write(events[100:400])
    path, interrupted = tmp_path / "ledger.db", 0
    Ledger(str(path)).db.close()
    for _ in range(KILLS):
        before = entries(path)
        process = start_consumer(topic.arguments(path, "--batch", "2"))
        deadline = time.monotonic() + 120
        while entries(path) == before and time.monotonic() < deadline and process.is_alive():
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.03))
        process.kill()
        process.join()
        interrupted += before < entries(path) < len([row for event in events for row in rows_of(event)])
    assert interrupted >= KILLS / 2, "the kills came too late to interrupt anything"
    assert topic.consume(path) == (0, "")
    assert booked(path) == book(events)
    debit, credit = sqlite3.connect(path).execute("select sum(debit_cents), sum(credit_cents) from entry").fetchone()
    assert debit == credit > 0


def take_all(ledger: Ledger, events: Iterable[dict[str, Any]]) -> None:
    with ledger.transaction():
        for event in events:
            ledger.take(event)


def entries(path: Path) -> int:
    database = sqlite3.connect(path)
    (count,) = database.execute("select count(*) from entry").fetchone()
    database.close()
    return int(count)
