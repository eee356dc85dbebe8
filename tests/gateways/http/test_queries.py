"""Views over HTTP: reading one's own write, the past, lists by page, filtered and sorted."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from projections.catalog import VIEWS
from tests.gateways.http.test_commands import SITE, errors, problem
from tests.gateways.http.visitors import Visitor

NAMES = ["Delta", "alfa", "Charlie", "bravo", "Echo"]


LISTS = [
    view
    for view in VIEWS
    if "sort" in view.ask.model_fields and not any(field.is_required() for field in view.ask.model_fields.values())
]


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.json()["data"]["items"]]


@pytest.fixture
def parties(manager: Visitor) -> Visitor:
    """Five parties, two of them suppliers."""
    for number, name in enumerate(NAMES):
        role = "supplier" if number < 2 else "prospect"
        manager.company.do("register-party", code=f"P{number}", name=name, role=role)
    return manager


def unfolded(who: Visitor, path: str, **params: Any) -> Any:
    """A view without waiting for the read models."""
    return who.client.get(who.root + path, params=params, headers=who.headers())


def test_one_reads_ones_own_write(manager: Visitor) -> None:
    made = manager.post("/parties", {"code": "C1", "name": "Rossi", "role": "prospect"}).json()
    path = f"/parties/{made['result']['party_id']}"
    early = unfolded(manager, path)
    assert early.status_code == 404
    folding = threading.Timer(0.2, manager.company.fold)
    folding.start()
    answer = unfolded(manager, path, min_position=made["position"])
    folding.join()
    assert answer.json()["data"]["name"] == "Rossi"
    assert answer.json()["stale"] is False


def test_what_is_not_folded_in_time_is_answered_as_stale(parties: Visitor) -> None:
    last = parties.company.house.log.position()
    parties.company.fold()
    answer = unfolded(parties, "/parties", min_position=last + 1)
    assert answer.status_code == 200
    assert answer.json()["stale"] is True
    assert len(names(answer)) == 5


@pytest.mark.parametrize("position", ["-1", "x", str(2**63), "1e3"])
def test_a_position_that_is_none_is_refused(onlooker: Visitor, position: str) -> None:
    assert list(errors(unfolded(onlooker, "/parties", min_position=position))) == ["min_position"]


def test_a_record_as_it_was_known(manager: Visitor, party_id: UUID) -> None:
    before = datetime.now(UTC)
    manager.post(f"/parties/{party_id}/add-site", SITE)
    now = manager.get(f"/parties/{party_id}", as_of=datetime.now(UTC).isoformat()).json()
    then = manager.get(f"/parties/{party_id}", as_of=before.isoformat()).json()
    assert (now["data"]["version"], len(now["data"]["sites"])) == (2, 1)
    assert (then["data"]["version"], then["data"]["sites"]) == (1, {})
    assert datetime.fromisoformat(then["as_of"]) == before
    problem(manager.get(f"/parties/{party_id}", as_of="2020-01-01T00:00:00Z"), 404, "record-not-found")


def test_as_of_needs_an_offset_and_a_view_of_one_record(manager: Visitor, party_id: UUID) -> None:
    assert errors(manager.get(f"/parties/{party_id}", as_of="2026-01-01T00:00:00")) == {"as_of": "value_error"}
    assert errors(manager.get("/parties", as_of="2026-01-01T00:00:00Z")) == {"as_of": "extra_forbidden"}
    why = f"/invoices/{uuid4()}/lines/1/why"
    assert errors(manager.get(why, as_of="2026-01-01T00:00:00Z")) == {"as_of": "extra_forbidden"}


def test_pages_follow_one_another_without_gap_or_overlap(parties: Visitor) -> None:
    seen, cursor, pages = [], None, 0
    while True:
        answer = parties.get("/parties", limit=2, **({"after": cursor} if cursor else {}))
        seen += names(answer)
        pages += 1
        cursor = answer.json()["data"]["next"]
        if cursor is None:
            break
    assert (sorted(seen), len(seen), pages) == (sorted(NAMES), 5, 3)


def test_a_list_is_sorted_by_a_column_either_way(parties: Visitor) -> None:
    assert [row["code"] for row in parties.get("/parties", sort="-code").json()["data"]["items"]] == [
        "P4", "P3", "P2", "P1", "P0",
    ]  # fmt: skip
    seen, cursor = [], None
    while True:
        page = parties.get("/parties", sort="role", limit=1, **({"after": cursor} if cursor else {})).json()["data"]
        seen += [row["role"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["prospect"] * 3 + ["supplier"] * 2


@pytest.mark.parametrize("way", ["", "-"])
def test_rows_without_a_value_come_last_whichever_way(manager: Visitor, way: str) -> None:
    for number, area in enumerate(["Nord", None, "Sud", None, "Est"]):
        made = manager.company.do("register-party", code=f"P{number}", name="Rossi", role="prospect")
        manager.company.do("add-site", **{**SITE, "party_id": made["party_id"], "area": area})
    seen, cursor = [], None
    while True:
        page = manager.get("/sites", sort=f"{way}area", limit=2, **({"after": cursor} if cursor else {})).json()["data"]
        seen += [row["area"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    known = sorted(["Nord", "Sud", "Est"], reverse=way == "-")
    assert seen == [*known, None, None]


@pytest.mark.parametrize("sort", ["colour", "-password_hash"])
def test_a_column_that_is_not_there_is_refused(parties: Visitor, sort: str) -> None:
    problem(parties.get("/parties", sort=sort), 422, "sort-unknown")


@pytest.mark.parametrize("sort", ["name;", "name desc", "NAME", "", "name) --", "-"])
def test_sort_takes_a_name_and_nothing_else(parties: Visitor, sort: str) -> None:
    assert errors(parties.get("/parties", sort=sort)) == {"sort": "string_pattern_mismatch"}


@pytest.mark.parametrize("view", LISTS, ids=lambda v: v.name)
def test_every_list_can_be_sorted(onlooker: Visitor, view: Any) -> None:
    problem(onlooker.get(view.path, sort="no_such_column"), 422, "sort-unknown")


def test_a_list_is_filtered(parties: Visitor) -> None:
    assert sorted(names(parties.get("/parties", role="supplier"))) == ["Delta", "alfa"]
    assert names(parties.get("/parties", text="char")) == ["Charlie"]


def test_a_filter_that_is_not_known_is_refused(parties: Visitor) -> None:
    assert errors(parties.get("/parties", colour="red")) == {"colour": "extra_forbidden"}
    assert errors(parties.get("/parties", limit="many")) == {"limit": "int_parsing"}


@pytest.mark.parametrize("cursor", ["x", "bm90IGpzb24", "W10", "WyJhIl0", "é", "W3siYSI6MX0sMl0"])
def test_a_cursor_of_another_list_is_refused(parties: Visitor, cursor: str) -> None:
    answer = parties.get("/parties", after=cursor)
    assert answer.status_code == 422, answer.text


def test_a_query_takes_letters_of_any_language_but_no_nul(parties: Visitor) -> None:
    assert names(parties.get("/parties", text="東京 🔧")) == []
    assert errors(parties.get("/parties", text="a\0b")) == {"text": "text_unusable"}
    assert parties.client.get(f"{parties.root}/parties?text=%ff%fe", headers=parties.headers()).status_code == 200
