"""New fees from old ones (nuovi canoni): by percent, index, amount or typed total, spread to the cent (R1.22).

Fees are annual, in euro. A whole is rounded once and then spread by largest remainder (R0.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from aggregates.adjustment_terms import AdjustmentTerms, Month
from aggregates.because import Because, Reasons, because
from aggregates.rules.indexation import IndexChange
from aggregates.rules.rounding import to_cents
from aggregates.values import Rate, Value


class FeeNow(Value):
    """A line's annual fee in force, and the fee that an absolute adjustment starts from."""

    line_id: UUID
    fee: Rate
    original: Rate


class NewFee(Value):
    """A line's annual fee before and after; with an index, the month since which its change is counted."""

    line_id: UUID
    old: Rate
    new: Rate
    base_month: Month | None = None


class Adjustment(Value):
    """What a change makes of some lines: old and new fee of each, and the formula as a reason."""

    lines: tuple[NewFee, ...]
    because: Reasons

    @property
    def old(self) -> Decimal:
        """The annual total before."""
        return sum((line.old for line in self.lines), Decimal("0.00"))

    @property
    def new(self) -> Decimal:
        """The annual total after."""
        return sum((line.new for line in self.lines), Decimal("0.00"))


def spread(total: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """A total over lines by largest remainder, ties to the earlier line; lines below zero keep their sign (R0.3).

    Raises `ValueError` when the weights sum to nothing.
    """
    whole = sum(map(Fraction, weights), Fraction())
    if not whole:
        raise ValueError("the fees must sum to something else than zero")
    exact = [Fraction(total) * 100 * Fraction(weight) / whole for weight in weights]
    hundredths = [part.numerator // part.denominator for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda line: (hundredths[line] - exact[line], line))
    for line in by_remainder[: int(Fraction(total) * 100) - sum(hundredths)]:
        hundredths[line] += 1
    return tuple(Decimal(part).scaleb(-2) for part in hundredths)


def by_percent(lines: Sequence[FeeNow], percent: Decimal, *, each_line: bool) -> Adjustment:
    """Fees changed by a percentage: the total once, then spread, or each line by itself."""
    return _by_factor(lines, 1 + Fraction(percent) / 100, each_line=each_line, percent=percent)


def by_amount(lines: Sequence[FeeNow], amount: Decimal) -> Adjustment:
    """The same amount more (or less) on each line."""
    new = [line.fee + amount for line in lines]
    return _made(lines, new, because("adjust-amount", amount=amount, lines=len(lines)))


def by_total(lines: Sequence[FeeNow], total: Decimal) -> Adjustment:
    """A typed new total (forfait), spread over the lines by their fees."""
    new = spread(total, [line.fee for line in lines])
    return _made(lines, new, because("adjust-total", total=total))


def by_index(lines: Sequence[FeeNow], terms: AdjustmentTerms, change: IndexChange, *, each_line: bool) -> Adjustment:
    """Fees that follow an index: original × (1 + share × change), not below the floor, not above the cap (R1.20).

    With RELATIVE chaining the original is the fee in force.
    """
    if each_line:
        singles = [_indexed([line], terms, change) for line in lines]
        new_lines = tuple(line for single in singles for line in single.lines)
        made = Adjustment(
            lines=new_lines, because=(because("adjust-index-each", share=terms.share_percent), *change.because)
        )
    else:
        made = _indexed(lines, terms, change)
    since = {"base_month": change.from_month}
    return made.model_copy(update={"lines": tuple(line.model_copy(update=since) for line in made.lines)})


def _indexed(lines: Sequence[FeeNow], terms: AdjustmentTerms, change: IndexChange) -> Adjustment:
    old = sum((line.fee for line in lines), Decimal("0.00"))
    original = sum((line.original for line in lines), Decimal("0.00"))
    free = to_cents(Fraction(original) * (1 + Fraction(terms.share_percent) / 100 * change.rate))
    new, bound = _bounded(old, free, terms)
    told = [because("adjust-index", original=original, share=terms.share_percent, free=free), *change.because, *bound]
    if new == old:
        return _made(lines, [line.fee for line in lines], *told)
    return _made(lines, spread(new, [line.original for line in lines]), *told)


def _bounded(old: Decimal, new: Decimal, terms: AdjustmentTerms) -> tuple[Decimal, Reasons]:
    """The new total inside floor and cap, which are measured on the fee in force, and which of them held."""
    if terms.floor_percent is not None:
        floor = to_cents(Fraction(old) * (1 + Fraction(terms.floor_percent) / 100))
        if new < floor:
            code = "adjust-no-decrease" if terms.floor_percent == 0 else "adjust-floor"
            return floor, (because(code, percent=terms.floor_percent, new=floor),)
    if terms.cap_percent is not None:
        cap = to_cents(Fraction(old) * (1 + Fraction(terms.cap_percent) / 100))
        if new > cap:
            return cap, (because("adjust-cap", percent=terms.cap_percent, new=cap),)
    return new, ()


def _by_factor(lines: Sequence[FeeNow], factor: Fraction, *, each_line: bool, percent: Decimal) -> Adjustment:
    if each_line:
        new = tuple(to_cents(Fraction(line.fee) * factor) for line in lines)
        return _made(lines, new, because("adjust-percent-each", percent=percent))
    old = sum((line.fee for line in lines), Decimal("0.00"))
    total = to_cents(Fraction(old) * factor)
    return _made(
        lines,
        spread(total, [line.fee for line in lines]),
        because("adjust-percent", old=old, percent=percent, new=total),
    )


def _made(lines: Sequence[FeeNow], new: Sequence[Decimal], *reasons: Because) -> Adjustment:
    made = (NewFee(line_id=line.line_id, old=line.fee, new=fee) for line, fee in zip(lines, new, strict=True))
    return Adjustment(lines=tuple(made), because=reasons)
