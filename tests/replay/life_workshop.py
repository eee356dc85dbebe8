"""The workshop, expense claims and vehicles in a company's life (laboratorio, note spese, automezzi)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from aggregates.expense_claim import claim_id
from aggregates.vehicle import vehicle_id
from tests.replay.living import FORLI, SHA, Life, named

VAN = vehicle_id("GA456ZT")
BOSS = "user:9a000000-0000-0000-0000-0000000000aa"


def _by(life: Life, name: str, at: str, **fields: Any) -> None:
    """The next command, by somebody who did not hand the claim in."""
    person = {"by": BOSS}
    life.do(name, at, **person, **fields)


def vehicles(life: Life) -> None:
    """A van registered, driven by two, read and corrected, paid for and given away."""
    at = "2026-09-01T08:"
    for code, name in (("W1", "Wanda"), ("W2", "Walter")):
        life.do("register-technician", f"{at}00", technician_id=named(name), code=code, name=name)
    life.do("register-vehicle", f"{at}05", plate="GA 456 ZT", model="Doblò", fuel="diesel", odometer_km=1000)
    van = {"vehicle_id": VAN}
    life.do("change-vehicle", f"{at}06", **van, model="Doblò Maxi", fuel="diesel")
    life.do("set-kilometre-cost", f"{at}07", **van, from_on="2026-01-01", per_km="0.42")
    life.do("set-vehicle-deadline", f"{at}08", **van, kind="inspection", due_on="2026-12-31")
    life.do("set-vehicle-deadline", f"{at}09", **van, kind="service", due_km=30000)
    life.do("lift-vehicle-deadline", f"{at}10", **van, kind="inspection")
    first, second = {"assignment_id": named("van of Wanda")}, {"assignment_id": named("van of Walter")}
    life.do("assign-vehicle", f"{at}11", **van, **first, technician_id=named("Wanda"), from_on="2026-09-01")
    life.do("end-vehicle-assignment", f"{at}12", **van, **first, last_on="2026-09-30")
    life.do("assign-vehicle", f"{at}13", **van, **second, technician_id=named("Walter"), from_on="2026-10-01")
    reading = {"reading_id": named("reading of the van")}
    life.do("read-odometer", "2026-09-30T18:00", **van, **reading, km=2300)
    life.do("correct-odometer", "2026-09-30T18:05", **van, **reading, km=2030, reason="Cifre scambiate")
    cost = {"cost_id": named("tyres"), "kind": "tyres", "spent_on": "2026-10-02", "amount": {"amount": "320.00"}}
    life.do("note-vehicle-cost", "2026-10-02T18:00", **van, **cost)


def workshop(life: Life) -> None:
    """A printer at the counter through all its states; another that nobody collects."""
    at = "2026-09-02T09:"
    tax = {"vat_number": "IT12345670017"}
    life.do("register-party", f"{at}00", party_id=named("Wilma"), code="WIL", name="Wilma", tax=tax, address=FORLI)
    one, gone = {"job_id": named("printer")}, {"job_id": named("forgotten fan")}
    left = {"description": "Stampante", "fault": "Non stampa", "accessories": ["Cavo"], "access_words": "1234"}
    mario = {"name": "Mario", "phone": "347 1234567"}
    agreed = {"promised_on": "2026-09-10", "estimate_limit": {"amount": "100.00"}}
    life.do("take-in", f"{at}05", **one, party_id=named("Wilma"), **left, **agreed, bringer=mario)
    life.do("take-in", f"{at}06", **gone, bringer=mario, description="Ventilatore", fault="Rumoroso")
    life.do("promise-workshop-date", f"{at}10", **one, promised_on="2026-09-12", reason="Ricambio in ritardo")
    life.do("store-workshop-item", f"{at}11", **one, place="B3")
    life.do("assign-to-bench", f"{at}12", **one, bench="Banco 2", technician_id=named("Wanda"))
    loaner = {"loaner_id": named("lent printer")}
    life.do("give-workshop-loaner", f"{at}13", **one, **loaner, description="Stampante di cortesia")
    hours = {"starts_at": "2026-09-03T09:00:00+02:00", "ends_at": "2026-09-03T09:45:00+02:00"}
    life.do("log-bench-work", "2026-09-03T10:00", **one, activity_id=named("bench work"), **hours)
    life.do("hold-workshop-job", "2026-09-03T10:05", **one, reason="part")
    life.tick("watch-workshop", "2026-09-11T08:00")
    life.do("start-bench-work", "2026-09-11T09:00", **one)
    for moment in ("10", "12"):
        life.do("finish-workshop-job", f"2026-09-11T{moment}:00", **one)
        life.do("mark-ready", f"2026-09-11T{moment}:05", **one, place="Ritiri")
        if moment == "10":
            life.do("take-up-workshop-job", "2026-09-11T11:00", **one, reason="Il difetto si ripresenta")
    life.do("take-back-workshop-loaner", "2026-09-12T09:00", **one, **loaner)
    paid = {"collected": {"amount": "61.00"}, "method": "cash", "signature_sha256": SHA}
    life.do("hand-over-item", "2026-09-12T09:05", **one, person=mario, identity="Ricevuta", **paid)
    life.do("finish-workshop-job", "2026-09-12T10:00", **gone, outcome="not_repairable")
    life.do("mark-ready", "2026-09-12T10:05", **gone)
    life.tick("watch-workshop", "2026-10-12T08:00")
    life.do("abandon-workshop-job", "2027-04-12T08:00", **gone, reason="Mai ritirato")


def claims(life: Life) -> None:
    """A claim handed in, sent back, corrected, decided on and paid; a line of it on a call."""
    begun = {"technician_id": named("Wanda"), "from_on": "2026-09-01", "to_on": "2026-09-30"}
    life.do("begin-expense-claim", "2026-09-05T18:00", **begun)
    claim = {"claim_id": claim_id(named("Wanda"), date(2026, 9, 1), date(2026, 9, 30))}
    call = {"call_id": named("call with a room")}
    life.do("open-call", "2026-09-04T09:00", **call, party_id=named("Wilma"), fault="Si ferma")
    lines: dict[str, dict[str, Any]] = {
        "room": {"kind": "lodging", "amount": {"amount": "110.00"}, "vat": {"amount": "10.00"}, **call},
        "lunch": {"kind": "meal", "amount": {"amount": "18.00"}},
        "fuel of the van": {"kind": "fuel", "amount": {"amount": "61.00"}, "vehicle_id": VAN},
        "mistake": {"kind": "toll", "amount": {"amount": "4.00"}},
    }
    for name, told in lines.items():
        life.do("note-claim-line", "2026-09-05T18:05", **claim, line_id=named(name), spent_on="2026-09-04", **told)
    life.do("remove-claim-line", "2026-09-05T18:10", **claim, line_id=named("mistake"))
    life.do("pass-on-claim-line", "2026-09-05T18:15", **claim, line_id=named("room"))
    life.do("submit-expense-claim", "2026-10-01T09:00", **claim)
    _by(life, "reject-expense-claim", "2026-10-01T10:00", **claim, reason="Manca lo scontrino")
    life.do("submit-expense-claim", "2026-10-01T11:00", **claim)
    refused = [{"line_id": named("lunch"), "reason": "Manca lo scontrino"}]
    _by(life, "approve-expense-claim", "2026-10-01T12:00", **claim, refused=refused)
    life.do("pay-expense-claim", "2026-10-27T09:00", **claim, reference="Con lo stipendio")
    life.do("cancel-call", "2026-09-06T09:00", **call, reason="Il cliente ha risolto da solo")
    life.do("dispose-of-vehicle", "2026-12-31T18:00", vehicle_id=VAN, last_on="2026-12-31", reason="Venduto")


CHAPTERS: tuple[Callable[[Life], None], ...] = (vehicles, workshop, claims)
