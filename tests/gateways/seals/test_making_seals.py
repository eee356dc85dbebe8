"""Seals: one for each full block and for what has waited long enough, chained, kept for good."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from gateways.postgres.server import PostgresServer
from gateways.seals import leaves, store, trees
from gateways.seals.chain import GENESIS, Seal
from gateways.seals.maker import LogHasHoles, make_seals
from gateways.settings import Settings
from gateways.wiring import Installation
from tests.databases import migrated_database
from tests.dsl import Company

NOW, LATER = timedelta(0), timedelta(days=1)


@pytest.fixture
def company(postgres: PostgresServer, tmp_path: Path) -> Iterator[Company]:
    """A company alone in its database, with ten facts."""
    with (
        migrated_database(postgres) as dsn,
        Installation(Settings(database_url=dsn, data_dir=tmp_path)) as installation,
    ):
        company = Company(installation, installation.open_house("prova", uuid4()))
        for number in range(10):
            company.do("register-article", code=f"A{number}", kind="part", description="Toner")
        yield company


def kept(company: Company) -> list[Seal]:
    with company.house.database.company(company.house.company_id) as connection:
        return store.seals(connection, company.house.company_id)


def test_full_blocks_at_once_the_rest_when_it_is_old(company: Company) -> None:
    position = company.house.log.position()
    assert position == 10
    made = make_seals(company.house, block=4, patience=LATER)
    assert [(seal.number, seal.first, seal.last) for seal in made] == [(1, 1, 4), (2, 5, 8)]
    assert make_seals(company.house, block=4, patience=LATER) == []
    (rest,) = make_seals(company.house, block=4, patience=NOW)
    assert (rest.number, rest.first, rest.last) == (3, 9, 10)
    assert make_seals(company.house, block=4, patience=NOW) == []
    assert kept(company) == [*made, rest]


def test_seals_are_chained_over_the_stored_bytes(company: Company) -> None:
    first, second, third = make_seals(company.house, block=4, patience=NOW)
    assert first.follows(None)
    assert second.follows(first)
    assert third.follows(second)
    assert first.previous == GENESIS
    assert all(seal.own_hash() == seal.hash for seal in (first, second, third))
    company_id = company.house.company_id
    with company.house.database.company(company_id) as connection:
        facts = [leaves.leaf(str(company_id), fact) for fact in leaves.stored(connection, company_id, 5, 8)]
        assert second.root == trees.root(facts)
        block = store.block(connection, company_id, 2)
        assert block is not None
        assert block.leaves == facts


def test_a_log_with_holes_is_not_sealed(company: Company) -> None:
    with psycopg.connect(company.installation.dsn) as connection:
        connection.execute("delete from fact where position = 3")
    with pytest.raises(LogHasHoles):
        make_seals(company.house, block=4, patience=NOW)


def test_makers_at_once_make_one_chain(company: Company) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [
            seal
            for seals in pool.map(lambda _: make_seals(company.house, block=2, patience=NOW), range(4))
            for seal in seals
        ]
    assert sorted(made, key=lambda seal: seal.number) == kept(company)
    before = None
    for seal in kept(company):
        assert seal.follows(before)
        before = seal
    assert before is not None
    assert before.last == 10


@pytest.mark.parametrize(
    "statement",
    [
        "update seal set root = hash",
        "delete from seal",
        "update seal_head set number = 0",
        "delete from seal_head",
        "insert into seal_head values (current_company(), 9, 9, '')",
        "delete from seal_stamp",
    ],
)
def test_the_program_cannot_change_seals(company: Company, statement: str) -> None:
    make_seals(company.house, block=4, patience=NOW)
    with (
        company.house.database.company(company.house.company_id) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_a_seal_that_does_not_follow_is_refused(company: Company) -> None:
    made = make_seals(company.house, block=4, patience=NOW)
    company_id = company.house.company_id
    with company.house.database.company(company_id) as connection:
        block = store.block(connection, company_id, 1)
        assert block is not None
        for number, first in ((1, 1), (4, 12), (5, 11)):
            forged = Seal(str(company_id), number, first, first + 3, made[0].root, GENESIS, made[0].made_at, bytes(32))
            with pytest.raises((psycopg.errors.SerializationFailure, psycopg.errors.UniqueViolation)):
                store.add(connection, company_id, forged, block)
