"""What stands above and below a printed list: the company, the title, the filters, who printed it and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gateways.documents.archive import Archive
from gateways.documents.own_head import own_head
from gateways.http.table_words import kinds_of, list_title, text, title, word
from gateways.labels import shown
from projections.base import Ask, Reader, View
from projections.documents.content import Letterhead

NOT_FILTERS = frozenset({"limit", "after", "sort", "asked_by"})
NAMED_BY = {
    "customer_id": "select name from {party} where party_id = %(id)s",
    "party_id": "select name from {party} where party_id = %(id)s",
    "technician_id": "select name from {technician} where technician_id = %(id)s",
    "warehouse_id": "select name from {stock_warehouse} where warehouse_id = %(id)s",
}
"""How filters by an id are told in words."""


@dataclass(frozen=True)
class Head:
    """Of one printed list or record."""

    title: str
    language: str
    issuer: Letterhead | None
    filters: list[str]
    printed: str
    at: datetime
    users: Mapping[str, str]
    """Names by what facts call people: `user:` and an id."""


def head_of(
    view: View,
    ask: Ask,
    reader: Reader,
    company_id: UUID,
    user_id: str,
    language: str,
    at: datetime,
    archive: Archive,
) -> Head:
    """The head of what is printed now; the logo comes from the archive."""
    users = {f"user:{row['user_id']}": row["name"] for row in reader.rows("select user_id, name from {app_user}")}
    printed = word("printed {when} by {who}", language)
    return Head(
        title=list_title(view.name, language),
        language=language,
        issuer=own_head(reader, company_id, at, archive),
        filters=_filters(view, ask, reader, language),
        printed=printed.format(when=shown(at, language), who=users.get(f"user:{user_id}", user_id)),
        at=at,
        users=users,
    )


def _filters(view: View, ask: Ask, reader: Reader, language: str) -> list[str]:
    given = {name: getattr(ask, name) for name in sorted(ask.model_fields_set - NOT_FILTERS)}
    told = ((name, _told(view, name, value, reader, language)) for name, value in given.items())
    return [f"{title(name.removesuffix('_id'), language)} {value}" for name, value in told if value]


def _told(view: View, name: str, value: Any, reader: Reader, language: str) -> str:
    if isinstance(value, UUID):
        row = reader.row(NAMED_BY[name], {"id": value}) if name in NAMED_BY else None
        return row["name"] if row else str(value)
    return text(value, language, kinds_of(view, name))
