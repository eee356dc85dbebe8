"""StockCount (inventario): one warehouse or van counted blind, compared, counted again, approved by another.

Nothing moves in stock until it is approved. Each line is compared with what was known at the moment of counting, so
that goods may come and go while the count waits.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.stock import Ownership, stock_item_id
from aggregates.stock_count_values import Found
from aggregates.values import Money, Value


class CountStatus(StrEnum):
    """Where a count stands."""

    OPEN = "open"
    APPROVED = "approved"
    ABANDONED = "abandoned"


class CountIsOver(Refusal):
    """This count is {status}; start another one."""


class NothingCounted(Refusal):
    """Nothing was counted; count something, or abandon the count."""


class CountUnsettled(Refusal):
    """These have to be counted again, because people found different things or it was asked for: {articles}."""


class CounterApproves(Refusal):
    """You have counted here yourself; somebody else approves the count."""

    status = 403


class NotCounted(Refusal):
    """{article} was not counted in this session; count it first."""


class Counting(Value):
    """What people found of one article, since it was last to be counted anew."""

    article_id: UUID
    ownership: Ownership
    article: str
    results: tuple[tuple[str, Found], ...] = ()
    """Who found what, the last one last."""

    @property
    def is_settled(self) -> bool:
        """Whether somebody counted it and nobody disagrees."""
        found = [one for _, one in self.results]
        return bool(found) and all(one.same_as(found[-1]) for one in found)

    @property
    def found(self) -> Found:
        """What was found last."""
        return self.results[-1][1]


class StockCount(Aggregate):
    """A count session."""

    TOPIC = "stock-count"

    class Started(FirstEvent):
        """A warehouse is being counted."""

        TOPIC = "stock-count.started.v1"
        warehouse_id: UUID
        title: str

    class LineCounted(Aggregate.Event):
        """Somebody counted an article; how it differs was known to nobody at that moment."""

        TOPIC = "stock-count.line-counted.v1"
        article_id: UUID
        ownership: Ownership
        article: str
        found: Found

    class RecountAsked(Aggregate.Event):
        """An article is to be counted anew; what was found before counts no more."""

        TOPIC = "stock-count.recount-asked.v1"
        article_id: UUID
        ownership: Ownership
        reason: str

    class Approved(Aggregate.Event):
        """Somebody who did not count took the differences into stock, at average cost."""

        TOPIC = "stock-count.approved.v1"
        reason: str
        differences: int
        value: Money

    class Abandoned(Aggregate.Event):
        """The count leads to nothing."""

        TOPIC = "stock-count.abandoned.v1"
        reason: str

    # Decide

    @classmethod
    def start(cls, count_id: UUID, warehouse_id: UUID, title: str, act: Act) -> StockCount:
        """Begin to count a warehouse."""
        return cls.begin(cls.Started, id=count_id, act=act, warehouse_id=warehouse_id, title=title)

    def count(self, article_id: UUID, ownership: Ownership, article: str, found: Found, act: Act) -> None:
        """Note what somebody found; the same person finding the same again records nothing. Raises `CountIsOver`."""
        self._require_open()
        line = self.lines.get(self._key(article_id, ownership))
        if line is None or (act.by, found) not in line.results:
            told = {"article_id": article_id, "ownership": ownership, "article": article}
            self.trigger_event(self.LineCounted, act=act, found=found, **told)

    def ask_recount(self, article_id: UUID, ownership: Ownership, article: str, reason: str, act: Act) -> None:
        """Have an article counted anew; asked already, nothing. Raises `NotCounted`, `CountIsOver`."""
        self._require_open()
        line = self.lines.get(self._key(article_id, ownership))
        if line is None:
            raise NotCounted(article=article)
        if line.results:
            self.trigger_event(self.RecountAsked, act=act, article_id=article_id, ownership=ownership, reason=reason)

    def check_approvable(self, act: Act) -> None:
        """Whether this person may approve.

        Raises `CountIsOver`, `NothingCounted`, `CountUnsettled`, `CounterApproves`.
        """
        self._require_open()
        require(bool(self.lines), NothingCounted)
        unsettled = sorted(line.article for line in self.lines.values() if not line.is_settled)
        require(not unsettled, CountUnsettled, articles=", ".join(unsettled))
        require(act.by not in self.counted_by, CounterApproves)

    def approve(self, reason: str, differences: int, value: Money, act: Act) -> None:
        """Close the count with its differences. Raises what `check_approvable` raises."""
        self.check_approvable(act)
        self.trigger_event(self.Approved, act=act, reason=reason, differences=differences, value=value)

    def abandon(self, reason: str, act: Act) -> None:
        """Give it up; given up already, nothing. Raises `CountIsOver`."""
        if self.status is not CountStatus.ABANDONED:
            self._require_open()
            self.trigger_event(self.Abandoned, act=act, reason=reason)

    def _require_open(self) -> None:
        require(self.status is CountStatus.OPEN, CountIsOver, status=self.status)

    def _key(self, article_id: UUID, ownership: Ownership) -> UUID:
        return stock_item_id(article_id, self.warehouse_id, ownership)

    # Evolve

    @event(Started)
    def __init__(self, warehouse_id: UUID, title: str) -> None:
        self.warehouse_id, self.title, self.status = warehouse_id, title, CountStatus.OPEN
        self.lines: dict[UUID, Counting] = {}
        self.counted_by: set[str] = set()

    @event(LineCounted)
    def _line_counted(self, article_id: UUID, ownership: Ownership, article: str, found: Found, act: Act) -> None:
        key = self._key(article_id, ownership)
        line = self.lines.get(key) or Counting(article_id=article_id, ownership=ownership, article=article)
        others = tuple(one for one in line.results if one[0] != act.by)
        self.lines[key] = line.model_copy(update={"results": (*others, (act.by, found))})
        self.counted_by.add(act.by)

    @event(RecountAsked)
    def _recount_asked(self, article_id: UUID, ownership: Ownership) -> None:
        key = self._key(article_id, ownership)
        self.lines[key] = self.lines[key].model_copy(update={"results": ()})

    @event(Approved)
    def _approved(self) -> None:
        self.status = CountStatus.APPROVED

    @event(Abandoned)
    def _abandoned(self) -> None:
        self.status = CountStatus.ABANDONED
