"""How the content of each kind of document is made (contenuti): one function a kind, all listed at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from aggregates.attachment import Attachment
from aggregates.call import Call
from aggregates.contract import Contract
from aggregates.contract_proposal import ContractProposal
from aggregates.dunning import Reminder
from aggregates.erasure import Erasure
from aggregates.invoice import Invoice
from aggregates.issued_document import IssuedKind
from aggregates.serial_item import SerialItem
from aggregates.workshop_job import WorkshopJob
from gateways.documents.due_source import DueSource, NotYet
from gateways.documents.makers_accounts import account_statement_content, daily_report_content
from gateways.documents.makers_goods import (
    delivery_note_content,
    pick_list_content,
    purchase_order_content,
    quote_content,
)
from gateways.documents.makers_returns import pickup_receipt_content, rma_label_content
from gateways.documents.table_titles import with_titles
from projections.base import Reader
from projections.documents.content import Content
from projections.documents.content_adjustment_letter import AdjustmentLetterContent
from projections.documents.content_invoice import InvoiceContent
from projections.documents.content_work_report import WorkReportContent
from projections.documents.from_adjustment import adjustment_letter
from projections.documents.from_call import reported_on, work_report
from projections.documents.from_contract import contract
from projections.documents.from_contract_proposal import sent_proposal
from projections.documents.from_contract_reminder import consumer_reminder
from projections.documents.from_erasure import erasure_certificate
from projections.documents.from_invoice import invoice
from projections.documents.from_meter_statement import meter_statement
from projections.documents.from_payment_reminder import payment_reminder
from projections.documents.from_pre_invoice import pre_invoice
from projections.documents.from_serial_history import serial_history
from projections.documents.from_workshop_job import workshop_receipt
from projections.documents.identities import own_letterhead
from projections.documents.records import ContentMissing
from projections.serial_history import every_entry

CALL_NUMBER = "select number from {call} where call_id = %(id)s"
REPORT_NUMBER = "select number from {work_report} where report_id = %(id)s"
ATTACHED = """select attachment_id from {attachment}
               where call_id = %(call_id)s and media_type like 'image/%%'
                 and (record_id = %(report_id)s or activity_id::text = any(%(visits)s)
                      or (kind = 'activity' and record_id::text = any(%(visits)s)))
               order by coalesce(taken_at, attached_at), attachment_id limit 50"""
JOB_NUMBER = "select number from {workshop_job} where job_id = %(id)s"


def _work_report(found: DueSource) -> tuple[WorkReportContent, UUID | None]:
    call = found.record
    if not isinstance(call, Call):
        raise ContentMissing("This is not a call.")
    content = work_report(
        call,
        found.record_id,
        found.records,
        company_id=found.company_id,
        call_number=call.number or _listed_number(found.reader, CALL_NUMBER, call.id),
        number=_listed_number(found.reader, REPORT_NUMBER, found.record_id),
        reported_on=reported_on([recorded.fact for recorded in found.facts], found.record_id),
        attached=_attached(found, call),
        source=found.main,
    )
    return content, call.party_id


def _attached(found: DueSource, call: Call) -> list[Attachment]:
    """What was attached to a report and to its visits by the moment that made it due, in that order."""
    report = call.reports.get(found.record_id)
    visits = [str(done.activity_id) for done in report.performed] if report else []
    asked = {"call_id": call.id, "report_id": found.record_id, "visits": visits}
    listed = found.reader.rows(ATTACHED, asked)
    then = (found.reader.record(row["attachment_id"], known_at=found.last.recorded_at) for row in listed)
    return [file for file in then if isinstance(file, Attachment) and file.attached]


def _listed_number(reader: Reader, query: str, record_id: UUID) -> str:
    """The number that a list gave a record. Raises `NotYet` while the list has not come as far."""
    row = reader.row(query, {"id": record_id})
    if row is None:
        raise NotYet
    return str(row["number"])


def _invoice(found: DueSource) -> tuple[InvoiceContent, UUID | None]:
    fact = found.last.fact
    if not isinstance(fact, Invoice.Issued | Invoice.Resent):
        raise ContentMissing("This is not an issued invoice.")
    return invoice(fact.document, found.main), fact.document.customer.party_id


def _adjustment_letter(found: DueSource) -> tuple[AdjustmentLetterContent, UUID | None]:
    contract, fact = found.record, found.last.fact
    if not isinstance(contract, Contract) or not isinstance(fact, Contract.FeesAdjusted):
        raise ContentMissing("This is not a change of price.")
    content = adjustment_letter(contract, fact, found.records, company_id=found.company_id, source=found.main)
    return content, contract.state.header.customer_id


def _consumer_reminder(found: DueSource) -> tuple[Content, UUID | None]:
    contract, fact = found.record, found.last.fact
    if not isinstance(contract, Contract) or not isinstance(fact, Contract.ConsumerReminded):
        raise ContentMissing("This is not a reminder to a consumer.")
    content = consumer_reminder(contract, fact, found.records, company_id=found.company_id, source=found.main)
    return content, contract.state.header.customer_id


def _contract(found: DueSource) -> tuple[Content, UUID | None]:
    record, fact = found.record, found.last.fact
    if not isinstance(record, Contract) or not isinstance(fact, Contract.DocumentAsked):
        raise ContentMissing("This is not a contract to be printed.")
    content = contract(record, fact, found.records, company_id=found.company_id, source=found.main)
    return content, record.state.header.customer_id


def _contract_proposal(found: DueSource) -> tuple[Content, UUID | None]:
    proposal, fact = found.record, found.last.fact
    if not isinstance(proposal, ContractProposal) or not isinstance(fact, ContractProposal.Sent):
        raise ContentMissing("This is not a proposal that was sent.")
    content = sent_proposal(proposal, fact, found.records, company_id=found.company_id, source=found.main)
    return content, proposal.customer.party_id


def _pre_invoice(found: DueSource) -> tuple[Content, UUID | None]:
    proposal, fact = found.record, found.last.fact
    if not isinstance(proposal, Invoice) or not isinstance(fact, Invoice.StatementIssued | Invoice.PaymentRequested):
        raise ContentMissing("This is not a proposed invoice.")
    notice = fact.notice if isinstance(fact, Invoice.PaymentRequested) else None
    number = fact.notice.number if isinstance(fact, Invoice.PaymentRequested) else fact.number
    on = fact.notice.requested_on if isinstance(fact, Invoice.PaymentRequested) else fact.dated_on
    content = pre_invoice(proposal, number, on, notice, found.records, company_id=found.company_id, source=found.main)
    return content, proposal.terms.customer_id


def _meter_statement(found: DueSource) -> tuple[Content, UUID | None]:
    record, fact = found.record, found.last.fact
    if not isinstance(record, Contract) or not isinstance(fact, Contract.PeriodBilled):
        raise ContentMissing("This is not an invoice of copies.")
    content = meter_statement(record, fact, found.records, company_id=found.company_id, source=found.main)
    return content, record.state.header.customer_id


def _payment_reminder(found: DueSource) -> tuple[Content, UUID | None]:
    fact = found.last.fact
    if not isinstance(fact, Reminder.Confirmed):
        raise ContentMissing("This is not a reminder that goes out.")
    issuer = own_letterhead(found.records, found.company_id)
    return payment_reminder(fact.letter, issuer, found.main), fact.letter.customer.party_id


def _serial_history(found: DueSource) -> tuple[Content, UUID | None]:
    record, fact = found.record, found.last.fact
    if not isinstance(record, SerialItem) or not isinstance(fact, SerialItem.HistoryAsked):
        raise ContentMissing("This is not a history to be printed.")
    entries = every_entry(found.reader, record.id, fact.from_on, fact.until_on)
    content = serial_history(record, fact, entries, found.records, company_id=found.company_id, source=found.main)
    return content, record.place_on(fact.dated_on).owner_id


def _erasure_certificate(found: DueSource) -> tuple[Content, UUID | None]:
    record, fact = found.record, found.last.fact
    if not isinstance(record, Erasure) or not isinstance(fact, Erasure.CarriedOut):
        raise ContentMissing("This is no erasure that was carried out.")
    content = erasure_certificate(
        record, fact, found.facts, found.records, company_id=found.company_id, source=found.main
    )
    return content.model_copy(update={"views": with_titles(content.views)}), None


def _workshop_receipt(found: DueSource) -> tuple[Content, UUID | None]:
    fact = found.last.fact
    if not isinstance(fact, WorkshopJob.TakenIn):
        raise ContentMissing("This is nothing that was left at the counter.")
    content = workshop_receipt(
        fact,
        found.records,
        company_id=found.company_id,
        number=_listed_number(found.reader, JOB_NUMBER, found.record_id),
        call_number=_listed_number(found.reader, CALL_NUMBER, fact.call_id),
        source=found.main,
    )
    return content, fact.party_id


MAKERS: Mapping[IssuedKind, Callable[[DueSource], tuple[Content, UUID | None]]] = {
    IssuedKind.QUOTE: quote_content,
    IssuedKind.WORK_REPORT: _work_report,
    IssuedKind.DELIVERY_NOTE: delivery_note_content,
    IssuedKind.INVOICE: _invoice,
    IssuedKind.CREDIT_NOTE: _invoice,
    IssuedKind.CONTRACT: _contract,
    IssuedKind.CONTRACT_PROPOSAL: _contract_proposal,
    IssuedKind.PRE_INVOICE: _pre_invoice,
    IssuedKind.ADJUSTMENT_LETTER: _adjustment_letter,
    IssuedKind.METER_STATEMENT: _meter_statement,
    IssuedKind.CONSUMER_REMINDER: _consumer_reminder,
    IssuedKind.PAYMENT_REMINDER: _payment_reminder,
    IssuedKind.SERIAL_HISTORY: _serial_history,
    IssuedKind.WORKSHOP_RECEIPT: _workshop_receipt,
    IssuedKind.PICK_LIST: pick_list_content,
    IssuedKind.PURCHASE_ORDER: purchase_order_content,
    IssuedKind.RMA_LABEL: rma_label_content,
    IssuedKind.PICKUP_RECEIPT: pickup_receipt_content,
    IssuedKind.ERASURE_CERTIFICATE: _erasure_certificate,
    IssuedKind.ACCOUNT_STATEMENT: account_statement_content,
    IssuedKind.DAILY_REPORT: daily_report_content,
}
