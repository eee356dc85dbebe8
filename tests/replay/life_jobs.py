"""Jobs, the datamart's revenue, agents and hours of a call in a company's life (commesse, ricavi, provvigioni)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from tests.replay.living import CESENA, Life, named

AGENT = named("agent")


def jobs(life: Life) -> None:
    """A job for a call: opened, planned otherwise, put elsewhere, closed by force, opened again and closed."""
    at = "2026-11-18T09:00"
    tax = {"vat_number": "IT12345670017"}
    life.do("register-party", at, party_id=named("Commessa"), code="COMM", name="Commessa", tax=tax, address=CESENA)
    call = {"call_id": named("job call")}
    life.do("open-call", at, **call, party_id=named("Commessa"), fault="Non scalda")
    line = {"description": "Resistenza", "quantity": "1", "unit_price": "80.00"}
    life.do("quote-call", at, **call, quote_id=named("job quote"), lines=[line], planned=False, even_if_covered=True)
    terms = {"name": "Forno Commessa", "kind": "repair", "record": {"kind": "call", "id": named("job call")}}
    life.do("open-job", at, code="COM-9", terms=terms)
    life.do("change-job", at, code="COM-9", terms={**terms, "planned_revenue": "300.00", "planned_cost": "120.00"})
    life.do("put-on-job", at, kind="call", record_id=named("job call"), job="COM-9", cost_centre="SUD")
    life.do("put-on-job", at, kind="customer", record_id=named("Commessa"), cost_centre="NORD")
    life.do("close-job", at, code="COM-9", force=True, reason="Fine anno")
    life.do("reopen-job", "2026-11-19T09:00", code="COM-9", reason="Si continua")
    life.do("cancel-call", "2026-11-19T09:10", **call, reason="Non serve")
    life.do("close-job", "2026-11-19T09:20", code="COM-9")


def agents(life: Life) -> None:
    """A fee through an agent, in part credited: two months settled."""
    rules = [{"percent": "5", "contract_kinds": ["flat_fee"]}]
    at = "2026-09-03T09:00"
    life.do("set-commission-terms", at, agent_id=AGENT, code="AG9", from_on="2026-01-01", terms={"rules": rules})
    register = {"document": "invoice", "series": "Q", "year": 2026, "last_number": 0}
    life.do("open-number-register", at, **register, pattern="{n}/{code}/{year}")
    life.signed("agent contract", "Commessa", "2026-09-04", agent_id=AGENT, job="COM-9", tacit_renewal=False)
    (invoice_id,) = life.bill("Commessa", "2026-09-05", "Q")
    life.do("settle-commissions", "2026-10-01T09:00", agent_id=AGENT, month="2026-09-01")
    _credit(life, invoice_id)
    life.do("settle-commissions", "2026-11-02T09:00", agent_id=AGENT, month="2026-10-01")


def _credit(life: Life, invoice_id: UUID) -> None:
    lines = [{"number": 1, "amount": "100.00"}]
    said = {"invoice_id": invoice_id, "lines": lines, "reason": "Sconto", "series": "Q"}
    life.do("credit-invoice", "2026-10-10T09:00", **said)


def pooled(life: Life) -> None:
    """Work on a call that a pool of hours pays for."""
    pool, call = {"pool_id": named("job pool")}, {"call_id": named("pooled call")}
    hours = {"lot_id": named("job hours"), "minutes": 120, "price": {"amount": "116.00"}, "valid_to": "2027-12-31"}
    whose = {"customer_id": named("Commessa"), "name": "Monte ore forno"}
    terms = {"overage_rate": {"amount": "65.00"}}
    life.do("open-hour-pool", "2026-11-20T08:00", **pool, **whose, terms=terms, hours=hours)
    life.do("open-call", "2026-11-20T08:30", **call, party_id=named("Commessa"), fault="Non si accende")
    worked = {"starts_at": "2026-11-20T09:00:00+01:00", "ends_at": "2026-11-20T10:00:00+01:00", "kind": "repair"}
    visit = {**call, "activity_id": named("pooled visit"), "technician_id": named("Gino Valli")}
    life.do("perform-activity", "2026-11-20T10:00", **visit, **worked)
    report = {**call, "report_id": named("pooled report")}
    life.do("report-work", "2026-11-20T10:05", **report, work_done="Cambiato un fusibile")
    life.do("explain-absent-signature", "2026-11-20T10:06", **report, revision=0, reason="Locale chiuso")
    life.do("close-call", "2026-11-20T10:10", **call, solution="Cambiato un fusibile")
    life.do("draw-hours", "2026-11-20T10:15", **pool, call_id=named("pooled call"))


CHAPTERS: tuple[Callable[[Life], None], ...] = (jobs, agents, pooled)
