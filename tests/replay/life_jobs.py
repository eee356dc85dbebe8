"""Jobs, the datamart's revenue and agents in a company's life (commesse, ricavi, provvigioni)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from tests.replay.living import CESENA, Life, named

AGENT = named("agent")


def jobs(life: Life) -> None:
    """A job for a call: opened, planned otherwise, put elsewhere, closed by force, opened again and closed."""
    at = "2026-09-01T09:00"
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
    life.do("reopen-job", "2026-09-02T09:00", code="COM-9", reason="Si continua")
    life.do("cancel-call", "2026-09-02T09:10", **call, reason="Non serve")
    life.do("close-job", "2026-09-02T09:20", code="COM-9")


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


CHAPTERS: tuple[Callable[[Life], None], ...] = (jobs, agents)
