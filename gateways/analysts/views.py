"""Views for analysts with SQL (viste): one for each star table, without a generation in its name.

They look with the owner's eyes, which no policy holds back, so each names its company itself: the one granted to the
login of the session. A session can change its settings and its role, never its login. They are security barriers, so
that no condition of a query is tried on another company's rows. There are none before the first grant; when a read
model's generation is switched they are made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import psycopg
import structlog
from psycopg.errors import InvalidTableDefinition
from psycopg.sql import SQL, Identifier, Literal

from gateways.export.stars import MODEL_OF, STARS, Star
from gateways.postgres.database import Connection
from gateways.postgres.read_models import Generation

log = structlog.get_logger("analysts")
SCHEMA, GROUP, LOGINS = "mart", "libretto_analyst", "analyst_access.login"
PATIENCE_MS = 2000
MADE = """
do $$ begin
    if not exists (select from pg_roles where rolname = 'libretto_analyst') then
        begin
            create role libretto_analyst nologin nobypassrls;
        exception when duplicate_object or unique_violation then
            null; -- roles belong to the whole server: another database was made at the same moment
        end;
    end if;
end $$;
create schema if not exists mart;
create schema if not exists analyst_access;
create table if not exists analyst_access.login (
    role_name  name primary key,
    company_id uuid not null,
    granted_at timestamptz not null default clock_timestamp()
);
grant usage on schema mart to libretto_analyst;"""
SHUT = """
revoke all on schema public from public;
grant usage on schema public to libretto_app;
do $$ begin
    execute format('revoke temporary on database %I from public', current_database());
    execute format('grant temporary on database %I to libretto_app', current_database());
end $$;"""
"""By default whoever may log in may call our functions, some of which look with the owner's eyes, and fill the disk."""
IS_OPEN = """
select has_schema_privilege('libretto_analyst', 'public', 'usage')
    or has_database_privilege('libretto_analyst', current_database(), 'temporary')"""
OWN = " where t.company_id = (select l.company_id from analyst_access.login l where l.role_name = session_user)"
BLOCKERS = """
select pg_terminate_backend(a.pid) from pg_stat_activity a join analyst_access.login l on l.role_name = a.usename
 where a.datname = current_database()"""


def make(connection: Connection) -> None:
    """Make what the first grant needs; doing it again changes nothing."""
    connection.execute(MADE)
    connection.execute(SHUT)


def refresh(connection: Connection) -> None:
    """Bring the views to the generations in use. Does nothing where nobody was ever granted SQL access.

    A query that an analyst has left open for more than two seconds is ended, or no read model could be switched.
    """
    row = connection.execute("select to_regclass(%s)", (LOGINS,)).fetchone()
    if row is None or row[0] is None:
        return
    row = connection.execute(IS_OPEN).fetchone()
    if row and row[0]:
        connection.execute(SHUT)
    names = _in_use(connection)
    known: dict[str, str] = dict(connection.execute(KNOWN, (SCHEMA,)).fetchall())
    for star in STARS:
        if star.tables <= names.keys():
            sql = star.select(names) + OWN
            mark = hashlib.sha256(sql.encode()).hexdigest()
            if known.get(star.name) != mark:
                _patiently(connection, star, sql, mark)


def keep_up(connection: Connection) -> None:
    """Refresh, come what may: read models are switched whether analysts see it or not."""
    try:
        refresh(connection)
    except psycopg.Error as error:
        log.warning("analysts' views are not up to date", error=str(error))


KNOWN = """
select c.relname, obj_description(c.oid, 'pg_class') from pg_class c
 where c.relnamespace = to_regnamespace(%s) and c.relkind = 'v'"""


def _in_use(connection: Connection) -> Mapping[str, str]:
    rows = connection.execute("select name, generation from read_model where status = 'active'").fetchall()
    active: dict[str, int] = dict(rows)
    return {
        table.name: f"public.{Generation(model.NAME, active[model.NAME], '', '').table(table)}"
        for model in dict.fromkeys(MODEL_OF.values())
        if model.NAME in active
        for table in model.TABLES
    }


def _patiently(connection: Connection, star: Star, sql: str, mark: str) -> None:
    try:
        _switch(connection, star, sql, mark)
    except psycopg.errors.LockNotAvailable:
        log.warning("an analyst's query held up a view and is ended", view=star.name)
        connection.execute(BLOCKERS)
        _switch(connection, star, sql, mark)


def _switch(connection: Connection, star: Star, sql: str, mark: str) -> None:
    view = SQL("{}.{}").format(Identifier(SCHEMA), Identifier(star.name))
    made = SQL("create or replace view {} with (security_barrier = true) as {}").format(view, SQL(sql))
    with connection.transaction():
        connection.execute(SQL("set local lock_timeout = {}").format(Literal(PATIENCE_MS)))
        try:
            with connection.transaction():
                connection.execute(made)
        except InvalidTableDefinition:  # other columns than before
            connection.execute(SQL("drop view {} cascade").format(view))
            connection.execute(made)
        connection.execute(SQL("grant select on {} to {}").format(view, Identifier(GROUP)))
        connection.execute(SQL("comment on view {} is {}").format(view, Literal(mark)))
