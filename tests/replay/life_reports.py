"""Reports, devices and contractors in a company's life (rapportini): corrected, signed from afar, refused, owed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from aggregates.contractor_work import contractor_work_id
from aggregates.device_conflict import Advice, DeviceCommand, device_conflict_id
from aggregates.work_report import document_sha256
from commands.device_conflict import RAISE, RaiseDeviceConflict
from commands.signing_link import MAKE_CODE, SIGN, TRY, MakeSigningCode, SignByLink, TrySigningCode
from tests.replay.living import FORLI, SHA, Life, named

TAX = {"vat_number": "IT12345670017"}
OTHER = sha256(b"000000").hexdigest()


def _call(life: Life, name: str, technician: str) -> dict[str, Any]:
    """A visit on somebody's agenda; the fields that name it."""
    one = {"call_id": named(name)}
    life.do("open-call", "2026-11-02T09:00", **one, party_id=named("Rina"), fault="Perde")
    visit = {**one, "activity_id": named(f"{name} visit")}
    life.do("plan-activity", "2026-11-02T09:05", **visit, kind="repair")
    hour = {"Rocco": "09", "Rita": "10"}[technician]
    slot = {"starts_at": f"2026-11-03T{hour}:00:00+01:00", "ends_at": f"2026-11-03T{hour}:50:00+01:00"}
    life.do("assign-technician", "2026-11-02T09:10", **visit, technician_id=named(technician), slot=slot)
    return visit


def _work(life: Life, visit: dict[str, Any], at: str = "2026-11-03T12:00", **more: Any) -> None:
    told = {"starts_at": "2026-11-03T09:00:00+01:00", "ends_at": "2026-11-03T09:45:00+01:00", "travel_km": "12"}
    life.do("perform-activity", at, **{**visit, **told, **more})


def reports(life: Life) -> None:
    """A report with photos, corrected and signed from afar at the second code."""
    life.do(
        "register-party", "2026-11-02T08:00", party_id=named("Rina"), code="RINA", name="Rina", address=FORLI, tax=TAX
    )
    for code, name, external in (("R1", "Rocco", False), ("R2", "Rita", True)):
        person = {"technician_id": named(name), "code": code, "name": name, "external": external}
        life.do("register-technician", "2026-11-02T08:05", **person)
    visit = _call(life, "call of Rina", "Rocco")
    report = {"call_id": visit["call_id"], "report_id": named("report of Rina"), "work_done": "Sostituita guarnizione"}
    _work(life, visit, set_out_at="2026-11-03T08:40:00+01:00")
    photos = [{"name": "targhetta.jpg", "sha256": SHA}]
    life.do("report-work", "2026-11-03T12:05", **report, fault="Guarnizione secca", photos=photos)
    _work(life, visit, "2026-11-03T12:30", ends_at="2026-11-03T09:55:00+01:00", correction="Dieci minuti dimenticati")
    life.do("report-work", "2026-11-03T12:35", **report, outcome_note="Controllare tra un mese")
    asked = {"call_id": visit["call_id"], "report_id": report["report_id"], "name": "Rina Rossi"}
    link = life.do("ask-signature", "2026-11-03T12:40", **asked, email="rina@example.it", secret_sha256=SHA)["link_id"]
    life.duty(MAKE_CODE, MakeSigningCode(link_id=link, code_sha256=SHA), "2026-11-03T12:41")
    life.duty(TRY, TrySigningCode(link_id=link, code_sha256=OTHER), "2026-11-03T12:42")
    life.duty(TRY, TrySigningCode(link_id=link, code_sha256=SHA), "2026-11-03T12:43")
    call = life.company.record(visit["call_id"])
    shown = document_sha256(call.id, call.reports[report["report_id"]])
    life.duty(SIGN, SignByLink(link_id=link, name="Rina Rossi", document_sha256=shown), "2026-11-03T12:44")
    again = life.do("ask-signature", "2026-11-03T12:50", **asked, secret_sha256=OTHER)["link_id"]
    life.do("revoke-signing-link", "2026-11-03T12:55", link_id=again, reason="Non serve più")


def devices(life: Life) -> None:
    """A device's command is refused, for one reason and another, and given up."""
    command = DeviceCommand(
        device_id="tablet-01",
        command_id=named("late command"),
        name="perform-activity",
        happened_at=datetime(2026, 11, 3, 9, 0, tzinfo=UTC),
        user_id=str(named("Bruno")),
        record_id=named("call of Rina"),
        fields='{"text": "Visto Rina"}',
    )
    for minute, code in ((0, "call-is-closed"), (5, "call-is-cancelled")):
        refused = RaiseDeviceConflict(command=command, code=code, sentence=code, advice=Advice.ASK_DISPATCHER)
        life.duty(RAISE, refused, f"2026-11-03T15:{minute:02}")
    conflict = {"conflict_id": device_conflict_id(named("late command"))}
    life.do("settle-device-conflict", "2026-11-03T16:00", **conflict, how="discarded", note="Doppione")


def contractors(life: Life) -> None:
    """A contractor declines, is asked again, comes and is owed; another offer is withdrawn."""
    visit = _call(life, "call of Rita", "Rita")
    offer = {**visit, "terms": {"hourly": "30.00", "per_km": "0.40"}}
    work = {"work_id": contractor_work_id(visit["activity_id"], named("Rita"))}
    slot = {"starts_at": "2026-11-04T10:00:00+01:00", "ends_at": "2026-11-04T11:00:00+01:00"}
    life.do("offer-to-contractor", "2026-11-02T10:00", **offer)
    life.do("decline-visit", "2026-11-02T11:00", **work, reason="Impegnata")
    life.do("assign-technician", "2026-11-02T11:30", **visit, technician_id=named("Rita"), slot=slot)
    life.do("offer-to-contractor", "2026-11-02T12:00", **offer)
    life.do("accept-visit", "2026-11-02T13:00", **work)
    told = {"starts_at": "2026-11-04T10:00:00+01:00", "ends_at": "2026-11-04T10:45:00+01:00"}
    _work(life, visit, "2026-11-04T12:00", **told)
    life.do("approve-contractor-work", "2026-11-05T09:00", **work)
    second = _call(life, "second call of Rita", "Rita")
    life.do("offer-to-contractor", "2026-11-02T14:00", **second, terms={"per_visit": "40.00"})
    gone = {"work_id": contractor_work_id(second["activity_id"], named("Rita"))}
    life.do("withdraw-offer", "2026-11-02T15:00", **gone, reason="Va Rocco")


CHAPTERS: tuple[Callable[[Life], None], ...] = (reports, devices, contractors)
