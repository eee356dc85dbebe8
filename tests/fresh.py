"""A company's house whose read models are level with its log whenever they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any

from commands.desk import Desk
from gateways.postgres.reader import PostgresReader
from gateways.wiring import House, Installation
from projections.base import Row
from projections.lookups import ReadModelLookups


class FreshReader(PostgresReader):
    """Has everything folded before it answers: what nobody looks at is folded later, together with what follows."""

    fold: Callable[[], None]

    def rows(self, sql: str, params: Mapping[str, Any] | None = None, *, replan: bool = False) -> list[Row]:
        """See `Reader.rows`."""
        self.fold()
        return super().rows(sql, params, replan=replan)

    @contextmanager
    def snapshot(self) -> Iterator[PostgresReader]:
        """See `PostgresReader.snapshot`; what was taken a picture of is not folded on."""
        self.fold()
        with super().snapshot() as still:
            vars(still)["fold"] = _nothing
            yield still


def fresh(installation: Installation, house: House, fold: Callable[[], None]) -> House:
    """The same house, seen through a reader that has everything folded first."""
    made = copy(house)
    made.reader = FreshReader(installation.database, installation.registry, house.ledger, house.codec, house.company_id)
    vars(made.reader)["fold"] = fold
    made.desk = Desk(house.ledger, ReadModelLookups(made.reader))
    return made


def _nothing() -> None:
    return None
