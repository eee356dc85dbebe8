"""Clocks in a company's life (orologi): a block and its end, a pause corrected, levels escalated, a penalty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.replay.living import CESENA, LAURA, Life, named

LATE: dict[str, Any] = {
    "medium": {"response_minutes": 60, "resolve_minutes": 480},
    "penalty": {"percent": "1", "cap_percent": "5", "clocks": ["response"]},
}


def clocks(life: Life) -> None:
    """A call under a blocked contract, approved, started when the block ended, escalated, late and paid for."""
    party = {"party_id": named("Imola"), "code": "IMOLA", "name": "Imola Forni Srl", "address": CESENA}
    life.do("register-party", "2026-06-01T09:00", **party, tax={"vat_number": "IT12345670017"})
    contract = life.signed("clocks", "Imola", "2026-06-01", {"service": LATE})
    rule = {"clock": "response", "whom": {"roles": ["dispatcher"]}, "raise_priority_to": "high"}
    life.do("set-escalation-rule", "2026-06-01T10:30", code="RISP-50", percent=50, **rule)
    life.do("set-escalation-rule", "2026-06-01T10:31", code="RISP-X", minutes_after_due=60, **rule)
    life.do("drop-escalation-rule", "2026-06-01T10:32", code="RISP-X")
    life.do("block-contract", "2026-06-03T09:00", **contract, from_on="2026-06-03")
    call = {"call_id": named("blocked call")}
    life.do("open-call", "2026-06-04T09:00", **call, party_id=named("Imola"), fault="Il forno non scalda")
    approval = {"approver": "customer", "person_name": LAURA["name"], "person_id": named("Laura of Imola")}
    life.do("approve-chargeable-work", "2026-06-04T09:30", **call, **approval, reference="Telefonata")
    life.do("unblock-contract", "2026-06-05T09:00", **contract, on="2026-06-05")
    life.tick("start-waiting-clocks", "2026-06-05T12:00")
    life.do("pause-call", "2026-06-05T10:00", **call, reason="no-access")
    life.do("resume-call", "2026-06-05T12:00", **call)
    moved = {"paused_at": "2026-06-05T10:00:00+02:00", "ends_at": "2026-06-05T11:00:00+02:00"}
    life.do("correct-pause", "2026-06-05T12:10", **call, **moved, reason="Il custode era tornato")
    life.tick("escalate", "2026-06-05T12:15")
    life.tick("watch-service-levels", "2026-06-05T12:20")
    life.do("take-charge", "2026-06-05T12:20", **call)
    life.do("propose-penalty", "2026-06-05T12:25", **call, clock="response")


CHAPTERS: tuple[Callable[[Life], None], ...] = (clocks,)
