"""The port to a warehouse (porta del magazzino): what may be asked of whoever keeps the quantities, and how it answers.

Whoever writes another adapter implements `Inventory` and lets its contract test run (docs/how-to/inventory.md).
Quantities are in the article's unit; articles and warehouses go by the codes of whoever is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from pydantic import Field

from aggregates.inventory_values import AskedKind
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import Level
from aggregates.rules.stock_lots import LotQuantity
from aggregates.values import Instant, Rate, Value

NEVER_HEARD = "never-heard"
"""The code that tells that nothing was done under a key."""


class Status(StrEnum):
    """What became of something that was asked."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No answer came in time: it may have been done. Ask by its key, or ask the same again."""


class Answer(Value):
    """What was answered; a refusal has a stable code and a sentence for people, and had no effect."""

    status: Status
    code: str | None = None
    sentence: str | None = None


ACCEPTED = Answer(status=Status.ACCEPTED)


def refused(code: str, sentence: str) -> Answer:
    """A no, as people and programs read it."""
    return Answer(status=Status.REFUSED, code=code[:60], sentence=sentence[:500])


def unknown(why: str) -> Answer:
    """No answer, and what was seen of it."""
    return Answer(status=Status.UNKNOWN, code="unknown", sentence=why[:500])


class StockLevel(Value):
    """How much of an article is in a warehouse; without serials or lots, none are kept there."""

    article: str
    warehouse: str
    on_hand: Rate
    promised: Rate = Decimal(0)
    unit: str | None = None
    serials: tuple[str, ...] | None = None
    lots: tuple[LotQuantity, ...] | None = None


class Levels(Value):
    """One page of levels, as they were at an instant; `next` goes on where it ends."""

    as_of: Instant
    items: tuple[StockLevel, ...]
    next: str | None = None


class Supply(Value):
    """Goods on order."""

    id: str
    article: str
    warehouse: str
    quantity: Level
    due_on: date | None = None


class Supplies(Value):
    """One page of supplies, as they were at an instant."""

    as_of: Instant
    items: tuple[Supply, ...]
    next: str | None = None


class Promise(Value):
    """What is promised of an article in a warehouse: the whole quantity that now holds, 0 when it is released.

    One promise is one `reservation_id` in one warehouse. Of two revisions of one stream the higher holds; a lower one
    that comes later is accepted and changes nothing. A promise may be more than there is.
    """

    reservation_id: UUID
    stream: str = Field(min_length=1, max_length=60)
    revision: int = Field(ge=1)
    article: str
    warehouse: str
    quantity: Level
    firm: bool = False
    due_on: date | None = None
    record: RecordRef


class Movement(Value):
    """Goods that came, went, or were counted; `key` is its own: the same key again changes nothing.

    `quantity` is more than none, but the signed difference of a count. A `return` names the key of the issue that it
    takes back. `promises` are those that the movement used, as they stand after it.
    """

    key: UUID
    kind: AskedKind
    article: str
    warehouse: str
    to_warehouse: str | None = None
    quantity: Rate
    unit_cost: Level = Decimal(0)
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = ()
    serials_missing: tuple[str, ...] = ()
    lots_missing: tuple[LotQuantity, ...] = ()
    of_key: UUID | None = None
    record: RecordRef | None = None
    moved_at: Instant
    promises: tuple[Promise, ...] = ()


class InventoryAway(Exception):
    """It does not answer; what is to be told waits."""


class InventoryNotAllowed(Exception):
    """It must not be asked, does not let us in, or speaks otherwise: somebody has to put the link right."""


class Inventory(Protocol):
    """A warehouse that may be asked. Reading raises `InventoryAway`; everything raises `InventoryNotAllowed`."""

    def check(self) -> str:
        """What it says of itself; raises when it does not answer."""

    def levels(self, articles: Sequence[str] = (), warehouses: Sequence[str] = (), after: str | None = None) -> Levels:
        """A page of levels, of all articles and warehouses it knows or of those named; an unknown one is left out."""

    def supplies(
        self, articles: Sequence[str] = (), warehouses: Sequence[str] = (), after: str | None = None
    ) -> Supplies:
        """A page of what is on order."""

    def promise(self, promise: Promise) -> Answer:
        """Reserve, change or release."""

    def move(self, movement: Movement) -> Answer:
        """Issue, move, receive, return, or a count difference."""

    def outcome_of_move(self, key: UUID) -> Answer:
        """What became of a movement: accepted, or refused as `never-heard`; unknown when this is not answered."""

    def outcome_of_promise(self, promise: Promise) -> Answer:
        """What became of a promise: accepted when this revision or a later one holds."""


def every_level(inventory: Inventory, articles: Sequence[str] = (), warehouses: Sequence[str] = ()) -> Iterator[Levels]:
    """All pages of levels."""
    after: str | None = None
    while True:
        found = inventory.levels(articles, warehouses, after)
        yield found
        if found.next is None or found.next == after:
            return
        after = found.next
