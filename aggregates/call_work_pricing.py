"""What the work on a call costs (costo dell'intervento): call fee, travel, labour, overtime, per-diem (§4, R4.1).

Work that one price and one decision hold for is one line, however often somebody came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from aggregates.because import Because
from aggregates.call_charged import bands_of, machine_of
from aggregates.call_lines import HUNDRED, ONE, CallLines, Charged, day_of
from aggregates.call_values import ChargeItem
from aggregates.coverage import CoverageKind, Decision
from aggregates.hour_pool_values import PoolDraw
from aggregates.price_list import ChargeKind, Price
from aggregates.rules.hour_pools import Band
from aggregates.tariff import Tariff
from aggregates.work_report import ActivityMode, Performed

OVERTIME = (ChargeKind.OVERTIME_HOUR, ChargeKind.OVERTIME_PERCENT)
NIGHT = (ChargeKind.NIGHT_HOUR, ChargeKind.NIGHT_PERCENT)
HOLIDAY = (ChargeKind.HOLIDAY_HOUR, ChargeKind.HOLIDAY_PERCENT)
PREMIUMS = {
    Band.OUT_OF_HOURS: (OVERTIME,),
    Band.SATURDAY: (OVERTIME,),
    Band.NIGHT: (NIGHT, OVERTIME),
    Band.HOLIDAY: (HOLIDAY, OVERTIME),
    Band.NIGHT_HOLIDAY: (HOLIDAY, NIGHT, OVERTIME),
}
"""By band: its own hourly rate or percentage, else that of overtime."""
WORDS = {
    OVERTIME: ("Straordinario", "Maggiorazione straordinario"),
    NIGHT: ("Lavoro notturno", "Maggiorazione notturna"),
    HOLIDAY: ("Lavoro festivo", "Maggiorazione festiva"),
}


DRAWN, BEYOND = Because(code="hours-drawn"), Because(code="pool-overage")


class _Part(NamedTuple):
    """Some of an item: at which price, who pays, how much, in which words."""

    price: Price
    decision: Decision
    amount: Decimal
    words: str
    machines: Mapping[UUID | None, Decimal] = {}
    """How much of the amount was for which machine; None is the call as a whole."""


class CallWorkPricing(CallLines):
    """Prices what was done on a call."""

    def work(self) -> Iterator[Charged]:
        """The lines of all work, an item of cost after the other."""
        done = [one for one in self.call.performed.values() if one.is_chargeable]
        visits = [one for one in done if one.mode is ActivityMode.VISIT]
        if visits and ChargeItem.CALL_FEE not in self.written:
            yield from self._call_fee(visits[0])
        if ChargeItem.TRAVEL not in self.written:
            yield from self._travel(done)
        if ChargeItem.LABOUR not in self.written:
            yield from self._hours(ChargeItem.LABOUR, (part for one in done for part in self._labour(one)))
            yield from (line for draw in self.about.draws for line in self._beyond_the_pool(draw))
        if ChargeItem.OVERTIME not in self.written:
            yield from self._hours(ChargeItem.OVERTIME, (part for one in done for part in self._overtime(one)))
        if ChargeItem.PER_DIEM not in self.written:
            yield from self._per_diem(visits)

    def _call_fee(self, visit: Performed) -> Iterator[Charged]:
        price = self.on(visit).charge(ChargeKind.CALL_FEE)
        if price is not None:
            decision = self.decide(ChargeItem.CALL_FEE)
            yield self.line(ChargeItem.CALL_FEE, decision, price, "Diritto di chiamata", ONE, "PZ")

    # Travel

    def _travel(self, done: list[Performed]) -> Iterator[Charged]:
        """Kilometres there and back, a zone's flat in their place, hours of travel: what the list charges (§4)."""
        decision = self.decide(ChargeItem.TRAVEL)
        ways = [part for one in done for part in self._way(one, decision)]
        for unit, words in (("PZ", "Viaggio a forfait"), ("km", "Viaggio")):
            for part in _merged(part for part in ways if part.words == words):
                yield self.line(ChargeItem.TRAVEL, decision, part.price, words, part.amount, unit)
        yield from self._hours(ChargeItem.TRAVEL, (part for part in ways if part.words == "Ore di viaggio"))

    def _way(self, one: Performed, decision: Decision) -> Iterator[_Part]:
        tariff = self.on(one).among(ChargeKind.TRAVEL_KM, ChargeKind.TRAVEL_HOUR, ChargeKind.TRAVEL_ZONE)
        if one.mode is ActivityMode.VISIT and not one.rode_along:
            flat, driven = tariff.zone(self.about.area), one.travel_km or Decimal(0)
            price = None if flat else tariff.charge(ChargeKind.TRAVEL_KM, driven)
            if flat is not None:
                yield _Part(flat, decision, ONE, "Viaggio a forfait")
            elif price is not None and driven > tariff.counting(price).free_km:
                yield _Part(price, decision, driven - tariff.counting(price).free_km, "Viaggio")
        hour = tariff.charge(ChargeKind.TRAVEL_HOUR)
        if hour is not None and one.travel_minutes:
            yield _Part(hour, decision, Decimal(one.travel_minutes), "Ore di viaggio")

    # Labour and overtime

    def _labour(self, one: Performed) -> Iterator[_Part]:
        """All minutes of work at the hour's price, but for those that an own rate stands for."""
        price = self.on(one).charge(ChargeKind.LABOUR_HOUR)
        minutes = one.work_minutes - sum(p.minutes for p in self._premiums(one) if p.stands_for_labour)
        if price is not None and minutes > 0:
            worked = Decimal(minutes)
            yield _Part(price, self._done(ChargeItem.LABOUR, one), worked, "Manodopera", {machine_of(one): worked})

    def _overtime(self, one: Performed) -> Iterator[_Part]:
        """Overtime at its own hourly rate, or as a surcharge on the hour of labour (§4)."""
        decision = self._done(ChargeItem.OVERTIME, one)
        for premium in self._premiums(one):
            minutes = Decimal(premium.minutes)
            yield _Part(premium.price, decision, minutes, premium.words, {machine_of(one): minutes})

    def _premiums(self, one: Performed) -> Iterator[_Premium]:
        tariff = self.on(one)
        labour = tariff.charge(ChargeKind.LABOUR_HOUR)
        alike = self._done(ChargeItem.LABOUR, one).is_covered is self._done(ChargeItem.OVERTIME, one).is_covered
        night = tariff.counting(labour)
        for band, minutes in bands_of(self.call, one, (night.night_from, night.night_to)).items():
            for kinds in PREMIUMS.get(band, ()):
                premium = _premium(tariff.among(*kinds), kinds, labour, minutes, alike)
                if premium is not None:
                    yield premium
                    break

    def _done(self, item: ChargeItem, one: Performed) -> Decision:
        """Who pays for work: the hour pool that it was drawn from, else what was decided."""
        decision = self.decide(item, machine_of(one))
        drawn = any(one.activity_id in draw.work.activity_ids for draw in self.about.draws)
        cover = decision.cover
        if cover is not None and not drawn and not cover.admits(one.kind):
            return Decision(kind=CoverageKind.CHARGEABLE, because=cover.leaves_out, reason=cover.leaves_out.italian)
        if decision.kind is CoverageKind.POOL or not drawn:
            return decision
        return Decision(kind=CoverageKind.POOL, because=DRAWN, reason=DRAWN.italian)

    def _beyond_the_pool(self, draw: PoolDraw) -> Iterator[Charged]:
        """Hours that the pool had no minutes for, at the pool's rate or the customer's (R2.4)."""
        if draw.overage_minutes <= 0:
            return
        price = self.tariff.at(draw.drawn_on).charge(ChargeKind.LABOUR_HOUR)
        if draw.hourly_rate is not None:
            rate = {"unit_price": draw.hourly_rate.amount, "discount_percent": Decimal(0)}
            price = (price or _POOL_HOUR).model_copy(update=rate)
        if price is not None:
            charged = Decision(kind=CoverageKind.CHARGEABLE, because=BEYOND, reason=BEYOND.italian)
            line = self.hours(ChargeItem.LABOUR, charged, price, BEYOND.italian, draw.overage_minutes)
            yield Charged(line.line.model_copy(update={"note": BEYOND.italian}), line.item, line.decision)

    def _per_diem(self, visits: list[Performed]) -> Iterator[Charged]:
        """One for each technician's day away longer than the list's threshold, travel included (§4)."""
        away: dict[tuple[UUID | None, date], int] = {}
        for one in visits:
            key = (one.technician_id, day_of(one))
            away[key] = away.get(key, 0) + one.time.minutes + one.travel_minutes
        decision = self.decide(ChargeItem.PER_DIEM)
        parts = (part for (_, day), minutes in away.items() for part in self._day_away(day, minutes, decision))
        for part in _merged(parts):
            yield self.line(ChargeItem.PER_DIEM, decision, part.price, part.words, part.amount, "PZ")

    def _day_away(self, day: date, minutes: int, decision: Decision) -> Iterator[_Part]:
        tariff = self.tariff.at(day)
        price = tariff.charge(ChargeKind.PER_DIEM)
        threshold = tariff.counting(price).per_diem_above_minutes if price else None
        if price is not None and threshold is not None and minutes > threshold:
            yield _Part(price, decision, ONE, "Diaria")

    def _hours(self, item: ChargeItem, parts: Iterable[_Part]) -> Iterator[Charged]:
        for part in _merged(parts):
            yield self.hours(item, part.decision, part.price, part.words, part.amount).of(part.machines)


class _Premium(NamedTuple):
    """Minutes outside ordinary hours and what each hour of them costs more."""

    price: Price
    minutes: int
    words: str
    stands_for_labour: bool


_POOL_HOUR = Price(article_code="", unit_price=Decimal(0), currency="EUR", price_list_code="", from_on=date.min)


def _premium(
    tariff: Tariff, kinds: tuple[ChargeKind, ChargeKind], labour: Price | None, minutes: int, alike: bool
) -> _Premium | None:
    """By the hour, or as a percentage of the hour of labour; None when the tariff charges neither.

    An own rate holds labour and surcharge in one. Where one of the two is covered and the other is not, only what it is
    dearer than an hour of labour is the surcharge.
    """
    rate, percent = (tariff.charge(kind) for kind in kinds)
    own, surcharge = WORDS[kinds]
    if rate is not None and (alike or labour is None):
        return _Premium(rate, minutes, own, True)
    if rate is not None and labour is not None:
        more = max(rate.unit_price - labour.unit_price, Decimal(0))
        return _Premium(rate.model_copy(update={"unit_price": more}), minutes, surcharge, False)
    if percent is not None and labour is not None:
        discount = percent.discount_percent or labour.discount_percent
        price = {"unit_price": labour.unit_price * percent.unit_price / HUNDRED, "discount_percent": discount}
        return _Premium(percent.model_copy(update=price), minutes, surcharge, False)
    return None


def _merged(parts: Iterable[_Part]) -> list[_Part]:
    """Parts at one price with one decision become one, in the order of their first."""
    found: list[_Part] = []
    for part in parts:
        at = next((n for n, known in enumerate(found) if known[:2] == part[:2] and known.words == part.words), None)
        if at is None:
            found.append(part)
        else:
            machines = dict(found[at].machines)
            for machine, amount in part.machines.items():
                machines[machine] = machines.get(machine, Decimal(0)) + amount
            found[at] = found[at]._replace(amount=found[at].amount + part.amount, machines=machines)
    return found
