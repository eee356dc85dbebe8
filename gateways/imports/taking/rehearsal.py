"""Decides commands without recording anything (prova): a dry run hears the refusals that the real run would hear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from aggregates.base import Act, Aggregate, Refusal
from commands.base import Ledger, Service, project
from commands.lookups import Lookups
from gateways.imports.batch import Problem
from gateways.imports.taking.orders import Taking
from gateways.wiring import House


class _Rehearsed(Service):
    """A command that sees what was decided before it in the same rehearsal, beside what the log holds."""

    def __init__(self, ledger: Ledger, lookups: Lookups, command_id: UUID, decided: dict[UUID, list[Any]]) -> None:
        super().__init__(ledger, lookups, command_id)
        self._decided = decided

    def _reconstruct(self, stream_id: UUID) -> Aggregate | None:
        aggregate: Aggregate | None = project(super()._reconstruct(stream_id), self._decided.get(stream_id, ()))
        return aggregate


class Rehearsal:
    """The decisions of a dry run. Claims on technicians' time are only known to the log, and not rehearsed."""

    def __init__(self, house: House, act: Act) -> None:
        self._house, self._act = house, act
        self._decided: dict[UUID, list[Any]] = {}

    def refusals(self, takings: Iterable[Taking]) -> Iterator[Problem]:
        """What would be refused, at its row."""
        for taking in takings:
            try:
                self._rehearse(taking)
            except Refusal as refusal:
                if len(taking.parts) > 1:
                    yield from self.refusals(taking.parts)
                else:
                    yield from (mark.problem("", str(refusal)) for mark in taking.marks)

    def _rehearse(self, taking: Taking) -> None:
        for number, order in enumerate(taking.orders):
            act = self._act.model_copy(update={"at": order.at}) if order.at else self._act
            desk = self._house.desk
            service = _Rehearsed(desk.ledger, desk.lookups, taking.command_id(number), self._decided)
            order.entry.handler(order.command, act, service)
            for aggregate in service.saved:
                self._decided.setdefault(aggregate.id, []).extend(aggregate.collect_events())
