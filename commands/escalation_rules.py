"""What people may ask about the rules of escalation (regole di escalation): set one, drop one."""

from __future__ import annotations

from aggregates.base import Act
from aggregates.escalation_rules import EscalationRules, escalation_rules_id
from aggregates.escalation_terms import EscalationRule
from commands.base import Command, Service
from commands.natural_key import part


class SetEscalationRule(Command, EscalationRule):
    """Say who is told when a clock has used up so much of its target, or so long before or after its due time.

    It holds for what falls due from now on; the same code again replaces the rule.
    """


class DropEscalationRule(Command):
    """Let a rule hold no longer; what was escalated stays so."""

    code: str


def set_escalation_rule(cmd: SetEscalationRule, act: Act, service: Service) -> None:
    """Handles `SetEscalationRule`."""
    rules = service.find(EscalationRules, escalation_rules_id()) or EscalationRules.begin_with(act)
    rules.set_rule(part(EscalationRule, cmd), act)
    service.save(rules)


def drop_escalation_rule(cmd: DropEscalationRule, act: Act, service: Service) -> None:
    """Handles `DropEscalationRule`. Raises `EscalationRuleUnknown`."""
    rules = service.find(EscalationRules, escalation_rules_id()) or EscalationRules.begin_with(act)
    rules.drop_rule(cmd.code, act)
    service.save(rules)
