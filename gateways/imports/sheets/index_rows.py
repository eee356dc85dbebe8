"""Months of a published index (indici ISTAT): value, base, published changes and the day of publication (R1.21)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from gateways.imports.cells import TEXT
from gateways.imports.moments import DAY
from gateways.imports.months import MONTH
from gateways.imports.quantities import CHANGE, UNIT_PRICE
from gateways.imports.sheets.base import Row, Sheet, column, rule


class IndexRowRow(Row):
    """A month of an index: the value on its base, what was published of its change, or both.

    A month that is there already with other figures is corrected; what was computed with the old ones stays.
    """

    SHEET: ClassVar[Sheet] = Sheet(
        "index_rows", ("indici", "indici istat"), ("indices", "index numbers"), key=("series", "month")
    )

    series: Annotated[str, column(TEXT, "Serie|Codice indice", "Series|Index code")] = "FOI"
    month: Annotated[str, column(MONTH, "Mese|Periodo", "Month|Period")]
    value: Annotated[Decimal | None, column(UNIT_PRICE, "Indice|Valore|Numero indice", "Index|Value")] = None
    base: Annotated[str, column(TEXT, "Base|Base di riferimento", "Base|Base year")] = "2015=100"
    yearly_change: Annotated[
        Decimal | None, column(CHANGE, "Variazione annuale %|Var. annuale|Variazione", "Yearly change %|Change")
    ] = None
    two_year_change: Annotated[
        Decimal | None, column(CHANGE, "Variazione biennale %|Var. biennale", "Two-year change %")
    ] = None
    published_on: Annotated[date, column(DAY, "Pubblicato il|Data pubblicazione", "Published on|Published")]
    source: Annotated[str | None, column(TEXT, "Fonte|Gazzetta Ufficiale", "Source")] = None

    @rule("value", "yearly_change", "two_year_change")
    def _says_something(self) -> str | None:
        if self.value is None and self.yearly_change is None and self.two_year_change is None:
            return "give the index of the month, or a published change"
        return None
