"""Saved searches (ricerche salvate): one's own and those that everybody shares."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from pydantic import Field, ValidationError

from aggregates.saved_search import SavedSearch
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

SEARCH = Table(
    "saved_search",
    {
        "search_id": "uuid", "owner": "text", "name": "text", "view": "text", "parameters": "jsonb",
        "shared": "boolean", "changed_at": "timestamptz",
    },
    ("search_id",),
    ("owner",),
)  # fmt: skip


class SavedSearches(ReadModel):
    """Searches that people keep."""

    NAME = "saved-searches"
    TABLES = (SEARCH,)

    @on(SavedSearch.Saved)
    def saved(self, fact: SavedSearch.Saved, rows: Rows) -> None:
        """A search is there."""
        told = fact.model_dump(include={"owner", "name", "view", "parameters", "shared"})
        rows.put(SEARCH, {"search_id": fact.stream_id, "changed_at": fact.act.at, **told})

    @on(SavedSearch.Changed)
    def changed(self, fact: SavedSearch.Changed, rows: Rows) -> None:
        """It asks something else; whoever changes it is its owner."""
        told = fact.model_dump(include={"name", "view", "parameters", "shared"})
        rows.put(SEARCH, {"search_id": fact.stream_id, "owner": fact.act.by, "changed_at": fact.act.at, **told})

    @on(SavedSearch.Dropped)
    def dropped(self, fact: SavedSearch.Dropped, rows: Rows) -> None:
        """Nobody needs it."""
        rows.drop(SEARCH, fact.stream_id)


class FindSavedSearches(Page):
    """The searches of one user, with those that everybody shares."""

    view: str | None = None
    asked_by: str | None = Field(default=None, description="Whoever asks; the server knows, and says so itself.")


def find_saved_searches(reader: Reader, ask: FindSavedSearches) -> dict[str, Any]:
    """The saved searches that whoever asks may use, by name; `mine` are theirs."""
    return page(
        reader,
        ask,
        """select search_id, name, view, parameters, shared, changed_at, coalesce(owner = %(asked_by)s, false) as mine
             from {saved_search}
            where (shared or owner = %(asked_by)s) and (%(view)s::text is null or view = %(view)s)""",
        order=("name", "search_id"),
    )


def search_problem(view: str, parameters: Mapping[str, str]) -> str | None:
    """Why a list cannot be asked this; None when it can. Only lists can be searched."""
    known = import_module("projections.catalog").BY_NAME.get(view)
    if known is None or not issubclass(known.ask, Page):
        return f"there is no list {view}"
    unknown = sorted(set(parameters) - set(known.ask.model_fields) | {"asked_by", "after"} & set(parameters))
    if unknown:
        return f"it has no parameter {', '.join(unknown)}"
    try:
        known.ask.model_validate_strings(dict(parameters))
    except ValidationError as error:
        return "; ".join(f"{one['loc'][0]}: {one['msg']}" for one in error.errors() if one["loc"]) or "wrong values"
    return None
