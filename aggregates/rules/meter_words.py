"""What lines of metered fees say (testo delle righe): the printed Italian line, and the reason with every figure in it.

Dates are dd/mm/yyyy, counts have Italian thousands, prices their own decimals.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import islice

from aggregates.rules.copies import TierAmount
from aggregates.rules.meter_course import Basis, Mark
from aggregates.rules.meter_windows import CounterGroup, MeterUse, Window
from aggregates.values import Period

LONGEST = 1000
AS_MANY = 12
"""Machines named on a line; the meter statement names all."""


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
    elif len(group.counter.tiers) > 1:
        head = f"{head}, scaglione {line.tier}"
    return _short(head, [_italian(use) for use in measured.uses])


def reason(window: Window, group: CounterGroup | None, line: TierAmount | None, billed: Decimal | None = None) -> str:
    """Why the amount is what it is: readings, consumption, volume included, tier, formula."""
    measured, numbers = window.measured, window.numbers
    periods = f"Meter period {numbers[0]}" if len(numbers) == 1 else f"Meter periods {numbers[0]} to {numbers[-1]}"
    head = f"{periods}, {_dates(window.days)}: "
    if group is None:
        head += f"variable sum {measured.consumption}, {window.rated} missing to the minimum"
    else:
        excess = max(measured.consumption - measured.included, Decimal(0))
        head += f"{group.counter.counter} counted {measured.consumption}, included {measured.included}, excess {excess}"
    if line is None:
        head += f"; rated {window.rated}, billed before {billed}, difference {window.rated - (billed or 0)}"
    elif group is not None:
        tier = f"tier {line.tier}, " if len(group.counter.tiers) > 1 else ""
        head += f"; {tier}{line.quantity} × {line.unit_price} = {line.amount}"
    how = "; not read at the end: estimated" if measured.is_estimated else ""
    uses = "; ".join(_plain(use) for use in measured.uses)
    return f"{head}{how}. {uses}." if uses else f"{head}{how}."


def _short(head: str, uses: Iterable[str]) -> str:
    told = list(islice(uses, AS_MANY + 1))
    if len(told) > AS_MANY:
        return f"{head}. Letture: vedi prospetto."[:LONGEST]
    text = f"{head}. {'; '.join(told)}" if told else head
    return text if len(text) <= LONGEST else f"{head}. Letture: vedi prospetto."[:LONGEST]


def _italian(use: MeterUse) -> str:
    stretches = _stretches(use, _shown_italian)
    return f"{use.serial or 's/n'} {use.meter.upper()} {stretches}"


def _plain(use: MeterUse) -> str:
    weight = "" if use.weight == 1 else f", each weighing {use.weight.normalize():f}"
    name = use.serial or str(use.serial_item_id)
    return f"{name} {use.meter}: {_stretches(use, _shown)} = {use.clicks}{weight}"


def _stretches(use: MeterUse, shown: _Shown) -> str:
    """From reading to reading; a replaced meter in two parts."""
    ends = [*(f"{final} / {initial}" for final, initial in use.swaps), shown(use.closing)]
    return " → ".join((shown(use.opening), *ends))


class _Shown:
    """How a mark is written."""

    def __init__(self, words: dict[Basis, str]) -> None:
        self._words = words

    def __call__(self, mark: Mark) -> str:
        value = "?" if mark.value is None else str(mark.value)
        if mark.basis is Basis.READ:
            return f"{value} ({_day(mark.read_on or mark.on)})"
        known = f"{value} " if mark.value is not None else ""
        return f"{known}{self._words[mark.basis]} ({_day(mark.on)})"


_shown = _Shown({Basis.READ: "", Basis.START: "start", Basis.BETWEEN: "between readings", Basis.ESTIMATED: "estimated"})
_shown_italian = _Shown({Basis.READ: "", Basis.START: "inizio", Basis.BETWEEN: "interpolata", Basis.ESTIMATED: "stima"})


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
