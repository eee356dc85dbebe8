"""Numbers, open items and open calls of the first day as commands (numeratori, partite aperte, chiamate aperte)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

from aggregates.call import Call
from aggregates.number_register import NumberRegister, register_id
from aggregates.rules.numbering import STANDARD_SERIES
from aggregates.rules.numbering import Document as Numbered
from gateways.imports.batch import ImportBatch, Problem
from gateways.imports.sheets.accounting import Document, LastNumberRow, OpenItemRow
from gateways.imports.sheets.calls import OpenCallRow
from gateways.imports.taking.finding import Finder
from gateways.imports.taking.orders import IMPORTS, Order, order

REGISTERS = {
    Document.INVOICE: Numbered.INVOICE,
    Document.CREDIT_NOTE: Numbered.INVOICE,
    Document.DELIVERY_NOTE: Numbered.DELIVERY_NOTE,
    Document.QUOTE: Numbered.QUOTE,
    Document.ORDER: Numbered.ORDER,
    Document.RMA: Numbered.RMA,
    Document.PURCHASE_ORDER: Numbered.PURCHASE_ORDER,
    Document.CALL: Numbered.CALL,
    Document.CONTRACT: Numbered.CONTRACT,
}
"""Which register counts a document; credit notes are counted with the invoices, in a series of their own."""


def last_number(row: LastNumberRow, finder: Finder) -> Iterator[Order]:
    """Where the numbers of a series go on; a series of the company's own is written with its code in front."""
    document = REGISTERS.get(row.document)
    if document is None:
        return
    series = row.series.strip().upper()
    standard = any((one.document, one.code) == (document, series) for one in STANDARD_SERIES)
    known = finder.stored(register_id(document, series, row.year))
    if isinstance(known, NumberRegister) and known.last_number == row.last_number:
        return
    yield order(
        "open-number-register",
        document=document,
        series=series,
        year=row.year,
        last_number=row.last_number,
        last_on=row.last_on,
        pattern=None if standard else "{code}/{year}/{n}",
    )


def not_counted(batch: ImportBatch) -> Iterator[Problem]:
    """Numbers of documents that have no register here."""
    for located in batch.of(LastNumberRow):
        if located.row.document not in REGISTERS:
            reason = f"documents of the kind {located.row.document.value} are not numbered in this release"
            yield located.problem("document", reason)


def open_item_id(*key: str) -> UUID:
    """The id of an open item by its customer, kind, document, date and due date."""
    return uuid5(IMPORTS, "/".join(("open-item", *(part.casefold() for part in key))))


def open_item(row: OpenItemRow, finder: Finder) -> Iterator[Order]:
    """What is still to be paid of a document that the old system issued."""
    yield order(
        "import-open-item",
        open_item_id=open_item_id(*row.key),
        customer_id=finder.party(row.customer_code),
        kind=row.kind.value,
        number=row.document_number,
        issued_on=row.document_on,
        due_on=row.due_on,
        amount=row.amount,
        residual=row.residual,
        payment_method=row.payment_method and row.payment_method.value,
    )


def visit_id_of(call_id: UUID) -> UUID:
    """The id of the visit that an imported call brings."""
    return uuid5(call_id, "visit")


def open_call(row: OpenCallRow, finder: Finder) -> Iterator[Order]:
    """A call with its number and age, and the appointment made for it; later, another priority or appointment."""
    call_id, technician_id = finder.call(row.number), finder.technician(row.technician_code)
    slot = None
    if row.planned_start_at is not None and row.planned_end_at is not None:
        slot = {"starts_at": row.planned_start_at, "ends_at": row.planned_end_at}
    known = finder.record(call_id)
    activity_id = visit_id_of(call_id)
    visit = {"activity_id": activity_id, "technician_id": technician_id, "slot": slot}
    if isinstance(known, Call):
        yield order("change-priority", call_id=call_id, priority=row.priority.value)
        planned = known.activities.get(activity_id)
        if slot and planned and planned.on_agenda:
            yield order("reassign-technician", call_id=call_id, **visit)
            return
    else:
        opened = order(
            "open-call",
            call_id=call_id,
            number=row.number,
            party_id=finder.party(row.customer_code),
            site_id=finder.site(row.customer_code, row.site_code),
            serial_item_ids=[finder.item(row.serial_number)] if row.serial_number else [],
            fault=row.fault,
            channel="import",
            priority=row.priority.value,
            caller={"name": row.caller, "phone": row.caller_phone} if row.caller else None,
        )
        yield opened.happened(row.opened_at)
    if slot:
        yield order("plan-activity", call_id=call_id, activity_id=activity_id, kind="visit")
        yield order("assign-technician", call_id=call_id, **visit)
    elif technician_id is not None:
        yield order("take-charge", call_id=call_id, technician_id=technician_id)
