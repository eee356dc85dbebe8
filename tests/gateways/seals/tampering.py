"""What somebody with the database's own password can do to a log: SQL as superuser, past every guard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from gateways.orders import settle
from gateways.postgres.server import PostgresServer
from gateways.seals.exchange import exported, kept_seals
from gateways.settings import Settings
from gateways.verification import Kept, Verification
from gateways.wiring import Installation
from tests.databases import migrated_database
from tests.dsl import Company

MOVE = """update fact set position = -(position + {by}) where position > {after};
          update fact set position = -position where position < 0;"""
"""Renumber everything behind a position."""
HEAD = """update company_head set last_position = (select max(position) from fact),
                 last_recorded_at = (select max(recorded_at) from fact);
          update command c set last_position = f.last
            from (select command_id, max(position) as last from fact group by 1) f
           where f.command_id = c.command_id;"""
"""Make the head and the commands say what the log says."""
VERSIONS = """update fact f set version = -n.version from (
                  select position, row_number() over (partition by stream_id order by position) as version from fact) n
               where n.position = f.position and n.version <> f.version;
              update fact set version = -version where version < 0;"""
"""Number each stream anew."""


@contextmanager
def sealed_company(postgres: PostgresServer, folder: Path, facts: int = 10) -> Iterator[Company]:
    """A company alone in its database, whose read models have followed."""
    with migrated_database(postgres) as dsn, Installation(Settings(database_url=dsn, data_dir=folder)) as installation:
        company = Company(installation, installation.open_house("prova", uuid4()))
        grow(company, facts)
        yield company


def grow(company: Company, facts: int) -> None:
    """Further facts: articles, every third of them changed."""
    head = company.house.log.position()
    while company.house.log.position() < head + facts:
        code = f"A{company.house.log.position()}"
        company.do("register-article", code=code, kind="part", description="Toner")
        if company.house.log.position() % 3 == 0:
            company.do("change-article", code=code, kind="part", description=f"Toner {code}")
    settle(company.installation, company.house)


KEPT = ("fact", "command", "company_head", "seal", "seal_head", "seal_stamp")


def keep(company: Company) -> None:
    """Note how the log is now."""
    tamper(company, "create schema kept", *(f"create table kept.{name} as select * from {name}" for name in KEPT))


def put_back(company: Company) -> None:
    """Make the log what was noted, whatever was done to it meanwhile."""
    for name in KEPT:
        tamper(company, f"delete from {name}", f"insert into {name} select * from kept.{name}")
    settle(company.installation, company.house)


def tamper(company: Company, *statements: str) -> None:
    """Do something as the owner, with triggers off."""
    with psycopg.connect(company.installation.dsn) as connection:
        connection.execute("set session_replication_role = replica")
        for statement in statements:
            for part in filter(str.strip, statement.split(";")):
                connection.execute(part.encode())


def export(company: Company, *, with_leaves: bool = False) -> Kept:
    """The seals as somebody else keeps them, through the lines of a file."""
    company_id = company.house.company_id
    with company.house.database.company(company_id) as connection:
        lines = [json.dumps(line) for line in exported(connection, company_id, with_leaves=with_leaves)]
    return kept_seals(lines)


def findings(company: Company, folder: Path, *, against: Kept | None = None, views: bool | None = False) -> list[str]:
    """What verification finds, a sentence each."""
    verification = Verification(company.installation, str(folder / "documents"), against=against, views=views)
    return [f"{finding.what}: {finding.detail}" for finding in verification.run()]
