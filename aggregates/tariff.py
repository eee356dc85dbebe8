"""Tariff (tariffa): the prices of one customer on one day: the customer's own list first, then the company's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.company import Parameters
from aggregates.party import Party
from aggregates.price_list import ChargeKind, Price, PriceList, price_list_id


@dataclass(frozen=True)
class Tariff:
    """Price lists in the order in which they are asked, and the day they are asked for."""

    lists: tuple[PriceList, ...]
    on: date

    def price(self, article_code: str, quantity: Decimal) -> Price | None:
        """The price of an article; None when no list has one."""
        return next((price for one in self.lists if (price := one.price(article_code, self.on, quantity))), None)

    def charge(self, charge: ChargeKind) -> Price | None:
        """The price of a call's cost item; None when no list charges it."""
        return next((price for one in self.lists if (price := one.charge_price(charge, self.on))), None)


def tariff_of(party: Party, ours: Parameters, on: date, find: Callable[[UUID], PriceList | None]) -> Tariff:
    """The tariff of a customer, with the lists that `find` knows."""
    codes = dict.fromkeys((party.terms.price_list_code, ours.price_list_code))
    found = [find(price_list_id(code)) for code in codes if code]
    return Tariff(tuple(one for one in found if one is not None), on)
