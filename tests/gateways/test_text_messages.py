"""Text messages over a real provider's door: once each under one id, kept without settings, patient when it is away."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from aggregates.values import ROME
from commands.desk import Desk
from commands.notice import SENT
from gateways.settings import Settings
from gateways.text_messages import TextSender, TextSettingsWrong, filled, international
from tests.commands.calls import CUSTOMER, opened
from tests.commands.notices import ANNA, notices, rule
from tests.contract_steps import tick
from tests.dsl import Company
from tests.gateways.mailboxes import free_port
from tests.gateways.providers import Provider

BODY = '{"messages": [{"to": "{to}", "body": "{text}", "ref": "{id}"}], "from": "{sender}", "flash": false}'
SECRET = "s3cret-of-the-provider"


def due(company: Company, *phones: str) -> None:
    """Callers who are told by SMS that their call came in."""
    text = {"language": "it", "subject": "-", "text": 'Chiamata ricevuta: "{fault}"'}
    company.given(*CUSTOMER, rule("call_received", channel="sms", texts=[text]))
    for n, phone in enumerate(phones, 1):
        caller = {**ANNA, "person_id": UUID(int=n), "email": None, "phone": phone}
        company.given(opened(call_id=UUID(int=40 + n), caller=caller, fault="Perde già"))
    assert tick(company, "write-notices", "2026-12-04T16:46") == len(phones)


def sender(url: str | None, **more: Any) -> TextSender:
    return TextSender(Settings(sms_url=url, sms_token=SecretStr(SECRET), sms_sender="Service", sms_body=BODY,
                               sms_nearby=True, **more))  # fmt: skip


def sent(company: Company, one: TextSender, at: str = "2026-12-04T16:50") -> int:
    company.fold()
    done = one.tick(company.house, datetime.fromisoformat(at).replace(tzinfo=ROME))
    company.fold()
    return done


def states(company: Company) -> list[tuple[str, int, str | None]]:
    return [(each["state"], each["attempts"], each["reason"]) for each in notices(company)]


def test_a_message_goes_out_once_as_the_provider_takes_it(company: Company) -> None:
    due(company, "347 12 34 567")
    with Provider().open() as provider:
        one = sender(provider.url)
        assert [sent(company, one), sent(company, one), sent(company, sender(provider.url))] == [1, 0, 0]
    ((headers, body),) = provider.taken
    (notice,) = notices(company)
    assert json.loads(body) == {
        "messages": [
            {"to": "+393471234567", "body": 'Chiamata ricevuta: "Perde già"', "ref": str(notice["notice_id"])}
        ],
        "from": "Service",
        "flash": False,
    }
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["Idempotency-Key"] == str(notice["notice_id"])
    assert (notice["state"], notice["message_id"]) == ("sent", f"sms:{notice['notice_id']}")
    assert company.ask("notices")["texts"] == "ready"


def test_without_a_provider_it_waits_and_the_list_says_so_once(company: Company) -> None:
    due(company, "347 1234567")
    for _ in range(2):
        assert sent(company, sender(None)) == 0
    assert (states(company), company.ask("notices")["texts"]) == ([("due", 0, None)], "not_configured")
    assert [r.topic for r in company.house.recorded_after(0)].count("notice-rules.texts-found.v1") == 1


def test_a_provider_that_is_away_spends_no_attempt_and_logs_no_secret(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    due(company, "347 1234567")
    away = sender(f"http://127.0.0.1:{free_port()}/sms")
    assert sent(company, away) == 0
    assert (states(company), company.ask("notices")["texts"]) == ([("due", 0, None)], "unreachable")
    with Provider(status=401).open() as provider:
        assert sent(company, sender(provider.url)) == 0
        assert states(company) == [("due", 0, None)]
        provider.status = 202
        assert sent(company, sender(provider.url)) == 1
    assert company.ask("notices")["texts"] == "ready"
    logged = capsys.readouterr()
    assert SECRET not in logged.out + logged.err


def test_what_is_refused_is_given_up_what_fails_is_tried_again_and_neither_holds_up_others(company: Company) -> None:
    due(company, "347 1111111", "347 2222222", "x12")
    with Provider(
        answers={"+393471111111": (422, b"number\n not  valid"), "+393472222222": (503, b"busy")}
    ).open() as p:
        one = sender(p.url)
        assert sent(company, one) == 0
        assert sorted(states(company)) == [
            ("due", 1, "503 busy"), ("given_up", 1, "422 number not valid"), ("given_up", 1, "the number is not one"),
        ]  # fmt: skip
        p.answers.clear()
        assert sent(company, one, "2026-12-04T16:51:59") == 0
        assert sent(company, one, "2026-12-04T16:52") == 1


def test_killed_between_sending_and_recording_it_goes_again_under_the_same_id(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(company, "347 1234567")
    execute = Desk.execute

    def killed(desk: Desk, entry: Any, *rest: Any, **fields: Any) -> Any:
        if entry is SENT:
            raise KeyboardInterrupt
        return execute(desk, entry, *rest, **fields)

    with Provider().open() as provider:
        monkeypatch.setattr(Desk, "execute", killed)
        with pytest.raises(KeyboardInterrupt):
            sent(company, sender(provider.url))
        monkeypatch.undo()
        assert sent(company, sender(provider.url)) == 1
    first, second = (headers["Idempotency-Key"] for headers, _ in provider.taken)
    assert first == second


@pytest.mark.parametrize("body", ["{", "[]", '{"to": "{number}"}', '"{to}"'])
def test_a_pattern_that_could_not_be_filled_in_is_refused_at_the_start(body: str) -> None:
    with pytest.raises(TextSettingsWrong):
        TextSender(Settings(sms_url="https://sms.example", sms_body=body))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("347 1234567", "+393471234567"),
        ("+41 79/123.45.67", "+41791234567"),
        ("0041 791234567", "+41791234567"),
        ("+39 (0)543 1234", "+395431234"),
        ("0543 12345", "+39054312345"),
        ("12", None),
        ("interno", None),
        ("1234567890123456", None),
    ],
)
def test_numbers_are_told_with_their_country(number: str, expected: str | None) -> None:
    assert international(number, "+39") == expected


def test_values_never_become_fields_or_json() -> None:
    assert filled({"a": ["{text}", 1, None]}, {"text": '"}{to}'}) == {"a": ['"}{to}', 1, None]}
