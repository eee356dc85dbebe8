"""Public facts reach a webhook signed, in order, at least once; what is not taken is tried again, then set aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from aggregates.webhook import Webhook
from examples.webhook_receiver import NotGenuine, verified
from gateways.webhooks.courier import Manner, Patience
from tests.dsl import Company
from tests.gateways.public_stream import told
from tests.gateways.webhooks.receiving import Got, Hooks, hooks, publish, register, secret_of, sending, show


@pytest.fixture
def there() -> Iterator[Hooks]:
    with hooks() as opened:
        yield opened


def letters(company: Company, webhook_id: UUID) -> list[tuple[int, str, int]]:
    found = company.ask("webhook-dead-letters", webhook_id=webhook_id)["items"]
    return sorted((one["sequence"], one["state"], one["attempts"]) for one in found)


def test_what_is_published_from_now_on_is_sent_signed_and_in_order(company: Company, there: Hooks) -> None:
    publish(company, 2)
    webhook_id = register(company, there.address)
    publish(company, 5, start=2)
    with sending(company) as send:
        send()
        send()
    assert [one.event for one in there.got] == told(company)[2:]
    secret = secret_of(company, webhook_id)
    for one in there.got:
        assert verified(secret, one.headers, one.body, one.at) == one.event
        assert one.headers["webhook-id"] == one.event["id"]
        assert one.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
        with pytest.raises(NotGenuine):
            verified(secret, one.headers, one.body + b" ", one.at)
        with pytest.raises(NotGenuine):
            verified(secret, one.headers, one.body, one.at + 600)
    listed = company.ask("webhook-deliveries", webhook_id=webhook_id)["items"]
    assert [(one["sequence"], one["state"], one["attempts"]) for one in listed] == [
        (n, "delivered", 1) for n in (7, 6, 5, 4, 3)
    ]


def test_from_a_sequence_on_and_only_the_types_that_are_wanted(company: Company, there: Hooks) -> None:
    publish(company, 4)
    company.do("register-party", code="C1", name="Rossi", role="prospect")
    register(company, there.address, from_sequence=2, types=["libretto.invoice.*"])
    company.do("register-party", code="C2", name="Verdi", role="prospect")
    publish(company, 1, start=4)
    with sending(company) as send:
        send()
    kinds = [event["type"] for event in told(company)]
    assert kinds.count("libretto.invoice.issued.v1") == 5 < len(kinds), "something must be there that is not wanted"
    assert there.sequences() == [
        event["sequence"] for event in told(company)[1:] if event["type"] == "libretto.invoice.issued.v1"
    ]
    assert company.ask("webhooks")["items"][0]["sequence"] == len(kinds)


def test_a_failing_fact_holds_back_the_later_ones_until_it_is_taken(company: Company, there: Hooks) -> None:
    webhook_id = register(company, there.address)
    publish(company, 3)
    there.answers += [(204, {}), (503, {}), (404, {}), (200, {})]
    with sending(company) as send:
        send()
    assert there.sequences() == [1, 2, 2, 2, 3]
    assert len({one.headers["webhook-id"] for one in there.got}) == 3, "the same fact keeps its id"
    second = company.ask("webhook-deliveries", webhook_id=webhook_id)["items"][1]
    assert (second["attempts"], [one["status"] for one in second["answers"]]) == (3, [503, 404, 200])
    assert second["answers"][0]["told"].startswith("non lo prendo, perché no")
    assert len(second["answers"][0]["told"]) <= 300


def test_after_the_last_try_a_fact_is_a_dead_letter_and_the_stream_goes_on(company: Company, there: Hooks) -> None:
    webhook_id = register(company, there.address)
    publish(company, 3)
    there.answers += [(500, {})] * 6
    with sending(company) as send:
        send()
        assert there.sequences() == [1, 1, 1, 2, 2, 2, 3]
        assert letters(company, webhook_id) == [(1, "dead", 3), (2, "dead", 3)]
        first = company.ask("webhook-dead-letters", webhook_id=webhook_id)["items"][-1]
        assert first["data"] == told(company)[0]["data"]
        assert len(first["answers"]) == 3
        assert company.ask("webhook", webhook_id=webhook_id)["dead_letters"] == 2

        # Once more, and again not taken: it stays a dead letter. Then taken, out of its order, under its own id.
        for answered, left in ((500, [(1, "dead", 4), (2, "dead", 3)]), (200, [(2, "dead", 3)])):
            company.do("resend-dead-letter", webhook_id=webhook_id, event_id=first["event_id"])
            there.answers.append((answered, {}))
            send()
            assert letters(company, webhook_id) == left
            assert there.got[-1].headers["webhook-id"] == str(first["event_id"])
        company.do("resend-dead-letters", webhook_id=webhook_id)
        assert letters(company, webhook_id) == [(2, "dead", 3)], "until the sender has its turn"
        send()
    assert letters(company, webhook_id) == []
    assert there.sequences()[7:] == [1, 1, 2]


def test_a_discarded_letter_is_not_sent_with_the_others(company: Company, there: Hooks) -> None:
    webhook_id = register(company, there.address)
    publish(company, 2)
    there.answers += [(500, {})] * 6
    with sending(company) as send:
        send()
        first = company.ask("webhook-dead-letters", webhook_id=webhook_id)["items"][-1]["event_id"]
        company.do("discard-dead-letter", webhook_id=webhook_id, event_id=first, why="Già registrata a mano")
        company.do("resend-dead-letters", webhook_id=webhook_id)
        send()
        assert there.sequences()[6:] == [2]
        company.do("resend-dead-letter", webhook_id=webhook_id, event_id=first)
        send()
    assert there.sequences()[6:] == [2, 1]


def test_pauses_grow_and_what_the_other_side_asks_is_honoured(company: Company, there: Hooks) -> None:
    clock = [datetime(2026, 9, 1, 8, 0, tzinfo=UTC)]
    manner = Manner(patience=Patience(tries=9, first_s=10, factor=3, longest_s=50), nearby=True, clock=lambda: clock[0])
    webhook_id = register(company, there.address)
    publish(company, 1)
    there.answers += [(500, {}), (500, {}), (500, {}), (429, {"Retry-After": "120"}), (204, {})]
    rests = []
    with sending(company, manner) as send:
        for _ in range(4):
            send()
            rest = company.ask("webhook", webhook_id=webhook_id)["rests_until"] - clock[0]
            rests.append(rest.total_seconds())
            clock[0] += rest - timedelta(seconds=1)
            before = len(there.got)
            send()
            assert len(there.got) == before, "not before its time"
            clock[0] += timedelta(seconds=1)
        send()
    assert 8 <= rests[0] <= 12
    assert 24 <= rests[1] <= 36
    assert 40 <= rests[2] <= 60
    assert rests[3] == 120
    assert company.ask("webhook", webhook_id=webhook_id)["failing_since"] is None


def test_days_of_failure_switch_it_off_and_somebody_switches_it_on(company: Company, there: Hooks) -> None:
    clock = [datetime.now(UTC)]
    manner = Manner(patience=Patience(tries=50, first_s=3600, longest_s=86_400), nearby=True, clock=lambda: clock[0])
    webhook_id = register(company, there.address, failure_days=2)
    publish(company, 2)
    there.answers += [(500, {})] * 50
    with sending(company, manner) as send:
        for _ in range(20):
            send()
            clock[0] += timedelta(hours=6)
        facts = [one.fact for one in company.facts(webhook_id)]
        assert isinstance(facts[-1], Webhook.SwitchedOff)
        assert facts[-1].cause == "failing"
        assert (facts[-1].told or "").startswith("500 non lo prendo")
        assert timedelta(days=2) <= facts[-1].act.at - facts[-1].failing_since < timedelta(days=3)
        shown = company.ask("webhook", webhook_id=webhook_id)
        assert (shown["state"], shown["off_cause"]) == ("switched_off", "failing")
        tried = len(there.got)
        there.answers.clear()
        company.do("resume-webhook", webhook_id=webhook_id)
        send()
    assert there.sequences()[tried:] == [1, 2]
    assert company.ask("webhook", webhook_id=webhook_id)["state"] == "active"


def test_gone_switches_it_off_at_once_and_loses_nothing(company: Company, there: Hooks) -> None:
    webhook_id = register(company, there.address)
    publish(company, 2)
    there.answers.append((410, {}))
    with sending(company) as send:
        send()
        assert there.sequences() == [1]
        assert company.ask("webhook", webhook_id=webhook_id)["off_cause"] == "gone"
        company.do("change-webhook", webhook_id=webhook_id, address=there.address + "/new")
        send()
        assert there.sequences() == [1], "changing it does not switch it on"
        company.do("resume-webhook", webhook_id=webhook_id)
        send()
    assert there.sequences() == [1, 1, 2]


def test_paused_it_waits_and_removed_it_ends(company: Company, there: Hooks) -> None:
    webhook_id = register(company, there.address)
    with sending(company) as send:
        company.do("pause-webhook", webhook_id=webhook_id)
        publish(company, 2)
        send()
        assert there.got == []
        company.do("resume-webhook", webhook_id=webhook_id)
        send()
        assert there.sequences() == [1, 2]
        company.do("remove-webhook", webhook_id=webhook_id)
        publish(company, 1, start=2)
        send()
    assert there.sequences() == [1, 2]


def test_while_a_secret_is_rotated_both_sign(company: Company, there: Hooks) -> None:
    clock = [datetime.now(UTC)]
    manner = Manner(nearby=True, clock=lambda: clock[0])
    webhook_id = register(company, there.address)
    with sending(company, manner) as send:
        publish(company, 1)
        send()
        show(company, webhook_id)
        company.do("rotate-webhook-secret", webhook_id=webhook_id, overlap_hours=24, at=clock[0])
        publish(company, 1, start=1)
        send()
        clock[0] += timedelta(hours=25)
        publish(company, 1, start=2)
        send()
    old, new = secret_of(company, webhook_id, 1), secret_of(company, webhook_id, 2)
    assert old != new
    assert [_holds(old, one) for one in there.got] == [True, True, False]
    assert [_holds(new, one) for one in there.got] == [False, True, True]


def _holds(secret: str, got: Got) -> bool:
    try:
        verified(secret, got.headers, got.body, int(got.headers["webhook-timestamp"]))
    except NotGenuine:
        return False
    return True
