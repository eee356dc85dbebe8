"""What people may ask about practices and their rules (pratiche)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates import roles
from aggregates.base import Act, require
from aggregates.practice import Practice
from aggregates.practice_rule import PracticeRule, PracticeRuleTerms, practice_rule_id
from aggregates.protocol import protocol_id
from aggregates.record_ref import RecordRef
from aggregates.rules.answers import AnswerKind
from aggregates.user import RoleUnknown
from aggregates.values import rome_date
from commands.attachment import require_stored
from commands.base import Answer, Command, NotFound, Service
from commands.protocol import protocol_of
from commands.words import Words


class DefinePracticeRule(Command):
    """Say which operations an occasion asks for, such as a new customer or a new fiscal year; or change the rule."""

    code: str = Field(min_length=1, max_length=60, examples=["new-customer"])
    terms: PracticeRuleTerms


class OpenPractice(Command):
    """Open a practice by hand, as for a new regulation; the same occasion of the same rule again changes nothing."""

    rule: str = Field(min_length=1, max_length=60, examples=["new-customer"], description="The rule's code.")
    occasion: Words = Field(min_length=1, max_length=200, examples=["Regolamento F-gas 2026"])
    subject: RecordRef | None = None
    on: date | None = Field(default=None, description="Deadlines count from this day; today, if left out.")


class AnswerPracticeStep(Command):
    """Note that an operation of a practice was done, and what came of it."""

    practice_id: UUID
    key: str = Field(examples=["pressure"])
    value: bool | str = Field(examples=["1.5"], description="true or false, or a text; a photo by its SHA-256.")
    note: str | None = Field(default=None, max_length=2000)


class SkipPracticeStep(Command):
    """Leave an operation of a practice out, and say why."""

    practice_id: UUID
    key: str = Field(examples=["pressure"])
    reason: Words = Field(min_length=1, max_length=1000, examples=["Non dovuto"])


def define_practice_rule(cmd: DefinePracticeRule, act: Act, service: Service) -> Answer:
    """Handles `DefinePracticeRule`. Raises `NotFound` for an unknown protocol, `RoleUnknown`."""
    protocol_of(service, cmd.terms.protocol)
    for role in (cmd.terms.role, *(one.role for one in cmd.terms.steps)):
        require(role is None or role in roles.ALL, RoleUnknown, role=role, known=", ".join(sorted(roles.ALL)))
    known = service.find(PracticeRule, practice_rule_id(cmd.code))
    if known is None:
        known = PracticeRule.define(cmd.code, cmd.terms, act)
    known.change(cmd.terms, act)
    service.save(known)
    return {"rule_id": known.id}


def open_practice(cmd: OpenPractice, act: Act, service: Service) -> Answer:
    """Handles `OpenPractice`. Raises `NotFound`, `ProtocolNotValidYet`."""
    rule = service.find(PracticeRule, practice_rule_id(cmd.rule))
    if rule is None:
        raise NotFound(kind="PracticeRule", id=cmd.rule)
    practice_id = Practice.stream_of(rule.id, cmd.occasion)
    service.preload(practice_id, protocol_id(rule.terms.protocol))
    if service.find(Practice, practice_id) is None:
        protocol = protocol_of(service, rule.terms.protocol)
        on = cmd.on or rome_date(act.at)
        service.save(Practice.open(rule, protocol, cmd.occasion, on, cmd.subject, act))
    return {"practice_id": practice_id}


def answer_practice_step(cmd: AnswerPracticeStep, act: Act, service: Service) -> None:
    """Handles `AnswerPracticeStep`. Raises `StepUnknown`, `AnswerUnfit`, `FileUnknown`."""
    practice = service.load(Practice, cmd.practice_id)
    practice.answer(cmd.key, cmd.value, cmd.note, act)
    kind = next(one.operation.kind for one in practice.steps if one.operation.key == cmd.key)
    if kind is AnswerKind.PHOTO:
        require_stored(service, str(cmd.value).strip())
    practice.complete(act)
    service.save(practice)


def skip_practice_step(cmd: SkipPracticeStep, act: Act, service: Service) -> None:
    """Handles `SkipPracticeStep`. Raises `StepUnknown`, `SkipReasonMissing`."""
    practice = service.load(Practice, cmd.practice_id)
    practice.skip(cmd.key, cmd.reason, act)
    practice.complete(act)
    service.save(practice)
