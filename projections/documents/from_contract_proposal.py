"""A proposal's content: the revision that was sent, what it offers for which goods (CON-10)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from aggregates.company import Company
from aggregates.contract_proposal import ContractProposal
from aggregates.contract_proposal_values import ProposedLine
from aggregates.contract_terms import FeeDetermination
from aggregates.proposal_terms import FeeBasis, Offer
from aggregates.rules.sold_goods import SaleDocumentKind
from projections.documents import contract_words as words
from projections.documents.content import Source
from projections.documents.content_contract import ContractProposalContent, ServedLine
from projections.documents.identities import counterparty, own_letterhead, site_of
from projections.documents.records import ContentMissing, Records

SALES = {SaleDocumentKind.ORDER: "ordine", SaleDocumentKind.DELIVERY_NOTE: "DDT", SaleDocumentKind.INVOICE: "fattura"}


def sent_proposal(
    proposal: ContractProposal,
    fact: ContractProposal.Sent,
    records: Records,
    *,
    company_id: UUID,
    source: Sequence[Source],
) -> ContractProposalContent:
    """The revision that was sent. Raises `ContentMissing`."""
    company = records.find(Company, company_id)
    if company is None:
        raise ContentMissing("The company's legal identity is not known: found the company first.")
    offer, terms, document = proposal.terms.offer, proposal.terms, proposal.document
    ours = company.parameters_on(fact.sent_on)
    is_tacit = ours.tacit_renewal if offer.tacit_renewal is None else offer.tacit_renewal
    destination = proposal.customer.destination
    customer = counterparty(proposal.customer)
    if fact.sent_to is not None:
        customer = customer.model_copy(update={"attention": fact.sent_to.name})
    service = offer.service or next((line.service for line in terms.lines if line.service), None)
    return ContractProposalContent(
        issuer=own_letterhead(records, company_id),
        customer=customer,
        source=tuple(source),
        number=proposal.number,
        issued_on=fact.sent_on,
        revision=fact.revision,
        valid_until=fact.valid_until,
        sale=f"{SALES[document.kind]} {document.number} del {words.day(document.dated_on)}",
        joins=terms.contract.number if terms.contract else None,
        kind_name=offer.template or words.KINDS[offer.kind],
        subject=offer.title or None,
        site=site_of(destination) if destination else None,
        lines=tuple(_line(line, offer) for line in terms.lines),
        annual_total=terms.annual_total,
        fee_terms=words.fee_terms(offer.step_months, offer.timing, offer.offset_days),
        term=words.months(offer.term_months),
        renewal=words.renewal(is_tacit=is_tacit, term_months=offer.term_months, notice=offer.notice or ours.notice),
        service_levels=words.service_levels(service),
        needs_second_signature=is_tacit and terms.contract is None,
    )


def _line(line: ProposedLine, offer: Offer) -> ServedLine:
    by_line = offer.determination is not FeeDetermination.HEADER_AMOUNT
    return ServedLine(
        description=line.description,
        code=line.article_code or None,
        quantity=line.quantity,
        serials=line.serials,
        starts_on=line.starts_on,
        annual_fee=(line.annual_fee or Decimal("0.00")) if by_line else None,
        covered=words.covered(line.covered),
        note=_why(line) if by_line else None,
    )


def _why(line: ProposedLine) -> str | None:
    """What the fee follows from, where the offer is as the rule made it."""
    fee = line.fee
    if fee.basis is FeeBasis.PERCENT_OF_PRICE and fee.percent is not None and line.amount is not None:
        return f"{_plain(fee.percent)}% l'anno del prezzo di vendita di € {_plain(line.amount)}"
    if fee.basis is FeeBasis.PER_UNIT and fee.amount is not None and line.quantity != 1:
        return f"€ {_plain(fee.amount.amount)} l'anno ciascuno"
    return None


def _plain(value: Decimal) -> str:
    return f"{value:,f}".translate(str.maketrans(",.", ".,"))
