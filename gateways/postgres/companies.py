"""The directory of companies on this installation (aziende)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gateways.postgres.database import Database


@dataclass(frozen=True)
class CompanyRow:
    """A company by id and by the short name that stands in addresses."""

    company_id: UUID
    slug: str
    epoch: UUID


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
    """The company with this short name or id. Raises `UnknownCompany`."""
    for row in every(database):
        if slug_or_id in (row.slug, str(row.company_id)):
            return row
    raise UnknownCompany(slug_or_id)


def every(database: Database) -> list[CompanyRow]:
    """All companies, by short name."""
    with database.connection() as connection:
        rows = connection.execute("select company_id, slug, epoch from company order by slug").fetchall()
    return [CompanyRow(*row) for row in rows]
