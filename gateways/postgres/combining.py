"""Flat combining: of the threads that want the same kind of round trip, one carries what all of them ask."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class _Ticket(Generic[T, R]):
    __slots__ = ("done", "error", "item", "lead", "result", "woken")

    def __init__(self, item: T) -> None:
        self.item = item
        self.result: R | None = None
        self.error: BaseException | None = None
        self.done = False
        self.lead = False
        self.woken = threading.Lock()
        self.woken.acquire()


class Combiner(Generic[T, R]):
    """Runs `work(batch)` for items submitted by many threads, one batch at a time, each thread getting its own result.

    `work` answers a result or an exception for each item, in order. Items that share one of their `keys` never meet
    in one batch, nor does one meet another whose key is among what it would `shared`ly hold; two that only share may.
    A lone caller pays no thread switch: it does the work itself.
    """

    def __init__(
        self,
        work: Callable[[Sequence[T]], Sequence[R | BaseException]],
        *,
        limit: int = 256,
        keys: Callable[[T], Sequence[Hashable]] = lambda _: (),
        shared: Callable[[T], Sequence[Hashable]] = lambda _: (),
    ) -> None:
        self._work = work
        self._limit = limit
        self._keys = keys
        self._shared = shared
        self._mutex = threading.Lock()
        self._waiting: deque[_Ticket[T, R]] = deque()
        self._busy = False

    def submit(self, item: T) -> R:
        """The result of one item; raises the exception that `work` answered for it."""
        ticket: _Ticket[T, R] = _Ticket(item)
        with self._mutex:
            self._waiting.append(ticket)
            lead = not self._busy
            self._busy = True
        if not lead:
            ticket.woken.acquire()
            lead = ticket.lead
        if lead:
            self._lead(ticket)
        if ticket.error is not None:
            raise ticket.error
        return ticket.result  # type: ignore[return-value] # set together with `done`

    def _lead(self, own: _Ticket[T, R]) -> None:
        while not own.done:
            self._run(self._take())
        with self._mutex:
            if not self._waiting:
                self._busy = False
                return
            heir = self._waiting[0]
            heir.lead = True
        heir.woken.release()

    def _take(self) -> list[_Ticket[T, R]]:
        """The oldest waiting tickets of which no two share a key; one that has to wait is not overtaken by such."""
        batch: list[_Ticket[T, R]] = []
        used: set[Hashable] = set()
        held: set[Hashable] = set()
        left: deque[_Ticket[T, R]] = deque()
        with self._mutex:
            while self._waiting and len(batch) < self._limit:
                ticket = self._waiting.popleft()
                keys, shared = self._keys(ticket.item), self._shared(ticket.item)
                if used.isdisjoint(keys) and held.isdisjoint(keys) and used.isdisjoint(shared):
                    batch.append(ticket)
                else:
                    left.append(ticket)
                used.update(keys)
                held.update(shared)
            self._waiting.extendleft(reversed(left))
        return batch

    def _run(self, batch: list[_Ticket[T, R]]) -> None:
        try:
            results = self._work([ticket.item for ticket in batch])
        except BaseException as error:
            results = [error] * len(batch)
        for ticket, result in zip(batch, results, strict=True):
            if isinstance(result, BaseException):
                ticket.error = result
            else:
                ticket.result = result
            ticket.done = True
            ticket.woken.release()
