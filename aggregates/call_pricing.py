"""What a call costs (addebiti): every item of work done gives a line, covered ones at 100 % discount (R4.1, R4.2).

In its simple form: a call is charged or covered as a whole, as its coverage was decided. Amounts are euro before VAT.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.article import Article, article_id
from aggregates.base import Refusal
from aggregates.call import Call
from aggregates.call_values import Charge, ChargeItem, CloseOutcome
from aggregates.coverage import CoverageKind
from aggregates.invoice_values import InvoiceLine, LineSource
from aggregates.party import Party
from aggregates.price_list import ChargeKind, Price
from aggregates.quote_values import QuoteLine
from aggregates.record_ref import RecordRef
from aggregates.rules.line_amounts import line_total
from aggregates.rules.service_level import business_minutes
from aggregates.rules.vat import Supply
from aggregates.tariff import Tariff
from aggregates.values import rome_date
from aggregates.work_report import ActivityMode, Performed, UsedPart

HUNDRED, MINUTES, ONE = Decimal(100), Decimal(60), Decimal(1)
Articles = Callable[[UUID], Article | None]


class PricesMissing(Refusal):
    """There is no price for {missing}; put it on the customer's price list, or charge it by hand."""

    status = 422


@dataclass(frozen=True)
class Bill:
    """The lines of a call or quote, and what keeps them from being billed."""

    lines: tuple[InvoiceLine, ...]
    problem: PricesMissing | None = None

    @property
    def net(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))


def work_day(call: Call) -> date:
    """The day whose prices hold: that of the last work, else that of the closing or opening."""
    ends = [done.time.ends_at for done in call.performed.values()]
    return rome_date(max(ends) if ends else call.ended_at or call.opened_at)


def bill_of_call(call: Call, number: str | None, party: Party, tariff: Tariff, articles: Articles) -> Bill:
    """Call fee, travel, labour and overtime by tariff, parts by price list, charges as they were written.

    A written charge stands for its item: call fee, travel, labour or overtime are then not counted by tariff, and parts
    without a price are taken to be in it.
    """
    return _Pricing(call, number, party, tariff, articles).bill()


def bill_of_quote(quote: RecordRef, lines: Sequence[QuoteLine], party: Party, articles: Articles) -> Bill:
    """The lines of an accepted revision, as the customer accepted them."""
    made = (
        InvoiceLine(
            number=n,
            description=line.description,
            code=line.code,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price or Decimal(0),
            price_per=line.price_per,
            discounts=line.all_discounts,
            amount=line.amount,
            supply=_supply(party, articles(line.article_id) if line.article_id else None),
            note=line.covered_reason,
            source=LineSource(kind="quote", record=quote, why=line.covered_reason or line.price_source),
        )
        for n, line in enumerate(lines, 1)
    )
    return Bill(tuple(made))


class _Pricing:
    def __init__(self, call: Call, number: str | None, party: Party, tariff: Tariff, articles: Articles) -> None:
        self.call, self.party, self.tariff, self.articles = call, party, tariff, articles
        self.record = RecordRef(kind="call", id=call.id, number=number)
        is_covered = call.coverage.kind in (CoverageKind.CONTRACT, CoverageKind.WARRANTY)
        self.covered = call.coverage.why if is_covered and call.outcome is not CloseOutcome.UNFOUNDED else None
        self.written = {charge.item for charge in call.charges.values()}
        self.unpriced: list[str] = []

    def bill(self) -> Bill:
        lines = (*self._work(), *self._parts(), *map(self._charge, self.call.charges.values()))
        numbered = tuple(line.model_copy(update={"number": n}) for n, line in enumerate(lines, 1))
        is_settled = self.covered or not self.unpriced or self.written & {ChargeItem.PARTS, ChargeItem.CONSUMABLES}
        return Bill(numbered, None if is_settled else PricesMissing(missing=", ".join(self.unpriced)))

    def _work(self) -> Iterator[InvoiceLine]:
        done = list(self.call.performed.values())
        visits = [one for one in done if one.mode is ActivityMode.VISIT]
        if visits and ChargeItem.CALL_FEE not in self.written:
            yield from self._by_tariff(ChargeKind.CALL_FEE, "Diritto di chiamata", ONE)
        if ChargeItem.TRAVEL not in self.written:
            kilometres = sum((one.travel_km or Decimal(0) for one in visits), Decimal(0))
            yield from self._by_tariff(ChargeKind.TRAVEL_KM, "Viaggio", kilometres, "km")
            yield from self._by_hour(ChargeKind.TRAVEL_HOUR, "Ore di viaggio", sum(one.travel_minutes for one in done))
        worked, over = sum(one.work_minutes for one in done), sum(self._overtime(one) for one in done)
        own_rate = self.tariff.charge(ChargeKind.OVERTIME_HOUR) is not None
        if ChargeItem.LABOUR not in self.written:
            yield from self._by_hour(ChargeKind.LABOUR_HOUR, "Manodopera", worked - (over if own_rate else 0))
        if ChargeItem.OVERTIME not in self.written:
            yield from self._overtime_lines(over, own_rate)

    def _overtime_lines(self, minutes: int, own_rate: bool) -> Iterator[InvoiceLine]:
        """Overtime at its own hourly rate, or as a surcharge on the hour of labour (§4)."""
        labour, percent = self.tariff.charge(ChargeKind.LABOUR_HOUR), self.tariff.charge(ChargeKind.OVERTIME_PERCENT)
        if own_rate:
            yield from self._by_hour(ChargeKind.OVERTIME_HOUR, "Straordinario", minutes)
        elif labour is not None and percent is not None and minutes:
            surcharge = percent.model_copy(update={"unit_price": labour.unit_price * percent.unit_price / HUNDRED})
            yield self._hours(surcharge, "Maggiorazione straordinario", minutes)

    def _overtime(self, done: Performed) -> int:
        """Minutes worked outside the hours of service that the call was opened under."""
        inside = business_minutes(self.call.service.calendar, done.time.starts_at, done.time.ends_at)
        return min(max(0, done.time.minutes - inside), done.work_minutes)

    def _by_tariff(self, charge: ChargeKind, words: str, quantity: Decimal, unit: str = "PZ") -> Iterator[InvoiceLine]:
        price = self.tariff.charge(charge)
        if price is not None and quantity > 0:
            yield self._line(price, self._article(price.article_code), words, quantity, unit)

    def _by_hour(self, charge: ChargeKind, words: str, minutes: int) -> Iterator[InvoiceLine]:
        price = self.tariff.charge(charge)
        if price is not None and minutes > 0:
            yield self._hours(price, words, minutes)

    def _hours(self, price: Price, words: str, minutes: int) -> InvoiceLine:
        """So many hours, or minutes where these are no whole hundredths of an hour."""
        article = self._article(price.article_code)
        hours = (Decimal(minutes) / MINUTES).quantize(Decimal("0.01"))
        if hours * MINUTES == minutes:
            return self._line(price, article, words, hours, "H")
        return self._line(price, article, words, Decimal(minutes), "min", per=MINUTES)

    def _parts(self) -> Iterator[InvoiceLine]:
        for used in self.call.used_parts.values():
            article = self._article_of(used)
            price = self.tariff.price(article.code, used.part.quantity) if article else None
            if article is None or price is None:
                self.unpriced.append(used.part.description)
                continue
            per, words = article.details.price_multiplier, used.part.description
            line = self._line(price, article, words, used.part.quantity, article.details.unit, per=per)
            yield line.model_copy(update={"description": words, "serials": used.part.serial_numbers})

    def _line(
        self, price: Price, article: Article | None, words: str, quantity: Decimal, unit: str, per: Decimal = ONE
    ) -> InvoiceLine:
        discounts = (price.discount_percent,) if price.discount_percent else ()
        if self.covered:
            discounts = (*discounts, HUNDRED)
        return InvoiceLine(
            number=1,
            description=article.details.description if article else words,
            code=price.article_code,
            quantity=quantity,
            unit=unit,
            unit_price=price.unit_price,
            price_per=per,
            discounts=discounts,
            amount=line_total(price.unit_price, quantity, discounts, per),
            supply=_supply(self.party, article),
            revenue_account=article.details.revenue_account if article else None,
            note=self.covered,
            source=self._source(self.covered or self.call.coverage.why),
        )

    def _charge(self, charge: Charge) -> InvoiceLine:
        """A charge as written; one whose amount was settled otherwise stands as a single price."""
        amount, discounts = charge.amount.amount, (charge.discount_percent,) if charge.discount_percent else ()
        counted = line_total(charge.unit_price, charge.quantity, discounts) == amount
        return InvoiceLine(
            number=1,
            description=charge.description,
            quantity=charge.quantity if counted else ONE,
            unit=charge.unit,
            unit_price=charge.unit_price if counted else amount,
            discounts=discounts if counted else (),
            amount=amount,
            supply=_supply(self.party, None),
            note=charge.reason,
            source=self._source(charge.reason or self.call.coverage.why),
        )

    def _source(self, why: str) -> LineSource:
        return LineSource(kind="call", record=self.record, why=why)

    def _article(self, code: str) -> Article | None:
        return self.articles(article_id(code))

    def _article_of(self, used: UsedPart) -> Article | None:
        part = used.part
        known = part.article_id or (article_id(part.code) if part.code else None)
        return self.articles(known) if known else None


def _supply(party: Party, article: Article | None) -> Supply:
    """How the law sees a line: parts follow the service they are fitted with (R9.6)."""
    plant = party.terms.plant_in_building
    if article is None:
        return Supply(plant_in_building=plant)
    return Supply(plant_in_building=plant, exempt=article.details.vat_exempt, rate=article.details.vat_rate)
