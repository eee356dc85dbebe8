"""Lots of a stock item (lotti): which a movement takes and which come in, and what stock says no with."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date
from decimal import Decimal

from aggregates.base import Refusal, require
from aggregates.rules.stock_lots import LotQuantity, Lots, drawn, in_order, is_expired, total, usable


class LotsDoNotMatch(Refusal):
    """The lots make {given} together, the movement {quantity}; correct the quantities."""

    status = 422


class LotNotHere(Refusal):
    """There is nothing of lot {lot} in this warehouse; check the lot, or record where it was moved."""


class LotBlocked(Refusal):
    """Lot {lot} is blocked; take another one, or release it first."""


class LotExpired(Refusal):
    """Lot {lot} expired on {expires_on}; take another one, or go on with a reason."""


class LotsShort(Refusal):
    """Only {usable} of what is here may be used, the rest is blocked or expired; take fewer, or receive goods first."""


def check_coming(lots: Sequence[LotQuantity], quantity: Decimal) -> None:
    """Lots that come in make the whole quantity, where they are told. Raises `LotsDoNotMatch`."""
    given = total(lots)
    distinct = len({lot.code for lot in lots}) == len(lots)
    require(not lots or (distinct and given == quantity), LotsDoNotMatch, given=str(given), quantity=str(quantity))


def taken(
    lots: Lots,
    on_hand: Decimal,
    quantity: Decimal,
    on: date,
    *,
    named: Sequence[str] = (),
    blocked: Set[str] = frozenset(),
    any_lot: bool = False,
    forced: bool = False,
) -> tuple[LotQuantity, ...]:
    """The lots that leave with a quantity: of those named, or of all, the first to expire first.

    `any_lot` takes blocked and expired ones too (a move to where they wait), `forced` only expired ones, and more than
    is here at all, never what is here and blocked. Raises `LotNotHere`, `LotBlocked`, `LotExpired`, `LotsShort`.
    """
    if not lots:
        return _of_none(named)
    if any_lot and named:
        return _enough(drawn(_named(lots, named), quantity), quantity)
    if named:
        for lot in _named(lots, named):
            require(lot.code not in blocked, LotBlocked, lot=lot.code)
            require(forced or not is_expired(lot, on), LotExpired, lot=lot.code, expires_on=str(lot.expires_on))
        return _enough(drawn(_named(lots, named), quantity), quantity)
    fit = usable(lots, on, blocked)
    if forced:
        fit = in_order(lot for lot in lots.values() if lot.code not in blocked)
    found = drawn(fit, quantity)
    loose = max(on_hand - total(lots.values()), Decimal(0))
    is_short = total(found) + loose < quantity
    require(not is_short or (forced and quantity > on_hand), LotsShort, usable=str(total(fit) + loose))
    return found


def _of_none(named: Sequence[str]) -> tuple[LotQuantity, ...]:
    for code in named:
        raise LotNotHere(lot=code)
    return ()


def _named(lots: Lots, named: Sequence[str]) -> list[LotQuantity]:
    for code in named:
        require(code in lots, LotNotHere, lot=code)
    return in_order(lots[code] for code in dict.fromkeys(named))


def _enough(found: tuple[LotQuantity, ...], quantity: Decimal) -> tuple[LotQuantity, ...]:
    require(total(found) == quantity, LotsShort, usable=str(total(found)))
    return found
