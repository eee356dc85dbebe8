"""Webhooks: registered, changed, paused, rotated, removed; dead letters decided about. Given, when, then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.base import Act, Refusal
from aggregates.inventory_values import AddressNotUsable
from aggregates.webhook import (
    DeadLetterUnknown,
    OffCause,
    Webhook,
    WebhookAddressOpen,
    WebhookIsRemoved,
    WebhookSecretShown,
    wanted_types,
    wants,
)
from commands.base import Command, Entry
from commands.webhook import SHOW, SWITCH_OFF, NoteWebhookSecretShown, RegisterWebhook, SwitchOffWebhook
from tests.dsl import MORNING, Company, Do, do
from tests.gateways.webhooks.receiving import publish

ID = UUID("6a0f9f0e-7f5b-4d55-9a6e-0d7a2c1b3e4f")
ADDRESS = "https://hooks.example.it/libretto"


def ask(name: str, **fields: Any) -> Do:
    return do(name, webhook_id=ID, **fields)


REGISTER = ask("register-webhook", address=ADDRESS + "/", types=["libretto.invoice.*", "libretto.call.opened.v1"])
CHANGE = ask("change-webhook", address=ADDRESS, types=["libretto.call.opened.v1", "libretto.invoice.*"])
PAUSE, RESUME, REMOVE = (ask(f"{word}-webhook") for word in ("pause", "resume", "remove"))
ROTATE = ask("rotate-webhook-secret", overlap_hours=2)


def duty(company: Company, entry: Entry, cmd: Command) -> list[str]:
    """What a command of the sender or of the API records, by the names of its facts."""
    before = company.house.log.position()
    company.house.desk.execute(entry, cmd, Act(by="system:webhooks", at=MORNING))
    return [type(one.fact).__name__ for one in company.house.recorded_after(before)]


def show(company: Company) -> list[str]:
    return duty(company, SHOW, NoteWebhookSecretShown(webhook_id=ID))


def switch_off(company: Company) -> list[str]:
    cmd = SwitchOffWebhook(webhook_id=ID, cause=OffCause.FAILING, failing_since=MORNING, told="500 no")
    return duty(company, SWITCH_OFF, cmd)


def test_registered_and_changed(company: Company) -> None:
    types = ("libretto.call.opened.v1", "libretto.invoice.*")
    registered = {"address": ADDRESS, "types": types, "from_sequence": None, "failure_days": 5}
    company.given().when(REGISTER).then((Webhook.Registered, registered))
    company.given().when(CHANGE).then_nothing()
    other = ask("change-webhook", address=ADDRESS, types=["*", "libretto.invoice.*"], failure_days=2)
    company.given().when(other).then((Webhook.Changed, {"types": ("*",), "failure_days": 2}))
    shown = company.ask("webhook", webhook_id=ID)
    assert (shown["address"], shown["types"], shown["state"], shown["dead_letters"]) == (ADDRESS, ["*"], "active", 0)
    assert company.ask("webhook", webhook_id=uuid4()) is None


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("http://hooks.example.it/", WebhookAddressOpen),
        ("http://10.0.0.1/", WebhookAddressOpen),
        ("https://user:word@hooks.example.it/", AddressNotUsable),
        ("https://hooks.example.it/?token=1", AddressNotUsable),
        ("ftp://hooks.example.it/", AddressNotUsable),
        ("https:///nothing", AddressNotUsable),
    ],
)
def test_an_address_is_protected(company: Company, address: str, refusal: type[Refusal]) -> None:
    company.given().when(ask("register-webhook", address=address)).then_refused(refusal)
    company.given(REGISTER).when(ask("change-webhook", address=address)).then_refused(refusal)


def test_plain_http_is_for_the_own_machine(company: Company) -> None:
    company.given().when(ask("register-webhook", address="http://localhost:9300/")).then(Webhook.Registered)


def test_paused_resumed_switched_off_removed(company: Company) -> None:
    company.given(REGISTER).when(RESUME).then_nothing()
    company.given().when(PAUSE).then(Webhook.Paused)
    company.given().when(PAUSE).then_nothing()
    assert switch_off(company) == [], "what is paused does not fail"
    company.given().when(RESUME).then(Webhook.Resumed)
    assert switch_off(company) == ["SwitchedOff"]
    assert switch_off(company) == []
    assert company.ask("webhooks", state="switched_off")["items"][0]["off_told"] == "500 no"
    company.given().when(RESUME).then(Webhook.Resumed)
    company.given().when(REMOVE).then(Webhook.Removed)
    company.given().when(REMOVE).then_nothing()
    for step in (PAUSE, RESUME, ROTATE, CHANGE, ask("discard-dead-letter", event_id=uuid4())):
        refusal = DeadLetterUnknown if "letter" in step.name else WebhookIsRemoved
        company.given().when(step).then_refused(refusal)
    assert company.ask("webhooks")["items"] == []
    assert len(company.ask("webhooks", state="removed")["items"]) == 1


def test_a_secret_is_shown_once_and_rotated_with_an_overlap(company: Company) -> None:
    company.given(REGISTER).when(ROTATE).then_nothing()
    assert show(company) == ["SecretShown"]
    with pytest.raises(WebhookSecretShown):
        show(company)
    rotated = {"number": 2, "old_valid_until": MORNING + timedelta(hours=2)}
    company.given().when(ROTATE).then((Webhook.SecretRotated, rotated))
    company.given().when(ROTATE).then_nothing()
    assert show(company) == ["SecretShown"]


def test_dead_letters_are_decided_about(company: Company) -> None:
    company.given(REGISTER)
    publish(company, 3)
    event_ids = dead(company, 3)
    first = {"event_id": event_ids[0]}
    company.given().when(ask("resend-dead-letter", event_id=uuid4())).then_refused(DeadLetterUnknown)
    company.given().when(ask("resend-dead-letter", **first)).then((Webhook.LetterResendAsked, first))
    company.given().when(ask("resend-dead-letter", **first)).then_nothing()
    company.given().when(ask("discard-dead-letter", **first)).then((Webhook.LetterDiscarded, first))
    company.given().when(ask("discard-dead-letter", **first)).then_nothing()
    done = company.given().when(ask("resend-dead-letters"))
    done.then(Webhook.LettersResendAsked)
    assert done.result["letters"] == 2
    company.given().when(ask("resend-dead-letters")).then_nothing()
    company.given().when(ask("resend-dead-letter", event_id=event_ids[1])).then_nothing()
    company.given().when(ask("resend-dead-letter", **first)).then(Webhook.LetterResendAsked)


def dead(company: Company, letters: int) -> list[UUID]:
    """So many dead letters in the books, as a sender would have left them."""
    house = company.house
    rows = house.reader.rows("select sequence, event_id, type from {public_fact} order by sequence")[:letters]
    with company.installation.database.company(house.company_id) as connection:
        key = (house.company_id, ID, house.epoch)
        connection.execute("insert into webhook_cursor values (%s, %s, %s, %s)", (*key, letters))
        for row in rows:
            connection.execute(
                "insert into webhook_delivery values (%s, %s, %s, %s, %s, %s, 'dead', 9, '[]', now(), now())",
                (*key, row["sequence"], row["event_id"], row["type"]),
            )
    return [row["event_id"] for row in rows]


KINDS = st.lists(st.sampled_from(["libretto", "invoice", "issued", "call", "v1"]), min_size=1, max_size=4).map(".".join)


@given(kind=KINDS, types=st.lists(KINDS | KINDS.map(lambda one: f"{one}.*") | st.just("*"), min_size=1))
def test_a_type_is_wanted_by_name_or_by_its_beginning(kind: str, types: list[str]) -> None:
    wanted = any(
        one in ("*", kind) or (one.endswith(".*") and kind.split(".")[: one.count(".")] == one.split(".")[:-1]
                               and kind.count(".") >= one.count("."))
        for one in types
    )  # fmt: skip
    assert wants(wanted_types(types), kind) == wants(types, kind) == wanted


@pytest.mark.parametrize("types", [[], ["libretto.inv*"], ["**"], ["Libretto.*"], ["a..b"], [".*"], ["x "]])
def test_patterns_end_at_a_point(types: list[str]) -> None:
    with pytest.raises(ValidationError):
        RegisterWebhook(address=ADDRESS, types=tuple(types))
