"""Views as of a past instant over HTTP (com'era): `known_at` and `true_at` of any GET of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from aggregates.base import Refusal, require
from gateways.http.auth import Caller, check_role
from gateways.http.print_head import Head
from gateways.http.problems import RecordNotFound
from gateways.http.reserved import Reserved
from gateways.http.table_words import word
from gateways.labels import shown
from gateways.postgres.past import PastReader
from gateways.wiring import House
from projections.base import Reader, View
from projections.catalog import HISTORIANS
from projections.history import state_of


class AsOfTwice(Refusal):
    """`as_of` answers the record itself, `known_at` and `true_at` the view of it; ask for one of the two."""

    status = 422


@contextmanager
def seen_from(house: House, view: View, extra: Reserved, caller: Caller) -> Iterator[House]:
    """The house as the question wants it seen: as it is, or as it was, for those who may read histories.

    Raises `RoleMissing`, `AsOfTwice`, `PastBusy`.
    """
    if extra.known_at is None and extra.true_at is None:
        yield house
        return
    check_role(caller, HISTORIANS)
    require(getattr(extra, "as_of", None) is None, AsOfTwice)
    with house.looking_back(extra.known_at, extra.true_at) as reader:
        reader.fill(view.models)
        then = copy(house)
        then.reader = reader
        yield then


def past_told(reader: Reader) -> dict[str, Any]:
    """What an answer as of the past says of it: the instants, the last position known, facts that had no place."""
    if not isinstance(reader, PastReader):
        return {}
    left_out = [
        {"view": one.model, "position": one.position, "topic": one.topic, "error": one.error} for one in reader.left_out
    ]
    instants = {"known_at": reader.known_at, "true_at": reader.true_at}
    return {"past": {**instants, "position": reader.position, "left_out": left_out}}


def head_then(head: Head, reader: Reader) -> Head:
    """The head of a print, which says as of when it is."""
    if not isinstance(reader, PastReader):
        return head
    instants = {"as known at {when}": reader.known_at, "as true at {when}": reader.true_at}
    told = [
        word(text, head.language).format(when=shown(when, head.language)) for text, when in instants.items() if when
    ]
    return replace(head, filters=[*told, *head.filters])


def state_then(house: House, stream_id: UUID, instant: datetime) -> dict[str, Any]:
    """A record as it was known at an instant. Raises `RecordNotFound`."""
    record = house.reader.record(stream_id, known_at=instant)
    require(record is not None, RecordNotFound)
    assert record is not None
    return state_of(record)
