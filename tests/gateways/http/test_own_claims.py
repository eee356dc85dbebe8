"""Expense claims over HTTP: a technician sees and changes their own alone, the office sees all (REP-3)."""

from __future__ import annotations

from datetime import date

from starlette.testclient import TestClient

from aggregates.expense_claim import claim_id
from tests.commands.calls import GINO, PINA, TECHNICIANS
from tests.dsl import Company, do
from tests.gateways.devices import send, sent, technician
from tests.gateways.http.visitors import visitor

SEPTEMBER = {"from_on": "2026-09-01", "to_on": "2026-09-30"}
MEAL = {"kind": "meal", "spent_on": "2026-09-10", "amount": {"amount": "18.00"}}


def test_a_technicians_claims_are_their_own(client: TestClient, company: Company) -> None:
    company.given(*TECHNICIANS, *(do("begin-expense-claim", technician_id=who, **SEPTEMBER) for who in (GINO, PINA)))
    own, other = (claim_id(who, date(2026, 9, 1), date(2026, 9, 30)) for who in (GINO, PINA))
    gino, office = technician(client, company), visitor(client, company, "billing")
    nobody, both = technician(client, company, None), visitor(client, company, "technician", "dispatcher")
    listed = {
        who: {row["claim_id"] for row in visited.get("/expense-claims").json()["data"]["items"]}
        for who, visited in {"gino": gino, "office": office, "both": both}.items()
    }
    assert listed == {"gino": {str(own)}, "office": {str(own), str(other)}, "both": {str(own), str(other)}}
    assert gino.get("/expense-claims", technician_id=str(PINA)).status_code == 404
    assert [who.get(f"/expense-claims/{other}").status_code for who in (gino, nobody, office)] == [404, 404, 200]
    assert gino.get(f"/expense-claims/{own}").status_code == 200
    assert gino.post(f"/expense-claims/{own}/note-line", MEAL).status_code == 200
    assert gino.post(f"/expense-claims/{other}/note-line", MEAL).status_code == 404
    begun = {"technician_id": str(PINA), "from_on": "2026-10-01", "to_on": "2026-10-31"}
    assert gino.post("/expense-claims", begun).status_code == 404
    assert office.post(f"/expense-claims/{other}/note-line", MEAL).status_code == 200
    (told,) = send(gino, sent("late", "note-claim-line", "2026-12-09T12:00", claim_id=str(other), **MEAL))
    assert told["outcome"] not in ("accepted", "repeated")
