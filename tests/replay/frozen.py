"""Frozen facts (fatti congelati): what each release stored, byte by byte, and how it is found again.

`RELEASE/facts.jsonl` has a line for each topic that was new in the release; `RELEASE/streams/KIND.jsonl` whole streams
of a company that lived in it, with `KIND.states.json` saying what their records were. `schemas.json` says what facts
of each topic consist of. A release is closed by an empty file `SHIPPED` in its folder; nothing in it changes any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from aggregates.base import Aggregate
from gateways.codec import Codec
from projections.base import Recorded
from tests.replay.keys import FrozenKeys
from tests.replay.schemas import Schema

FOLDER = Path(__file__).parent
SCHEMAS = FOLDER / "schemas.json"
FREEZE = "python -m tests.replay.freeze"
CHANGED = (
    "{topic} changed so that stored facts would not be read, or not mean the same: {how}. Give the class a new version "
    f"of its topic and `upcast` the old one; while its release has not shipped, `{FREEZE} RELEASE --again` also does."
)


@dataclass(frozen=True)
class Line:
    """A fact as the log stored it; position and instant only where it is part of a whole stream."""

    topic: str
    stream_id: str
    version: int
    state: str
    position: int | None = None
    recorded_at: str | None = None
    event_id: str | None = None

    @property
    def kind(self) -> str:
        """The aggregate that it is a fact of."""
        return self.topic.split(".", 1)[0]

    def read(self, keys: FrozenKeys | None = None) -> Aggregate.Event:
        """The fact as today's code knows it."""
        return Codec(keys or FrozenKeys()).read(self.topic, self.state.encode(), UUID(self.stream_id), self.version)

    def recorded(self, keys: FrozenKeys | None = None) -> Recorded:
        """The fact with what the log knew of it."""
        assert self.position is not None
        assert self.recorded_at is not None
        assert self.event_id is not None
        return Recorded(self.read(keys), self.position, datetime.fromisoformat(self.recorded_at), UUID(self.event_id))

    def as_json(self) -> str:
        """One line of a file."""
        return json.dumps({k: v for k, v in asdict(self).items() if v is not None}, ensure_ascii=False)


def releases() -> list[str]:
    """Every frozen release, oldest first."""
    found = [path.name for path in FOLDER.iterdir() if (path / "facts.jsonl").exists()]
    return sorted(found, key=lambda release: [int(part) for part in release.split(".")])


def is_shipped(release: str) -> bool:
    """Whether customers have facts of this release, so that its lines must stay as they are."""
    return (FOLDER / release / "SHIPPED").exists()


def facts(release: str) -> list[Line]:
    """The lines of topics that were new in a release."""
    return list(read_lines(FOLDER / release / "facts.jsonl"))


def streams(release: str) -> list[Line]:
    """The log of the company that lived in a release, in order."""
    found = [line for path in (FOLDER / release / "streams").glob("*.jsonl") for line in read_lines(path)]
    return sorted(found, key=lambda line: line.position or 0)


def states(release: str) -> dict[UUID, dict[str, Any]]:
    """What the records of that company were at the end."""
    found: dict[UUID, dict[str, Any]] = {}
    for path in (FOLDER / release / "streams").glob("*.states.json"):
        found |= {UUID(key): state for key, state in json.loads(path.read_text(encoding="utf-8")).items()}
    return found


def schemas() -> dict[str, Schema]:
    """What the facts of each frozen topic consist of."""
    return json.loads(SCHEMAS.read_text(encoding="utf-8")) if SCHEMAS.exists() else {}


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a file."""
    return (Line(**json.loads(text)) for text in path.read_text(encoding="utf-8").splitlines())


def write_lines(path: Path, lines: Iterable[Line]) -> None:
    """Put lines into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line.as_json()}\n" for line in lines), encoding="utf-8")


def write_schemas(known: dict[str, Schema]) -> None:
    """Put the schemas into their file, a topic a line."""
    told = ",\n".join(f"{json.dumps(topic)}: {json.dumps(known[topic])}" for topic in sorted(known))
    SCHEMAS.write_text(f"{{\n{told}\n}}\n", encoding="utf-8")


def differences(recorded: Any, now: Any, path: str = "") -> list[str]:
    """Where a state says something else than was recorded; what has come to it since is no difference."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        gone = [f"{path}{key} is gone" for key in recorded.keys() - now.keys()]
        shared = recorded.keys() & now.keys()
        return [*gone, *(d for key in sorted(shared) for d in differences(recorded[key], now[key], f"{path}{key}."))]
    if isinstance(recorded, list) and isinstance(now, list) and len(recorded) == len(now):
        return [
            d
            for n, (one, two) in enumerate(zip(recorded, now, strict=True))
            for d in differences(one, two, f"{path}{n}.")
        ]
    return [] if recorded == now else [f"{path.rstrip('.')} was {recorded!r}, is {now!r}"]
