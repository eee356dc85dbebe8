"""CallLink (collegamento tra chiamate): two calls have to do with each other; seen from both sides."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, event, require
from aggregates.call_desk_refusals import LinkToItself

LINKS = UUID("4f6f3f0e-3e0b-5a34-9d9c-0f7f5b2d1c55")


class LinkKind(StrEnum):
    """What the first call is to the other one."""

    RELATED = "related"
    CAUSED_BY = "caused_by"
    REPEATS = "repeats"
    FOLLOWS = "follows"


def call_link_id(call_id: UUID, other_id: UUID, kind: LinkKind) -> UUID:
    """The stream of a link; two related calls are so in whatever order they are named."""
    pair = sorted((call_id, other_id), key=str) if kind is LinkKind.RELATED else [call_id, other_id]
    return uuid5(LINKS, f"{kind.value} {pair[0]} {pair[1]}")


class CallLink(Aggregate):
    """One link between two calls."""

    TOPIC = "call-link"

    class Linked(FirstEvent):
        """Two calls have to do with each other."""

        TOPIC = "call-link.linked.v1"
        call_id: UUID
        other_id: UUID
        kind: LinkKind

    class Removed(Aggregate.Event):
        """The link was a mistake, or is one no more."""

        TOPIC = "call-link.removed.v1"

    class Restored(Aggregate.Event):
        """The link is there again."""

        TOPIC = "call-link.restored.v1"

    @classmethod
    def link(cls, call_id: UUID, other_id: UUID, kind: LinkKind, act: Act) -> CallLink:
        """Link two calls. Raises `LinkToItself`."""
        require(call_id != other_id, LinkToItself)
        link_id = call_link_id(call_id, other_id, kind)
        return cls.begin(cls.Linked, id=link_id, act=act, call_id=call_id, other_id=other_id, kind=kind)

    def restore(self, act: Act) -> None:
        """Link them again; nothing when they are."""
        if not self.holds:
            self.trigger_event(self.Restored, act=act)

    def remove(self, act: Act) -> None:
        """Undo the link; nothing when it is undone."""
        if self.holds:
            self.trigger_event(self.Removed, act=act)

    @event(Linked)
    def __init__(self, call_id: UUID, other_id: UUID, kind: LinkKind) -> None:
        self.call_id, self.other_id, self.kind = call_id, other_id, kind
        self.holds = True

    @event(Removed)
    def _removed(self) -> None:
        self.holds = False

    @event(Restored)
    def _restored(self) -> None:
        self.holds = True
