"""All that befell an item (storia della matricola, INS-6): calls, work, parts, readings, warranties, papers, in order.

The entries stand in the read models of their own rooms and are put together when they are asked for; only the parts
fitted into an item are kept here. Words are Italian, because the history is also printed.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.call import Call
from projections.base import Page, Reader, ReadModel, Row, Rows, Table, on, page

PART = Table(
    "serial_part",
    {
        "line_id": "uuid", "serial_item_id": "uuid", "call_id": "uuid", "used_at": "timestamptz", "code": "text",
        "description": "text", "quantity": "numeric", "unit": "text", "serials": "jsonb",
    },
    ("line_id",),
    ("serial_item_id",),
)  # fmt: skip


class SerialHistory(ReadModel):
    """The parts fitted into each item."""

    NAME = "serial-history"
    TABLES = (PART,)

    @on(Call.PartUsed)
    def part_used(self, fact: Call.PartUsed, rows: Rows) -> None:
        """A part went into a machine."""
        used, part = fact.used, fact.used.part
        if used.serial_item_id is None:
            rows.drop(PART, used.line_id)
            return
        rows.put(
            PART,
            {
                **part.model_dump(include={"code", "description", "quantity", "unit"}),
                "line_id": used.line_id,
                "serial_item_id": used.serial_item_id,
                "call_id": fact.stream_id,
                "used_at": fact.act.at,
                "serials": list(part.serial_numbers),
            },
        )

    @on(Call.PartReturned)
    def part_returned(self, fact: Call.PartReturned, rows: Rows) -> None:
        """It, or some of it, was not used after all."""
        back, known = fact.back, rows.get(PART, fact.back.line_id)
        if known is None:
            return
        if known["quantity"] <= back.quantity:
            rows.drop(PART, back.line_id)
            return
        left = [serial for serial in known["serials"] if serial not in back.serial_numbers]
        rows.patch(PART, back.line_id, quantity=known["quantity"] - back.quantity, serials=left)


ID = "%(serial_item_id)s::uuid"
CALLS = "select call_id from {call_item} where serial_item_id = %(serial_item_id)s::uuid"
DAY = "at time zone 'Europe/Rome'"


def _entry(sql_on: str, kind: str, title: str, detail: str, ref: str, number: str, key: str, rest: str) -> str:
    """One kind of entry: its day, words, the record it leads to, and what tells it from others of its day."""
    return (
        f"select ({sql_on})::date as happened_on, '{kind}' as kind, ({title})::text as title,"
        f" ({detail})::text as detail, ({ref})::uuid as record_id, ({number})::text as number,"
        f" '{kind}/' || ({key})::text as key {rest}"
    )


MINE = f"= {ID}"
ENTRIES = (
    _entry(
        "c.opened_on", "call", "c.fault", "c.status", "c.call_id", "c.number", "c.call_id",
        f"from {{call}} c where c.call_id in ({CALLS})",
    ),
    _entry(
        f"coalesce(a.performed_ends_at, a.ends_at, a.starts_at) {DAY}", "activity", "a.kind",
        "concat_ws(', ', t.name, a.state, a.note)", "a.call_id", "c.number", "a.activity_id",
        f"""from {{agenda}} a join {{call}} c using (call_id)
            left join {{technician}} t on t.technician_id = a.technician_id
            where a.call_id in ({CALLS}) and coalesce(a.performed_ends_at, a.ends_at, a.starts_at) is not null""",
    ),
    _entry(
        f"p.used_at {DAY}", "part", "concat_ws(' ', trim_scale(p.quantity)::text, p.unit, p.description)",
        "concat_ws(' ', p.code, nullif(p.serials, '[]')::text)", "p.call_id", "c.number", "p.line_id",
        f"from {{serial_part}} p left join {{call}} c using (call_id) where p.serial_item_id {MINE}",
    ),
    _entry(
        f"r.read_at {DAY}", "reading", "upper(r.kind) || ' ' || r.value", "r.source", "r.serial_item_id",
        "null", "r.reading_id", f"from {{meter_reading}} r where r.serial_item_id {MINE}",
    ),
    _entry(
        f"s.replaced_at {DAY}", "meter", "upper(s.kind)", "s.final || ' → ' || s.initial", "s.serial_item_id",
        "null", "s.kind || s.replaced_at", f"from {{meter_swap}} s where s.serial_item_id {MINE}",
    ),
    _entry(
        "w.starts_on", "warranty", "w.kind", "concat_ws(', ', to_char(w.ends_on, 'DD/MM/YYYY'), w.source)",
        "w.serial_item_id", "null", "w.warranty_id", f"from {{warranty}} w where w.serial_item_id {MINE}",
    ),
    _entry(
        "m.from_on", "move", "p.name", "concat_ws(', ', s.name, m.location)", "m.owner_id", "null", "m.from_on",
        f"""from {{serial_item_move}} m left join {{party}} p on p.party_id = m.owner_id
            left join {{party_site}} s on s.site_id = m.site_id where m.serial_item_id {MINE}""",
    ),
    _entry(
        "t.from_on", "status", "t.status", "null", "t.serial_item_id", "null", "t.from_on",
        f"from {{serial_item_status}} t where t.serial_item_id {MINE}",
    ),
    _entry(
        "x.from_on", "parent", "coalesce(w.product, '–')", "w.number", "x.parent_id", "w.number", "x.from_on",
        f"""from {{serial_item_parent}} x left join {{serial_item}} w on w.serial_item_id = x.parent_id
            where x.serial_item_id {MINE} and (x.parent_id is not null or exists (
                  select from {{serial_item_parent}} e
                   where e.serial_item_id = x.serial_item_id and e.from_on < x.from_on))""",
    ),
    _entry(
        "i.replaced_on", "replacement", "n.product", "n.number", "i.successor_id", "n.number", "i.serial_item_id",
        f"""from {{serial_item}} i join {{serial_item}} n on n.serial_item_id = i.successor_id
            where i.serial_item_id {MINE} or i.successor_id {MINE}""",
    ),
    _entry(
        "min(v.from_on)", "contract", "min(v.kind)", "to_char(max(v.to_on), 'DD/MM/YYYY')", "v.contract_id",
        "min(v.number)", "v.contract_id",
        f"from {{contract_coverage}} v where v.target_id {MINE} group by v.contract_id",
    ),
    _entry(
        "q.dated_on", "quote", "q.subject", "q.status", "q.quote_id", "q.number", "q.quote_id",
        f"from {{quote}} q where q.call_id in ({CALLS})",
    ),
    _entry(
        f"r.requested_at {DAY}", "rma", "coalesce(i.fault, i.description)", "concat_ws(', ', i.state, i.outcome)",
        "r.rma_id", "r.number", "i.item_id",
        f"from {{rma_item}} i join {{rma}} r using (rma_id) where i.serial_item_id {MINE}",
    ),
    _entry(
        "d.dated_on", "document", "d.title", "d.kind", "d.document_id", "d.number", "d.document_id",
        f"""from {{issued_document}} d where d.stream_id {MINE} or d.stream_id in ({CALLS})
            or d.record_id in (select quote_id from {{quote}} where call_id in ({CALLS}))""",  # noqa: S608 - own words only
    ),
    _entry(
        "v.issued_on", "invoice", "l.description", "l.amount::text", "v.invoice_id", "v.number",
        "v.invoice_id || '/' || l.number",
        f"""from {{invoice}} v join {{invoice_line}} l using (invoice_id)
            where v.customer_id in (select owner_id from {{serial_item_move}} where serial_item_id {MINE})
              and v.state = 'issued' and not coalesce(l.is_excluded, false)
              and ((l.line -> 'serial_item_ids') @> to_jsonb({ID}::text)
                   or (l.line #>> '{{{{source,record,id}}}}')::uuid in ({CALLS}))""",  # noqa: S608 - own words only
    ),
)  # fmt: skip
MONEY = ("invoice",)
"""Kinds of entries that tell amounts."""


class ItemHistory(Page):
    """The history of an item, the newest first, of some days or of one kind of entry."""

    serial_item_id: UUID
    from_on: date | None = None
    until_on: date | None = None
    kind: str | None = None


def item_history(reader: Reader, ask: ItemHistory) -> dict[str, Any] | None:
    """The item and its entries with where each leads: what is known of it and of its calls, contracts and papers."""
    item = _item(reader, ask.serial_item_id)
    return {**item, **entries(reader, ask)} if item else None


def item_work_history(reader: Reader, ask: ItemHistory) -> dict[str, Any] | None:
    """The history without what was billed: for those who do the work."""
    item = _item(reader, ask.serial_item_id)
    return {**item, **entries(reader, ask, without=MONEY)} if item else None


def entries(reader: Reader, ask: ItemHistory, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """A page of entries."""
    return page(
        reader,
        ask,
        f"""select * from ({" union all ".join(ENTRIES)}) h
             where (%(from_on)s::date is null or happened_on >= %(from_on)s)
               and (%(until_on)s::date is null or happened_on <= %(until_on)s)
               and (%(kind)s::text is null or kind = %(kind)s) and kind <> all(%(without)s::text[])""",  # noqa: S608 - own words only
        order=("-happened_on", "-key"),
        without=list(without),
    )


def every_entry(reader: Reader, serial_item_id: UUID, from_on: date | None, until_on: date | None) -> list[Row]:
    """All entries of an item, the oldest first, as they are printed; amounts stay out."""
    ask = ItemHistory(serial_item_id=serial_item_id, from_on=from_on, until_on=until_on, limit=500)
    found: list[Row] = []
    while True:
        part = entries(reader, ask, without=MONEY)
        found += part["items"]
        if part["next"] is None:
            return found[::-1]
        ask = ask.model_copy(update={"after": part["next"]})


def _item(reader: Reader, serial_item_id: UUID) -> Row | None:
    return reader.row(
        """select i.serial_item_id, i.number, i.manufacturer, i.product, i.type, i.installed_on, i.replaced_on,
                  p.name as owner_name, s.name as site_name, i.location
             from {serial_item} i left join {party} p on p.party_id = i.owner_id
             left join {party_site} s on s.site_id = i.site_id where i.serial_item_id = %(id)s""",
        {"id": serial_item_id},
    )
