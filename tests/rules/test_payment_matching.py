"""What a bank's entry pays: only what is certain; the documents it names, for the amount it brings."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.payment_matching import MatchKind, OpenDueDate, match_payment, names

ROSSI, BIANCHI = UUID(int=100), UUID(int=200)


def due(number: str, amount: str, part: int = 1, customer: UUID = ROSSI) -> OpenDueDate:
    return OpenDueDate(
        record_id=UUID(int=sum(map(ord, number))), part=part, customer_id=customer, number=number,
        due_on=date(2026, 1, 31) + timedelta(days=30 * part), open=Decimal(amount),
    )  # fmt: skip


DUES = [due("2026/1", "100.00"), due("2026/1", "100.00", 2), due("2026/15", "50.00"), due("A-7/2026", "30.00")]


@pytest.mark.parametrize(
    ("text", "number"),
    [("saldo ft 2026/1", "2026/1"), ("SALDO FT. 2026 / 1,GRAZIE", "2026/1"), ("rif.a-7/2026 ", "A-7/2026")],
)
def test_numbers_are_found_as_people_write_them(text: str, number: str) -> None:
    assert names(text, number)


@pytest.mark.parametrize(
    ("text", "number"),
    [("ft 2026/15", "2026/1"), ("ft 12026/1", "2026/1"), ("01/2026/1", "2026/1"), ("via Roma 12", "12"), ("x", "x")],
)
def test_a_number_inside_another_is_none(text: str, number: str) -> None:
    assert not names(text, number)


@pytest.mark.parametrize(
    ("text", "amount", "kind", "numbers"),
    [
        ("saldo 2026/1", "200.00", MatchKind.MATCHED, [("2026/1", 1), ("2026/1", 2)]),
        ("rata 2026/1", "100.00", MatchKind.MATCHED, [("2026/1", 1)]),
        ("2026/1 e 2026/15", "150.00", MatchKind.MATCHED, [("2026/15", 1), ("2026/1", 1)]),
        ("2026/1 e 2026/15", "250.00", MatchKind.MATCHED, [("2026/15", 1), ("2026/1", 1), ("2026/1", 2)]),
        ("2026/15", "49.99", MatchKind.OTHER_AMOUNT, [("2026/15", 1)]),
        ("senza riferimenti", "100.00", MatchKind.UNMATCHED, []),
    ],
)
def test_matches(text: str, amount: str, kind: MatchKind, numbers: list[tuple[str, int]]) -> None:
    match = match_payment(text, Decimal(amount), DUES)
    assert match.kind is kind
    assert sorted((part.number, part.part) for part in match.parts) == sorted(numbers)


def test_two_customers_in_one_entry_are_left_to_people() -> None:
    other = due("2026/90", "10.00", customer=BIANCHI)
    assert match_payment("2026/1 2026/90", Decimal("110.00"), [*DUES, other]).kind is MatchKind.SEVERAL_CUSTOMERS


@given(st.lists(st.decimals(Decimal("0.01"), Decimal(999), places=2), min_size=1, max_size=6), st.data())
def test_what_is_matched_makes_the_amount_exactly(open_amounts: list[Decimal], data: st.DataObject) -> None:
    dues = [due(f"2026/{n}00", str(amount)) for n, amount in enumerate(open_amounts, 1)]
    text = " ".join(each.number for each in dues)
    amount = data.draw(st.decimals(Decimal("0.01"), Decimal(2000), places=2) | st.just(sum(open_amounts, Decimal(0))))
    match = match_payment(text, amount, dues)
    if match.kind is MatchKind.MATCHED:
        assert sum(part.open for part in match.parts) == amount
    else:
        assert amount != sum(open_amounts)
