"""Sales as commands (vendite): rows of a table, or electronic invoices of ours read as sales (INS-4, CON-10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from aggregates.values import cents
from gateways.einvoice import NotAnInvoice, SalesInvoice, read
from gateways.einvoice_reader import InvoiceParty, SalesLine
from gateways.imports.batch import ImportBatch, Located, Problem
from gateways.imports.sheets.sales import SaleRow
from gateways.imports.taking.finding import Finder
from gateways.imports.taking.invoices import TIME_UNITS
from gateways.imports.taking.memory import Memory
from gateways.imports.taking.orders import Mark, Order, Taking, file_mark, mark_of, order

SALES = frozenset({"TD01", "TD24", "TD25"})
"""Invoices of goods handed over; advances, credit notes and the like sell nothing."""


class Sales:
    """Takes in the sales of a batch; documents of one customer follow one another, the earlier first."""

    def __init__(self, batch: ImportBatch, finder: Finder, company_id: UUID, own_vat_number: str | None) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self._batch, self._finder, self._company_id, self._own = batch, finder, company_id, own_vat_number

    def rows(self, memory: Memory) -> Iterator[Taking]:
        """One taking a document of the tables, with all its lines."""
        listed = sorted(self._batch.of(SaleRow), key=lambda located: _document(located.row))
        for key, found in groupby(listed, key=lambda located: _document(located.row)):
            lines = list(found)
            marks = tuple(mark_of(self._company_id, "sales", line) for line in lines)
            if all(memory.holds(mark) for mark in marks):
                continue
            orders = self._tried(marks[0], lambda lines=lines: sale_of_rows(lines, self._finder))
            if orders:
                yield Taking(marks, key[0], orders, max(memory.turn(mark) for mark in marks))

    def invoices(self, files: Sequence[Path]) -> Iterator[Taking]:
        """One taking an invoice of ours; others, and documents that sell nothing, are passed over with a warning."""
        found = [(path, invoice) for path in files for invoice in self._read(path)]
        for path, invoice in sorted(found, key=lambda one: (one[1].issued_on, one[1].number)):
            mark = file_mark(self._company_id, "sales", path.name, (invoice.number, str(invoice.issued_on)), invoice)
            orders = self._tried(mark, lambda invoice=invoice: order("record-sale", **sale_of_invoice(invoice)))
            if orders:
                yield Taking((mark,), "sales", orders)

    def _tried(self, mark: Mark, make: Any) -> tuple[Order, ...]:
        try:
            return (make(),)
        except ValidationError as error:
            details = error.errors()[0]
            self.problems.append(mark.problem("", f"{'.'.join(map(str, details['loc']))}: {details['msg']}"))
            return ()

    def _read(self, path: Path) -> Iterator[SalesInvoice]:
        try:
            found = read(path.read_bytes())
        except NotAnInvoice as error:
            self.problems.append(Problem(path.name, 0, "", str(error)))
            return
        for invoice in found:
            if invoice.seller.vat_number != self._own:
                reason = f"invoice {invoice.number} is of {invoice.seller.name}, not of this company: passed over"
            elif invoice.document_type not in SALES:
                reason = f"{invoice.document_type} {invoice.number} sells no goods: passed over"
            else:
                yield invoice
                continue
            self.warnings.append(Problem(path.name, 0, "", reason))


def sale_of_rows(lines: Sequence[Located[SaleRow]], finder: Finder) -> Order:
    """The rows of one document as a sale. Raises pydantic's `ValidationError`."""
    first = lines[0].row
    named = {("order", line.row.order_number) for line in lines} | {
        ("delivery-note", line.row.note_number) for line in lines
    }
    return order(
        "record-sale",
        kind=first.kind,
        number=first.document_number,
        dated_on=first.document_on,
        customer_id=finder.party(first.customer_code),
        site_id=finder.site(first.customer_code, first.site_code),
        references=[{"kind": kind, "number": number} for kind, number in sorted(named, key=str) if number],
        lines=[_row_line(line.row) for line in lines],
    )


def sale_of_invoice(invoice: SalesInvoice) -> Mapping[str, Any]:
    """An invoice of ours as the fields of `record-sale`: whose it is, what it names, what it sells.

    Lines that give something back or charge a time sell no goods, so that serials they name are not registered.
    """
    orders = [{"kind": "order", "number": number} for number in invoice.orders]
    notes = [{"kind": "delivery-note", "number": one.number} for one in invoice.deliveries]
    return {
        "kind": "invoice",
        "number": invoice.number,
        "dated_on": invoice.issued_on,
        "customer": _customer(invoice.customer, invoice),
        "references": orders + [note for number, note in enumerate(notes) if note not in notes[:number]],
        "lines": [_invoice_line(line, invoice) for line in invoice.lines if line.quantity > 0 and line.amount >= 0],
    }


def _row_line(row: SaleRow) -> Mapping[str, Any]:
    shared = {"article_code", "description", "quantity", "unit_price", "manufacturer", "delivered_on"}
    discounts = [row.discount_percent] if row.discount_percent else []
    return {**{name: getattr(row, name) for name in shared}, "serials": row.serial_numbers, "discounts": discounts}


def _customer(customer: InvoiceParty, invoice: SalesInvoice) -> Mapping[str, Any]:
    tax = {
        "vat_number": customer.vat_number,
        "tax_code": customer.tax_code,
        "recipient_code": invoice.recipient_code or "0000000",
        "certified_mail": invoice.certified_email,
    }
    nature = "public_body" if invoice.public_body else None
    return {"name": customer.name or None, "nature": nature, "tax": tax, "address": customer.address}


def _invoice_line(line: SalesLine, invoice: SalesInvoice) -> Mapping[str, Any]:
    is_goods = line.period is None and (line.unit or "").strip(".").upper() not in TIME_UNITS
    delivered = [one.issued_on for one in invoice.deliveries if line.number in one.lines or not one.lines]
    return {
        "article_code": line.code,
        "description": line.description or line.code or f"Riga {line.number}",
        "quantity": line.quantity,
        "unit": line.unit,
        "amount": cents(line.amount),
        "serials": line.serials[: int(line.quantity)] if is_goods else (),
        "delivered_on": max(delivered, default=None),
    }


def _document(row: SaleRow) -> tuple[str, str, str, str]:
    number = row.document_number.strip().casefold()
    return (row.customer_code.casefold(), row.document_on.isoformat(), row.kind, number)
