"""A contract's content: the header, what is served, the fees of the term, the clauses (R1.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from aggregates.contract import Contract
from aggregates.contract_state import ContractState
from aggregates.contract_terms import ContractLine, FeeDetermination
from aggregates.party import Party
from aggregates.rules.billing import instalments
from aggregates.values import Address, Period
from projections.documents import contract_words as words
from projections.documents.content import Site, Source
from projections.documents.content_contract import ContractContent, FeeInstalment, ServedLine
from projections.documents.identities import customer_of, own_letterhead, site_of
from projections.documents.records import ContentMissing, Records
from projections.documents.words import payment

NOTHING = Decimal("0.00")


def contract(
    record: Contract, fact: Contract.DocumentAsked, records: Records, *, company_id: UUID, source: Sequence[Source]
) -> ContractContent:
    """The contract as it stood when its document was asked for. Raises `ContentMissing`."""
    state, header = record.state, record.state.header
    party = records.find(Party, header.customer_id)
    if party is None or state.number is None or state.signed_on is None:
        raise ContentMissing("The contract's customer is not known.")
    term, last_notice_on = state.terms[-1], state.last_notice_on
    ends_on = state.ends_on or term.ends_on
    own = tuple(words.clauses(header, ends_on, last_notice_on or ends_on))
    lines = tuple(_line(state, line) for line in _shown(state.on(fact.dated_on)))
    service = header.service or next((line.service for line in state.lines if line.service), None)
    return ContractContent(
        issuer=own_letterhead(records, company_id),
        customer=customer_of(party, _site_address(party, header.site_id)),
        source=tuple(source),
        number=state.number,
        issued_on=fact.dated_on,
        signed_on=state.signed_on,
        kind_name=header.template or words.KINDS[header.kind],
        subject=header.title or None,
        site=_site(party, header.site_id),
        term=Period(starts_on=min(term.starts_on, ends_on), ends_on=ends_on),
        renewal=words.renewal(is_tacit=header.tacit_renewal, term_months=header.term_months, notice=header.notice),
        customer_reference=_reference(state),
        lines=lines,
        annual_total=_annual_total(state, lines),
        fee_terms=words.fee_terms(header.step_months, header.timing, header.offset_days),
        payment_terms=payment(header.payment_terms, header.payment_method),
        service_hours=words.service_hours(service),
        service_levels=words.service_levels(service),
        instalments=tuple(fee_calendar(state, term)),
        clauses=(*own, *fact.clauses),
        notes=(header.printable_notes,) if header.printable_notes else (),
    )


def fee_calendar(state: ContractState, term: Period) -> Iterator[FeeInstalment]:
    """The fees of a term, period by period: what billing makes due, summed over the lines."""
    terms = state.fee_terms()
    if terms is None:
        return
    found = (each for each in instalments(terms, None, None) if term.holds(each.period.starts_on))
    for _, parts in groupby(found, key=lambda each: each.key.number):
        listed = list(parts)
        yield FeeInstalment(
            period=Period(
                starts_on=min(each.period.starts_on for each in listed),
                ends_on=max(each.period.ends_on for each in listed),
            ),
            billing_on=min(each.billing_on for each in listed),
            amount=sum((each.amount for each in listed), NOTHING),
        )


def _shown(state: ContractState) -> Iterator[ContractLine]:
    """What is served in the last term: a line that ended before is not."""
    for line in state.lines:
        if line.ends_on is None or line.ends_on >= state.terms[-1].starts_on:
            yield line


def _line(state: ContractState, line: ContractLine) -> ServedLine:
    by_line = state.header.determination is not FeeDetermination.HEADER_AMOUNT
    first_on = state.terms[0].starts_on
    return ServedLine(
        description=line.description,
        code=line.article_code or None,
        quantity=line.quantity,
        serials=line.serials,
        starts_on=line.starts_on if line.starts_on and line.starts_on > first_on else None,
        ends_on=line.ends_on,
        annual_fee=_annual_fee(state, line) if by_line else None,
        covered=words.covered(line.covered),
    )


def _annual_fee(state: ContractState, line: ContractLine) -> Decimal:
    """The fee of a year as it is in the last term, after adjustments (R1.20)."""
    terms = state.fee_terms()
    found = next((each for each in terms.lines if each.line_id == line.line_id), None) if terms else None
    begun = [fee for fee in found.fees if fee.from_on <= state.terms[-1].ends_on] if found else []
    return begun[-1].annual_fee if begun else line.net_annual_fee


def _annual_total(state: ContractState, lines: Sequence[ServedLine]) -> Decimal:
    header = state.header
    if header.determination is FeeDetermination.HEADER_AMOUNT:
        terms = state.fee_terms()
        begun = [fee for fee in terms.lines[0].fees if fee.from_on <= state.terms[-1].ends_on] if terms else []
        return begun[-1].annual_fee if begun else header.annual_fee.amount if header.annual_fee else NOTHING
    return sum((line.annual_fee or NOTHING for line in lines), NOTHING)


def _site(party: Party, site_id: UUID | None) -> Site | None:
    site = party.sites.get(site_id) if site_id else None
    return site_of(site) if site else None


def _site_address(party: Party, site_id: UUID | None) -> Address | None:
    site = party.sites.get(site_id) if site_id else None
    return site.address if site else None


def _reference(state: ContractState) -> str | None:
    header = state.header
    parts = (
        f"ordine {header.order_number}" if header.order_number else "",
        f"del {words.day(header.order_on)}" if header.order_number and header.order_on else "",
        f"CIG {header.cig}" if header.cig else "",
        f"CUP {header.cup}" if header.cup else "",
    )
    return " ".join(part for part in parts if part) or None
