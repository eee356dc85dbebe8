"""What lines of metered fees say (testo delle righe): the printed Italian line, and the reason with every figure in it.

Dates are dd/mm/yyyy, counts have Italian thousands, prices their own decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from aggregates.because import Because, Reasons, because
from aggregates.rules.copies import NOTHING, TierAmount
from aggregates.rules.counter_names import meter_name
from aggregates.rules.meter_course import Basis, Mark
from aggregates.rules.meter_windows import CounterGroup, MeterPeriod, MeterUse, Window
from aggregates.values import Period

LONGEST = 1000
AS_MANY = 12
"""Machines named on a line; the meter statement names all."""
WORDS = {Basis.START: "inizio", Basis.BETWEEN: "interpolata", Basis.ESTIMATED: "stima"}
NOT_READ = {Basis.START: "meter-from-start", Basis.BETWEEN: "meter-between", Basis.ESTIMATED: "meter-guessed"}


def unit(is_sum: bool) -> str | None:
    """The unit of a line."""
    return None if is_sum else "copie"


def described(
    window: Window, group: CounterGroup | None, line: TierAmount | None, billed: Decimal | None = None
) -> str:
    """The line as invoices print it."""
    days = _dates(window.days)
    if group is None:
        text = f"Integrazione al minimo {days}"
        return text if line is not None else f"Conguaglio {text.lower()}: {_euro(window.rated)}, già {_euro(billed)}"
    name, measured = group.counter.name, window.measured
    flag = " (lettura stimata)" if measured.is_estimated else ""
    counted = f"consumo {_count(measured.consumption)}, incluse {_count(measured.included)}"
    head = f"{name} {days}{flag}: {counted}"
    if line is None:
        head = f"Conguaglio {head}, dovuto {_euro(window.rated)}, già fatturato {_euro(billed)}"
    elif _is_least(group, line):
        head = f"{head}, integrazione al volume minimo"
    elif len(group.counter.tiers) > 1:
        head = f"{head}, scaglione {line.tier}"
    return _short(head, [_machine(use) for use in measured.uses])


def advance_described(period: MeterPeriod, group: CounterGroup, lines: Sequence[TierAmount]) -> str:
    """The line of copies billed at their period's start, as invoices print it."""
    volume = sum((each.quantity for each in lines), Decimal(0))
    return f"{group.counter.name} in anticipo {_dates(period.period)}: {_count(volume)} copie salvo conguaglio"[
        :LONGEST
    ]


def advance_reasons(period: MeterPeriod, group: CounterGroup, lines: Sequence[TierAmount]) -> Reasons:
    """Why copies are billed at their period's start, at which prices, and what becomes of those not made."""
    days = {"from_on": period.period.starts_on, "to_on": period.period.ends_on}
    agreed = group.counters[period.number].advance
    assert agreed is not None
    volume = sum((each.quantity for each in lines), Decimal(0))
    return (
        because("meter-period", number=period.number, **days),
        because("meter-advance", counter=group.counter.name, volume=volume, on=period.period.starts_on),
        *(_priced(group, each) for each in lines),
        because(f"meter-advance-{agreed.left_over.value}"),
    )


def reasons(
    window: Window,
    group: CounterGroup | None,
    line: TierAmount | None,
    billed: Decimal | None = None,
    left: Decimal = NOTHING,
) -> Reasons:
    """Why the amount is what it is: readings, consumption, volume included, tier, formula."""
    measured = window.measured
    told = [_period(window)]
    if group is None:
        told.append(because("meter-minimum", sum=measured.consumption, missing=window.rated))
    else:
        excess = max(measured.consumption - measured.included, Decimal(0))
        counted = {"consumption": measured.consumption, "included": measured.included, "excess": excess}
        told.append(because("meter-count", counter=group.counter.name, **counted))
    if line is None:
        before = billed or Decimal(0)
        difference = window.rated - before
        rest = next((each for each in window.lines if group and _is_least(group, each)), None)
        if rest is not None:
            told.append(because("meter-least", amount=rest.amount))
        told.append(because("meter-difference", rated=window.rated, billed=before, difference=difference))
        if left:
            told.append(because("meter-carried", amount=left))
    elif group is not None:
        told.append(_priced(group, line))
    if measured.is_estimated:
        told.append(because("meter-estimated"))
    return (*told, *(each for use in measured.uses for each in _use(use)))


def _is_least(group: CounterGroup, line: TierAmount) -> bool:
    """Whether a line is no tier, but completes what was agreed to be billed in advance."""
    return line.tier > len(group.counter.tiers)


def _priced(group: CounterGroup, line: TierAmount) -> Because:
    if _is_least(group, line):
        return because("meter-least", amount=line.amount)
    return because("meter-tier" if len(group.counter.tiers) > 1 else "meter-price", **line.model_dump())


def _period(window: Window) -> Because:
    days = {"from_on": window.days.starts_on, "to_on": window.days.ends_on}
    first, last = window.numbers[0], window.numbers[-1]
    if first == last:
        return because("meter-period", number=first, **days)
    return because("meter-periods", first=first, last=last, **days)


def _use(use: MeterUse) -> Iterator[Because]:
    """What a meter counted; what nobody read says so."""
    yield because(
        "meter-use",
        serial=use.serial or "s/n",
        meter=meter_name(use.meter),
        opening=_value(use.opening),
        opened_on=use.opening.read_on or use.opening.on,
        closing=_value(use.closing),
        closed_on=use.closing.read_on or use.closing.on,
        clicks=use.clicks,
    )
    if use.weight != 1:
        yield because("meter-weighed", weight=use.weight.normalize())
    for final, initial in use.swaps:
        yield because("meter-replaced", final=final, initial=initial)
    for mark in (use.opening, use.closing):
        if mark.basis is not Basis.READ:
            yield because(NOT_READ[mark.basis], on=mark.on)


def _value(mark: Mark) -> int | str:
    return "?" if mark.value is None else mark.value


def _short(head: str, uses: Iterable[str]) -> str:
    told = list(islice(uses, AS_MANY + 1))
    if len(told) > AS_MANY:
        return f"{head}. Letture: vedi prospetto."[:LONGEST]
    text = f"{head}. {'; '.join(told)}" if told else head
    return text if len(text) <= LONGEST else f"{head}. Letture: vedi prospetto."[:LONGEST]


def _machine(use: MeterUse) -> str:
    """From reading to reading; a replaced meter in two parts."""
    ends = [*(f"{final} / {initial}" for final, initial in use.swaps), _shown(use.closing)]
    return f"{use.serial or 's/n'} {meter_name(use.meter)} {' → '.join((_shown(use.opening), *ends))}"


def _shown(mark: Mark) -> str:
    """How a mark is written."""
    value = "?" if mark.value is None else str(mark.value)
    if mark.basis is Basis.READ:
        return f"{value} ({_day(mark.read_on or mark.on)})"
    known = f"{value} " if mark.value is not None else ""
    return f"{known}{WORDS[mark.basis]} ({_day(mark.on)})"


def _count(value: Decimal | int) -> str:
    number = Decimal(value)
    whole = number == number.to_integral_value()
    text = f"{int(number):,}" if whole else f"{number.normalize():,f}"
    return text.translate(str.maketrans(",.", ".,"))


def _euro(amount: Decimal | None) -> str:
    return f"{amount or Decimal(0):,.2f}".translate(str.maketrans(",.", ".,"))


def _dates(period: Period) -> str:
    return f"{_day(period.starts_on)}–{_day(period.ends_on)}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
