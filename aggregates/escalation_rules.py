"""EscalationRules (regole di escalation): the company's levels of alarm on service-level clocks (SLA-2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.escalation_terms import EscalationRule
from aggregates.natural_key import KEYS


class EscalationRuleUnknown(Refusal):
    """There is no escalation rule {code}; look at the company's rules."""

    status = 404


def escalation_rules_id() -> UUID:
    """The id of the one set of rules of a company."""
    return uuid5(KEYS, "escalation-rules")


class EscalationRules(Aggregate):
    """The company's rules by code, each with the moment since which it holds as it is."""

    TOPIC = "escalation-rules"

    class Begun(FirstEvent):
        """The company begins to escalate."""

        TOPIC = "escalation-rules.begun.v1"

    class RuleSet(Aggregate.Event):
        """A rule holds, or holds otherwise, for what falls due after `act.at`."""

        TOPIC = "escalation-rules.rule-set.v1"
        rule: EscalationRule

    class RuleDropped(Aggregate.Event):
        """The rule holds no longer; what was escalated stays so."""

        TOPIC = "escalation-rules.rule-dropped.v1"
        code: str

    # Decide

    @classmethod
    def begin_with(cls, act: Act) -> EscalationRules:
        """Begin the company's rules."""
        return cls.begin(cls.Begun, id=escalation_rules_id(), act=act)

    def set_rule(self, rule: EscalationRule, act: Act) -> None:
        """Let a rule hold from now on; the same again records nothing."""
        if self.rules.get(rule.code) != rule:
            self.trigger_event(self.RuleSet, act=act, rule=rule)

    def drop_rule(self, code: str, act: Act) -> None:
        """Let a rule hold no longer. Raises `EscalationRuleUnknown` for one that never was."""
        if code in self.dropped:
            return
        require(code in self.rules, EscalationRuleUnknown, code=code)
        self.trigger_event(self.RuleDropped, act=act, code=code)

    # Answers

    def rule(self, code: str) -> EscalationRule:
        """The rule with this code. Raises `EscalationRuleUnknown`."""
        require(code in self.rules, EscalationRuleUnknown, code=code)
        return self.rules[code]

    # Evolve

    @event(Begun)
    def __init__(self) -> None:
        self.rules: Mapping[str, EscalationRule] = {}
        self.since: Mapping[str, datetime] = {}
        self.dropped: frozenset[str] = frozenset()

    @event(RuleSet)
    def _rule_set(self, act: Act, rule: EscalationRule) -> None:
        self.rules = {**self.rules, rule.code: rule}
        self.since = {**self.since, rule.code: act.at}
        self.dropped = self.dropped - {rule.code}

    @event(RuleDropped)
    def _rule_dropped(self, code: str) -> None:
        self.rules = {key: rule for key, rule in self.rules.items() if key != code}
        self.dropped = self.dropped | {code}
