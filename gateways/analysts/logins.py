"""Logins for analysts (accessi SQL): who may read which company's star tables with SQL, and nothing else.

A login belongs to one company and to `libretto_analyst`, which may read the views of the schema `mart`. Its password is
made here and told once; the server is sent its SCRAM verifier.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.sql import SQL, Identifier, Literal

from aggregates.base import Refusal, require
from gateways.analysts import views
from gateways.postgres.database import Connection, Database

NAME = re.compile(r"[a-z][a-z0-9_]{2,39}")
RESERVED = ("pg_", "libretto", "postgres", "public")
CONNECTIONS = 4
SETTINGS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "search_path": views.SCHEMA,
}


class LoginNameWrong(Refusal):
    """{name} cannot be the name of a login; take 3 to 40 small letters, digits and underscores, a letter first."""


class LoginNameTaken(Refusal):
    """There is a login called {name} on this server already, for something else; choose another name."""


class NoSuchLogin(Refusal):
    """Nobody called {name} was given SQL access here; see libretto sql-access list."""


@dataclass(frozen=True)
class Login:
    """Who may look at which company."""

    name: str
    company_id: UUID
    granted_at: datetime


def grant(database: Database, name: str, company_id: UUID) -> str:
    """Let somebody read a company; the password. Again it is another password. Raises `LoginNameTaken`."""
    require(NAME.fullmatch(name) is not None and not name.startswith(RESERVED), LoginNameWrong, name=name)
    password = secrets.token_urlsafe(18)
    with database.owner() as connection:
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(hashtext('libretto sql-access'))")
            views.make(connection)
            _login(connection, name, company_id, password)
        views.refresh(connection)
    return password


def revoke(database: Database, name: str) -> None:
    """Take it back: open sessions see nothing from now on and are ended. Raises `NoSuchLogin`."""
    with database.owner() as connection:
        require(any(login.name == name for login in _logins(connection)), NoSuchLogin, name=name)
        connection.execute("delete from analyst_access.login where role_name = %s", (name,))
        exists = connection.execute("select from pg_roles where rolname = %s", (name,)).fetchone() is not None
        if exists:
            connection.execute(SQL("alter role {} nologin").format(Identifier(name)))
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", (name,))
            connection.execute(SQL("drop role {}").format(Identifier(name)))


def logins(database: Database) -> list[Login]:
    """Who may look, by name."""
    with database.owner() as connection:
        return _logins(connection)


def _logins(connection: Connection) -> list[Login]:
    row = connection.execute("select to_regclass(%s)", (views.LOGINS,)).fetchone()
    if row is None or row[0] is None:
        return []
    rows = connection.execute("select role_name, company_id, granted_at from analyst_access.login order by 1")
    return [Login(*row) for row in rows]


def _login(connection: Connection, name: str, company_id: UUID, password: str) -> None:
    known = {login.name: login.company_id for login in _logins(connection)}
    exists = connection.execute("select from pg_roles where rolname = %s", (name,)).fetchone() is not None
    require(known.get(name) == company_id if name in known else not exists, LoginNameTaken, name=name)
    role = Identifier(name)
    if not exists:
        connection.execute(SQL("create role {} in role {}").format(role, Identifier(views.GROUP)))
    verifier = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    made = SQL("alter role {} with login connection limit {} password {}").format(
        role, Literal(CONNECTIONS), Literal(verifier)
    )
    connection.execute(made)
    for setting, value in SETTINGS.items():
        connection.execute(SQL("alter role {} set {} = {}").format(role, Identifier(setting), Literal(value)))
    connection.execute(
        "insert into analyst_access.login (role_name, company_id) values (%s, %s) on conflict do nothing",
        (name, company_id),
    )
