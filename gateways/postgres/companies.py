"""The directory of companies on this installation (aziende)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gateways.postgres.database import Database

OPEN = "open"
WHOLE = (OPEN, "closed")
"""States of companies that live here with all their rows."""
COLUMNS = "company_id, slug, epoch, state"


@dataclass(frozen=True)
class CompanyRow:
    """A company by id and by the short name that stands in addresses."""

    company_id: UUID
    slug: str
    epoch: UUID
    state: str = OPEN


class UnknownCompany(Exception):
    """No company of this name lives here."""


def create(database: Database, company_id: UUID, slug: str) -> None:
    """Give a company its log; doing it again changes nothing."""
    with database.owner() as connection, connection.transaction():
        connection.execute(
            "insert into company (company_id, slug) values (%s, %s) on conflict (company_id) do nothing",
            (company_id, slug),
        )
        connection.execute("insert into company_head (company_id) values (%s) on conflict do nothing", (company_id,))


def find(database: Database, slug_or_id: str) -> CompanyRow:
    """The company with this short name or id, whatever its state. Raises `UnknownCompany`."""
    with database.connection() as connection:
        row = connection.execute(
            f"select {COLUMNS} from company where slug = %(name)s or company_id::text = %(name)s",  # noqa: S608 - constant
            {"name": slug_or_id},
        ).fetchone()
    if row is None:
        raise UnknownCompany(slug_or_id)
    return CompanyRow(*row)


def every(database: Database) -> list[CompanyRow]:
    """The companies that live here and are open, by short name: those that are worked for."""
    return [row for row in known(database) if row.state == OPEN]


def known(database: Database) -> list[CompanyRow]:
    """All companies that have rows here, also closed ones, those arriving and those that left, by short name."""
    with database.connection() as connection:
        rows = connection.execute(f"select {COLUMNS} from company order by slug").fetchall()  # noqa: S608 - constant
    return [CompanyRow(*row) for row in rows]
