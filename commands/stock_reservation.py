"""What people may ask about promises of stock (impegni) after they were made: confirm, give another article instead."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.call import Call
from aggregates.rules.stock_levels import ZERO, Quantity
from aggregates.stock import Ownership, Reservation, stock_item_id
from aggregates.stock_item import StockItem
from commands.base import Answer, Command, Service
from commands.promise_places import note_promised
from commands.stock import stock_at


class ReservationUnknown(Refusal):
    """Nothing is promised here under that id; it was used, released or moved meanwhile."""

    status = 404


class PlannedLineDecides(Refusal):
    """This promise belongs to a planned part of a call; change the planned part instead."""


class CallLineDecides(Refusal):
    """These goods were used on a call; give the part back there, so that the call no longer pays for it."""


class ConfirmReservation(Command):
    """Make a promise firm, with the day by which it is due: it then counts against what is available (R11.2)."""

    article_id: UUID
    warehouse_id: UUID
    reservation_id: UUID
    due_on: date | None = Field(default=None, examples=["2026-09-21"], description="Left out, the day known so far.")
    quantity: Quantity | None = Field(default=None, description="Left out, as promised.")


class SubstituteReservation(Command):
    """Promise another article, or the same one elsewhere, in place of what was promised; the record stays the same."""

    article_id: UUID
    warehouse_id: UUID
    reservation_id: UUID
    to_article_id: UUID
    to_warehouse_id: UUID | None = Field(default=None, description="Left out, the same warehouse.")
    quantity: Quantity | None = Field(default=None, description="Left out, as promised.")


class ReturnIssued(Command):
    """Take back goods that were handed out and not used, at the cost at which they left."""

    article_id: UUID
    warehouse_id: UUID
    ownership: Ownership = Ownership.OWN
    movement_id: UUID = Field(description="The movement that handed them out.")
    return_id: UUID | None = Field(default=None, description="The same return again changes nothing.")
    quantity: Quantity = Field(examples=["1"])
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()


def confirm_reservation(cmd: ConfirmReservation, act: Act, service: Service) -> Answer:
    """Handles `ConfirmReservation`."""
    item = stock_at(service, cmd.article_id, cmd.warehouse_id, act)
    held = _held(item, cmd.reservation_id)
    due_on, quantity = cmd.due_on or held.due_on, cmd.quantity or held.quantity
    item.reserve(held.model_copy(update={"firm": True, "due_on": due_on, "quantity": quantity}), act)
    warnings = ["promised-more-than-available"] if item.available < ZERO else []
    return {"available": str(item.available), "warnings": warnings}


def substitute_reservation(cmd: SubstituteReservation, act: Act, service: Service) -> Answer:
    """Handles `SubstituteReservation`: the old promise ends and the new one begins in one append."""
    to_warehouse_id = cmd.to_warehouse_id or cmd.warehouse_id
    moved = service.find(StockItem, stock_item_id(cmd.to_article_id, to_warehouse_id))
    item = stock_at(service, cmd.article_id, cmd.warehouse_id, act)
    if item.id != (moved and moved.id) and moved is not None and cmd.reservation_id in moved.reservations:
        return {"available": str(moved.available)}
    held = _held(item, cmd.reservation_id)
    require(held.record.kind != "call", PlannedLineDecides)
    other = stock_at(service, cmd.to_article_id, to_warehouse_id, act)
    if other is not item:
        item.release(held.record.id, act, only=held.reservation_id)
    other.reserve(held.model_copy(update={"quantity": cmd.quantity or held.quantity}), act)
    note_promised(service, other, (held,), act)
    return {"available": str(other.available)}


def return_issued(cmd: ReturnIssued, act: Act, service: Service) -> Answer:
    """Handles `ReturnIssued`. Raises `CallLineDecides`, `IssueUnknown`, `MoreThanIssued` and more."""
    item = stock_at(service, cmd.article_id, cmd.warehouse_id, act, cmd.ownership)
    return_id = cmd.return_id or service.new_id("return")
    known = item.issues.get(cmd.movement_id)
    call = service.find(Call, known.record.id) if known is not None and known.record.kind == "call" else None
    require(call is None or cmd.movement_id not in call.told_parts, CallLineDecides)
    item.take_back(return_id, cmd.movement_id, cmd.quantity, act, serials=cmd.serials, lots=cmd.lots)
    return {"return_id": return_id, "on_hand": str(item.on_hand)}


def _held(item: StockItem, reservation_id: UUID) -> Reservation:
    held = item.reservations.get(reservation_id)
    if held is None:
        raise ReservationUnknown
    return held
