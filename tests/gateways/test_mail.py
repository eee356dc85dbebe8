"""E-mail over a real mail server: what is due goes out once, waits while the server is away, and is never lost."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from aggregates.notice import MOST_ATTEMPTS, Notice, NoticeNotGivenUp
from aggregates.values import ROME
from commands.desk import Desk
from commands.notice import SENT
from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer
from gateways.mail import Mailer, MailSettingsWrong
from gateways.settings import Settings
from tests.commands.calls import ASSIGNED, CALL, CUSTOMER, PLANNED, REPORT, REPORTED, SHA, WORKED, opened
from tests.commands.notices import ANNA, CONTACT, REACHABLE, notices, rule
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


def test_a_server_away_for_a_week_lets_notices_lapse(company: Company, mailbox: Mailbox) -> None:
    due(company)
    assert sent(company, mailer(company, mailbox)) == 0
    with mailbox.open():
        assert sent(company, mailer(company, mailbox), "2026-12-11T16:45:01") == 0
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
    tried: list[int] = []
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


def test_a_server_that_wants_a_login_gets_it_under_tls_only(
    company: Company, mailbox: Mailbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    due(company)
    certificate, context = certified(tmp_path)
    logins: list[tuple[bytes, bytes]] = []

    def authenticator(*said: Any) -> AuthResult:
        login = said[-1]
        logins.append((login.login, login.password))
        return AuthResult(success=login.password == b"right", handled=False)  # the server itself answers a wrong one

    door = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": authenticator}
    with mailbox.open(**door):
        told: dict[str, Any] = {"smtp_security": "starttls", "smtp_ca_file": certificate, "smtp_user": "libretto"}
        assert sent(company, mailer(company, mailbox, **told, smtp_password="wr0ng-secret")) == 0
        assert company.ask("notices")["mail"] == "unreachable"
        assert sent(company, mailer(company, mailbox, **{**told, "smtp_ca_file": None}, smtp_password="right")) == 0
        assert sent(company, mailer(company, mailbox, **told, smtp_password="right")) == 1
    *wrong, last = logins
    assert (set(wrong), last) == ({(b"libretto", b"wr0ng-secret")}, (b"libretto", b"right"))
    assert len(mailbox.taken) == 1
    logged = capsys.readouterr()
    assert "wr0ng-secret" not in logged.out + logged.err


def test_a_signed_report_goes_to_the_customer_as_it_lies_in_the_archive(company: Company, mailbox: Mailbox) -> None:
    company.given(founded(company), *REACHABLE, rule("report_ready", CONTACT), opened(), PLANNED, ASSIGNED)
    company.given(WORKED, REPORTED)
    signer: dict[str, Any] = {"signer_id": ANNA["person_id"], "signer_name": ANNA["name"]}
    seal: dict[str, Any] = {"image_sha256": SHA, "document_sha256": SHA, "device": "tablet-07"}
    archive = open_archive(company.installation.settings.data_dir / "documents")
    company.fold()
    Issuer(archive).tick(company.house)
    assert tick(company, WRITE, "2026-12-09T12:06") == 0, "nobody signed it"
    company.do("sign-report", at="2026-12-09T12:10", call_id=CALL, report_id=REPORT, revision=0, **signer, **seal)
    company.fold()
    issued_at = datetime(2026, 12, 9, 12, 11, tzinfo=ROME)
    Issuer(archive).tick(company.house, issued_at)
    assert tick(company, WRITE, "2026-12-09T12:12") == 1
    with mailbox.open():
        assert sent(company, mailer(company, mailbox), "2026-12-09T12:13") == 1
    (message,) = mailbox.messages
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    printed = company.ask("documents", source=REPORT)["items"]
    assert (attached.get_filename(), sha256(attached.get_content()).hexdigest()) in {
        (each["file_name"], each["sha256"]) for each in printed
    }


def certified(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine's own address, and a server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    begun = datetime(2020, 1, 1, tzinfo=ROME)
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), begun, begun.replace(year=2100)
        )
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return certificate, context
