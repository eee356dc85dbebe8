"""The relay against a broker: in order, nothing lost, never a hole, whatever is killed or cut off."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from kafka.errors import KafkaError, MessageSizeTooLargeError

from examples.accounting_ledger import Ledger, balances
from gateways.kafka import Relay, Target
from gateways.metrics import exposition
from gateways.postgres.server import PostgresServer
from gateways.wiring import Installation
from tests.dsl import Company
from tests.gateways.bills import document, issue
from tests.gateways.public_stream import feed, new_company, publishing, told
from tests.gateways.relay_process import RelayPlan, relay_of, start_relay, target_of
from tests.gateways.topics import events, records, seen_once, until
from tests.kafka_broker import Broker

KILLS = 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("relay")


@pytest.fixture
def installation(postgres: PostgresServer, folder: Path) -> Iterator[Installation]:
    """One of its own for each test: a relay sends what all companies have told."""
    with publishing(postgres, folder) as running:
        yield running


@pytest.fixture
def company(installation: Installation) -> Company:
    return new_company(installation)


@pytest.fixture
def topic() -> str:
    return f"test.public.{uuid4().hex[:8]}"


def publish(company: Company, facts: int, start: int = 0) -> None:
    """So many invoices, one public fact each."""
    issue(company, *(document(f"2026/{start + n}", "10.00") for n in range(facts)))
    company.fold()


def source(company: Company) -> str:
    return f"/companies/{company.house.company_id}"


def cursor(company: Company) -> int:
    with company.installation.database.company(company.house.company_id) as connection:
        row = connection.execute(
            "select coalesce(max(sequence), 0) from relay_cursor where company_id = %s", (company.house.company_id,)
        ).fetchone()
    return int(row[0]) if row else 0


def drained(*companies: Company) -> bool:
    return all(cursor(each) == feed(each).head() for each in companies)


@contextmanager
def running(relay: Relay) -> Iterator[None]:
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        yield
    finally:
        relay.stop()
        thread.join(120)
        assert not thread.is_alive()


def test_each_company_is_sent_in_order_under_its_own_key(
    installation: Installation, company: Company, kafka: Broker, topic: str
) -> None:
    other = new_company(installation)
    publish(company, 50)
    publish(other, 30)
    with running(relay_of(installation, target_of(kafka, topic))):
        until(lambda: drained(company, other))
    sent = events(kafka, topic)
    assert seen_once(sent, source(company)) == told(company)
    assert seen_once(sent, source(other)) == told(other)
    assert len(sent) == 80
    first = records(kafka, topic)[0]
    assert dict(first.headers)["content-type"] == b"application/cloudevents+json; charset=utf-8"
    assert f"/companies/{first.key.decode()}" in (source(company), source(other))
    parts = {(record.key, record.partition) for record in records(kafka, topic)}
    assert len(parts) == 2
    assert f'libretto_published_facts_total{{company="{company.house.company_id}"}} 50.0' in exposition().decode()


def test_what_is_published_later_follows(
    installation: Installation, company: Company, kafka: Broker, topic: str
) -> None:
    with running(relay_of(installation, target_of(kafka, topic))):
        for n in range(3):
            publish(company, 5, start=5 * n)
            until(lambda: drained(company))
    assert [event["sequence"] for event in events(kafka, topic)] == list(range(1, 16))


def test_killed_again_and_again_the_relay_loses_nothing(
    installation: Installation, company: Company, kafka: Broker, topic: str, folder: Path, tmp_path: Path
) -> None:
    other, chance = new_company(installation), random.Random(20)
    plan = RelayPlan(installation.dsn, folder, target_of(kafka, topic), chunk_facts=4)
    interrupted = 0
    for n in range(KILLS):
        publish(company, 60, start=60 * n)
        publish(other, 30, start=30 * n)
        before = cursor(company) + cursor(other)
        process = start_relay(plan)
        while cursor(company) + cursor(other) == before:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.06))
        process.kill()
        process.join()
        interrupted += not drained(company, other)
    assert interrupted >= KILLS / 2, "the kills came too late to interrupt anything"
    process = start_relay(plan)
    until(lambda: drained(company, other))
    process.terminate()
    process.join(120)
    assert process.exitcode == 0
    sent = events(kafka, topic)
    assert seen_once(sent, source(company)) == told(company)
    assert seen_once(sent, source(other)) == told(other)
    ledger = Ledger(str(tmp_path / "ledger.db"))
    for event in sent:
        ledger.take(event)
    assert sum(cents for _, account, cents in balances(ledger) if account == "customers") == KILLS * 90 * 1220


def test_a_relay_without_any_broker_waits_and_stops_when_told(installation: Installation, company: Company) -> None:
    publish(company, 1)
    nowhere = Target("127.0.0.1:1", "test.nowhere")
    with running(relay_of(installation, nowhere)):
        time.sleep(0.5)
    assert cursor(company) == 0


def test_of_two_relays_one_stands_by(installation: Installation, company: Company, kafka: Broker, topic: str) -> None:
    first, second = (relay_of(installation, target_of(kafka, topic)) for _ in range(2))
    publish(company, 10)
    assert first.step()
    publish(company, 10, start=10)
    assert not second.step()
    first.stop()
    first.run()
    time.sleep(0.6)
    assert second.step()
    second.stop()
    second.run()
    assert [event["sequence"] for event in events(kafka, topic)] == list(range(1, 21))


def test_a_cursor_set_back_only_repeats(
    installation: Installation, company: Company, kafka: Broker, topic: str
) -> None:
    publish(company, 30)
    with running(relay_of(installation, target_of(kafka, topic))):
        until(lambda: drained(company))
    with installation.database.company(company.house.company_id) as connection:
        connection.execute("update relay_cursor set sequence = 7 where company_id = %s", (company.house.company_id,))
    with running(relay_of(installation, target_of(kafka, topic))):
        until(lambda: drained(company))
    sent = events(kafka, topic)
    assert len(sent) == 53
    assert seen_once(sent, source(company)) == told(company)


def test_a_company_whose_facts_kafka_refuses_rests_while_others_go_on(
    installation: Installation, company: Company, kafka: Broker, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = new_company(installation)
    publish(company, 5)
    publish(other, 5)
    relay = relay_of(installation, target_of(kafka, topic))
    sends = relay._send

    def refuses(producer: Any, company_id: Any, chunk: Any) -> None:
        if company_id == company.house.company_id:
            raise MessageSizeTooLargeError("too large")
        sends(producer, company_id, chunk)

    monkeypatch.setattr(relay, "_send", refuses)
    with running(relay):
        until(lambda: drained(other))
        assert cursor(company) == 0
        monkeypatch.setattr(relay, "_send", sends)
        until(lambda: drained(company))
    assert seen_once(events(kafka, topic), source(company)) == told(company)


def test_a_refusal_is_an_error_of_kafka() -> None:
    assert issubclass(MessageSizeTooLargeError, KafkaError)
