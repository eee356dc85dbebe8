"""What mail servers report is read however they write it, and nothing they write stops us (RFC 3464)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.rules.delivery_reports import LONGEST_REASON, DeliveryReport, read_report

NOTICE = UUID("5f3b1c9e-2a44-5c6e-9a61-f8a4f6c3b6e5")
OURS = f"<{NOTICE}@service.example>"
REFUSED = "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <anna@example.it>:\n    User unknown"
HEADERS = f"Content-Type: text/rfc822-headers\n\nMessage-ID: {OURS}\nSubject: Chiamata\n"
WHOLE = f"Content-Type: message/rfc822\n\nMessage-ID: {OURS}\nContent-Type: text/plain\n\nTesto\n"


def report(
    *recipients: str, sent_back: str = HEADERS, head: str = "", date: str = "Fri, 4 Dec 2026 17:00:09 +0100"
) -> str:
    """A message as a mail server returns it."""
    blocks = "\n\n".join(("Reporting-MTA: dns; mx.example.it", *recipients))
    return (
        f"From: MAILER-DAEMON@mx.example.it\nDate: {date}\n{head}"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nNon recapitato\n\n"
        f"--b\nContent-Type: message/delivery-status\n\n{blocks}\n\n"
        f"--b\n{sent_back}\n--b--\n"
    )


def test_a_refused_address_is_told_with_its_words() -> None:
    assert read_report(report(f"Final-Recipient: rfc822; anna@example.it\n{REFUSED}")) == DeliveryReport(
        notice_id=NOTICE,
        has_failed=True,
        status="5.1.1",
        reason="550 5.1.1 <anna@example.it>: User unknown",
        reported_at=datetime(2026, 12, 4, 16, 0, 9, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("text", "failed", "status", "reason"),
    [
        (report(REFUSED, sent_back=WHOLE), True, "5.1.1", "550 5.1.1 <anna@example.it>: User unknown"),
        (report(REFUSED, sent_back="", head=f"In-Reply-To: {OURS}\n"), True, "5.1.1", None),
        (report(REFUSED, sent_back="", head=f"References: <a@b> {OURS}\n"), True, "5.1.1", None),
        (report(REFUSED).replace("\n", "\r\n"), True, "5.1.1", None),
        (report("Action: FAILED\nStatus: 5.2.2 (mailbox full)"), True, "5.2.2", "5.2.2"),
        (report("Action: failed"), True, None, "failed"),
        (report("Action: failed\nDiagnostic-Code: casella piena"), True, None, "casella piena"),
        (report("Action: delayed\nStatus: 4.4.1"), False, "4.4.1", "4.4.1"),
        (report("Action: delivered\nStatus: 2.0.0"), False, "2.0.0", "2.0.0"),
        (report("Action: relayed\nStatus: 2.0.0", "Action: failed\nStatus: 5.0.0"), True, "5.0.0", "5.0.0"),
    ],
)
def test_however_they_write_it(text: str, failed: bool, status: str | None, reason: str | None) -> None:
    told = read_report(text)
    assert told is not None
    assert (told.notice_id, told.has_failed, told.status) == (NOTICE, failed, status)
    assert reason in (None, told.reason)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sono fuori ufficio fino a lunedì",
        f"In-Reply-To: {OURS}\nSubject: Re: Chiamata\n\nGrazie",
        report(REFUSED, sent_back=HEADERS.replace(OURS, "<1@elsewhere.example>")),
        report("Final-Recipient: rfc822; anna@example.it"),
        report(),
    ],
)
def test_what_is_no_report_about_our_message_says_nothing(text: str) -> None:
    assert read_report(text) is None


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Xxx 2026 99:99:99 +9999"])
def test_a_report_without_a_date_is_a_report(date: str) -> None:
    told = read_report(report(REFUSED, date=date))
    assert told is not None
    assert told.reported_at is None


def test_long_words_are_cut_and_a_date_without_zone_is_universal() -> None:
    told = read_report(
        report(f"Action: failed\nDiagnostic-Code: smtp; {'x' * 2000}", date="Fri, 4 Dec 2026 16:00:09 -0000")
    )
    assert told is not None
    assert (len(told.reason), told.reported_at) == (LONGEST_REASON, datetime(2026, 12, 4, 16, 0, 9, tzinfo=UTC))


@settings(max_examples=50)
@given(st.text(max_size=400), st.text(max_size=80), st.integers(0, 1000))
def test_nothing_in_a_message_stops_us(noise: str, words: str, at: int) -> None:
    whole = report(f"Action: {words}\nStatus: {words}\nDiagnostic-Code: {words}", date=words or "x")
    cut = at % len(whole)
    for text in (noise, whole, whole[:cut] + noise + whole[cut:], whole[:cut]):
        told = read_report(text)
        assert told is None or told.notice_id == NOTICE
