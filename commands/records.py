"""Which records files, sheets and checklists can belong to (riferimenti), and whether they are there."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from aggregates.attachment import RecordKind, RecordPlace
from aggregates.base import Aggregate, require
from aggregates.call import Call
from aggregates.contract import Contract
from aggregates.info_sheet import InfoSheet
from aggregates.party import Party
from aggregates.quote import Quote
from aggregates.rma import Rma
from aggregates.serial_item import SerialItem
from commands.base import NotFound, Service

KINDS: Mapping[RecordKind, type[Aggregate]] = {
    RecordKind.CALL: Call,
    RecordKind.ACTIVITY: Call,
    RecordKind.WORK_REPORT: Call,
    RecordKind.CONTRACT: Contract,
    RecordKind.SERIAL_ITEM: SerialItem,
    RecordKind.PARTY: Party,
    RecordKind.QUOTE: Quote,
    RecordKind.RMA: Rma,
    RecordKind.INFO_SHEET: InfoSheet,
}


def require_record(service: Service, record: RecordPlace) -> None:
    """Raises `NotFound` when there is no such record."""
    found = service.load(KINDS[record.kind], record.stream)
    if isinstance(found, Call):
        _require_inside(found, record.kind, record.id)


def _require_inside(call: Call, kind: RecordKind, record_id: UUID) -> None:
    inside = {RecordKind.ACTIVITY: call.activities.keys(), RecordKind.WORK_REPORT: call.reports.keys()}
    require(kind not in inside or record_id in inside[kind], NotFound, kind=kind, id=str(record_id))
