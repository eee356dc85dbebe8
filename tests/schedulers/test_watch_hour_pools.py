"""Hour pools are watched by themselves: hours lapse and warnings are given once, missed days too (R2.5, R2.8)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aggregates.hour_pool import HourPool
from tests.commands.hour_pools import HOURS, OTHER_POOL, POOL, opened, topped_up, with_pool
from tests.contract_steps import tick
from tests.dsl import Company

WATCH = "watch-hour-pools"


@pytest.fixture
def firm(company: Company) -> Company:
    """Two pools: one until 14 January with a second lot until 14 May, one until 14 January."""
    with_pool(company)
    company.given(opened(OTHER_POOL, name="Altro", hours=HOURS), topped_up())
    return company


def lapsed(company: Company) -> list[tuple[str, Decimal]]:
    """Days and minutes that have lapsed, pool by pool."""
    facts = [one.fact for pool in (POOL, OTHER_POOL) for one in company.facts(pool)]
    return [(str(fact.expired_on), fact.minutes) for fact in facts if isinstance(fact, HourPool.LotExpired)]


def test_hours_lapse_on_the_day_after_their_last(firm: Company) -> None:
    tick(firm, WATCH, "2027-01-14T23:00")
    assert lapsed(firm) == []
    assert tick(firm, WATCH, "2027-01-15T00:30") == 2
    assert tick(firm, WATCH, "2027-01-15T01:30") == 0
    assert lapsed(firm) == [("2027-01-15", Decimal(600)), ("2027-01-15", Decimal(600))]
    assert firm.record(POOL).balance == 300


def test_a_duty_that_slept_catches_up_and_dates_each_lapse_by_its_own_day(firm: Company) -> None:
    assert tick(firm, WATCH, "2027-12-01T06:00") == 2
    assert lapsed(firm) == [
        ("2027-01-15", Decimal(600)),
        ("2027-05-15", Decimal(300)),
        ("2027-01-15", Decimal(600)),
    ]
    assert tick(firm, WATCH, "2027-12-02T06:00") == 0


def test_each_lot_that_is_about_to_end_is_told_of_once(firm: Company) -> None:
    assert tick(firm, WATCH, "2026-12-14T06:00") == 0
    assert tick(firm, WATCH, "2026-12-15T06:00") == 2
    assert tick(firm, WATCH, "2026-12-16T06:00") == 0
    assert tick(firm, WATCH, "2027-04-14T06:00") == 3, "two pools with hours to lapse, and one more lot that ends"
    alerts = firm.ask("hour-pool", pool_id=POOL)["alerts"]
    assert [(row["alert"], str(row["valid_to"])) for row in alerts] == [
        ("expiring", "2027-01-14"),
        ("expiring", "2027-05-14"),
    ]
