"""Whatever happens, in whatever order: each day and copy is billed once, and every sum is what terms and meters say.

Real commands on a real database, by an office without any order. What is owed is counted once more in
`tests/billing_oracle.py`, by another way; the checks are in `tests/billing_checks.py`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from gateways.wiring import Installation
from tests.billing_checks import check_everything
from tests.billing_steps import FEES, Steps, headers, steps_of

Step = tuple[str, dict[str, Any]]


def some(*groups: str) -> st.SearchStrategy[list[Step]]:
    """A few steps of these groups."""
    return st.lists(st.one_of([steps_of(group) for group in groups]), min_size=1, max_size=4)


class BillingHistory(RuleBasedStateMachine):
    """An office with contracts, machines, a pool of hours and billing runs, none of them treated with care."""

    INSTALLATION: ClassVar[Installation]
    DONE: ClassVar[Counter[str]]
    steps: Steps | None = None

    @initialize(overdraft=st.sampled_from([0, 45]), header=headers, fee=FEES)
    def begin(self, overdraft: int, header: dict[str, Any], fee: Any) -> None:
        self.steps = Steps(self.INSTALLATION)
        self.steps.begin(overdraft, header, fee)

    @rule(steps=some("life", "counting"))
    def contracts_live(self, steps: list[Step]) -> None:
        self._take(steps)

    @rule(steps=some("billing", "runs"))
    def the_office_bills(self, steps: list[Step]) -> None:
        self._take(steps)

    @rule(steps=some("after"))
    def invoices_change(self, steps: list[Step]) -> None:
        self._take(steps)

    @rule(steps=some("time", "life"))
    def time_goes_on(self, steps: list[Step]) -> None:
        self._take(steps)

    def _take(self, steps: list[Step]) -> None:
        assert self.steps is not None
        for step in steps:
            self.steps.take(step)

    def teardown(self) -> None:
        if self.steps is not None:
            try:
                check_everything(self.steps.office)
            finally:
                self.steps.leave()
            self.DONE.update(self.steps.office.done)


def test_whatever_happens_every_sum_is_exact(installation: Installation) -> None:
    BillingHistory.INSTALLATION, BillingHistory.DONE = installation, Counter()
    run_state_machine_as_test(
        BillingHistory,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert BillingHistory.DONE.keys() >= {"issue-invoice", "record-reading", "credit-unused", "propose-invoices"}
