"""One place to search (ricerca unica): calls, quotes, leads, activities planned and performed, by any field.

Each kind of record is asked by itself, with only the conditions that were named, for no more than a page: so each can
begin with its own index. What may be found is then put in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from aggregates.call_values import ActivityState, CallStatus
from aggregates.quote_values import QuoteStatus
from projections.base import Page, Reader, page
from projections.search_index import EVERYTHING, similar

MOST = 200
COLUMNS = {
    "kind": "text", "id": "uuid", "call_id": "uuid", "number": "text", "title": "text", "status": "text",
    "priority": "text", "coverage": "text", "party_id": "uuid", "site_id": "uuid", "technician_id": "uuid",
    "owner": "text", "activity": "text", "skill": "text", "at": "timestamptz",
}  # fmt: skip
EQUAL = ("status", "priority", "coverage", "party_id", "site_id", "technician_id", "owner", "activity", "skill")
"""What may be asked of a record as it stands."""
ROME = "at time zone 'Europe/Rome'"


@dataclass(frozen=True)
class Kind:
    """Where the records of a kind stand: its columns (others are null), and the states it knows."""

    name: str
    source: str
    columns: dict[str, str]
    states: frozenset[str]
    named: str
    """The condition for what words were found in; `%(ids)s` are its entries, `%(whose)s` customers."""
    on: str | None = None
    """The date that it stands under, where that is no instant."""


CALL = {
    "call_id": "c.call_id", "number": "c.number", "priority": "c.priority", "coverage": "c.coverage",
    "party_id": "c.party_id", "site_id": "c.site_id", "owner": "c.owner",
}  # fmt: skip
ACTIVITY = {
    **CALL, "id": "a.activity_id", "call_id": "a.call_id", "title": "coalesce(a.note, c.fault)", "status": "a.state",
    "technician_id": "a.technician_id", "activity": "a.kind", "skill": "coalesce(a.skill, c.skill)",
}  # fmt: skip
ON_AGENDA = "{agenda} a join {call} c on c.call_id = a.call_id where "
LIVE = frozenset(ActivityState) - {ActivityState.PERFORMED, ActivityState.DROPPED}
CALLS_NAMED = """select call_id from {call} where call_id = any(%(ids)s)
     union select call_id from {call} where party_id = any(%(whose)s)
     union select call_id from {call} where site_id = any(%(ids)s)
     union select call_id from {call} where number = upper(%(text)s)
     union select call_id from {call_item} where serial_item_id = any(%(ids)s)"""
KINDS = (
    Kind(
        "call",
        "{call} c where true",
        {**CALL, "id": "c.call_id", "title": "c.fault", "status": "c.status", "technician_id": "c.technician_id",
         "skill": "c.skill", "at": "c.opened_at"},
        frozenset(CallStatus),
        "c.call_id in (select call_id from named)",
    ),
    Kind(
        "quote",
        "{quote} q where true",
        {"id": "q.quote_id", "call_id": "q.call_id", "number": "q.number", "title": "q.subject", "status": "q.status",
         "party_id": "q.customer_id", "site_id": "q.site_id", "at": f"(q.dated_on::timestamp {ROME})"},
        frozenset(QuoteStatus),
        """q.quote_id in (select quote_id from {quote} where quote_id = any(%(ids)s)
                     union select quote_id from {quote} where customer_id = any(%(whose)s)
                     union select quote_id from {quote} where site_id = any(%(ids)s)
                     union select quote_id from {quote} where number = upper(%(text)s)
                     union select quote_id from {quote} where call_id in (select call_id from named))""",
        "q.dated_on",
    ),
    Kind(
        "lead",
        "{party} p where p.role = 'prospect'",
        {"id": "p.party_id", "number": "p.code", "title": "p.name", "party_id": "p.party_id",
         "status": "case when p.active then 'active' else 'inactive' end", "at": "'epoch'::timestamptz"},
        frozenset({"active", "inactive"}),
        """p.party_id in (select party_id from {party} where party_id = any(%(ids)s || %(whose)s)
                     union select party_id from {party} where code = upper(%(text)s))""",
    ),
    Kind(
        "performed",
        ON_AGENDA + "a.state = 'performed'",
        {**ACTIVITY, "at": "a.starts_at"},
        frozenset({ActivityState.PERFORMED}),
        "a.call_id in (select call_id from named)",
    ),
    Kind(
        "planned",
        ON_AGENDA + "a.state <> 'performed' and a.state <> 'dropped' and a.starts_at is not null",
        {**ACTIVITY, "at": "a.starts_at"},
        LIVE,
        "a.call_id in (select call_id from named)",
    ),
    Kind(
        "planned",
        ON_AGENDA + "a.state <> 'performed' and a.state <> 'dropped' and a.starts_at is null",
        {**ACTIVITY, "at": "c.opened_at"},
        LIVE,
        "a.call_id in (select call_id from named)",
    ),
)  # fmt: skip
"""All that is searched. What has no time yet stands where its call does."""
NAMES = """
select f.*, p.name as party_name, s.name as site_name, s.town, s.area, t.name as technician_name
  from ({found}) f
  left join {{party}} p on p.party_id = f.party_id
  left join {{party_site}} s on s.site_id = f.site_id
  left join {{technician}} t on t.technician_id = f.technician_id"""


class Search(Page):
    """Calls, quotes, leads, planned and performed activities, by words, state, days, technician, customer, kind."""

    text: str | None = Field(default=None, max_length=200, description="Names, numbers, what is wrong; also mistyped.")
    kind: Literal["call", "quote", "lead", "planned", "performed"] | None = None
    status: str | None = None
    priority: str | None = None
    coverage: str | None = None
    party_id: UUID | None = None
    site_id: UUID | None = None
    serial_item_id: UUID | None = None
    technician_id: UUID | None = None
    owner: str | None = None
    activity: str | None = None
    skill: str | None = None
    area: str | None = None
    from_on: date | None = None
    until: date | None = None


def search(reader: Reader, ask: Search) -> dict[str, Any]:
    """What matches all that is asked, the newest first, leads last (`at` 1970).

    Words find at most the 200 records most like them. `at` is when a call was opened, a quote dated, an activity done
    or planned. Days are Italian.
    """
    found = similar(reader, ask.text, EVERYTHING, MOST) if ask.text else []
    best = max((row["likeness"] for row in found), default=None)
    return page(
        reader,
        ask,
        _statement(ask),
        order=("-at", "-kind", "-id"),
        ids=[row["entry_id"] for row in found],
        whose=[row["party_id"] for row in found if row["kind"] in ("party", "contact") and row["likeness"] == best],
    )


def _statement(ask: Search) -> str:
    asked = [name for name in EQUAL if getattr(ask, name) is not None]
    found = [_of(kind, asked, ask) for kind in KINDS if _may_have(kind, asked, ask)]
    listed = "\n union all ".join(found) or f"{_listed({})} where false"
    named = f"with named as materialized ({CALLS_NAMED}) " if ask.text else ""
    return NAMES.format(found=named + listed)


def _may_have(kind: Kind, asked: list[str], ask: Search) -> bool:
    if ask.kind is not None and ask.kind != kind.name:
        return False
    if ask.status is not None and ask.status not in kind.states:
        return False
    needed = [*asked, *["call_id"] * (ask.serial_item_id is not None), *["site_id"] * (ask.area is not None)]
    return all(name in kind.columns for name in needed)


def _of(kind: Kind, asked: list[str], ask: Search) -> str:
    """The first page of a kind's records behind the cursor, all of them where they are sorted otherwise."""
    own = kind.columns
    conditions = [f"{own[name]} = %({name})s::{COLUMNS[name]}" for name in asked]
    conditions += _within_days(kind, ask)
    if ask.serial_item_id is not None:
        machine = "select call_id from {call_item} where serial_item_id = %(serial_item_id)s"
        conditions.append(f"{own['call_id']} in ({machine})")
    if ask.area is not None:
        sites = "select site_id from {party_site} where area = %(area)s"
        conditions.append(f"{own['site_id']} in ({sites})")
    if ask.text:
        conditions.append(kind.named)
    told = "".join(f"\n   and {one}" for one in [*conditions, *_behind(kind, ask)])
    every = f"{_listed({**own, 'kind': repr(kind.name)})} from {kind.source}{told}"
    if ask.sort is not None:
        return f"({every})"
    first = kind.on or own["at"]
    if kind.source.startswith(ON_AGENDA) and {"party_id", "site_id", "serial_item_id"} & ask.model_fields_set:
        first = f"({first} + interval '0')"  # the calls are few and come first; a walk through the agenda is long
    return f"({every} order by {first} desc, {own['id']} desc limit {max(1, min(ask.limit, 500)) + 1})"


def _within_days(kind: Kind, ask: Search) -> list[str]:
    """The days asked, in the kind's own column."""
    if kind.on is not None:
        limits = (f"{kind.on} >= %(from_on)s::date", f"{kind.on} <= %(until)s::date")
    else:
        at = kind.columns["at"]
        first, beyond = f"%(from_on)s::date::timestamp {ROME}", f"(%(until)s::date + 1)::timestamp {ROME}"
        limits = (f"{at} >= {first}", f"{at} < {beyond}")
    return [limit for limit, day in zip(limits, (ask.from_on, ask.until), strict=True) if day is not None]


def _behind(kind: Kind, ask: Search) -> list[str]:
    """What comes behind the cursor in the order of the whole; the first of the two is what an index can begin with."""
    if ask.after is None or ask.sort is not None:
        return []
    at, own_id = kind.columns["at"], kind.columns["id"]
    instant = "%(after_0)s::timestamptz"
    first = f"{kind.on} <= ({instant} {ROME})::date" if kind.on else f"{at} <= {instant}"
    last = f"({at}, '{kind.name}'::text, {own_id}) < (%(after_0)s::timestamptz, %(after_1)s::text, %(after_2)s::uuid)"
    return [first, last]


def _listed(own: dict[str, str]) -> str:
    return "select " + ", ".join(f"{own.get(name, 'null')}::{kind} as {name}" for name, kind in COLUMNS.items())
