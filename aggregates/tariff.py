"""Tariff (tariffa): the prices of one customer on one day: the contract's list, the customer's, then the company's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.call_values import ChargeItem
from aggregates.company import Parameters
from aggregates.party import CommercialTerms, Party
from aggregates.price_list import ChargeKind, ChargeTerms, Price, PriceList, price_list_id

ONE = Decimal(1)
NOTHING_OFF = CommercialTerms()


@dataclass(frozen=True)
class Tariff:
    """Price lists in the order in which they are asked, and the day they are asked for."""

    lists: tuple[PriceList, ...]
    on: date
    agreed: str | None = None
    """The code of the contract's own list: what is agreed there is not discounted again."""
    terms: CommercialTerms = field(default=NOTHING_OFF)

    def at(self, day: date) -> Tariff:
        """The same lists on another day."""
        return replace(self, on=day)

    def among(self, *kinds: ChargeKind) -> Tariff:
        """The first list that charges any of these items: one list says how travel or overtime is counted, not two."""
        found = next((one for one in self.lists if any(self._charged(one, kind) for kind in kinds)), None)
        return replace(self, lists=(found,) if found else ())

    def price(self, article_code: str, quantity: Decimal = ONE) -> Price | None:
        """The price of an article; None when no list has one."""
        return next((price for one in self.lists if (price := one.price(article_code, self.on, quantity))), None)

    def charge(self, charge: ChargeKind, quantity: Decimal = ONE) -> Price | None:
        """The price of a call's cost item; None when no list charges it."""
        return next((price for one in self.lists if (price := one.charge_price(charge, self.on, quantity))), None)

    def zone(self, area: str | None) -> Price | None:
        """The travel flat of the zone that a site lies in; None when no list has one."""
        return next((price for one in self.lists if area and (price := one.zone_price(area, self.on))), None)

    def counting(self, price: Price | None = None) -> ChargeTerms:
        """How the list that gave a price, or the first one that holds, counts the items of calls."""
        holding = (one for one in self.lists if one.holds(self.on))
        found = next((one for one in holding if price is None or one.code == price.price_list_code), None)
        return found.charge_terms(self.on) if found else ChargeTerms()

    def discounts(self, price: Price, item: ChargeItem) -> tuple[Decimal, ...]:
        """The discounts on a price: the list's, then the customer's unless the contract's own list gave the price."""
        own = self.terms.item_discounts.get(item, self.terms.discount_percent)
        percents = (price.discount_percent, Decimal(0) if price.price_list_code == self.agreed else own)
        return tuple(percent for percent in percents if percent)

    def _charged(self, one: PriceList, kind: ChargeKind) -> bool:
        if kind is ChargeKind.TRAVEL_ZONE:
            return bool(one.zones) and one.holds(self.on)
        return one.charge_price(kind, self.on) is not None


def tariff_of(
    party: Party,
    ours: Parameters,
    on: date,
    find: Callable[[UUID], PriceList | None],
    contract_list: str | None = None,
) -> Tariff:
    """The tariff of a customer, perhaps under a contract, with the lists that `find` knows."""
    codes = dict.fromkeys((contract_list, party.terms.price_list_code, ours.price_list_code))
    found = [find(price_list_id(code)) for code in codes if code]
    return Tariff(tuple(one for one in found if one is not None), on, contract_list, party.terms)
