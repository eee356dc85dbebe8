"""How sold goods become proposals (formazione delle proposte): grouped by what is offered, told more later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.contract_proposal import ContractProposal
from aggregates.contract_proposal_values import ProposalTerms, ProposedLine, lines_told
from aggregates.contract_state import ContractStatus
from aggregates.counterparty import Counterparty
from aggregates.number_register import NumberRegister, register_id
from aggregates.party import Party, PartyNature
from aggregates.proposal_terms import Offer, ProposalRule
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.rules.numbering import Document
from aggregates.rules.proposals import annual_fee, legal_end, serves_from
from aggregates.rules.sold_goods import Lot, SaleDocument
from aggregates.sold_goods import SoldGoods
from aggregates.values import Value, rome_date
from commands.base import Service
from commands.number_register import take_number

LATEST = 5
"""How many of a customer's last proposals are looked at for a contract made just now."""


class Sold(Value):
    """Goods of a sale with the rule that speaks of them and the items they are in the installed base."""

    lot: Lot
    rule: ProposalRule
    items: tuple[UUID, ...] = ()


def make_proposals(
    service: Service, party: Party, goods: SoldGoods, document: SaleDocument, sold: Sequence[Sold], act: Act
) -> list[ContractProposal]:
    """One proposal for all goods of a document that can be in one contract."""
    return [_make(service, party, goods, document, offer, group, act) for offer, group in _grouped(sold)]


def tell_proposal(
    service: Service, party: Party, proposal_id: UUID, document: SaleDocument, sold: Sequence[Sold], act: Act
) -> ContractProposal:
    """Add to a proposal what a later document says of its goods."""
    proposal = service.load(ContractProposal, proposal_id)
    told = []
    for one in sold:
        known = proposal.terms.line(one.lot.lot_id) or proposal.terms.line(one.lot.split_from or one.lot.lot_id)
        if known is not None:
            offer = proposal.terms.offer.model_copy(update={"fee": known.fee})
            told.append(proposed_line(party, one, offer))
    proposal.tell_goods(document, lines_told(proposal.terms.lines, told), act)
    service.save(proposal)
    return proposal


def proposed_line(party: Party, sold: Sold, offer: Offer) -> ProposedLine:
    """Goods as a line of a proposal: their fee by the offer, served from the day that it says."""
    lot, is_consumer = sold.lot, party.nature is PartyNature.CONSUMER
    until = None
    if lot.delivered_on is not None:
        until = legal_end(lot.delivered_on, sold.rule.warranties, is_consumer=is_consumer)
    shared = {"article_code", "description", "quantity", "unit", "amount", "serials", "site_id", "delivered_on"}
    return ProposedLine(
        line_id=lot.lot_id,
        split_from=lot.split_from,
        serial_item_ids=sold.items,
        starts_on=serves_from(offer.starts, lot.delivered_on, until),
        annual_fee=annual_fee(offer.fee, lot.quantity, lot.amount),
        fee=offer.fee,
        rule_code=sold.rule.code,
        covered=offer.covered,
        service=offer.service,
        **{name: getattr(lot, name) for name in shared},
    )


def _grouped(sold: Sequence[Sold]) -> list[tuple[Offer, list[Sold]]]:
    groups: list[tuple[Offer, list[Sold]]] = []
    for one in sold:
        offer = one.rule.offer
        if offer is not None:
            group = next((its for first, its in groups if first.goes_with(offer)), None)
            if group is None:
                groups.append((offer, [one]))
            else:
                group.append(one)
    return groups


def _make(
    service: Service,
    party: Party,
    goods: SoldGoods,
    document: SaleDocument,
    offer: Offer,
    sold: Sequence[Sold],
    act: Act,
) -> ContractProposal:
    lines = tuple(proposed_line(party, one, one.rule.offer or offer) for one in sold)
    proposal_id = uuid5(goods.id, f"{document.key}/{lines[0].line_id}")
    proposal = ContractProposal.make(
        proposal_id,
        _number(service, proposal_id, act),
        rome_date(act.at),
        Counterparty.of(party, document.site_id),
        document,
        SourceRef(kind="sold-goods", id=goods.id, number=document.number, version=goods.version),
        ProposalTerms(offer=offer, contract=_running(service, party, goods, offer, document, lines), lines=lines),
        act,
    )
    goods.offer(proposal.id, tuple(line.line_id for line in lines), act)
    service.save(proposal, goods)
    return proposal


def _number(service: Service, proposal_id: UUID, act: Act) -> str:
    """The next number of the year; a sale recorded late takes it under the last date given (R8.4)."""
    today = rome_date(act.at)
    register = service.find(NumberRegister, register_id(Document.PROPOSAL, "", today.year))
    dated_on = max(today, register.last_on) if register and register.last_on else today
    return take_number(service, Document.PROPOSAL, proposal_id, dated_on, act)


def _running(
    service: Service,
    party: Party,
    goods: SoldGoods,
    offer: Offer,
    document: SaleDocument,
    lines: Sequence[ProposedLine],
) -> RecordRef | None:
    """The customer's contract of that kind that runs when the goods are served: they are offered to it (CON-3)."""
    on = min((line.starts_on for line in lines if line.starts_on), default=document.dated_on)
    return running_contract(service, party.id, offer, document.site_id, on) or _just_made(service, goods, offer, on)


def _just_made(service: Service, goods: SoldGoods, offer: Offer, on: date) -> RecordRef | None:
    """A contract that an earlier sale made a moment ago: the read models may not know it yet."""
    for proposal_id in list(dict.fromkeys(reversed(goods.offers.values())))[:LATEST]:
        proposal = service.find(ContractProposal, proposal_id)
        if proposal is not None and proposal.contract is not None:
            contract = service.load(Contract, proposal.contract.id)
            header = contract.state.header
            is_alike = (header.kind, header.determination) == (offer.kind, offer.determination)
            if is_alike and contract.state.status(on) is ContractStatus.ACTIVE:
                return proposal.contract
    return None


def running_contract(
    service: Service, customer_id: UUID, offer: Offer, site_id: UUID | None, on: date
) -> RecordRef | None:
    """The customer's running contract that an offer's goods can join."""
    found = service.lookups.running_contract(customer_id, offer.kind, offer.determination, site_id, on)
    contract = service.find(Contract, found) if found else None
    return RecordRef(kind="contract", id=contract.id, number=contract.state.number) if contract else None
