"""How statements are planned: records are looked up by key, whatever the tables held when they were planned."""

from __future__ import annotations

from uuid import uuid4

from psycopg.rows import scalar_row

from gateways.postgres import statements
from gateways.postgres.statistics import LEAST, look_again
from tests.dsl import Company


def test_what_many_commands_begin_with_is_looked_up_one_by_one(company: Company) -> None:
    params = {
        "company": company.house.company_id,
        "commands": [uuid4() for _ in range(5)],
        "streams": [uuid4() for _ in range(5)],
    }
    with (
        company.installation.log_database.company(company.house.company_id) as connection,
        connection.cursor(row_factory=scalar_row) as cursor,
    ):
        plan = "\n".join(cursor.execute(f"explain {statements.BEGIN_MANY}".encode(), params).fetchall())
    assert "Join Filter" not in plan
    assert "Seq Scan" not in plan
    assert "command_id = asked.id" in plan
    assert "stream_id = asked_1.id" in plan


def test_tables_are_looked_at_when_they_have_doubled_and_not_before(company: Company) -> None:
    database = company.installation.database

    def grow(rows: int) -> bool:
        with database.owner() as connection:
            connection.execute("insert into v_outgrown_0 select generate_series(1, %s)", (rows,))
            connection.execute("select pg_stat_force_next_flush()")
        return "v_outgrown_0" in look_again(database)

    with database.owner() as connection:
        connection.execute("create table v_outgrown_0 (n integer)")
    try:
        assert not grow(LEAST // 2)
        assert grow(10 * LEAST)
        assert not grow(5 * LEAST)
        assert grow(7 * LEAST)
    finally:
        with database.owner() as connection:
            connection.execute("drop table v_outgrown_0")
