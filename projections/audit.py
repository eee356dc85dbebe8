"""The audit (revisione): who did what in a period, across all records, newest first; and what went with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast
from uuid import UUID

from pydantic import Field

from aggregates.base import NIL, require
from aggregates.values import Instant
from projections.base import Ask, CursorWrong, Page, Reader, Recorded, SortUnknown, decode_cursor, encode_cursor
from projections.history import plain, says

MOST = 500


class Sought(Ask):
    """Which facts are looked for; what is left out does not matter."""

    by: str | None = Field(default=None, max_length=200, description="`user:` and an id, or `system:` and a duty.")
    kind: str | None = Field(
        default=None,
        pattern=r"^[a-z][a-z0-9.-]{0,100}$",
        description="The kind of record (`call`), or of fact (`call.technician-assigned`).",
    )
    recorded_from: Instant | None = Field(default=None, description="Recorded at this instant or later.")
    recorded_to: Instant | None = Field(default=None, description="Recorded before this instant.")
    happened_from: Instant | None = Field(default=None, description="Happened at this instant or later.")
    happened_to: Instant | None = Field(default=None, description="Happened before this instant.")

    def fits(self, recorded: Recorded) -> bool:
        """Whether a fact is one of those looked for."""
        act, recorded_at = recorded.fact.act, recorded.recorded_at
        return (
            self.by in (None, act.by)
            and (self.kind is None or is_of(recorded.topic, self.kind))
            and (self.recorded_from is None or recorded_at >= self.recorded_from)
            and (self.recorded_to is None or recorded_at < self.recorded_to)
            and (self.happened_from is None or act.at >= self.happened_from)
            and (self.happened_to is None or act.at < self.happened_to)
        )


def is_of(topic: str, kind: str) -> bool:
    """Whether a topic is of a kind: `call.opened.v1` is of `call`, of `call.opened` and of itself."""
    return topic == kind or topic.startswith(f"{kind}.")


class LogReader(Reader, Protocol):
    """A reader that also looks through the whole log."""

    def found(self, sought: Sought, before: int | None, most: int) -> Sequence[Recorded]:
        """The newest facts that fit, below a position, newest first."""

    def together(self, facts: Sequence[Recorded]) -> Mapping[UUID, Sequence[Mapping[str, Any]]]:
        """By command id: where the facts stand that were recorded with these (position, stream, version, topic)."""


class AskAudit(Sought, Page):
    """Facts of all records, newest first: by whom, of which kind, in which period of either clock."""


def audit(reader: Reader, ask: AskAudit) -> dict[str, Any]:
    """Who did what, fact by fact across all records, each with its record, command, reason and values.

    It stands in the order of recording and no other. Raises `CursorWrong`, `SortUnknown`.
    """
    require(ask.sort is None, SortUnknown, sort=ask.sort)
    limit = max(1, min(ask.limit, MOST))
    log = cast(LogReader, reader)  # every reader of a company's log is one; views of the past are too
    found = log.found(ask, _position(ask.after), limit + 1)
    shown = found[:limit]
    more = len(found) > limit
    return {"items": told(log, shown), "next": encode_cursor([shown[-1].position]) if more else None}


def _position(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    (position,) = decode_cursor(cursor, 1)
    if position is None or not position.isdigit():
        raise CursorWrong
    return int(position)


def told(reader: Reader, facts: Sequence[Recorded]) -> list[dict[str, Any]]:
    """Facts with all that is known of them, and what was recorded in the same act."""
    together = cast(LogReader, reader).together(facts) if facts else {}
    return [
        {
            **_fact(one),
            "together": [
                other for other in together.get(one.command_id or NIL, ()) if other["position"] != one.position
            ],
        }
        for one in facts
    ]


def _fact(recorded: Recorded) -> dict[str, Any]:
    fact, act, metadata = recorded.fact, recorded.fact.act, recorded.metadata
    return {
        "version": fact.originator_version,
        "stream_id": fact.stream_id,
        "kind": recorded.topic.split(".", 1)[0],
        "topic": recorded.topic,
        "says": says(fact),
        "by": act.by,
        "roles": metadata.get("roles"),
        "at": act.at,
        "why": act.why,
        "recorded_at": recorded.recorded_at,
        "position": recorded.position,
        "event_id": recorded.event_id,
        "command": metadata.get("command"),
        "command_id": recorded.command_id,
        "correlation": metadata.get("correlation"),
        "device": metadata.get("device"),
        "caused_by": _cause(metadata),
        "fields": plain(fact),
    }


def _cause(metadata: Mapping[str, Any]) -> dict[str, Any] | None:
    """The duty that gave the command, and what was due; None where a person did."""
    return {"duty": metadata["duty"], "due": metadata.get("key")} if "duty" in metadata else None
