"""Price lists (listini): prices by article and day."""

from __future__ import annotations

from datetime import date
from typing import Any

from aggregates.price_list import PriceList, price_list_id
from projections.base import Ask, Page, Reader, ReadModel, Rows, Table, on, page

PRICE_LIST = Table(
    "price_list",
    {
        "price_list_id": "uuid", "code": "text", "name": "text", "currency": "text", "from_on": "date",
        "to_on": "date", "charges": "jsonb", "zones": "jsonb", "charge_terms": "jsonb",
    },
    ("price_list_id",),
    ("code",),
)  # fmt: skip
PRICE = Table(
    "price",
    {
        "price_list_id": "uuid", "article_code": "text", "from_on": "date", "from_quantity": "numeric",
        "to_on": "date", "unit_price": "numeric", "discount_percent": "numeric",
    },
    ("price_list_id", "article_code", "from_on", "from_quantity"),
)  # fmt: skip


class PriceLists(ReadModel):
    """What things cost the customer."""

    NAME = "price-lists"
    TABLES = (PRICE_LIST, PRICE)

    @on(PriceList.Started)
    def started(self, fact: PriceList.Started, rows: Rows) -> None:
        """A price list appears."""
        fields = fact.model_dump(include={"code", "name", "currency", "from_on", "to_on"})
        empty: dict[str, dict[str, str]] = {"charges": {}, "zones": {}, "charge_terms": {}}
        rows.put(PRICE_LIST, {"price_list_id": fact.stream_id, **empty, **fields})

    @on(PriceList.PricesSet)
    def prices_set(self, fact: PriceList.PricesSet, rows: Rows) -> None:
        """Prices appear or are corrected."""
        for price in fact.prices:
            rows.put(PRICE, {"price_list_id": fact.stream_id, **price.model_dump()})

    @on(PriceList.ChargeSet)
    def charge_set(self, fact: PriceList.ChargeSet, rows: Rows) -> None:
        """A cost item of calls has its article."""
        row = rows.get(PRICE_LIST, fact.stream_id)
        if row is not None:
            column, key = ("charges", fact.charge.value) if fact.zone is None else ("zones", fact.zone.strip())
            rows.patch(PRICE_LIST, fact.stream_id, **{column: {**row[column], key: fact.article_code}})

    @on(PriceList.ChargeTermsSet)
    def charge_terms_set(self, fact: PriceList.ChargeTermsSet, rows: Rows) -> None:
        """How the list counts the cost items of calls from a day on."""
        row = rows.get(PRICE_LIST, fact.stream_id)
        if row is not None:
            terms = {**row["charge_terms"], fact.from_on.isoformat(): fact.terms.model_dump(mode="json")}
            rows.patch(PRICE_LIST, fact.stream_id, charge_terms=terms)

    @on(PriceList.Ended)
    def ended(self, fact: PriceList.Ended, rows: Rows) -> None:
        """The list holds up to another day."""
        rows.patch(PRICE_LIST, fact.stream_id, to_on=fact.to_on)


class FindPriceLists(Page):
    """The price lists, perhaps those valid on a day."""

    on: date | None = None


def find_price_lists(reader: Reader, ask: FindPriceLists) -> dict[str, Any]:
    """The price lists by code."""
    return page(
        reader,
        ask,
        """select price_list_id, code, name, currency, from_on, to_on, charges, zones, charge_terms from {price_list}
            where %(on)s::date is null or (from_on <= %(on)s and (to_on is null or to_on >= %(on)s))""",
        order=("code", "price_list_id"),
    )


class AskPrices(Page):
    """The prices of a list, perhaps of one article or only those valid on a day."""

    code: str
    article_code: str | None = None
    on: date | None = None


def show_prices(reader: Reader, ask: AskPrices) -> dict[str, Any] | None:
    """The list with a page of its prices, by article and day."""
    list_id = price_list_id(ask.code)
    found = reader.row(
        """select price_list_id, code, name, currency, from_on, to_on, charges, zones, charge_terms from {price_list}
            where price_list_id = %(list_id)s""",
        {"list_id": list_id},
    )
    if found is None:
        return None
    prices = page(
        reader,
        ask,
        """select article_code, from_on, from_quantity, to_on, unit_price, discount_percent from {price}
            where price_list_id = %(list_id)s
              and (%(article_code)s::text is null or article_code = %(article_code)s)
              and (%(on)s::date is null or (from_on <= %(on)s and (to_on is null or to_on >= %(on)s)))""",
        order=("article_code", "from_on", "from_quantity"),
        list_id=list_id,
    )
    return {**found, "prices": prices}


class AskPrice(Ask):
    """What an article costs on a day by a list."""

    code: str
    article_code: str
    on: date


def show_price(reader: Reader, ask: AskPrice) -> dict[str, Any] | None:
    """The price as a document would freeze it."""
    price_list = reader.record(price_list_id(ask.code))
    price = price_list.price(ask.article_code, ask.on) if isinstance(price_list, PriceList) else None
    return price.model_dump(mode="json") if price else None
