"""What a call costs machine by machine: together always the call, to the cent (R0.3)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.call_by_machine import by_machine
from aggregates.call_lines import Charged
from aggregates.call_values import ChargeItem
from aggregates.price_list import Price
from tests.rules.test_call_prices import CHARGED, COVERED, LINES, PRICES, price

MACHINES = (None, UUID(int=1), UUID(int=2), UUID(int=3))
SHARES = st.dictionaries(st.sampled_from(MACHINES), st.integers(0, 600).map(Decimal), max_size=4)


def line(found: tuple[Decimal, bool, int, dict[UUID | None, Decimal]]) -> Charged:
    """A line of labour, paid or covered, for some machines."""
    amount, is_covered, minutes, machines = found
    listed: Price = price(amount)
    decision = COVERED if is_covered else CHARGED
    return LINES.hours(ChargeItem.LABOUR, decision, listed, "Manodopera", minutes).of(machines)


@given(st.lists(st.tuples(PRICES, st.booleans(), st.integers(1, 900), SHARES).map(line), max_size=6))
def test_machines_sum_to_the_call(charged: list[Charged]) -> None:
    numbered = [each.numbered(n) for n, each in enumerate(charged, 1)]
    found = by_machine(numbered)
    assert sum((paid.net for paid in found.values()), Decimal(0)) == sum(each.line.amount for each in numbered)
    for n, each in enumerate(numbered, 1):
        named = {machine for machine, part in each.machines.items() if part} or {None}
        assert {machine for machine, paid in found.items() if n in paid.lines} == named


def test_minutes_divide_a_line_to_the_cent() -> None:
    shares: dict[UUID | None, Decimal] = {UUID(int=1): Decimal(20), UUID(int=2): Decimal(40)}
    found = by_machine([LINES.hours(ChargeItem.LABOUR, CHARGED, price(Decimal("52.01")), "Ore", 60).of(shares)])
    assert [paid.net for paid in found.values()] == [Decimal("17.34"), Decimal("34.67")]


def test_what_names_no_machine_is_the_calls() -> None:
    found = by_machine([LINES.hours(ChargeItem.TRAVEL, CHARGED, price(Decimal("40.00")), "Viaggio", 90)])
    assert {machine: paid.net for machine, paid in found.items()} == {None: Decimal("60.00")}
