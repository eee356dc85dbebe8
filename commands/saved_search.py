"""What people may ask about saved searches (ricerche salvate): keep one, change it, drop it."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.call_desk_refusals import SearchNotPossible
from aggregates.saved_search import SavedSearch
from commands.base import Answer, Command, Service
from commands.words import Words


class SaveSearch(Command):
    """Keep a search under a name, for yourself or for everybody, or change one of yours by giving its id."""

    search_id: UUID | None = None
    name: Words = Field(min_length=1, max_length=80, examples=["Chiamate urgenti di Forlì"])
    view: str = Field(max_length=60, description="The list that is searched, by its name.", examples=["call-board"])
    parameters: dict[str, str] = Field(
        default={},
        max_length=40,
        description="What is asked of it, by parameter.",
        examples=[{"live": "true", "priority": "high"}],
    )
    shared: bool = False


class DropSavedSearch(Command):
    """Drop one of your saved searches."""

    search_id: UUID


def save_search(cmd: SaveSearch, act: Act, service: Service) -> Answer:
    """Handles `SaveSearch`. Raises `SearchNotPossible` for a list or a parameter that there is not."""
    problem = service.lookups.search_problem(cmd.view, cmd.parameters)
    require(problem is None, SearchNotPossible, view=cmd.view, problem=problem)
    search_id = cmd.search_id or service.new_id()
    known = service.find(SavedSearch, search_id) if cmd.search_id else None
    if known is None:
        known = SavedSearch.keep(search_id, cmd.name, cmd.view, cmd.parameters, act, shared=cmd.shared)
    else:
        known.change(cmd.name, cmd.view, cmd.parameters, act, shared=cmd.shared)
    service.save(known)
    return {"search_id": search_id}


def drop_saved_search(cmd: DropSavedSearch, act: Act, service: Service) -> None:
    """Handles `DropSavedSearch`."""
    search = service.load(SavedSearch, cmd.search_id)
    search.drop(act)
    service.save(search)
