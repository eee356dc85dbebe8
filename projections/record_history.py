"""History of a record (storia), page by page, and its differences between two versions or two instants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Aggregate, Refusal, require
from aggregates.values import Instant
from projections.audit import Sought, told
from projections.base import Ask, Reader, Recorded
from projections.differences import Change, changes, flattened
from projections.history import plain, state_of


class AskHistory(Sought):
    """The facts of a record, as far as they were recorded by an instant."""

    stream_id: UUID
    as_of: Instant | None = None
    after_version: int = Field(
        default=0, ge=0, description="Only facts behind this version: `next` of the page before."
    )
    limit: int = Field(default=500, ge=1, le=2000)


def history(reader: Reader, ask: AskHistory) -> dict[str, Any] | None:
    """Every fact in order: what, by whom, when in the world, why, when recorded, by which command, caused by what."""
    facts = reader.facts(ask.stream_id, known_at=ask.as_of)
    if not facts:
        return None
    found = [one for one in facts if one.fact.originator_version > ask.after_version and ask.fits(one)]
    shown = found[: ask.limit]
    more = len(found) > ask.limit
    return {
        "stream_id": ask.stream_id,
        "kind": facts[0].topic.split(".", 1)[0],
        "facts": told(reader, shown),
        "next": shown[-1].fact.originator_version if more else None,
    }


class VersionMissing(Refusal):
    """The record has versions 0 to {last}; ask for two of them."""

    status = 422


class AskDifferences(Ask):
    """What is different in a record between two versions or instants, of what was known or of what had happened."""

    stream_id: UUID
    from_version: int | None = Field(default=None, ge=0, description="0, before it began, if neither is given.")
    to_version: int | None = Field(default=None, ge=0, description="The last one if neither is given.")
    from_known_at: Instant | None = None
    to_known_at: Instant | None = None
    from_true_at: Instant | None = Field(default=None, description="As far as its last fact that had happened by then.")
    to_true_at: Instant | None = Field(default=None, description="As far as its last fact that had happened by then.")


def record_differences(reader: Reader, ask: AskDifferences) -> dict[str, Any] | None:
    """Field by field: before, after, and the facts that changed it, each with by whom, when, why and which command.

    Items of lists are told apart by what names them, not by their place. Asked backwards, differences run backwards.
    Raises `VersionMissing`.
    """
    facts = reader.facts(ask.stream_id)
    if not facts:
        return None
    begins = _version(facts, ask.from_version, ask.from_known_at, ask.from_true_at, 0)
    ends = _version(facts, ask.to_version, ask.to_known_at, ask.to_true_at, len(facts))
    states = _states(facts, min(begins, ends), max(begins, ends))
    between = facts[min(begins, ends) : max(begins, ends)]
    changed_by = _changed_by(states, between)
    before, after = (states[0], states[-1]) if begins <= ends else (states[-1], states[0])
    return {
        "stream_id": ask.stream_id,
        "kind": facts[0].topic.split(".", 1)[0],
        "from_version": begins,
        "to_version": ends,
        "differences": [_told(change, changed_by) for change in changes(before, after)],
    }


def _version(facts: Sequence[Recorded], version: int | None, known_at: Any, true_at: Any, otherwise: int) -> int:
    if version is not None:
        require(version <= len(facts), VersionMissing, last=len(facts))
        return version
    if known_at is not None:
        return sum(1 for one in facts if one.recorded_at <= known_at)
    if true_at is None:
        return otherwise
    return max((one.fact.originator_version for one in facts if one.fact.act.at <= true_at), default=0)


def _states(facts: Sequence[Recorded], begins: int, ends: int) -> list[dict[str, Any]]:
    """The record's values at each version from one to another, by path."""
    aggregate: Aggregate | None = None
    states: list[dict[str, Any]] = [{}] if begins == 0 else []
    for one in facts[:ends]:
        aggregate = one.fact.mutate(aggregate)
        if aggregate is not None and aggregate.version >= begins:
            state = state_of(aggregate)
            states.append(flattened({name: value for name, value in state.items() if name not in ("version", "id")}))
    return states


def _changed_by(states: Sequence[dict[str, Any]], between: Sequence[Recorded]) -> dict[str, list[dict[str, Any]]]:
    """By path, the facts after which its value was another, oldest first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one, before, after in zip(between, states, states[1:], strict=False):
        for change in changes(before, after):
            found.setdefault(change.path, []).append(_by(one))
    return found


def _by(one: Recorded) -> dict[str, Any]:
    act = one.fact.act
    return {
        "version": one.fact.originator_version,
        "topic": one.topic,
        "by": act.by,
        "at": act.at,
        "why": act.why,
        "recorded_at": one.recorded_at,
        "command": one.metadata.get("command"),
        "command_id": one.command_id,
    }


def _told(change: Change, changed_by: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "path": change.path,
        "before": plain(change.before),
        "after": plain(change.after),
        "changed_by": changed_by.get(change.path, []),
    }
