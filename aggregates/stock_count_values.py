"""What a count finds (rilevazione inventariale): against what was known at that moment, and what is still true of it.

Quantities in the article's unit. A count is compared with the level at the moment of counting; what moves until the
count is approved stays moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from decimal import Decimal

from aggregates.base import Refusal, require
from aggregates.rules.stock_levels import ZERO, Level
from aggregates.rules.stock_lots import LotQuantity, Lots
from aggregates.values import Rate, Value


class CountOvertaken(Refusal):
    """Since the count more has gone than it leaves; count {article} again."""


class CountBySession(Refusal):
    """This article is kept by serial or lot; count it in a count session, which asks for them one by one."""


class Found(Value):
    """What a count found of an article, and how it differed from what was known at that moment."""

    counted: Level
    difference: Rate
    serials_missing: tuple[str, ...] = ()
    serials_found: tuple[str, ...] = ()
    lots_missing: tuple[LotQuantity, ...] = ()
    lots_found: tuple[LotQuantity, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything was otherwise than known, be it one serial for another."""
        return bool(
            self.difference or self.serials_missing or self.serials_found or self.lots_missing or self.lots_found
        )

    def same_as(self, other: Found) -> bool:
        """Whether two counts say the same: goods may have moved between them, the difference is what counts."""
        mine = self.model_copy(update={"counted": ZERO})
        return mine == other.model_copy(update={"counted": ZERO})

    def still_true(self, article: str, on_hand: Decimal, serials: Set[str], lots: Lots) -> Found:
        """What is left to correct of it now: a missing piece that left since was there, a found one that came since is.

        Raises `CountOvertaken` when more has gone since than the count leaves.
        """
        missing = tuple(one for one in self.serials_missing if one in serials)
        found = tuple(one for one in self.serials_found if one not in serials)
        difference = self.difference + (len(self.serials_missing) - len(missing))
        difference -= len(self.serials_found) - len(found)
        for lot in self.lots_missing:
            require(lot.code in lots and lots[lot.code].quantity >= lot.quantity, CountOvertaken, article=article)
        require(on_hand + difference >= 0, CountOvertaken, article=article)
        left = {"difference": difference, "serials_missing": missing, "serials_found": found}
        return self.model_copy(update=left)


def compared(
    counted: Decimal,
    on_hand: Decimal,
    serials: Iterable[str] | None,
    known_serials: Set[str],
    lots: Iterable[LotQuantity] | None,
    known_lots: Lots,
) -> Found:
    """What a count says against what is known; serials and lots only where they were counted too."""
    seen = set(serials) if serials is not None else set(known_serials)
    less, more = _lots_apart({lot.code: lot for lot in lots}, known_lots) if lots is not None else ((), ())
    return Found(
        counted=counted,
        difference=counted - on_hand,
        serials_missing=tuple(sorted(known_serials - seen)),
        serials_found=tuple(sorted(seen - known_serials)),
        lots_missing=less,
        lots_found=more,
    )


def _lots_apart(
    seen: Mapping[str, LotQuantity], known: Lots
) -> tuple[tuple[LotQuantity, ...], tuple[LotQuantity, ...]]:
    less, more = [], []
    for code in sorted({*seen, *known}):
        there = seen[code].quantity if code in seen else ZERO
        thought = known[code].quantity if code in known else ZERO
        said = seen.get(code) or known[code]
        if there < thought:
            less.append(said.model_copy(update={"quantity": thought - there}))
        elif there > thought:
            more.append(said.model_copy(update={"quantity": there - thought}))
    return tuple(less), tuple(more)
