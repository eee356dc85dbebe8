"""Every fact can be stored and read again, sealed and erased; nothing in it could read differently another time."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from aggregates.base import Aggregate
from aggregates.personal import personal_fields
from aggregates.rules.distance import Point
from aggregates.values import ERASED, Address
from gateways.codec import Codec, fact_class
from tests import controls
from tests.replay.keys import FrozenKeys

MAY_BE_FLOATS = {(place, name) for place in (Address, Point) for name in ("latitude", "longitude")} | {
    "starts_latitude",
    "starts_longitude",
}
"""Places on the map: nobody adds them up."""


def stored(fact: Aggregate.Event) -> bytes:
    return bytes(Codec(FrozenKeys()).to_stored_event(fact).state)


def read(fact: Aggregate.Event, state: bytes, keys: FrozenKeys | None = None) -> Aggregate.Event:
    return Codec(keys or FrozenKeys()).read(type(fact).TOPIC, state, fact.originator_id, fact.originator_version)


def personal_words(fact: Aggregate.Event) -> list[str | float]:
    """What the fact holds of persons, found by asking the stored bytes and not the codec's own list."""

    def walk(plain: Any, sealed: Any) -> Iterator[str | float]:
        if isinstance(sealed, dict) and "sealed" in sealed:
            yield plain
        elif isinstance(sealed, dict):
            for name, item in sealed.items():
                yield from walk(plain[name], item)
        elif isinstance(sealed, list):
            for one, other in zip(plain, sealed, strict=True):
                yield from walk(one, other)

    return list(walk(fact.model_dump(mode="json"), json.loads(stored(fact))))


def readable(state: bytes) -> str:
    """What a stored fact says to whoever has no keys, without the random letters: short words turn up there."""

    def said(part: dict[str, Any]) -> dict[str, Any]:
        random = {"nonce", "sealed", "digest"} if "sealed" in part else set()
        return {name: item for name, item in part.items() if name not in random}

    return json.dumps(json.loads(state, object_hook=said), ensure_ascii=False)


def test_every_fact_that_is_written_belongs_to_an_aggregate() -> None:
    assert set(controls.written()) - set(controls.topics()) == set(), "assign them to their aggregate as its facts"


@pytest.mark.parametrize("bare", [False, True], ids=["full", "bare"])
@pytest.mark.parametrize("topic", controls.topics())
def test_a_fact_reads_as_it_was_written(topic: str, bare: bool) -> None:
    fact = controls.fact(topic, bare=bare)
    again = read(fact, stored(fact))
    assert again == fact
    assert (again.stream_id, again.originator_version) == (fact.stream_id, fact.originator_version)
    assert type(again) is fact_class(topic)


@pytest.mark.parametrize("topic", [t for t in controls.topics() if personal_fields(fact_class(t))])
def test_a_person_is_unreadable_in_the_log_and_gone_once_erased(topic: str) -> None:
    fact = controls.fact(topic)
    words = personal_words(fact)
    texts = [word for word in words if isinstance(word, str)]
    assert len(words) == sum(1 for _ in personal_fields(fact_class(topic)))
    state, told = stored(fact), fact.model_dump_json()
    for text in texts:
        assert readable(state).count(text) == told.count(text) - texts.count(text)
    erased = read(fact, state, FrozenKeys(everybody_erased=True)).model_dump_json()
    assert erased.count(ERASED) + state.decode().count('"blank"') == len(words)


def test_a_fact_that_somebody_changed_cannot_be_read() -> None:
    fact = controls.fact("party.registered.v1")
    with pytest.raises(ValidationError):
        read(fact, stored(fact).replace(b'"code"', b'"kode"'))


# What a fact may hold


def troubles(model: type[BaseModel], seen: set[type[BaseModel]] | None = None) -> Iterator[str]:
    """Fields below a model that hold floats, instants without an offset or things without an order."""
    seen = set() if seen is None else seen
    if model in seen:
        return
    seen.add(model)
    for name, info in model.model_fields.items():
        if not info.exclude and not MAY_BE_FLOATS & {name, (model, name)}:
            yield from (f"{model.__name__}.{name}: {t}" for t in _troubles(info.annotation, tuple(info.metadata), seen))


def _troubles(kind: Any, marks: tuple[Any, ...], seen: set[type[BaseModel]]) -> Iterator[str]:
    if hasattr(kind, "__metadata__"):
        yield from _troubles(get_args(kind)[0], (*marks, *kind.__metadata__), seen)
        return
    origin = get_origin(kind)
    if kind is float:
        yield "a float"
    elif kind in (set, frozenset) or origin in (set, frozenset):
        yield "a set has no order"
    elif kind is Any or kind is object:
        yield "anything at all"
    elif kind is datetime and _takes_naive(marks):
        yield "an instant without an offset"
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from troubles(kind, seen)
    elif origin is not None:
        inherited = marks if origin in (Union, types.UnionType) else ()
        for part in get_args(kind):
            yield from _troubles(part, inherited, seen)


def _takes_naive(marks: tuple[Any, ...]) -> bool:
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[(datetime, *marks)] if marks else datetime)
    try:
        adapter.validate_python(datetime(2026, 9, 16))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("topic", controls.topics())
def test_a_fact_holds_nothing_that_could_read_differently(topic: str) -> None:
    assert list(troubles(fact_class(topic))) == []


class _Careless(BaseModel):
    amount: float
    at: datetime
    tags: frozenset[str] | None
    anything: dict[str, Any]


def test_what_could_read_differently_is_found() -> None:
    assert [trouble.split(": ")[1] for trouble in troubles(_Careless)] == [
        "a float",
        "an instant without an offset",
        "a set has no order",
        "anything at all",
    ]
