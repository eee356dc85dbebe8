"""What people may ask about the rules of proposals (regole di proposta), and how other commands find them."""

from __future__ import annotations

from collections.abc import Sequence

from aggregates.base import Act
from aggregates.proposal_rules import ProposalRules, proposal_rules_id
from aggregates.proposal_terms import ProposalRule
from commands.base import Command, Service
from commands.natural_key import part


class SetProposalRule(Command, ProposalRule):
    """Say what the sale of an article offers from a day on: contract, fee, warranties, whether serials are registered.

    The same code and day again corrects the rule; another day begins its next version.
    """


def set_proposal_rule(cmd: SetProposalRule, act: Act, service: Service) -> None:
    """Handles `SetProposalRule`."""
    rules = service.find(ProposalRules, proposal_rules_id()) or ProposalRules.begin_with(act)
    rules.set_rule(part(ProposalRule, cmd), act)
    service.save(rules)


def proposal_rules(service: Service) -> Sequence[ProposalRule]:
    """Every version of every rule; none before the first was set."""
    rules = service.find(ProposalRules, proposal_rules_id())
    return tuple(rules.rules.values()) if rules else ()
