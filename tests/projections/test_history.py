"""The history of any record: who, when, why, by which command; the record as it was known at any instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest

from aggregates.party import party_id
from aggregates.price_list import price_list_id
from aggregates.values import euro
from projections.history import plain
from tests.dsl import Company, do

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
