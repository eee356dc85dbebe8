"""How an agreed proposal becomes a contract (da proposta a contratto): its delivered goods, in the same append.

The first delivered goods make the contract, later ones join it from their own first day, in proportion (R1.13). Goods
that are not delivered are not served yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from aggregates.base import Act, require
from aggregates.contract import Contract
from aggregates.contract_proposal import ContractProposal
from aggregates.contract_proposal_refusals import RunningContractOver
from aggregates.contract_proposal_values import ProposedLine
from aggregates.contract_state import IN_FORCE, ContractStatus
from aggregates.contract_terms import ContractLine, FeeDetermination
from aggregates.record_ref import RecordRef
from aggregates.rules.proposals import piece_fees
from aggregates.values import Money, rome_date
from commands.base import Service
from commands.contract import DraftContract, SignContract, draft_contract, sign_contract

OPEN = (*IN_FORCE, ContractStatus.SIGNED)


def put_into_contract(service: Service, proposal: ContractProposal, act: Act) -> None:
    """Put the goods that are ready into the proposal's contract, made and signed now where there is none.

    Nothing ready changes nothing. Raises `RunningContractOver` and what a contract refuses.
    """
    lines = proposal.ready()
    if not lines:
        return
    known = proposal.contract or proposal.terms.contract
    if known is None:
        contract = _made(service, proposal, lines, act)
    else:
        contract = service.load(Contract, known.id)
        _require_open(proposal, contract, rome_date(act.at))
        _add(contract, lines, act)
    service.save(contract)
    ref = RecordRef(kind="contract", id=contract.id, number=contract.state.number)
    proposal.become(ref, tuple(line.line_id for line in lines), act)
    service.save(proposal)


def _made(service: Service, proposal: ContractProposal, lines: Sequence[ProposedLine], act: Act) -> Contract:
    offer, starts_on = proposal.terms.offer, min(line.starts_on for line in lines if line.starts_on)
    is_fixed = offer.determination is FeeDetermination.HEADER_AMOUNT
    site = proposal.customer.destination
    same = {
        "kind", "nature", "template", "title", "term_months", "step_months", "timing", "offset_days", "alignment",
        "first_period", "tacit_renewal", "notice",
    }  # fmt: skip
    asked = DraftContract(
        contract_id=uuid5(proposal.id, "contract"),
        customer_id=proposal.customer.party_id,
        site_id=site.site_id if site else None,
        starts_on=starts_on,
        determination=offer.determination,
        annual_fee=offer.fee.amount if is_fixed else None,
        service=offer.service,
        clause_approved=proposal.clause_approved,
        suspension_approved=proposal.suspension_approved,
        **{name: getattr(offer, name) for name in same},
    )
    draft_contract(asked, act, service)
    contract = service.load(Contract, uuid5(proposal.id, "contract"))
    _add(contract, lines, act)
    sign_contract(SignContract(contract_id=contract.id, signed_on=proposal.agreed_on), act, service)
    return contract


def _require_open(proposal: ContractProposal, contract: Contract, on: date) -> None:
    status = contract.state.status(on)
    number = contract.state.number
    require(status in OPEN, RunningContractOver, contract=number, number=proposal.number, status=status)


def _add(contract: Contract, lines: Sequence[ProposedLine], act: Act) -> None:
    """A line for each serial and one for pieces without; none begins before the contract does."""
    begins_on = contract.state.terms[0].starts_on if contract.state.terms else contract.state.header.starts_on
    by_line = contract.state.header.determination is FeeDetermination.SUM_OF_LINES
    for line in lines:
        for contract_line in contract_lines(line, by_line=by_line):
            starts_on = max(day for day in (begins_on, line.starts_on) if day is not None)
            contract.add_line(contract_line.model_copy(update={"starts_on": starts_on}), act)


def contract_lines(line: ProposedLine, *, by_line: bool = True) -> Iterator[ContractLine]:
    """The lines of a contract that proposed goods become; their fees sum to the proposed one (R0.3)."""
    fees = piece_fees(line.annual_fee or Decimal("0.00"), line.quantity, line.serials)
    bare = line.quantity - len(line.serials)
    pieces: list[tuple[str | None, UUID | None]] = [
        (serial, line.serial_item_ids[place] if place < len(line.serial_item_ids) else None)
        for place, serial in enumerate(line.serials)
    ]
    pieces += [(None, None)] if bare > 0 else []
    for (serial, item_id), fee in zip(pieces, fees, strict=True):
        count = "" if serial or bare == 1 else f" ({bare:f} {line.unit})"
        yield ContractLine(
            line_id=uuid5(line.line_id, serial or "-"),
            description=f"{line.description}{count}"[:1000],
            article_code=line.article_code,
            serial_item_ids=(item_id,) if item_id else (),
            serials=(serial,) if serial else (),
            site_id=line.site_id,
            annual_fee=Money(amount=fee) if by_line else None,
            covered=line.covered,
            service=line.service,
        )
