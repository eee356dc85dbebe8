"""Personal fields are found wherever they stand, and every value that may be a person's has an owner or a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from aggregates.base import Act
from aggregates.counterparty import Counterparty
from aggregates.party import Party
from aggregates.party_values import Site
from aggregates.personal import personal_fields, personal_places
from aggregates.values import ERASED, Address, Keep, fiscal_subject
from gateways.codec import Codec, fact_class
from projections.person_data import PERSONAL
from tests import controls
from tests.replay.keys import FrozenKeys

OURS = ("seller", "creditor", "issuer", "identity", "carriers", "destination_warehouse", "sender", "place")
BY_THEMSELVES = {"technician-position.shared.v1"}


def held(kind: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every place below a fact where an address, a site or a counterparty stands."""
    for name, info in kind.model_fields.items():
        for part in _models(info.annotation):
            if part in (Address, Site, Counterparty):
                yield (*path, name)
            yield from held(part, (*path, name))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


@pytest.mark.parametrize("topic", controls.topics())
def test_no_address_of_a_customer_lies_open(topic: str) -> None:
    kind = fact_class(topic)
    sealed = [tuple(step for step in field.path if step != "*") for field in personal_fields(kind)]
    lie_open = [
        ".".join(path)
        for path in held(kind)
        if not any(one[: len(path)] == path for one in sealed) and not set(path) & set(OURS)
    ]
    assert lie_open == [], topic


def test_every_fact_about_persons_is_on_the_map_of_what_is_held() -> None:
    told = {topic for topic in controls.topics() if personal_fields(fact_class(topic))}
    assert told - {kind.TOPIC for kind in PERSONAL} == BY_THEMSELVES


def test_the_books_have_a_key_of_their_own() -> None:
    fact = controls.fact("delivery-note.issued.v1")
    places = list(personal_places(fact.model_dump(mode="json"), type(fact), fact.stream_id))
    party_id = fact.model_dump()["recipient"]["party_id"]
    mine = [place for place in places if place.at.startswith("recipient.")]
    assert {place.subject_id for place in mine} == {fiscal_subject(party_id)}
    assert {place.field.keep for place in mine} == {Keep.FISCAL}
    assert "recipient.address.street" in {place.at for place in mine}


def test_what_is_blank_once_it_is_gone_comes_back_while_the_key_is_there() -> None:
    address = Address(street="Via Po 1", postcode="47121", town="Forlì", latitude=44.5, longitude=12.25)
    act = Act(by="user:x", at=controls.MOMENT)
    party = controls.fact("party.registered.v1").model_copy(update={"address": address, "act": act})
    state = bytes(Codec(FrozenKeys()).to_stored_event(party).state)
    told = json.loads(state)["address"]
    assert told["town"] == "Forlì"
    assert set(told["latitude"]) == {"at", "subject", "nonce", "sealed", "digest", "blank"}
    there = Codec(FrozenKeys()).read("party.registered.v1", state, party.originator_id, party.originator_version)
    gone = Codec(FrozenKeys(everybody_erased=True)).read(
        "party.registered.v1", state, party.originator_id, party.originator_version
    )
    assert isinstance(there, Party.Registered)
    assert isinstance(gone, Party.Registered)
    assert there.address == address
    assert gone.address is not None
    assert (gone.address.street, gone.address.latitude, gone.address.town) == (ERASED, None, "Forlì")
