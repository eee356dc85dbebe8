"""What became of each invoice at the exchange system (esiti SdI), with alarms for what somebody must do (R9.11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from aggregates.exchange_receipt import ExchangeState
from aggregates.invoice import Invoice
from aggregates.issued_document import IssuedDocument
from aggregates.values import rome_date
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page
from projections.contracts import TODAY

XML = "application/xml"
FILE = Table(
    "exchange_file",
    {"stem": "text", "invoice_id": "uuid", "name": "text", "version": "integer", "sent_on": "date"},
    ("stem",),
    ("invoice_id",),
)
OUTCOME = Table(
    "exchange_outcome",
    {
        "invoice_id": "uuid", "customer_id": "uuid", "customer": "text", "kind": "text", "number": "text",
        "issued_on": "date", "recipient_code": "text", "state": "text", "file_name": "text", "file_on": "date",
        "exchange_id": "text", "received_on": "date", "resend_by": "date", "errors": "jsonb", "outcomes": "jsonb",
        "resent_on": "date", "copy_delivered_on": "date", "is_credited": "boolean",
        "noted_stage": "text", "noted_on": "date", "voided_on": "date",
    },
    ("invoice_id",),
    ("state, issued_on", "issued_on, invoice_id"),
)  # fmt: skip
_WEIGHT = {
    ExchangeState.DELIVERED.value: 1,
    ExchangeState.ACCEPTED.value: 2,
    ExchangeState.REJECTED.value: 2,
}
"""Receipts may come in any order: a public body's answer counts more than how the file reached it."""


class ExchangeOutcomes(ReadModel):
    """The files of invoices, and what the exchange system said of them."""

    NAME = "exchange-outcomes"
    TABLES = (FILE, OUTCOME)

    @on(Invoice.Issued)
    def issued(self, fact: Invoice.Issued, rows: Rows) -> None:
        """An invoice that is to be sent."""
        document = fact.document
        if document.is_internal:
            return
        rows.put(
            OUTCOME,
            {
                "invoice_id": fact.stream_id,
                "customer_id": document.customer.party_id,
                "customer": document.customer.name,
                "kind": document.kind.value,
                **document.model_dump(include={"number", "issued_on"}),
                "recipient_code": document.customer.recipient_code,
                "state": ExchangeState.NONE.value,
                "errors": [],
                "outcomes": [],
                "is_credited": False,
            },
        )

    @on(IssuedDocument.Issued)
    def file_made(self, fact: IssuedDocument.Issued, rows: Rows) -> None:
        """Its file has a name, by which receipts find it."""
        document = fact.document
        for kept in document.attachments:
            if kept.media_type == XML:
                file = {"stem": stem(kept.name), "invoice_id": document.record_id, "name": kept.name}
                rows.put(FILE, {**file, "version": document.version, "sent_on": document.dated_on})
                rows.patch(OUTCOME, document.record_id, file_name=kept.name, file_on=rome_date(fact.act.at))

    @on(Invoice.ExchangeOutcomeRecorded)
    def recorded(self, fact: Invoice.ExchangeOutcomeRecorded, rows: Rows) -> None:
        """A receipt came; of several the weightiest tells the state."""
        row = rows.get(OUTCOME, fact.stream_id)
        if row is None:
            return
        outcome = fact.outcome
        told: dict[str, Any] = {"outcomes": [*row["outcomes"], outcome.model_dump(mode="json")]}
        if _counts_more(outcome.state.value, outcome.received_on, row):
            told |= {
                "state": outcome.state.value,
                "exchange_id": outcome.exchange_id,
                "received_on": outcome.received_on,
                "resend_by": outcome.resend_by if outcome.state is ExchangeState.REFUSED else None,
                "errors": [each.model_dump(mode="json") for each in outcome.errors],
            }
        rows.patch(OUTCOME, fact.stream_id, **told)

    @on(Invoice.Resent)
    def resent(self, fact: Invoice.Resent, rows: Rows) -> None:
        """A refused invoice goes out again: nothing is known of the new file yet."""
        customer = fact.document.customer
        rows.patch(
            OUTCOME,
            fact.stream_id,
            customer=customer.name,
            recipient_code=customer.recipient_code,
            resent_on=fact.resent_on,
            state=ExchangeState.NONE.value,
            errors=[],
            **dict.fromkeys(("file_name", "file_on", "received_on", "resend_by", "noted_stage", "noted_on")),
        )

    @on(Invoice.RefusalNoted)
    def refusal_noted(self, fact: Invoice.RefusalNoted, rows: Rows) -> None:
        """People were told that it waits."""
        rows.patch(OUTCOME, fact.stream_id, noted_stage=fact.stage.value, noted_on=rome_date(fact.act.at))

    @on(Invoice.Voided)
    def voided(self, fact: Invoice.Voided, rows: Rows) -> None:
        """It was given up: nobody has to send it again."""
        rows.patch(OUTCOME, fact.stream_id, voided_on=fact.voided_on)

    @on(Invoice.CopyDelivered)
    def copy_delivered(self, fact: Invoice.CopyDelivered, rows: Rows) -> None:
        """The customer has it all the same."""
        rows.patch(OUTCOME, fact.stream_id, copy_delivered_on=fact.delivered_on)

    @on(Invoice.Credited)
    def credited(self, fact: Invoice.Credited, rows: Rows) -> None:
        """It was corrected: nobody has to act on a rejection any more."""
        rows.patch(OUTCOME, fact.stream_id, is_credited=True)


def stem(file_name: str) -> str:
    """The name of a file without folder and endings, in capitals: `IT123_00001.xml.p7m` and `it123_00001.xml` alike."""
    return file_name.rsplit("/", 1)[-1].split(".", 1)[0].upper()


def _counts_more(state: str, received_on: date, row: Mapping[str, Any]) -> bool:
    before = (_WEIGHT.get(row["state"], 0), row["received_on"] or date.min)
    return (_WEIGHT.get(state, 0), received_on) >= before


Alarm = Literal["refused", "not_delivered", "rejected", "silent"]
SILENT_DAYS = 5
STEP = f"""case when state = 'refused' and voided_on is null
     then case when {TODAY} <= resend_by then 'resend-invoice' else 'void-refused-invoice' end end"""
"""The command that a refused invoice waits for; after its term it can also be sent late, with a reason."""
ALARM = f"""case when state = 'refused' and voided_on is null then 'refused'
     when state = 'not_delivered' and copy_delivered_on is null then 'not_delivered'
     when state = 'rejected' and not is_credited then 'rejected'
     when state = 'none' and file_on is not null and {TODAY} - file_on > {SILENT_DAYS} then 'silent' end"""
"""What somebody must act on: send again in time, give the customer a copy, credit, ask what became of the file."""


class FindOutcomes(Page):
    """Invoices by what the exchange system said, or by what there is to do."""

    on: date | None = None
    state: ExchangeState | None = None
    alarm: Alarm | None = None
    alarms: bool = Field(default=False, description="Only those that somebody must act on.")
    customer_id: UUID | None = None


def exchange_outcomes(reader: Reader, ask: FindOutcomes) -> dict[str, Any]:
    """The newest first; `days_left` counts to the last day on which a refused one may be sent again.

    `next_step` is the command that a refused one waits for: in its term `resend-invoice`, after it
    `void-refused-invoice`, unless it is sent late with a reason.
    """
    return page(
        reader,
        ask,
        f"""select * from (
              select o.*, {ALARM} as alarm, {STEP} as next_step, resend_by - {TODAY} as days_left
                from {{exchange_outcome}} o) as told
             where (%(state)s::text is null or state = %(state)s)
               and (%(alarm)s::text is null or alarm = %(alarm)s)
               and (not %(alarms)s or alarm is not null)
               and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)""",  # noqa: S608 - own constants
        order=("-issued_on", "-invoice_id"),
    )


def invoice_of_exchange_file(reader: Reader, file_name: str) -> UUID | None:
    """See `Lookups.invoice_of_exchange_file`."""
    row = reader.row("select invoice_id from {exchange_file} where stem = %(stem)s", {"stem": stem(file_name)})
    return row["invoice_id"] if row else None
