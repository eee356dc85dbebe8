"""What stock is made of (magazzino): whose it is, promises and their use, and what stock says no with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid5

from aggregates.base import Refusal, require
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import Quantity
from aggregates.values import Value

STOCK_ITEMS = UUID("c7a3a1f4-8d1e-5f0b-8f55-0a5cf3a1c903")


class Ownership(StrEnum):
    """Whose goods: customers' goods are counted apart, at value zero (R8, R11.7)."""

    OWN = "own"
    CUSTOMER = "customer"


def stock_item_id(article_id: UUID, warehouse_id: UUID, ownership: Ownership = Ownership.OWN) -> UUID:
    """The stream of an article in a warehouse."""
    return uuid5(STOCK_ITEMS, f"{article_id}/{warehouse_id}/{ownership}")


class Reservation(Value):
    """Pieces promised to a record (impegno): soft until confirmed, then firm (R11.2)."""

    reservation_id: UUID
    quantity: Quantity
    firm: bool
    record: RecordRef
    job_id: UUID | None = None
    """The call that the pieces are for in the end, when the promise belongs to its order."""
    due_on: date | None = None

    def serves(self, record_id: UUID) -> bool:
        """Whether work on this record uses the promise."""
        return record_id in (self.record.id, self.job_id)


class ReservationUse(Value):
    """How much of a reservation a movement used."""

    reservation_id: UUID
    quantity: Quantity


class StockShort(Refusal):
    """Only {on_hand} are on hand and {quantity} are asked; move or receive goods first, or go on with a reason."""


class StockAlreadyOpened(Refusal):
    """This article already has movements in this warehouse; count it instead of giving an opening balance."""


class SerialNotHere(Refusal):
    """Serial {serial} is not in this warehouse; check the number, or record where it was moved."""


class SerialAlreadyHere(Refusal):
    """Serial {serial} is already in this warehouse; check the number."""


class SerialsDoNotMatch(Refusal):
    """{quantity} pieces need as many different serial numbers, {given} were given."""

    status = 422


class SameWarehouse(Refusal):
    """Choose two different warehouses to move goods between."""

    status = 422


def check_arriving(serials: Sequence[str], quantity: Decimal, here: Set[str]) -> None:
    """Serials that come in are one for each piece and new here. Raises `SerialsDoNotMatch`, `SerialAlreadyHere`."""
    _check_number(serials, quantity)
    for serial in serials:
        require(serial not in here, SerialAlreadyHere, serial=serial)


def check_leaving(serials: Sequence[str], quantity: Decimal, here: Set[str]) -> None:
    """Serials that go out are one for each piece and here. Raises `SerialsDoNotMatch`, `SerialNotHere`."""
    _check_number(serials, quantity)
    for serial in serials:
        require(serial in here, SerialNotHere, serial=serial)


def _check_number(serials: Sequence[str], quantity: Decimal) -> None:
    fits = not serials or (len(set(serials)) == len(serials) and quantity == len(serials))
    require(fits, SerialsDoNotMatch, quantity=str(quantity), given=len(serials))


def uses(reservations: Iterable[Reservation], record_id: UUID, quantity: Decimal) -> tuple[ReservationUse, ...]:
    """Which promises a movement for a record uses up, firm ones first (R11.3)."""
    serving = sorted((one for one in reservations if one.serves(record_id)), key=lambda one: not one.firm)
    used, left = [], quantity
    for held in serving:
        part = min(held.quantity, left)
        if part > 0:
            used.append(ReservationUse(reservation_id=held.reservation_id, quantity=part))
            left -= part
    return tuple(used)


def carried(
    reservations: Mapping[UUID, Reservation], record_id: UUID | None, quantity: Decimal
) -> tuple[Reservation, ...]:
    """The promises to a record that travel with goods moved for it (R11.4)."""
    if record_id is None:
        return ()
    return tuple(
        reservations[use.reservation_id].model_copy(update={"quantity": use.quantity})
        for use in uses(reservations.values(), record_id, quantity)
    )


def spent(reservations: Mapping[UUID, Reservation], used: Iterable[ReservationUse]) -> tuple[Reservation, ...]:
    """The promises that a movement used up, each with the quantity that it used."""
    return tuple(
        reservations[use.reservation_id].model_copy(update={"quantity": use.quantity})
        for use in used
        if use.reservation_id in reservations
    )


def joined(held: Reservation | None, more: Reservation) -> Reservation:
    """A promise after more of the same arrived with its goods; firm once any of it was."""
    if held is None:
        return more
    together = {"quantity": held.quantity + more.quantity, "firm": held.firm or more.firm}
    return more.model_copy(update={**together, "due_on": more.due_on or held.due_on})


def shrunk(held: Mapping[UUID, Reservation], reservation_id: UUID, quantity: Decimal) -> dict[UUID, Reservation]:
    """The promises after a quantity of one is gone; one with nothing left disappears."""
    rest = {key: one for key, one in held.items() if key != reservation_id}
    one = held.get(reservation_id)
    if one is not None and one.quantity > quantity:
        rest[reservation_id] = one.model_copy(update={"quantity": one.quantity - quantity})
    return rest
