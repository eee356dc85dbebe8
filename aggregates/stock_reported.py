"""Levels that another's program reports (giacenze comunicate): taken over like a count, with their source.

The other program is the master of quantities in the warehouses that it keeps. Its level holds for the moment at which
it was asked: it is taken only where nothing has moved here since.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from aggregates import stock_item_facts as facts
from aggregates.base import Act, Aggregate, Refusal, require
from aggregates.inventory_values import LevelReport
from aggregates.rules.stock_levels import ZERO
from aggregates.rules.stock_lots import LotQuantity


class LevelOvertaken(Refusal):
    """Goods moved here since the other program was asked; ask it again."""


class PiecesNotReported(Refusal):
    """The pieces of this article have serial numbers or lots, and the other program reports none; count them here."""


class StockReported:
    """The decision of a stock item about a level that it is told."""

    if TYPE_CHECKING:
        # What `Aggregate` and the stock item bring.
        id: UUID
        version: int
        article_id: UUID
        on_hand: Decimal
        unit_cost: Decimal
        serials: set[str]
        lots: dict[str, LotQuantity]

    def take_level(
        self,
        on_hand: Decimal,
        report: LevelReport,
        act: Act,
        *,
        known_version: int,
        serials: Sequence[str] | None = None,
        lots: Sequence[LotQuantity] | None = None,
    ) -> Decimal:
        """Take over a reported level, answering the difference; none records nothing.

        Raises `LevelOvertaken` when a fact came since `known_version`, `PiecesNotReported`.
        """
        require(self.version == known_version, LevelOvertaken)
        difference = on_hand - self.on_hand
        require(difference == ZERO or serials is not None or not self.serials, PiecesNotReported)
        require(difference == ZERO or lots is not None or not self.lots, PiecesNotReported)
        theirs = self.serials if serials is None else set(serials)
        gone, come = _lots_apart(self.lots, list(self.lots.values()) if lots is None else lots)
        missing, found = sorted(self.serials - theirs), sorted(theirs - self.serials)
        if difference or missing or found or gone or come:
            assert isinstance(self, Aggregate)
            self.trigger_event(
                getattr(type(self), facts.Counted.__name__),
                act=act,
                counted=on_hand,
                difference=difference,
                unit_cost=self.unit_cost,
                serials_missing=tuple(missing),
                serials_found=tuple(found),
                lots_missing=gone,
                lots_found=come,
                article_id=self.article_id,
                reported=report,
            )
        return difference


def _lots_apart(
    ours: dict[str, LotQuantity], theirs: Sequence[LotQuantity]
) -> tuple[tuple[LotQuantity, ...], tuple[LotQuantity, ...]]:
    """What of our lots is missing there, and what is there beyond them; by code."""
    said = {lot.code: lot for lot in theirs}
    gone, come = [], []
    for code in sorted({*ours, *said}):
        here, there = ours.get(code), said.get(code)
        more = (there.quantity if there else ZERO) - (here.quantity if here else ZERO)
        if more > 0 and there is not None:
            come.append(there.model_copy(update={"quantity": more}))
        elif more < 0 and here is not None:
            gone.append(here.model_copy(update={"quantity": -more}))
    return tuple(gone), tuple(come)
