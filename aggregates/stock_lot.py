"""StockLot (lotto): one lot of an article in the whole company, blocked where nobody may use it any more."""

from __future__ import annotations

from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, event

LOTS = UUID("4f0c5b52-7f51-5b7e-9a55-2f3c5a6d1d04")


def stock_lot_id(article_id: UUID, code: str) -> UUID:
    """The stream of a lot of an article."""
    return uuid5(LOTS, f"{article_id}/{code.strip().upper()}")


class StockLot(Aggregate):
    """A lot and whether it may be used."""

    TOPIC = "stock-lot"

    class Noted(FirstEvent):
        """Something is to be said of this lot beyond how much of it there is."""

        TOPIC = "stock-lot.noted.v1"
        article_id: UUID
        code: str

    class Blocked(Aggregate.Event):
        """Nobody may use it any more, in no warehouse; it may be moved to where it waits."""

        TOPIC = "stock-lot.blocked.v1"
        reason: str

    class Unblocked(Aggregate.Event):
        """It may be used again."""

        TOPIC = "stock-lot.unblocked.v1"
        reason: str

    # Decide

    @classmethod
    def note(cls, article_id: UUID, code: str, act: Act) -> StockLot:
        """Begin to say something of a lot."""
        return cls.begin(cls.Noted, id=stock_lot_id(article_id, code), act=act, article_id=article_id, code=code)

    def block(self, reason: str, act: Act) -> None:
        """Let nobody use it; blocked already, nothing."""
        if not self.is_blocked:
            self.trigger_event(self.Blocked, act=act, reason=reason)

    def unblock(self, reason: str, act: Act) -> None:
        """Let it be used again."""
        if self.is_blocked:
            self.trigger_event(self.Unblocked, act=act, reason=reason)

    # Evolve

    @event(Noted)
    def __init__(self, article_id: UUID, code: str) -> None:
        self.article_id, self.code, self.is_blocked = article_id, code, False

    @event(Blocked)
    def _blocked(self) -> None:
        self.is_blocked = True

    @event(Unblocked)
    def _unblocked(self) -> None:
        self.is_blocked = False
