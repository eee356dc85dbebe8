"""What people may ask about interest for late payment (interessi di mora): a proposal that charges it (R1.11)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.exchange_receipt import ExchangeState
from aggregates.invoice import Invoice
from aggregates.invoice_values import DocumentKind, InvoiceLine, Terms
from aggregates.late_interest import KIND, Claim, ClaimEmpty, LateInterestClaim, claim_id, claim_lines, claimable
from aggregates.open_item import OpenItem, OpenItemKind
from aggregates.party import Party, PartyNature
from aggregates.rules.late_interest import LateInterestTerms
from aggregates.values import Money, rome_date
from commands.base import Answer, Command, Service
from commands.company import parameters
from commands.payables import Owed, payable, reference_of
from commands.work_billing import hold


class InterestNotClaimed(Refusal):
    """{customer} is no business: the law's interest for late payment is charged between businesses (R1.11)."""

    status = 422


class NothingLate(Refusal):
    """Nothing of {customer} was paid late, or all of it is claimed already."""


class ProposeLateInterest(Command):
    """Propose an invoice for interest and costs of recovery on what a customer paid late or still owes (R1.11).

    Nothing is charged until that proposal is issued; discarded, it can be claimed again. No day is claimed twice.
    """

    customer_id: UUID
    until: date | None = Field(default=None, description="Interest on what is still open runs to this day; or today.")
    record_ids: tuple[UUID, ...] | None = Field(default=None, description="Only these invoices or open items.")
    invoice_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")


def propose_late_interest(cmd: ProposeLateInterest, act: Act, service: Service) -> Answer:
    """Handles `ProposeLateInterest`. Raises `InterestNotClaimed`, `NothingLate`."""
    today = rome_date(act.at)
    until, ours = cmd.until or today, parameters(service, today)
    party = service.load(Party, cmd.customer_id)
    terms = ours.late_interest or LateInterestTerms()
    is_public = party.nature is PartyNature.PUBLIC_BODY and terms.from_public_bodies
    require(is_public or party.nature is PartyNature.BUSINESS, InterestNotClaimed, customer=party.name)
    records = cmd.record_ids
    if records is None:
        records = tuple(service.lookups.records_paid_late(cmd.customer_id, until))
    service.preload(*records)
    claims = [claim for each in records if (claim := _claim(service, payable(service, each), until, terms, act))]
    require(bool(claims), NothingLate, customer=party.name)
    lines: list[InvoiceLine] = []
    for claim in claims:
        lines += claim_lines(claim.id, claim.claim, len(lines) + 1)
    invoice = Invoice.propose(
        cmd.invoice_id or service.new_id(),
        Terms(
            customer_id=party.id,
            payment_terms=party.terms.payment_terms or ours.payment_terms,
            payment_method=party.terms.payment_method or ours.payment_method,
        ),
        lines,
        until,
        act,
    )
    hold(service, claims, invoice.id, act)
    service.save(invoice)
    interest = sum((claim.claim.interest for claim in claims), start=claims[0].claim.interest * 0)
    recovery = sum((claim.claim.recovery for claim in claims), start=interest * 0)
    return {
        "invoice_id": invoice.id,
        "interest": Money(amount=interest),
        "recovery": Money(amount=recovery),
        "total": Money(amount=interest + recovery),
        "claims": [claim.claim.model_dump(mode="json") for claim in claims],
    }


def _claim(service: Service, owed: Owed, until: date, terms: LateInterestTerms, act: Act) -> LateInterestClaim | None:
    """The claim for a document, new or counted anew; None when there is nothing to claim or an invoice holds it."""
    if not _bears_interest(owed):
        return None
    before: list[Claim] = []
    while (known := service.find(LateInterestClaim, claim_id(owed.id, len(before)))) is not None and known.is_settled:
        before.append(known.claim)
    if known is not None and known.billed_by is not None:
        return None
    parts, recovery = claimable(owed.settlement, before, until, terms)
    claim = Claim(
        record=reference_of(owed),
        customer_id=owed.terms.customer_id,
        issued_on=owed.terms.issued_on if isinstance(owed, OpenItem) else owed.require_issued().issued_on,
        until_on=until,
        parts=parts,
        recovery=recovery,
    )
    try:
        if known is None:
            known = LateInterestClaim.make(claim_id(owed.id, len(before)), claim, act)
        else:
            known.revise(claim, act)
    except ClaimEmpty:
        return None
    service.save(known)
    return known


def _bears_interest(owed: Owed) -> bool:
    """Invoices that count as issued; not those that charge such interest themselves."""
    if isinstance(owed, OpenItem):
        return owed.terms.kind is OpenItemKind.INVOICE
    document = owed.require_issued()
    is_interest = all(line.source.kind == KIND for line in document.lines)
    is_refused = owed.exchange_state is ExchangeState.REFUSED
    return document.kind is DocumentKind.INVOICE and not is_interest and not is_refused
