"""PriceList (listino): dated prices of articles, and which articles are the call's charges (tariffe)."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.natural_key import KeyKind, natural_id
from aggregates.values import Rate, Value

ZERO = Decimal(0)
FINEST = -8
"""Unit prices have up to 8 decimals (R0.1)."""


def price_list_id(code: str) -> UUID:
    """The id of a price list: always made from its code."""
    return natural_id(KeyKind.PRICE_LIST, code)


class ChargeKind(StrEnum):
    """The cost items of a call that a price list knows as articles (§4)."""

    CALL_FEE = "call-fee"
    TRAVEL_KM = "travel-km"
    TRAVEL_HOUR = "travel-hour"
    TRAVEL_ZONE = "travel-zone"
    """A flat for the way there and back, one for each zone; it stands for the kilometres."""
    LABOUR_HOUR = "labour-hour"
    OVERTIME_HOUR = "overtime-hour"
    OVERTIME_PERCENT = "overtime-percent"
    """The price of its article is a percentage of the labour hour, not euro."""
    NIGHT_HOUR = "night-hour"
    NIGHT_PERCENT = "night-percent"
    HOLIDAY_HOUR = "holiday-hour"
    HOLIDAY_PERCENT = "holiday-percent"
    PER_DIEM = "per-diem"
    BOARD_AND_LODGING = "board-and-lodging"
    """A flat for each night away; without it they are charged at cost."""
    DIAGNOSIS = "diagnosis"
    """A flat for goods that go back without a repair."""


class PriceRow(Value):
    """An article's price from a day on, perhaps from a quantity on; the same day and quantity again replaces it."""

    article_code: str = Field(min_length=1, examples=["CMP-033"])
    from_on: date
    to_on: date | None = None
    from_quantity: Rate = Field(default=ZERO, ge=0)
    unit_price: Rate = Field(description="Before discount, up to 8 decimals.", examples=["12.50"])
    discount_percent: Rate = Field(default=ZERO, ge=0, le=100)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_on is not None and self.to_on < self.from_on:
            raise ValueError(f"the price ends on {self.to_on}, before its start on {self.from_on}")
        exponent = self.unit_price.normalize().as_tuple().exponent
        if not isinstance(exponent, int) or exponent < FINEST:
            raise ValueError("a unit price has at most 8 decimals")
        return self


class Price(Value):
    """What a line freezes of a price list: the list price, its discount, and where it came from."""

    article_code: str
    unit_price: Rate
    discount_percent: Rate = ZERO
    currency: str
    price_list_code: str
    from_on: date


class ChargeTerms(Value):
    """How a list counts the cost items of calls, beside their prices (§4)."""

    free_km: Rate = Field(default=ZERO, ge=0, description="Kilometres of each visit that cost nothing.")
    per_diem_above_minutes: int | None = Field(
        default=None, ge=0, description="A longer day away costs a per-diem; left out, none does."
    )
    third_party_markup_percent: Rate = Field(default=ZERO, ge=0, description="On what third parties cost us.")
    night_from: time = Field(default=time(22), examples=["22:00:00"])
    night_to: time = Field(default=time(6), examples=["06:00:00"])


class ZoneMissing(Refusal):
    """A travel flat holds for a zone; say for which one."""

    status = 422


class PriceListOver(Refusal):
    """Price list {code} holds from {from_on} to {to_on}; a price from {price_on} lies outside."""

    status = 422


class PriceList(Aggregate):
    """A list of prices in one currency."""

    TOPIC = "price-list"

    class Started(FirstEvent):
        """The price list exists and holds from a day on."""

        TOPIC = "price-list.started.v1"
        code: str
        name: str
        currency: str
        from_on: date
        to_on: date | None

    class PricesSet(Aggregate.Event):
        """Articles have new or corrected prices."""

        TOPIC = "price-list.prices-set.v1"
        prices: tuple[PriceRow, ...]

    class ChargeSet(Aggregate.Event):
        """A cost item of calls is priced as this article, a travel flat for one zone."""

        TOPIC = "price-list.charge-set.v1"
        charge: ChargeKind
        article_code: str
        zone: str | None = None

    class ChargeTermsSet(Aggregate.Event):
        """From a day on the cost items of calls are counted so."""

        TOPIC = "price-list.charge-terms-set.v1"
        from_on: date
        terms: ChargeTerms

    class Ended(Aggregate.Event):
        """The price list holds up to a day, or without an end again."""

        TOPIC = "price-list.ended.v1"
        to_on: date | None

    # Decide

    @classmethod
    def start(
        cls, code: str, name: str, act: Act, *, from_on: date, to_on: date | None = None, currency: str = "EUR"
    ) -> PriceList:
        """Begin a price list."""
        fields = {"code": code.strip(), "name": name, "currency": currency, "from_on": from_on, "to_on": to_on}
        return cls.begin(cls.Started, id=price_list_id(code), act=act, **fields)

    def set_prices(self, rows: tuple[PriceRow, ...], act: Act) -> None:
        """Set prices; rows already as asked are left out, and no fact is recorded when none is left."""
        for row in rows:
            require(
                self.holds(row.from_on) or row.from_on < self.from_on,
                PriceListOver,
                code=self.code,
                from_on=str(self.from_on),
                to_on=str(self.to_on or "…"),
                price_on=str(row.from_on),
            )
        changed = tuple(row for row in rows if self.prices.get(_key(row.article_code), {}).get(_place(row)) != row)
        if changed:
            self.trigger_event(self.PricesSet, act=act, prices=changed)

    def set_charge(self, charge: ChargeKind, article_code: str, act: Act, zone: str | None = None) -> None:
        """Say which article a cost item of calls is. Raises `ZoneMissing` for a travel flat without its zone."""
        if charge is ChargeKind.TRAVEL_ZONE:
            require(bool(zone and zone.strip()), ZoneMissing)
            known = self.zones.get(_key(zone or ""))
        else:
            known, zone = self.charges.get(charge), None
        if known != article_code:
            self.trigger_event(self.ChargeSet, act=act, charge=charge, article_code=article_code, zone=zone)

    def set_charge_terms(self, terms: ChargeTerms, from_on: date, act: Act) -> None:
        """Say how cost items of calls are counted from a day on; the same again records nothing."""
        if self.charge_terms(from_on) != terms:
            self.trigger_event(self.ChargeTermsSet, act=act, from_on=from_on, terms=terms)

    def end(self, to_on: date | None, act: Act) -> None:
        """Let the list hold up to a day."""
        if self.to_on != to_on:
            self.trigger_event(self.Ended, act=act, to_on=to_on)

    # Answers

    def holds(self, day: date) -> bool:
        """Whether the list is valid on a day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)

    def price(self, article_code: str, on: date, quantity: Decimal = Decimal(1)) -> Price | None:
        """The price of an article on a day: the latest begun, of the highest quantity reached; None without one."""
        rows = self.prices.get(_key(article_code), {}).values()
        valid = [
            row
            for row in rows
            if row.from_on <= on and (row.to_on is None or on <= row.to_on) and row.from_quantity <= quantity
        ]
        if not valid or not self.holds(on):
            return None
        row = max(valid, key=lambda row: (row.from_quantity, row.from_on))
        return Price(
            article_code=row.article_code,
            unit_price=row.unit_price,
            discount_percent=row.discount_percent,
            currency=self.currency,
            price_list_code=self.code,
            from_on=row.from_on,
        )

    def charge_price(self, charge: ChargeKind, on: date, quantity: Decimal = Decimal(1)) -> Price | None:
        """The price of a cost item of calls on a day; None when the list does not charge it."""
        article_code = self.charges.get(charge)
        return self.price(article_code, on, quantity) if article_code else None

    def zone_price(self, zone: str, on: date) -> Price | None:
        """The travel flat of a zone on a day; None when the list has none."""
        article_code = self.zones.get(_key(zone))
        return self.price(article_code, on) if article_code else None

    def charge_terms(self, on: date) -> ChargeTerms:
        """How cost items of calls are counted on a day."""
        begun = [day for day in self.terms if day <= on]
        return self.terms[max(begun)] if begun else ChargeTerms()

    # Evolve

    @event(Started)
    def __init__(self, code: str, name: str, currency: str, from_on: date, to_on: date | None) -> None:
        self.code, self.name, self.currency, self.from_on, self.to_on = code, name, currency, from_on, to_on
        self.prices: dict[str, dict[tuple[date, Decimal], PriceRow]] = {}
        self.charges: dict[ChargeKind, str] = {}
        self.zones: dict[str, str] = {}
        self.terms: dict[date, ChargeTerms] = {}

    @event(PricesSet)
    def _prices_set(self, prices: tuple[PriceRow, ...]) -> None:
        for row in prices:
            self.prices.setdefault(_key(row.article_code), {})[_place(row)] = row

    @event(ChargeSet)
    def _charge_set(self, charge: ChargeKind, article_code: str, zone: str | None) -> None:
        if zone is None:
            self.charges[charge] = article_code
        else:
            self.zones[_key(zone)] = article_code

    @event(ChargeTermsSet)
    def _charge_terms_set(self, from_on: date, terms: ChargeTerms) -> None:
        self.terms[from_on] = terms

    @event(Ended)
    def _ended(self, to_on: date | None) -> None:
        self.to_on = to_on


def _key(article_code: str) -> str:
    return article_code.strip().upper()


def _place(row: PriceRow) -> tuple[date, Decimal]:
    return row.from_on, row.from_quantity
