"""What several commands append together, as the arrays and scalars that the statements take."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange

from aggregates.base import Claim
from commands.remembered import CommandRecord


@dataclass(frozen=True)
class Append:
    """The facts of one command, with the claims they take and give back, and the versions of what it rests on."""

    events: Sequence[StoredEvent]
    command: CommandRecord
    claims: Sequence[Claim]
    releases: Sequence[UUID]
    rests: Sequence[tuple[UUID, int]] = ()

    def keys(self) -> Sequence[Hashable]:
        """What two appends of one batch must not share."""
        return [*{event.originator_id for event in self.events}, self.command.command_id]

    def shared(self) -> Sequence[Hashable]:
        """What several appends of one batch may share, as long as none of them has it among its `keys`."""
        return [stream_id for stream_id, _version in self.rests]

    def metadata(self) -> Jsonb:
        """What each of its facts carries beside its state."""
        return Jsonb({"command": self.command.name, **self.command.metadata})


def one_fact(company_id: UUID, append: Append) -> dict[str, Any]:
    """Parameters of `statements.ONE_FACT`."""
    command, event = append.command, append.events[0]
    return {
        "company": company_id,
        "count": 1,
        "id": command.command_id,
        "name": command.name,
        "hash": command.request_hash,
        "answer": Jsonb(command.answer),
        "metadata": append.metadata(),
        "stream": event.originator_id,
        "version": event.originator_version,
        "topic": event.topic,
        "state": event.state,
    }


def many_facts(company_id: UUID, batch: Sequence[Append]) -> dict[str, Any]:
    """Parameters of `statements.MANY_FACTS`."""
    places: list[int] = []
    count = 0
    for append in batch:
        count += len(append.events)
        places.append(count)
    return {"company": company_id, "count": count, "c_place": places, **_commands(batch), **_facts(batch)}


def carefully(company_id: UUID, batch: Sequence[Append]) -> dict[str, Any]:
    """Parameters of `statements.CAREFULLY`."""
    claims = [
        (n, c.claim_id, c.resource_id, TimestamptzRange(c.slot.starts_at, c.slot.ends_at), c.exclusive)
        for n, append in enumerate(batch, 1)
        for c in append.claims
    ]
    rests = [(n, *read) for n, append in enumerate(batch, 1) for read in append.rests]
    releases = [(n, claim_id) for n, append in enumerate(batch, 1) for claim_id in append.releases]
    return {
        "company": company_id,
        **_commands(batch),
        **_facts(batch),
        **_columns(("k_command", "k_claim", "k_resource", "k_during", "k_exclusive"), claims),
        **_columns(("r_command", "r_claim"), releases),
        **_columns(("s_command", "s_stream", "s_version"), rests),
    }


def _commands(batch: Sequence[Append]) -> dict[str, Any]:
    commands = [append.command for append in batch]
    return {
        "c_id": [command.command_id for command in commands],
        "c_name": [command.name for command in commands],
        "c_hash": [command.request_hash for command in commands],
        "c_answer": [Jsonb(command.answer) for command in commands],
        "c_metadata": [append.metadata() for append in batch],
    }


def _facts(batch: Sequence[Append]) -> dict[str, Any]:
    facts = [
        (n, e.originator_id, e.originator_version, e.topic, e.state)
        for n, append in enumerate(batch, 1)
        for e in append.events
    ]
    return _columns(("f_command", "f_stream", "f_version", "f_topic", "f_state"), facts)


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return {name: list(column) for name, column in zip(names, columns, strict=True)}
