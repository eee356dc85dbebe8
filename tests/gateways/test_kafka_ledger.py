"""From the log to the ledger over a real broker, whatever happens between: each ends with the ledger exact, no hole."""

from __future__ import annotations

import threading
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from examples.accounting_consumer import Stop, from_kafka
from examples.accounting_ledger import Ledger, balances
from examples.accounting_rules import rows_of
from gateways.kafka import BEHIND, Relay
from gateways.postgres.server import PostgresServer
from gateways.public_feed import PublicFeed
from gateways.published import PublicStream
from gateways.relay_cursors import AheadOfStream, RelayCursors
from gateways.wiring import Installation
from tests.dsl import Company, do
from tests.gateways.bills import document, issue, month, pay
from tests.gateways.public_stream import feed, new_company, publishing, told
from tests.gateways.relay_process import relay_of, target_of
from tests.gateways.topics import events, records, seen_once, until
from tests.kafka_broker import Broker, KafkaBroker


@pytest.fixture(scope="module")
def installation(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with publishing(postgres, tmp_path_factory.mktemp("kafka-ledger")) as running:
        yield running


@pytest.fixture
def company(installation: Installation) -> Company:
    company = new_company(installation)
    company.do("adopt-public-edition", edition=3)
    return company


@pytest.fixture
def topic() -> str:
    return f"test.ledger.{uuid4().hex[:8]}"


@pytest.fixture
def real(kafka: Broker) -> KafkaBroker:
    if not isinstance(kafka, KafkaBroker):
        pytest.skip("kafka: the mock broker keeps nothing")
    return kafka


@contextmanager
def running(*relays: Relay) -> Iterator[None]:
    threads = [threading.Thread(target=relay.run) for relay in relays]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for relay in relays:
            relay.stop()
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive()


def only(topic: str, *companies: Company) -> None:
    """Let a new topic begin behind what companies of other tests have told."""
    installation, ours = companies[0].installation, {company.house.company_id for company in companies}
    for row in installation.companies():
        if row.company_id not in ours:
            house = installation.house(row.slug)
            stream = PublicFeed(house.reader, house.company_id, house.epoch)
            RelayCursors(installation.database, topic).move(stream, 0, stream.head())


def sent(company: Company, topic: str) -> bool:
    """Whether a topic has everything of a company that is folded; asked often, so that nothing is folded here."""
    house = company.house
    stream = PublicFeed(house.reader, house.company_id, house.epoch)
    return RelayCursors(company.installation.database, topic).of(stream) == stream.head()


def read(ledger: Ledger, broker: Broker, topic: str, idle: float = 0.7, batch: int = 200) -> None:
    """Book what the topic holds, until nothing has come for a while."""
    version = ".".join(map(str, broker.api_version)) if broker.api_version else None
    asked = Namespace(kafka=broker.bootstrap, topic=topic, api_version=version, batch=batch, idle=idle)
    from_kafka(ledger, asked, Stop())


def check_exact(ledger: Ledger, *companies: Company) -> None:
    """The ledger is what the invoices say, counted apart from it, and every event was dealt with."""
    expected: Counter[tuple[str, str]] = Counter()
    for company in companies:
        events_told, name = told(company), str(company.house.company_id)
        for event in events_told:
            for account, amount in rows_of(event):
                expected[name, account] += int(amount * 100)
        assert ledger.last(name, str(company.house.epoch)) == len(events_told)
        issued = company.ask("invoices", limit=500)["items"]
        billed = sum((-1 if row["kind"] == "credit_note" else 1) * row["taxable"] for row in issued if row["number"])
        revenue = sum(cents for each, account, cents in balances(ledger) if each == name and account.startswith("58."))
        assert Decimal(-revenue) / 100 == billed > 0
    names = {str(company.house.company_id) for company in companies}
    assert {(name, account): cents for name, account, cents in balances(ledger) if name in names} == dict(expected)


def test_a_broker_killed_while_it_is_sent_to_and_a_days_outage_lose_nothing(
    installation: Installation, company: Company, real: KafkaBroker, topic: str, tmp_path: Path
) -> None:
    only(topic, company)
    list(month(company, 30))
    company.fold()
    with running(relay_of(installation, target_of(real, topic), chunk_facts=2)):
        until(lambda: RelayCursors(installation.database, topic).of(feed(company)) > 0)
        real.kill()
        assert not sent(company, topic), "the kill came too late to interrupt anything"
        began = time.monotonic()
        list(month_later(company, 60))
        for n in range(10):
            company.execute(do("register-party", code=f"C{n}", name="Rossi", role="prospect"))
        assert time.monotonic() - began < 60, "commands must not feel that Kafka is away"
        company.fold()
        waiting = feed(company).head() - RelayCursors(installation.database, topic).of(feed(company))
        assert waiting > 100
        behind = BEHIND.labels(str(company.house.company_id))._value
        until(lambda: behind.get() == waiting)
        real.start()
        until(lambda: sent(company, topic))
        until(lambda: behind.get() == 0)
    source = f"/companies/{company.house.company_id}"
    assert seen_once(events(real, topic), source) == told(company)
    ledger = Ledger(str(tmp_path / "ledger.db"))
    read(ledger, real, topic)
    check_exact(ledger, company)


def test_a_topic_with_more_partitions_takes_over_beside_the_old_one(
    installation: Installation, company: Company, kafka: Broker, topic: str, tmp_path: Path
) -> None:
    """Old and new side by side; the reader moves over in the middle; nothing is lost, nothing booked twice."""
    companies = (company, *(new_company(installation) for _ in range(3)))
    ledger, newer = Ledger(str(tmp_path / "ledger.db")), f"{topic}.v2"
    for name in (topic, newer):
        only(name, *companies)
    for each in companies:
        list(month(each, 6))
        each.fold()
    old = relay_of(installation, target_of(kafka, topic, partitions=2))
    new = relay_of(installation, target_of(kafka, newer, partitions=7))
    with running(old):
        until(lambda: all(sent(each, topic) for each in companies))
        read(ledger, kafka, topic)
        with running(new):
            for each in companies:
                list(month_later(each, 6))
            until(lambda: all(sent(each, name) for each in companies for name in (topic, newer)))
    with running(relay_of(installation, target_of(kafka, newer, partitions=7))):
        list(month_later(company, 4, first=200))
        until(lambda: sent(company, newer))
    read(ledger, kafka, newer)
    check_exact(ledger, *companies)
    read(ledger, kafka, topic)
    check_exact(ledger, *companies)
    if kafka.is_real:
        assert {record.partition for record in records(kafka, newer)} <= set(range(7))
        by_company = {(record.key, record.partition) for record in records(kafka, newer)}
        assert len(by_company) == len(companies), "a company stays in one partition"


def test_what_was_sent_is_sent_again_to_the_same_topic_or_another(
    installation: Installation, company: Company, kafka: Broker, topic: str, tmp_path: Path
) -> None:
    other = f"{topic}.again"
    for name in (topic, other):
        only(name, company)
    list(month(company, 8))
    company.fold()
    ledger, stream = Ledger(str(tmp_path / "ledger.db")), feed(company)
    head, cursors = stream.head(), RelayCursors(installation.database, topic)
    with running(relay_of(installation, target_of(kafka, topic))):
        until(lambda: sent(company, topic))
        assert cursors.set_back(stream, 5) == head - 4
        until(lambda: sent(company, topic))
    assert len(events(kafka, topic)) == 2 * head - 4
    with pytest.raises(AheadOfStream):
        cursors.set_back(stream, head + 2)
    RelayCursors(installation.database, other).set_back(stream, 3)
    with running(relay_of(installation, target_of(kafka, other))):
        until(lambda: sent(company, other))
    assert [event["sequence"] for event in events(kafka, other)] == list(range(3, head + 1))
    read(ledger, kafka, topic)
    read(ledger, kafka, other)
    check_exact(ledger, company)


def test_a_relay_that_was_overtaken_does_not_undo_what_was_set_back(
    installation: Installation, company: Company, topic: str
) -> None:
    list(month(company, 5))
    stream, cursors = feed(company), RelayCursors(installation.database, topic)
    cursors.move(stream, 0, 10)
    cursors.set_back(stream, 3)
    cursors.move(stream, 10, 20)
    assert cursors.of(stream) == 2
    cursors.move(stream, 2, 12)
    cursors.move(stream, 0, 5)
    assert cursors.of(stream) == 12


def test_a_stream_rebuilt_while_it_is_sent_and_a_slow_reader(
    installation: Installation, company: Company, kafka: Broker, topic: str, tmp_path: Path
) -> None:
    only(topic, company)
    list(month(company, 40))
    company.fold()
    ledger = Ledger(str(tmp_path / "ledger.db"))
    with running(relay_of(installation, target_of(kafka, topic), chunk_facts=5)):
        stream = feed(company)
        until(lambda: RelayCursors(installation.database, topic).of(stream) > 0)
        slow = threading.Thread(target=read_slowly, args=(str(tmp_path / "ledger.db"), kafka, topic))
        slow.start()
        rebuilt = installation.registry.rebuild(PublicStream.NAME)
        list(month_later(company, 10))
        installation.daemon.catch_up()
        seen = installation.registry.seen(PublicStream.NAME)
        assert seen is not None
        assert seen.number == rebuilt.number
        until(lambda: sent(company, topic))
        slow.join(120)
    source = f"/companies/{company.house.company_id}"
    assert seen_once(events(kafka, topic), source) == told(company)
    read(ledger, kafka, topic)
    check_exact(ledger, company)


def read_slowly(path: str, broker: Broker, topic: str) -> None:
    """A reader that books one event to a transaction, while the relay runs ahead of it."""
    read(Ledger(path), broker, topic, idle=1.0, batch=1)


def month_later(company: Company, invoices: int, first: int = 100) -> Iterator[str]:
    """More invoices, under numbers of their own."""
    papers = [document(f"B/{first + n}", f"{50 + n}.11") for n in range(invoices)]
    for n, invoice in enumerate(issue(company, *papers)):
        if n % 4 == 0:
            pay(company, invoice, "20.00")
    company.fold()
    yield from (str(paper.payable) for paper in papers)
