"""What people and duties may ask about a call's clocks (orologi): start, correct, escalate, work while blocked."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_values import Approver
from aggregates.escalation_rules import EscalationRules, EscalationRuleUnknown, escalation_rules_id
from aggregates.values import Instant, PersonRef
from commands.base import Command, Service
from commands.words import Words


class StartClocks(Command):
    """Let the clocks of a call that was opened under a block start now; given by the duty that sees blocks end."""

    call_id: UUID


class ApproveChargeableWork(Command):
    """Record who agreed that work begins although the service is blocked and the work is charged."""

    call_id: UUID
    approver: Approver
    person_name: Words | None = Field(default=None, min_length=1, max_length=200, examples=["Laura Rossi"])
    person_id: UUID | None = Field(default=None, description="The contact's id, when it is a person already known.")
    reference: str | None = Field(default=None, max_length=200, examples=["E-mail del 2 aprile"])


class CorrectPause(Command):
    """Say late when a pause of a call really was; due times are counted anew, breaches recorded stay."""

    call_id: UUID
    paused_at: Instant = Field(description="When the pause began, as recorded.")
    starts_at: Instant | None = Field(default=None, description="When it really began; left out, as recorded.")
    ends_at: Instant | None = Field(default=None, description="When it really ended; left out only while it runs.")
    reason: Words = Field(min_length=1, max_length=1000, examples=["Il cliente ha risposto già il giorno prima"])


class EscalateCall(Command):
    """Record that a rule's level is reached on a call; given by the duty that escalates."""

    call_id: UUID
    rule: str = Field(min_length=1, max_length=30, examples=["RESP-75"])


def start_clocks(cmd: StartClocks, act: Act, service: Service) -> None:
    """Handles `StartClocks`."""
    call = service.load(Call, cmd.call_id)
    call.start_clocks(act)
    service.save(call)


def approve_chargeable_work(cmd: ApproveChargeableWork, act: Act, service: Service) -> None:
    """Handles `ApproveChargeableWork`."""
    call = service.load(Call, cmd.call_id)
    person = None
    if cmd.person_name is not None:
        person = PersonRef(person_id=cmd.person_id or service.new_id("approver"), name=cmd.person_name)
    call.approve_chargeable_work(cmd.approver, person, cmd.reference, act)
    service.save(call)


def correct_pause(cmd: CorrectPause, act: Act, service: Service) -> None:
    """Handles `CorrectPause`."""
    call = service.load(Call, cmd.call_id)
    call.correct_pause(cmd.paused_at, cmd.starts_at or cmd.paused_at, cmd.ends_at, cmd.reason, act)
    service.save(call)


def escalate_call(cmd: EscalateCall, act: Act, service: Service) -> None:
    """Handles `EscalateCall`. Raises `EscalationRuleUnknown`."""
    service.preload(cmd.call_id, escalation_rules_id())
    rules = service.find(EscalationRules, escalation_rules_id())
    require(rules is not None, EscalationRuleUnknown, code=cmd.rule)
    assert rules is not None
    call = service.load(Call, cmd.call_id)
    rule = rules.rule(cmd.rule)
    call.escalate(rule, rules.since[rule.code], act)
    service.save(call)
