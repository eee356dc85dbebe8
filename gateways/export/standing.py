"""A company's star tables as they stand at one position of the log (situazione), however long it takes to read them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aggregates.base import Refusal
from gateways.export.stars import MODELS, Star
from gateways.postgres.database import Connection
from gateways.postgres.read_models import Generation, positions
from gateways.wiring import House

WAIT_S = 30.0
LOOK_S = 0.05
ROWS = 10_000
UNDATED = "undated"
"""What the file of rows is called that belong to no month."""
AS_TEXT = frozenset({"uuid", "jsonb"})


class FiguresBehind(Refusal):
    """The figures have not come as far as the log; see libretto project --status, or try again in a minute."""


@dataclass(frozen=True)
class Part:
    """A month's rows of a table: how many, and a digest of all of them."""

    rows: int
    digest: str


class Standing:
    """What one snapshot of the database holds of one company."""

    def __init__(self, connection: Connection, names: Mapping[str, str], position: int, parked: int) -> None:
        self.position = position
        self.parked = parked
        self._connection = connection
        self._names = names

    def parts(self, star: Star) -> dict[str, Part]:
        """The months of a table, in order, with digests that the server reckons."""
        sql = f"""select {_month(star)} as part, count(*),
                         encode(sha256(string_agg(sha256(convert_to(s::text, 'UTF8')), ''::bytea
                                                  order by {_order(star)})), 'hex')
                    from ({star.select(self._names)}) s group by 1 order by 1"""  # noqa: S608 - our own names
        found = self._connection.execute(sql.encode()).fetchall()
        return {part: Part(rows, digest) for part, rows, digest in found}

    def rows(self, star: Star, parts: Iterable[str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """The rows of some months with the month of each, month by month and in the order of their keys."""
        told = ", ".join(f"s.{name}::text" if kind in AS_TEXT else f"s.{name}" for name, kind in star.columns.items())
        sql = f"""select {_month(star)} as part, {told} from ({star.select(self._names)}) s
                   where {_month(star)} = any(%s) order by 1, {_order(star)}"""  # noqa: S608 - our own names
        with self._connection.cursor(name="export") as cursor:
            cursor.itersize = ROWS
            cursor.execute(sql.encode(), (list(parts),))
            for part, *row in cursor:
                yield part, tuple(row)


@contextmanager
def standing(house: House, wait_s: float = WAIT_S) -> Iterator[Standing]:
    """All star tables at one position, the newest there is or a later one. Raises `FiguresBehind`."""
    cell = house.installation
    with house.database.company(house.company_id) as connection:
        head = house.log.position()
        until = time.monotonic() + wait_s
        while True:
            seen = [found for model in MODELS if (found := cell.registry.seen(model.NAME))]
            names = {table: name for one in seen for table, name in one.names(cell.registry.models[one.name]).items()}
            with connection.transaction():
                connection.execute("set transaction isolation level repeatable read, read only")
                at = _level(connection, house.company_id, seen)
                if at is not None and at >= head and len(seen) == len(MODELS) and _are_there(connection, names):
                    connection.execute("set local timezone to 'UTC'; set local datestyle to 'ISO, YMD'")
                    yield Standing(connection, names, at, _parked(connection, seen))
                    return
            if time.monotonic() > until:
                raise FiguresBehind
            cell.daemon.catch_up(house.company_id)  # where another process folds this does nothing
            cell.registry.generations(fresh=True)
            time.sleep(LOOK_S)


def _level(connection: Connection, company_id: UUID, seen: list[Generation]) -> int | None:
    found = set(positions(connection, company_id, seen).values())
    return found.pop() if len(found) == 1 else None


def _are_there(connection: Connection, names: Mapping[str, str]) -> bool:
    row = connection.execute(
        "select count(*) from unnest(%s::text[]) as asked(name) where to_regclass('public.' || name) is not null",
        (list(names.values()),),
    ).fetchone()
    return row is not None and row[0] == len(names)


def _parked(connection: Connection, seen: list[Generation]) -> int:
    row = connection.execute(
        """select count(*) from parked_fact p
             join unnest(%s::text[], %s::integer[]) as asked(name, generation) using (name, generation)""",
        ([one.name for one in seen], [one.number for one in seen]),
    ).fetchone()
    return row[0] if row else 0


def _month(star: Star) -> str:
    return f"coalesce(to_char(s.{star.month}, 'YYYY-MM'), '{UNDATED}')" if star.month else "'all'"


def _order(star: Star) -> str:
    return ", ".join(f's.{name} collate "C"' if star.columns[name] == "text" else f"s.{name}" for name in star.key)
