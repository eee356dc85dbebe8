"""What duties and people may ask about notices (avvisi): write those of an occasion, have one tried again.

What became of sending is recorded by the part that sends alone: those commands are not in the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.notice import Addressed, Attached, Lapse, Notice, Occasion, notice_id
from aggregates.notice_rules import NoticeRules, notice_rules_id
from aggregates.notice_terms import CUSTOMERS, MOST_RECIPIENTS, NoticeRule, Recipient
from aggregates.values import Instant
from commands.base import Answer, Command, Entry, Service
from commands.notice_rules import next_hour
from commands.words import Words


class WriteNotices(Command, Occasion):
    """Write what a rule tells people of a happening; given by the duty that writes notices.

    All recipients' notices are written together, each once. Found nobody to tell, one notice says so.
    """

    rule: str = Field(min_length=1, max_length=30, examples=["CHIUSURA"])
    use_by_at: Instant | None = Field(default=None, description="The end of the day it is about, where there is one.")
    recipients: tuple[Recipient, ...] = Field(default=(), max_length=MOST_RECIPIENTS)
    values: dict[str, str] = Field(default={}, description="Of the text's fields.", examples=[{"number": "CH-2026-7"}])
    attached: tuple[Attached, ...] = ()


class RetryNotice(Command):
    """Have a notice that was given up sent again, within a day, once what was in the way is put right."""

    notice_id: UUID


class RecordNoticeSent(Command):
    """Record that a mail server took the message."""

    notice_id: UUID
    message_id: str = Field(min_length=3, max_length=300)


class RecordNoticeFailed(Command):
    """Record that a message did not go out, for now or for good."""

    notice_id: UUID
    reason: Words = Field(min_length=1, max_length=2000)
    for_good: bool


class LapseNotice(Command):
    """Record that a notice was not sent in time."""

    notice_id: UUID


def write_notices(cmd: WriteNotices, act: Act, service: Service) -> Answer:
    """Handles `WriteNotices`. Raises `NoticeRuleUnknown` for a rule dropped meanwhile."""
    rules = service.load(NoticeRules, notice_rules_id())
    rule = rules.rule(cmd.rule)
    occasion = Occasion(**{name: getattr(cmd, name) for name in Occasion.model_fields})
    use_by_at = _use_by(cmd, rule)
    customer_hour = next_hour(service, rules, act.at)
    written = []
    for to in _addressed(cmd, rules):
        the_id = notice_id(rule.code, occasion.key, to.person_id)
        written.append(the_id)
        if service.find(Notice, the_id) is None:
            due_at = customer_hour if to.whom in CUSTOMERS else act.at
            told = Notice.write(rule.code, occasion, rule.channel, to, due_at, use_by_at, cmd.attached, act)
            service.save(told)
    return {"notice_ids": written}


def _use_by(cmd: WriteNotices, rule: NoticeRule) -> datetime:
    """How long telling is of use: until the day it is about, unless the rule names a shorter time."""
    by_rule = cmd.happened_at + timedelta(minutes=rule.useful_minutes)
    if cmd.use_by_at is None:
        return by_rule
    return cmd.use_by_at if rule.use_by_minutes is None else min(by_rule, cmd.use_by_at)


def _addressed(cmd: WriteNotices, rules: NoticeRules) -> Iterator[Addressed]:
    """Whom to write to, in which words, each address once; or one reason for writing to nobody."""
    wanted = {
        one.address.lower(): one
        for one in reversed(cmd.recipients)
        if not rules.is_unwanted(cmd.rule, one.whom, cmd.customer_id)
    }
    for one in wanted.values():
        subject, text = rules.text(cmd.rule, one.language).rendered({**cmd.values, "recipient": one.name})
        told = one.model_dump(include={"whom", "person_id", "name", "address"})
        yield Addressed(**told, subject=subject, text=text)
    if not wanted:
        yield Addressed(lapse=Lapse.UNWANTED if cmd.recipients else Lapse.NO_ADDRESS)


def retry_notice(cmd: RetryNotice, act: Act, service: Service) -> None:
    """Handles `RetryNotice`. Raises `NotFound`, `NoticeNotGivenUp`."""
    notice = service.load(Notice, cmd.notice_id)
    notice.try_again(act)
    service.save(notice)


def record_notice_sent(cmd: RecordNoticeSent, act: Act, service: Service) -> None:
    """Handles `RecordNoticeSent`; sent already, it records nothing."""
    notice = service.load(Notice, cmd.notice_id)
    notice.send(cmd.message_id, act)
    service.save(notice)


def record_notice_failed(cmd: RecordNoticeFailed, act: Act, service: Service) -> None:
    """Handles `RecordNoticeFailed`."""
    notice = service.load(Notice, cmd.notice_id)
    notice.fail(cmd.reason, for_good=cmd.for_good, act=act)
    service.save(notice)


def lapse_notice(cmd: LapseNotice, act: Act, service: Service) -> None:
    """Handles `LapseNotice`."""
    notice = service.load(Notice, cmd.notice_id)
    notice.lapse(act)
    service.save(notice)


NOBODY: frozenset[str] = frozenset()
SENT = Entry("record-notice-sent", "/notices/sent", RecordNoticeSent, record_notice_sent, NOBODY, "notice_id")
FAILED = Entry("record-notice-failed", "/notices/failed", RecordNoticeFailed, record_notice_failed, NOBODY, "notice_id")
LAPSE = Entry("lapse-notice", "/notices/lapse", LapseNotice, lapse_notice, NOBODY, "notice_id")
"""The sending part's own commands, with a role for nobody."""
