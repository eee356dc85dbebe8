"""PromisePlaces (luoghi degli impegni): where something may be promised to a record, besides what it says itself.

An order knows where its parts were reserved, a call where its planned parts are. Goods that travel take their promises
along: the place they come to is noted here, in the same append, each time. So whoever ends a record looks at all places
and rests on this stream: it has moved on when anything came anywhere. Places are never taken off.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, event

PLACES = UUID("6a1f6e0b-3f0c-5c1e-9a0d-2f7a4f1f6b11")


def promise_places_id(record_id: UUID) -> UUID:
    """The stream of the places of a record."""
    return uuid5(PLACES, str(record_id))


class PromisePlaces(Aggregate):
    """The stock items where something was ever promised to a record, or to an order for it."""

    TOPIC = "promise-places"

    class Noted(FirstEvent):
        """Something is promised to the record where it does not say so itself."""

        TOPIC = "promise-places.noted.v1"
        record_id: UUID
        stock_item_ids: tuple[UUID, ...]

    class Added(Aggregate.Event):
        """More came to be promised to it in these places, new or known."""

        TOPIC = "promise-places.added.v1"
        stock_item_ids: tuple[UUID, ...]

    # Decide

    @classmethod
    def note(cls, record_id: UUID, stock_item_ids: Iterable[UUID], act: Act) -> PromisePlaces:
        """Begin to keep the places of a record."""
        places = tuple(dict.fromkeys(stock_item_ids))
        return cls.begin(
            cls.Noted, id=promise_places_id(record_id), act=act, record_id=record_id, stock_item_ids=places
        )

    def add(self, stock_item_ids: Iterable[UUID], act: Act) -> None:
        """Note that promises came here; a known place is told once a command, for those who rest on this stream."""
        new = tuple(one for one in dict.fromkeys(stock_item_ids) if one not in self.places)
        if new or not self.pending_events:
            self.trigger_event(self.Added, act=act, stock_item_ids=new or tuple(stock_item_ids))

    # Evolve

    @event(Noted)
    def __init__(self, record_id: UUID, stock_item_ids: tuple[UUID, ...]) -> None:
        self.record_id, self.places = record_id, dict.fromkeys(stock_item_ids)

    @event(Added)
    def _added(self, stock_item_ids: tuple[UUID, ...]) -> None:
        self.places.update(dict.fromkeys(stock_item_ids))
