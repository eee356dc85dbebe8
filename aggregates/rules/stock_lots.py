"""Lots (lotti): which of them goods are taken from, the first to expire before the others.

Quantities in the article's unit. What lies in a warehouse without a lot is used after all lots: it came before the
article was kept by lot, or a count found it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from decimal import Decimal

from pydantic import Field

from aggregates.rules.stock_levels import ZERO, Quantity
from aggregates.values import Value


class LotQuantity(Value):
    """How much of a lot: its code, when it expires, what the supplier calls it."""

    code: str = Field(min_length=1, max_length=60, examples=["L-2026-07"])
    quantity: Quantity = Field(examples=["2"])
    expires_on: date | None = Field(default=None, examples=["2027-06-30"])
    supplier_lot: str | None = Field(default=None, max_length=60, examples=["A-7781"])


Lots = Mapping[str, LotQuantity]
"""The lots of a warehouse by code."""


def in_order(lots: Iterable[LotQuantity]) -> list[LotQuantity]:
    """The first to expire first; those without a day last, by code."""
    return sorted(lots, key=lambda lot: (lot.expires_on or date.max, lot.code))


def usable(lots: Lots, on: date, blocked: Set[str] = frozenset()) -> list[LotQuantity]:
    """The lots that may be used on a day, in order: neither blocked nor expired (good through their last day)."""
    return in_order(lot for lot in lots.values() if lot.code not in blocked and not is_expired(lot, on))


def is_expired(lot: LotQuantity, on: date) -> bool:
    """Whether a lot's last day is over."""
    return lot.expires_on is not None and lot.expires_on < on


def drawn(lots: Sequence[LotQuantity], quantity: Decimal) -> tuple[LotQuantity, ...]:
    """The quantity taken from lots in their order; less, where they hold less."""
    taken, left = [], quantity
    for lot in lots:
        part = min(lot.quantity, left)
        if part > 0:
            taken.append(lot.model_copy(update={"quantity": part}))
            left -= part
    return tuple(taken)


def added(lots: Lots, more: Iterable[LotQuantity]) -> dict[str, LotQuantity]:
    """The lots after goods came in; what is said of a known lot later completes what was said first."""
    after = dict(lots)
    for one in more:
        known = after.get(one.code)
        if known is not None:
            one = LotQuantity(
                code=one.code,
                quantity=known.quantity + one.quantity,
                expires_on=one.expires_on or known.expires_on,
                supplier_lot=one.supplier_lot or known.supplier_lot,
            )
        after[one.code] = one
    return after


def taken_off(lots: Lots, less: Iterable[LotQuantity]) -> dict[str, LotQuantity]:
    """The lots after goods went; one with nothing left disappears."""
    after = dict(lots)
    for one in less:
        known = after.pop(one.code, None)
        if known is not None and known.quantity > one.quantity:
            after[one.code] = known.model_copy(update={"quantity": known.quantity - one.quantity})
    return after


def total(lots: Iterable[LotQuantity]) -> Decimal:
    """How much some lots hold together."""
    return sum((lot.quantity for lot in lots), ZERO)
