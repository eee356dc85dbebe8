"""Articles, stock per warehouse, price lists and open reservations (articoli, giacenze, listini, impegni)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from gateways.imports.cells import MULTILINE, TEXT, YES_NO, choice
from gateways.imports.moments import DAY
from gateways.imports.quantities import PERCENTAGE, QUANTITY, UNIT_PRICE
from gateways.imports.sheets.base import Reference, Row, Sheet, column, rule


class ArticleKind(StrEnum):
    """What an article is to a service company; coverage rules tell parts from consumables (R4.1)."""

    PART = "part"
    CONSUMABLE = "consumable"
    PRODUCT = "product"
    SERVICE = "service"


ARTICLE_KIND = choice(
    {
        ArticleKind.PART: ("ricambio", "spare part", "parte"),
        ArticleKind.CONSUMABLE: ("materiale di consumo", "supply", "consumabile", "consumo"),
        ArticleKind.PRODUCT: ("prodotto", "machine", "macchina", "merce"),
        ArticleKind.SERVICE: ("servizio", "charge", "prestazione", "tariffa"),
    }
)


class ArticleRow(Row):
    """A catalogue item (articolo): part, consumable, product or service.

    Prices may be per several units: the line total is quantity × price ÷ multiplier (R11.8).
    """

    SHEET: ClassVar[Sheet] = Sheet("articles", ("articoli", "anagrafica articoli"), ("items", "parts"), key=("code",))

    code: Annotated[str, column(TEXT, "Codice articolo|Codice|Articolo", "Article code|Code|Item|Item code")]
    description: Annotated[str, column(TEXT, "Descrizione", "Description|Name")]
    kind: Annotated[ArticleKind, column(ARTICLE_KIND, "Tipo articolo|Tipo", "Article kind|Kind|Type")]
    unit: Annotated[str, column(TEXT, "Unità di misura|UM|U.M.", "Unit|Unit of measure|UoM")] = "PZ"
    vat_code: Annotated[str | None, column(TEXT, "Codice IVA|IVA|Aliquota IVA", "VAT code|VAT|VAT rate")] = None
    price_multiplier: Annotated[
        Decimal, column(QUANTITY, "Moltiplicatore prezzo|Moltiplicatore|Prezzo per", "Price multiplier|Price per")
    ] = Decimal(1)
    cost: Annotated[Decimal | None, column(UNIT_PRICE, "Costo|Costo unitario|Costo standard", "Cost|Unit cost")] = None
    serialised: Annotated[bool, column(YES_NO, "Gestione matricole|Matricole", "Serialised|Serial numbers")] = False
    supplier: Annotated[str | None, column(TEXT, "Fornitore|Fornitore abituale", "Supplier")] = None
    order_lot: Annotated[Decimal | None, column(QUANTITY, "Lotto di riordino|Lotto", "Order lot|Lot")] = None
    notes: Annotated[str | None, column(MULTILINE, "Note|Annotazioni", "Notes|Remarks")] = None

    @rule("price_multiplier")
    def _the_multiplier_is_positive(self) -> str | None:
        return "the price multiplier must be above zero" if self.price_multiplier <= 0 else None


class StockRow(Row):
    """What lies in a warehouse or a van on the first day (giacenza), at its weighted average cost (R11.7)."""

    SHEET: ClassVar[Sheet] = Sheet(
        "stock",
        ("giacenze", "giacenze iniziali", "magazzino"),
        ("stock levels", "inventory"),
        key=("article_code", "warehouse"),
        references=(Reference("articles", ("article_code",)),),
    )

    article_code: Annotated[str, column(TEXT, "Codice articolo|Articolo|Codice", "Article code|Article|Item code")]
    warehouse: Annotated[str, column(TEXT, "Magazzino|Codice magazzino|Deposito", "Warehouse|Location")]
    on_hand: Annotated[Decimal, column(QUANTITY, "Giacenza|Esistenza|Quantità", "On hand|Quantity|Stock")]
    minimum: Annotated[Decimal, column(QUANTITY, "Scorta minima|Minimo", "Minimum stock|Minimum")] = Decimal(0)
    average_cost: Annotated[
        Decimal | None, column(UNIT_PRICE, "Costo medio|Costo medio ponderato", "Average cost|Unit cost")
    ] = None


class PriceRow(Row):
    """One price of a price list (listino), from a date and, for price breaks, from a quantity."""

    SHEET: ClassVar[Sheet] = Sheet(
        "price_lists",
        ("listino", "listini", "prezzi"),
        ("price list", "prices"),
        key=("price_list", "article_code", "valid_from_on", "from_quantity"),
        references=(Reference("articles", ("article_code",)),),
    )

    price_list: Annotated[str, column(TEXT, "Codice listino|Listino", "Price list|List")]
    article_code: Annotated[str, column(TEXT, "Codice articolo|Articolo", "Article code|Article|Item code")]
    unit_price: Annotated[Decimal, column(UNIT_PRICE, "Prezzo|Prezzo unitario", "Price|Unit price")]
    discount_percent: Annotated[Decimal, column(PERCENTAGE, "Sconto|Sconto %", "Discount|Discount %")] = Decimal(0)
    valid_from_on: Annotated[date, column(DAY, "Valido dal|Data inizio|Decorrenza", "Valid from|From")]
    valid_to_on: Annotated[date | None, column(DAY, "Valido al|Data fine", "Valid to|Until")] = None
    from_quantity: Annotated[Decimal, column(QUANTITY, "Da quantità", "From quantity")] = Decimal(0)

    @rule("valid_to_on", "valid_from_on")
    def _ends_after_it_starts(self) -> str | None:
        if self.valid_to_on is not None and self.valid_to_on < self.valid_from_on:
            return f"the price ends on {self.valid_to_on}, before it starts on {self.valid_from_on}"
        return None


class ReservationRow(Row):
    """Stock promised to someone before the first day (impegno di magazzino)."""

    SHEET: ClassVar[Sheet] = Sheet(
        "reservations",
        ("impegni", "impegni aperti"),
        ("open reservations", "commitments"),
        key=("reference", "article_code", "warehouse"),
        references=(
            Reference("articles", ("article_code",)),
            Reference("customers", ("customer_code",)),
            Reference("stock", ("article_code", "warehouse")),
            Reference("open_calls", ("call_number",)),
        ),
    )

    reference: Annotated[str, column(TEXT, "Riferimento|Ordine|Numero impegno", "Reference|Order|Order number")]
    article_code: Annotated[str, column(TEXT, "Codice articolo|Articolo", "Article code|Article|Item code")]
    warehouse: Annotated[str, column(TEXT, "Magazzino|Codice magazzino|Deposito", "Warehouse|Location")]
    quantity: Annotated[Decimal, column(QUANTITY, "Quantità|Q.tà|Qta", "Quantity|Qty")]
    customer_code: Annotated[str | None, column(TEXT, "Codice cliente|Cliente", "Customer code|Customer")] = None
    call_number: Annotated[str | None, column(TEXT, "Numero chiamata|Chiamata", "Call number|Call")] = None
    due_on: Annotated[date | None, column(DAY, "Data consegna|Entro il|Scadenza", "Due on|Due date")] = None
    firm: Annotated[bool, column(YES_NO, "Confermato|Definitivo", "Firm|Confirmed")] = True

    @rule("quantity")
    def _something_is_reserved(self) -> str | None:
        return "the reserved quantity must be above zero" if self.quantity <= 0 else None

    @rule("customer_code", "call_number")
    def _someone_is_served(self) -> str | None:
        if self.customer_code is None and self.call_number is None:
            return "a reservation needs its customer or its call"
        return None
