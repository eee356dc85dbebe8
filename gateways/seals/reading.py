"""Reading stretches of a log for the audit (lettura): leaves anew from the stored bytes, and facts that cannot be read.

A stretch is a sealed block or a part of what is not sealed yet. Long logs are read by several processes, each with its
own connection; every stretch is held in memory alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from uuid import UUID

from gateways.codec import SUBJECT
from gateways.postgres.database import Connection
from gateways.seals import leaves, trees
from gateways.settings import Settings
from gateways.wiring import House, Installation

ALONE = 200_000
"""Facts from which on it pays to start processes."""
AHEAD = 4
"""Stretches handed to each process before the first is asked back, so that memory is bounded."""


@dataclass(frozen=True)
class Stretch:
    """Positions to read, both included, and the root that they must have where a seal says one."""

    first: int
    last: int
    root: bytes | None = None


@dataclass(frozen=True)
class Found:
    """A fact as it stands in the log now."""

    position: int
    event_id: str
    leaf: bytes


@dataclass(frozen=True)
class Unreadable:
    """A fact that this program cannot read."""

    position: int
    topic: str
    error: str


@dataclass(frozen=True)
class Read:
    """What was found in a stretch; `found` is left out where the root is right."""

    stretch: Stretch
    count: int
    sound: bool
    leaves: bytes = b""
    found: list[Found] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """Positions of the stretch without a fact, in runs."""


def read_stretch(connection: Connection, house: House, stretch: Stretch) -> Read:
    """Read one stretch."""
    company = str(house.company_id)
    facts = list(leaves.stored(connection, house.company_id, stretch.first, stretch.last))
    hashes = [leaves.leaf(company, fact) for fact in facts]
    sound = stretch.root is None or (bool(hashes) and trees.root(hashes) == stretch.root)
    return Read(
        stretch,
        len(facts),
        sound,
        b"".join(hashes),
        [] if sound else [Found(f.position, f.event_id, h) for f, h in zip(facts, hashes, strict=True)],
        list(_unreadable(house, facts)),
        list(_gaps(stretch, [fact.position for fact in facts])),
    )


def _gaps(stretch: Stretch, positions: Sequence[int]) -> Iterator[tuple[int, int]]:
    before = stretch.first - 1
    for position in (*positions, stretch.last + 1):
        if position > before + 1:
            yield before + 1, position - 1
        before = position


def read_all(
    installation: Installation, house: House, connection: Connection, stretches: Sequence[Stretch], facts: int
) -> Iterator[Read]:
    """Read stretches in their order; long logs by as many processes as there are processors."""
    workers = min(os.cpu_count() or 1, len(stretches))
    if facts < ALONE or workers < 2:
        yield from (read_stretch(connection, house, stretch) for stretch in stretches)
        return
    settings = installation.settings.model_copy(update={"database_url": house.database.dsn, "cells": {}})
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(settings, str(house.company_id))
    ) as pool:
        waiting = iter(stretches)
        asked = [pool.submit(_read, stretch) for stretch in islice(waiting, workers * AHEAD)]
        while asked:
            yield asked.pop(0).result()
            asked += [pool.submit(_read, stretch) for stretch in islice(waiting, 1)]


_house: House | None = None


def _begin(settings: Settings, company_id: str) -> None:
    global _house
    _house = Installation(settings).__enter__().house(company_id)


def _read(stretch: Stretch) -> Read:
    assert _house is not None
    with _house.database.company(_house.company_id) as connection:
        return read_stretch(connection, _house, stretch)


def _unreadable(house: House, facts: Sequence[leaves.SealedFact]) -> Iterator[Unreadable]:
    named = {found for fact in facts for found in SUBJECT.findall(fact.state)}
    house.codec.keys.gather({UUID(found.decode()) for found in named})
    for fact in facts:
        try:
            house.codec.read(fact.topic, fact.state, UUID(fact.stream_id), fact.version)
        except Exception as error:
            yield Unreadable(fact.position, fact.topic, repr(error))
