"""Hour pools: rounding, bands, weighing, order of consumption, revenue (R2.2–R2.7)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.business_calendar import OFFICE_DAY, CalendarTerms, WeekShifts
from aggregates.rules.hour_pools import (
    Band,
    BandRules,
    Charged,
    ChargeRules,
    Offer,
    Stretch,
    band_pieces,
    charge,
    consume,
    earned,
    rounded_minutes,
)
from aggregates.values import ROME, Period

CALENDAR = CalendarTerms()
RULES = ChargeRules()
MONDAY = date(2026, 5, 18)


def stretch(begins: str, ends: str, **fields: int) -> Stretch:
    """Work in Italian wall-clock time."""
    times = [datetime.fromisoformat(each).replace(tzinfo=ROME) for each in (begins, ends)]
    return Stretch(starts_at=times[0], ends_at=times[1], **fields)


def charged(*stretches: Stretch, rules: ChargeRules = RULES, calendar: CalendarTerms = CALENDAR) -> Charged:
    """What stretches are charged in a call that is not urgent, travel not counted."""
    return charge(stretches, calendar, rules, urgent=False, travel=False)


def by_band(found: Charged) -> dict[str, int]:
    """Minutes before weighing, by band."""
    return {each.band.value: each.minutes for each in found.bands}


@pytest.mark.parametrize(
    ("begins", "ends", "minutes", "weighed"),
    [
        ("2026-01-20T10:00", "2026-01-20T10:12", 30, "30"),
        ("2026-02-10T09:00", "2026-02-10T10:35", 105, "105"),
        ("2026-03-05T18:30", "2026-03-05T20:00", 90, "135"),
        ("2026-04-25T10:00", "2026-04-25T11:00", 60, "120"),
        ("2026-05-20T17:30", "2026-05-20T18:50", 90, "120"),
        ("2026-06-10T10:00", "2026-06-10T11:23", 90, "90"),
        ("2026-05-16T10:00", "2026-05-16T10:40", 45, "67.5"),
    ],
)
def test_the_rows_of_s07(begins: str, ends: str, minutes: int, weighed: str) -> None:
    found = charged(stretch(begins, ends))
    assert (found.charged_minutes, found.weighed_minutes) == (minutes, Decimal(weighed))


def test_all_stretches_of_an_intervention_are_rounded_together() -> None:
    """Two stretches of 240 and 25 minutes are 265, charged 270; by themselves they would be 240 and 30."""
    found = charged(stretch("2026-05-12T08:30", "2026-05-12T12:30"), stretch("2026-05-12T14:00", "2026-05-12T14:25"))
    assert (found.actual_minutes, found.charged_minutes, found.weighed_minutes) == (265, 270, Decimal(270))


def test_the_minutes_added_go_to_the_last_band_in_time() -> None:
    """From night into ordinary hours: the ten minutes added are ordinary, though the night is listed after them."""
    early = CalendarTerms(shifts=WeekShifts(monday=((time(6), time(14)),)))
    found = charged(stretch("2026-05-18T05:00", "2026-05-18T06:50"), calendar=early)
    assert by_band(found) == {"ordinary": 60, "night": 60}
    late = charged(stretch("2026-05-18T17:30", "2026-05-18T18:05"))
    assert by_band(late) == {"ordinary": 30, "out_of_hours": 15}


@pytest.mark.parametrize(
    ("at", "band"),
    [
        ("2026-05-18T08:30", Band.ORDINARY),
        ("2026-05-18T12:30", Band.OUT_OF_HOURS),
        ("2026-05-18T21:59", Band.OUT_OF_HOURS),
        ("2026-05-18T22:00", Band.NIGHT),
        ("2026-05-19T05:59", Band.NIGHT),
        ("2026-05-19T06:00", Band.OUT_OF_HOURS),
        ("2026-05-16T10:00", Band.SATURDAY),
        ("2026-05-16T23:00", Band.NIGHT),
        ("2026-05-17T10:00", Band.HOLIDAY),
        ("2026-04-25T10:00", Band.HOLIDAY),
        ("2026-12-08T09:00", Band.HOLIDAY),
        ("2026-12-25T23:00", Band.NIGHT_HOLIDAY),
        ("2026-02-04T09:00", Band.HOLIDAY),
    ],
)
def test_the_band_of_a_minute(at: str, band: Band) -> None:
    """A holiday beats Saturday, the night beats other hours, Forlì's patron saint is a holiday."""
    begins = datetime.fromisoformat(at).replace(tzinfo=ROME)
    calendar = CalendarTerms(patron_town="Forlì")
    (piece,) = band_pieces(calendar, BandRules(), begins, begins + timedelta(minutes=1))
    assert piece == (band, 1)


def test_a_closure_is_no_holiday_and_saturday_shifts_are_as_the_terms_say() -> None:
    closed = CalendarTerms(closures=(Period(starts_on=MONDAY, ends_on=MONDAY),))
    assert by_band(charged(stretch("2026-05-18T09:00", "2026-05-18T10:00"), calendar=closed)) == {"out_of_hours": 60}
    saturdays = CalendarTerms(shifts=WeekShifts(saturday=OFFICE_DAY))
    work = stretch("2026-05-16T09:00", "2026-05-16T10:00")
    assert by_band(charged(work, calendar=saturdays)) == {"ordinary": 60}
    dear = ChargeRules(bands=BandRules(saturday_shifts_are_ordinary=False))
    assert by_band(charged(work, calendar=saturdays, rules=dear)) == {"saturday": 60}
    sundays = ChargeRules(bands=BandRules(sunday_is_holiday=False))
    assert by_band(charged(stretch("2026-05-17T09:00", "2026-05-17T10:00"), rules=sundays)) == {"out_of_hours": 60}


def test_hours_are_counted_as_they_pass_when_the_clock_changes() -> None:
    """From 23:00 to 07:00 nine hours pass in October, seven in March: eight and six of night."""
    rules = ChargeRules(bands=BandRules(sunday_is_holiday=False))
    autumn = charged(stretch("2026-10-24T23:00", "2026-10-25T07:00"), rules=rules)
    spring = charged(stretch("2026-03-28T23:00", "2026-03-29T07:00"), rules=rules)
    assert by_band(autumn) == {"out_of_hours": 60, "night": 480}
    assert by_band(spring) == {"out_of_hours": 60, "night": 360}


def test_pauses_leave_the_dearest_band_and_travel_joins_the_first() -> None:
    lunch = stretch("2026-05-12T08:30", "2026-05-12T14:25", pause_minutes=90)
    assert by_band(charged(lunch)) == {"ordinary": 270}
    work = [stretch("2026-05-12T17:30", "2026-05-12T18:30", travel_minutes=40)]
    free = charge(work, CALENDAR, RULES, urgent=False, travel=False)
    counted = charge(work, CALENDAR, RULES, urgent=False, travel=True)
    assert (by_band(free), by_band(counted)) == (
        {"ordinary": 30, "out_of_hours": 30},
        {"ordinary": 70, "out_of_hours": 35},
    )


def test_an_urgent_call_counts_as_often_as_the_terms_say() -> None:
    double = ChargeRules(bands=BandRules(urgent=Decimal(2)))
    work = [stretch("2026-03-05T18:30", "2026-03-05T20:00")]
    weighed = [charge(work, CALENDAR, double, urgent=urgent, travel=False).weighed_minutes for urgent in (False, True)]
    assert weighed == [Decimal(135), Decimal(270)]


def test_seconds_are_not_counted_and_no_work_is_charged_nothing() -> None:
    begins = datetime(2026, 5, 18, 9, 0, 50, tzinfo=ROME)
    tiny = Stretch(starts_at=begins, ends_at=begins + timedelta(seconds=5))
    assert charged(tiny).charged_minutes == 0
    assert charged(Stretch(starts_at=begins, ends_at=begins + timedelta(seconds=15))).charged_minutes == 30


@given(st.integers(0, 3000), st.integers(0, 120), st.integers(1, 120))
def test_rounding_never_loses_and_adds_less_than_a_step_beyond_the_minimum(
    actual: int, minimum: int, step: int
) -> None:
    rounded = rounded_minutes(actual, minimum, step)
    assert rounded >= actual
    assert rounded == 0 or rounded >= minimum
    assert rounded < max(minimum, actual + step) + 1
    assert rounded <= rounded_minutes(actual + 1, minimum, step)


moments = st.datetimes(datetime(2026, 3, 20), datetime(2026, 11, 5)).map(lambda at: at.replace(tzinfo=ROME))
works = st.lists(st.tuples(moments, st.integers(1, 1500)), min_size=1, max_size=4)


def _stretches(works: list[tuple[datetime, int]]) -> list[Stretch]:
    made = []
    for begins, minutes in works:
        starts_at = begins.astimezone(tz=None)
        made.append(Stretch(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes)))
    return made


@given(works)
def test_bands_hold_exactly_the_minutes_charged_each_weighed_by_its_factor(works: list[tuple[datetime, int]]) -> None:
    found = charge(_stretches(works), CALENDAR, RULES, urgent=False, travel=False)
    assert found.actual_minutes == sum(minutes for _, minutes in works)
    assert sum(each.minutes for each in found.bands) == found.charged_minutes
    assert found.charged_minutes == rounded_minutes(found.actual_minutes, 30, 15)
    assert found.weighed_minutes == sum(each.minutes * RULES.bands.factor(each.band) for each in found.bands)
    assert found.charged_minutes <= found.weighed_minutes <= found.charged_minutes * Decimal("2.5")


@given(moments, st.integers(1, 1500))
def test_pieces_tile_a_stretch_and_neighbours_differ_by_a_boundary(begins: datetime, minutes: int) -> None:
    starts_at = begins.astimezone(tz=None)
    pieces = band_pieces(CALENDAR, BandRules(), starts_at, starts_at + timedelta(minutes=minutes))
    assert sum(piece.minutes for piece in pieces) == minutes
    assert all(piece.minutes > 0 for piece in pieces)


@given(moments, st.integers(1, 600), st.integers(1, 600))
def test_working_longer_never_costs_less(begins: datetime, minutes: int, more: int) -> None:
    """With factors of at least one and added minutes in the last band, also across bands up to a step."""
    flat = ChargeRules(step_minutes=1, minimum_minutes=0)
    short, long = (
        charge(_stretches([(begins, each)]), CALENDAR, flat, urgent=False, travel=False).weighed_minutes
        for each in (minutes, minutes + more)
    )
    assert short < long


offers = st.lists(
    st.builds(
        Offer,
        st.dates(date(2026, 1, 1), date(2026, 1, 9)),
        st.dates(date(2025, 1, 1), date(2025, 1, 5)),
        st.decimals(1, 500, places=1),
    ),
    max_size=6,
)


@given(offers, st.decimals(0, 1500, places=1))
def test_lots_are_emptied_in_order_of_expiry_then_age(offers: list[Offer], minutes: Decimal) -> None:
    taken, rest = consume(offers, minutes)
    assert sum((part for _, part in taken), rest) == minutes
    order = [offers[n][:2] for n, _ in taken]
    assert order == sorted(order)
    assert all(part == offers[n].minutes for n, part in taken[:-1])
    used = {n for n, _ in taken}
    assert not order or all(offer[:2] >= order[-1] for n, offer in enumerate(offers) if n not in used)
    assert rest == 0 or sum(offer.minutes for offer in offers) < minutes


def test_the_oldest_of_two_that_expire_together_goes_first() -> None:
    on = date(2026, 12, 31)
    lots = [Offer(on, date(2026, month, 1), Decimal(60)) for month in (3, 1, 2)]
    assert consume(lots, Decimal(150)) == ([(1, Decimal(60)), (2, Decimal(60)), (0, Decimal(30))], Decimal(0))


@given(st.decimals(0, 10_000, places=2), st.integers(1, 5000), st.lists(st.decimals(0, 400, places=1), max_size=12))
def test_revenue_of_all_draws_and_of_the_rest_is_the_price(price: Decimal, minutes: int, draws: list[Decimal]) -> None:
    consumed, revenue = Decimal(0), []
    for draw in [*draws, Decimal(minutes)]:
        after = min(consumed + draw, Decimal(minutes))
        revenue.append(earned(price, after, minutes) - earned(price, consumed, minutes))
        consumed = after
    assert sum(revenue) == price
    assert all(part >= 0 for part in revenue)


def test_revenue_after_the_second_row_of_s07() -> None:
    assert earned(Decimal("580.00"), Decimal(135), 600) == Decimal("130.50")
