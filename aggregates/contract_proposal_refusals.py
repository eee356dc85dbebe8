"""What a proposal of a contract can say no with (rifiuti della proposta); each docstring is what the user reads."""

from __future__ import annotations

from aggregates.base import Refusal


class ProposalLinesMissing(Refusal):
    """A proposal needs at least one line; reject it instead of taking all its lines away."""

    status = 422


class ProposalLineUnknown(Refusal):
    """Proposal {number} has no line {line_id}."""

    status = 404


class ProposalUnpriced(Refusal):
    """The annual fee of {description} is not known, because its price is not; revise the proposal and give the fee."""


class ProposalNotSent(Refusal):
    """Proposal {number} is {status}; send it first, so that the customer knows what is accepted."""


class ProposalRevised(Refusal):
    """Revision {revision} was replaced by revision {latest}; send that one and have it accepted."""


class ProposalIsAccepted(Refusal):
    """Proposal {number} was already accepted; change the contract it became instead."""


class ProposalIsRejected(Refusal):
    """Proposal {number} was rejected; revise it to make another offer."""


class ProposalExpired(Refusal):
    """Proposal {number} was valid until {valid_until}; revise it and send it again."""


class ProposalStillValid(Refusal):
    """Proposal {number} is valid until {valid_until}; it expires after that day."""


class RunningContractOver(Refusal):
    """Contract {contract}, to which proposal {number} adds lines, is {status}; revise it to a contract of its own."""
