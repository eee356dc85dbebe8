"""A due time explains itself as text, in the reader's language (R6.3–R6.7, S12)."""

from __future__ import annotations

from typing import Any

from gateways.clock_page import clock_page
from tests.commands.calls import CALL, CUSTOMER, opened, rome
from tests.contract_steps import tick
from tests.dsl import Company, do

TERMS = {"waiting_part_pauses": True, "calendar": {"patron_town": "Milano"}}


def test_a_dispute_is_told_step_by_step(company: Company) -> None:
    company.given(*CUSTOMER, opened(service=TERMS))
    company.given(do("pause-call", at="2026-12-09T15:00", call_id=CALL, reason="waiting-part"))
    company.given(do("resume-call", at="2026-12-10T10:30", call_id=CALL))
    fix: dict[str, Any] = {
        "paused_at": rome("2026-12-09T15:00"),
        "ends_at": rome("2026-12-09T16:00"),
        "reason": "Pezzo arrivato prima",
    }
    company.given(do("correct-pause", at="2026-12-10T11:00", call_id=CALL, **fix))
    company.given(do("change-priority", at="2026-12-10T11:30", call_id=CALL, priority="low"))
    company.given(do("change-priority", at="2026-12-10T11:31", call_id=CALL, priority="medium"))
    tick(company, "watch-service-levels", "2026-12-11T08:00")
    clock = company.ask("service-clock", call_id=CALL, clock="resolve", at=rome("2026-12-11T08:00"))
    english, italian = clock_page(clock, "en"), clock_page(clock, "it")
    assert "09/12/2026 15:00 – 09/12/2026 16:00: 60 minutes paused" in english
    assert "07/12/2026 00:00: closed (Sant'Ambrogio)" in english
    assert "priority changed from medium to low" in english
    assert "Due 10/12/2026 17:45" in english
    assert "Breach recorded for 10/12/2026 17:45: it stays" in english
    assert "Scadenza 10/12/2026 17:45" in italian
    assert "Pezzo arrivato prima" in italian
