"""Sends notices by e-mail (posta): takes what is due, hands it to the mail server, then records what became of it.

A message goes out at least once: killed between sending and recording, the next run sends it again under the same
Message-ID. A server that cannot be reached spends no attempt: what is due waits, and lapses at its use-by. Bounces that
come back later are not read.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING
from uuid import UUID

from aggregates.company import Company, LegalIdentity
from aggregates.notice import Notice
from aggregates.notice_terms import Happening, MailState, NoticeChannel
from aggregates.values import ERASED
from commands.notice import SENT, RecordNoticeSent
from commands.notice_rules import FIND_MAIL
from gateways.documents.archive import Archive, ArchiveKey, NotArchived
from gateways.documents.issuer import AWAY
from gateways.link_secrets import link_secret, one_time_code, quote_path
from gateways.logs import log
from gateways.notice_post import NotSent, record, record_failure, tell_state, waiting
from gateways.settings import Settings

if TYPE_CHECKING:
    from gateways.wiring import House

SYSTEM = "system:mail"
TIMEOUT_S = 20.0
PAUSE_S = 30.0
"""How long a server that could not be reached is left alone."""
FOR_GOOD = 500
"""Answers from here on will not change by waiting (RFC 5321)."""


class MailSettingsWrong(Exception):
    """A password would go over the line in clear: set LIBRETTO_SMTP_SECURITY to starttls or tls, or no user."""


class ServerAway(Exception):
    """The mail server cannot be reached or does not let us in."""


class Mailer:
    """Sends what is due, of any company; remembers only when the server was last away."""

    def __init__(self, settings: Settings, archive: Archive, pepper: bytes | None = None) -> None:
        if settings.smtp_user and settings.smtp_security == "none":
            raise MailSettingsWrong(MailSettingsWrong.__doc__)
        self._settings = settings
        self._archive = archive
        self._pepper = pepper
        self._away_until = 0.0
        self._left_alone: set[UUID] = set()

    def tick(self, house: House, now: datetime | None = None) -> int:
        """Send what is due, at most a hundred at once; the number of messages that the server took."""
        at = now or datetime.now(UTC)
        due = list(waiting(house, NoticeChannel.EMAIL, at, SYSTEM, self._left_alone))
        if not due or time.monotonic() < self._away_until:
            return 0
        sender = self._sender(house)
        if sender is None:
            return self._found(house, MailState.NOT_CONFIGURED, at)
        try:
            with self._line() as line:
                self._found(house, MailState.READY, at)
                return self._send_all(house, due, sender, line, at)
        except ServerAway as error:
            # The reason may hold what the server said to a login, never the login itself.
            log.warning("mail server away", host=self._settings.smtp_host, error=str(error))
            self._away_until = time.monotonic() + PAUSE_S
            return self._found(house, MailState.UNREACHABLE, at)

    def _sender(self, house: House) -> Address | None:
        """The company's name at the installation's address or its own; None without a server or a usable address."""
        identity = _identity(house)
        email = self._settings.mail_from or (identity.email if identity else None)
        if self._settings.smtp_host is None or not email:
            return None
        return _address(identity.name if identity else house.slug, email)

    def _found(self, house: House, state: MailState, at: datetime) -> int:
        tell_state(house, "mail", FIND_MAIL, state, at, SYSTEM)
        return 0

    @contextmanager
    def _line(self) -> Iterator[smtplib.SMTP]:
        """A connection that has let us in. Raises `ServerAway`."""
        try:
            line = self._opened()
        except (smtplib.SMTPException, OSError) as error:
            raise ServerAway(str(error)) from error
        try:
            yield line
        finally:
            line.close()

    def _opened(self) -> smtplib.SMTP:
        settings = self._settings
        host, port = settings.smtp_host or "", settings.smtp_port
        trusted = ssl.create_default_context(cafile=str(settings.smtp_ca_file) if settings.smtp_ca_file else None)
        if settings.smtp_security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=trusted)
        else:
            line = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        try:
            if settings.smtp_security == "starttls":
                line.starttls(context=trusted)
            if settings.smtp_user:
                password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
                line.login(settings.smtp_user, password)
        except BaseException:
            line.close()
            raise
        return line

    def _send_all(self, house: House, notices: list[Notice], sender: Address, line: smtplib.SMTP, at: datetime) -> int:
        sent = 0
        for notice in notices:
            if notice.address == ERASED:  # they were forgotten before it went out (R10.4)
                continue
            try:
                self._send(house, notice, sender, line, at)
                sent += 1
            except NotSent as failure:
                record_failure(house, notice, failure, at, SYSTEM)
                if failure.lost_line:
                    break
            except AWAY:
                raise
            except Exception:
                # It may have gone out: trying again every few seconds would flood somebody's mailbox.
                log.exception("notice left alone until the next start", notice=str(notice.id))
                self._left_alone.add(notice.id)
        return sent

    def _send(self, house: House, notice: Notice, sender: Address, line: smtplib.SMTP, at: datetime) -> None:
        """Send one notice, then record it. Raises `NotSent`."""
        message_id = f"<{notice.id}@{sender.domain}>"
        self._hand_over(line, self._message(house, notice, sender, message_id, at))
        record(house, SENT, RecordNoticeSent(notice_id=notice.id, message_id=message_id), notice, at, SYSTEM)

    def _message(self, house: House, notice: Notice, sender: Address, message_id: str, at: datetime) -> EmailMessage:
        """A notice as it goes out. Raises `NotSent` for an address that is none, or a file that is not there."""
        to = _address(notice.name or "", notice.address or "")
        if to is None:
            raise NotSent("the address is not one", for_good=True)
        message = EmailMessage(policy.SMTP)
        message["From"] = sender
        message["To"] = to
        identity = _identity(house)
        reply_to = _address("", identity.email) if identity and identity.email else None
        if reply_to is not None:
            message["Reply-To"] = reply_to
        message["Subject"] = _one_line(notice.subject or "")
        message["Date"] = format_datetime(at)
        message["Message-ID"] = message_id
        call_id = notice.occasion.call_id
        if call_id is not None:
            # Programs that show conversations put a call's notices together, and an answer names the call.
            message["References"] = f"<call-{call_id}@{sender.domain}>"
            message["X-Libretto-Call"] = str(call_id)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self._told(house, notice))
        self._attach(house, notice, message)
        return message

    def _told(self, house: House, notice: Notice) -> str:
        """The words, with the secrets that they stand for: these are in no log. Raises `NotSent`."""
        text, occasion = notice.text or "", notice.occasion
        if occasion.happening is Happening.QUOTE_LINK:
            if self._pepper is None or self._settings.public_url is None:
                raise NotSent("LIBRETTO_PUBLIC_URL is not set: customers could not open the link", for_good=False)
            path = quote_path(house.slug, link_secret(self._pepper, occasion.cause_id))
            return text.replace("{link}", f"{self._settings.public_url.rstrip('/')}{path}")
        if occasion.happening is Happening.QUOTE_CODE and self._pepper is not None:
            code = one_time_code(self._pepper, occasion.cause_id, occasion.key.rpartition("/")[2])
            return text.replace("{code}", code)
        return text

    def _attach(self, house: House, notice: Notice, message: EmailMessage) -> None:
        for one in notice.attached:
            place = ArchiveKey(
                company=str(house.company_id), kind=one.archive_kind, stream_id=one.record_id, version=one.version
            )
            try:
                card, data = self._archive.get(place)
            except NotArchived as error:
                raise NotSent(f"{one.name} is not in the archive", for_good=False) from error
            if card.sha256 != one.sha256:
                raise NotSent(f"{one.name} was altered in the archive", for_good=True)
            main, _, sub = card.media_type.partition("/")
            message.add_attachment(data, maintype=main, subtype=sub, filename=one.name)

    def _hand_over(self, line: smtplib.SMTP, message: EmailMessage) -> None:
        """Give the server a message. Raises `NotSent` with what it answered."""
        try:
            line.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise NotSent(_said(code, answer), for_good=code >= FOR_GOOD) from error
        except smtplib.SMTPSenderRefused as error:
            # The sender is a setting of ours: put right, everything goes.
            raise NotSent(_said(error.smtp_code, error.smtp_error), for_good=False) from error
        except smtplib.SMTPResponseException as error:
            refused = error.smtp_code >= FOR_GOOD
            raise NotSent(_said(error.smtp_code, error.smtp_error), for_good=refused) from error
        except smtplib.SMTPNotSupportedError as error:
            raise NotSent(str(error), for_good=True) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(str(error) or repr(error), for_good=False, lost_line=True) from error


def _identity(house: House) -> LegalIdentity | None:
    row = house.reader.row("select own_id from {company_profile}")
    company = house.reader.record(row["own_id"]) if row else None
    return company.identity if isinstance(company, Company) else None


def _address(name: str, email: str) -> Address | None:
    """Somebody's address; None where the text is none, or would begin another line."""
    try:
        return Address(display_name=_one_line(name), addr_spec=email)
    except (ValueError, MessageError):
        return None


def _one_line(text: str) -> str:
    """A text that fits a header: whatever breaks a line is a blank."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"
