"""Return authorisations (RMA): where each stands, its items, documents, replacements and loaners."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rma_items import RmaItem
from aggregates.rma_state import ItemState, rma_status
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

RMA = Table(
    "rma",
    {
        "rma_id": "uuid", "number": "text", "customer_id": "uuid", "customer": "text", "status": "text",
        "requested_at": "timestamptz", "authorised_on": "date", "received_on": "date", "closed": "boolean",
        "cancelled": "boolean", "items": "integer", "call_id": "uuid", "call_number": "text",
        "customer_reference": "text", "notes": "text", "reason": "text",
    },
    ("rma_id",),
    ("status", "customer_id"),
)  # fmt: skip
ITEM = Table(
    "rma_item",
    {
        "item_id": "uuid", "rma_id": "uuid", "line_no": "integer", "description": "text", "serial": "text",
        "serial_item_id": "uuid", "article_id": "uuid", "fault": "text", "quantity": "numeric", "received": "numeric",
        "unexpected": "boolean", "state": "text", "condition": "text", "findings": "text", "cause": "text",
        "under_warranty": "boolean", "outcome": "text", "outcome_reason": "text", "sender_number": "text",
        "sender_dated_on": "date", "note_id": "uuid", "note_number": "text", "replacement_note_id": "uuid",
        "replacement_note_number": "text", "replacement_serial": "text", "replacement_article_id": "uuid",
        "claim_accepted": "boolean",
    },
    ("item_id",),
    ("rma_id", "serial"),
)  # fmt: skip
LOANER = Table(
    "rma_loaner",
    {
        "rma_id": "uuid", "note_id": "uuid", "note_number": "text", "description": "text", "serials": "jsonb",
        "back": "boolean",
    },
    ("rma_id", "note_id"),
)  # fmt: skip


class Rmas(ReadModel):
    """Returns of customers' goods (resi autorizzati)."""

    NAME = "rmas"
    TABLES = (RMA, ITEM, LOANER)

    @on(Rma.Requested)
    def requested(self, fact: Rma.Requested, rows: Rows) -> None:
        """A return is asked for."""
        rows.put(
            RMA,
            {
                "rma_id": fact.stream_id,
                "customer_id": fact.customer.party_id,
                "customer": fact.customer.name,
                "requested_at": fact.act.at,
                "closed": False,
                "cancelled": False,
                "items": 0,
                "call_id": fact.call.id if fact.call else None,
                "call_number": fact.call.number if fact.call else None,
                **fact.model_dump(include={"customer_reference", "notes"}),
            },
        )
        _add(rows, fact.stream_id, fact.items, unexpected=False)
        _stand(rows, fact.stream_id)

    @on(Rma.Authorised)
    def authorised(self, fact: Rma.Authorised, rows: Rows) -> None:
        """It has its number."""
        rows.patch(RMA, fact.stream_id, number=fact.number, authorised_on=fact.authorised_on)
        _stand(rows, fact.stream_id)

    @on(Rma.Received)
    def received(self, fact: Rma.Received, rows: Rows) -> None:
        """Goods came in."""
        _add(rows, fact.stream_id, fact.unexpected, unexpected=True)
        note = fact.sender_note
        sender = {"sender_number": note.number, "sender_dated_on": note.dated_on} if note else {}
        came = [(one.item_id, one.quantity, one.condition) for one in fact.items]
        came += [(one.item_id, one.quantity, None) for one in fact.unexpected]
        for item_id, quantity, condition in came:
            item = rows.get(ITEM, item_id)
            if item is not None:
                whole = item["received"] + quantity
                state = _later(item["state"], ItemState.RECEIVED)
                condition = condition or item["condition"]
                rows.patch(ITEM, item_id, received=whole, condition=condition, state=state, **sender)
        rows.patch(RMA, fact.stream_id, received_on=fact.received_on)
        _stand(rows, fact.stream_id)

    @on(Rma.Diagnosed)
    def diagnosed(self, fact: Rma.Diagnosed, rows: Rows) -> None:
        """It is known what is wrong with an item."""
        item = rows.get(ITEM, fact.item_id)
        state = _later(item["state"] if item else "", ItemState.DIAGNOSED)
        found = fact.model_dump(include={"findings", "cause", "under_warranty"})
        rows.patch(ITEM, fact.item_id, state=state, **found)
        _stand(rows, fact.stream_id)

    @on(Rma.OutcomeDecided)
    def outcome_decided(self, fact: Rma.OutcomeDecided, rows: Rows) -> None:
        """It is decided what becomes of an item."""
        state = ItemState.DECIDED if fact.outcome.return_reason else ItemState.SETTLED
        decided = {"outcome": fact.outcome.value, "outcome_reason": fact.reason}
        rows.patch(ITEM, fact.item_id, state=state.value, **decided)
        _stand(rows, fact.stream_id)

    @on(Rma.ReplacementSent)
    def replacement_sent(self, fact: Rma.ReplacementSent, rows: Rows) -> None:
        """Another piece went out for an item."""
        sent = {"replacement_serial": fact.serial, "replacement_article_id": fact.article_id}
        rows.patch(ITEM, fact.item_id, **sent, **_note(fact.note, "replacement_"))

    @on(Rma.ClaimDecided)
    def claim_decided(self, fact: Rma.ClaimDecided, rows: Rows) -> None:
        """The claim for a replacement held or failed."""
        for item in rows.select(ITEM, rma_id=fact.stream_id):
            if item["replacement_note_id"] == fact.note.id:
                rows.patch(ITEM, item["item_id"], claim_accepted=fact.accepted)

    @on(Rma.Shipped)
    def shipped(self, fact: Rma.Shipped, rows: Rows) -> None:
        """Items went back."""
        for item_id in fact.item_ids:
            rows.patch(ITEM, item_id, state=ItemState.SETTLED.value, **_note(fact.note))
        _stand(rows, fact.stream_id)

    @on(Rma.NoteCancelled)
    def note_cancelled(self, fact: Rma.NoteCancelled, rows: Rows) -> None:
        """What left with a cancelled note is here again."""
        for item in rows.select(ITEM, rma_id=fact.stream_id):
            if item["note_id"] == fact.note.id:
                rows.patch(ITEM, item["item_id"], state=ItemState.DECIDED.value, note_id=None, note_number=None)
            if item["replacement_note_id"] == fact.note.id:
                gone = {"replacement_serial": None, "replacement_article_id": None, "claim_accepted": None}
                nothing = {"replacement_note_id": None, "replacement_note_number": None}
                rows.patch(ITEM, item["item_id"], **gone, **nothing)
        rows.drop(LOANER, fact.stream_id, fact.note.id)
        _stand(rows, fact.stream_id)

    @on(Rma.LoanerGiven)
    def loaner_given(self, fact: Rma.LoanerGiven, rows: Rows) -> None:
        """The customer has a loaner."""
        loaner = {"description": fact.description, "serials": list(fact.serials), "back": False}
        rows.put(LOANER, {"rma_id": fact.stream_id, **_note(fact.note), **loaner})

    @on(Rma.LoanerReturned)
    def loaner_returned(self, fact: Rma.LoanerReturned, rows: Rows) -> None:
        """The loaner is back."""
        rows.patch(LOANER, fact.stream_id, fact.note.id, back=True)

    @on(Rma.Closed)
    def closed(self, fact: Rma.Closed, rows: Rows) -> None:
        """Nothing is left to do."""
        rows.patch(RMA, fact.stream_id, closed=True, reason=fact.act.why)
        _stand(rows, fact.stream_id)

    @on(Rma.Cancelled)
    def cancelled(self, fact: Rma.Cancelled, rows: Rows) -> None:
        """Withdrawn."""
        rows.patch(RMA, fact.stream_id, cancelled=True, reason=fact.reason)
        _stand(rows, fact.stream_id)


def _add(rows: Rows, rma_id: UUID, items: Iterable[RmaItem], *, unexpected: bool) -> None:
    rma = rows.get(RMA, rma_id) or {"items": 0}
    line_no = rma["items"]
    for item in items:
        line_no += 1
        fresh = {"received": Decimal(0), "state": ItemState.EXPECTED.value, "unexpected": unexpected}
        rows.put(ITEM, {"rma_id": rma_id, "line_no": line_no, **item.model_dump(), **fresh})
    rows.patch(RMA, rma_id, items=line_no)


def _note(note: RecordRef, prefix: str = "") -> Row:
    return {f"{prefix}note_id": note.id, f"{prefix}note_number": note.number}


def _later(state: str, reached: ItemState) -> str:
    """An item that is further already stays there: decided on the first pieces, the rest may still come."""
    order = [one.value for one in ItemState]
    return state if state in order and order.index(state) > order.index(reached.value) else reached.value


def _stand(rows: Rows, rma_id: UUID) -> None:
    rma = rows.get(RMA, rma_id)
    if rma is not None:
        items = [ItemState(item["state"]) for item in rows.select(ITEM, rma_id=rma_id)]
        numbered = rma["number"] is not None
        status = rma_status(numbered=numbered, cancelled=rma["cancelled"], closed=rma["closed"], items=items)
        rows.patch(RMA, rma_id, status=status.value)


class FindRmas(Page):
    """Returns by the words in number, customer or serials, by status or customer; `live` leaves out the ended ones."""

    text: str | None = None
    status: str | None = None
    customer_id: UUID | None = None
    live: bool = False


def find_rmas(reader: Reader, ask: FindRmas) -> dict[str, Any]:
    """The returns that match, the oldest first."""
    return page(
        reader,
        ask,
        """select r.*, (select count(*) from {rma_item} i where i.rma_id = r.rma_id and i.received > 0) as items_in,
                  exists (select 1 from {rma_loaner} l where l.rma_id = r.rma_id and not l.back) as loaner_out
             from {rma} r
            where (%(text)s::text is null
                   or concat_ws(' ', number, customer, customer_reference) ilike '%%' || %(text)s || '%%'
                   or exists (select 1 from {rma_item} i where i.rma_id = r.rma_id and i.serial ilike %(text)s::text))
              and (%(status)s::text is null or status = %(status)s)
              and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)
              and (not %(live)s::boolean or not (closed or cancelled))""",
        order=("requested_at", "rma_id"),
    )


class RmaSheet(Ask):
    """One return."""

    rma_id: UUID


def rma_sheet(reader: Reader, ask: RmaSheet) -> dict[str, Any] | None:
    """The return with its items and loaners."""
    params = {"rma_id": ask.rma_id}
    rma = reader.row("select * from {rma} where rma_id = %(rma_id)s", params)
    if rma is None:
        return None
    rma["items"] = reader.rows("select * from {rma_item} where rma_id = %(rma_id)s order by line_no", params)
    rma["loaners"] = reader.rows("select * from {rma_loaner} where rma_id = %(rma_id)s order by note_number", params)
    return rma


def open_rma_of_serial(reader: Reader, serial: str, except_id: UUID) -> str | None:
    """The number of the open return that holds a serial; for commands."""
    row = reader.row(
        """select coalesce(r.number, r.rma_id::text) as number from {rma} r join {rma_item} i using (rma_id)
            where i.serial = %(serial)s and i.state <> 'settled' and not r.closed and not r.cancelled
              and r.rma_id <> %(except_id)s""",
        {"serial": serial, "except_id": except_id},
    )
    return row["number"] if row else None
