"""Who is where, in a company's life (posizioni): lawful, shared, stopped, forgotten; a call taken over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.replay.living import Life, named

UGO, IDA = "Positions Ugo", "Positions Ida"


def positions(life: Life) -> None:
    """An agreement for all and a permit for one; positions of a morning, some of them forgotten the day after."""
    at = "2026-10-05T08:00"
    for name in (UGO, IDA):
        life.do("register-technician", at, technician_id=named(name), code=name.upper(), name=name)
    agreement: dict[str, Any] = {"basis_id": named("Positions agreement")}
    held: dict[str, Any] = {"kind": "union_agreement", "document": "Accordo 10/2026", "valid_from_on": "2026-10-01"}
    life.do("record-position-basis", at, **agreement, **held)
    permit = {"basis_id": named("Positions permit"), "technician_id": named(IDA), "kind": "inspectorate_permit"}
    life.do("record-position-basis", at, **permit, document="Aut. 12", valid_from_on="2026-10-01")
    life.do("end-position-basis", at, **agreement, last_on="2026-12-31")
    place = {"latitude": 44.2227, "longitude": 12.0407}
    for technician, hour in ((UGO, "09:10"), (UGO, "10:10"), (IDA, "09:20")):
        life.do("share-position", f"2026-10-05T{hour}", technician_id=named(technician), **place, accuracy_m=10)
    life.tick("forget-positions", "2026-10-06T09:30")
    life.do("stop-sharing-position", "2026-10-06T10:00", technician_id=named(IDA))
    life.do("resume-sharing-position", "2026-10-06T10:30", technician_id=named(IDA))
    life.do("share-position", "2026-10-06T10:40", technician_id=named(IDA), **place)
    life.do("stop-sharing-position", "2026-10-06T10:45", technician_id=named(UGO))


def taken_over(life: Life) -> None:
    """A call that nobody has, taken over with a visit."""
    at = "2026-10-06T11:00"
    customer = {"party_id": named("Positions bar"), "code": "C-POSITIONS", "name": "Bar Posizioni"}
    life.do("register-party", at, **customer, tax={"vat_number": "IT12345670017"})
    life.do("open-call", at, call_id=named("Positions call"), party_id=named("Positions bar"), fault="Non scalda")
    slot = {"starts_at": "2026-10-06T14:30:00+02:00", "ends_at": "2026-10-06T15:30:00+02:00"}
    life.do("take-over-call", at, call_id=named("Positions call"), technician_id=named(UGO), slot=slot)


CHAPTERS: tuple[Callable[[Life], None], ...] = (positions, taken_over)
