"""Documents (documenti): which are to be issued, which were, and what happened to their sources since."""

from __future__ import annotations

from typing import Any

from aggregates.account_statement import AccountStatement
from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.company import Company
from aggregates.contract import Contract
from aggregates.contract_proposal import ContractProposal
from aggregates.daily_report import DailyReport
from aggregates.delivery_note import DeliveryNote
from aggregates.dunning import Reminder
from aggregates.erasure import Erasure
from aggregates.invoice import Invoice
from aggregates.invoice_values import DocumentKind
from aggregates.issued_document import DocumentHold, IssuedDocument, IssuedKind, KeptFile, Origin
from aggregates.party import Party
from aggregates.pick_list import PickList
from aggregates.purchase_order import PurchaseOrder
from aggregates.quote import Quote
from aggregates.rma import Rma
from aggregates.serial_item import SerialItem
from aggregates.workshop_job import WorkshopJob
from projections.base import ReadModel, Rows, Table, on
from projections.documents.from_adjustment import has_letter
from projections.documents.from_contract_reminder import is_letter
from projections.documents.from_meter_statement import has_statement

SOURCES = (Quote, Call, DeliveryNote, Invoice, ContractProposal, Reminder, AccountStatement, DailyReport)
"""The aggregates whose facts make documents due."""
CONTRACT = (
    Contract.DocumentAsked, Contract.LineAdded, Contract.LineRemoved, Contract.TermsChanged, Contract.Renewed,
    Contract.FeesAdjusted, Contract.ConsumerReminded, Contract.NoticeReceived, Contract.NoticeWithdrawn, Contract.Ended,
    Contract.SerialReplaced,
)  # fmt: skip
"""What a printed contract speaks of; what is billed by it does not change the paper."""

ISSUED = Table(
    "issued_document",
    {
        "document_id": "uuid", "kind": "text", "number": "text", "title": "text", "language": "text",
        "dated_on": "date", "party_id": "uuid", "record_id": "uuid", "stream_id": "uuid", "version": "integer",
        "part": "text", "sources": "jsonb", "template_version": "text", "renderer": "text", "content_sha256": "text",
        "file_name": "text", "sha256": "text", "attachments": "jsonb", "problems": "jsonb",
        "issued_at": "timestamptz", "position": "bigint",
    },
    ("document_id",),
    ("dated_on, position", "kind, dated_on", "record_id", "stream_id", "number"),
)  # fmt: skip
DUE = Table(
    "document_due",
    {
        "document_id": "uuid", "kind": "text", "record_id": "uuid", "stream_id": "uuid", "version": "integer",
        "part": "text", "since_at": "timestamptz", "position": "bigint", "state": "text", "reason": "text",
        "attempts": "integer",
    },
    ("document_id",),
    ("state, position",),
)  # fmt: skip
STREAM = Table("document_stream", {"stream_id": "uuid"}, ("stream_id",))
CHANGE = Table(
    "document_change",
    {"stream_id": "uuid", "version": "integer", "topic": "text", "at": "timestamptz", "is_name": "boolean"},
    ("stream_id", "version"),
)
"""What sources told later; `is_name` where it is how somebody or something is called, which every document tells."""
SOURCE = Table(
    "document_source",
    {"document_id": "uuid", "stream_id": "uuid", "version": "integer", "is_own": "boolean"},
    ("document_id", "stream_id"),
)
"""What each document was made from; of its own stream every fact matters, of the others what they are called."""


def facts_of(*kinds: type[Aggregate]) -> tuple[type[Aggregate.Event], ...]:
    """Every kind of fact of some aggregates."""
    facts = (fact for kind in kinds for fact in vars(kind).values() if isinstance(fact, type))
    return tuple(fact for fact in facts if issubclass(fact, Aggregate.Event) and hasattr(fact, "TOPIC"))


def origin(fact: Aggregate.Event) -> Origin | None:
    """The document that a fact makes due, if it does.

    A work report is printed as it is declared, for the customer to read, and again as it was signed or why it was not.
    """
    part: str | None = None
    match fact:
        case Quote.Sent():
            kind, record_id, part = IssuedKind.QUOTE, fact.stream_id, fact.alternative
        case Call.WorkReported():
            kind, record_id = IssuedKind.WORK_REPORT, fact.report.report_id
        case Call.ReportSigned() | Call.SignatureAbsent():
            kind, record_id = IssuedKind.WORK_REPORT, fact.report_id
        case DeliveryNote.Issued():
            kind, record_id = IssuedKind.DELIVERY_NOTE, fact.stream_id
        case Invoice.Issued() if fact.document.is_internal:
            return None
        case Invoice.Issued() | Invoice.Resent():
            credit = fact.document.kind is DocumentKind.CREDIT_NOTE
            kind, record_id = IssuedKind.CREDIT_NOTE if credit else IssuedKind.INVOICE, fact.stream_id
        case Invoice.PaymentRequested() | Invoice.StatementIssued():
            kind, record_id = IssuedKind.PRE_INVOICE, fact.stream_id
        case Reminder.Confirmed():
            kind, record_id = IssuedKind.PAYMENT_REMINDER, fact.stream_id
        case ContractProposal.Sent():
            kind, record_id = IssuedKind.CONTRACT_PROPOSAL, fact.stream_id
        case Contract.DocumentAsked():
            kind, record_id = IssuedKind.CONTRACT, fact.stream_id
        case Contract.ConsumerReminded() if is_letter(fact):
            kind, record_id = IssuedKind.CONSUMER_REMINDER, fact.stream_id
        case Contract.FeesAdjusted() if has_letter(fact.adjustment):
            kind, record_id = IssuedKind.ADJUSTMENT_LETTER, fact.stream_id
        case Contract.PeriodBilled() if has_statement(fact.fees):
            kind, record_id = IssuedKind.METER_STATEMENT, fact.stream_id
        case SerialItem.HistoryAsked():
            kind, record_id = IssuedKind.SERIAL_HISTORY, fact.stream_id
        case PurchaseOrder.Sent():
            kind, record_id = IssuedKind.PURCHASE_ORDER, fact.stream_id
        case Rma.LabelsAsked():
            kind, record_id = IssuedKind.RMA_LABEL, fact.stream_id
        case Rma.PickedUp():
            kind, record_id = IssuedKind.PICKUP_RECEIPT, fact.stream_id
        case WorkshopJob.TakenIn():
            kind, record_id = IssuedKind.WORKSHOP_RECEIPT, fact.stream_id
        case AccountStatement.Issued() | AccountStatement.IssuedAgain():
            kind, record_id = IssuedKind.ACCOUNT_STATEMENT, fact.stream_id
        case DailyReport.Issued() | DailyReport.Corrected():
            kind, record_id = IssuedKind.DAILY_REPORT, fact.stream_id
        case Erasure.CarriedOut():
            kind, record_id = IssuedKind.ERASURE_CERTIFICATE, fact.stream_id
        case PickList.Made():
            kind, record_id = IssuedKind.PICK_LIST, fact.stream_id
        case _:
            return None
    return Origin(kind=kind, record_id=record_id, version=fact.originator_version, part=part)


class IssuedDocuments(ReadModel):
    """What is to be issued, what was, and what changed since."""

    NAME = "issued_documents"
    VERSION = 7
    TABLES = (ISSUED, DUE, STREAM, CHANGE, SOURCE)

    @on(*facts_of(*SOURCES), *CONTRACT)
    def told(self, fact: Aggregate.Event, rows: Rows) -> None:
        """A source tells something: a document becomes due, or an earlier one has a changed source."""
        known = rows.get(STREAM, fact.stream_id) is not None
        if known:
            change = {"stream_id": fact.stream_id, "version": fact.originator_version}
            rows.put(CHANGE, {**change, "topic": rows.now.topic, "at": fact.act.at, "is_name": False})
        due = origin(fact)
        if due is not None:
            rows.put(STREAM, {"stream_id": fact.stream_id})
            self._become_due(due, fact, rows)

    @on(Party.IdentityChanged, Company.IdentityChanged, SerialItem.DetailsChanged)
    def named_otherwise(self, fact: Aggregate.Event, rows: Rows) -> None:
        """A customer, the company, a machine: documents that tell the old name show it, whatever they are."""
        change = {"stream_id": fact.stream_id, "version": fact.originator_version}
        rows.put(CHANGE, {**change, "topic": rows.now.topic, "at": fact.act.at, "is_name": True})

    @on(Contract.PeriodBilled)
    def period_billed(self, fact: Contract.PeriodBilled, rows: Rows) -> None:
        """An invoice of copies: its statement of readings is due; what else a contract's documents say stays true."""
        due = origin(fact)
        if due is not None:
            self._become_due(due, fact, rows)

    @on(SerialItem.HistoryAsked)
    def history_asked(self, fact: SerialItem.HistoryAsked, rows: Rows) -> None:
        """An item's history is to be printed; what befalls the item later belongs to the next print."""
        due = origin(fact)
        if due is not None:
            self._become_due(due, fact, rows)

    @on(WorkshopJob.TakenIn)
    def taken_in(self, fact: WorkshopJob.TakenIn, rows: Rows) -> None:
        """Something was left at the counter: its receipt says how it came, whatever becomes of it."""
        due = origin(fact)
        if due is not None:
            self._become_due(due, fact, rows)

    @on(Erasure.CarriedOut)
    def erased(self, fact: Erasure.CarriedOut, rows: Rows) -> None:
        """A person was forgotten: the certificate says what is gone; what goes later has one of its own."""
        due = origin(fact)
        if due is not None:
            self._become_due(due, fact, rows)

    @on(PurchaseOrder.Sent)
    def order_sent(self, fact: PurchaseOrder.Sent, rows: Rows) -> None:
        """An order goes to a supplier; what comes of it does not change the paper."""
        due = origin(fact)
        if due is not None:
            self._become_due(due, fact, rows)

    @on(Rma.LabelsAsked, Rma.PickedUp)
    def asked_of_return(self, fact: Rma.LabelsAsked | Rma.PickedUp, rows: Rows) -> None:
        """Labels, or a receipt for goods taken along: both say how it was at that moment."""
        due = origin(fact)
        if due is not None:
            self._become_due(due, fact, rows)

    @on(PickList.Made)
    def picking(self, fact: PickList.Made, rows: Rows) -> None:
        """A pick list is to be printed; what was really taken stands in its view."""
        due = origin(fact)
        if due is not None:
            self._become_due(due, fact, rows)

    def _become_due(self, due: Origin, fact: Aggregate.Event, rows: Rows) -> None:
        rows.put(
            DUE,
            {
                **due.model_dump(mode="json", include={"kind"}),
                "document_id": due.document_id,
                "record_id": due.record_id,
                "stream_id": fact.stream_id,
                "version": due.version,
                "part": due.part,
                "since_at": fact.act.at,
                "position": rows.now.position,
                "state": "due",
                "attempts": 0,
            },
        )

    @on(IssuedDocument.Issued)
    def issued(self, fact: IssuedDocument.Issued, rows: Rows) -> None:
        """The document is there; nothing is due any more."""
        document = fact.document
        rows.patch(DUE, fact.stream_id, state="issued", reason=None)
        plain = document.model_dump(mode="json", include={"kind", "sources", "problems"})
        columns = {"number", "title", "language", "dated_on", "party_id", "record_id", "version", "part"}
        columns |= {"template_version", "renderer", "content_sha256"}
        rows.put(
            ISSUED,
            {
                **plain,
                **{name: getattr(document, name) for name in columns},
                "document_id": fact.stream_id,
                "stream_id": document.sources[0].stream_id,
                "file_name": document.file.name,
                "sha256": document.file.sha256,
                "attachments": [_told(kept) for kept in document.attachments],
                "issued_at": fact.act.at,
                "position": rows.now.position,
            },
        )

        for n, source in enumerate(document.sources):
            made_from = {"stream_id": source.stream_id, "version": source.version, "is_own": n == 0}
            rows.put(SOURCE, {"document_id": fact.stream_id, **made_from})

    @on(DocumentHold.Held, DocumentHold.HeldAgain)
    def held(self, fact: DocumentHold.Held | DocumentHold.HeldAgain, rows: Rows) -> None:
        """It waits until somebody puts something right."""
        row = rows.get(DUE, fact.document_id)
        if row is not None and row["state"] != "issued":
            rows.put(DUE, {**row, "state": "held", "reason": fact.reason, "attempts": row["attempts"] + 1})

    @on(DocumentHold.Released)
    def released(self, fact: DocumentHold.Released, rows: Rows) -> None:
        """It is to be tried again."""
        row = rows.get(DUE, fact.document_id)
        if row is not None and row["state"] == "held":
            rows.put(DUE, {**row, "state": "due"})


def _told(kept: KeptFile) -> dict[str, Any]:
    return kept.model_dump(mode="json")
