"""A customer with two sites, technicians and calls: what the tests of calls begin with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from aggregates.values import ROME, Slot
from tests.dsl import Do, do

ROSSI = UUID("11111111-1111-1111-1111-111111111111")
MILAN = UUID("11111111-0000-0000-0000-000000000001")
FORLI = UUID("11111111-0000-0000-0000-000000000002")
GINO = UUID("22222222-2222-2222-2222-222222222222")
PINA = UUID("33333333-3333-3333-3333-333333333333")
CALL = UUID("44444444-4444-4444-4444-444444444444")
VISIT = UUID("55555555-5555-5555-5555-555555555555")
SHA = "a" * 64

MILAN_ADDRESS = {"street": "Via Brera 2", "postcode": "20121", "town": "Milano", "province": "MI"}
FORLI_ADDRESS = {"street": "Via Michelangelo 25", "postcode": "47122", "town": "Forlì", "province": "FC"}

CUSTOMER = (
    do("register-party", party_id=ROSSI, code="C1", name="Rossi Gilbo", tax={"vat_number": "IT12345670017"}),
    do("add-site", party_id=ROSSI, site_id=MILAN, code="MI", name="Milano", address=MILAN_ADDRESS),
    do("add-site", party_id=ROSSI, site_id=FORLI, code="FO", name="Forlì", address=FORLI_ADDRESS),
)
TECHNICIANS = (
    do("register-technician", technician_id=GINO, code="T1", name="Gino Bianchi", skills=[{"name": "GAS"}]),
    do("register-technician", technician_id=PINA, code="T2", name="Pina Neri"),
)


MACHINE = UUID("77777777-7777-7777-7777-777777777777")
COPIER = do(
    "register-serial-item",
    serial_item_id=MACHINE,
    manufacturer="Ricoh",
    number="R-1",
    product="MP C3004",
    type="copier",
    owner_id=ROSSI,
    meters=[{"kind": "bw", "digits": 6}],
)


def rome(text: str) -> datetime:
    """An instant in Italian wall-clock time."""
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


def slot(begins: str, ends: str) -> dict[str, datetime]:
    """A slot in Italian wall-clock time, as a command takes it."""
    return {"starts_at": rome(begins), "ends_at": rome(ends)}


def as_slot(begins: str, ends: str) -> Slot:
    """The same slot as facts keep it."""
    return Slot(**slot(begins, ends))


def opened(at: str = "2026-12-04T16:45", **fields: Any) -> Do:
    """A call of Rossi's from Milan, unless something else is said."""
    said: dict[str, Any] = {"call_id": CALL, "party_id": ROSSI, "site_id": MILAN, "fault": "Perde"}
    return do("open-call", **{"at": at} | said | fields)


def assigned(begins: str, ends: str, **fields: Any) -> Do:
    """The visit on Gino's agenda, unless something else is said."""
    said: dict[str, Any] = {"call_id": CALL, "activity_id": VISIT, "technician_id": GINO, "slot": slot(begins, ends)}
    return do("assign-technician", **said | fields)


PLANNED = do("plan-activity", call_id=CALL, activity_id=VISIT, kind="repair", minutes=90)
ASSIGNED = assigned("2026-12-09T09:00", "2026-12-09T11:00", at="2026-12-04T17:00")
WORKED = do(
    "perform-activity",
    at="2026-12-09T12:00",
    call_id=CALL,
    activity_id=VISIT,
    starts_at=rome("2026-12-09T09:10"),
    ends_at=rome("2026-12-09T10:40"),
    travel_minutes=35,
    travel_km="42.5",
    text="Sostituita elettrovalvola",
)
REPORT = UUID("66666666-6666-6666-6666-666666666666")
DONE = "Sostituita elettrovalvola"
REPORTED = do("report-work", at="2026-12-09T12:05", call_id=CALL, report_id=REPORT, work_done=DONE)
