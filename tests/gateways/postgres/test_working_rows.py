"""What folding asks of the database: each question once a batch, and never taken apart twice."""

from __future__ import annotations

from uuid import uuid4

import pytest
from psycopg import _queries

from gateways.postgres.database import MOST_PREPARED
from gateways.postgres.working_rows import WorkingRows
from projections.mart_work import MartWork
from projections.mart_work_tables import DRAW
from projections.opening import OPENING
from projections.parties import PARTY, Parties
from tests.dsl import Company
from tests.gateways.postgres.test_statements import counted


def test_the_same_rows_are_asked_for_once(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    house = company.behind
    generation = house.installation.registry.seen(MartWork.NAME)
    assert generation is not None
    work, other, visit, pool = uuid4(), uuid4(), uuid4(), uuid4()
    with house.installation.folding_database.company(house.company_id) as connection:
        rows = WorkingRows(connection, house.company_id, generation.names(MartWork))
        rows.put(DRAW, {"work_id": work, "activity_id": visit, "pool_id": pool})
        rows.flush()

        rows = WorkingRows(connection, house.company_id, generation.names(MartWork))
        with counted(monkeypatch) as told:
            first = rows.select(DRAW, activity_id=visit)
            rows.put(DRAW, {"work_id": other, "activity_id": visit, "pool_id": pool})
            rows.drop(DRAW, work, visit)
            again = rows.select(DRAW, activity_id=visit)
            rows.select(DRAW, work_id=work)
    assert [row["work_id"] for row in first] == [work]
    assert [row["work_id"] for row in again] == [other], "what was changed meanwhile is seen without asking"
    asked = [statement for statement in told if generation.table(DRAW) in statement]
    assert len(asked) == 2, "another question is asked of the database"


def test_rows_of_the_streams_to_come_are_asked_for_together_and_only_when_one_is_wanted(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = company.behind
    generation = house.installation.registry.seen(Parties.NAME)
    assert generation is not None
    known, other, new = uuid4(), uuid4(), uuid4()
    with house.installation.folding_database.company(house.company_id) as connection:
        rows = WorkingRows(connection, house.company_id, generation.names(Parties))
        rows.expect(Parties, [known, other])
        with counted(monkeypatch) as told:
            for one in (known, other):
                rows.put(PARTY, {"party_id": one, "name": "Rossi"})
            rows.flush()
        assert [statement.split()[0] for statement in told] == ["insert"], "nothing is looked at that nobody wants"

        rows = WorkingRows(connection, house.company_id, generation.names(Parties))
        rows.expect(Parties, [known, other, new])
        with counted(monkeypatch) as told:
            found = [rows.get(PARTY, one) for one in (known, other, new)]
            rows.put(PARTY, {"party_id": new, "name": None})
            rows.patch(PARTY, known, name="Bianchi")
            rows.flush()
        assert [row and row["name"] for row in found] == ["Rossi", "Rossi", None]
        assert [statement.split()[0] for statement in told] == ["select", "insert", "insert"]

        rows = WorkingRows(connection, house.company_id, generation.names(Parties))
        stored = [rows.get(PARTY, one) for one in (known, other, new)]
    assert [row and row["name"] for row in stored] == ["Bianchi", "Rossi", None]
    assert stored[2] is not None


def test_more_statements_are_remembered_as_read_than_folding_has() -> None:
    sent = [f"select %(a)s, {number}".encode() for number in range(MOST_PREPARED // 2)]
    read = [_queries._query2pg(statement, "utf-8") for statement in sent]
    assert all(_queries._query2pg(one, "utf-8") is known for one, known in zip(sent, read, strict=True))


def test_the_statement_of_an_opening_is_short_enough_to_be_remembered(company: Company) -> None:
    names = company.behind.reader._tables()
    assert 4096 < len(OPENING.format_map(names)) <= _queries.MAX_CACHED_STATEMENT_LENGTH
