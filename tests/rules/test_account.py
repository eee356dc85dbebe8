"""A customer's account: balances are sums, the closing of a period is the opening of the next, open items add up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.account import Move, MoveKind, account, ageing

JANUARY = date(2026, 1, 1)
DAYS = st.integers(0, 120).map(lambda n: JANUARY + timedelta(days=n))
CENTS = st.integers(-100_000, 100_000).map(lambda n: Decimal(n) / 100)


def move(on: str, amount: str, record: int | None = 1, kind: MoveKind = MoveKind.INVOICE, **told: Any) -> Move:
    day = date.fromisoformat(on)
    known: dict[str, Any] = {"group_id": UUID(int=record or 99), "record_id": UUID(int=record) if record else None}
    return Move(on=day, amount=Decimal(amount), kind=kind, **{**known, "part": 1 if record else None, **told})


@st.composite
def histories(draw: st.DrawFn) -> list[Move]:
    """Documents and money in any order, some of it on account."""
    made = []
    for _ in range(draw(st.integers(0, 25))):
        record = draw(st.one_of(st.none(), st.integers(1, 6)))
        due_on = date(2026, 1, record * 4) if record else None
        kind = draw(st.sampled_from([kind for kind in MoveKind if kind not in (MoveKind.OPENING, MoveKind.CLOSING)]))
        amount = draw(CENTS)
        made.append(move(draw(DAYS).isoformat(), str(amount), record, kind, due_on=due_on))
    return made


@given(histories(), DAYS, DAYS)
def test_balances_are_sums_whatever_happened(moves: list[Move], one: date, other: date) -> None:
    from_on, to_on = min(one, other), max(one, other)
    found = account(moves, from_on, to_on)
    assert found.opening == sum(each.amount for each in moves if each.on < from_on)
    assert found.closing == sum(each.amount for each in moves if each.on <= to_on)
    assert found.closing == found.opening + sum(line.amount for line in found.lines)
    assert found.closing == sum(part.open for part in found.parts)
    assert found.closing == sum(found.ageing.model_dump().values())
    assert all(part.open for part in found.parts)
    assert all(line.amount for line in found.lines)


@given(histories(), DAYS, DAYS)
def test_the_next_period_opens_with_what_this_one_closes(moves: list[Move], one: date, other: date) -> None:
    from_on, to_on = min(one, other), max(one, other)
    following = account(moves, to_on + timedelta(days=1), date(2026, 12, 31))
    whole = account(moves, from_on, date(2026, 12, 31))
    first = account(moves, from_on, to_on)
    assert first.closing == following.opening
    assert (*first.lines, *following.lines) == whole.lines
    assert following.parts == whole.parts


def test_money_that_settles_an_invoice_is_one_line_and_leaves_the_account_alone() -> None:
    money = UUID(int=50)
    moves = [
        move("2026-01-10", "122.00", 1, number="2026/1", document="2026/1", due_on=date(2026, 2, 10)),
        move("2026-02-01", "-150.00", None, MoveKind.PAYMENT, group_id=money, reference="Bonifico"),
        move("2026-02-01", "122.00", None, MoveKind.SETTLEMENT, group_id=money),
        move("2026-02-01", "-122.00", 1, MoveKind.SETTLEMENT, group_id=money),
    ]
    found = account(moves, date(2026, 1, 1), date(2026, 2, 28))
    assert [(line.kind, line.amount, line.balance) for line in found.lines] == [
        (MoveKind.INVOICE, Decimal("122.00"), Decimal("122.00")),
        (MoveKind.PAYMENT, Decimal("-150.00"), Decimal("-28.00")),
    ]
    (left,) = found.parts
    assert (left.record_id, left.number, left.open) == (None, "Bonifico", Decimal("-28.00"))
    assert found.ageing.on_account == Decimal("-28.00")


@pytest.mark.parametrize(
    ("days", "column"),
    [(-1, "not_due"), (0, "not_due"), (1, "to_30"), (30, "to_30"), (31, "to_60"), (60, "to_60"), (61, "to_90"),
     (90, "to_90"), (91, "over_90")],
)  # fmt: skip
def test_what_is_open_stands_in_the_column_of_its_days(days: int, column: str) -> None:
    due_on = date(2026, 6, 1)
    late = account([move("2026-01-10", "10.00", due_on=due_on)], due_on, due_on + timedelta(days=days))
    assert late.ageing.model_dump()[column] == Decimal("10.00")


def test_what_is_owed_to_the_customer_is_never_late() -> None:
    credit = account([move("2026-01-10", "-10.00", due_on=date(2026, 1, 10))], JANUARY, date(2026, 12, 31))
    assert (credit.parts[0].days_late, credit.ageing.credit) == (0, Decimal("-10.00"))
    assert ageing(()).model_dump() == dict.fromkeys(credit.ageing.model_dump(), Decimal("0.00"))
