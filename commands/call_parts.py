"""What people may ask about the parts of a call (ricambi): promise them from stock, take them out, give them back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.article import Article, ArticleKind, article_id
from aggregates.base import Act
from aggregates.call import Call
from aggregates.record_ref import RecordRef
from aggregates.stock import Reservation, stock_item_id
from aggregates.stock_item import StockItem
from aggregates.values import Rate
from aggregates.warehouse import Warehouse, WarehouseKind
from aggregates.work_report import Part, ReturnedPart, UsedPart
from commands.base import Answer, Command, Service
from commands.call_pieces import check_unused, fittings, freed_by_stock, tell_used
from commands.call_promises import fetch_promises, still_ordered
from commands.promise_places import note_carried, note_promised, of_call
from commands.serial_item_fitting import fit, unfit
from commands.stock import issue_stock, stock_at
from commands.words import Words

ZERO = Decimal(0)
NOT_STOCKED = "part-not-in-stock"
MORE_THAN_PLANNED = "more-than-planned"
WAREHOUSE = "Left out, the technician's van where it has enough of them, or else the main warehouse."


class PlanPart(Command):
    """Say that a part will be needed on a call, or change the line by giving its id.

    What is kept in stock is reserved for the call, softly; what is not is planned all the same, with a warning.
    """

    call_id: UUID
    line_id: UUID | None = None
    article_id: UUID | None = None
    code: str | None = Field(default=None, examples=["EV-230"])
    description: Words = Field(min_length=1, examples=["Elettrovalvola 230 V"])
    quantity: Rate = Field(default=Decimal(1), gt=0)
    unit: str = "pz"
    warehouse_id: UUID | None = Field(default=None, description=WAREHOUSE)


class UsePart(Command):
    """Record a part used on a call, with its serial numbers and lots; what is kept in stock leaves its warehouse.

    A part that is not kept in stock is recorded all the same, with a warning.
    """

    call_id: UUID
    line_id: UUID | None = None
    planned_line_id: UUID | None = None
    activity_id: UUID | None = None
    serial_item_id: UUID | None = Field(default=None, description="The machine it went into.")
    article_id: UUID | None = None
    code: str | None = None
    description: Words = Field(min_length=1, examples=["Elettrovalvola 230 V"])
    quantity: Rate = Field(default=Decimal(1), gt=0)
    unit: str = "pz"
    serial_numbers: tuple[str, ...] = Field(default=(), description="Needed for articles with serial numbers.")
    lots: tuple[str, ...] = ()
    warehouse_id: UUID | None = Field(default=None, description=WAREHOUSE)
    part_of_fix: bool = Field(
        default=False, description="Defective itself or used up by the repair: a consumer's warranty covers it (R4.1)."
    )
    override_reason: Words | None = Field(
        default=None, description="Why stock may go below zero.", examples=["Trovato sul banco, non caricato"]
    )
    as_technician_id: UUID | None = Field(
        default=None, description="Whose device sends it late: the part comes from their van, for their own work."
    )


class ReturnPart(Command):
    """Give a part back that was not used on the call, or was handed out by mistake: it costs the call no more.

    It goes back to where it came from at the cost at which it left, or from there to another warehouse. Pieces with
    serial numbers are taken off the machine again.
    """

    call_id: UUID
    line_id: UUID = Field(description="The line of the used part.")
    return_id: UUID | None = Field(default=None, description="The same return again changes nothing.")
    quantity: Rate = Field(default=Decimal(1), gt=0)
    serial_numbers: tuple[str, ...] = Field(default=(), description="Needed when only some of the pieces come back.")
    lots: tuple[str, ...] = ()
    warehouse_id: UUID | None = Field(default=None, description="Left out, where it came from.")


def plan_part(cmd: PlanPart, act: Act, service: Service) -> Answer:
    """Handles `PlanPart`."""
    call = service.load(Call, cmd.call_id)
    line_id = cmd.line_id or service.new_id("part")
    part = Part(**cmd.model_dump(include={"article_id", "code", "description", "quantity", "unit"}))
    before = _reserved(call, line_id, service)
    item = _item(call, part, cmd.warehouse_id, None, service)
    call.plan_part(line_id, part, act, item.warehouse_id if item else None)
    service.save(call)
    if before is not None and before is not item:
        before.release(call.id, act, only=line_id)
        service.save(before)
    if item is not None:
        _reserve(call, line_id, part, item, act, service)
    return {"line_id": line_id, **_told(item)}


def use_part(cmd: UsePart, act: Act, service: Service) -> Answer:
    """Handles `UsePart`: the part on the call and the goods out of the warehouse are one append.

    Raises `StockShort` without an `override_reason`, `SerialsMissing`, `SerialNotHere`.
    """
    call = service.load(Call, cmd.call_id)
    line_id = cmd.line_id or service.new_id("part")
    part = Part(**cmd.model_dump(include=set(Part.model_fields)))
    links = cmd.model_dump(include={"planned_line_id", "serial_item_id"})
    links["activity_id"] = cmd.activity_id and call.own_activity(cmd.activity_id, cmd.as_technician_id)
    used = UsedPart(line_id=line_id, part=part, part_of_fix=cmd.part_of_fix, **links)
    if call.is_used(used):
        return {"line_id": line_id, "warnings": []}
    article = _article(part, service)
    is_consumable = article is not None and article.details.kind is ArticleKind.CONSUMABLE
    used = used.model_copy(update={"is_consumable": is_consumable})
    item = _item(call, part, cmd.warehouse_id, cmd.activity_id, service, cmd.as_technician_id)
    if item is not None:
        cost = item.unit_cost
        used = used.model_copy(update={"warehouse_id": item.warehouse_id, "unit_cost": cost})
    serials = part.serial_numbers if article is not None else ()
    check_unused(service, call, used)
    tell_used(service, article, serials)
    frees = freed_by_stock(service, call, article, serials, item) if article is not None else ()
    call.use_part(used, act, fittings=fittings(article, serials), frees=frees)
    service.save(call)
    if item is not None:
        _issue(call, used, item, cmd.override_reason, act, service)
    if article is not None:
        fit(service, call, used, article, act)
    told = _told(item)
    return {"line_id": line_id, **told, "warnings": [*told["warnings"], *_more_than_planned(call, used)]}


def return_part(cmd: ReturnPart, act: Act, service: Service) -> Answer:
    """Handles `ReturnPart`: the call, the stock and the installed base change together."""
    call = service.load(Call, cmd.call_id)
    return_id = cmd.return_id or service.new_id("return")
    used = call.used_parts.get(cmd.line_id)
    if return_id in call.returned_parts or used is None:
        call.return_part(_back(cmd, return_id), act)
        return {"return_id": return_id}
    serials = cmd.serial_numbers or (used.part.serial_numbers if cmd.quantity == used.part.quantity else ())
    article, home = _article(used.part, service), used.warehouse_id
    back = _back(cmd, return_id).model_copy(
        update={"serial_numbers": serials, "unit_cost": used.unit_cost, "warehouse_id": cmd.warehouse_id or home}
    )
    call.return_part(back, act, fittings=fittings(article, serials))
    service.save(call)
    if article is not None and home is not None:
        item = stock_at(service, article.id, home, act)
        wanted = still_ordered(item, cmd.line_id, service)
        item.take_back(return_id, cmd.line_id, cmd.quantity, act, serials=serials, lots=cmd.lots, still_wanted=wanted)
        note_promised(service, item, tuple(item.reservations.values()), act)
        if cmd.warehouse_id not in (None, home):
            assert cmd.warehouse_id is not None
            other = stock_at(service, article.id, cmd.warehouse_id, act)
            moved = service.new_id("return-moved")
            item.move_to(other, moved, cmd.quantity, act, for_record_id=call.id, serials=serials, lots=cmd.lots)
            note_carried(service, other, act)
    if article is not None:
        unfit(service, cmd.line_id, article, serials, act)
    return {"return_id": return_id}


def _back(cmd: ReturnPart, return_id: UUID) -> ReturnedPart:
    said = cmd.model_dump(include={"line_id", "quantity", "serial_numbers", "lots", "warehouse_id"})
    return ReturnedPart(return_id=return_id, **said)


def _more_than_planned(call: Call, used: UsedPart) -> list[str]:
    """A warning when more was used than a line had planned (R11.3)."""
    planned = call.planned_parts.get(used.planned_line_id) if used.planned_line_id else None
    if planned is None:
        return []
    sum_of = (u.part.quantity for u in call.used_parts.values() if u.planned_line_id == used.planned_line_id)
    return [MORE_THAN_PLANNED] if sum(sum_of, ZERO) > planned.quantity else []


def release_parts(call: Call, act: Act, service: Service) -> None:
    """Give back what is still promised to a call that is over, wherever its goods were moved to."""
    for item in of_call(service, call):
        item.release(call.id, act)
        service.save(item)


def _reserve(call: Call, line_id: UUID, part: Part, item: StockItem, act: Act, service: Service) -> None:
    """Promise what is still to come of a line: an order for the call may hold some of it already (R7.4)."""
    ordered = sum((r.quantity for r in item.reservations.values() if r.job_id == call.id), ZERO)
    used = sum((u.part.quantity for u in call.used_parts.values() if u.planned_line_id == line_id), ZERO)
    left = part.quantity - ordered - used
    if left > 0:
        held = item.reservations.get(line_id) or Reservation(
            reservation_id=line_id, quantity=left, firm=False, record=_record(call, service)
        )
        item.reserve(held.model_copy(update={"quantity": left}), act)
    else:
        item.release(call.id, act, only=line_id)
    service.save(item)


def _issue(
    call: Call, used: UsedPart, item: StockItem, override_reason: str | None, act: Act, service: Service
) -> None:
    part, planned = used.part, used.planned_line_id
    fetch_promises(call, item, part.quantity, act, service)
    issue_stock(
        service,
        item.article_id,
        item.warehouse_id,
        part.quantity,
        _record(call, service),
        act,
        movement_id=used.line_id,
        serials=part.serial_numbers,
        override_reason=override_reason,
        lots=part.lots,
    )
    reserved = _reserved(call, planned, service) if planned else None
    if reserved is not None and planned is not None and reserved is not item:
        reserved.release(call.id, act, at_most=part.quantity, only=planned)
        service.save(reserved)


def _item(
    call: Call,
    part: Part,
    warehouse_id: UUID | None,
    activity_id: UUID | None,
    service: Service,
    technician_id: UUID | None = None,
) -> StockItem | None:
    """The stock a part comes from, None when it is kept in none. Raises `NotFound` for an unknown warehouse."""
    if warehouse_id is not None:
        service.load(Warehouse, warehouse_id)
    article = _article(part, service)
    if article is None or not article.details.kind.is_stocked:
        return None
    if warehouse_id is not None:
        return service.find(StockItem, stock_item_id(article.id, warehouse_id))
    found = [
        item for place in _places(call, activity_id, service, technician_id) if (item := _at(article, place, service))
    ]
    return next((item for item in found if item.on_hand >= part.quantity), found[-1] if found else None)


def _article(part: Part, service: Service) -> Article | None:
    known = part.article_id or (article_id(part.code) if part.code else None)
    return service.find(Article, known) if known else None


def _places(
    call: Call, activity_id: UUID | None, service: Service, technician_id: UUID | None = None
) -> Iterator[UUID]:
    """The van of whoever does the work, then the main warehouse."""
    technicians = [a.technician_id for a in call.activities.values() if a.technician_id is not None]
    doing = call.activities.get(activity_id) if activity_id else None
    usual = doing.technician_id if doing else technicians[-1] if technicians else None
    technician_id = technician_id or usual
    van = service.lookups.van_of(technician_id) if technician_id else None
    main = service.lookups.warehouse_of_kind(WarehouseKind.MAIN.value)
    yield from (place for place in (van, main) if place is not None)


def _at(article: Article, warehouse_id: UUID, service: Service) -> StockItem | None:
    return service.find(StockItem, stock_item_id(article.id, warehouse_id))


def _reserved(call: Call, line_id: UUID, service: Service) -> StockItem | None:
    """The stock where a planned line is reserved."""
    place, part = call.reserved_at.get(line_id), call.planned_parts.get(line_id)
    article = _article(part, service) if place and part else None
    return _at(article, place, service) if article and place else None


def _record(call: Call, service: Service) -> RecordRef:
    return RecordRef(kind="call", id=call.id, number=call.number or service.lookups.call_number(call.id))


def _told(item: StockItem | None) -> Answer:
    """Where the part comes from; a warning when it is kept nowhere, or stock or other promises fall short (R11.3)."""
    if item is None:
        return {"warehouse_id": None, "warnings": [NOT_STOCKED]}
    warnings = ["stock-below-zero"] if item.on_hand < 0 else []
    if item.available < 0:
        warnings.append("promised-more-than-available")
    return {"warehouse_id": item.warehouse_id, "warnings": warnings}
