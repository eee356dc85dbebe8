"""PickList (lista di prelievo): what to take from which warehouse, for orders or a van, and what was really taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import ZERO, Level, Quantity
from aggregates.values import Value


class PickLine(Value):
    """What to take of an article, from where and for what; serials and lots are proposed, the first to expire first."""

    line_id: UUID
    article_id: UUID
    code: str
    description: str
    quantity: Quantity
    unit: str
    warehouse_id: UUID
    warehouse: str
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    record: RecordRef
    """The order or call it is for."""
    order_line_id: UUID | None = None
    on_hand: Level
    """What lay there when the list was made; less than the quantity is a shortage known beforehand."""


class PickedLine(Value):
    """What was really taken of a line; nothing is a quantity of 0."""

    line_id: UUID
    quantity: Level = Field(examples=["2"])
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()


class PickListOver(Refusal):
    """Pick list {number} is {state}; make a new one for what is still open."""


class PickListEmpty(Refusal):
    """There is nothing to pick: everything was delivered, or lies on the van already."""


class PickLineUnknown(Refusal):
    """Pick list {number} has no such line; look at its lines and confirm those."""

    status = 404


class PickedTooMuch(Refusal):
    """{quantity} of {description} were picked, the list asks for {asked}; deliver the rest apart, or correct it."""

    status = 422


class PickList(Aggregate):
    """One list, confirmed once; what was short stays open where it was asked for."""

    TOPIC = "pick-list"

    class Made(FirstEvent):
        """Somebody is to take these goods; `to_warehouse_id` is the van they go to, none for customers' orders."""

        TOPIC = "pick-list.made.v1"
        number: str
        made_on: date
        needed_on: date | None
        to_warehouse_id: UUID | None
        to_warehouse: str | None
        lines: tuple[PickLine, ...]

    class Confirmed(Aggregate.Event):
        """The goods were taken; the delivery notes or the move to the van came of it in the same append."""

        TOPIC = "pick-list.confirmed.v1"
        picked: tuple[PickedLine, ...]
        notes: tuple[RecordRef, ...]

    class Cancelled(Aggregate.Event):
        """Nobody is to take anything by it any more."""

        TOPIC = "pick-list.cancelled.v1"
        reason: str

    # Decide

    @classmethod
    def make(
        cls,
        list_id: UUID,
        number: str,
        made_on: date,
        needed_on: date | None,
        to_warehouse_id: UUID | None,
        to_warehouse: str | None,
        lines: tuple[PickLine, ...],
        act: Act,
    ) -> PickList:
        """Make a list. Raises `PickListEmpty`."""
        require(bool(lines), PickListEmpty)
        return cls.begin(
            cls.Made,
            id=list_id,
            act=act,
            number=number,
            made_on=made_on,
            needed_on=needed_on,
            to_warehouse_id=to_warehouse_id,
            to_warehouse=to_warehouse,
            lines=lines,
        )

    def taken(self, picked: Sequence[PickedLine]) -> tuple[PickedLine, ...]:
        """What was picked of every line: all as asked where nothing is said, 0 for lines left out.

        Raises `PickListOver`, `PickLineUnknown`, `PickedTooMuch`.
        """
        self._require_open()
        said = {one.line_id: one for one in picked}
        for line_id in said:
            require(any(line.line_id == line_id for line in self.lines), PickLineUnknown, number=self.number)
        return tuple(self._taken(line, said.get(line.line_id), everything=not picked) for line in self.lines)

    def confirm(self, picked: tuple[PickedLine, ...], notes: tuple[RecordRef, ...], act: Act) -> None:
        """Note what was taken and which notes it left with. Raises `PickListOver`."""
        self._require_open()
        self.trigger_event(self.Confirmed, act=act, picked=picked, notes=notes)

    def cancel(self, reason: str, act: Act) -> None:
        """Give it up; again records nothing. Raises `PickListOver` once it is confirmed."""
        if self.state == "cancelled":
            return
        self._require_open()
        self.trigger_event(self.Cancelled, act=act, reason=reason)

    def _taken(self, line: PickLine, said: PickedLine | None, *, everything: bool) -> PickedLine:
        if said is None:
            if not everything:
                return PickedLine(line_id=line.line_id, quantity=ZERO)
            return PickedLine(line_id=line.line_id, quantity=line.quantity, serials=line.serials, lots=line.lots)
        require(
            said.quantity <= line.quantity,
            PickedTooMuch,
            quantity=str(said.quantity),
            description=line.description,
            asked=str(line.quantity),
        )
        as_proposed = said.quantity == line.quantity
        serials = said.serials or (line.serials if as_proposed else line.serials[: int(said.quantity)])
        return said.model_copy(update={"serials": serials, "lots": said.lots or line.lots})

    def _require_open(self) -> None:
        require(self.state == "open", PickListOver, number=self.number, state=self.state)

    # Answers

    @property
    def short(self) -> dict[UUID, Decimal]:
        """By line, what was asked for and not taken, once it is confirmed."""
        left = {line.line_id: line.quantity - self.picked.get(line.line_id, ZERO) for line in self.lines}
        return {line_id: quantity for line_id, quantity in left.items() if quantity > 0}

    # Evolve

    @event(Made)
    def __init__(self, number: str, to_warehouse_id: UUID | None, lines: tuple[PickLine, ...]) -> None:
        self.number, self.to_warehouse_id, self.lines = number, to_warehouse_id, lines
        self.state = "open"
        self.picked: dict[UUID, Decimal] = {}
        self.notes: tuple[RecordRef, ...] = ()

    @event(Confirmed)
    def _confirmed(self, picked: tuple[PickedLine, ...], notes: tuple[RecordRef, ...]) -> None:
        self.state, self.notes = "confirmed", notes
        self.picked = {one.line_id: one.quantity for one in picked}

    @event(Cancelled)
    def _cancelled(self) -> None:
        self.state = "cancelled"
