"""Days of machines on a contract's line (R1.13): whatever replaces what, each day is one machine's and paid once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.base import Act, Refusal
from aggregates.contract import Contract
from aggregates.contract_changes import SerialSwap
from aggregates.contract_serials import holds, machine_days
from aggregates.contract_terms import ContractHeader, ContractLine
from aggregates.rules.billing import instalments
from aggregates.rules.payment_terms import PaymentPart, PaymentTerms
from aggregates.rules.periods import Notice, Timing
from aggregates.values import Money
from tests.controls import ACT

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
LINE = UUID(int=1)
MACHINES = [UUID(int=n) for n in range(10, 14)]
DAYS = st.dates(FIRST - timedelta(days=3), LAST + timedelta(days=3))


def signed(timing: Timing, act: Act) -> Contract:
    """A year's contract of one machine at 1,000.00, by the quarter."""
    header = ContractHeader(
        customer_id=UUID(int=2),
        starts_on=FIRST,
        step_months=3,
        timing=timing,
        tacit_renewal=False,
        notice=Notice(days=60),
        payment_terms=PaymentTerms(parts=(PaymentPart(days=30),)),
    )
    contract = Contract.draft(UUID(int=3), header, act)
    fee = Money(amount=Decimal("1000.00"))
    contract.add_line(
        ContractLine(line_id=LINE, description="Copiatrice", serial_item_ids=(MACHINES[0],), annual_fee=fee), act
    )
    contract.sign("1/2026", FIRST, None, act)
    return contract


def machine_on(day: date, accepted: list[tuple[date, UUID, UUID]]) -> UUID:
    """Which machine stands there, by following the replacements one by one."""
    machine = MACHINES[0]
    for from_on, old, new in sorted(accepted, key=lambda each: each[0]):
        if from_on <= day and machine == old:
            machine = new
    return machine


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(Timing), st.lists(st.tuples(st.sampled_from(MACHINES), st.sampled_from(MACHINES), DAYS), max_size=6)
)
def test_every_day_is_one_machine_s_and_fees_stay(timing: Timing, asked: list[tuple[UUID, UUID, date]]) -> None:
    contract = signed(timing, ACT.model_copy(update={"at": ACT.at.replace(year=2026, month=1, day=1)}))
    terms = contract.state.fee_terms()
    before = list(instalments(terms)) if terms else []
    accepted: list[tuple[date, UUID, UUID]] = []
    for old, new, from_on in asked:
        try:
            contract.replace_serial(SerialSwap(line_id=LINE, old_id=old, new_id=new), from_on, None, ACT)
        except Refusal:
            continue
        accepted.append((from_on, old, new))
    line = contract.state.line(LINE)
    assert line is not None
    spans = sorted(
        (span.starts_on, span.ends_on) for its in machine_days(contract.state, line).values() for span in its
    )
    assert spans[0][0] == FIRST
    assert spans[-1][1] == LAST
    assert all(earlier[1] + timedelta(days=1) == later[0] for earlier, later in pairwise(spans))
    for day in (FIRST, *(from_on for from_on, _, _ in accepted), LAST):
        there = [key for key, its in machine_days(contract.state, line).items() if any(each.holds(day) for each in its)]
        assert there == [machine_on(day, accepted)]
    labour = [hold.period for hold in holds(contract.state).values() if hold.item == "labour"]
    assert sorted((each.starts_on, each.ends_on) for each in labour) == spans
    after = contract.state.fee_terms()
    assert after is not None
    assert list(instalments(after)) == before
    assert contract.overbilled() == []
