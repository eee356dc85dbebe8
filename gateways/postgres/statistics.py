"""The planner's statistics (statistiche) of tables that grow quickly: kept up by whoever fills them.

The server looks after them once a minute, and only so often. A company begins with empty tables, and what was planned
while they were empty reads all of them for one row: within that minute a call would cost ten times as much to open.
"""

from __future__ import annotations

import psycopg
import structlog
from psycopg.sql import SQL, Identifier

from gateways.postgres.database import Database

LEAST = 100
MOST = 300_000
"""Beyond so many rows a table is the server's business again."""
OUTGROWN = """
select s.relname from pg_stat_user_tables s join pg_class c on c.oid = s.relid
 where s.schemaname = 'public' and (s.relname like 'v\\_%%' or s.relname similar to '(fact\\_[0-9]+|command|claim)')
   and s.n_mod_since_analyze > %(least)s + c.reltuples and s.n_live_tup < %(most)s
 order by s.n_mod_since_analyze desc"""
log = structlog.get_logger("daemon")


def look_again(database: Database) -> list[str]:
    """Have the tables looked at that are more than twice as large as when they were looked at last; their names."""
    with database.owner() as connection:
        names = [row[0] for row in connection.execute(OUTGROWN, {"least": LEAST, "most": MOST})]
        for name in names:
            try:
                connection.execute(SQL("analyze {}").format(Identifier(name)))
            except psycopg.errors.UndefinedTable:
                continue  # of a generation that has been dropped meanwhile
    if names:
        log.info("looked at tables that grew", tables=len(names))
    return names
