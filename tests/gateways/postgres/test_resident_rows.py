"""Rows that stay in memory say what the tables say, however many are put away; a sieve never forgets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.postgres.database import Connection
from gateways.postgres.resident_rows import ResidentRows
from gateways.postgres.sieve import Sieve
from gateways.wiring import Installation
from projections.base import MemoryRows, Row, Rows, Table

KEPT = Table("kept", {"kept_id": "uuid", "kind": "text", "amount": "integer"}, ("kept_id",), ("kind",))
IDS = [UUID(int=number) for number in range(6)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "patch", "drop", "get", "select", "flush", "put away", "begin again"]),
        st.sampled_from(IDS),
        st.sampled_from(["a", "b", None]),
        st.integers(0, 3),
    ),
    max_size=40,
)


class _Resident(ResidentRows):
    """Over a table of the session."""

    asked = 0

    def _select(self, *args: Any, **named: Any) -> list[Row]:
        self.asked += 1
        return super()._select(*args, **named)


@dataclass
class Place:
    """A company, a connection that sees it, and an empty table."""

    company_id: UUID
    connection: Connection

    def rows(self, *, empty: bool) -> _Resident:
        """Rows of the table."""
        return _Resident(self.connection, self.company_id, {"kept": "kept"}, empty=empty)

    def stored(self) -> list[Row]:
        """What the table holds."""
        found = self.connection.execute("select kept_id, kind, amount from kept order by kept_id").fetchall()
        return [dict(zip(KEPT.columns, row, strict=True)) for row in found]


@contextmanager
def emptied(place: Place) -> Iterator[Place]:
    """The table without its rows."""
    place.connection.execute("truncate kept")
    yield place


@pytest.fixture(scope="module")
def place(installation: Installation) -> Iterator[Place]:
    """A table of a session."""
    company_id = uuid4()
    with installation.database.company(company_id) as connection:
        connection.execute(
            "create temporary table kept "
            "(company_id uuid, kept_id uuid, kind text, amount integer, primary key (company_id, kept_id))"
        )
        yield Place(company_id, connection)
        connection.execute("drop table kept")


def step(rows: Rows, what: str, one: UUID, kind: str | None, amount: int) -> object:
    """One step of a handler."""
    if what == "put":
        rows.put(KEPT, {"kept_id": one, "kind": kind, "amount": amount})
    elif what == "patch":
        rows.patch(KEPT, one, amount=amount)
    elif what == "drop":
        rows.drop(KEPT, one)
    elif what == "select" and kind:
        return rows.select(KEPT, kind=kind)
    return rows.get(KEPT, one)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_a_handler_cannot_tell_them_from_rows_in_memory(place: Place, steps: list[tuple[str, UUID, str, int]]) -> None:
    with emptied(place):
        memory, resident = MemoryRows(), place.rows(empty=True)
        for what, one, kind, amount in steps:
            if what in ("flush", "put away", "begin again"):
                resident.flush()
            if what == "put away":
                resident.put_away(0.5 + amount / 6)
            if what == "begin again":
                resident = place.rows(empty=False)
            assert step(resident, what, one, kind, amount) == step(memory, what, one, kind, amount)
        resident.flush()
        assert place.stored() == sorted(memory.all(KEPT), key=lambda row: row["kept_id"])


def test_what_was_never_there_is_not_asked_for(place: Place) -> None:
    with emptied(place):
        rows = place.rows(empty=True)
        for one in IDS:
            assert rows.get(KEPT, one) is None
            rows.put(KEPT, {"kept_id": one, "kind": "a", "amount": 1})
        assert len(rows.select(KEPT, kind="a")) == len(IDS)
        rows.flush()
        assert rows.asked == 0
        rows.put_away(1.0)
        assert (rows.held, rows.get(KEPT, uuid4()), rows.select(KEPT, kind="b"), rows.asked) == (0, None, [], 0)
        assert len(rows.select(KEPT, kind="a")) == len(IDS)
        assert (rows.held, rows.asked) == (len(IDS), 1)


def test_the_rows_unused_for_longest_go_first(place: Place) -> None:
    with emptied(place):
        rows = place.rows(empty=True)
        for one in IDS:
            rows.put(KEPT, {"kept_id": one, "kind": "a", "amount": 1})
        rows.flush()
        rows.get(KEPT, IDS[0])
        rows.put_away(0.5)
        assert rows.get(KEPT, IDS[0])
        assert rows.asked == 0
        assert rows.get(KEPT, IDS[1])
        assert rows.asked == 1


def test_a_sieve_forgets_nothing_and_imagines_little() -> None:
    sieve = Sieve()
    inside, outside = [(uuid4(),) for _ in range(20_000)], [(uuid4(),) for _ in range(5_000)]
    for one in inside:
        sieve.add(one)
    assert all(one in sieve for one in inside)
    assert sum(one in sieve for one in outside) < len(outside) / 20
