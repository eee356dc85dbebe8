"""Pick lists (liste di prelievo): what is to be taken, what was, and which delivery notes came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.pick_list import PickList
from projections.base import Ask, Page, Reader, ReadModel, Rows, Table, on, page

PICKS = Table(
    "pick_list",
    {
        "pick_list_id": "uuid", "number": "text", "made_on": "date", "needed_on": "date", "state": "text",
        "to_warehouse_id": "uuid", "to_warehouse": "text", "reason": "text", "notes": "jsonb", "is_short": "boolean",
    },
    ("pick_list_id",),
    ("made_on", "number", "state"),
)  # fmt: skip
LINE = Table(
    "pick_list_line",
    {
        "pick_list_id": "uuid", "line_no": "integer", "line_id": "uuid", "article_id": "uuid", "code": "text",
        "description": "text", "quantity": "numeric", "picked": "numeric", "unit": "text", "warehouse_id": "uuid",
        "warehouse": "text", "serials": "jsonb", "lots": "jsonb", "record_kind": "text", "record_id": "uuid",
        "record_number": "text", "on_hand": "numeric",
    },
    ("pick_list_id", "line_no"),
    ("record_id",),
)  # fmt: skip


class PickLists(ReadModel):
    """Pick lists with their lines."""

    NAME = "pick_lists"
    TABLES = (PICKS, LINE)

    @on(PickList.Made)
    def made(self, fact: PickList.Made, rows: Rows) -> None:
        """Somebody is to take goods."""
        named = fact.model_dump(include={"number", "made_on", "needed_on", "to_warehouse_id", "to_warehouse"})
        rows.put(PICKS, {"pick_list_id": fact.stream_id, "state": "open", "notes": [], **named})
        for n, line in enumerate(fact.lines, 1):
            said = line.model_dump(exclude={"record", "order_line_id", "serials", "lots"})
            about = {"record_kind": line.record.kind, "record_id": line.record.id, "record_number": line.record.number}
            found = {"serials": list(line.serials), "lots": list(line.lots)}
            rows.put(LINE, {"pick_list_id": fact.stream_id, "line_no": n, **said, **about, **found})

    @on(PickList.Confirmed)
    def confirmed(self, fact: PickList.Confirmed, rows: Rows) -> None:
        """The goods were taken, with the pieces and lots that were."""
        picked = {one.line_id: one for one in fact.picked}
        is_short = False
        for line in rows.select(LINE, pick_list_id=fact.stream_id):
            one = picked.get(line["line_id"])
            quantity = one.quantity if one else Decimal(0)
            is_short = is_short or quantity < line["quantity"]
            taken = {"serials": list(one.serials), "lots": list(one.lots)} if one else {}
            rows.put(LINE, {**line, "picked": quantity, **taken})
        notes = [note.model_dump(mode="json") for note in fact.notes]
        rows.patch(PICKS, fact.stream_id, state="confirmed", notes=notes, is_short=is_short)

    @on(PickList.Cancelled)
    def cancelled(self, fact: PickList.Cancelled, rows: Rows) -> None:
        """Nobody takes anything by it."""
        rows.patch(PICKS, fact.stream_id, state="cancelled", reason=fact.reason)


class FindPickLists(Page):
    """Pick lists by state, day they are needed, or the order or call they are for."""

    state: str | None = None
    needed_by: date | None = None
    record_id: UUID | None = None
    number: str | None = None


def find_pick_lists(reader: Reader, ask: FindPickLists) -> dict[str, Any]:
    """The lists that match, the newest first; `number` finds one by what its barcode says."""
    return page(
        reader,
        ask,
        """select p.* from {pick_list} p
            where (%(state)s::text is null or state = %(state)s)
              and (%(number)s::text is null or number = %(number)s)
              and (%(needed_by)s::date is null or needed_on <= %(needed_by)s)
              and (%(record_id)s::uuid is null or exists (select 1 from {pick_list_line} l
                    where l.pick_list_id = p.pick_list_id and l.record_id = %(record_id)s))""",
        order=("-made_on", "-number", "-pick_list_id"),
    )


class PickListSheet(Ask):
    """One pick list."""

    pick_list_id: UUID


def pick_list_sheet(reader: Reader, ask: PickListSheet) -> dict[str, Any] | None:
    """The list with its lines, in the order in which one walks: warehouse, then article."""
    params = {"pick_list_id": ask.pick_list_id}
    found = reader.row("select * from {pick_list} where pick_list_id = %(pick_list_id)s", params)
    if found is None:
        return None
    found["lines"] = reader.rows(
        "select * from {pick_list_line} where pick_list_id = %(pick_list_id)s order by warehouse, code, line_no", params
    )
    return found


def calls_of_day(reader: Reader, technician_id: UUID, day: date) -> Sequence[UUID]:
    """The calls a technician visits on an Italian day, in the order of the visits, for commands."""
    rows = reader.rows(
        """select call_id from {agenda}
            where technician_id = %(technician_id)s and state <> 'performed' and dropped_at is null
              and starts_at >= %(day)s::timestamp at time zone 'Europe/Rome'
              and starts_at < %(next)s::timestamp at time zone 'Europe/Rome'
            order by starts_at""",
        {"technician_id": technician_id, "day": day, "next": day + timedelta(days=1)},
    )
    return list(dict.fromkeys(row["call_id"] for row in rows))
