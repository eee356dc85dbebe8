"""Settling due dates: the oldest first, or the chosen one; nothing is lost; what comes back opens what it settled."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.due_dates import PartAmount, Settlement, balances, spread
from aggregates.rules.payment_terms import DuePart

FIRST = date(2026, 1, 31)
SOMETIMES: st.SearchStrategy[bool] = st.booleans()
cents = st.decimals(Decimal("0.01"), Decimal(5000), places=2)


def settlement(*amounts: str) -> Settlement:
    parts = [DuePart(due_on=FIRST + timedelta(days=30 * n), amount=Decimal(a)) for n, a in enumerate(amounts)]
    return Settlement(parts=balances(parts))


def opens(money: Settlement) -> list[str]:
    return [str(each.open) for each in money.parts]


def pay(money: Settlement, key: int, amount: str, part: int | None = None) -> Settlement:
    wanted = Decimal(amount)
    return money.with_payment(UUID(int=key), FIRST, wanted, money.split(wanted, part))


def test_the_oldest_due_date_first() -> None:
    assert opens(pay(settlement("100.00", "100.00", "100.00"), 1, "150.00")) == ["0.00", "50.00", "100.00"]


def test_a_chosen_due_date() -> None:
    assert opens(pay(settlement("100.00", "100.00", "100.00"), 1, "80.00", part=3)) == ["100.00", "100.00", "20.00"]


def test_a_payment_that_comes_back_opens_what_it_had_settled() -> None:
    money = pay(pay(settlement("100.00", "100.00"), 1, "100.00"), 2, "60.00")
    assert opens(money) == ["0.00", "40.00"]
    back = money.without_payment(UUID(int=1))
    assert opens(back) == ["100.00", "40.00"]
    assert back.paid == Decimal("60.00")


def test_what_is_credited_beyond_the_open_is_owed_to_the_customer_and_can_be_used() -> None:
    money = pay(settlement("100.00", "100.00"), 1, "200.00").with_credit(Decimal("50.00"))
    assert opens(money) == ["0.00", "-50.00"]
    used = money.with_use(UUID(int=9), Decimal("30.00"))
    assert opens(used) == ["0.00", "-20.00"]
    assert opens(used.without_use(UUID(int=9))) == opens(money)


def test_an_old_payment_without_shares_reads_as_the_oldest_first() -> None:
    money = settlement("100.00", "100.00")
    assert money.with_payment(UUID(int=1), FIRST, Decimal("120.00"), ()) == pay(money, 1, "120.00")


@given(st.lists(cents, min_size=1, max_size=5), st.lists(cents, max_size=6), st.data())
def test_what_is_open_is_what_was_due_less_what_stayed(
    due: list[Decimal], paid: list[Decimal], data: st.DataObject
) -> None:
    money = settlement(*[str(each) for each in due])
    standing: dict[UUID, Decimal] = {}
    for n, amount in enumerate(paid):
        money = pay(money, n, str(amount))
        standing[UUID(int=n)] = amount
        if data.draw(SOMETIMES):
            gone = data.draw(st.sampled_from(sorted(standing)))
            money = money.without_payment(gone)
            del standing[gone]
    assert money.open == sum(due) - sum(standing.values())
    assert money.paid == sum(standing.values())


@given(st.lists(cents, min_size=1, max_size=5), cents)
def test_shares_sum_to_the_amount(due: list[Decimal], amount: Decimal) -> None:
    money = settlement(*[str(each) for each in due])
    shares: tuple[PartAmount, ...] = spread(money.parts, amount)
    assert sum(each.amount for each in shares) == amount
    last = money.parts[-1].part
    assert all(0 < each.amount <= due[each.part - 1] for each in shares if each.part != last)
