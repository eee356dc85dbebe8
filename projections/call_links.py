"""Links between calls (collegamenti tra chiamate), seen from both sides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.call_links import CallLink, LinkKind
from projections.base import Reader, ReadModel, Row, Rows, Table, on

LINK = Table(
    "call_link",
    {"call_id": "uuid", "other_id": "uuid", "kind": "text", "link_id": "uuid", "holds": "boolean"},
    ("link_id", "call_id"),
    ("call_id",),
)
SEEN_FROM_THERE = {
    LinkKind.RELATED: "related",
    LinkKind.CAUSED_BY: "cause_of",
    LinkKind.REPEATS: "repeated_by",
    LinkKind.FOLLOWS: "followed_by",
}
"""What the other call is to the first one."""


class CallLinks(ReadModel):
    """Which calls have to do with each other."""

    NAME = "call-links"
    TABLES = (LINK,)

    @on(CallLink.Linked)
    def linked(self, fact: CallLink.Linked, rows: Rows) -> None:
        """Each of the two knows the other."""
        about: dict[str, Any] = {"link_id": fact.stream_id, "holds": True}
        rows.put(LINK, {**about, "call_id": fact.call_id, "other_id": fact.other_id, "kind": fact.kind.value})
        there = SEEN_FROM_THERE[fact.kind]
        rows.put(LINK, {**about, "call_id": fact.other_id, "other_id": fact.call_id, "kind": there})

    @on(CallLink.Removed, CallLink.Restored)
    def changed(self, fact: CallLink.Removed | CallLink.Restored, rows: Rows) -> None:
        """The link is undone, or there again."""
        for row in rows.select(LINK, link_id=fact.stream_id):
            rows.put(LINK, {**row, "holds": isinstance(fact, CallLink.Restored)})


def linked_calls(reader: Reader, call_id: UUID) -> list[Row]:
    """The calls linked to one, and those merged into it or that it was merged into."""
    return reader.rows(
        """select l.kind, c.call_id, c.number, c.status, c.fault, c.opened_at
             from {call_link} l join {call} c on c.call_id = l.other_id
            where l.call_id = %(call_id)s and l.holds
            union all
           select 'duplicate', c.call_id, c.number, c.status, c.fault, c.opened_at
             from {call} c where c.merged_into = %(call_id)s
            union all
           select 'merged_into', c.call_id, c.number, c.status, c.fault, c.opened_at
             from {call} d join {call} c on c.call_id = d.merged_into where d.call_id = %(call_id)s
            order by opened_at, call_id, kind""",
        {"call_id": call_id},
    )
