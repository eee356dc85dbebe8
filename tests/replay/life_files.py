"""Files, sheets, checklists and practices in a company's life (allegati, schede, liste di controllo, pratiche)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregates.checklist import Checklist
from aggregates.practice import Practice
from aggregates.practice_rule import practice_rule_id
from aggregates.protocol import protocol_id
from commands.attachment import STORE, StoreFile
from tests.replay.living import FORLI, Life, named

PLATE = "5e" * 32
PRESSURE: dict[str, Any] = {
    "key": "pressure",
    "text": "Pressione",
    "kind": "number",
    "unit": "bar",
    "lowest": "1.2",
    "highest": "1.8",
    "out_of_limits": "propose_call",
}
LEAK = {"key": "leak", "text": "Perdite", "kind": "yes_no"}
PHOTO = {"key": "plate", "text": "Targhetta", "kind": "photo", "mandatory": False}
COPIES = {"key": "copies", "text": "Copie", "kind": "reading", "meter_kind": "bw", "mandatory": False}


def attached(life: Life) -> None:
    """A photo on a call, taken off and put back; a file that nobody has; a sheet written twice."""
    tax = {"vat_number": "IT12345670017"}
    life.do(
        "register-party", "2026-07-01T08:00", party_id=named("Sala"), code="C61", name="Sala", tax=tax, address=FORLI
    )
    item = {"serial_item_id": named("SA-1"), "number": "SA-1", "owner_id": named("Sala")}
    life.do("register-serial-item", "2026-07-01T08:05", **item, product="MP C3004", type="copier")
    call = {"call_id": named("checked call")}
    about = {"party_id": named("Sala"), "serial_item_ids": [named("SA-1")], "fault": "Manutenzione annuale"}
    life.do("open-call", "2026-07-01T08:30", **call, **about)
    activity = {"activity_id": named("checked visit"), "kind": "annual-service", "mode": "visit"}
    life.do("plan-activity", "2026-07-01T08:35", **call, **activity)
    for sha256, media_type in ((PLATE, "image/jpeg"), ("6f" * 32, "application/pdf")):
        life.duty(STORE, StoreFile(sha256=sha256, bytes=4321, media_type=media_type), "2026-07-01T09:00")
    photo = {"sha256": PLATE, "name": "targhetta.jpg", "note": "Retro"}
    done = life.do("attach-file-to-call", "2026-07-01T09:05", **call, **photo)
    life.do("detach-file", "2026-07-01T09:10", attachment_id=done["attachment_id"], reason="Altra macchina")
    life.do("attach-file-to-call", "2026-07-01T09:15", **call, **photo)
    record = {"kind": "activity", "id": named("checked visit"), **call}
    life.do("attach-file", "2026-07-01T09:20", record=record, sha256=PLATE, name="visita.jpg")
    questions = [{"key": "floor", "text": "Piano", "kind": "number"}]
    template = {"code": "access", "terms": {"name": "Accesso", "questions": questions}}
    life.do("define-sheet-template", "2026-07-01T09:25", **template)
    lift = {"key": "lift", "text": "Ascensore", "kind": "choice", "choices": ["sì", "no"], "mandatory": False}
    template["terms"] = {"name": "Accesso al locale", "questions": [*questions, lift]}
    life.do("define-sheet-template", "2026-07-01T09:30", **template)
    sheet = {"sheet_id": named("access sheet")}
    place = {"record": {"kind": "serial_item", "id": named("SA-1")}, "template": "access"}
    life.do("write-info-sheet", "2026-07-01T09:35", **sheet, **place, values={"floor": "2"})
    life.do("rewrite-info-sheet", "2026-07-01T09:40", **sheet, values={"floor": "3", "lift": "sì"})


def checked(life: Life) -> None:
    """A protocol in two versions; its checklist opened by rule, dropped, opened again, answered out of order."""
    terms: dict[str, Any] = {"name": "Annuale copiatrici"}
    life.do("define-protocol", "2026-07-02T08:00", code="copiers", terms=terms)
    operations = [PRESSURE, LEAK, PHOTO, COPIES]
    life.do("set-protocol-operations", "2026-07-02T08:05", code="copiers", from_on="2026-01-01", operations=operations)
    life.do("set-protocol-operations", "2026-07-02T08:06", code="copiers", from_on="2027-01-01", operations=[LEAK])
    rules = [{"product_type": "copier", "activity_kind": "annual-service"}]
    life.do("define-protocol", "2026-07-02T08:10", code="copiers", terms={**terms, "rules": rules})
    life.tick("open-checklists", "2026-07-02T08:15")
    call = {"call_id": named("checked call")}
    item = {"serial_item_id": named("SA-1")}
    one = {"checklist_id": Checklist.stream_of(call["call_id"], item["serial_item_id"], protocol_id("copiers"))}
    life.do("drop-checklist", "2026-07-02T08:20", **one, reason="Macchina spenta")
    life.do("open-checklist", "2026-07-02T08:25", **call, **item, protocol="copiers")
    life.do("answer-operation", "2026-07-02T09:30", **one, key="pressure", value="1.5", note="Tarata")
    life.do("answer-operation", "2026-07-02T09:10", **one, key="pressure", value="1.9")
    life.do("answer-operation", "2026-07-02T09:35", **one, key="plate", value=PLATE)
    life.do("skip-operation", "2026-07-02T09:40", **one, key="leak", reason="Coperchio bloccato")


def practised(life: Life) -> None:
    """A rule for new customers, changed; a practice opened by the duty, and one by hand that is finished."""
    life.do("define-protocol", "2026-07-03T08:00", code="welcome", terms={"name": "Benvenuto"})
    steps = [{"key": "privacy", "text": "Informativa"}, {"key": "code", "text": "Codice SdI", "kind": "text"}]
    life.do("set-protocol-operations", "2026-07-03T08:05", code="welcome", from_on="2026-01-01", operations=steps)
    terms: dict[str, Any] = {"name": "Nuovo cliente", "protocol": "welcome", "from_on": "2026-07-03"}
    condition = {"occasion": "new_customer"}
    life.do("define-practice-rule", "2026-07-03T08:10", code="new-customer", terms={**terms, "condition": condition})
    own = [{"key": "code", "due_days": 5, "role": "billing"}]
    again = {**terms, "condition": condition, "role": "call_centre", "steps": own}
    life.do("define-practice-rule", "2026-07-03T08:15", code="new-customer", terms=again)
    tax = {"vat_number": "IT12345670017"}
    life.do("register-party", "2026-07-03T08:20", party_id=named("Tosi"), code="C62", name="Tosi", tax=tax)
    life.tick("open-practices", "2026-07-04T08:00")
    by_hand = {**terms, "name": "Nuove norme", "condition": {"occasion": "by_hand"}}
    life.do("define-practice-rule", "2026-07-04T08:05", code="law", terms=by_hand)
    subject = {"kind": "party", "id": named("Tosi")}
    life.do("open-practice", "2026-07-04T08:10", rule="law", occasion="F-gas", subject=subject)
    one = {"practice_id": Practice.stream_of(practice_rule_id("law"), "F-gas")}
    life.do("answer-practice-step", "2026-07-04T08:15", **one, key="privacy", value=True)
    life.do("skip-practice-step", "2026-07-04T08:20", **one, key="code", reason="Consumatore")


CHAPTERS: tuple[Callable[[Life], None], ...] = (attached, checked, practised)
