"""The directory (elenco): which company lives in which cell; a small table in the home cell's database.

Who is not named in it lives at home. Answers are remembered for a second; a process that believes an old one reads rows
that stay as they were, and what it wants to write is refused by the database itself, as the log there is closed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout

from aggregates.base import Refusal
from gateways.cells.address import HOME
from gateways.postgres.database import Database

KEPT_S = 1.0
MOST_KEPT = 100_000
LOCK_SPACE = 0x11B3
COLUMNS = "company_id, slug, cell, version, moving_to"


@dataclass(frozen=True)
class Place:
    """Where a company lives; `moving_to` is the cell it is being copied to, `version` grows with every move."""

    company_id: UUID
    slug: str
    cell: str = HOME
    version: int = 0
    moving_to: str | None = None


class SlugTaken(Refusal):
    """There is a company called {company} already; choose another short name."""


class MoveInHand(Refusal):
    """Another process is moving or copying {company} at this moment; wait until it is through."""


class Directory:
    """The places of companies that were made in another cell or moved."""

    def __init__(self, home: Database) -> None:
        self._home = home
        self._kept: dict[str, tuple[float, str]] = {}

    def cell_of(self, slug_or_id: str) -> str:
        """The cell that a company lives in; the last known one while the home cell does not answer."""
        until, cell = self._kept.get(slug_or_id, (0.0, ""))
        if until > time.monotonic():
            return cell
        try:
            place = self.find(slug_or_id)
        except (psycopg.OperationalError, PoolTimeout):
            if not cell:
                raise
            return cell
        found = place.cell if place else HOME
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        self._kept[slug_or_id] = (time.monotonic() + KEPT_S, found)
        return found

    def forget(self) -> None:
        """Look everything up again."""
        self._kept.clear()

    def find(self, slug_or_id: str) -> Place | None:
        """The entry of a company, where it has one."""
        with self._home.connection() as connection:
            row = connection.execute(
                f"select {COLUMNS} from company_place where slug = %(name)s or company_id::text = %(name)s",  # noqa: S608 - constant
                {"name": slug_or_id},
            ).fetchone()
        return Place(*row) if row else None

    def every(self) -> list[Place]:
        """All entries, by short name."""
        with self._home.connection() as connection:
            rows = connection.execute(f"select {COLUMNS} from company_place order by slug").fetchall()  # noqa: S608 - constant
        return [Place(*row) for row in rows]

    def enter(self, company_id: UUID, slug: str, cell: str) -> None:
        """Enter a new company; doing it again changes nothing. Raises `SlugTaken`."""
        try:
            self._write(
                """insert into company_place (company_id, slug, cell) values (%s, %s, %s)
                   on conflict (company_id) do nothing""",
                (company_id, slug, cell),
            )
        except psycopg.errors.UniqueViolation as error:
            raise SlugTaken(company=slug) from error

    def moving(self, company_id: UUID, to: str | None) -> None:
        """Note where a company is on its way to, or that it is on its way no longer."""
        self._write("update company_place set moving_to = %s where company_id = %s", (to, company_id))

    def flip(self, lock: psycopg.Connection[tuple[object, ...]], company_id: UUID, to: str) -> None:
        """From now on the company lives elsewhere. Goes over its lock's connection: who lost that flips nothing."""
        done = lock.execute(
            """update company_place set cell = %s, version = version + 1, changed_at = clock_timestamp()
                where company_id = %s and moving_to = %s""",
            (to, company_id, to),
        )
        assert done.rowcount == 1, "whoever holds the lock has noted where the company goes"
        self.forget()

    def leave(self, company_id: UUID) -> None:
        """Strike a company off."""
        self._write("delete from company_place where company_id = %s", (company_id,))

    @contextmanager
    def locked(self, company_id: UUID, slug: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """A connection that keeps others from moving or removing this company; freed when the process dies.

        Raises `MoveInHand`.
        """
        with self._home.owner() as connection:
            taken = connection.execute(
                "select pg_try_advisory_lock(%s, hashtext(%s))", (LOCK_SPACE, str(company_id))
            ).fetchone()
            if not taken or not taken[0]:
                raise MoveInHand(company=slug)
            yield connection

    def _write(self, statement: str, params: tuple[object, ...]) -> None:
        with self._home.owner() as connection:
            connection.execute(statement.encode(), params)
        self.forget()
