"""From a due document to what it says (contenuto): reads the facts of its source up to the version that made it due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.company import LegalIdentity
from aggregates.contract import Contract
from aggregates.contract_proposal import ContractProposal
from aggregates.delivery_note import DeliveryNote
from aggregates.dunning import Reminder
from aggregates.invoice import Invoice
from aggregates.issued_document import IssuedKind, Origin
from aggregates.quote import Quote
from aggregates.serial_item import SerialItem
from aggregates.values import Value
from aggregates.workshop_job import WorkshopJob
from projections.base import Reader, Recorded, Row
from projections.documents.content import Content, Source
from projections.documents.content_adjustment_letter import AdjustmentLetterContent
from projections.documents.content_delivery_note import DeliveryNoteContent
from projections.documents.content_invoice import InvoiceContent
from projections.documents.content_pre_invoice import PreInvoiceContent
from projections.documents.content_quote import QuoteContent
from projections.documents.content_work_report import WorkReportContent
from projections.documents.from_adjustment import adjustment_letter
from projections.documents.from_call import reported_on, work_report
from projections.documents.from_contract import contract
from projections.documents.from_contract_proposal import sent_proposal
from projections.documents.from_contract_reminder import consumer_reminder
from projections.documents.from_delivery_note import delivery_note
from projections.documents.from_invoice import invoice
from projections.documents.from_meter_statement import meter_statement
from projections.documents.from_payment_reminder import payment_reminder
from projections.documents.from_pre_invoice import pre_invoice
from projections.documents.from_quote import sent_quote
from projections.documents.from_serial_history import serial_history
from projections.documents.from_workshop_job import workshop_receipt
from projections.documents.identities import own_letterhead
from projections.documents.records import ContentMissing, KnownRecords, source
from projections.documents.words import TITLES
from projections.serial_history import every_entry


class NotYet(Exception):
    """A read model that the document needs has not come as far; try again in a moment."""


class Making(Value):
    """A document ready to be printed: its content, and what is recorded beside it."""

    origin: Origin
    content: Content
    title: str
    dated_on: date
    party_id: UUID | None
    seller: LegalIdentity | None
    """Who sends the electronic invoice, as the document froze it."""
    happened_at: datetime
    """When the fact that made it due happened: the moment stamped into the file."""
    position: int
    """Where that fact stands in the company's log: a number that no other document has."""


class _Source:
    """The stream of a due document, as far as the fact that made it due."""

    def __init__(self, reader: Reader, company_id: UUID, due: Row) -> None:
        self.reader = reader
        self.company_id = company_id
        self.record_id: UUID = due["record_id"]
        self.facts = [r for r in reader.facts(due["stream_id"]) if r.fact.originator_version <= due["version"]]
        self.last: Recorded = self.facts[-1]
        self.records = KnownRecords(reader, self.last.recorded_at)
        self.record = _folded(self.facts)
        self.main = (source(self.record),)


def making(reader: Reader, company_id: UUID, due: Row) -> Making:
    """What a row of `document_due` asks for. Raises `NotYet`, `ContentMissing`, `ValueError`."""
    kind = IssuedKind(due["kind"])
    found = _Source(reader, company_id, due)
    content, party_id = MAKERS[kind](found)
    whole = content.model_copy(update={"source": _distinct((*found.main, *found.records.used))})
    fact = found.last.fact
    return Making(
        origin=Origin(kind=kind, record_id=found.record_id, version=due["version"], part=due["part"]),
        content=whole,
        title=title(kind, whole),
        dated_on=dated_on(whole),
        party_id=party_id,
        seller=fact.document.seller if isinstance(fact, Invoice.Issued | Invoice.Resent) else None,
        happened_at=fact.act.at,
        position=found.last.position,
    )


def title(kind: IssuedKind, content: Content) -> str:
    """How people call the document: `Offerta OFF-2026-0031 rev. 1`."""
    asks_payment = isinstance(content, PreInvoiceContent) and content.asks_payment
    words = ["Avviso di pagamento" if asks_payment else TITLES[kind], content.number or "in bozza"]
    revision = getattr(content, "revision", None)
    if revision is not None:
        words.append(f"rev. {revision}")
    if isinstance(content, QuoteContent) and content.alternative is not None:
        words.append(f"alternativa {content.alternative}")
    if isinstance(content, WorkReportContent) and content.signature is not None:
        words.append("firmato")
    return " ".join(words)


def dated_on(content: Content) -> date:
    """The date that the document bears."""
    day: date = vars(content)["issued_on"]
    return day


def _folded(facts: Sequence[Recorded]) -> Aggregate:
    record: Aggregate | None = None
    for recorded in facts:
        record = recorded.fact.mutate(record)
    if record is None:
        raise ContentMissing("The record of this document is not in the log.")
    return record


def _distinct(sources: Sequence[Source]) -> tuple[Source, ...]:
    return tuple({each.stream_id: each for each in reversed(sources)}.values())[::-1]


def _work_report(found: _Source) -> tuple[WorkReportContent, UUID | None]:
    call = found.record
    if not isinstance(call, Call):
        raise ContentMissing("This is not a call.")
    content = work_report(
        call,
        found.record_id,
        found.records,
        company_id=found.company_id,
        call_number=call.number or _call_number(found.reader, call.id),
        number=_report_number(found.reader, found.record_id),
        reported_on=reported_on([recorded.fact for recorded in found.facts], found.record_id),
        source=found.main,
    )
    return content, call.party_id


def _call_number(reader: Reader, call_id: UUID) -> str:
    """The number that the call board gave. Raises `NotYet`."""
    row: Mapping[str, Any] | None = reader.row("select number from {call} where call_id = %(id)s", {"id": call_id})
    if row is None:
        raise NotYet
    return str(row["number"])


def _report_number(reader: Reader, report_id: UUID) -> str:
    """The number that the list of reports gave. Raises `NotYet`."""
    row = reader.row("select number from {work_report} where report_id = %(id)s", {"id": report_id})
    if row is None:
        raise NotYet
    return str(row["number"])


def _quote(found: _Source) -> tuple[QuoteContent, UUID | None]:
    quote, fact = found.record, found.last.fact
    if not isinstance(quote, Quote) or not isinstance(fact, Quote.Sent):
        raise ContentMissing("This is not a quote that was sent.")
    content = sent_quote(quote, fact, found.records, company_id=found.company_id, source=found.main)
    return content, quote.customer.party_id


def _delivery_note(found: _Source) -> tuple[DeliveryNoteContent, UUID | None]:
    fact = found.last.fact
    if not isinstance(fact, DeliveryNote.Issued):
        raise ContentMissing("This is not a delivery note.")
    issuer = own_letterhead(found.records, found.company_id)
    return delivery_note(fact, issuer, found.main), fact.recipient.party_id


def _invoice(found: _Source) -> tuple[InvoiceContent, UUID | None]:
    fact = found.last.fact
    if not isinstance(fact, Invoice.Issued | Invoice.Resent):
        raise ContentMissing("This is not an issued invoice.")
    return invoice(fact.document, found.main), fact.document.customer.party_id


def _adjustment_letter(found: _Source) -> tuple[AdjustmentLetterContent, UUID | None]:
    contract, fact = found.record, found.last.fact
    if not isinstance(contract, Contract) or not isinstance(fact, Contract.FeesAdjusted):
        raise ContentMissing("This is not a change of price.")
    content = adjustment_letter(contract, fact, found.records, company_id=found.company_id, source=found.main)
    return content, contract.state.header.customer_id


def _consumer_reminder(found: _Source) -> tuple[Content, UUID | None]:
    contract, fact = found.record, found.last.fact
    if not isinstance(contract, Contract) or not isinstance(fact, Contract.ConsumerReminded):
        raise ContentMissing("This is not a reminder to a consumer.")
    content = consumer_reminder(contract, fact, found.records, company_id=found.company_id, source=found.main)
    return content, contract.state.header.customer_id


def _contract(found: _Source) -> tuple[Content, UUID | None]:
    record, fact = found.record, found.last.fact
    if not isinstance(record, Contract) or not isinstance(fact, Contract.DocumentAsked):
        raise ContentMissing("This is not a contract to be printed.")
    content = contract(record, fact, found.records, company_id=found.company_id, source=found.main)
    return content, record.state.header.customer_id


def _contract_proposal(found: _Source) -> tuple[Content, UUID | None]:
    proposal, fact = found.record, found.last.fact
    if not isinstance(proposal, ContractProposal) or not isinstance(fact, ContractProposal.Sent):
        raise ContentMissing("This is not a proposal that was sent.")
    content = sent_proposal(proposal, fact, found.records, company_id=found.company_id, source=found.main)
    return content, proposal.customer.party_id


def _pre_invoice(found: _Source) -> tuple[Content, UUID | None]:
    proposal, fact = found.record, found.last.fact
    if not isinstance(proposal, Invoice) or not isinstance(fact, Invoice.StatementIssued | Invoice.PaymentRequested):
        raise ContentMissing("This is not a proposed invoice.")
    notice = fact.notice if isinstance(fact, Invoice.PaymentRequested) else None
    number = fact.notice.number if isinstance(fact, Invoice.PaymentRequested) else fact.number
    on = fact.notice.requested_on if isinstance(fact, Invoice.PaymentRequested) else fact.dated_on
    content = pre_invoice(proposal, number, on, notice, found.records, company_id=found.company_id, source=found.main)
    return content, proposal.terms.customer_id


def _meter_statement(found: _Source) -> tuple[Content, UUID | None]:
    record, fact = found.record, found.last.fact
    if not isinstance(record, Contract) or not isinstance(fact, Contract.PeriodBilled):
        raise ContentMissing("This is not an invoice of copies.")
    content = meter_statement(record, fact, found.records, company_id=found.company_id, source=found.main)
    return content, record.state.header.customer_id


def _payment_reminder(found: _Source) -> tuple[Content, UUID | None]:
    fact = found.last.fact
    if not isinstance(fact, Reminder.Confirmed):
        raise ContentMissing("This is not a reminder that goes out.")
    issuer = own_letterhead(found.records, found.company_id)
    return payment_reminder(fact.letter, issuer, found.main), fact.letter.customer.party_id


def _serial_history(found: _Source) -> tuple[Content, UUID | None]:
    record, fact = found.record, found.last.fact
    if not isinstance(record, SerialItem) or not isinstance(fact, SerialItem.HistoryAsked):
        raise ContentMissing("This is not a history to be printed.")
    entries = every_entry(found.reader, record.id, fact.from_on, fact.until_on)
    content = serial_history(record, fact, entries, found.records, company_id=found.company_id, source=found.main)
    return content, record.place_on(fact.dated_on).owner_id


def _workshop_receipt(found: _Source) -> tuple[Content, UUID | None]:
    fact = found.last.fact
    if not isinstance(fact, WorkshopJob.TakenIn):
        raise ContentMissing("This is nothing that was left at the counter.")
    row = found.reader.row("select number from {workshop_job} where job_id = %(id)s", {"id": found.record_id})
    if row is None:
        raise NotYet
    content = workshop_receipt(
        fact,
        found.records,
        company_id=found.company_id,
        number=row["number"],
        call_number=_call_number(found.reader, fact.call_id),
        source=found.main,
    )
    return content, fact.party_id


MAKERS: Mapping[IssuedKind, Callable[[_Source], tuple[Content, UUID | None]]] = {
    IssuedKind.QUOTE: _quote,
    IssuedKind.WORK_REPORT: _work_report,
    IssuedKind.DELIVERY_NOTE: _delivery_note,
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
}
