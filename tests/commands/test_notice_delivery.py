"""Notices that came back: by a mail server's report or by somebody's word; told once, and tried again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from aggregates.base import Act
from aggregates.notice import Notice, NoticeNotGivenUp, NoticeNotSent
from aggregates.values import ROME
from commands.base import NotFound
from commands.notice import SENT, RecordNoticeSent
from commands.notice_delivery import EXAMPLE, NoDeliveryReport
from tests.commands.calls import CUSTOMER, opened
from tests.commands.notices import ANNA, notices, rule
from tests.contract_steps import tick
from tests.dsl import Company, Do, do
from tests.rules.test_delivery_reports import REFUSED, report

WORDS = "550 5.1.1 <anna@example.it>: User unknown"


@pytest.fixture
def notice_id(company: Company) -> UUID:
    """A notice that a mail server has taken."""
    company.given(*CUSTOMER, rule("call_received"), opened(caller=ANNA, fault="Perde"))
    assert tick(company, "write-notices", "2026-12-04T16:46") == 1
    found: UUID = notices(company)[0]["notice_id"]
    return found


def taken(company: Company, notice_id: UUID, at: str = "2026-12-04T16:50") -> None:
    """The mail server takes it."""
    act = Act(by="system:mail", at=datetime.fromisoformat(at).replace(tzinfo=ROME))
    company.house.desk.execute(SENT, RecordNoticeSent(notice_id=notice_id, message_id=f"<{notice_id}@x.example>"), act)


def returned(notice_id: UUID, words: str = REFUSED, day: str = "Fri, 4 Dec 2026", at: str = "2026-12-04T17:05") -> Do:
    """What the mail server sends back."""
    text = report(words, date=f"{day} 17:00:09 +0100").replace("5f3b1c9e-2a44-5c6e-9a61-f8a4f6c3b6e5", str(notice_id))
    return do("take-delivery-report", at=at, message=text)


def test_what_came_back_is_listed_with_the_reason_and_can_be_tried_again(company: Company, notice_id: UUID) -> None:
    taken(company, notice_id)
    back = returned(notice_id)
    company.given().when(back).then((Notice.Undelivered, {"reason": WORDS, "status": "5.1.1"}))
    company.given().when(back).then_nothing()
    (row,) = notices(company, state="undelivered")
    assert (row["notice_id"], row["reason"], row["state"]) == (notice_id, WORDS, "undelivered")
    company.do("retry-notice", at="2026-12-09T09:00", notice_id=notice_id)
    taken(company, notice_id, "2026-12-09T09:01")
    company.given().when(back).then_nothing()  # it is about the first sending
    assert notices(company)[0]["state"] == "sent"
    company.given().when(do("retry-notice", notice_id=notice_id)).then_refused(NoticeNotGivenUp)
    late = returned(notice_id, day="Wed, 9 Dec 2026", at="2026-12-09T18:00")
    company.given().when(late).then(Notice.Undelivered)


def test_other_reports_record_nothing(company: Company, notice_id: UUID) -> None:
    company.given().when(returned(notice_id)).then_refused(NoticeNotSent)
    taken(company, notice_id)
    for words in ("Action: delayed\nStatus: 4.4.1", "Action: delivered\nStatus: 2.0.0"):
        company.given().when(returned(notice_id, words)).then_nothing()
    company.given().when(do("take-delivery-report", message="Sono in ferie")).then_refused(NoDeliveryReport)
    company.given().when(do("take-delivery-report", message=EXAMPLE)).then_refused(NotFound)


def test_somebody_says_so(company: Company, notice_id: UUID) -> None:
    said = do("note-undelivered", notice_id=notice_id, reason="Numero inesistente")
    company.given().when(said).then_refused(NoticeNotSent)
    taken(company, notice_id)
    company.given().when(said).then((Notice.Undelivered, {"reason": "Numero inesistente", "status": None}))
    company.given().when(said).then_nothing()
