"""What people may ask about price lists (listini)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from aggregates.base import Act
from aggregates.natural_key import KeyKind
from aggregates.price_list import ChargeKind, ChargeTerms, PriceList, PriceRow, price_list_id
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.natural_key import begin_id


class StartPriceList(Command):
    """Begin a price list, perhaps with its first prices and the articles of the call's charges."""

    code: str = Field(min_length=1, examples=["BASE"])
    name: str = Field(examples=["Listino base"])
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    from_on: date = Field(examples=["2026-01-01"])
    to_on: date | None = None
    prices: tuple[PriceRow, ...] = ()
    charges: dict[ChargeKind, str] = Field(default={}, examples=[{"call-fee": "DIR", "labour-hour": "MAN"}])


class SetPrices(Command):
    """Set prices of articles from a day on; the same article, day and quantity again corrects a price."""

    code: str = Field(examples=["BASE"])
    prices: tuple[PriceRow, ...] = Field(min_length=1)


class SetCharge(Command):
    """Say which article prices a cost item of calls: fee, travel, labour, overtime."""

    code: str = Field(examples=["BASE"])
    charge: ChargeKind
    article_code: str = Field(examples=["DIR"])
    zone: str | None = Field(default=None, description="Of a travel flat: the area of the customer's site.")


class SetChargeTerms(Command):
    """Set how a list counts the cost items of calls from a day on: free kilometres, per-diem, mark-up, night hours."""

    code: str = Field(examples=["BASE"])
    from_on: date | None = Field(default=None, description="Left out, today.")
    terms: ChargeTerms = Field(examples=[{"free_km": "30", "per_diem_above_minutes": 600}])


class EndPriceList(Command):
    """Let a price list hold up to a day; without a day it holds on."""

    code: str = Field(examples=["BASE"])
    to_on: date | None = Field(default=None, examples=["2026-12-31"])


def start_price_list(cmd: StartPriceList, act: Act, service: Service) -> Answer:
    """Handles `StartPriceList`."""
    begin_id(service, KeyKind.PRICE_LIST, cmd.code, given=None, act=act)
    price_list = PriceList.start(cmd.code, cmd.name, act, from_on=cmd.from_on, to_on=cmd.to_on, currency=cmd.currency)
    if cmd.prices:
        price_list.set_prices(cmd.prices, act)
    for charge, article_code in cmd.charges.items():
        price_list.set_charge(charge, article_code, act)
    service.save(price_list)
    return {"price_list_id": price_list.id}


def set_prices(cmd: SetPrices, act: Act, service: Service) -> None:
    """Handles `SetPrices`."""
    price_list = service.load(PriceList, price_list_id(cmd.code))
    price_list.set_prices(cmd.prices, act)
    service.save(price_list)


def set_charge(cmd: SetCharge, act: Act, service: Service) -> None:
    """Handles `SetCharge`."""
    price_list = service.load(PriceList, price_list_id(cmd.code))
    price_list.set_charge(cmd.charge, cmd.article_code, act, cmd.zone)
    service.save(price_list)


def set_charge_terms(cmd: SetChargeTerms, act: Act, service: Service) -> None:
    """Handles `SetChargeTerms`."""
    price_list = service.load(PriceList, price_list_id(cmd.code))
    price_list.set_charge_terms(cmd.terms, cmd.from_on or rome_date(act.at), act)
    service.save(price_list)


def end_price_list(cmd: EndPriceList, act: Act, service: Service) -> None:
    """Handles `EndPriceList`."""
    price_list = service.load(PriceList, price_list_id(cmd.code))
    price_list.end(cmd.to_on, act)
    service.save(price_list)
