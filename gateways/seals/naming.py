"""Naming what was done to a log (cosa è stato fatto): altered, replaced, removed, inserted, moved, swapped facts.

Pure. Blocks that differ from their seals are taken in one after the other; a fact is known again by its event id, also
in another block. What is told is short: neighbours that share a fate are one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gateways.said import said


class Entry(NamedTuple):
    """A fact that must be, or is, at a position."""

    position: int
    event_id: str
    leaf: bytes


def _(message: str) -> str:
    return message


DONE = {
    "altered": (_("fact {first} was altered"), _("facts {first} to {last} were altered")),
    "removed": (_("fact {first} was removed"), _("facts {first} to {last} were removed")),
    "inserted": (_("fact {first} was inserted"), _("facts {first} to {last} were inserted")),
    "missing": (_("fact {first} is missing"), _("facts {first} to {last} are missing")),
    "replaced by another": (
        _("fact {first} was replaced by another"),
        _("facts {first} to {last} were replaced by another"),
    ),
}
"""What was done, to one fact and to several in a row."""


@dataclass(frozen=True)
class Deed:
    """What was done to the facts from a position to another; `by` places for moved ones, `to` for swapped ones."""

    kind: str
    first: int
    last: int
    by: int = 0

    def sentence(self) -> str:
        """What was done, in words."""
        first, last, one = self.first, self.last, self.first == self.last
        facts = said("fact {first}", first=first) if one else said("facts {first} to {last}", first=first, last=last)
        if self.kind == "swapped":
            return said("facts {first} and {last} were swapped", first=first, last=last)
        if self.kind == "moved" and one:
            return said("{facts} now stands at {first}", facts=facts, first=first + self.by)
        if self.kind == "moved":
            return said(
                "{facts} now stand at {first} to {last}", facts=facts, first=first + self.by, last=last + self.by
            )
        told_one, told_many = DONE[self.kind]
        return said(told_one, first=first) if one else said(told_many, first=first, last=last)


class Naming:
    """Gathers the differences of a whole log."""

    def __init__(self) -> None:
        self._altered: set[int] = set()
        self._missing: dict[str, int] = {}
        self._extra: dict[str, list[int]] = {}
        self.moved: dict[int, int] = {}
        """Where facts stand now, by the position they were sealed at."""

    def take(self, sealed: Iterable[Entry], found: Iterable[Entry]) -> None:
        """One block: what its seal knows, and what is there."""
        must = {entry.position: entry for entry in sealed}
        there = {entry.position: entry for entry in found}
        for position, entry in must.items():
            now = there.get(position)
            if now is not None and now.event_id == entry.event_id:
                if now.leaf != entry.leaf:
                    self._altered.add(position)
                del there[position]
            else:
                self._missing[entry.event_id] = position
        for position, entry in there.items():
            self._extra.setdefault(entry.event_id, []).append(position)
        self._pair()

    def missing(self) -> list[str]:
        """The event ids of sealed facts that were not found so far."""
        return list(self._missing)

    def take_elsewhere(self, found: Iterable[tuple[str, int]]) -> None:
        """Missing facts that stand where nothing is sealed yet, by event id and position."""
        for event_id, position in found:
            if event_id in self._missing:
                self.moved[self._missing.pop(event_id)] = position

    def add_altered(self, positions: Iterable[int]) -> None:
        """Facts known to be altered where they stand now."""
        self._altered.update(positions)

    def deeds(self) -> list[Deed]:
        """Everything that was done, by position; moved facts in runs, the guilty ones first."""
        removed, inserted = set(self._missing.values()), {at for several in self._extra.values() for at in several}
        replaced = removed & inserted
        told = [
            *_runs("altered", self._altered),
            *_runs("replaced by another", replaced),
            *_runs("removed", removed - replaced),
            *_runs("inserted", inserted - replaced),
        ]
        swapped = {(min(a, b), max(a, b)) for a, b in self.moved.items() if self.moved.get(b) == a}
        paired = {position for pair in swapped for position in pair}
        rest = {a: b for a, b in self.moved.items() if a not in paired}
        return [*told, *(Deed("swapped", a, b) for a, b in sorted(swapped)), *_moves(rest)]

    def _pair(self) -> None:
        for event_id in self._extra.keys() & self._missing.keys():
            places = self._extra[event_id]
            self.moved[self._missing.pop(event_id)] = places.pop(0)
            if not places:
                del self._extra[event_id]


def _runs(kind: str, positions: Iterable[int]) -> Iterator[Deed]:
    for first, last in _stretches(sorted(positions)):
        yield Deed(kind, first, last)


def _moves(moved: dict[int, int]) -> Iterator[Deed]:
    by_distance: dict[int, list[int]] = {}
    for position, now in moved.items():
        by_distance.setdefault(now - position, []).append(position)
    runs = [
        Deed("moved", first, last, by)
        for by, positions in by_distance.items()
        for first, last in _stretches(sorted(positions))
    ]
    yield from sorted(runs, key=lambda deed: deed.first)


def _stretches(positions: Sequence[int]) -> Iterator[tuple[int, int]]:
    begun = 0
    for at in range(1, len(positions) + 1):
        if at == len(positions) or positions[at] != positions[at - 1] + 1:
            yield positions[begun], positions[at - 1]
            begun = at
