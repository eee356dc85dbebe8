"""Sales of goods (vendite): orders, delivery notes and invoices, one row a line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from aggregates.rules.sold_goods import SaleDocumentKind
from gateways.imports.cells import TEXT, WORDS, choice
from gateways.imports.moments import DAY
from gateways.imports.quantities import PERCENTAGE, QUANTITY, UNIT_PRICE, WHOLE
from gateways.imports.sheets.base import Reference, Row, Sheet, column, rule

SALE_KIND = choice(
    {
        SaleDocumentKind.ORDER: ("ordine", "sales order", "ordine cliente", "impegno cliente"),
        SaleDocumentKind.DELIVERY_NOTE: ("DDT", "delivery note", "bolla", "documento di trasporto"),
        SaleDocumentKind.INVOICE: ("fattura", "sales invoice"),
    }
)


class SaleRow(Row):
    """A line of an order, a delivery note or an invoice (vendita): its rules may make a proposal of a contract."""

    SHEET: ClassVar[Sheet] = Sheet(
        "sales",
        ("vendite", "righe vendite", "documenti di vendita"),
        ("sold goods", "sales lines"),
        key=("customer_code", "kind", "document_number", "document_on", "line"),
        references=(Reference("customers", ("customer_code",)), Reference("sites", ("customer_code", "site_code"))),
    )

    customer_code: Annotated[str, column(TEXT, "Codice cliente|Cliente", "Customer code|Customer")]
    kind: Annotated[SaleDocumentKind, column(SALE_KIND, "Documento|Tipo documento", "Document|Document type")]
    document_number: Annotated[str, column(TEXT, "Numero documento|Numero", "Document number|Number")]
    document_on: Annotated[date, column(DAY, "Data documento|Data", "Document date|Date")]
    line: Annotated[int, column(WHOLE, "Riga|Numero riga", "Line|Line number")] = 1
    site_code: Annotated[str | None, column(TEXT, "Codice sede|Sede|Destinazione", "Site code|Site")] = None
    article_code: Annotated[str | None, column(TEXT, "Codice articolo|Articolo", "Article code|Article")] = None
    description: Annotated[str | None, column(TEXT, "Descrizione", "Description")] = None
    quantity: Annotated[Decimal, column(QUANTITY, "Quantità|Q.tà|Qta", "Quantity|Qty")] = Decimal(1)
    unit_price: Annotated[Decimal | None, column(UNIT_PRICE, "Prezzo|Prezzo unitario", "Price|Unit price")] = None
    discount_percent: Annotated[Decimal, column(PERCENTAGE, "Sconto|Sconto %", "Discount|Discount %")] = Decimal(0)
    serial_numbers: Annotated[
        tuple[str, ...], column(WORDS, "Matricole|Matricola", "Serial numbers|Serial number|Serials")
    ] = ()
    manufacturer: Annotated[str | None, column(TEXT, "Produttore|Marca", "Manufacturer|Maker")] = None
    delivered_on: Annotated[date | None, column(DAY, "Data consegna|Consegnato il", "Delivered on|Delivery date")] = (
        None
    )
    order_number: Annotated[str | None, column(TEXT, "Numero ordine|Ordine", "Order number|Order")] = None
    note_number: Annotated[str | None, column(TEXT, "Numero DDT|DDT", "Delivery note number|Delivery note")] = None

    @rule("article_code", "description")
    def _says_what_was_sold(self) -> str | None:
        return None if self.article_code or self.description else "a line needs an article or a description"

    @rule("quantity")
    def _something_was_sold(self) -> str | None:
        return None if self.quantity > 0 else "the quantity must be more than 0"

    @rule("serial_numbers", "quantity")
    def _serials_are_of_pieces(self) -> str | None:
        if len(self.serial_numbers) > self.quantity:
            return f"{len(self.serial_numbers)} serial numbers for {self.quantity} pieces"
        return None
