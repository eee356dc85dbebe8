"""Any view as of a past instant is what the live view answered then, whatever was recorded meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.desk import Outcome
from gateways.wiring import Installation
from projections.catalog import BY_NAME
from projections.history import plain
from tests.commands import goods
from tests.commands.calls import CUSTOMER, ROSSI, TECHNICIANS, opened, rome
from tests.commands.test_call_histories import MONDAY, attempt, steps
from tests.document_steps import PARTY as CUSTOMER_OF_CONTRACT
from tests.document_steps import invoiced, reported
from tests.dsl import Company, Do, do

WHEN = rome("2026-12-15T10:00")
VIEWS: dict[str, dict[str, Any]] = {
    "agenda": {"from_on": "2026-12-14"},
    "call-board": {},
    "sla-board": {"at": WHEN},
    "unassigned-activities": {},
    "billing-due": {"on": "2027-12-31"},
    "stock": {},
    "stock-movements": {"article_id": goods.X},
    "customer-sheet": {"party_id": ROSSI},
}


def answers(reader: Any, views: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What each view tells, as plain JSON."""
    return {
        name: plain(BY_NAME[name].query(reader, BY_NAME[name].ask.model_validate(given)))
        for name, given in views.items()
    }


@dataclass
class Witness(Company):
    """A company where somebody looks at the main views after each command, and remembers."""

    views: dict[str, dict[str, Any]] = field(default_factory=lambda: VIEWS)
    seen: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)

    def execute(self, step: Do, *, command_id: UUID | None = None, expected_version: int | None = None) -> Outcome:
        before = self.behind.log.position()
        outcome = super().execute(step, command_id=command_id, expected_version=expected_version)
        if outcome.position > before:
            self.fold()
            recorded_at = self.behind.recorded_after(outcome.position - 1)[-1].recorded_at
            self.seen.append((recorded_at, answers(self.behind.reader, self.views)))
        return outcome

    def check(self, every: int = 1, *, onward: bool = False) -> None:
        """Every instant is asked for again: each from the beginning, or `onward` from the one before it."""
        seen = self.seen[::every]
        for instant, told in seen if onward else reversed(seen):
            with self.behind.looking_back(instant) as reader:
                assert answers(reader, self.views) == told
                assert reader.left_out == []


def witness(installation: Installation) -> Witness:
    """A witness of a company of its own."""
    company_id = uuid4()
    return Witness(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=4, max_size=10))
def test_calls_and_goods_are_as_they_were(installation: Installation, steps_list: Sequence[Any]) -> None:
    company = witness(installation)
    company.given(*CUSTOMER, *TECHNICIANS, opened())
    goods.opened(company)
    company.execute(goods.stocked(10))
    for place, (name, fields) in enumerate(steps_list):
        attempt(company, do(name, at=MONDAY + timedelta(minutes=20 * place), **fields))
        if place % 3 == 0:
            company.execute(goods.issue(1))
    company.check(every=3)
    company.check(every=4, onward=True)


def test_contracts_bills_and_customers_are_as_they_were(installation: Installation) -> None:
    company = witness(installation)
    company.views = {
        "billing-due": {"on": "2027-12-31"},
        "customer-sheet": {"party_id": CUSTOMER_OF_CONTRACT},
        "invoices": {},
        "contracts": {},
        "open-items": {},
    }
    reported(company)
    invoiced(company)
    company.check(every=8)
    company.check(every=12, onward=True)
