"""What is paid back: never above a limit of kind and day, all below it, whatever the order (REP-3)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.expenses import DailyLimit, ExpenseKind, ExpenseTerms, Spent, mileage, twins, within_limits

EURO = st.decimals("0.01", "300", places=2)
KINDS = st.sampled_from([ExpenseKind.MEAL, ExpenseKind.LODGING, ExpenseKind.TOLL])
DAYS = st.dates(date(2026, 9, 1), date(2026, 9, 3))
LINES = st.lists(st.tuples(KINDS, DAYS, EURO), max_size=12).map(
    lambda found: [Spent(UUID(int=n), *one) for n, one in enumerate(found, 1)]
)
LIMITS = st.dictionaries(st.tuples(KINDS, DAYS), EURO)


@given(LINES, LIMITS)
def test_each_kind_and_day_pays_its_sum_or_its_limit(
    lines: list[Spent], limits: dict[tuple[ExpenseKind, date], Decimal]
) -> None:
    counts = within_limits(lines, limits)
    assert set(counts) == {line.line_id for line in lines}
    assert all(0 <= counts[line.line_id] <= line.amount for line in lines)
    spent: dict[tuple[ExpenseKind, date], Decimal] = defaultdict(Decimal)
    paid: dict[tuple[ExpenseKind, date], Decimal] = defaultdict(Decimal)
    for line in lines:
        spent[line.kind, line.spent_on] += line.amount
        paid[line.kind, line.spent_on] += counts[line.line_id]
    assert paid == {key: min(total, limits.get(key, total)) for key, total in spent.items()}


@given(LINES, LIMITS)
def test_the_order_of_lines_changes_no_sum(lines: list[Spent], limits: dict[tuple[ExpenseKind, date], Decimal]) -> None:
    assert sum(within_limits(lines, limits).values()) == sum(within_limits(lines[::-1], limits).values())


@given(LINES)
def test_twins_say_the_same(lines: list[Spent]) -> None:
    slow = {a.line_id for a in lines for b in lines if a.line_id != b.line_id and a[1:] == b[1:]}
    assert twins(lines) == slow


@given(st.decimals("0.1", "900", places=1), st.decimals("0", "1", places=4))
def test_kilometres_are_rounded_once(km: Decimal, per_km: Decimal) -> None:
    assert mileage(km, per_km) == (km * per_km).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_the_lowest_of_several_limits_counts() -> None:
    meals = [DailyLimit(kind=ExpenseKind.MEAL, per_day=Decimal(most)) for most in ("30", "25", "40")]
    terms = ExpenseTerms(limits=tuple(meals))
    assert (terms.limit(ExpenseKind.MEAL), terms.limit(ExpenseKind.TOLL)) == (Decimal(25), None)
