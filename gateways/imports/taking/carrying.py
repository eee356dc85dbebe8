"""Carries takings out (esecuzione): several groups side by side, each in its order; a refusal holds up only its row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from aggregates.base import Act, Refusal
from gateways.imports.batch import Problem
from gateways.imports.taking.orders import Order, Taking
from gateways.wiring import House

THREADS = 8
"""More than the processors: commands wait for the disk together, and one write serves them all."""


@dataclass
class Carrier:
    """Gives the commands of takings to a house, and keeps what was refused."""

    house: House
    act: Act
    progress: Callable[[], None]
    refused: list[Problem] = field(default_factory=list)
    taken: int = 0
    _mutex: Lock = field(default_factory=Lock)

    def carry(self, takings: Iterable[Taking]) -> None:
        """All takings; raises what is no refusal."""
        groups: dict[Hashable, list[Taking]] = {}
        for taking in takings:
            groups.setdefault(taking.group, []).append(taking)
        if len(groups) <= 1:
            for group in groups.values():
                self._carry_group(group)
            return
        with ThreadPoolExecutor(THREADS, thread_name_prefix="import") as pool:
            futures = [pool.submit(self._carry_group, group) for group in groups.values()]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _carry_group(self, group: list[Taking]) -> None:
        for taking in group:
            self._carry_one(taking)

    def _carry_one(self, taking: Taking) -> None:
        try:
            for number, order in enumerate(taking.orders):
                self._execute(taking, number, order)
        except Refusal as refusal:
            if len(taking.parts) > 1:
                self._carry_group(list(taking.parts))
                return
            self._refuse(taking, refusal)
        else:
            self._count(taking)

    def _execute(self, taking: Taking, number: int, order: Order) -> None:
        act = self.act.model_copy(update={"at": order.at}) if order.at else self.act
        metadata = {"actor": act.by, "import": taking.metadata(number)}
        self.house.desk.execute(order.entry, order.command, act, taking.command_id(number), metadata=metadata)

    def _refuse(self, taking: Taking, refusal: Refusal) -> None:
        with self._mutex:
            self.refused.extend(mark.problem("", str(refusal)) for mark in taking.marks)
        self._count(taking, 0)

    def _count(self, taking: Taking, taken: int = 1) -> None:
        with self._mutex:
            self.taken += taken * len(taking.marks)
        for _ in taking.marks:
            self.progress()
