"""Making seals (sigillatura): block after block of a company's log, beside the commands and never in their way.

Positions have no gaps and a fact once seen stays, so that a block is read without a lock. Of two makers at one moment
the database takes the first; the other's seal does not follow any more and is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg.errors import SerializationFailure, UniqueViolation

from gateways.postgres.database import Connection
from gateways.seals import leaves, store, trees
from gateways.seals.chain import Seal, next_seal
from gateways.wiring import House

BLOCK = 4096
"""Facts of a full block."""


class LogHasHoles(Exception):
    """Facts are missing in the block to be sealed; a log with holes is not sealed. libretto verify says which."""


def make_seals(
    house: House, *, block: int = BLOCK, at: Callable[[], datetime] = lambda: datetime.now(UTC), patience: timedelta
) -> list[Seal]:
    """Seal every full block, and what has come after them once its oldest fact is older than `patience`.

    Raises `LogHasHoles`.
    """
    made = []
    with house.database.company(house.company_id) as connection:
        while seal := _next(connection, house, block, at(), patience):
            made.append(seal)
    return made


def _next(connection: Connection, house: House, size: int, now: datetime, patience: timedelta) -> Seal | None:
    before = store.last_seal(connection, house.company_id)
    first = before.last + 1 if before else 1
    if not _due(connection, house, first, size, now - patience):
        return None
    facts = list(leaves.stored(connection, house.company_id, first, first + size - 1))
    if [fact.position for fact in facts] != list(range(first, first + len(facts))):
        raise LogHasHoles(f"{house.slug}: from {first}")
    company = str(house.company_id)
    kept = store.Block([leaves.leaf(company, fact) for fact in facts], [fact.event_id for fact in facts])
    seal = next_seal(company, before, trees.root(kept.leaves), len(facts), now)
    try:
        store.add(connection, house.company_id, seal, kept)
    except (SerializationFailure, UniqueViolation):
        return None
    return seal


def _due(connection: psycopg.Connection, house: House, first: int, size: int, old: datetime) -> bool:
    """Whether a full block waits, or a fact that is old enough."""
    row = connection.execute(
        """select exists (select from fact where company_id = %(company)s and position = %(full)s)
               or exists (select from fact where company_id = %(company)s and position = %(first)s
                                              and recorded_at <= %(old)s)""",
        {"company": house.company_id, "full": first + size - 1, "first": first, "old": old},
    ).fetchone()
    return bool(row and row[0])
