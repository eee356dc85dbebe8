"""How a proposal becomes a document (emissione): number, document and billed keys in one append."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from aggregates.base import Act, require
from aggregates.contract import Contract
from aggregates.invoice import Invoice
from aggregates.invoice_draft import Frame, drafted, findings
from aggregates.invoice_refusals import (
    DeferredDateOutside,
    DocumentWouldBeRefused,
    LinesBilledTwice,
    PaymentNoticeFirst,
    PaymentRequestedAlready,
)
from aggregates.invoice_values import DocumentKind, DocumentType, InvoiceLine, IssuedDocument, Terms
from aggregates.party import Party
from aggregates.record_ref import RecordRef
from aggregates.rules.billing import FEE
from aggregates.rules.numbering import Document
from aggregates.rules.periods import Timing
from aggregates.rules.send_deadline import month_end
from aggregates.values import Money
from commands.base import Answer, Service
from commands.delivery_note_billing import last_delivery
from commands.invoice_document import by_contract, customer_of, deducted_advances, fee, frame_of, renumbered
from commands.number_register import take_number
from commands.work_billing import mark_billed

TakeNumber = Callable[[UUID], str]
"""The number of a document by its id."""


def issue(
    service: Service,
    invoice: Invoice,
    dated_on: date,
    series: str,
    act: Act,
    take: TakeNumber | None = None,
    *,
    is_paid: bool = False,
    may_repeat: bool = False,
) -> None:
    """Issue a proposed invoice; part of this append. Raises what its contracts, works, register and customer refuse.

    What the exchange system would refuse is found before a number is taken. `take` gives the number, where a run
    numbers many at once; `is_paid` says that a notice of payment was answered (R1.19), `may_repeat` that lines may
    stand on two documents.
    """
    if not is_paid:
        _check_notice(service, invoice)
    invoice.confirm(act)
    lines = renumbered(invoice.lines)
    if not may_repeat:
        _check_repeated(service, invoice)
    check_deferred(service, invoice.terms, lines, dated_on)
    draft = checked_draft(service, invoice, lines, dated_on)
    number = take(invoice.id) if take else take_number(service, Document.INVOICE, invoice.id, dated_on, act, series)
    ref = RecordRef(kind="invoice", id=invoice.id, number=number)
    for contract_id, billed in by_contract(lines).items():
        contract = service.load(Contract, contract_id)
        fees, is_note = [fee(line) for line in billed], draft.kind is DocumentKind.CREDIT_NOTE
        contract.bill(invoice.id, number, dated_on, fees, act, is_credit_note=is_note)
        service.save(contract)
    mark_billed(service, lines, ref, act)
    for advance in deducted_advances(service, lines):
        advance.deduct(ref, act)
        service.save(advance)
    invoice.issue(draft.model_copy(update={"number": number, "series": series}), act)
    service.save(invoice)


def checked_draft(service: Service, invoice: Invoice, lines: Sequence[InvoiceLine], on: date) -> IssuedDocument:
    """The document of a day without its number. Raises `CustomerAddressMissing`, `DocumentWouldBeRefused`."""
    party = service.load(Party, invoice.terms.customer_id)
    site = party.sites.get(invoice.terms.site_id) if invoice.terms.site_id else None
    frame = frame_of(service, invoice, lines, customer_of(party, on), site, on)
    document = drafted(invoice.terms, lines, frame, on).model_copy(update={"reasons": invoice.reasons})
    check_findings(document, frame)
    return document


def check_findings(document: IssuedDocument, frame: Frame) -> None:
    """Raises `DocumentWouldBeRefused`; a credit note that knows no invoice to correct is no reason."""
    found = [each for each in findings(document, frame) if each.code != "LIB04"]
    if found:
        raise DocumentWouldBeRefused(problems=" ".join(f"{e.code} {e.text}" for e in found), findings=tuple(found))


def check_deferred(service: Service, terms: Terms, lines: Sequence[InvoiceLine], dated_on: date) -> None:
    """A deferred invoice is dated in its month, not before its last delivery note (R8.8). `DeferredDateOutside`."""
    if terms.document_type is DocumentType.TD24 and terms.month_on is not None:
        first_on, last_on = last_delivery(service, lines, terms.month_on), month_end(terms.month_on)
        is_inside = first_on <= dated_on <= last_on
        values = {"first_on": str(first_on), "last_on": str(last_on), "dated_on": str(dated_on)}
        require(is_inside, DeferredDateOutside, **values)


def date_of(service: Service, invoice: Invoice, today: date) -> date:
    """The date of a document that nobody dates otherwise: as planned, today, or the end of a deferred one's month."""
    if invoice.planned_on is not None:
        return invoice.planned_on
    terms = invoice.terms
    if terms.document_type is not DocumentType.TD24 or terms.month_on is None:
        return today
    return min(max(today, last_delivery(service, invoice.lines, terms.month_on)), month_end(terms.month_on))


def issued_answer(invoice: Invoice) -> Answer:
    """What a command says of a document it issued."""
    document = invoice.require_issued()
    return {
        "invoice_id": invoice.id,
        "number": document.number,
        "issued_on": document.issued_on,
        "total": Money(amount=document.total),
        "payable": Money(amount=document.payable),
    }


def _check_repeated(service: Service, invoice: Invoice) -> None:
    """What has no key of a contract is billed for the same days once. Raises `LinesBilledTwice`."""
    if any(line.period is not None and line.source.key is None for line in invoice.lines):
        known = service.lookups.repeated_lines(invoice.id)
        require(not known, LinesBilledTwice, documents=", ".join(known))


def _check_notice(service: Service, invoice: Invoice) -> None:
    """What was asked for by a notice is issued when it is paid. Raises `PaymentRequestedAlready`, `PaymentNoticeFirst`.

    A customer who pays by notice is asked so for fees in advance; all else is invoiced as usual.
    """
    if invoice.notice is not None:
        raise PaymentRequestedAlready(number=invoice.notice.number)
    is_asked = service.load(Party, invoice.terms.customer_id).terms.pays_by_notice
    require(not (is_asked and is_advance_fee(service, invoice)), PaymentNoticeFirst)


def is_advance_fee(service: Service, invoice: Invoice) -> bool:
    """Whether every line is a fee that its contract asks for in advance."""
    contracts = {line.source.contract_id for line in invoice.lines if line.source.kind == FEE}
    found = [service.load(Contract, each).state.header for each in contracts if each is not None]
    is_fees_only = bool(found) and all(line.source.kind == FEE for line in invoice.lines)
    return is_fees_only and all(header.timing is Timing.ADVANCE for header in found)
