"""What facts consist of changes only so that stored ones keep their meaning; anything else is a new version."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, create_model

from aggregates.values import Personal
from gateways.codec import fact_class
from tests import controls
from tests.replay import frozen
from tests.replay.frozen import CHANGED, FREEZE
from tests.replay.schemas import breaches, schema


@pytest.mark.parametrize("topic", controls.topics())
def test_a_topic_keeps_its_meaning(topic: str) -> None:
    known, now = frozen.schemas().get(topic), schema(fact_class(topic))
    assert known is not None, f"{topic} is not frozen; run `{FREEZE} RELEASE` with the release it comes with"
    wrong = breaches(known, now)
    assert not wrong, CHANGED.format(topic=topic, how="; ".join(wrong))
    assert known == now, f"{topic} has grown; run `{FREEZE} RELEASE` with the release it grows in"


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class ColourAndBlue(StrEnum):
    RED = "red"
    GREEN = "green"
    BLUE = "blue"


class Part(BaseModel):
    code: str
    note: str | None = None


class PartAndWeight(Part):
    weight: int = 0


class PartAndPrice(Part):
    price: int


def told(**fields: Any) -> dict[str, str]:
    return schema(create_model("Told", **fields))


NAME = (Annotated[str, Personal("person_id")], ...)
SAME_MEANING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a new field with a default": ({}, {"note": (str | None, None)}),
    "a new part with a default, needed fields inside": ({}, {"part": (Part | None, None)}),
    "a field that may now be left out": ({"note": (str, ...)}, {"note": (str, "")}),
    "a field that may now be null": ({"note": (str, ...)}, {"note": (str | None, ...)}),
    "one more word": ({"colour": (Colour, ...)}, {"colour": (ColourAndBlue, ...)}),
    "a limit taken away": ({"code": (str, Field(max_length=3))}, {"code": (str, ...)}),
    "a part that has grown by something with a default": (
        {"parts": (tuple[Part, ...], ...)},
        {"parts": (tuple[PartAndWeight, ...], ...)},
    ),
    "a class of another name": ({"part": (Part, ...)}, {"part": (create_model("Piece", __base__=Part), ...)}),
}
OTHER_MEANING: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a field taken away": ({"note": (str, ...)}, {}, "note is gone"),
    "a new field that must be there": ({}, {"note": (str, ...)}, "note is new and stored facts lack it"),
    "another type": ({"at": (str, ...)}, {"at": (int, ...)}, "at was str needed, is int needed"),
    "no longer null": ({"note": (str | None, ...)}, {"note": (str, ...)}, "note was"),
    "no longer left out": ({"note": (str, "")}, {"note": (str, ...)}, "note was"),
    "a word taken away": ({"colour": (ColourAndBlue, ...)}, {"colour": (Colour, ...)}, "colour was"),
    "a new limit": ({"code": (str, ...)}, {"code": (str, Field(max_length=3))}, "code was"),
    "another pattern": ({"c": (str, Field(pattern="^a"))}, {"c": (str, Field(pattern="^b"))}, "c was"),
    "a part that must say more": ({"p": (Part, ...)}, {"p": (PartAndPrice, ...)}, "p.price is new"),
    "one instead of many": ({"p": (tuple[Part, ...], ...)}, {"p": (Part, ...)}, "p was list needed, is object needed"),
    "a personal text laid open": ({"name": NAME}, {"name": (str, ...)}, "name was"),
    "another person's text": (
        {"name": NAME},
        {"name": (Annotated[str, Personal("stream_id")], ...)},
        "name was str personal=person_id needed, is str personal=stream_id needed",
    ),
    "other words": ({"a": (Literal["x"], ...)}, {"a": (Literal["y"], ...)}, "a was"),
    "another key": ({"m": (dict[str, int], ...)}, {"m": (dict[UUID, int], ...)}, "m was"),
}


@pytest.mark.parametrize("case", SAME_MEANING)
def test_stored_facts_keep_their_meaning(case: str) -> None:
    before, now = SAME_MEANING[case]
    assert breaches(told(**before), told(**now)) == []


@pytest.mark.parametrize("case", OTHER_MEANING)
def test_stored_facts_would_lose_their_meaning(case: str) -> None:
    before, now, why = OTHER_MEANING[case]
    assert any(each.startswith(why) for each in breaches(told(**before), told(**now)))
