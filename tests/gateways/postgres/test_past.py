"""Any view as of a past instant: what was known then, and what had happened by then."""

from __future__ import annotations

from projections.catalog import BY_NAME
from tests.commands.calls import CALL, CUSTOMER, TECHNICIANS, opened
from tests.dsl import Company, do


def test_slice(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened())
    then = company.facts(CALL)[-1].recorded_at
    before = company.ask("call-board")
    company.given(do("cancel-call", call_id=CALL, reason="x"))
    view = BY_NAME["call-board"]
    with company.house.looking_back(then) as reader:
        assert view.query(reader, view.ask()) == before
    assert company.ask("call-board") != before
