"""Public facts reach a webhook signed, in order, at least once; what is not taken is tried again, then set aside."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from aggregates.webhook import Webhook
from examples.webhook_receiver import NotGenuine, verified
from gateways.webhooks.courier import Manner, Patience
from tests.dsl import Company
from tests.gateways.public_stream import told
from tests.gateways.webhooks.receiving import Hooks, hooks, publish, register, secret_of, sending


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
