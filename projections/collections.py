"""Batches for the bank (distinte), with their lines, and customers' mandates (mandati SDD)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.collection import Collection
from aggregates.collection_values import CollectionMethod, CollectionState, LineState
from aggregates.mandate import Mandate
from projections.base import Ask, Page, Reader, ReadModel, Rows, Table, on, page
from projections.contracts import TODAY

COLLECTION = Table(
    "collection",
    {
        "collection_id": "uuid", "number": "text", "method": "text", "state": "text", "prepared_on": "date",
        "sent_on": "date", "lines": "integer", "total": "numeric", "settled": "numeric", "returned": "numeric",
        "reason": "text",
    },
    ("collection_id",),
    ("prepared_on, collection_id", "state"),
)  # fmt: skip
LINE = Table(
    "collection_line",
    {
        "collection_id": "uuid", "line": "integer", "record_id": "uuid", "part": "integer", "document": "text",
        "customer_id": "uuid", "customer_code": "text", "customer": "text", "due_on": "date", "collect_on": "date",
        "amount": "numeric", "end_to_end_id": "text", "mandate": "text", "sequence": "text", "state": "text",
        "settled_on": "date", "returned_on": "date", "code": "text", "reason": "text",
    },
    ("collection_id", "line"),
    ("end_to_end_id", "record_id", "customer_id"),
)  # fmt: skip
MANDATE = Table(
    "mandate",
    {
        "mandate_id": "uuid", "customer_id": "uuid", "reference": "text", "signed_on": "date", "scheme": "text",
        "state": "text", "uses": "integer", "last_used_on": "date", "revoked_on": "date", "position": "bigint",
    },
    ("mandate_id",),
    ("customer_id, signed_on",),
)  # fmt: skip
NOTHING = Decimal("0.00")
FREE = "d.open > 0 and d.collection_id is null and not d.is_refused"
"""Due dates that a batch may take."""


class Collections(ReadModel):
    """Batches for the bank, line by line, and the mandates that direct debits rest on."""

    NAME = "collections"
    TABLES = (COLLECTION, LINE, MANDATE)

    @on(Collection.Prepared)
    def prepared(self, fact: Collection.Prepared, rows: Rows) -> None:
        """A batch appears with its lines."""
        rows.put(
            COLLECTION,
            {
                "collection_id": fact.stream_id,
                "number": fact.number,
                "method": fact.method.value,
                "state": CollectionState.PREPARED.value,
                "prepared_on": fact.prepared_on,
                "lines": len(fact.lines),
                "total": sum((line.amount for line in fact.lines), NOTHING),
                "settled": NOTHING,
                "returned": NOTHING,
            },
        )
        for line in fact.lines:
            told = {"record_id", "part", "document", "customer_id", "customer_code", "due_on", "collect_on", "amount"}
            rows.put(
                LINE,
                {
                    "collection_id": fact.stream_id,
                    "line": line.number,
                    "customer": line.name,
                    "end_to_end_id": line.end_to_end_id,
                    "mandate": line.mandate.reference if line.mandate else None,
                    "sequence": line.mandate.sequence.value if line.mandate else None,
                    "state": LineState.OPEN.value,
                    **line.model_dump(include=told),
                },
            )

    @on(Collection.Sent)
    def sent(self, fact: Collection.Sent, rows: Rows) -> None:
        """The bank has it."""
        rows.patch(COLLECTION, fact.stream_id, state=CollectionState.SENT.value, sent_on=fact.sent_on)

    @on(Collection.Settled)
    def settled(self, fact: Collection.Settled, rows: Rows) -> None:
        """The bank paid lines."""
        for number in fact.lines:
            told = {"state": LineState.SETTLED.value, "settled_on": fact.settled_on}
            rows.patch(LINE, fact.stream_id, number, **told)
        _summed(rows, fact.stream_id)

    @on(Collection.Returned)
    def returned(self, fact: Collection.Returned, rows: Rows) -> None:
        """A line came back."""
        told = fact.model_dump(include={"returned_on", "code", "reason"})
        rows.patch(LINE, fact.stream_id, fact.line, state=LineState.RETURNED.value, **told)
        _summed(rows, fact.stream_id)

    @on(Collection.Cancelled)
    def cancelled(self, fact: Collection.Cancelled, rows: Rows) -> None:
        """It was given up."""
        rows.patch(COLLECTION, fact.stream_id, state=CollectionState.CANCELLED.value, reason=fact.reason)

    @on(Mandate.Signed)
    def signed(self, fact: Mandate.Signed, rows: Rows) -> None:
        """A mandate; the account is in the record, for those who may see it."""
        told = fact.model_dump(include={"customer_id", "reference", "signed_on"})
        shown = {"scheme": fact.scheme.value, "state": "active", "uses": 0, "position": rows.now.position}
        rows.put(MANDATE, {"mandate_id": fact.stream_id, **told, **shown})

    @on(Mandate.Used)
    def used(self, fact: Mandate.Used, rows: Rows) -> None:
        """A batch debits under it."""
        row = rows.get(MANDATE, fact.stream_id)
        if row is not None:
            rows.patch(MANDATE, fact.stream_id, uses=row["uses"] + 1, last_used_on=fact.collect_on)

    @on(Mandate.UseWithdrawn)
    def use_withdrawn(self, fact: Mandate.UseWithdrawn, rows: Rows) -> None:
        """It does not, after all."""
        row = rows.get(MANDATE, fact.stream_id)
        if row is not None:
            rows.patch(MANDATE, fact.stream_id, uses=row["uses"] - 1)

    @on(Mandate.Revoked)
    def revoked(self, fact: Mandate.Revoked, rows: Rows) -> None:
        """Nothing more is debited under it."""
        rows.patch(MANDATE, fact.stream_id, state="revoked", revoked_on=fact.revoked_on)


def _summed(rows: Rows, collection_id: UUID) -> None:
    """What was settled and what came back; the batch is settled when no line is open."""
    lines = rows.select(LINE, collection_id=collection_id)
    sums = {
        state.value: sum((line["amount"] for line in lines if line["state"] == state.value), NOTHING)
        for state in (LineState.SETTLED, LineState.RETURNED)
    }
    is_over = all(line["state"] != LineState.OPEN.value for line in lines)
    state = CollectionState.SETTLED if is_over else CollectionState.SENT
    rows.patch(COLLECTION, collection_id, state=state.value, **sums)


class FindCollections(Page):
    """Batches by method or state, the newest first."""

    method: CollectionMethod | None = None
    state: CollectionState | None = None


def find_collections(reader: Reader, ask: FindCollections) -> dict[str, Any]:
    """The batches with what was settled and what came back."""
    return page(
        reader,
        ask,
        """select * from {collection}
            where (%(method)s::text is null or method = %(method)s)
              and (%(state)s::text is null or state = %(state)s)""",
        order=("-prepared_on", "-collection_id"),
    )


class CollectionSheet(Ask):
    """One batch."""

    collection_id: UUID


def collection_sheet(reader: Reader, ask: CollectionSheet) -> dict[str, Any] | None:
    """The batch with its lines."""
    params = ask.model_dump()
    row = reader.row("select * from {collection} where collection_id = %(collection_id)s", params)
    if row is not None:
        row["items"] = reader.rows(
            "select * from {collection_line} where collection_id = %(collection_id)s order by line", params
        )
    return row


class FindMandates(Page):
    """Mandates of all customers or of one."""

    customer_id: UUID | None = None
    state: str | None = None


def find_mandates(reader: Reader, ask: FindMandates) -> dict[str, Any]:
    """The mandates, the newest first; not their accounts, which the record shows."""
    return page(
        reader,
        ask,
        """select m.mandate_id, m.customer_id, p.code as customer_code, p.name as customer, m.reference, m.signed_on,
                  m.scheme, m.state, m.uses, m.last_used_on, m.revoked_on
             from {mandate} m left join {party} p on p.party_id = m.customer_id
            where (%(customer_id)s::uuid is null or m.customer_id = %(customer_id)s)
              and (%(state)s::text is null or m.state = %(state)s)""",
        order=("-signed_on", "-mandate_id"),
    )


class DueForCollection(Page):
    """What a batch of a method would hold."""

    method: CollectionMethod
    due_by: date | None = None
    on: date | None = None


def due_for_collection(reader: Reader, ask: DueForCollection) -> dict[str, Any]:
    """The open due dates in no batch, with the mandate where one is needed."""
    return page(
        reader,
        ask,
        f"""select d.record_id, d.part, d.customer_id, p.code as customer_code, p.name as customer, d.number,
                   d.issued_on, d.due_on, d.open,
                   (select m.reference from {{mandate}} m where m.customer_id = d.customer_id and m.state = 'active'
                     order by m.signed_on desc, m.position desc limit 1) as mandate
              from {{due_part}} d left join {{party}} p on p.party_id = d.customer_id
             where {FREE} and d.method = %(method)s and d.due_on <= coalesce(%(due_by)s::date, {TODAY})""",  # noqa: S608 - own constants only
        order=("due_on", "record_id", "part"),
    )


def due_dates_to_collect(
    reader: Reader, method: str, due_by: date, customer_ids: Sequence[UUID] | None, limit: int
) -> Sequence[tuple[UUID, int]]:
    """See `Lookups.due_dates_to_collect`."""
    found = reader.rows(
        f"""select d.record_id, d.part from {{due_part}} d
             where {FREE} and d.method = %(method)s and d.due_on <= %(due_by)s
               and (%(customers)s::uuid[] is null or d.customer_id = any(%(customers)s::uuid[]))
             order by d.due_on, d.number, d.part, d.record_id limit %(limit)s""",  # noqa: S608 - own constants only
        {
            "method": method,
            "due_by": due_by,
            "customers": None if customer_ids is None else list(customer_ids),
            "limit": limit,
        },
    )
    return [(row["record_id"], row["part"]) for row in found]


def mandate_of(reader: Reader, customer_id: UUID) -> UUID | None:
    """See `Lookups.mandate_of`."""
    row = reader.row(
        """select mandate_id from {mandate} where customer_id = %(id)s and state = 'active'
            order by signed_on desc, position desc limit 1""",
        {"id": customer_id},
    )
    return row["mandate_id"] if row else None


def collection_line_of(reader: Reader, end_to_end_id: str) -> tuple[UUID, int] | None:
    """The batch and line that the bank names so."""
    row = reader.row(
        "select collection_id, line from {collection_line} where end_to_end_id = %(id)s", {"id": end_to_end_id}
    )
    return (row["collection_id"], row["line"]) if row else None
