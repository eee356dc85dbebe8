"""Pieces with serial numbers on calls (pezzi matricolati): one is used on one job at a time."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Refusal
from aggregates.call import Call
from aggregates.stock_item import StockItem
from aggregates.stock_pieces import SerialElsewhere, SerialInUse, fitting_id, given_back
from aggregates.work_report import UsedPart
from commands.base import Service


def fittings(article: Article | None, serials: Sequence[str]) -> tuple[UUID, ...]:
    """What a call claims of pieces; nothing of parts that are in no catalogue."""
    return tuple(fitting_id(article.id, serial) for serial in serials) if article else ()


def freed(service: Service, article: Article, serial: str) -> tuple[UUID, ...]:
    """The claims of calls that had used a piece which is not used there any more."""
    calls = service.lookups.calls_that_used(article.id, serial)
    return tuple(one for call_id in calls for one in given_back(call_id, (fitting_id(article.id, serial),)))


def freed_by_stock(
    service: Service, call: Call, article: Article, serials: Sequence[str], item: StockItem | None
) -> tuple[UUID, ...]:
    """What earlier jobs still claim of pieces that lie in this warehouse: being here, they are used nowhere."""
    here = [serial for serial in serials if item is not None and serial in item.serials]
    own = set(given_back(call.id, fittings(article, serials)))
    return tuple(one for serial in here for one in freed(service, article, serial) if one not in own)


def check_unused(service: Service, call: Call, used: UsedPart) -> None:
    """No piece is used in two lines of a call. Raises `SerialInUse`."""
    for other in call.used_parts.values():
        if other.line_id == used.line_id or other.part.code != used.part.code:
            continue
        for serial in used.part.serial_numbers:
            if serial in other.part.serial_numbers:
                number = call.number or service.lookups.call_number(call.id)
                raise SerialInUse(serial=serial, call=number or "?")


def tell_used(service: Service, article: Article | None, serials: Sequence[str]) -> None:
    """Refuse in words of calls when the log holds a piece elsewhere."""
    if article is not None and serials and service.when_taken is None:
        service.when_taken = lambda: _taken(service, article, serials)


def _taken(service: Service, article: Article, serials: Sequence[str]) -> Refusal:
    for serial in serials:
        for call_id in service.lookups.calls_that_used(article.id, serial):
            return SerialInUse(serial=serial, call=service.lookups.call_number(call_id) or "?")
    return SerialElsewhere(serials=", ".join(serials))
