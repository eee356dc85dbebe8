"""Notices are written once for each rule, happening and person; late ones lapse; nothing is written twice (CAL-7)."""

from __future__ import annotations

from tests.commands.calls import ASSIGNED, CALL, PLANNED, opened
from tests.commands.notices import ANNA, CONTACT, REACHABLE, TECHNICIAN, notices, rule, told
from tests.contract_steps import tick
from tests.dsl import Company

NAME = "write-notices"


def test_caller_and_contacts_are_told_that_the_call_came_in_once(company: Company) -> None:
    company.given(*REACHABLE, rule("call_received", {"whom": "caller"}, CONTACT), opened(caller=ANNA))
    assert tick(company, NAME, "2026-12-04T16:46") == 1
    assert tick(company, NAME, "2026-12-04T16:47") == 0
    assert told(company) == [
        ("call_received", "anna@example.it", "due"),
        ("call_received", "maria@example.it", "due"),
    ]
    assert notices(company)[0]["subject"].startswith("Chiamata CH-2026-")


def test_the_technician_is_told_of_the_visit(company: Company) -> None:
    company.given(*REACHABLE, rule("technician_assigned", TECHNICIAN), opened(), PLANNED, ASSIGNED)
    assert tick(company, NAME, "2026-12-04T17:01") == 1
    written = notices(company, call_id=CALL)
    assert [each["address"] for each in written] == ["gino@example.it"]
    assert "09/12/2026 09:00" in written[0]["text"]
