"""Notices in a company's life (avvisi): sent, failed, given up, tried again, lapsed; a customer left in peace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from aggregates.notice_terms import MailState
from commands.notice import FAILED, LAPSE, SENT, LapseNotice, RecordNoticeFailed, RecordNoticeSent
from commands.notice_rules import FIND_MAIL, FindMail
from tests.replay.living import CESENA, Life, named

CALLER: Sequence[dict[str, Any]] = [{"whom": "caller"}]


def notices(life: Life) -> None:
    """Calls of a baker whose mailbox is full, wrong, then right; delays watched; a signed report that is announced."""
    baker = {"party_id": named("Lugo"), "code": "LUGO", "name": "Forno di Lugo Srl", "address": CESENA}
    life.do("register-party", "2026-08-03T09:00", **baker, tax={"vat_number": "IT12345670017"})
    for code, happening in (("ARRIVO", "call_received"), ("RITARDO", "technician_delayed"), ("VIA", "call_closed")):
        life.do("set-notice-rule", "2026-08-03T09:10", code=code, happening=happening, to=CALLER)
    life.do("set-notice-rule", "2026-08-03T09:11", code="RAPPORTO", happening="report_ready", to=CALLER)
    life.do("drop-notice-rule", "2026-08-03T09:12", code="VIA")
    life.do("set-notice-hours", "2026-08-03T09:13", calendar_code="CAL-IT")
    life.do("except-customer", "2026-08-03T09:14", customer_id=named("Lugo"), rules=["ALTRO"])
    caller = {"person_id": named("Olga of Lugo"), "name": "Olga Fabbri", "email": "olga@example.it"}
    first, second, third = (_received(life, name, caller) for name in ("flour", "yeast", "salt"))
    life.duty(FIND_MAIL, FindMail(state=MailState.READY), "2026-08-04T09:30")
    life.duty(SENT, RecordNoticeSent(notice_id=first, message_id=f"<{first}@example.it>"), "2026-08-04T09:30")
    for minute, for_good in ((31, False), (40, True)):
        failed = RecordNoticeFailed(notice_id=second, reason="452 Mailbox full", for_good=for_good)
        life.duty(FAILED, failed, f"2026-08-04T09:{minute}")
    life.do("retry-notice", "2026-08-05T09:00", notice_id=second)
    life.do("note-undelivered", "2026-08-05T09:10", notice_id=first, reason="Casella disattivata", status="5.2.1")
    life.duty(LAPSE, LapseNotice(notice_id=third), "2026-08-20T09:00")
    _visited(life, {"call_id": named("flour")})


def _received(life: Life, name: str, caller: dict[str, Any]) -> UUID:
    """A call and the notice to its caller."""
    at = {"flour": "2026-08-04T09:00", "yeast": "2026-08-04T09:05", "salt": "2026-08-04T09:10"}[name]
    life.do("open-call", at, call_id=named(name), party_id=named("Lugo"), caller=caller, fault="Il forno è freddo")
    life.tick("write-notices", at)
    found = life.company.ask("notices", call_id=named(name), rule="ARRIVO")["items"]
    notice_id: UUID = found[0]["notice_id"]
    return notice_id


def _visited(life: Life, call: dict[str, Any]) -> None:
    """A visit on an agenda, watched for a delay, and a report that awaits its print."""
    visit = {**call, "activity_id": named("visit at Lugo")}
    life.do("plan-activity", "2026-08-06T09:00", **visit, kind="repair", minutes=60)
    morning = {"starts_at": "2026-08-07T07:00:00+02:00", "ends_at": "2026-08-07T08:00:00+02:00"}
    life.do("assign-technician", "2026-08-06T09:05", **visit, technician_id=named("Gino Valli"), slot=morning)
    worked = {"starts_at": "2026-08-06T09:06:00+02:00", "ends_at": "2026-08-06T09:09:00+02:00"}
    life.do("perform-activity", "2026-08-06T09:09", **call, **worked, technician_id=named("Gino Valli"), kind="repair")
    report = {**call, "report_id": named("report of Lugo")}
    life.do("report-work", "2026-08-06T09:10", **report, work_done="Cambiata la resistenza")
    life.do("explain-absent-signature", "2026-08-06T09:11", **report, revision=0, reason="Locale chiuso")
    life.do("take-in", "2026-08-06T09:20", job_id=named("mixer"), party_id=named("Lugo"), description="Impastatrice",
            fault="Non gira", contact="none")  # fmt: skip


CHAPTERS: tuple[Callable[[Life], None], ...] = (notices,)
