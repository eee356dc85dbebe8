"""Nobody at work for one company sees or touches another's rows, whatever is tried in SQL: every table, every function.

What the session's setting says is the wall; what is tried here is everything around it. The intruder is a login that
is a member of the program's role and nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

from gateways.postgres.database import Database
from gateways.wiring import Installation
from tests.gateways.companies.households import installed, lived_in, rows_of

FEW = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
OF_NOBODY = {"company", "company_place", "read_model", "schema_migration"}
"""Tables without rows of companies: who is here, where, and how far the schema and the read models are."""
SECRET = "SEGRETO-DI-B"
RELATIONS = """
select c.relname, c.relrowsecurity, coalesce(bool_or(a.attname = 'company_id'), false),
       array_agg(quote_ident(a.attname) order by a.attnum) filter (where a.attgenerated = ''),
       c.relkind, c.relispartition, coalesce('security_invoker=true' = any(c.reloptions), false)
  from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
 group by c.oid order by c.relname"""
WITH_OWNERS_EYES = """
select p.oid::regprocedure::text, p.proconfig from pg_proc p
 where p.pronamespace = 'public'::regnamespace and p.prosecdef
   and (has_function_privilege('libretto_app', p.oid, 'execute') or p.prorettype = 'trigger'::regtype)"""


class Relation(NamedTuple):
    name: str
    guarded: bool
    of_companies: bool
    columns: list[str]
    kind: str
    partition: bool
    invoker: bool


class Walls(NamedTuple):
    """Two companies in one database, and an intruder at work for the first."""

    installation: Installation
    ours: UUID
    theirs: UUID
    intruder: str
    relations: list[Relation]


@pytest.fixture(scope="module")
def walls(migrated_databases: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walls]:
    dsn, login = migrated_databases(), f"intruder_{uuid4().hex[:12]}"
    with installed(dsn, tmp_path_factory.mktemp("walls")) as installation:
        ours, theirs = lived_in(installation, "nostra"), lived_in(installation, "loro")
        theirs.do("register-party", code="SEGRETO", name=SECRET, role="prospect")
        theirs.fold()
        with psycopg.connect(dsn, autocommit=True) as owner:
            owner.execute(f"create role {login} login in role libretto_app".encode())
            owner.execute("analyze")
            relations = [Relation(*row) for row in owner.execute(RELATIONS).fetchall()]
        yield Walls(
            installation,
            ours.house.company_id,
            theirs.house.company_id,
            make_conninfo(dsn, user=login),
            relations,
        )
        with psycopg.connect(dsn, autocommit=True) as owner:
            owner.execute(f"drop role {login}".encode())


def test_every_table_is_guarded_or_says_nothing_of_companies(walls: Walls) -> None:
    with psycopg.connect(walls.installation.dsn) as owner:
        may = {
            name
            for (name,) in owner.execute(
                """select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace
                    and c.relkind in ('r', 'p', 'v', 'm', 'f')
                    and has_any_column_privilege('libretto_app', c.oid, 'select, insert, update, references')"""
            )
        }
    for relation in walls.relations:
        if relation.name not in may or relation.name in OF_NOBODY:
            continue
        assert relation.of_companies, f"{relation.name} has no company_id"
        assert relation.guarded or relation.invoker, f"{relation.name} is not guarded"
        assert not relation.partition, f"{relation.name} is a partition, which its table's policy does not guard"


def test_what_looks_with_the_owners_eyes_trusts_no_temporary_table(walls: Walls) -> None:
    with psycopg.connect(walls.installation.dsn) as owner:
        for name, config in owner.execute(WITH_OWNERS_EYES):
            path = [one for one in config or () if one.startswith("search_path=")]
            assert path, f"{name} has no search_path"
            assert path[0].endswith("pg_temp"), f"{name} looks into temporary tables first: {path[0]}"


def test_only_one_place_names_the_company_of_a_session() -> None:
    folder = Path(__file__).parents[3] / "gateways"
    naming = {path.name for path in folder.rglob("*.py") if re.search(r"libretto\.company['\" ]", path.read_text())}
    assert naming == {"database.py"}


TRICKS = (
    "reset role",
    "set role none",
    "set role libretto_app",
    "set role postgres",
    "set session authorization postgres",
    "reset session authorization",
    "set row_security = off",
    "set row_security = on",
    "set session_replication_role = replica",
    "set plan_cache_mode = force_generic_plan",
    "set plan_cache_mode = auto",
    "set search_path = pg_temp, public",
    "reset search_path",
    "set enable_seqscan = off",
    "select set_config('libretto.company', '', true)",
    "begin",
    "rollback",
    "savepoint s",
    "rollback to s",
    "select 1/0",
    "deallocate all",
    "create temp table company_head (company_id uuid, last_position bigint)",
    "create temp table pg_class (oid oid)",
    "create or replace function pg_temp.seen(text) returns boolean language plpgsql cost 0.0000001 as "
    "$$ begin raise notice 'seen %', $1; return true; end $$",
)
LOOKS = (
    "select * from {table} where company_id = '{theirs}'",
    "select * from {table}",
    "select x.* from {table} x full join {table} y on x.company_id = '{theirs}'",
    "select * from {table} where pg_temp.seen(company_id::text)",
    "select * from {table} where 1 / (case when company_id = '{theirs}' then 0 else 1 end) = 1",
    "select * from {table} for share",
    "prepare p as select * from {table} where company_id = '{theirs}'",
    "execute p",
    "declare c cursor with hold for select * from {table}",
    "fetch all from c",
    "copy {table} to stdout",
    "copy (select * from {table}) to stdout",
    "insert into {table} ({columns}) select {changed} from {table} limit 1",
    "insert into {table} (company_id) values ('{theirs}')",
    "update {table} set company_id = '{theirs}'",
    "update {table} set company_id = company_id where company_id = '{theirs}'",
    "update {table} set company_id = '{ours}' where company_id = '{theirs}'",
    "delete from {table} where company_id = '{theirs}'",
    "with gone as (delete from {table} returning *) select * from gone where company_id = '{theirs}'",
    "truncate {table}",
    "alter table {table} disable row level security",
    "create policy mine on {table} using (true)",
    "create rule r as on select to {table} do instead select 1",
    "alter table {table} owner to current_user",
    "grant all on {table} to current_user",
    "create temp view v as select * from {table}",
    "select * from v",
    "create trigger t before update on {table} execute function pg_temp.seen()",
    "analyze {table}",
    "select * from pg_stats where tablename like '%{table}%'",
    "select most_common_vals::text, most_common_elems::text, histogram_bounds::text from pg_stats "
    "where tablename not like 'company%'",
)
TRIED_EVERYWHERE = (LOOKS[1], LOOKS[3], LOOKS[12], LOOKS[14], LOOKS[15])
FUNCTIONS = (
    "select similar_entries('{entries}', array['{grams}'], array['{grams}'], array['{grams}'], array['{grams}'], 9, 9)",
    "select similar_entries('{entries}; drop table fact', array['a'], array['a'], array['a'], array['a'], 1, 9)",
    "select documents_with('{documents}', array['{grams}'], 100)",
    "select documents_with('pg_class', array['a'], 100)",
    "select * from append_facts('{theirs}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', "
    "'{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}')",
)


@FEW
@given(data=st.data())
def test_whatever_is_tried_nothing_of_the_others_is_seen(walls: Walls, data: st.DataObject) -> None:
    tables = guarded(walls)
    steps = data.draw(st.lists(st.sampled_from(TRICKS + FUNCTIONS) | st.sampled_from(LOOKS), min_size=15, max_size=25))
    table = data.draw(st.sampled_from(tables))
    with psycopg.connect(walls.intruder, autocommit=True) as connection:
        seen: list[str] = []
        connection.add_notice_handler(lambda notice: seen.append(str(notice.message_primary)))
        connection.execute("set role libretto_app")
        connection.execute("select set_config('libretto.company', %s, false)", (str(walls.ours),))
        for step in (TRICKS[-1], *steps):
            if data.draw(st.booleans()):
                table = data.draw(st.sampled_from(tables))
            seen += tried(connection, said(walls, step, table))
    nothing_of_theirs(walls, seen)


def test_no_table_shows_or_takes_what_is_the_others(walls: Walls) -> None:
    """What matters most one by one, for every table there is; the rows of the others are as they were."""
    before = rows_of(walls.installation, walls.theirs)
    with psycopg.connect(walls.intruder, autocommit=True) as connection:
        seen: list[str] = []
        connection.add_notice_handler(lambda notice: seen.append(str(notice.message_primary)))
        connection.execute("set role libretto_app")
        connection.execute("select set_config('libretto.company', %s, false)", (str(walls.ours),))
        connection.execute(TRICKS[-1].encode())
        for relation in guarded(walls):
            for look in TRIED_EVERYWHERE:
                seen += tried(connection, said(walls, look, relation))
        assert any(text.startswith("seen") for text in seen), "the leaky function was asked"
    nothing_of_theirs(walls, seen)
    assert rows_of(walls.installation, walls.theirs) == before


def guarded(walls: Walls) -> list[Relation]:
    """The relations with rows of companies: all but the directory."""
    return [one for one in walls.relations if one.of_companies and one.name not in OF_NOBODY]


def nothing_of_theirs(walls: Walls, seen: list[str]) -> None:
    for text in seen:
        assert str(walls.theirs) not in text
        assert SECRET not in text


def test_search_with_the_owners_eyes_finds_nothing_of_the_others(walls: Walls) -> None:
    with psycopg.connect(walls.installation.dsn) as owner:
        entries = next(r.name for r in walls.relations if r.name.startswith("v_search_entry_"))
        query = f"select entry_id, grams from {entries} where company_id = %s"
        theirs = {row[0]: row[1] for row in owner.execute(query.encode(), (walls.theirs,))}
        for entry_id, _ in owner.execute(query.encode(), (walls.ours,)):
            theirs.pop(entry_id, None)  # a customer with the same code has the same id in both
    assert theirs
    with psycopg.connect(walls.intruder) as connection:
        connection.execute("set role libretto_app")
        connection.execute("select set_config('libretto.company', %s, false)", (str(walls.ours),))
        for grams in theirs.values():
            for question in (grams, f"{str(walls.theirs)[:8]}{grams.split()[0]}"):
                found = connection.execute(
                    "select similar_entries(%s, %s, %s, %s, %s, 50, 100)",
                    (entries, [question], [question], [question], question.split()),
                ).fetchall()
                assert not {row[0] for row in found} & theirs.keys()


@FEW
@given(uses=st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=5, max_size=25))
def test_a_pooled_connection_serves_one_company_then_another_whatever_went_wrong(
    walls: Walls, uses: list[tuple[bool, int]]
) -> None:
    database = pool_of(walls)
    for ours, fault in uses:
        company_id = walls.ours if ours else walls.theirs
        with suppress(psycopg.Error, ZeroDivisionError), database.company(company_id) as connection:
            assert connection.execute("select distinct company_id from fact").fetchall() == [(company_id,)]
            go_wrong(connection, fault)
            assert connection.execute("select distinct company_id from fact").fetchall() == [(company_id,)]


def go_wrong(connection: psycopg.Connection[Any], fault: int) -> None:
    """Nothing; an error; one in a transaction; a transaction left open; a lost connection; a program's error."""
    if fault == 1:
        connection.execute("select 1/0")
    elif fault == 2:
        with connection.transaction():
            connection.execute("select 1/0")
    elif fault == 3:
        connection.execute("begin")
    elif fault == 4:
        connection.close()
    elif fault == 5:
        raise ZeroDivisionError


_POOLS: dict[str, Database] = {}


def pool_of(walls: Walls) -> Database:
    """One connection, so that everybody gets the same."""
    if walls.intruder not in _POOLS:
        _POOLS[walls.intruder] = Database(walls.intruder, size=1)
    return _POOLS[walls.intruder]


@pytest.fixture(scope="module", autouse=True)
def _pools_are_closed() -> Iterator[None]:
    yield
    for pool in _POOLS.values():
        pool.close()
    _POOLS.clear()


def said(walls: Walls, template: str, relation: Relation) -> str:
    """A statement about a table."""
    names = {r.name for r in walls.relations}
    return template.format(
        table=relation.name,
        columns=", ".join(relation.columns),
        changed=", ".join(f"'{walls.theirs}'" if c == "company_id" else c for c in relation.columns),
        ours=walls.ours,
        theirs=walls.theirs,
        entries=next(n for n in names if n.startswith("v_search_entry_")),
        documents=next(n for n in names if n.startswith("v_document_entry_")),
        grams=f"{str(walls.theirs)[:8]}seg",
    )


def tried(connection: psycopg.Connection[Any], statement: str) -> list[str]:
    """What came of a statement, as text: rows, or the error's message; never our own words."""
    try:
        if statement.startswith("copy"):
            with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
                return [bytes(chunk).decode() for chunk in copy]
        cursor = connection.execute(statement.encode())
        assert not (
            statement.startswith(("update", "delete")) and "where company_id" in statement and cursor.rowcount > 0
        )
        return [str(row) for row in cursor.fetchall()] if cursor.description else []
    except psycopg.Error as error:
        told = error.diag.message_detail or ""
        return [] if told.startswith("Failing row") else [told]  # a row of our own making
