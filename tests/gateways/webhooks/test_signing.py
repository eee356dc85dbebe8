"""Signatures as the Standard Webhooks specification shows them, and the example that reads them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.webhook_receiver import NotGenuine, Seen, receiver, verified
from gateways.outward import Said
from gateways.webhooks.courier import Manner, Patience, retry_after_s
from gateways.webhooks.signing import headers, shown_secret, signature
from tests.dsl import Company
from tests.gateways.webhooks.receiving import publish, register, secret_of, sending

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_the_example_of_the_specification() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(body=st.binary(max_size=200), secret=st.binary(min_size=32, max_size=32), flipped=st.integers(0, 7))
def test_any_body_and_any_secret_and_nothing_else(body: bytes, secret: bytes, flipped: int) -> None:
    told = headers([secret], "id-1", NOW, body)
    by_hand = hmac.new(secret, b"id-1.%d.%s" % (NOW.timestamp(), body), hashlib.sha256).digest()
    assert told["webhook-signature"] == "v1," + base64.b64encode(by_hand).decode()
    other = bytes([secret[0] ^ (1 << flipped), *secret[1:]])
    with pytest.raises(NotGenuine):
        verified(shown_secret(other), told, body, NOW.timestamp())
    with pytest.raises(NotGenuine):
        verified(shown_secret(secret), {**told, "webhook-id": "id-2"}, body, NOW.timestamp())


def test_a_receiver_with_either_secret_takes_what_two_have_signed() -> None:
    old, new = b"o" * 32, b"n" * 32
    body = json.dumps({"sequence": 1}).encode()
    told = headers([new, old], "id-1", NOW, body)
    for secret in (old, new):
        assert verified(shown_secret(secret), told, body, NOW.timestamp()) == {"sequence": 1}
    for bad in ({}, {**told, "webhook-timestamp": "-1"}, {**told, "webhook-signature": "v1,è v1 v2,x"}):
        with pytest.raises(NotGenuine):
            verified(shown_secret(old), bad, body, NOW.timestamp())


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120), ("", None), ("soon", None), ("-5", None), ("٣", None), ("9" * 400, 999_999_999),
        ("Sun, 22 Nov 2026 08:01:00 GMT", 60), ("Sun, 22 Nov 2026 07:00:00 GMT", 0), ("Sun, 99 Nov 2026", None),
    ],
)  # fmt: skip
def test_what_the_other_side_asks_may_be_anything(told: str, seconds: float | None) -> None:
    assert retry_after_s(Said(503, b"", {"retry-after": told}), NOW) == seconds


@given(attempts=st.integers(1, 100), asked=st.none() | st.floats(0, 1e9))
def test_pauses_are_bounded(attempts: int, asked: float | None) -> None:
    patience = Patience()
    pause = patience.pause_s(attempts, asked)
    own = min(5.0 * 3 ** (attempts - 1), 7_200.0)
    assert own * 0.8 <= pause <= max(own * 1.2, 86_400.0)
    assert asked is None or pause >= min(asked, 86_400.0)


@pytest.fixture
def serve(tmp_path: Path) -> Any:
    """Starts the example program in a thread; answers its port."""
    servers = []

    def start(secret: str, deal_with: Callable[[dict[str, Any]], None]) -> int:
        server = receiver(0, secret, Seen(str(tmp_path / "seen.db"), deal_with))
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return int(server.server_address[1])

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_example_program_takes_each_event_once(company: Company, serve: Any) -> None:
    taken: list[int] = []
    failing = [True]

    def deal_with(event: dict[str, Any]) -> None:
        if failing and event["sequence"] == 2:
            failing.clear()
            raise OSError("the disk is full")
        taken.append(event["sequence"])

    webhook_id = register(company, "http://127.0.0.1:9/")
    port = serve(secret_of(company, webhook_id), deal_with)
    company.do("change-webhook", webhook_id=webhook_id, address=f"http://127.0.0.1:{port}/")
    publish(company, 3)
    with sending(company, Manner(patience=Patience(first_s=0), nearby=True)) as send:
        send()
        assert taken == [1, 2, 3]
        sent = company.ask("webhook-deliveries", webhook_id=webhook_id)["items"]
        with company.installation.database.company(company.house.company_id) as connection:
            connection.execute("update webhook_cursor set sequence = 0")
        send()
    assert taken == [1, 2, 3], "what comes again is dropped"
    assert [one["attempts"] for one in sent] == [1, 2, 1]
