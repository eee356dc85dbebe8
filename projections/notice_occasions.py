"""What happens beside a call's own course (occasioni degli avvisi): a visit lost, goods that came, papers printed.

Read by `notices.py`, which makes them due under the rules that listen.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.appointment import Appointment
from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.issued_document import IssuedDocument, IssuedKind
from aggregates.notice import Attached
from aggregates.notice_terms import Happening
from aggregates.notice_texts import CALL_ENDED, GIVEN_TO_ANOTHER
from aggregates.purchase_order import PurchaseOrder
from projections.base import Row, Rows
from projections.notice_tables import PAPER, VISIT, happen

BY_EMAIL = "email"
CALL = "call"


def lose(fact: Aggregate.Event, visit: Row | None, reason: str, rows: Rows) -> None:
    """Somebody was to come and is not any more; of time that is over, or was begun, nobody is told."""
    if visit is None or visit["technician_id"] is None or visit["arrived"]:
        return
    if visit["ends_at"] > fact.act.at:
        words, part = {"reason": reason}, visit["activity_id"]
        happen(fact, Happening.VISIT_LOST, rows, visit["call_id"], visit, told=words, part=part)


def given_to(fact: Call.Reassigned | Call.BookingMoved, visit_id: UUID, technician_id: UUID, rows: Rows) -> None:
    """Time may be another's now: whoever had it loses it."""
    before = rows.get(VISIT, visit_id)
    if before is not None and before["technician_id"] != technician_id:
        lose(fact, before, GIVEN_TO_ANOTHER, rows)


def give_up(fact: Aggregate.Event, visit_ids: tuple[UUID, ...], reason: str | None, rows: Rows) -> None:
    """Nobody comes: all who were to come lose it."""
    for visit_id in visit_ids:
        lose(fact, rows.get(VISIT, visit_id), reason or CALL_ENDED, rows)


def parts_came(fact: PurchaseOrder.Received, rows: Rows) -> None:
    """Who waited for goods can go on: a call, or an order of a customer."""
    for record in fact.completed:
        call_id = record.id if record.kind == CALL else None
        told = {"number": record.number} if record.number else None
        happen(fact, Happening.PARTS_ARRIVED, rows, call_id, told=told, part=record.id, record_id=record.id)


def order_sent(fact: PurchaseOrder.Sent, rows: Rows) -> None:
    """An order goes to a supplier by e-mail, as soon as it is printed."""
    if fact.channel == BY_EMAIL:
        rows.put(PAPER, {"record_id": fact.stream_id, "version": fact.originator_version})


def printed(fact: IssuedDocument.Issued, rows: Rows) -> None:
    """A signed report, or an order to a supplier, lies in the archive: it can be sent."""
    document = fact.document
    row = rows.get(PAPER, document.record_id, document.version)
    if row is None:
        return
    papers = [Attached.of(document).model_dump(mode="json")]
    if document.kind is IssuedKind.WORK_REPORT:
        happen(fact, Happening.REPORT_READY, rows, row["call_id"], attached=papers)
    elif document.kind is IssuedKind.PURCHASE_ORDER:
        named: dict[str, Any] = {"party_id": document.party_id, "cause_id": document.record_id, "attached": papers}
        happen(fact, Happening.PURCHASE_ORDER, rows, None, told={"number": document.number}, **named)
    else:
        return
    rows.drop(PAPER, document.record_id, document.version)


def agreed(
    fact: Appointment.ConfirmedByCustomer | Appointment.Missed, what: Happening, rows: Rows, told: dict[str, str]
) -> None:
    """The customer agreed to a time, or it came to nothing."""
    known = rows.get(VISIT, fact.activity_id)
    if known is not None:
        place = {"technician_id": fact.place.technician_id, **dict(fact.place.slot)}
        visit = {"activity_id": fact.activity_id, **place}
        happen(fact, what, rows, known["call_id"], visit, told=told)
