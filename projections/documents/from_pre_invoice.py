"""A pre-invoice statement's content: the proposal as it stood, taxed as it would be on that day, each line's why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from aggregates.company import Company
from aggregates.invoice import Invoice
from aggregates.invoice_draft import Frame, drafted
from aggregates.invoice_values import IssuedDocument, IssuedLine, PaymentNotice, billed_customer
from aggregates.law_table import DEFAULT_LAW, LawTable, law_table_id
from aggregates.party import Party
from aggregates.rules.billing import FEE
from projections.documents import contract_words as words
from projections.documents.amounts import vat_summary
from projections.documents.content import Source
from projections.documents.content_invoice import DueDate
from projections.documents.content_pre_invoice import PreInvoiceContent, StatedLine
from projections.documents.identities import billed, letterhead, site_of
from projections.documents.records import ContentMissing, Records
from projections.documents.words import payment


def pre_invoice(
    proposal: Invoice,
    number: str,
    dated_on: date,
    notice: PaymentNotice | None,
    records: Records,
    *,
    company_id: UUID,
    source: Sequence[Source],
) -> PreInvoiceContent:
    """What would be invoiced on the day of the statement; a notice of payment asks for it. Raises `ContentMissing`."""
    document = _document(proposal, dated_on, records, company_id)
    payable = notice.payable if notice else document.payable
    return PreInvoiceContent(
        issuer=letterhead(document.seller),
        customer=billed(document.customer),
        source=tuple(source),
        number=number,
        issued_on=dated_on,
        asks_payment=notice is not None,
        site=site_of(document.site) if document.site else None,
        reasons=tuple(reason for reason in document.reasons if reason.strip()),
        lines=tuple(_line(line) for line in document.lines),
        summaries=tuple(vat_summary(each) for each in document.summaries),
        taxable=document.taxable,
        tax=document.tax,
        total=document.total,
        payable=payable,
        payment_terms=payment(document.payment_terms, document.payment_method),
        due_dates=tuple(
            DueDate.model_validate(
                {
                    "due_on": part.due_on,
                    "amount": part.amount,
                    "method": document.payment_method.fatturapa_code,
                    "iban": document.iban or None,
                }
            )
            for part in (notice.due_dates if notice else document.due_dates)
        ),
    )


def _document(proposal: Invoice, on: date, records: Records, company_id: UUID) -> IssuedDocument:
    company, party = records.find(Company, company_id), records.find(Party, proposal.terms.customer_id)
    if company is None or party is None or party.address is None:
        raise ContentMissing("The customer's address is not known; add it to the customer.")
    table = records.find(LawTable, law_table_id())
    ours = company.parameters_on(on)
    charges = party.terms.charge_stamp_duty
    frame = Frame(
        seller=company.identity,
        customer=billed_customer(party.id, party, party.address, on),
        law=table.terms if table else DEFAULT_LAW,
        site=party.sites.get(proposal.terms.site_id) if proposal.terms.site_id else None,
        charges_stamp_duty=ours.charge_stamp_duty if charges is None else charges,
    )
    return drafted(proposal.terms, proposal.lines, frame, on).model_copy(update={"reasons": proposal.reasons})


def _line(line: IssuedLine) -> StatedLine:
    shared = {"description", "quantity", "unit_price", "price_per", "discounts", "amount", "period", "serials"}
    return StatedLine(
        code=line.code or None,
        unit=line.unit or None,
        note=line.note or None,
        vat_rate=line.treatment.rate,
        vat_nature=line.treatment.nature,
        why=_why(line),
        **{name: getattr(line, name) for name in shared},
    )


def _why(line: IssuedLine) -> str | None:
    """Why the line is there; the reasons of fees are told anew, because the customer reads Italian."""
    source, period = line.source, line.period
    if source.kind != FEE or source.key is None or period is None:
        return source.told or None
    contract = f" del contratto {source.contract_number}" if source.contract_number else ""
    when = f"; da fatturare dal {words.day(source.billing_on)}" if source.billing_on else ""
    return f"Canone del periodo n. {source.key.number}{contract}: {period.days} giorni{when}."
