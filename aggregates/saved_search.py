"""SavedSearch (ricerca salvata): a list and what is asked of it, kept under a name for oneself or for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, event, require
from aggregates.call_desk_refusals import SearchPrivate


class SavedSearch(Aggregate):
    """One search with its name. Its parameters are checked by whoever knows the list, before it is kept."""

    TOPIC = "saved-search"

    class Saved(FirstEvent):
        """A search is kept."""

        TOPIC = "saved-search.saved.v1"
        owner: str
        name: str
        view: str
        parameters: dict[str, str]
        shared: bool

    class Changed(Aggregate.Event):
        """It asks something else, or has another name."""

        TOPIC = "saved-search.changed.v1"
        name: str
        view: str
        parameters: dict[str, str]
        shared: bool

    class Dropped(Aggregate.Event):
        """Nobody needs it any more."""

        TOPIC = "saved-search.dropped.v1"

    @classmethod
    def keep(
        cls, search_id: UUID, name: str, view: str, parameters: Mapping[str, str], act: Act, *, shared: bool
    ) -> SavedSearch:
        """Keep a search for whoever acts."""
        told: dict[str, Any] = {"name": name.strip(), "view": view, "parameters": dict(parameters), "shared": shared}
        return cls.begin(cls.Saved, id=search_id, act=act, owner=act.by, **told)

    def change(self, name: str, view: str, parameters: Mapping[str, str], act: Act, *, shared: bool) -> None:
        """Ask something else, or keep it again after it was dropped. Raises `SearchPrivate`."""
        self._check_owner(act)
        told = (name.strip(), view, dict(parameters), shared)
        if self.is_dropped or told != (self.name, self.view, self.parameters, self.shared):
            self.trigger_event(
                self.Changed, act=act, name=told[0], view=view, parameters=dict(parameters), shared=shared
            )

    def drop(self, act: Act) -> None:
        """Keep it no longer; nothing when it is dropped. Raises `SearchPrivate`."""
        self._check_owner(act)
        if not self.is_dropped:
            self.trigger_event(self.Dropped, act=act)

    def _check_owner(self, act: Act) -> None:
        require(act.by == self.owner, SearchPrivate)

    @event(Saved)
    def __init__(self, owner: str, name: str, view: str, parameters: dict[str, str], shared: bool) -> None:
        self.owner, self.name, self.view, self.parameters, self.shared = owner, name, view, parameters, shared
        self.is_dropped = False

    @event(Changed)
    def _changed(self, name: str, view: str, parameters: dict[str, str], shared: bool) -> None:
        self.name, self.view, self.parameters, self.shared = name, view, parameters, shared
        self.is_dropped = False

    @event(Dropped)
    def _dropped(self) -> None:
        self.is_dropped = True
