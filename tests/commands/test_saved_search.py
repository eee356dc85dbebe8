"""Saved searches: one's own, and those that everybody shares."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.call_desk_refusals import SearchNotPossible, SearchPrivate
from aggregates.saved_search import SavedSearch
from tests.dsl import Company, do

SEARCH = UUID("99999999-0000-0000-0000-000000000001")
URGENT: dict[str, Any] = {"view": "call-board", "parameters": {"live": "true", "priority": "high"}}


def names(company: Company, user: str) -> list[str]:
    """What a user may use."""
    return [one["name"] for one in company.ask("saved-searches", asked_by=user)["items"]]


def test_a_search_is_kept_for_oneself_or_shared(company: Company) -> None:
    kept = do("save-search", search_id=SEARCH, name="Urgenti", **URGENT)
    company.given().when(kept).then((SavedSearch.Saved, {"owner": "user:test", "shared": False}))
    assert (names(company, "user:test"), names(company, "user:lia")) == (["Urgenti"], [])
    company.given().when(kept).then_nothing()
    shared = do("save-search", search_id=SEARCH, name="Urgenti", shared=True, **URGENT)
    company.given().when(shared).then(SavedSearch.Changed)
    (row,) = company.ask("saved-searches", asked_by="user:lia")["items"]
    assert (row["mine"], row["parameters"]) == (False, URGENT["parameters"])
    assert company.ask("call-board", **row["parameters"])["items"] == []


def test_only_its_owner_changes_or_drops_it(company: Company) -> None:
    company.given(do("save-search", search_id=SEARCH, name="Urgenti", shared=True, **URGENT))
    other = do("save-search", search_id=SEARCH, name="Mie", by="user:lia", **URGENT)
    company.given().when(other).then_refused(SearchPrivate)
    company.given().when(do("drop-saved-search", search_id=SEARCH, by="user:lia")).then_refused(SearchPrivate)
    company.given().when(do("drop-saved-search", search_id=SEARCH)).then(SavedSearch.Dropped)
    company.given().when(do("drop-saved-search", search_id=SEARCH)).then_nothing()
    assert names(company, "user:test") == []
    again = do("save-search", search_id=SEARCH, name="Urgenti", shared=True, **URGENT)
    company.given().when(again).then(SavedSearch.Changed)
    assert names(company, "user:test") == ["Urgenti"]


@pytest.mark.parametrize(
    ("view", "parameters"),
    [
        ("nowhere", {}),
        ("company", {}),
        ("call-board", {"colour": "red"}),
        ("call-board", {"live": "perhaps"}),
        ("saved-searches", {"asked_by": "user:lia"}),
        ("call-board", {"after": "x"}),
    ],
)
def test_only_what_a_list_can_be_asked_is_kept(company: Company, view: str, parameters: dict[str, str]) -> None:
    asked = do("save-search", name="x", view=view, parameters=parameters)
    company.given().when(asked).then_refused(SearchNotPossible, view=view)
