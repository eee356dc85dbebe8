"""A log as long as one likes: a week of real work, recorded by commands and copied week after week.

Two thousand calls with their visits and two hundred contracts with machines and readings are recorded once. Each copy
is a week later and has ids and commands of its own; customers, technicians, number registers and natural keys stand
once. A copy of a fact is a fact: everything that folds, seals or searches the log takes it like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.types.json import Jsonb

from aggregates.base import Act
from gateways.wiring import House, Installation
from tests.bench.billing import FILL, Fill
from tests.bench.boards import MADE, MONDAY, WEEK, Week

CHUNK = 25
CONTRACTS = 200
FIRST_CONTRACT = 100_000
"""Their customers have codes of their own beside those of the calls."""
AUTHORS = 40
OWN = re.compile(rb"(20\d\d-\d\d-\d\d|00000000-0000-(?:00ca|00ac|000a|000e)-|\"number\":\"M)")
"""What differs from copy to copy: days, ids of calls, activities, contracts and machines, and machines' numbers."""
COPIED = "^00000000-0000-(00ca|000a|000e)-"
FACTS = """
select stream_id::text, version, topic, state, metadata from fact
 where company_id = %s and stream_id::text ~ %s order by position"""
STORE = """
copy fact (company_id, position, stream_id, version, topic, state, command_id, metadata, recorded_at) from stdin"""


class Sample(NamedTuple):
    """A fact to be copied: its text is cut where copies differ, every second part is such a place."""

    stream: bytes
    version: int
    topic: str
    parts: Sequence[bytes]
    metadata: Jsonb


def filled(running: Installation, opened: House, facts: int, say: Callable[[str], None] = print) -> None:
    """A log of so many facts at least, as whole weeks; nothing is folded yet but the first week."""
    for first in range(0, MADE, CHUNK):
        opened.desk.execute(WEEK, Week(first=first, count=CHUNK), _act(first // CHUNK), uuid4())
    for first in range(0, CONTRACTS, CHUNK):
        cmd = Fill(first=FIRST_CONTRACT + first, count=CHUNK)
        opened.desk.execute(FILL, cmd, _act(first // CHUNK), uuid4())
    say(f"{opened.log.position()} facts recorded by commands")
    with running.database.owner() as connection:
        samples = _samples(connection, opened.company_id)
        week, position = 0, opened.log.position()
        while position < facts:
            week += 1
            position = _copy(connection, opened.company_id, samples, week, position)
        connection.execute("analyze fact")


def _act(number: int) -> Act:
    return Act(by=f"user:{number % AUTHORS}", at=(MONDAY - timedelta(days=3)).astimezone(UTC))


def _samples(connection: Connection, company_id: UUID) -> list[Sample]:
    rows = connection.execute(FACTS, (company_id, COPIED)).fetchall()
    return [
        Sample(stream.encode(), version, topic, OWN.split(bytes(state)), Jsonb(metadata))
        for stream, version, topic, state, metadata in rows
    ]


def _copy(connection: Connection, company_id: UUID, samples: Sequence[Sample], week: int, position: int) -> int:
    """One more week behind a position, recorded now; the last position."""
    own = _Week(week)
    began = datetime.now(UTC)
    with connection.transaction(), connection.cursor() as cursor:
        with cursor.copy(STORE) as copy:
            for row in own.rows(company_id, samples, position, began):
                copy.write_row(row)
        last = began + timedelta(microseconds=len(samples))
        cursor.execute(
            "update company_head set last_position = %s, last_recorded_at = %s where company_id = %s",
            (position + len(samples), last, company_id),
        )
    return position + len(samples)


class _Week(dict[bytes, bytes]):
    """What stands in a copy in place of what differs."""

    def __init__(self, week: int) -> None:
        super().__init__()
        self.week = week
        self.prefix = b"%08x" % week

    def __missing__(self, own: bytes) -> bytes:
        if own.startswith(b"20"):
            shifted = (date.fromisoformat(own.decode()) + timedelta(weeks=self.week)).isoformat().encode()
        elif own.startswith(b'"'):
            shifted = b"%s%d-" % (own, self.week)
        else:
            shifted = self.prefix + own[8:]
        self[own] = shifted
        return shifted

    def rows(
        self, company_id: UUID, samples: Sequence[Sample], position: int, began: datetime
    ) -> Iterator[tuple[object, ...]]:
        """The facts of the week; those of one record count as recorded by one command."""
        commands: dict[bytes, UUID] = {}
        for place, one in enumerate(samples, 1):
            state = b"".join(self[part] if n % 2 else part for n, part in enumerate(one.parts))
            stream = (self.prefix + one.stream[8:]).decode()
            command_id = commands.setdefault(one.stream, uuid4())
            at = began + timedelta(microseconds=place)
            yield company_id, position + place, stream, one.version, one.topic, state, command_id, one.metadata, at
