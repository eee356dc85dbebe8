"""Levels of reminders: in order, each once for a due date, when it is late enough and there was time to answer."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.dunning import DunningLevel, DunningTerms, LatePayment, Reminded, letter_level, reminder

DUE = date(2026, 3, 31)
TERMS = DunningTerms(
    levels=tuple(DunningLevel(days_late=days, subject="S", text="T") for days in (10, 30, 60)), pause_days=10
)


def late(key: int = 1, due: date = DUE, open_amount: str = "100.00") -> LatePayment:
    return LatePayment(
        record_id=UUID(int=key), number=f"2026/{key}", issued_on=DUE, due_on=due, open=Decimal(open_amount)
    )


def levels(on: date, *lates: LatePayment, before: dict[tuple[UUID, int], Reminded] | None = None) -> list[int]:
    return [each.level for each in reminder(lates, before or {}, on, TERMS)]


def test_no_letter_before_the_first_level() -> None:
    assert levels(DUE + timedelta(days=9), late()) == []
    assert levels(DUE + timedelta(days=10), late()) == [1]


def test_levels_come_in_order_even_when_nobody_wrote_for_long() -> None:
    assert levels(DUE + timedelta(days=200), late()) == [1]


def test_the_same_level_never_comes_twice() -> None:
    before = {late().key: Reminded(level=1, on=DUE + timedelta(days=10))}
    assert levels(DUE + timedelta(days=29), late(), before=before) == []
    assert levels(DUE + timedelta(days=30), late(), before=before) == [2]


def test_the_customer_has_time_to_answer() -> None:
    before = {late().key: Reminded(level=1, on=DUE + timedelta(days=25))}
    assert levels(DUE + timedelta(days=34), late(), before=before) == []
    assert levels(DUE + timedelta(days=35), late(), before=before) == [2]


def test_one_letter_lists_all_that_is_late_and_speaks_of_the_highest_level() -> None:
    old, new = late(1), late(2, DUE + timedelta(days=25))
    before = {old.key: Reminded(level=1, on=DUE + timedelta(days=12))}
    parts = reminder([new, old], before, DUE + timedelta(days=36), TERMS)
    assert [(each.number, each.level, each.is_new) for each in parts] == [("2026/1", 2, True), ("2026/2", 1, True)]
    assert letter_level(parts) == 2


def test_what_was_reminded_comes_along_and_makes_no_letter_alone() -> None:
    old, new = late(1), late(2, DUE + timedelta(days=8))
    before = {old.key: Reminded(level=1, on=DUE + timedelta(days=12))}
    on = DUE + timedelta(days=20)
    assert levels(on - timedelta(days=3), old, new, before=before) == []
    parts = reminder([old, new], before, on, TERMS)
    assert [(each.number, each.level, each.is_new) for each in parts] == [("2026/1", 1, False), ("2026/2", 1, True)]
    assert letter_level(parts) == 1


def test_small_sums_get_no_letter() -> None:
    terms = TERMS.model_copy(update={"minimum": Decimal("50.00")})
    assert reminder([late(open_amount="49.99")], {}, DUE + timedelta(days=40), terms) == ()
    assert reminder([late(open_amount="50.00")], {}, DUE + timedelta(days=40), terms) != ()


@given(st.lists(st.integers(0, 120), min_size=1, max_size=60))
def test_whatever_the_days_each_level_is_reached_once_and_in_order(gaps: list[int]) -> None:
    reached: list[int] = []
    before: dict[tuple[UUID, int], Reminded] = {}
    on = DUE
    for gap in gaps:
        on += timedelta(days=gap)
        parts = reminder([late()], before, on, TERMS)
        if parts:
            reached.append(parts[0].level)
            before[late().key] = Reminded(level=parts[0].level, on=on)
    assert reached == list(range(1, len(reached) + 1))
    assert len(reached) <= 3
