"""An analyst's login sees the views of one company and nothing else, whatever is tried in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from gateways.analysts.logins import LoginNameTaken, LoginNameWrong, NoSuchLogin, grant, logins, revoke
from gateways.export.stars import STARS
from gateways.postgres.database import Connection
from gateways.wiring import Installation
from tests.contract_steps import ROSSI, founded
from tests.dsl import Company, do
from tests.gateways.export.figures import with_figures

Session = Callable[[], Connection]
NAME = f"anna_{uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def installation(lone_installation: Installation) -> Installation:
    """One whose companies are all of this module: read models are rebuilt for every company that there is."""
    return lone_installation


@pytest.fixture(scope="module")
def analysed(installation: Installation) -> Company:
    """A company with figures."""
    return with_figures(installation)


@pytest.fixture(scope="module")
def other(installation: Installation) -> Company:
    """Another company on the same server: a customer whose name nobody else may see, and a job."""
    company_id = uuid4()
    company = Company(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))
    party = {**ROSSI.fields, "party_id": uuid4(), "code": "SECRET-7", "name": "Segreta SpA"}
    company.given(
        founded(company), do("register-party", **party), do("open-job", code="777", terms={"name": "Segreta"})
    )
    company.fold()
    return company


@pytest.fixture(scope="module")
def anna(installation: Installation, analysed: Company, other: Company) -> Iterator[Session]:
    """Sessions of an analyst of the first company."""
    analysed.fold()
    installation.daemon.catch_up()
    grant(installation.database, NAME, analysed.behind.company_id)
    address = make_conninfo(installation.dsn, user=NAME)
    yield lambda: psycopg.connect(address, autocommit=True)
    revoke(installation.database, NAME)


def test_views_say_what_the_company_sees(analysed: Company, anna: Session) -> None:
    """Every star table is there; lines of invoices sum to the cent; names come of firms."""
    with anna() as session:
        views = {name for (name,) in session.execute("select viewname from pg_views where schemaname = 'mart'")}
        assert views == {star.name for star in STARS}
        for star in STARS:
            told = session.execute(f"select * from {star.name} limit 0".encode()).description
            assert [column.name for column in told or ()] == list(star.columns)
        total = session.execute("select sum(amount) from mart_invoice_line").fetchone()
        names = session.execute("select name from dim_customer").fetchall()
    wanted = sum(row["taxable"] for row in analysed.ask("invoices", state="issued", limit=500)["items"])
    assert total == (wanted,)
    assert wanted > Decimal(1000)
    assert ("Segreta SpA",) not in names
    assert names


FORBIDDEN = (
    "select * from fact",
    "select * from public.fact",
    "select * from public.company",
    "select * from public.subject_key",
    "select * from public.read_model",
    "select * from public.company_heads()",
    "select * from public.positions_by('user:test', 0, 9, 9)",
    "select public.current_company()",
    "select * from analyst_access.login",
    "insert into mart.dim_area (area) values ('x')",
    "update mart.dim_area set area = 'x'",
    "delete from mart.dim_area",
    "create table mart.mine (a integer)",
    "create table public.mine (a integer)",
    "create temporary table mine (a integer)",
    "create schema mine",
    "create view mart.mine as select 1",
    "create function mart.mine() returns integer language sql as 'select 1'",
    "set role libretto_app",
    "set role postgres",
    "set session authorization postgres",
    "alter role current_user superuser",
    "alter role current_user connection limit 100",
    "grant libretto_app to current_user",
    "alter view mart.dim_customer reset (security_barrier)",
    "create or replace view mart.dim_customer as select 1",
    "copy (select 1) to '/tmp/stolen'",
    "copy mart.dim_job to program 'cat'",
    "select pg_read_file('/etc/passwd')",
    "select * from pg_authid",
    "load 'auto_explain'",
    "select pg_reload_conf()",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_nothing_else_can_be_done(anna: Session, statement: str) -> None:
    """Not even by a session that says that it is not read-only, and sees another company."""
    with anna() as session:
        session.execute("set default_transaction_read_only = off")
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable)) as refused:
            session.execute(statement.encode())
        assert statement == "select * from fact" or refused.type is not psycopg.errors.UndefinedTable


def test_every_table_and_function_of_ours_is_closed(anna: Session) -> None:
    """Whatever will be added: an analyst may use the schema of the views, no other table and no function of ours."""
    with anna() as session:
        readable = session.execute(
            """select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname not in ('pg_catalog', 'information_schema', 'mart', 'pg_toast')
                  and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')"""
        ).fetchall()
        callable_ = session.execute(
            """select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                where n.nspname not in ('pg_catalog', 'information_schema')
                  and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')"""
        ).fetchall()
        leaky = session.execute(
            """select relname from pg_class where relnamespace = 'mart'::regnamespace
                  and (reloptions is null or not 'security_barrier=true' = any(reloptions))"""
        ).fetchall()
        assert leaky == []
        limits = session.execute(
            """select rolconnlimit, rolsuper, rolcreaterole, rolbypassrls, current_setting('statement_timeout')
                 from pg_roles where rolname = session_user"""
        ).fetchone()
    assert (readable, callable_, limits) == ([], [], (4, False, False, False, "1min"))


def test_no_setting_shows_another_company(other: Company, anna: Session) -> None:
    """The company is that of the login; conditions that fail on a value are never tried on others' rows."""
    theirs = str(other.behind.company_id)
    with anna() as session:
        session.execute("select set_config('libretto.company', %s, false)", (theirs,))
        before = session.execute("select count(*) from dim_customer").fetchone()
        assert session.execute("select count(*) from dim_customer where code = 'SECRET-7'").fetchone() == (0,)
        session.execute("set libretto.company = ''")
        assert session.execute("select count(*) from dim_customer").fetchone() == before
        with pytest.raises(psycopg.errors.InvalidTextRepresentation) as failed:
            session.execute("select * from dim_customer where code::integer > 0")
        assert "SECRET-7" not in str(failed.value)
        seen = session.execute("select array_agg(j::text) from dim_job j").fetchone()
        assert "Segreta" not in str(seen)


def test_views_survive_a_rebuild_and_end_who_holds_them_up(
    installation: Installation, analysed: Company, anna: Session
) -> None:
    """The tables behind are others, the figures the same; a query left open is ended."""
    idle = anna()
    idle.autocommit = False
    with anna() as session:
        before = session.execute(
            "select array_agg(f order by document_id, line, part, number) from mart_fee f"
        ).fetchone()
    idle.execute("select count(*) from mart_fee")
    old = installation.registry.seen("mart-revenue")
    installation.registry.rebuild("mart-revenue")
    installation.daemon.catch_up()
    installation.registry.prepare()  # drops what is retired
    new = installation.registry.seen("mart-revenue")
    assert old != new
    ended = (psycopg.OperationalError, psycopg.errors.IdleInTransactionSessionTimeout)  # by us, or by its own limit
    with pytest.raises(ended):
        idle.execute("select count(*) from mart_fee")
    with anna() as session:
        assert (
            session.execute("select array_agg(f order by document_id, line, part, number) from mart_fee f").fetchone()
            == before
        )
        definition = session.execute("select pg_get_viewdef('mart.mart_fee'::regclass)").fetchone()
    assert new is not None
    assert f"v_mart_fee_{new.number}" in str(definition)


def test_grants_are_for_one_company_and_are_taken_back(
    installation: Installation, analysed: Company, other: Company
) -> None:
    """The same name again is another password; a name of somebody else's is refused; revoked sessions end."""
    name = f"bruno_{uuid4().hex[:10]}"
    database = installation.database
    first, second = (grant(database, name, analysed.behind.company_id) for _ in range(2))
    assert first != second
    assert [login.company_id for login in logins(database) if login.name == name] == [analysed.behind.company_id]
    with pytest.raises(LoginNameTaken):
        grant(database, name, other.behind.company_id)
    for wrong in ("postgres", "libretto_app", "pg_monitor", "Anna", "a b", "x;drop", "ab"):
        with pytest.raises((LoginNameWrong, LoginNameTaken)):
            grant(database, wrong, UUID(int=1))
    with psycopg.connect(make_conninfo(installation.dsn, user=name), autocommit=True) as session:
        revoke(database, name)
        with pytest.raises(psycopg.OperationalError):
            session.execute("select count(*) from dim_customer")
    with pytest.raises(NoSuchLogin):
        revoke(database, name)
    with database.owner() as owner:
        assert owner.execute("select from pg_roles where rolname = %s", (name,)).fetchone() is None
