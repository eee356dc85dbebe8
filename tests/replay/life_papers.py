"""Papers of accounts and days in a company's life (estratti conto, rapportini giornalieri): issued, then again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.replay.living import Life, named


def statements(life: Life) -> None:
    """A customer's account is sent; a payment of the period told later makes a new revision."""
    period: dict[str, Any] = {"customer_id": named("Lodi"), "from_on": "2026-06-01", "to_on": "2026-09-25"}
    life.do("issue-account-statement", "2026-09-28T18:00", **period)
    paid = {"payment_id": named("late told money"), "amount": {"amount": "12.34"}, "paid_on": "2026-09-24"}
    life.do("record-customer-payment", "2026-09-28T18:10", customer_id=named("Lodi"), **paid, allocations=[])
    life.do("issue-account-statement", "2026-09-28T18:20", **period)


def days(life: Life) -> None:
    """A technician hands in a day, and again after a telephone call was forgotten."""
    day: dict[str, Any] = {"technician_id": named("Pina Neri"), "on": "2026-09-28"}
    life.do("issue-daily-report", "2026-09-28T18:30", **day)
    call = {"call_id": named("call of the day")}
    life.do("open-call", "2026-09-28T16:00", **call, party_id=named("Lodi"), fault="Come si azzera il filtro?")
    told = {"activity_id": named("forgotten telephone call"), "kind": "repair", "mode": "phone"}
    time = {"starts_at": "2026-09-28T16:05:00+02:00", "ends_at": "2026-09-28T16:20:00+02:00"}
    life.do("perform-activity", "2026-09-28T18:40", **call, **told, **time, technician_id=named("Pina Neri"))
    life.do("issue-daily-report", "2026-09-28T18:45", **day, reason="Mancava una telefonata")


CHAPTERS: tuple[Callable[[Life], None], ...] = (statements, days)
