"""Field by field, what is different in a record between two versions or instants, and which fact made it so."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.party import party_id
from aggregates.price_list import price_list_id
from aggregates.stock import stock_item_id
from gateways.http.auth import hash_password
from projections.differences import changes, flattened
from projections.record_history import VersionMissing
from tests.commands.goods import MAIN, X, opened
from tests.dsl import Company, do

ROSSI = party_id("C1")
SITE = UUID(int=9)
HASHED = hash_password("una lunga parola segreta")
FORLI = {"street": "Via Roma 1", "postcode": "47121", "town": "Forlì", "province": "FC"}
STEPS = (
    do("register-party", code="C1", name="Rossi", role="prospect"),
    do(
        "change-party-identity",
        party_id=ROSSI,
        name="Rossi Srl",
        role="prospect",
        nature="business",
        tax={},
        by="user:anna",
        why="atto",
    ),
    do("add-site", party_id=ROSSI, site_id=SITE, code="FO", name="Forlì", address=FORLI),
    do(
        "change-party-identity",
        party_id=ROSSI,
        name="Rossi Spa",
        role="prospect",
        nature="business",
        tax={},
        by="user:bea",
    ),
)


def by_path(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["path"]: one for one in told["differences"]}


def test_each_field_tells_before_after_and_who_changed_it(company: Company) -> None:
    company.given(*STEPS)
    told = company.ask("record-differences", stream_id=ROSSI, from_version=1)
    assert (told["kind"], told["from_version"], told["to_version"]) == ("party", 1, 4)
    name = by_path(told)["identity.name"] if "identity.name" in by_path(told) else by_path(told)["name"]
    assert (name["before"], name["after"]) == ("Rossi", "Rossi Spa")
    assert [(one["version"], one["by"], one["why"], one["command"]) for one in name["changed_by"]] == [
        (2, "user:anna", "atto", "change-party-identity"),
        (4, "user:bea", None, "change-party-identity"),
    ]
    town = next(one for path, one in by_path(told).items() if path.endswith("town"))
    assert (town["before"], town["after"], [one["version"] for one in town["changed_by"]]) == (None, "Forlì", [3])
    assert str(SITE) in town["path"]


def test_instants_and_versions_say_the_same_and_backwards_is_the_opposite(company: Company) -> None:
    company.given(*STEPS)
    first, last = (company.facts(ROSSI)[n].recorded_at for n in (0, 3))
    versions = company.ask("record-differences", stream_id=ROSSI, from_version=1, to_version=4)
    instants = company.ask("record-differences", stream_id=ROSSI, from_known_at=first, to_known_at=last)
    assert versions == instants
    back = by_path(company.ask("record-differences", stream_id=ROSSI, from_version=4, to_version=1))
    assert {path: (one["after"], one["before"]) for path, one in back.items()} == {
        path: (one["before"], one["after"]) for path, one in by_path(versions).items()
    }


def test_between_two_dates_of_the_world_it_is_when_things_happened(company: Company) -> None:
    """However much later they were recorded."""
    prices = do("set-minimum-stock", article_id=X, warehouse_id=MAIN, minimum="4", at="2026-03-05T09:00")
    stock = do("stock-article", article_id=X, warehouse_id=MAIN, quantity="5", at="2026-03-02T09:00")
    opened(company).given(stock, prices)
    item = stock_item_id(X, MAIN)
    days = {"from_true_at": "2026-03-04T00:00+01:00", "to_true_at": "2026-03-05T09:00+01:00"}
    told = company.ask("record-differences", stream_id=item, **days)
    assert (told["from_version"], told["to_version"]) == (1, 2)
    assert (by_path(told)["minimum"]["before"], by_path(told)["minimum"]["after"]) == ("0", "4")
    before = company.ask("record-differences", stream_id=item, to_true_at="2026-03-01T00:00+01:00")
    assert (before["to_version"], before["differences"]) == (0, [])


def test_from_nothing_to_now_and_nothing_between_equals(company: Company) -> None:
    company.given(*STEPS)
    whole = company.ask("record-differences", stream_id=ROSSI)
    assert (whole["from_version"], whole["to_version"]) == (0, 4)
    assert all(one["before"] is None for one in whole["differences"])
    assert company.ask("record-differences", stream_id=ROSSI, from_version=2, to_version=2)["differences"] == []
    assert company.ask("record-differences", stream_id=UUID(int=5)) is None
    with pytest.raises(VersionMissing):
        company.ask("record-differences", stream_id=ROSSI, from_version=5)


def test_who_was_erased_reads_as_such_and_secrets_are_never_told(company: Company) -> None:
    company.given(*STEPS)
    made = company.do("register-user", email="a@example.it", name="Anna", roles=["manager"], password_hash=HASHED)
    user = by_path(company.ask("record-differences", stream_id=made["user_id"]))
    assert user["password_hash"]["after"] == "[hidden]"
    company.house.keys.destroy(ROSSI)
    told = company.ask("record-differences", stream_id=ROSSI)
    assert any(one["after"] == "[erased]" for one in told["differences"])
    assert "Rossi" not in str(told)


def test_prices_are_told_apart_by_article(company: Company) -> None:
    def price(code: str, amount: str) -> dict[str, str]:
        return {"article_code": code, "from_on": "2026-01-01", "unit_price": amount}

    prices = [price("DIR", "25"), price("ORE", "40")]
    company.do("start-price-list", code="BASE", name="Base", from_on="2026-01-01", prices=prices)
    told = company.ask("record-differences", stream_id=price_list_id("BASE"))
    assert any("ORE" in path for path in by_path(told))


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({"lines": [{"line_id": 1, "x": 1}, {"line_id": 2, "x": 2}]},
         {"lines": [{"line_id": 2, "x": 3}]}, ["lines[1].line_id", "lines[1].x", "lines[2].x"]),
        ({"a": [{"number": "7", "x": 1}]}, {"a": [{"number": "8", "x": 0}, {"number": "7", "x": 1}]},
         ["a[8].number", "a[8].x"]),
        ({"tags": ["b", "c"]}, {"tags": ["a", "c"]}, ["tags[a]", "tags[b]"]),
        ({"a": [{"x": 1}, {"x": 1}]}, {"a": [{"x": 1}, {"x": 2}]}, ["a[1].x"]),
        ({"a": {"b": None}}, {"a": {"b": {"c": 1}}}, ["a.b.c"]),
        ({"a": 1}, {"a": 1}, []),
    ],
)  # fmt: skip
def test_items_of_lists_are_known_by_what_names_them(before: Any, after: Any, paths: list[str]) -> None:
    assert [change.path for change in changes(flattened(before), flattened(after))] == paths


values = st.recursive(
    st.none() | st.integers(0, 3) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "x", "line_id"]), inner),
    max_leaves=8,
)


@given(values, values)
def test_what_changed_forwards_changed_backwards(before: Any, after: Any) -> None:
    one, other = flattened(before), flattened(after)
    assert changes(one, one) == []
    assert [(c.path, c.after, c.before) for c in changes(other, one)] == [tuple(c) for c in changes(one, other)]
    applied = {**one, **{c.path: c.after for c in changes(one, other)}}
    assert {path: value for path, value in applied.items() if value is not None} == {
        path: value for path, value in other.items() if value is not None
    }
