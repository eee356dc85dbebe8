"""The history of any record: who, when, why, by which command; the record as it was known at any instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest

from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.party import Party, party_id
from aggregates.price_list import price_list_id
from aggregates.serial_item import SerialItem
from aggregates.values import euro
from gateways.clerk import HouseClerk
from projections.base import CursorWrong, SortUnknown, encode_cursor
from projections.catalog import BY_NAME as VIEWS
from projections.history import plain, says
from tests.commands.goods import MAIN, VAN, WAREHOUSES, X, article, stocked
from tests.dsl import MORNING, Company, do

ROSSI = party_id("C1")
REGISTERED = do("register-party", code="C1", name="Rossi", role="prospect", by="user:anna", why="Fiera di Rimini")
RENAMED = do("change-party-identity", party_id=ROSSI, name="Rossi S.r.l.", role="prospect", nature="business", tax={})


class Colour(StrEnum):
    RED = "red"


@dataclass
class Part:
    shown: int = 1
    _own: int = 2
    names: set[str] = field(default_factory=lambda: {"b", "a"})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1E+2"), "100"),
        (date(2026, 9, 1), "2026-09-01"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Colour.RED, "red"),
        (euro("3.5"), {"amount": "3.50", "currency": "EUR"}),
        ({UUID(int=1): (1, None, True)}, {"00000000-0000-0000-0000-000000000001": [1, None, True]}),
        ({(date(2026, 9, 1), Decimal(10)): Colour.RED}, {"2026-09-01 10": "red"}),
        ({Colour.RED: frozenset({3, 1})}, {"red": [1, 3]}),
        (Part(), {"shown": 1, "names": ["a", "b"]}),
        ({"password_hash": "x", "key_hash": None}, {"password_hash": "[hidden]", "key_hash": None}),
    ],
)
def test_everything_becomes_plain_json(value: object, expected: object) -> None:
    assert plain(value) == expected


def test_the_history_says_who_when_why_and_by_which_command(company: Company) -> None:
    company.given(REGISTERED, RENAMED)
    told = company.ask("history", stream_id=ROSSI)
    first, second = told["facts"]
    assert told["kind"] == "party"
    assert (first["version"], first["topic"], first["command"]) == (1, "party.registered.v1", "register-party")
    assert (first["by"], first["why"]) == ("user:anna", "Fiera di Rimini")
    assert first["recorded_at"] > first["at"]
    assert first["fields"]["name"] == "Rossi"
    assert second["fields"]["name"] == "Rossi S.r.l."
    assert "act" not in first["fields"]
    assert first["says"] == "The party is known to the company."


@pytest.mark.parametrize("kind", [Call.Opened, Call.WorkReported, SerialItem.Registered, Party.Registered])
def test_facts_say_what_they_tell_wherever_they_are_written(kind: type[Aggregate.Event]) -> None:
    assert says(kind.model_construct()).endswith(".")


def test_a_record_is_shown_as_it_was_known(company: Company) -> None:
    company.given(REGISTERED)
    known_at = company.ask("history", stream_id=ROSSI)["facts"][0]["recorded_at"]
    company.given(RENAMED)
    then = company.ask("record", stream_id=ROSSI, as_of=known_at.isoformat())
    now = company.ask("record", stream_id=ROSSI)
    assert (then["name"], then["version"]) == ("Rossi", 1)
    assert (now["name"], now["version"], now["record"], now["nature"]) == ("Rossi S.r.l.", 2, "party", "business")
    assert len(company.ask("history", stream_id=ROSSI, as_of=known_at.isoformat())["facts"]) == 1


def test_nothing_is_known_of_a_record_before_it_began(company: Company) -> None:
    company.given(REGISTERED)
    assert company.ask("record", stream_id=ROSSI, as_of="2020-01-01T00:00:00+01:00") is None
    assert company.ask("history", stream_id=UUID(int=3)) is None


def test_states_with_keys_of_several_parts_are_shown(company: Company) -> None:
    price = {"article_code": "DIR", "from_on": "2026-01-01", "unit_price": "25"}
    company.do("start-price-list", code="BASE", name="Base", from_on="2026-01-01", prices=[price])
    prices = company.ask("record", stream_id=price_list_id("BASE"))["prices"]
    assert prices["DIR"]["2026-01-01 0"]["unit_price"] == "25"


def test_an_erased_person_is_erased_from_the_history(company: Company) -> None:
    company.given(REGISTERED)
    company.house.keys.destroy(ROSSI)
    assert company.ask("history", stream_id=ROSSI)["facts"][0]["fields"]["name"] == "[erased]"


def test_a_fact_says_what_caused_it_and_what_was_recorded_with_it(company: Company) -> None:
    made = company.given(REGISTERED)
    assert made.refusal is None
    (fact,) = company.ask("history", stream_id=ROSSI)["facts"]
    assert (fact["command_id"], fact["caused_by"], fact["together"]) == (company.facts(ROSSI)[0].command_id, None, [])
    clerk = HouseClerk(company.house, "renew-contracts", lambda *_: None)
    fields = {"party_id": str(ROSSI), "name": "Rossi 2", "role": "prospect", "nature": "business", "tax": {}}
    assert clerk.do("change-party-identity", fields, key="C1/2026", at=MORNING)
    told = company.ask("history", stream_id=ROSSI)["facts"][1]
    assert told["caused_by"] == {"duty": "renew-contracts", "due": "C1/2026"}
    assert told["by"] == "system:renew-contracts"


def test_what_one_command_records_in_several_records_stands_together(company: Company) -> None:
    company.given(*WAREHOUSES)
    article(company, "X")
    company.execute(stocked(5))
    moved = do("move-stock", article_id=X, from_warehouse_id=MAIN, to_warehouse_id=VAN, quantity="2")
    before = company.house.log.position()
    company.execute(moved)
    positions = set(range(before + 1, company.house.log.position() + 1))
    newest = company.ask("audit", limit=len(positions))["items"]
    assert {one["command"] for one in newest} == {"move-stock"}
    assert len(positions) > 1
    for one in newest:
        assert {one["position"], *(other["position"] for other in one["together"])} == positions


def test_a_history_is_filtered_and_read_by_pages(company: Company) -> None:
    company.given(REGISTERED, RENAMED)
    between = company.facts(ROSSI)[1].recorded_at

    def versions(**asked: Any) -> list[int]:
        return [one["version"] for one in company.ask("history", stream_id=ROSSI, **asked)["facts"]]

    assert versions(by="user:anna") == [1]
    assert versions(kind="party.identity-changed") == [2]
    assert versions(kind="party") == [1, 2]
    assert versions(recorded_from=between) == [2]
    assert versions(recorded_to=between) == [1]
    assert versions(happened_from="2030-01-01T00:00:00+01:00") == []
    page = company.ask("history", stream_id=ROSSI, limit=1)
    assert (page["next"], versions(after_version=page["next"])) == (1, [2])
    assert company.ask("history", stream_id=ROSSI, after_version=1)["next"] is None


def test_the_audit_finds_who_did_what_across_records(company: Company) -> None:
    company.given(REGISTERED, *(do("register-party", code=f"P{n}", name=f"P{n}", role="prospect") for n in range(5)))
    company.given(do("open-warehouse", code="MAIN", name="Centrale", by="user:anna", at="2026-10-01T09:00"))
    anna = company.ask("audit", by="user:anna")["items"]
    assert [one["topic"] for one in anna] == ["warehouse.opened.v1", "party.registered.v1"]
    assert [one["kind"] for one in company.ask("audit", by="user:anna", kind="warehouse")["items"]] == ["warehouse"]
    assert company.ask("audit", by="user:ann")["items"] == []
    october = company.ask("audit", happened_from="2026-10-01T00:00:00+02:00", happened_to="2026-11-01T00:00:00+01:00")
    assert [one["topic"] for one in october["items"]] == ["warehouse.opened.v1"]
    begins = anna[1]["recorded_at"]
    assert len(company.ask("audit", recorded_from=begins)["items"]) == 7
    assert company.ask("audit", recorded_to=begins)["items"] == []


def test_the_pages_of_an_audit_are_the_whole(company: Company) -> None:
    for n in range(7):
        company.do("register-party", code=f"P{n}", name=f"P{n}", role="prospect", by="user:anna" if n % 2 else "user:x")
    for asked in ({}, {"by": "user:x"}, {"kind": "party"}, {"by": "user:x", "kind": "party.registered"}):
        whole = [one["position"] for one in company.ask("audit", **asked)["items"]]
        paged: list[int] = []
        after = None
        while after is not None or not paged:
            page = company.ask("audit", limit=2, after=after, **asked)
            paged += [one["position"] for one in page["items"]]
            after = page["next"]
        assert paged == whole == sorted(whole, reverse=True)
        assert len(whole) == (4 if "by" in asked else 7)
    with pytest.raises(SortUnknown):
        company.ask("audit", sort="by")
    with pytest.raises(CursorWrong):
        company.ask("audit", after=encode_cursor(["x"]))


def test_the_audit_of_the_past_ends_there(company: Company) -> None:
    company.given(REGISTERED, RENAMED)
    view = VIEWS["audit"]
    with company.house.looking_back(company.facts(ROSSI)[0].recorded_at) as reader:
        assert [one["version"] for one in view.query(reader, view.ask())["items"]] == [1]
    with company.house.looking_back(true_at=MORNING - timedelta(hours=1)) as reader:
        assert view.query(reader, view.ask())["items"] == []
