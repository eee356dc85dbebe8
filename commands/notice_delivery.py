"""What people and programs may report of notices that did not arrive (avvisi non recapitati)."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal
from aggregates.notice import Notice
from aggregates.rules.delivery_reports import LONGEST_REASON, read_report
from aggregates.values import ERASED
from commands.base import Answer, Command, Service
from commands.words import Words

EXAMPLE = """From: MAILER-DAEMON@mx.example.it
Date: Fri, 04 Dec 2026 16:00:09 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.it

Final-Recipient: rfc822; anna@example.it
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: text/rfc822-headers

Message-ID: <5f3b1c9e-2a44-5c6e-9a61-f8a4f6c3b6e5@service.example>

--b--
"""


class NoDeliveryReport(Refusal):
    """No delivery report about a notice of ours is in this message; send it whole, as the mail server returned it."""

    status = 422


class NoteUndelivered(Command):
    """Record that a notice came back: a number that is not in use, a mailbox that is full, as somebody noticed."""

    notice_id: UUID
    reason: Words = Field(min_length=1, max_length=LONGEST_REASON, examples=["Numero inesistente"])
    status: str | None = Field(default=None, pattern=r"^[245]\.\d{1,3}\.\d{1,3}$", examples=["5.1.1"])


class TakeDeliveryReport(Command):
    """Take in what a mail server reports about an e-mail of ours (RFC 3464): the message as it came, headers and all.

    Where it says that the message was given up, its notice is not delivered; any other report records nothing.
    """

    message: str = Field(min_length=1, max_length=1_000_000, examples=[EXAMPLE])


def note_undelivered(cmd: NoteUndelivered, act: Act, service: Service) -> None:
    """Handles `NoteUndelivered`. Raises `NotFound`, `NoticeNotSent`."""
    notice = service.load(Notice, cmd.notice_id)
    notice.come_back(cmd.reason, cmd.status, None, act)
    service.save(notice)


def take_delivery_report(cmd: TakeDeliveryReport, act: Act, service: Service) -> Answer:
    """Handles `TakeDeliveryReport`. Raises `NoDeliveryReport`, `NotFound`, `NoticeNotSent`."""
    report = read_report(cmd.message)
    if report is None:
        raise NoDeliveryReport
    notice = service.load(Notice, report.notice_id)
    if report.has_failed and notice.address != ERASED:
        notice.come_back(report.reason, report.status, report.reported_at, act)
        service.save(notice)
    return {"notice_id": notice.id, "state": notice.state.value}
