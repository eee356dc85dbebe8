"""The demo's clerk (incaricato): gives a duty's commands side by side, those of one record in their order."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import Executor
from datetime import datetime
from typing import Any

from gateways.clerk import HouseClerk
from gateways.demo_stage import Stage

RECORDS = ("call_id", "contract_id", "customer_id")
Given = tuple[str, Mapping[str, Any], str, datetime, str | None]


def side_by_side(pool: Executor, groups: Iterable[Iterable[Callable[[], object]]]) -> None:
    """Groups of actions beside one another, each in its order; raises what an action raises."""
    for future in [pool.submit(_one_by_one, list(group)) for group in groups]:
        future.result()


def _one_by_one(actions: Iterable[Callable[[], object]]) -> None:
    for action in actions:
        action()


class DemoClerk(HouseClerk):
    """Keeps the commands of a duty until it asks again or ends, then gives them all.

    Commands wait for the disk together: a month of warnings in seconds. What was refused is in `parked`, as ever.
    """

    def __init__(self, stage: Stage, duty_name: str, pool: Executor) -> None:
        super().__init__(stage.house, duty_name, stage.settled)
        self._pool = pool
        self._given: list[Given] = []

    def ask(self, view_name: str, /, **params: Any) -> Any:
        """See `Clerk.ask`."""
        self.finish()
        return super().ask(view_name, **params)

    def do(
        self, command_name: str, fields: Mapping[str, Any], /, *, key: str, at: datetime, why: str | None = None
    ) -> bool:
        """See `Clerk.do`; whether it is refused is only known later."""
        self._given.append((command_name, fields, key, at, why))
        return True

    def finish(self) -> None:
        """Give what is still kept."""
        groups: dict[Hashable, list[Callable[[], object]]] = {}
        for given in self._given:
            record = next((given[1][name] for name in RECORDS if name in given[1]), given[2])
            groups.setdefault(record, []).append(self._giving(given))
        self._given = []
        side_by_side(self._pool, groups.values())

    def _giving(self, given: Given) -> Callable[[], object]:
        name, fields, key, at, why = given
        return lambda: HouseClerk.do(self, name, fields, key=key, at=at, why=why)
