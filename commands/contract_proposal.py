"""What people may ask about proposals of contracts (proposte di contratto): revised, sent, answered, expired."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.contract_proposal import ContractProposal
from aggregates.contract_proposal_refusals import ProposalLineUnknown
from aggregates.contract_proposal_values import ProposalTerms, ProposedLine
from aggregates.proposal_terms import Offer
from aggregates.values import Money, PersonRef, Value, rome_date
from commands.base import Answer, Command, Service
from commands.contract_from_proposal import put_into_contract
from commands.proposal_making import running_contract
from commands.quote_answer import Person
from commands.words import Words


class ProposedLineChange(Value):
    """What is offered otherwise for some of the goods."""

    line_id: UUID
    annual_fee: Money | None = Field(default=None, description="A year's fee for the whole line.")
    is_left_out: bool = Field(default=False, description="Nothing is offered for these goods any more.")


class ReviseContractProposal(Command):
    """Offer otherwise: other fees, fewer goods, another contract; the revision before can no longer be accepted."""

    proposal_id: UUID
    changes: tuple[ProposedLineChange, ...] = ()
    offer: Offer | None = Field(default=None, description="The contract offered from now on; left out, it stays.")
    joins_running: bool | None = Field(
        default=None, description="True: its lines join the contract that runs; false: a contract of its own."
    )


class SendContractProposal(Command):
    """Send the last revision; its validity runs from today."""

    proposal_id: UUID
    channel: str = Field(default="email", examples=["email"])
    sent_to: Person | None = None


class AcceptContractProposal(Command):
    """Record the customer's yes: delivered goods become a signed contract, or lines of the one that runs, at once.

    Goods that are not delivered yet follow when a sale tells their delivery. A second yes answers the same contract.
    """

    proposal_id: UUID
    revision: int = Field(ge=0)
    person: Person
    channel: str = Field(examples=["signature", "email", "phone"])
    clause_approved: bool = Field(default=False, description="Tacit renewal was approved separately (R1.6).")
    suspension_approved: bool = Field(default=False, description="The right to suspend was approved (R1.10).")


class RejectContractProposal(Command):
    """Record that nothing comes of a proposal, with the reason."""

    proposal_id: UUID
    reason: Words = Field(min_length=2, examples=["Prezzo troppo alto"])


class ExpireContractProposal(Command):
    """Let a proposal expire whose last day has passed."""

    proposal_id: UUID


def revise_contract_proposal(cmd: ReviseContractProposal, act: Act, service: Service) -> Answer:
    """Handles `ReviseContractProposal`. Raises `ProposalLineUnknown` and what a proposal refuses."""
    proposal = service.load(ContractProposal, cmd.proposal_id)
    terms, offer = proposal.terms, cmd.offer or proposal.terms.offer
    lines = _changed(proposal, cmd.changes)
    contract = terms.contract
    if cmd.joins_running is not None or cmd.offer is not None:
        joins = cmd.joins_running if cmd.joins_running is not None else contract is not None
        site = proposal.customer.destination
        on = min((line.starts_on for line in lines if line.starts_on), default=rome_date(act.at))
        found = running_contract(service, proposal.customer.party_id, offer, site.site_id if site else None, on)
        contract = found if joins else None
    proposal.revise(ProposalTerms(offer=offer, contract=contract, lines=lines), act)
    service.save(proposal)
    return _answer(proposal)


def send_contract_proposal(cmd: SendContractProposal, act: Act, service: Service) -> Answer:
    """Handles `SendContractProposal`."""
    proposal = service.load(ContractProposal, cmd.proposal_id)
    proposal.send(cmd.channel, _person(cmd.sent_to, service) if cmd.sent_to else None, act)
    service.save(proposal)
    return _answer(proposal)


def accept_contract_proposal(cmd: AcceptContractProposal, act: Act, service: Service) -> Answer:
    """Handles `AcceptContractProposal`."""
    proposal = service.load(ContractProposal, cmd.proposal_id)
    proposal.accept(
        cmd.revision,
        _person(cmd.person, service),
        cmd.channel,
        act,
        clause_approved=cmd.clause_approved,
        suspension_approved=cmd.suspension_approved,
    )
    put_into_contract(service, proposal, act)
    service.save(proposal)
    return _answer(proposal)


def reject_contract_proposal(cmd: RejectContractProposal, act: Act, service: Service) -> None:
    """Handles `RejectContractProposal`."""
    proposal = service.load(ContractProposal, cmd.proposal_id)
    proposal.reject(cmd.reason, act)
    service.save(proposal)


def expire_contract_proposal(cmd: ExpireContractProposal, act: Act, service: Service) -> None:
    """Handles `ExpireContractProposal`."""
    proposal = service.load(ContractProposal, cmd.proposal_id)
    proposal.expire(act)
    service.save(proposal)


def _changed(proposal: ContractProposal, changes: tuple[ProposedLineChange, ...]) -> tuple[ProposedLine, ...]:
    by_id = {change.line_id: change for change in changes}
    known = {line.line_id for line in proposal.terms.lines}
    for line_id in by_id:
        require(line_id in known, ProposalLineUnknown, number=proposal.number, line_id=str(line_id))
    return tuple(
        line if by_id.get(line.line_id) is None else _with(line, by_id[line.line_id])
        for line in proposal.terms.lines
        if line.line_id not in by_id or not by_id[line.line_id].is_left_out
    )


def _with(line: ProposedLine, change: ProposedLineChange) -> ProposedLine:
    fee = change.annual_fee
    return line if fee is None else line.model_copy(update={"annual_fee": fee.amount})


def _person(person: Person, service: Service) -> PersonRef:
    fields = person.model_dump(exclude={"person_id"})
    return PersonRef(person_id=person.person_id or service.new_id("person"), **fields)


def _answer(proposal: ContractProposal) -> Answer:
    return {
        "proposal_id": proposal.id,
        "number": proposal.number,
        "revision": proposal.revision,
        "status": proposal.status,
        "annual_total": str(proposal.terms.annual_total),
        "valid_until": proposal.sent.valid_until if proposal.sent else None,
        "contract_id": proposal.contract.id if proposal.contract else None,
        "contract_number": proposal.contract.number if proposal.contract else None,
        "awaits_delivery": [
            line.description for line in proposal.terms.lines if line.line_id not in proposal.contracted
        ]
        if proposal.is_agreed
        else [],
    }
