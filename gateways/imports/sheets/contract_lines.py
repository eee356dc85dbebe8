"""Contract lines and hour pools (righe di contratto, monte ore)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from aggregates.values import Money
from gateways.imports.cells import TEXT, WORDS, YES_NO
from gateways.imports.moments import DAY, DURATION
from gateways.imports.quantities import MONEY, PERCENTAGE, QUANTITY, UNIT_PRICE, WHOLE
from gateways.imports.sheets.base import Reference, Row, Sheet, column, rule
from gateways.imports.sheets.contract_words import TIERS, Tier
from gateways.imports.sheets.serial_items import COUNTER, Counter


class ContractLineRow(Row):
    """What a contract covers and at what fee (riga). A metered line has its counter, included volume and prices."""

    SHEET: ClassVar[Sheet] = Sheet(
        "contract_lines",
        ("righe contratto", "righe contratti", "corpo contratti"),
        ("contract items",),
        key=("contract_number", "line"),
        references=(
            Reference("contracts", ("contract_number",)),
            Reference("serial_items", ("serial_numbers",)),
            Reference("articles", ("article_code",)),
        ),
    )

    contract_number: Annotated[str, column(TEXT, "Numero contratto|Contratto", "Contract number|Contract")]
    line: Annotated[int, column(WHOLE, "Riga|Numero riga", "Line|Line number")]
    description: Annotated[str, column(TEXT, "Descrizione", "Description")]
    article_code: Annotated[str | None, column(TEXT, "Codice articolo|Articolo", "Article code|Article")] = None
    serial_numbers: Annotated[
        tuple[str, ...], column(WORDS, "Matricole|Matricola", "Serial numbers|Serial number|Serials")
    ] = ()
    quantity: Annotated[Decimal, column(QUANTITY, "Quantità|Q.tà|Qta", "Quantity|Qty")] = Decimal(1)
    fee: Annotated[Money | None, column(MONEY, "Canone|Canone riga|Importo", "Fee|Line fee|Amount")] = None
    discount_percent: Annotated[Decimal, column(PERCENTAGE, "Sconto|Sconto %", "Discount|Discount %")] = Decimal(0)
    vat_code: Annotated[str | None, column(TEXT, "Codice IVA|IVA", "VAT code|VAT")] = None
    starts_on: Annotated[date | None, column(DAY, "Dal|Valida dal", "From|Starts on")] = None
    ends_on: Annotated[date | None, column(DAY, "Al|Valida al", "To|Ends on")] = None
    covers_labour: Annotated[bool, column(YES_NO, "Manodopera|Copre manodopera", "Labour|Covers labour")] = False
    covers_parts: Annotated[bool, column(YES_NO, "Ricambi|Copre ricambi", "Parts|Covers parts")] = False
    covers_consumables: Annotated[
        bool, column(YES_NO, "Consumabili|Materiale di consumo", "Consumables|Covers consumables")
    ] = False
    covers_travel: Annotated[bool, column(YES_NO, "Viaggio|Copre viaggio", "Travel|Covers travel")] = False
    covers_call_fee: Annotated[bool, column(YES_NO, "Diritto di chiamata", "Call fee|Covers call fee")] = False
    counter: Annotated[Counter | None, column(COUNTER, "Contatore", "Meter|Counter")] = None
    included: Annotated[int, column(WHOLE, "Copie incluse|Incluse", "Included|Included volume")] = 0
    tiers: Annotated[tuple[Tier, ...], column(TIERS, "Prezzo eccedenza|Scaglioni", "Excess price|Tiers")] = ()
    minimum_fee: Annotated[Money | None, column(MONEY, "Minimo fatturabile|Minimo", "Minimum fee|Minimum")] = None

    @rule("counter", "tiers", "included")
    def _a_metered_line_is_whole(self) -> str | None:
        if self.counter is not None and not self.tiers:
            return "a line with a counter needs the price of the excess"
        if self.counter is None and (self.tiers or self.included):
            return "an included volume or an excess price needs its counter"
        return None

    @rule("ends_on", "starts_on")
    def _ends_after_it_starts(self) -> str | None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            return f"the line ends on {self.ends_on}, before it starts on {self.starts_on}"
        return None


class HourPoolRow(Row):
    """A prepaid hour pool and what is left of it (monte ore, R2.1); durations in minutes."""

    SHEET: ClassVar[Sheet] = Sheet(
        "hour_pools",
        ("monte ore", "pacchetti ore"),
        ("hour pool balances", "prepaid hours"),
        key=("contract_number", "starts_on"),
        references=(Reference("contracts", ("contract_number",)),),
    )

    contract_number: Annotated[str, column(TEXT, "Numero contratto|Contratto", "Contract number|Contract")]
    starts_on: Annotated[date, column(DAY, "Valido dal|Dal", "Valid from|From")]
    ends_on: Annotated[date, column(DAY, "Valido al|Al|Scadenza", "Valid to|To|Expiry")]
    purchased_minutes: Annotated[int, column(DURATION, "Ore acquistate|Ore", "Hours bought|Purchased hours")]
    balance_minutes: Annotated[int, column(DURATION, "Ore residue|Saldo ore|Residuo", "Hours left|Balance")]
    price: Annotated[Money, column(MONEY, "Prezzo|Importo", "Price|Amount")]
    minimum_minutes: Annotated[int, column(WHOLE, "Minimo minuti|Minimo", "Minimum minutes|Minimum")] = 30
    step_minutes: Annotated[int, column(WHOLE, "Scatto minuti|Scatto|Arrotondamento", "Step minutes|Step")] = 15
    overage_hourly_price: Annotated[
        Decimal | None, column(UNIT_PRICE, "Prezzo eccedenza|Tariffa eccedenza", "Overage price|Overage rate")
    ] = None

    @rule("balance_minutes", "purchased_minutes")
    def _the_balance_is_within_the_pool(self) -> str | None:
        if self.balance_minutes > self.purchased_minutes:
            return f"{self.balance_minutes} minutes are left of {self.purchased_minutes} bought"
        return None

    @rule("ends_on", "starts_on")
    def _ends_after_it_starts(self) -> str | None:
        if self.ends_on < self.starts_on:
            return f"the pool ends on {self.ends_on}, before it starts on {self.starts_on}"
        return None

    @rule("step_minutes")
    def _the_step_is_positive(self) -> str | None:
        return "the step must be of at least one minute" if self.step_minutes < 1 else None
