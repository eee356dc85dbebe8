"""Sales invoices in XML as commands (fatture FatturaPA): their customers, articles, machines and open items."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from aggregates.article import ArticleKind
from aggregates.values import euro
from gateways.einvoice import NotAnInvoice, SalesInvoice, read
from gateways.einvoice_reader import SalesLine
from gateways.imports.batch import ImportBatch, Problem
from gateways.imports.sheets.accounting import OpenItemRow
from gateways.imports.sheets.customers import CustomerRow
from gateways.imports.taking.balances import open_item_id
from gateways.imports.taking.finding import Finder
from gateways.imports.taking.orders import Order, Taking, file_mark, order

CREDIT_NOTES = frozenset({"TD04", "TD08"})
TIME_UNITS = frozenset({"ORE", "ORA", "H", "HH", "HUR", "KM", "GG", "GIORNI", "GIORNO"})
METHODS = {
    "MP01": "cash", "MP02": "cheque", "MP05": "transfer", "MP08": "card", "MP12": "riba", "MP19": "direct_debit",
}  # fmt: skip


class Invoices:
    """Takes in the XML files of a batch; with a file of open items, that file says what is still unpaid."""

    def __init__(self, batch: ImportBatch, finder: Finder, company_id: UUID, own_vat_number: str | None) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self._files = batch.invoices
        self._finder, self._company_id, self._own = finder, company_id, own_vat_number
        self._has_open_items = any(True for _ in batch.of(OpenItemRow))
        for located in batch.of(CustomerRow):
            finder.learn_party(located.row.code, (located.row.vat_number, located.row.tax_code))

    def takings(self) -> Iterator[Taking]:
        """One taking an invoice; those of one customer follow one another."""
        for path in self._files:
            for invoice in self._read(path):
                mark = file_mark(self._company_id, "invoices", path.name, _key(invoice), invoice)
                try:
                    orders = tuple(self._orders(invoice))
                except ValidationError as error:
                    details = error.errors()[0]
                    place = ".".join(map(str, details["loc"]))
                    self.problems.append(mark.problem("", f"invoice {invoice.number}: {place}: {details['msg']}"))
                else:
                    yield Taking((mark,), "invoices", orders)

    def _read(self, path: Path) -> list[SalesInvoice]:
        try:
            found = read(path.read_bytes())
        except NotAnInvoice as error:
            self.problems.append(Problem(path.name, 0, "", str(error)))
            return []
        ours = [invoice for invoice in found if invoice.seller.vat_number == self._own]
        for invoice in found:
            if invoice not in ours:
                reason = f"invoice {invoice.number} is of {invoice.seller.name}, not of this company: passed over"
                self.warnings.append(Problem(path.name, 0, "", reason))
        return ours

    def _orders(self, invoice: SalesInvoice) -> Iterator[Order]:
        customer = invoice.customer
        party = self._finder.party_by_tax(customer.vat_number, customer.tax_code)
        if party is None:
            code = customer.vat_number or customer.tax_code or customer.name
            party = self._finder.learn_party(code, (customer.vat_number, customer.tax_code))
            yield self._party(invoice, code, party)
        for line in invoice.lines:
            yield from self._line(line, party)
        if not self._has_open_items:
            yield from self._open_items(invoice, party)

    def _party(self, invoice: SalesInvoice, code: str, party: UUID) -> Order:
        customer = invoice.customer
        person = customer.tax_code is not None and len(customer.tax_code) == 16 and customer.vat_number is None
        nature = "public_body" if invoice.public_body else "consumer" if person else "business"
        return order(
            "register-party",
            party_id=party,
            code=code,
            name=customer.name,
            nature=nature,
            tax={
                "vat_number": customer.vat_number,
                "tax_code": customer.tax_code,
                "recipient_code": invoice.recipient_code or "0000000",
                "certified_mail": invoice.certified_email,
            },
            address=customer.address,
        )

    def _line(self, line: SalesLine, party: UUID) -> Iterator[Order]:
        words = line.description or line.code
        if line.code and line.code.casefold() not in self._finder.articles:
            self._finder.articles.add(line.code.casefold())
            is_service = line.period is not None or (line.unit or "").strip(".").upper() in TIME_UNITS
            kind = ArticleKind.SERVICE if is_service else ArticleKind.PRODUCT
            unit = (line.unit or "PZ")[:10]
            yield order("register-article", code=line.code, description=words, kind=kind, unit=unit)
        for serial in line.serials:
            if not self._finder.has_item(serial):
                self._finder.learn_item("", serial)
                yield order(
                    "register-serial-item",
                    serial_item_id=self._finder.item(serial),
                    number=serial,
                    product=words or serial,
                    type="da classificare",
                    article_code=line.code,
                    owner_id=party,
                )

    def _open_items(self, invoice: SalesInvoice, party: UUID) -> Iterator[Order]:
        payable = invoice.taxable if invoice.split_payment else invoice.total
        parts = [(due.due_on, due.amount, due.method) for due in invoice.due_dates] or [(None, payable, None)]
        kind = "credit_note" if invoice.document_type in CREDIT_NOTES else "invoice"
        for number, (due_on, amount, method) in enumerate(parts):
            if amount > Decimal(0):
                yield order(
                    "import-open-item",
                    open_item_id=open_item_id(*_key(invoice), str(number)),
                    customer_id=party,
                    kind=kind,
                    number=invoice.number,
                    issued_on=invoice.issued_on,
                    due_on=max(due_on or invoice.issued_on, invoice.issued_on),
                    amount=euro(amount),
                    residual=euro(amount),
                    payment_method=METHODS.get(method or ""),
                )


def _key(invoice: SalesInvoice) -> tuple[str, ...]:
    customer = invoice.customer
    whom = customer.vat_number or customer.tax_code or customer.name
    return (whom, invoice.document_type, invoice.number, invoice.issued_on.isoformat())
