"""The lines of a call's bill (righe di addebito): price, quantity, discounts, who pays, how the law sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.article import Article, article_id
from aggregates.call import Call
from aggregates.call_charged import decide
from aggregates.call_values import ChargeItem
from aggregates.coverage import Decision
from aggregates.hour_pool_values import PoolDraw
from aggregates.invoice_values import InvoiceLine, LineSource
from aggregates.party import Party
from aggregates.price_list import Price
from aggregates.record_ref import RecordRef
from aggregates.rules.line_amounts import line_total
from aggregates.rules.vat import Supply
from aggregates.tariff import Tariff
from aggregates.values import rome_date
from aggregates.work_report import Performed

HUNDRED, MINUTES, ONE = Decimal(100), Decimal(60), Decimal(1)
Articles = Callable[[UUID], Article | None]


@dataclass(frozen=True)
class CallSurroundings:
    """What the price of a call needs to know beside the call itself."""

    plant_in_building: bool = False
    """The call's contract or machine is plant in a building: its lines follow reverse charge together (R4.4)."""
    area: str | None = None
    """The zone that the site lies in."""
    draws: tuple[PoolDraw, ...] = ()
    """What the call took from hour pools, one draw for each report."""


NOWHERE = CallSurroundings()


@dataclass(frozen=True)
class Charged:
    """A line, the item of cost that it is, and who pays for it."""

    line: InvoiceLine
    item: ChargeItem
    decision: Decision
    machines: Mapping[UUID | None, Decimal] = field(default_factory=dict)
    """Which machine has how much of its quantity; None is the call as a whole, which has a line that names none."""

    def numbered(self, number: int) -> Charged:
        """The same at its place in the bill."""
        return replace(self, line=self.line.model_copy(update={"number": number}))

    def of(self, machines: Mapping[UUID | None, Decimal]) -> Charged:
        """The same for these machines."""
        return replace(self, machines=machines)


class CallLines:
    """Makes the lines of one call."""

    def __init__(
        self,
        call: Call,
        number: str | None,
        party: Party,
        tariff: Tariff,
        articles: Articles,
        about: CallSurroundings,
    ) -> None:
        self.call, self.party, self.tariff, self.articles, self.about = call, party, tariff, articles, about
        self.record = RecordRef(kind="call", id=call.id, number=number)
        self.written = {charge.item for charge in call.charges.values()}

    def on(self, done: Performed) -> Tariff:
        """The prices of the day on which work was done."""
        return self.tariff.at(rome_date(done.time.ends_at))

    def decide(self, item: ChargeItem, machine: UUID | None = None) -> Decision:
        """Who pays for an item of cost."""
        return decide(self.call, self.call.outcome, item, machine)

    def line(
        self,
        item: ChargeItem,
        decision: Decision,
        price: Price,
        words: str,
        quantity: Decimal,
        unit: str,
        per: Decimal = ONE,
    ) -> Charged:
        """A line by price list; at 100 % discount with its reason where something covers it (R4.2)."""
        article = self.articles(article_id(price.article_code))
        per *= article.details.price_multiplier if article else ONE
        discounts = self.tariff.discounts(price, item)
        return self.priced(item, decision, words, quantity, unit, price.unit_price, discounts, per, article)

    def priced(
        self,
        item: ChargeItem,
        decision: Decision,
        words: str,
        quantity: Decimal,
        unit: str,
        unit_price: Decimal,
        discounts: tuple[Decimal, ...] = (),
        per: Decimal = ONE,
        article: Article | None = None,
    ) -> Charged:
        """A line at a price."""
        if decision.is_covered:
            discounts = (*discounts, HUNDRED)
        line = InvoiceLine(
            number=1,
            description=article.details.description if article else words,
            code=article.code if article else None,
            quantity=quantity,
            unit=unit,
            unit_price=unit_price,
            price_per=per,
            discounts=discounts,
            amount=line_total(unit_price, quantity, discounts, per),
            supply=self.supply(article),
            revenue_account=article.details.revenue_account if article else None,
            note=decision.reason if decision.is_covered else None,
            source=self.source(decision),
        )
        return Charged(line, item, decision)

    def hours(self, item: ChargeItem, decision: Decision, price: Price, words: str, minutes: Decimal | int) -> Charged:
        """So many hours, or minutes where these are no whole hundredths of an hour."""
        minutes = Decimal(minutes)
        hours = (minutes / MINUTES).quantize(Decimal("0.01"))
        if hours * MINUTES == minutes:
            return self.line(item, decision, price, words, hours, "H")
        return self.line(item, decision, price, words, minutes, "min", per=MINUTES)

    def source(self, decision: Decision, reason: str | None = None) -> LineSource:
        """The call, and why its line is what it is; somebody's own reason goes before."""
        if reason or decision.because is None:
            return LineSource(kind="call", record=self.record, why=reason or decision.reason)
        return LineSource(kind="call", record=self.record, because=(decision.because,))

    def supply(self, article: Article | None) -> Supply:
        """How the law sees a line of this call."""
        return supply_of(self.party, article, self.about.plant_in_building)


def supply_of(party: Party, article: Article | None, plant: bool = False) -> Supply:
    """How the law sees a line: parts follow the service they are fitted with (R9.6)."""
    plant = plant or party.terms.plant_in_building
    if article is None:
        return Supply(plant_in_building=plant)
    return Supply(plant_in_building=plant, exempt=article.details.vat_exempt, rate=article.details.vat_rate)


def day_of(done: Performed) -> date:
    """The Italian day on which work began."""
    return rome_date(done.time.starts_at)
