"""E-mail over a real mail server: what is due goes out once, waits while the server is away, and is never lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregates.notice import MOST_ATTEMPTS, Notice, NoticeNotGivenUp
from aggregates.values import ROME
from commands.desk import Desk
from commands.notice import SENT
from gateways.documents.archive import open_archive
from gateways.mail import Mailer, MailSettingsWrong
from gateways.settings import Settings
from tests.commands.calls import CALL, CUSTOMER, opened
from tests.commands.notices import ANNA, notices, rule
from tests.contract_steps import tick
from tests.document_steps import founded
from tests.dsl import Company, do
from tests.gateways.mailboxes import Mailbox, free_port

WRITE = "write-notices"
SOON = datetime(2026, 12, 4, 16, 50, tzinfo=ROME)


@pytest.fixture
def mailbox() -> Mailbox:
    """A mail server that nobody has started yet."""
    return Mailbox(free_port())


def mailer(company: Company, mailbox: Mailbox | None, **settings: Any) -> Mailer:
    server = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_security": "none"} if mailbox else {}
    told = Settings(**{**server, **settings})
    return Mailer(told, open_archive(company.installation.settings.data_dir / "documents"))


def sent(company: Company, one: Mailer, at: datetime | str = SOON) -> int:
    """What a mailer sends, folded before and after."""
    company.fold()
    when = datetime.fromisoformat(at).replace(tzinfo=ROME) if isinstance(at, str) else at
    done = one.tick(company.house, when)
    company.fold()
    return done


def due(company: Company, **caller: Any) -> UUID:
    """The id of a notice of a call's receipt that is due to its caller."""
    call = opened(caller={**ANNA, **caller}, fault="Perde già l'acqua")
    company.given(founded(company), *CUSTOMER, rule("call_received"), call)
    assert tick(company, WRITE, "2026-12-04T16:46") == 1
    found: UUID = notices(company)[0]["notice_id"]
    return found


def state(company: Company) -> tuple[str, int, str | None]:
    row = notices(company)[0]
    return row["state"], row["attempts"], row["reason"]


def test_what_is_due_goes_out_once_in_full_letter(company: Company, mailbox: Mailbox) -> None:
    notice_id = due(company)
    with mailbox.open():
        one = mailer(company, mailbox)
        assert sent(company, one) == 1
        assert sent(company, one) == 0
        assert sent(company, mailer(company, mailbox)) == 0
    (message,) = mailbox.messages
    assert mailbox.taken[0].rcpt_tos == ["anna@example.it"]
    assert str(message["From"]) == "Service Srl <assistenza@service.example>"
    assert str(message["Reply-To"]) == "assistenza@service.example"
    assert str(message["To"]) == "Anna Verdi <anna@example.it>"
    assert message["Message-ID"] == f"<{notice_id}@service.example>"
    assert message["X-Libretto-Call"] == str(CALL)
    assert message["References"] == f"<call-{CALL}@service.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Fri, 04 Dec 2026 16:50:00 +0100"
    assert "Perde già l'acqua" in message.get_content()
    row = notices(company)[0]
    assert (row["state"], row["message_id"], row["sent_at"]) == ("sent", message["Message-ID"], SOON)
    assert company.ask("notices")["mail"] == "ready"


def test_nothing_goes_before_it_is_due(company: Company, mailbox: Mailbox) -> None:
    due(company)
    with mailbox.open():
        assert sent(company, mailer(company, mailbox), "2026-12-04T16:45:59") == 0
        assert sent(company, mailer(company, mailbox), "2026-12-04T16:46") == 1


def test_a_server_that_is_away_spends_no_attempt_and_gets_everything_when_it_is_back(
    company: Company, mailbox: Mailbox
) -> None:
    due(company)
    away = mailer(company, mailbox)
    assert sent(company, away) == 0
    assert (state(company), company.ask("notices")["mail"]) == (("due", 0, None), "unreachable")
    with mailbox.open():
        assert sent(company, away) == 0, "it is left alone for a while"
        assert sent(company, mailer(company, mailbox)) == 1
    assert company.ask("notices")["mail"] == "ready"


def test_a_server_away_for_days_lets_notices_lapse(company: Company, mailbox: Mailbox) -> None:
    due(company)
    assert sent(company, mailer(company, mailbox)) == 0
    with mailbox.open():
        assert sent(company, mailer(company, mailbox), "2026-12-07T16:45") == 0
    assert state(company) == ("lapsed", 0, "too_late")
    assert mailbox.taken == []


def test_without_a_server_it_waits_and_the_list_says_so_once(company: Company) -> None:
    due(company)
    for _ in range(3):
        assert sent(company, mailer(company, None)) == 0
    assert (state(company), company.ask("notices")["mail"]) == (("due", 0, None), "not_configured")
    assert [r.topic for r in company.house.recorded_after(0)].count("notice-rules.mail-found.v1") == 1


def test_killed_between_sending_and_recording_it_is_the_same_message_again(
    company: Company, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(company)
    execute = Desk.execute

    def killed(desk: Desk, entry: Any, *rest: Any, **fields: Any) -> Any:
        if entry is SENT:
            raise KeyboardInterrupt
        return execute(desk, entry, *rest, **fields)

    with mailbox.open():
        monkeypatch.setattr(Desk, "execute", killed)
        with pytest.raises(KeyboardInterrupt):
            sent(company, mailer(company, mailbox))
        monkeypatch.undo()
        assert state(company)[0] == "due"
        assert sent(company, mailer(company, mailbox)) == 1
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert state(company)[0] == "sent"


def test_an_address_refused_for_good_is_given_up_with_the_server_s_words_and_can_be_tried_again(
    company: Company, mailbox: Mailbox
) -> None:
    notice_id = due(company)
    mailbox.answers["anna@example.it"] = "550 No such user here"
    with mailbox.open():
        assert sent(company, mailer(company, mailbox)) == 0
        assert state(company) == ("given_up", 1, "550 No such user here")
        assert [row["notice_id"] for row in notices(company, state="given_up")] == [notice_id]
        mailbox.answers.clear()
        assert sent(company, mailer(company, mailbox)) == 0
        company.do("retry-notice", at="2026-12-20T09:00", notice_id=notice_id)
        assert sent(company, mailer(company, mailbox), "2026-12-20T09:01") == 1
    again = do("retry-notice", at="2026-12-20T09:02", notice_id=notice_id)
    company.given().when(again).then_refused(NoticeNotGivenUp)


def test_an_address_refused_for_now_is_tried_at_doubled_distances_then_given_up(
    company: Company, mailbox: Mailbox
) -> None:
    notice_id = due(company)
    mailbox.answers["anna@example.it"] = "451 Try later"
    tried = []
    with mailbox.open():
        one = mailer(company, mailbox)
        for minute in range(24 * 60):
            company.fold()
            one.tick(company.house, SOON + timedelta(minutes=minute))
            company.fold()
            if len(company.facts(notice_id)) - 1 > len(tried):
                tried.append(minute)
            if state(company)[0] == "given_up":
                break
    assert tried == [0, 2, 6, 14, 30, 62, 126, 254]
    assert state(company) == ("given_up", MOST_ATTEMPTS, "451 Try later")


def test_one_refused_address_does_not_hold_up_the_others(company: Company, mailbox: Mailbox) -> None:
    due(company)
    other = {"person_id": str(UUID(int=7)), "name": "Bruno", "email": "bruno@example.it"}
    company.given(opened(call_id=UUID(int=8), caller=other, at="2026-12-04T16:46"))
    tick(company, WRITE, "2026-12-04T16:47")
    mailbox.answers["anna@example.it"] = "550 No"
    with mailbox.open():
        assert sent(company, mailer(company, mailbox)) == 1
    assert [each.rcpt_tos for each in mailbox.taken] == [["bruno@example.it"]]


@pytest.mark.parametrize("name", ["Anna\r\nBcc: tutti@example.it", "Anna\nX-Evil: 1", "Anna\x0bVerdi\u2028Bcc: x@y.it"])
def test_a_name_cannot_add_a_header(company: Company, mailbox: Mailbox, name: str) -> None:
    due(company, name=name)
    with mailbox.open():
        assert sent(company, mailer(company, mailbox)) == 1
    (message,) = mailbox.messages
    assert mailbox.taken[0].rcpt_tos == ["anna@example.it"]
    assert (message["Bcc"], message["X-Evil"]) == (None, None)


@pytest.mark.parametrize("email", ["anna@example.it\r\nBcc: tutti@example.it", "anna verdi@example.it", "@", "a@b@c"])
def test_an_address_that_is_none_is_given_up_unsent(company: Company, mailbox: Mailbox, email: str) -> None:
    due(company, email=email)
    with mailbox.open():
        assert sent(company, mailer(company, mailbox)) == 0
    assert state(company)[:2] == ("given_up", 1)
    assert mailbox.taken == []


def test_a_fault_with_line_ends_stays_one_subject(company: Company, mailbox: Mailbox) -> None:
    text = {"language": "it", "subject": "{fault}", "text": "{fault}"}
    told = rule("call_received", texts=[text])
    company.given(founded(company), *CUSTOMER, told, opened(caller=ANNA, fault="Perde\r\nBcc: tutti@example.it"))
    tick(company, WRITE, "2026-12-04T16:46")
    with mailbox.open():
        assert sent(company, mailer(company, mailbox)) == 1
    (message,) = mailbox.messages
    assert str(message["Subject"]) == "Perde Bcc: tutti@example.it"
    assert message["Bcc"] is None


def test_a_password_is_not_sent_in_clear(company: Company, mailbox: Mailbox) -> None:
    with pytest.raises(MailSettingsWrong):
        mailer(company, mailbox, smtp_user="libretto", smtp_password="geheim")


def test_a_view_that_is_behind_sends_nothing_twice(company: Company, mailbox: Mailbox) -> None:
    due(company)
    company.fold()
    with mailbox.open():
        assert [mailer(company, mailbox).tick(company.house, SOON) for _ in range(3)] == [1, 0, 0]
    assert len(mailbox.taken) == 1


def test_facts_of_a_notice_hold_no_names_in_clear(company: Company) -> None:
    notice_id = due(company)
    with company.installation.database.company(company.house.company_id) as connection:
        rows = connection.execute("select state from fact where stream_id = %s", (notice_id,)).fetchall()
    stored = b"".join(bytes(state) for (state,) in rows)
    assert b"anna" not in stored.lower()
    assert b"Perde" not in stored
    assert isinstance(company.record(notice_id), Notice)
