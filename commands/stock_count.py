"""What people may ask about counts (inventari): start, count blind, count again, approve, give up."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.article import Article
from aggregates.base import Act, Refusal, require
from aggregates.rules.stock_levels import ZERO, Level
from aggregates.rules.stock_lots import LotQuantity, total
from aggregates.stock import Ownership, SerialsDoNotMatch, stock_item_id
from aggregates.stock_count import CountStatus, StockCount
from aggregates.stock_count_values import Found, compared
from aggregates.stock_item import StockItem
from aggregates.values import Money, cents
from aggregates.warehouse import Warehouse
from commands.base import Answer, Command, Service
from commands.stock import stock_at
from commands.words import Words


class CountNeedsSerials(Refusal):
    """Every piece of {article} has a serial number; give the numbers that are there, or none if nothing is."""

    status = 422


class CountNeedsLots(Refusal):
    """{article} is kept by lot; give each lot that is there with its quantity, or none if nothing is."""

    status = 422


class CountIsEmpty(Refusal):
    """Say how many are there; 0 if there are none."""

    status = 422


class StartStockCount(Command):
    """Begin to count a warehouse or a van; nothing moves in stock until the count is approved."""

    count_id: UUID | None = None
    warehouse_id: UUID
    title: Words = Field(min_length=1, max_length=120, examples=["Conta settimanale furgone 02"])


class CountLine(Command):
    """Say what is there of an article, without being told what should be; several people may count the same."""

    count_id: UUID
    article_id: UUID
    ownership: Ownership = Ownership.OWN
    counted: Level | None = Field(default=None, examples=["7"], description="Left out, what serials or lots make.")
    serials: tuple[str, ...] | None = Field(default=None, description="Needed for articles with serial numbers.")
    lots: tuple[LotQuantity, ...] | None = Field(default=None, description="Needed for articles kept by lot.")


class AskRecount(Command):
    """Have an article of a count counted anew; what was found before counts no more."""

    count_id: UUID
    article_id: UUID
    ownership: Ownership = Ownership.OWN
    reason: Words = Field(min_length=3, examples=["Differenza troppo grande"])


class ApproveStockCount(Command):
    """Take the differences of a count into stock, all at once and at average cost; not by one who counted (R11.4).

    What came and went since each line was counted stays: only the difference found then is corrected.
    """

    count_id: UUID
    reason: Words = Field(min_length=3, examples=["Conta settimanale, differenze verificate"])


class AbandonStockCount(Command):
    """Give a count up; stock stays as it is."""

    count_id: UUID
    reason: Words = Field(min_length=3, examples=["Interrotta: merce in arrivo"])


def start_stock_count(cmd: StartStockCount, act: Act, service: Service) -> Answer:
    """Handles `StartStockCount`."""
    service.load(Warehouse, cmd.warehouse_id)
    count_id = cmd.count_id or service.new_id("count")
    if service.find(StockCount, count_id) is None:
        service.save(StockCount.start(count_id, cmd.warehouse_id, cmd.title, act))
    return {"count_id": count_id}


def count_line(cmd: CountLine, act: Act, service: Service) -> Answer:
    """Handles `CountLine`. Raises `CountIsOver`, `CountNeedsSerials`, `CountNeedsLots`, `SerialsDoNotMatch`."""
    count = service.load(StockCount, cmd.count_id)
    service.preload(cmd.article_id, stock_item_id(cmd.article_id, count.warehouse_id, cmd.ownership))
    article = service.load(Article, cmd.article_id)
    item = service.find(StockItem, stock_item_id(cmd.article_id, count.warehouse_id, cmd.ownership))
    found = _found(cmd, article, item)
    count.count(cmd.article_id, cmd.ownership, article.code, found, act)
    service.save(count)
    return {"counted": str(found.counted)}


def ask_recount(cmd: AskRecount, act: Act, service: Service) -> None:
    """Handles `AskRecount`."""
    count = service.load(StockCount, cmd.count_id)
    article = service.load(Article, cmd.article_id)
    count.ask_recount(cmd.article_id, cmd.ownership, article.code, cmd.reason, act)
    service.save(count)


def approve_stock_count(cmd: ApproveStockCount, act: Act, service: Service) -> Answer:
    """Handles `ApproveStockCount`; raises `CountOvertaken` when more has gone since than a line leaves."""
    count = service.load(StockCount, cmd.count_id)
    if count.status is CountStatus.APPROVED:
        return {"differences": 0}
    count.check_approvable(act)
    service.preload(*count.lines, *(line.article_id for line in count.lines.values()))
    differences, value = 0, ZERO
    for line in count.lines.values():
        if not line.found.differs:
            continue
        item = stock_at(service, line.article_id, count.warehouse_id, act, line.ownership)
        difference = item.correct(count.id, line.article, line.found, act)
        differences += 1
        value += difference * item.unit_cost
    count.approve(cmd.reason, differences, Money(amount=cents(value)), act)
    service.save(count)
    return {"differences": differences, "value": str(cents(value))}


def abandon_stock_count(cmd: AbandonStockCount, act: Act, service: Service) -> None:
    """Handles `AbandonStockCount`."""
    count = service.load(StockCount, cmd.count_id)
    count.abandon(cmd.reason, act)
    service.save(count)


def _found(cmd: CountLine, article: Article, item: StockItem | None) -> Found:
    keeps_serials = article.details.serial_tracked or bool(item and item.serials)
    keeps_lots = article.details.lot_tracked or bool(item and item.lots)
    empty = cmd.counted == 0
    serials = () if empty and cmd.serials is None else cmd.serials
    lots = () if empty and cmd.lots is None else cmd.lots
    require(not keeps_serials or serials is not None, CountNeedsSerials, article=article.code)
    require(not keeps_lots or lots is not None, CountNeedsLots, article=article.code)
    counted = _counted(cmd, serials if keeps_serials else None, lots if keeps_lots else None)
    return compared(
        counted,
        item.on_hand if item else ZERO,
        serials if keeps_serials else None,
        item.serials if item else set(),
        lots if keeps_lots else None,
        item.lots if item else {},
    )


def _counted(cmd: CountLine, serials: tuple[str, ...] | None, lots: tuple[LotQuantity, ...] | None) -> Decimal:
    made = Decimal(len(set(serials))) if serials is not None else total(lots) if lots is not None else None
    counted = cmd.counted if cmd.counted is not None else made
    if counted is None:
        raise CountIsEmpty
    fits = serials is None or (counted == made and len(set(serials)) == len(serials))
    require(fits, SerialsDoNotMatch, quantity=str(counted), given=len(serials or ()))
    return counted
