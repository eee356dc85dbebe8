"""What people may ask about the rules of notices (regole degli avvisi): set one, drop one, hours, exceptions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.notice_rules import NoticeRules, notice_rules_id
from aggregates.notice_terms import MailState, NoticeRule
from aggregates.party import Party
from aggregates.rules.business_calendar import open_stretches
from aggregates.values import rome_date
from commands.base import Command, Entry, Service
from commands.business_calendar import calendar_terms
from commands.natural_key import part


class SetNoticeRule(Command, NoticeRule):
    """Say who is told when something happens, in which way and words.

    It holds for what happens from now on; the same code again replaces the rule. A text that names a field its
    happening does not know is refused with the field and its place.
    """


class DropNoticeRule(Command):
    """Let a rule hold no longer; notices already written stay."""

    code: str


class SetNoticeHours(Command):
    """Write to customers only while a calendar is open; what falls due outside waits for its next opening."""

    calendar_code: str | None = Field(default=None, description="Left out, at any time.", examples=["CAL-IT"])


class ExceptCustomer(Command):
    """Write a customer's people no notices, or none of some rules; with neither said, all of them again."""

    customer_id: UUID
    everything: bool = False
    rules: tuple[str, ...] = Field(default=(), max_length=100, examples=[["CHIUSURA"]])


class FindMail(Command):
    """Note whether this installation can send e-mail; given by the part that sends."""

    state: MailState


class FindTexts(Command):
    """Note whether this installation can send text messages; given by the part that sends."""

    state: MailState


def rules_of(service: Service, act: Act) -> NoticeRules:
    """The company's rules, begun where there are none."""
    return service.find(NoticeRules, notice_rules_id()) or NoticeRules.begin_with(act)


def next_hour(service: Service, rules: NoticeRules, at: datetime) -> datetime:
    """When customers may next be written to. Raises `NotFound` for a calendar that there is not."""
    if rules.customer_hours is None:
        return at
    return next(open_stretches(calendar_terms(service, rome_date(at), rules.customer_hours), at))[0]


def set_notice_rule(cmd: SetNoticeRule, act: Act, service: Service) -> None:
    """Handles `SetNoticeRule`. Raises `NoticeFieldUnknown`, `NoticeTextBroken`."""
    rules = rules_of(service, act)
    rules.set_rule(part(NoticeRule, cmd), act)
    service.save(rules)


def drop_notice_rule(cmd: DropNoticeRule, act: Act, service: Service) -> None:
    """Handles `DropNoticeRule`. Raises `NoticeRuleUnknown`."""
    rules = rules_of(service, act)
    rules.drop_rule(cmd.code, act)
    service.save(rules)


def set_notice_hours(cmd: SetNoticeHours, act: Act, service: Service) -> None:
    """Handles `SetNoticeHours`. Raises `NotFound` for a calendar that there is not."""
    rules = rules_of(service, act)
    if cmd.calendar_code is not None:
        calendar_terms(service, rome_date(act.at), cmd.calendar_code)
    rules.set_customer_hours(cmd.calendar_code, act)
    service.save(rules)


def except_customer(cmd: ExceptCustomer, act: Act, service: Service) -> None:
    """Handles `ExceptCustomer`. Raises `NotFound`."""
    service.load(Party, cmd.customer_id)
    rules = rules_of(service, act)
    rules.except_customer(cmd.customer_id, cmd.everything, cmd.rules, act)
    service.save(rules)


def find_mail(cmd: FindMail, act: Act, service: Service) -> None:
    """Handles `FindMail`."""
    rules = rules_of(service, act)
    rules.find_mail(cmd.state, act)
    service.save(rules)


def find_texts(cmd: FindTexts, act: Act, service: Service) -> None:
    """Handles `FindTexts`."""
    rules = rules_of(service, act)
    rules.find_texts(cmd.state, act)
    service.save(rules)


NOBODY: frozenset[str] = frozenset()
FIND_MAIL = Entry("find-mail", "/notice-rules/find-mail", FindMail, find_mail, NOBODY)
FIND_TEXTS = Entry("find-texts", "/notice-rules/find-texts", FindTexts, find_texts, NOBODY)
"""The sending part's own commands, with a role for nobody."""
