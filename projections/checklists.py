"""Protocols, the checklists opened from them, and those that rules still ask for (protocolli, liste di controllo)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.checklist import Checklist, FrozenChecklist
from aggregates.protocol import Protocol, ProtocolTerms, ProtocolVersion
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

PROTOCOL = Table(
    "protocol",
    {
        "protocol_id": "uuid", "code": "text", "name": "text", "blocks_closing": "boolean", "active": "boolean",
        "rules": "jsonb", "versions": "jsonb", "first_on": "date",
    },
    ("protocol_id",),
    ("code",),
)  # fmt: skip
RULE = Table(
    "protocol_rule",
    {
        "protocol_id": "uuid", "number": "integer", "activity_kind": "text", "product_type": "text",
        "article_code": "text", "contract_id": "uuid", "about_items": "boolean",
    },
    ("protocol_id", "number"),
)  # fmt: skip
CHECKLIST = Table(
    "checklist",
    {
        "checklist_id": "uuid", "call_id": "uuid", "serial_item_id": "uuid", "activity_id": "uuid",
        "protocol_id": "uuid", "protocol": "text", "name": "text", "blocks_closing": "boolean", "state": "text",
        "opened_at": "timestamptz", "completed_at": "timestamptz", "operations": "integer", "answered": "jsonb",
        "out_of_limits": "jsonb",
    },
    ("checklist_id",),
    ("call_id", "serial_item_id where serial_item_id is not null", "state, opened_at"),
)  # fmt: skip


class Checklists(ReadModel):
    """What is to be checked, and how far it is; the answers themselves are read from the checklist's stream."""

    NAME = "checklists"
    TABLES = (PROTOCOL, RULE, CHECKLIST)

    @on(Protocol.Defined)
    def defined(self, fact: Protocol.Defined, rows: Rows) -> None:
        """A protocol appears."""
        rows.put(PROTOCOL, {"protocol_id": fact.stream_id, "code": fact.code, "versions": [], **_terms(fact.terms)})
        _put_rules(rows, fact.stream_id, fact.terms)

    @on(Protocol.Changed)
    def changed(self, fact: Protocol.Changed, rows: Rows) -> None:
        """It holds in other cases."""
        rows.patch(PROTOCOL, fact.stream_id, **_terms(fact.terms))
        _put_rules(rows, fact.stream_id, fact.terms)

    @on(Protocol.OperationsSet)
    def operations_set(self, fact: Protocol.OperationsSet, rows: Rows) -> None:
        """Other operations from a day on."""
        row = rows.get(PROTOCOL, fact.stream_id)
        if row is not None:
            versions = _replaced(row["versions"], fact.version)
            first_on = min(date.fromisoformat(one["from_on"]) for one in versions)
            rows.patch(PROTOCOL, fact.stream_id, versions=versions, first_on=first_on)

    @on(Checklist.Opened)
    def opened(self, fact: Checklist.Opened, rows: Rows) -> None:
        """A call has a checklist."""
        about = fact.model_dump(include={"call_id", "serial_item_id", "activity_id"})
        protocol = {
            "protocol_id": fact.protocol.protocol_id,
            "protocol": fact.protocol.code,
            "name": fact.protocol.name,
        }
        begun = {"state": "open", "opened_at": fact.act.at, "operations": len(fact.operations), "answered": {}}
        rows.put(
            CHECKLIST,
            {
                "checklist_id": fact.stream_id,
                "blocks_closing": fact.protocol.blocks_closing,
                "out_of_limits": [],
                **about,
                **protocol,
                **begun,
            },
        )

    @on(Checklist.Answered)
    def answered(self, fact: Checklist.Answered, rows: Rows) -> None:
        """An operation has an answer; the last in the world counts."""
        row = rows.get(CHECKLIST, fact.stream_id)
        if row is None:
            return
        result = fact.result
        rank = [result.at.isoformat(), *result.rank[1:]]
        if row["answered"].get(result.key, [""]) >= rank:
            return
        others = [key for key in row["out_of_limits"] if key != result.key]
        outside = sorted([*others, result.key]) if result.is_out_of_limits else others
        rows.patch(CHECKLIST, fact.stream_id, answered={**row["answered"], result.key: rank}, out_of_limits=outside)

    @on(Checklist.Completed)
    def completed(self, fact: Checklist.Completed, rows: Rows) -> None:
        """Nothing mandatory is left."""
        rows.patch(CHECKLIST, fact.stream_id, state="complete", completed_at=fact.act.at)

    @on(Checklist.Dropped)
    def dropped(self, fact: Checklist.Dropped, rows: Rows) -> None:
        """It was not wanted."""
        rows.patch(CHECKLIST, fact.stream_id, state="dropped")

    @on(Checklist.TakenUp)
    def taken_up(self, fact: Checklist.TakenUp, rows: Rows) -> None:
        """It is wanted after all."""
        row = rows.get(CHECKLIST, fact.stream_id)
        if row is not None:
            rows.patch(CHECKLIST, fact.stream_id, state="complete" if row["completed_at"] else "open")


def _terms(terms: ProtocolTerms) -> Row:
    told = terms.model_dump(mode="json", include={"name", "blocks_closing", "active"})
    return {**told, "rules": [rule.model_dump(mode="json", exclude_none=True) for rule in terms.rules]}


def _put_rules(rows: Rows, protocol_id: UUID, terms: ProtocolTerms) -> None:
    for known in rows.select(RULE, protocol_id=protocol_id):
        rows.drop(RULE, protocol_id, known["number"])
    for number, rule in enumerate(terms.rules if terms.active else ()):
        row = {"protocol_id": protocol_id, "number": number, "about_items": rule.about_items}
        rows.put(RULE, {**row, **rule.model_dump()})


def _replaced(versions: list[Any], version: ProtocolVersion) -> list[Any]:
    told = version.model_dump(mode="json")
    others = [one for one in versions if one["from_on"] != told["from_on"]]
    return sorted([*others, told], key=lambda one: str(one["from_on"]))


class FindProtocols(Page):
    """The protocols that the company has defined, with their operations by day."""

    active: bool | None = None


class FindChecklists(Page):
    """Checklists of a call or of an item, or all in a state: `open`, `complete`, `dropped`."""

    call_id: UUID | None = None
    serial_item_id: UUID | None = None
    state: str | None = None


class ChecklistSheet(Ask):
    """One checklist."""

    checklist_id: UUID


class ChecklistsDue(Page):
    """Checklists that rules of protocols or maintenance plans ask for and nobody has opened yet."""


def find_protocols(reader: Reader, ask: FindProtocols) -> dict[str, Any]:
    """Protocols by code."""
    sql = "select * from {protocol} where %(active)s::boolean is null or active = %(active)s"
    return page(reader, ask, sql, order=("code", "protocol_id"))


def find_checklists(reader: Reader, ask: FindChecklists) -> dict[str, Any]:
    """Checklists in the order in which they were opened, with how many operations are answered."""
    return page(
        reader,
        ask,
        """select checklist_id, call_id, serial_item_id, activity_id, protocol, name, blocks_closing, state, opened_at,
                  completed_at, operations, out_of_limits,
                  (select count(*) from jsonb_object_keys(answered))::integer as answered
             from {checklist}
            where (%(call_id)s::uuid is null or call_id = %(call_id)s)
              and (%(serial_item_id)s::uuid is null or serial_item_id = %(serial_item_id)s)
              and (%(state)s::text is null or state = %(state)s)""",
        order=("opened_at", "checklist_id"),
    )


def checklist_sheet(reader: Reader, ask: ChecklistSheet) -> dict[str, Any] | None:
    """The checklist with its operations, the answers that count, what is missing and which calls are proposed."""
    row = reader.row("select * from {checklist} where checklist_id = %(checklist_id)s", ask.model_dump())
    checklist = reader.record(ask.checklist_id)
    if row is None or not isinstance(checklist, Checklist):
        return None
    return {
        **{name: value for name, value in row.items() if name not in ("answered", "operations")},
        "version": checklist.version,
        "operations": [one.model_dump(mode="json") for one in checklist.operations],
        "results": [one.model_dump(mode="json") for one in checklist.frozen().results],
        "missing": list(checklist.missing()),
        "proposes_call": [one.key for one in checklist.proposed_calls()],
    }


def checklist_results_for(reader: Reader, call_id: UUID) -> tuple[FrozenChecklist, ...]:
    """See `Lookups.checklist_results_for`."""
    sql = """select checklist_id from {checklist} where call_id = %(call_id)s and state <> 'dropped'
              order by opened_at, checklist_id"""
    found = [reader.record(row["checklist_id"]) for row in reader.rows(sql, {"call_id": call_id})]
    return tuple(one.frozen() for one in found if isinstance(one, Checklist))


def checklists_due(reader: Reader, ask: ChecklistsDue) -> dict[str, Any]:
    """Call, protocol and item of what is still to be opened, for activities planned on running calls.

    A rule about items asks for one checklist for each item of the call that it fits; a maintenance plan that names a
    protocol for each item that it sends somebody to.
    """
    return page(
        reader,
        ask,
        """select a.call_id, min(a.activity_id::text)::uuid as activity_id, p.protocol_id, p.code as protocol,
                  i.serial_item_id, a.call_id::text || coalesce(i.serial_item_id::text, '') || p.protocol_id as due
             from {protocol_rule} r
             join {protocol} p on p.protocol_id = r.protocol_id and p.first_on is not null
             join {agenda} a on a.state in ('planned', 'assigned', 'arrived')
                            and (r.activity_kind is null or lower(a.kind) = lower(r.activity_kind))
             join {call} c on c.call_id = a.call_id and c.status not in ('closed', 'cancelled')
                          and (r.contract_id is null or c.contract_id = r.contract_id)
             left join lateral (
                  select s.serial_item_id from {call_item} ci
                    join {serial_item} s on s.serial_item_id = ci.serial_item_id
                   where ci.call_id = c.call_id and r.about_items
                     and (r.product_type is null or lower(s.type) = lower(r.product_type))
                     and (r.article_code is null or lower(s.article_code) = lower(r.article_code))) i on true
            where (i.serial_item_id is not null or not r.about_items)
              and not exists (select from {checklist} k
                               where k.call_id = a.call_id and k.protocol_id = p.protocol_id
                                 and k.serial_item_id is not distinct from i.serial_item_id)
            group by a.call_id, p.protocol_id, p.code, i.serial_item_id
            union
           select c.call_id, min(a.activity_id::text)::uuid, p.protocol_id, p.code, ci.serial_item_id,
                  c.call_id::text || ci.serial_item_id || p.protocol_id
             from {agenda} a
             join {call} c on c.call_id = a.call_id and c.status not in ('closed', 'cancelled')
                          and c.maintenance -> 'occurrences' is not null
            cross join lateral jsonb_array_elements(c.maintenance -> 'occurrences') o
             join {protocol} p on lower(p.code) = lower(trim(case when o ->> 'plan_id' is null
                                                                  then c.maintenance ->> 'protocol'
                                                                  else o ->> 'protocol' end))
                              and p.active and p.first_on is not null
             join {call_item} ci on ci.call_id = c.call_id and ci.serial_item_id::text = o ->> 'serial_item_id'
            where a.state in ('planned', 'assigned', 'arrived')
              and not exists (select from {checklist} k
                               where k.call_id = c.call_id and k.protocol_id = p.protocol_id
                                 and k.serial_item_id = ci.serial_item_id)
            group by c.call_id, p.protocol_id, p.code, ci.serial_item_id""",
        order=("due",),
    )
