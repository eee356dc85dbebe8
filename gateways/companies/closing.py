"""Closing a company's log, opening it again, and clearing its rows away (chiusura, riapertura, cancellazione)."""

from __future__ import annotations

import time
from uuid import UUID

from psycopg.sql import SQL, Identifier, Literal

from gateways.companies.tables import KEYS, every_table
from gateways.postgres.companies import CompanyRow
from gateways.postgres.database import Connection, Database

BATCH = 20_000
DRAIN_S = 30.0
LOOK_S = 0.005
RUNNING = """
select count(*) from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and backend_xid is not null and xact_start < %s"""


class StillWriting(Exception):
    """A transaction has been writing to the database for half a minute; try again when it has ended."""


def close(database: Database, row: CompanyRow, state: str) -> int:
    """Let nothing more into a company's log, and wait for what is being written; the position where it ends.

    `state` says why: `closed` on its way out, `moved` on its way to another cell. Raises `StillWriting`.
    """
    with database.owner() as connection:
        with connection.transaction():
            connection.execute(
                "update company_head set closed_at = coalesce(closed_at, clock_timestamp()) where company_id = %s",
                (row.company_id,),
            )
            connection.execute("update company set state = %s where company_id = %s", (state, row.company_id))
        _drain(connection)
        found = connection.execute(
            "select last_position from company_head where company_id = %s", (row.company_id,)
        ).fetchone()
    assert found is not None, "a company has a head"
    return int(found[0])


def reopen(database: Database, company_id: UUID) -> None:
    """Let commands in again."""
    with database.owner() as connection, connection.transaction():
        connection.execute("update company_head set closed_at = null where company_id = %s", (company_id,))
        connection.execute("update company set state = 'open' where company_id = %s", (company_id,))


def is_closed(database: Database, company_id: UUID) -> bool:
    """Whether nothing can enter the company's log."""
    with database.owner() as connection:
        row = connection.execute(
            "select closed_at is not null from company_head where company_id = %s", (company_id,)
        ).fetchone()
    return row is None or bool(row[0])


def mark(database: Database, company_id: UUID, state: str) -> None:
    """Say what a company is here."""
    with database.owner() as connection:
        connection.execute("update company set state = %s where company_id = %s", (state, company_id))


def clear(database: Database, company_id: UUID) -> None:
    """Delete every row of a company, batch by batch: interrupted, it goes on when repeated. `strike_off` goes last.

    Keys go first: from then on what is left of personal data cannot be read.
    """
    with database.owner() as connection:
        names = every_table(connection)
        names.sort(key=lambda name: name != KEYS)
        for name in names:
            _delete(connection, name, company_id)


def strike_off(database: Database, company_id: UUID) -> None:
    """Delete the company itself, which has no rows left."""
    with database.owner() as connection:
        connection.execute("delete from company where company_id = %s", (company_id,))


def _drain(connection: Connection) -> None:
    """Wait for transactions that began before now and have written something."""
    begun = connection.execute("select clock_timestamp()").fetchone()
    until = time.monotonic() + DRAIN_S
    while True:
        row = connection.execute(RUNNING, begun).fetchone()
        if row is None or not row[0]:
            return
        if time.monotonic() > until:
            raise StillWriting
        time.sleep(LOOK_S)


def _delete(connection: Connection, name: str, company_id: UUID) -> None:
    # Rows of a partitioned table are told apart by their partition as well.
    statement = SQL(
        "delete from {table} where company_id = {company} and (tableoid, ctid) in ("
        "select tableoid, ctid from {table} where company_id = {company} limit {most})"
    ).format(table=Identifier(name), company=Literal(company_id), most=Literal(BATCH))
    while connection.execute(statement).rowcount:
        pass
