"""Terms that reach back into billed periods: what is owed either way, derived, once, to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.billing import DatedFee, DueKey, FeeLine, FeeTerms, Instalment, instalments
from aggregates.rules.instalments import DayBasis, FirstPeriod
from aggregates.rules.periods import Alignment, Timing
from aggregates.rules.settlement import BilledFee, differences, overbilled, taken_back
from aggregates.values import Period

LINE = UUID(int=1)
START = date(2026, 1, 1)


def terms(
    *fees: tuple[date, str],
    step: int = 12,
    ends_on: date | None = None,
    idle: tuple[Period, ...] = (),
    starts_on: date = START,
    basis: DayBasis = DayBasis.ACTUAL,
) -> FeeTerms:
    """One year from a start, with a line of dated fees."""
    dated = tuple(DatedFee(from_on=day, annual_fee=Decimal(fee)) for day, fee in fees)
    year = Period(starts_on=starts_on, ends_on=date(starts_on.year + 1, starts_on.month, starts_on.day) - timedelta(1))
    return FeeTerms(
        starts_on=starts_on,
        step_months=step,
        terms=(year,),
        ends_on=ends_on,
        lines=(FeeLine(line_id=LINE, fees=dated),),
        idle=idle,
        basis=basis,
    )


def billed(given: FeeTerms) -> list[BilledFee]:
    return [BilledFee(key=each.key, period=each.period, amount=each.amount) for each in instalments(given)]


def amounts(found: list[Instalment]) -> list[str]:
    return [str(each.amount) for each in found]


def test_a_fee_that_changes_inside_a_period_counts_for_its_days_and_so_does_the_next() -> None:
    """peers #8: two changes in one cycle. 90×1200 + 91×1460 + 184×1825 over 365."""
    changed = terms((START, "1200.00"), (date(2026, 4, 1), "1460.00"), (date(2026, 7, 1), "1825.00"))
    (only,) = instalments(changed)
    assert only.amount == Decimal("1579.89")
    assert "1.460,00 euro per i 91 giorni dal 01/04/2026" in only.told
    assert overbilled(changed, billed(changed), None) == []


def test_an_early_end_leaves_the_unused_days_to_credit() -> None:
    before, after = terms((START, "1200.00")), terms((START, "1200.00"), ends_on=date(2026, 3, 31))
    (found,) = overbilled(after, billed(before), None)
    assert (found.amount, found.key.number) == (Decimal("904.11"), 1)
    assert (
        "fatturati 1.200,00 euro. Secondo le condizioni: Periodo 1, dal 01/01/2026 al 31/03/2026: 90 dei 365 giorni"
        in found.told
    )


def test_periods_after_the_end_are_credited_whole() -> None:
    before, after = terms((START, "1200.00"), step=3), terms((START, "1200.00"), step=3, ends_on=date(2026, 3, 31))
    assert [(each.key.number, str(each.amount)) for each in overbilled(after, billed(before), None)] == [
        (2, "300.00"), (3, "300.00"), (4, "300.00"),
    ]  # fmt: skip


def test_what_credit_notes_took_back_already_is_not_credited_again() -> None:
    before, after = terms((START, "1200.00")), terms((START, "1200.00"), ends_on=date(2026, 3, 31))
    (fee,) = billed(before)
    partly = fee.model_copy(update={"credited": Decimal("900.00")})
    assert [str(each.amount) for each in overbilled(after, [partly], None)] == ["4.11"]
    assert overbilled(after, [fee.model_copy(update={"credited": Decimal("904.11")})], None) == []


def test_a_dearer_fee_from_a_billed_day_makes_a_difference_with_a_key_of_its_own() -> None:
    before, after = terms((START, "1200.00")), terms((START, "1200.00"), (date(2026, 7, 1), "1565.00"))
    (found,) = differences(after, billed(before), None)
    assert (found.amount, found.key) == (Decimal("184.00"), DueKey(line_id=LINE, number=1, kind="difference"))
    again = [*billed(before), BilledFee(key=found.key, period=found.period, amount=found.amount)]
    assert (differences(after, again, None), overbilled(after, again, None)) == ([], [])
    dearer = terms((START, "1200.00"), (date(2026, 7, 1), "1930.00"))
    (more,) = differences(dearer, again, None)
    assert (more.amount, more.key.attempt) == (Decimal("184.00"), 2)


def test_a_difference_pays_for_the_days_since_the_fee_changed() -> None:
    """R1.18: it is earned over them. 184 days at 2 instead of 1 euro; then 31 of them at 3."""
    first, july, december = (START, "365.00"), (date(2026, 7, 1), "730.00"), (date(2026, 12, 1), "1095.00")
    (since_july,) = differences(terms(first, july), billed(terms(first)), None)
    assert (since_july.period, since_july.amount) == (
        Period(starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31)),
        Decimal("184.00"),
    )
    assert since_july.description == "Conguaglio canone 01/07/2026–31/12/2026"
    counted = [*billed(terms(first)), BilledFee(key=since_july.key, period=since_july.period, amount=Decimal("184.00"))]
    (since_december,) = differences(terms(first, july, december), counted, None)
    assert (since_december.period.starts_on, since_december.amount) == (date(2026, 12, 1), Decimal("31.00"))
    (both,) = differences(terms(first, july, december), billed(terms(first)), None)
    assert (both.period.starts_on, both.amount) == (date(2026, 7, 1), Decimal("215.00"))
    (again,) = differences(terms(first, (date(2026, 7, 1), "1095.00")), counted, None)
    assert (again.period.starts_on, again.amount) == (date(2026, 7, 1), Decimal("184.00"))


def test_a_favour_is_never_charged_again() -> None:
    same = terms((START, "1200.00"))
    (fee,) = billed(same)
    assert differences(same, [fee.model_copy(update={"credited": Decimal("100.00")})], None) == []
    settled = fee.model_copy(update={"credited": Decimal("100.00"), "settled": Decimal("100.00")})
    assert amounts(differences(same, [settled], None)) == ["100.00"]


def test_what_is_proposed_or_billed_by_others_is_left_alone() -> None:
    before, after = terms((START, "1200.00")), terms((START, "1200.00"), ends_on=date(2026, 3, 31))
    (fee,) = billed(before)
    for change in ({"is_open": True}, {"is_foreign": True}):
        assert overbilled(after, [fee.model_copy(update=change)], None) == []


def test_a_reopened_key_is_settled_only_when_its_next_attempt_is_billed() -> None:
    after = terms((START, "1200.00"), ends_on=date(2026, 3, 31))
    first = DueKey(line_id=LINE, number=1)
    extra = BilledFee(key=DueKey(line_id=LINE, number=1, kind="difference"), period=after.terms[0], amount=Decimal(50))
    assert overbilled(after, [extra], None, [first]) == []
    (fee,) = instalments(after, None, None, [first])
    assert fee.key.attempt == 2
    second = BilledFee(key=fee.key, period=fee.period, amount=fee.amount)
    assert [str(each.amount) for each in overbilled(after, [second, extra], None, [first])] == ["50.00"]


def test_blocked_days_that_are_not_billed() -> None:
    june = Period(starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30))
    quarters = list(instalments(terms((START, "1200.00"), step=3, idle=(june,))))
    assert amounts(quarters) == ["300.00", "201.10", "300.00", "300.00"]
    assert "Giorni esclusi per servizio bloccato: 30." in quarters[1].told
    whole = Period(starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30))
    assert [each.key.number for each in instalments(terms((START, "1200.00"), step=3, idle=(whole,)))] == [1, 3, 4]


FEES = st.decimals(Decimal("0.00"), Decimal("5000.00"), places=2).map(str)
DAYS = st.integers(0, 364).map(lambda n: START + timedelta(n))
CHANGES = st.lists(st.tuples(DAYS, FEES), max_size=4).map(sorted)


@given(first=FEES, changes=CHANGES, step=st.sampled_from([1, 2, 3, 4, 6, 12]), end=DAYS, back=CHANGES)
def test_billed_and_settled_is_what_the_terms_say(
    first: str, changes: list[tuple[date, str]], step: int, end: date, back: list[tuple[date, str]]
) -> None:
    """Whatever was billed under old terms, credits and differences bring it to the new ones, once."""
    old, new = terms((START, first), *changes, step=step), terms((START, first), *back, step=step, ends_on=end)
    entries = billed(old)
    credits_ = {each.key: each.amount for each in overbilled(new, entries, None)}
    extra = differences(new, entries, None)
    assert all(amount > 0 for amount in credits_.values())
    assert all(each.amount > 0 for each in extra)
    kept = [
        fee.model_copy(
            update={"credited": credits_.get(fee.key, Decimal(0)), "settled": credits_.get(fee.key, Decimal(0))}
        )
        for fee in entries
    ]
    kept += [BilledFee(key=each.key, period=each.period, amount=each.amount) for each in extra]
    assert overbilled(new, kept, None) == []
    assert differences(new, kept, None) == []
    billed_places = {(fee.key.line_id, fee.key.number) for fee in entries}
    still = sum(each.amount for each in instalments(new) if (each.key.line_id, each.key.number) not in billed_places)
    net = sum(fee.amount - fee.credited for fee in kept)
    assert net + still == sum(each.amount for each in instalments(new))


@given(first=FEES, changes=CHANGES, basis=st.sampled_from(DayBasis), policy=st.sampled_from(FirstPeriod))
def test_a_change_to_the_same_fee_changes_nothing(
    first: str, changes: list[tuple[date, str]], basis: DayBasis, policy: FirstPeriod
) -> None:
    start = date(2026, 1, 31)
    same = [(day, first) for day, _ in changes if day > start]
    plain, cut = terms((start, first), step=3, starts_on=start), terms((start, first), *same, step=3, starts_on=start)
    shape = {"basis": basis, "first_period": policy, "alignment": Alignment.CALENDAR, "timing": Timing.ARREARS}
    one, other = (list(instalments(each.model_copy(update=shape))) for each in (plain, cut))
    assert one == other


@given(first=FEES, second=FEES, change=DAYS, basis=st.sampled_from(DayBasis))
def test_a_difference_begins_where_the_fee_changed(first: str, second: str, change: date, basis: DayBasis) -> None:
    """R1.18."""
    before, after = terms((START, first), basis=basis), terms((START, first), (change, second), basis=basis)
    for found in differences(after, billed(before), None):
        assert (found.period.starts_on, found.period.ends_on) == (change, date(2026, 12, 31))


@given(first=FEES, second=FEES, change=DAYS, basis=st.sampled_from(DayBasis))
def test_a_changed_period_lies_between_its_fees(first: str, second: str, change: date, basis: DayBasis) -> None:
    both = list(instalments(terms((START, first), (change, second), basis=basis)))
    lower, upper = sorted((Decimal(first), Decimal(second)))
    assert all(lower <= each.amount <= upper for each in both)


@given(
    fee=st.integers(1, 500_000),
    other=st.integers(0, 500_000),
    days=st.integers(1, 364),
    step=st.sampled_from([1, 3, 12]),
    on_notes=st.sets(st.integers(1, 12)),
)
def test_credits_and_what_is_given_back_make_the_terms_once(
    fee: int, other: int, days: int, step: int, on_notes: set[int]
) -> None:
    """Of periods on documents below zero nothing is credited; all the same every period ends at what it is worth."""
    first = terms((START, str(Decimal(fee) / 100)), step=step)
    now = terms((START, str(Decimal(other) / 100)), step=step, ends_on=START + timedelta(days))
    known = [each.model_copy(update={"is_on_note": each.key.number in on_notes}) for each in billed(first)]
    credits_, more, back = overbilled(now, known, None), differences(now, known, None), taken_back(now, known, None)
    assert not {each.key.number for each in credits_} & on_notes
    assert {each.key.number for each in back} <= on_notes
    assert all(each.amount < 0 for each in back)
    worth = {each.key.number: each.amount for each in instalments(now)}
    for entry in known:
        number, amount = entry.key.number, entry.amount
        amount -= sum(each.amount for each in credits_ if each.key.number == number)
        amount += sum(each.amount for each in (*more, *back) if each.key.number == number)
        assert amount == worth.get(number, Decimal(0))
    given_back = [BilledFee(key=each.key, period=each.period, amount=each.amount) for each in back]
    assert taken_back(now, [*known, *given_back], None) == []


@given(st.integers(1, 363), st.integers(1, 363), st.integers(1000, 4000), st.integers(0, 4000))
def test_a_fee_lowered_in_mid_period_is_taken_back_from_that_day_on(
    first: int, second: int, before: int, after: int
) -> None:
    """Whether it had been raised before, and billed so, or not; unless the change begins with the period."""
    raised_on, lowered_on = (START + timedelta(days=day) for day in sorted((first, second)))
    old, high, low = (Decimal(fee) for fee in (before, before + 4000, min(after, before)))
    dated = [(START, str(old))] + ([(raised_on, str(high))] if raised_on < lowered_on else [])
    was, now = terms(*dated), terms(*dated, (lowered_on, str(low)))
    found = overbilled(now, billed(was), None)
    assert {each.since for each in found} <= {lowered_on}
    assert sum(each.amount for each in found) == sum(each.amount for each in instalments(was)) - sum(
        each.amount for each in instalments(now)
    )


def test_a_fee_lowered_from_a_period_s_first_day_and_an_early_end_know_no_day() -> None:
    was = terms((START, "365.00"), step=3)
    lower = terms((START, "365.00"), (date(2026, 4, 1), "182.50"), step=3)
    assert {each.since for each in overbilled(lower, billed(was), None)} == {None}
    ended = terms((START, "365.00"), step=3, ends_on=date(2026, 5, 10))
    assert {each.since for each in overbilled(ended, billed(was), None)} == {None}
