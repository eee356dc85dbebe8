"""Searching a company's whole log for an auditor: newest first, by whom, of which kind, in which period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from gateways.postgres.database import Connection
from gateways.postgres.facts import COLUMNS, StoredFact, position_at
from projections.audit import Sought

CHUNK = 2000
NEIGHBOURS = 20
"""How far from a fact others of its command are looked for: what one command records stands side by side."""
_HAPPENED = "(convert_from(state, 'UTF8')::jsonb #>> '{act,at}')::timestamptz"
_MOST_POSITION = 2**62


def newest(
    connection: Connection, company_id: UUID, sought: Sought, before: int | None, most: int
) -> Iterator[StoredFact]:
    """The facts that fit, below a position, newest first; `most` is how many are wanted, more may come."""
    floor = position_at(connection, sought.recorded_from - timedelta(microseconds=1)) if sought.recorded_from else 0
    until = position_at(connection, sought.recorded_to) + 1 if sought.recorded_to else _MOST_POSITION
    until = until if before is None else min(until, before)
    conditions = ["company_id = %(company)s", "position > %(floor)s", "position < %(until)s"]
    if sought.kind:
        conditions.append("(topic = %(kind)s or starts_with(topic, %(kind)s || '.'))")
    if sought.happened_from:
        conditions.append(f"{_HAPPENED} >= %(happened_from)s")
    if sought.happened_to:
        conditions.append(f"{_HAPPENED} < %(happened_to)s")
    params = {**sought.model_dump(), "company": company_id, "floor": floor, "until": until, "most": most}
    if sought.by is None:
        yield from _select(connection, conditions, params)
        return
    conditions.append("position = any(%(positions)s::bigint[])")
    size = most if len(conditions) == 4 else CHUNK
    while positions := _positions_by(connection, sought.by, floor, params["until"], size):
        yield from _select(connection, conditions, {**params, "positions": positions})
        params["until"] = positions[-1]


def together(
    connection: Connection, company_id: UUID, commands: Mapping[UUID, tuple[int, int]]
) -> Iterable[dict[str, Any]]:
    """The facts of commands, given the first and last position known of each."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            """select f.command_id, f.position, f.stream_id, f.version, f.topic
                 from unnest(%(commands)s::uuid[], %(first)s::bigint[], %(last)s::bigint[])
                      as given(command_id, first, last)
                 join fact f on f.company_id = %(company)s and f.command_id = given.command_id
                  and f.position between given.first - %(near)s and given.last + %(near)s
                order by f.position""",
            {
                "company": company_id,
                "commands": list(commands),
                "first": [first for first, _ in commands.values()],
                "last": [last for _, last in commands.values()],
                "near": NEIGHBOURS,
            },
            binary=True,
        ).fetchall()


def _select(connection: Connection, conditions: Sequence[str], params: Mapping[str, Any]) -> Iterator[StoredFact]:
    statement = f"select {COLUMNS} from fact where {' and '.join(conditions)} order by position desc limit %(most)s"  # noqa: S608 - own words only
    rows = connection.execute(statement.encode(), params, prepare=False, binary=True).fetchall()
    yield from (StoredFact._make(row) for row in rows)


def _positions_by(connection: Connection, by: str, floor: int, until: int, most: int) -> list[int]:
    rows = connection.execute("select positions_by(%s, %s, %s, %s)", (by, floor, until, most)).fetchall()
    return [row[0] for row in rows]
