"""ProposalRules (regole di proposta): what the company's sales offer beside the goods, article by article (CON-10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, event
from aggregates.natural_key import KEYS
from aggregates.proposal_terms import ProposalRule


def proposal_rules_id() -> UUID:
    """The id of the one set of rules of a company."""
    return uuid5(KEYS, "proposal-rules")


class ProposalRules(Aggregate):
    """The company's rules, each with its versions by the day they begin."""

    TOPIC = "proposal-rules"

    class Begun(FirstEvent):
        """The company begins to offer contracts with its sales."""

        TOPIC = "proposal-rules.begun.v1"

    class RuleSet(Aggregate.Event):
        """A rule holds from its day on; the same code and day again corrects it. Proposals keep what they froze."""

        TOPIC = "proposal-rules.rule-set.v1"
        rule: ProposalRule

    # Decide

    @classmethod
    def begin_with(cls, act: Act) -> ProposalRules:
        """Begin the company's rules."""
        return cls.begin(cls.Begun, id=proposal_rules_id(), act=act)

    def set_rule(self, rule: ProposalRule, act: Act) -> None:
        """Let a rule hold from its day on; the same again records nothing."""
        if self.rules.get((rule.code, rule.from_on)) != rule:
            self.trigger_event(self.RuleSet, act=act, rule=rule)

    # Evolve

    @event(Begun)
    def __init__(self) -> None:
        self.rules: Mapping[tuple[str, date], ProposalRule] = {}

    @event(RuleSet)
    def _rule_set(self, rule: ProposalRule) -> None:
        self.rules = {**self.rules, (rule.code, rule.from_on): rule}
