"""Advances (acconti, TD02): asked for on a contract or quote, deducted from what is billed of it later (R9.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.contract import Contract
from aggregates.contract_rules import require_signed
from aggregates.invoice import Invoice
from aggregates.invoice_refusals import AdvanceOnNothing, ProposalsDiffer
from aggregates.invoice_values import (
    ADVANCE,
    DEDUCTION,
    DocumentType,
    InvoiceLine,
    LineSource,
    OrderReference,
    Terms,
)
from aggregates.party import Party
from aggregates.quote import Quote
from aggregates.quote_supply import quoted_supply, sells_goods
from aggregates.record_ref import RecordRef
from aggregates.rules.vat import Supply
from aggregates.values import Money, rome_date
from commands.base import Answer, Command, Service
from commands.company import parameters

NOTHING = Decimal("0.00")


class ProposeAdvance(Command):
    """Propose an advance invoice (TD02) on an accepted quote or a signed contract; its sum is deducted later.

    What is billed of the quote or contract afterwards deducts it by itself, with a line that names the advance.
    """

    invoice_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    quote_id: UUID | None = None
    contract_id: UUID | None = None
    amount: Money = Field(description="Before VAT.", examples=[{"amount": "300.00"}])
    description: str | None = Field(default=None, examples=["Acconto 30 % all'ordine"])


class DeductAdvance(Command):
    """Deduct an advance from a proposal of the same customer by hand; left out, as much as both allow."""

    invoice_id: UUID
    advance_id: UUID
    amount: Money | None = Field(default=None, description="Before VAT.")


def propose_advance(cmd: ProposeAdvance, act: Act, service: Service) -> Answer:
    """Handles `ProposeAdvance`."""
    about, terms, supply = _about(cmd, act, service)
    kind = "contratto" if about.kind == "contract" else "preventivo"
    line = InvoiceLine(
        number=1,
        description=cmd.description or f"Acconto su {kind} {about.number}",
        unit_price=cmd.amount.amount,
        amount=cmd.amount.amount,
        supply=supply,
        source=LineSource(
            kind=ADVANCE,
            contract_id=about.id if about.kind == "contract" else None,
            contract_number=about.number if about.kind == "contract" else None,
            about=about,
        ),
    )
    require(line.amount > 0, AdvanceOnNothing)
    invoice = Invoice.propose(cmd.invoice_id or service.new_id(), terms, [line], rome_date(act.at), act)
    service.save(invoice)
    return {"invoice_id": invoice.id, "net": line.amount}


def deduct_advance(cmd: DeductAdvance, act: Act, service: Service) -> Answer:
    """Handles `DeductAdvance`."""
    invoice, advance = service.load(Invoice, cmd.invoice_id), service.load(Invoice, cmd.advance_id)
    require(invoice.terms.customer_id == advance.terms.customer_id, ProposalsDiffer)
    amount = cmd.amount.amount if cmd.amount else min(advance.advance_left, _net(invoice.lines))
    advance.propose_deduction(invoice.id, amount, act)
    invoice.add_lines([_line(advance, amount, 1)], None, act)
    service.save(invoice, advance)
    return {"invoice_id": invoice.id, "deducted": amount}


def advances_by_record(service: Service, record_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The advances left to deduct on quotes and contracts, in one question for all."""
    found: dict[UUID, list[UUID]] = {}
    for record_id, advance_id in service.lookups.advances_about(record_ids) if record_ids else ():
        found.setdefault(record_id, []).append(advance_id)
    return found


def deductions(
    service: Service, invoice_id: UUID, lines: Sequence[InvoiceLine], advance_ids: Iterable[UUID], act: Act
) -> list[InvoiceLine]:
    """The lines that take advances off a new proposal, no more than it bills; the advances hold them in this append."""
    found: list[InvoiceLine] = []
    for advance_id in dict.fromkeys(advance_ids):
        advance = service.load(Invoice, advance_id)
        amount = min(advance.advance_left, _net([*lines, *found]))
        if amount > 0:
            advance.propose_deduction(invoice_id, amount, act)
            service.save(advance)
            found.append(_line(advance, amount, len(lines) + len(found) + 1))
    return found


def _about(cmd: ProposeAdvance, act: Act, service: Service) -> tuple[RecordRef, Terms, Supply]:
    """What the advance is on, whose invoice it is, and how the law sees it."""
    if (cmd.quote_id is None) == (cmd.contract_id is None):
        raise AdvanceOnNothing
    if cmd.contract_id is not None:
        contract = service.load(Contract, cmd.contract_id)
        require_signed(contract.state)
        header = contract.state.header
        order = OrderReference(number=header.order_number, ordered_on=header.order_on, cig=header.cig, cup=header.cup)
        terms = Terms(
            customer_id=header.customer_id,
            payment_terms=header.payment_terms,
            payment_method=header.payment_method,
            order=order,
            document_type=DocumentType.TD02,
        )
        return RecordRef(kind="contract", id=contract.id, number=contract.state.number), terms, header.supply
    assert cmd.quote_id is not None
    quote = service.load(Quote, cmd.quote_id)
    quote.check_billable()
    party, ours = service.load(Party, quote.customer.party_id), parameters(service, rome_date(act.at))
    terms = Terms(
        customer_id=party.id,
        payment_terms=party.terms.payment_terms or ours.payment_terms,
        payment_method=party.terms.payment_method or ours.payment_method,
        document_type=DocumentType.TD02,
    )
    accepted = quote.accepted
    supply = quoted_supply(party, None, accepted is not None and sells_goods(accepted.lines, accepted.source))
    return RecordRef(kind="quote", id=quote.id, number=quote.number), terms, supply


def _line(advance: Invoice, amount: Decimal, number: int) -> InvoiceLine:
    issued = advance.require_issued()
    return InvoiceLine(
        number=number,
        description=f"Acconto fattura n. {issued.number} del {issued.issued_on:%d/%m/%Y}",
        unit_price=-amount,
        amount=-amount,
        supply=issued.lines[0].supply,
        source=LineSource(kind=DEDUCTION, record=RecordRef(kind="invoice", id=advance.id, number=issued.number)),
    )


def _net(lines: Iterable[InvoiceLine]) -> Decimal:
    return sum((line.amount for line in lines), NOTHING)
