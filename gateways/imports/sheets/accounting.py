"""Balances of the books on the first day: last document numbers and open items (numeratori, partite aperte)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from aggregates.values import Money
from gateways.imports.cells import TEXT, choice
from gateways.imports.moments import DAY
from gateways.imports.quantities import MONEY, WHOLE
from gateways.imports.sheets.base import Reference, Row, Sheet, column, rule
from gateways.imports.sheets.customers import PAYMENT_METHOD, PaymentMethod


class Document(StrEnum):
    """The documents that carry a number of their own, without gaps (R8.4, R9.10)."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    DELIVERY_NOTE = "delivery_note"
    QUOTE = "quote"
    ORDER = "order"
    RMA = "rma"
    CALL = "call"
    CONTRACT = "contract"
    WORK_REPORT = "work_report"
    PURCHASE_ORDER = "purchase_order"


class OpenItemKind(StrEnum):
    """Whether an open item is owed to us or by us."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT_ON_ACCOUNT = "payment_on_account"


DOCUMENT = choice(
    {
        Document.INVOICE: ("fattura", "sales invoice", "fatture"),
        Document.CREDIT_NOTE: ("nota di credito", "credit note", "note di credito"),
        Document.DELIVERY_NOTE: ("DDT", "delivery note", "bolla", "documento di trasporto"),
        Document.QUOTE: ("preventivo", "quotation", "offerta"),
        Document.ORDER: ("impegno cliente", "sales order", "ordine cliente"),
        Document.RMA: ("RMA", "return", "reso"),
        Document.CALL: ("chiamata", "service call", "ticket"),
        Document.CONTRACT: ("contratto", "agreement"),
        Document.WORK_REPORT: ("rapportino", "work report", "rapporto di intervento"),
        Document.PURCHASE_ORDER: ("ordine fornitore", "purchase order"),
    }
)
OPEN_ITEM_KIND = choice(
    {
        OpenItemKind.INVOICE: ("fattura", "sales invoice"),
        OpenItemKind.CREDIT_NOTE: ("nota di credito", "credit note"),
        OpenItemKind.PAYMENT_ON_ACCOUNT: ("acconto", "payment on account", "anticipo"),
    }
)


class LastNumberRow(Row):
    """The last number used by a document in a series and year (numeratore); the next one continues from it."""

    SHEET: ClassVar[Sheet] = Sheet(
        "last_numbers",
        ("numeratori", "ultimi numeri"),
        ("last document numbers", "number series"),
        key=("document", "series", "year"),
    )

    document: Annotated[Document, column(DOCUMENT, "Documento|Tipo documento", "Document|Document type")]
    series: Annotated[str, column(TEXT, "Serie|Sezionale", "Series")] = ""
    year: Annotated[int, column(WHOLE, "Anno|Esercizio", "Year")]
    last_number: Annotated[int, column(WHOLE, "Ultimo numero|Numero", "Last number|Number")]
    last_on: Annotated[date | None, column(DAY, "Data ultimo documento|Data", "Last date|Date")] = None

    @rule("year")
    def _the_year_is_a_year(self) -> str | None:
        return None if 1990 <= self.year <= 2100 else f"{self.year} is not a year: expected four digits, such as 2026"

    @rule("last_on", "year")
    def _the_date_lies_in_the_year(self) -> str | None:
        if self.last_on is not None and self.last_on.year != self.year:
            return f"{self.last_on} does not lie in {self.year}"
        return None


class OpenItemRow(Row):
    """An amount not yet paid, one row a due date (partita aperta)."""

    SHEET: ClassVar[Sheet] = Sheet(
        "open_items",
        ("partite aperte", "scadenzario", "partite"),
        ("receivables",),
        key=("customer_code", "kind", "document_number", "document_on", "due_on"),
        references=(Reference("customers", ("customer_code",)),),
    )

    customer_code: Annotated[str, column(TEXT, "Codice cliente|Cliente", "Customer code|Customer")]
    kind: Annotated[OpenItemKind, column(OPEN_ITEM_KIND, "Tipo partita|Tipo", "Item kind|Kind|Type")] = (
        OpenItemKind.INVOICE
    )
    document_number: Annotated[
        str, column(TEXT, "Numero documento|Documento|Numero fattura|Numero", "Document number|Document|Invoice number")
    ]
    document_on: Annotated[date, column(DAY, "Data documento|Data fattura", "Document date|Invoice date")]
    due_on: Annotated[date, column(DAY, "Data scadenza|Scadenza", "Due date|Due on")]
    amount: Annotated[Money, column(MONEY, "Importo|Importo rata", "Amount|Instalment")]
    residual: Annotated[Money, column(MONEY, "Residuo|Importo residuo|Da incassare", "Residual|Open amount|Balance")]
    payment_method: Annotated[
        PaymentMethod | None, column(PAYMENT_METHOD, "Modalità di pagamento|Modo pagamento", "Payment method")
    ] = None

    @rule("residual", "amount")
    def _the_residual_is_within_the_amount(self) -> str | None:
        if not 0 < self.residual.amount <= self.amount.amount:
            return f"the open amount {self.residual.amount} must lie between 0 and {self.amount.amount}, 0 excluded"
        return None

    @rule("due_on", "document_on")
    def _it_falls_due_after_the_document(self) -> str | None:
        if self.due_on < self.document_on:
            return f"it falls due on {self.due_on}, before the document's date {self.document_on}"
        return None
