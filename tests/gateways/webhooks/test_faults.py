"""Webhooks when things go wrong: slow and hostile consumers, killed senders, two at once, a restored log."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from aggregates.webhook import secret_id
from gateways.postgres import companies
from gateways.webhooks.books import Overtaken
from gateways.webhooks.courier import Courier, Manner, Patience
from gateways.wiring import House
from projections.webhooks import webhooks_at_work
from tests.dsl import Company
from tests.gateways.webhooks.receiving import Hooks, holding, hooks, publish, register, sender, sending, show
from tests.gateways.webhooks.sender_process import SenderPlan, start_sender

KILLS, FACTS = 4, 20


@pytest.fixture
def there() -> Iterator[Hooks]:
    with hooks() as opened:
        yield opened


def until(condition: object, limit_s: float = 120.0) -> None:
    over = time.monotonic() + limit_s
    while not condition():  # type: ignore[operator] # a small function of a test
        assert time.monotonic() < over, "it takes too long"
        time.sleep(0.005)


def test_a_slow_consumer_delays_nobody_else_and_is_given_up(company: Company, there: Hooks) -> None:
    with hooks() as slow:
        slow.drips = True  # a sign now and then: no single read ever takes too long
        slow_id = register(company, slow.address)
        register(company, there.address)
        publish(company, 20)
        manner = Manner(patience=Patience(tries=2, first_s=3600), nearby=True, limit_s=0.5)
        one = holding(sender(company, manner, at_once=2))
        one.step()
        until(lambda: len(there.got) == 20)
        assert len(slow.got) == 1, "the slow one must still be at its first"
        one.settle()
        one.stop()
        one.run()
    (tried,) = company.ask("webhook-deliveries", webhook_id=slow_id)["items"]
    assert (tried["state"], tried["answers"][0]["told"]) == ("failing", "no answer: no whole answer within 0.5 seconds")


@pytest.mark.parametrize(
    ("address", "nearby", "told"),
    [
        ("http://localhost:{port}/hook", False, "not allowed: plain http"),
        ("https://localhost:{port}/hook", False, "not allowed: 127.0.0.1 is no public address"),
        ("https://hooks.example.it/hook", False, "not allowed: 10.0.0.7 is no public address"),
        ("https://hooks.example.it/hook", True, "not allowed: 169.254.169.254 is no public address"),
    ],
)
def test_nothing_goes_to_addresses_around_us(
    company: Company, there: Hooks, address: str, nearby: bool, told: str
) -> None:
    webhook_id = register(company, address.format(port=there.port))
    publish(company, 1)
    named = "169.254.169.254" if nearby else "10.0.0.7"
    resolve = lambda host, _: [named if host.endswith(".it") else "127.0.0.1"]  # noqa: E731 - short
    with sending(company, Manner(patience=Patience(tries=1), nearby=nearby, resolve=resolve)) as send:
        send()
    (tried,) = company.ask("webhook-dead-letters", webhook_id=webhook_id)["items"]
    assert tried["answers"][0]["told"].startswith(told)
    assert there.got == []


def test_what_a_name_resolves_to_is_asked_once_for_each_try(company: Company, there: Hooks) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(f"{host}:{port}")
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    register(company, f"http://localhost:{there.port}/hook")
    publish(company, 1)
    with sending(company, Manner(nearby=True, resolve=resolve)) as send:
        send()
    assert there.sequences() == [1]
    assert asked == [f"localhost:{there.port}"]


def test_redirects_are_not_followed(company: Company, there: Hooks) -> None:
    with hooks() as elsewhere:
        webhook_id = register(company, there.address)
        publish(company, 1)
        there.answers.append((307, {"Location": elsewhere.address}))
        with sending(company, Manner(patience=Patience(tries=1), nearby=True)) as send:
            send()
        assert elsewhere.got == []
    (dead,) = company.ask("webhook-dead-letters", webhook_id=webhook_id)["items"]
    assert dead["answers"][0]["status"] == 307


def test_killed_again_and_again_it_sends_everything_in_order(company: Company, there: Hooks) -> None:
    register(company, there.address)
    there.slowly_s, chance = 0.005, random.Random(6)
    plan = SenderPlan(company.installation.dsn, company.installation.settings.data_dir, company.house.company_id)
    interrupted = 0
    for n in range(KILLS):
        publish(company, FACTS, start=n * FACTS)
        before, process = len(there.got), start_sender(plan)
        until(lambda before=before: len(there.got) > before)
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        process.join()
        interrupted += company.ask("webhooks")["items"][0]["sequence"] < (n + 1) * FACTS
    assert interrupted >= KILLS / 2, "the kills came too late to interrupt anything"
    with sending(company, Manner(nearby=True)) as send:
        until(lambda: (send(), there.got[-1].event["sequence"] == KILLS * FACTS)[1])
    sent = there.sequences()
    assert sent == sorted(sent), "a repeated fact comes before later ones"
    assert list(dict.fromkeys(sent)) == list(range(1, KILLS * FACTS + 1))
    assert len({one.headers["webhook-id"] for one in there.got}) == KILLS * FACTS


def test_of_two_senders_one_works_and_the_other_takes_over(company: Company, there: Hooks) -> None:
    register(company, there.address)
    publish(company, 2)
    first, second = holding(sender(company)), sender(company)
    assert first.step() == 1
    assert second.step() == 0
    first.settle()
    publish(company, 1, start=2)
    first.stop()
    first.run()
    assert holding(second).step() == 1
    second.settle()
    second.stop()
    second.run()
    assert there.sequences() == [1, 2, 3]


def test_where_two_believe_to_be_the_one_the_books_let_one_go_on(company: Company, there: Hooks) -> None:
    webhook_id = register(company, there.address)
    publish(company, 6)
    there.slowly_s = 0.02
    (hook,) = webhooks_at_work(company.house.reader, datetime.now(UTC))
    overtaken: list[Overtaken] = []

    def turn() -> None:
        try:
            Courier(company.behind, hook, Manner(nearby=True), lambda: False).turn()
        except Overtaken as error:
            overtaken.append(error)

    threads = [threading.Thread(target=turn) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(overtaken) == 1
    assert list(dict.fromkeys(there.sequences())) == [1, 2, 3, 4, 5, 6]
    assert len(there.got) == 7, "the first fact went out twice, under one id"
    states = company.ask("webhook-deliveries", webhook_id=webhook_id)["items"]
    assert [(one["state"], one["attempts"]) for one in states] == [("delivered", 1)] * 6


def test_a_restored_log_is_sent_anew_under_its_new_epoch(company: Company, there: Hooks) -> None:
    register(company, there.address)
    publish(company, 3)
    with sending(company) as send:
        send()
    installation = company.installation
    with installation.database.owner() as connection:
        connection.execute(
            "update company set epoch = gen_random_uuid() where company_id = %s", (company.house.company_id,)
        )
    house = House(installation, companies.find(installation.database, company.house.slug))
    restored = Company(installation, house)
    publish(restored, 1, start=3)
    with sending(restored) as send:
        send()
    assert there.sequences() == [1, 2, 3, 1, 2, 3, 4]
    ids = [one.headers["webhook-id"] for one in there.got]
    assert ids[:3] == ids[3:6], "the same facts have the same ids: receivers drop them"
    assert {one.event["epoch"] for one in there.got[3:]} == {str(house.epoch)} != {there.got[0].event["epoch"]}


def test_secrets_lie_sealed_and_go_when_they_are_over(company: Company, there: Hooks) -> None:
    clock = [datetime.now(UTC)]
    webhook_id = register(company, there.address)
    publish(company, 1)
    with sending(company) as send:
        send()
    key = company.house.keys.key(secret_id(webhook_id, 1))
    with company.installation.database.company(company.house.company_id) as connection:
        rows = connection.execute("select wrapped from subject_key").fetchall()
        assert key not in [bytes(row[0]) for row in rows if row[0]]
    assert key.hex() not in json.dumps(company.ask("webhook", webhook_id=webhook_id), default=str)
    show(company, webhook_id)
    company.do("rotate-webhook-secret", webhook_id=webhook_id, overlap_hours=1, at=clock[0])
    company.house.keys.key(secret_id(webhook_id, 2))
    assert _tidied(company, clock[0]) == {1: True, 2: True}
    assert _tidied(company, clock[0] + timedelta(hours=2)) == {1: False, 2: True}
    company.do("remove-webhook", webhook_id=webhook_id)
    assert _tidied(company, clock[0] + timedelta(hours=2)) == {1: False, 2: False}


def _tidied(company: Company, now: datetime) -> dict[int, bool]:
    """Which secrets are there after a sender has tidied up at an instant."""
    company.fold()
    one = holding(sender(company, Manner(clock=lambda: now)))
    one.step()
    one.stop()
    one.run()
    (hook,) = company.house.reader.rows("select webhook_id from {webhook}")
    return {n: company.house.keys.known(secret_id(hook["webhook_id"], n)) is not None for n in (1, 2)}
