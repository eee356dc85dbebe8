"""What people may ask about lots (lotti): block one everywhere, let it be used again."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.article import Article
from aggregates.base import Act
from aggregates.stock_lot import StockLot, stock_lot_id
from commands.base import Command, Service
from commands.words import Words


class BlockLot(Command):
    """Let nobody use a lot any more, in no warehouse, nor what is still to come of it; it may be moved away."""

    article_id: UUID
    lot: str = Field(min_length=1, max_length=60, examples=["L-2026-07"])
    reason: Words = Field(min_length=3, examples=["Richiamo del fornitore"])


class UnblockLot(Command):
    """Let a blocked lot be used again."""

    article_id: UUID
    lot: str = Field(min_length=1, max_length=60, examples=["L-2026-07"])
    reason: Words = Field(min_length=3, examples=["Controllo superato"])


def block_lot(cmd: BlockLot, act: Act, service: Service) -> None:
    """Handles `BlockLot`; blocked already, nothing."""
    service.load(Article, cmd.article_id)
    lot = service.find(StockLot, stock_lot_id(cmd.article_id, cmd.lot)) or StockLot.note(cmd.article_id, cmd.lot, act)
    lot.block(cmd.reason, act)
    service.save(lot)


def unblock_lot(cmd: UnblockLot, act: Act, service: Service) -> None:
    """Handles `UnblockLot`."""
    lot = service.load(StockLot, stock_lot_id(cmd.article_id, cmd.lot))
    lot.unblock(cmd.reason, act)
    service.save(lot)
