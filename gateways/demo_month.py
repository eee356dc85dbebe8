"""The demo's September 2026 (il mese): 400 calls, duties and office work, day after day in simulated time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from aggregates.values import ROME
from examples.demo.company import make_company
from examples.demo.month import month_calls
from gateways.demo_billing import (
    BILLING_DAYS,
    NEW_PAYMENTS_ON,
    OLD_PAYMENTS_ON,
    bill,
    pay_new,
    pay_old,
)
from gateways.demo_clerk import DemoClerk, side_by_side
from gateways.demo_controlling import play_controlling
from gateways.demo_goods import play_goods
from gateways.demo_stage import Progress, Settle, Stage
from gateways.demo_steps import PlayedCall, inherited
from gateways.wiring import House
from schedulers import propose_invoices, renew_contracts, watch_service_levels
from schedulers.catalog import BY_NAME as DUTIES

FIRST_DAY, LAST_DAY = date(2026, 9, 1), date(2026, 10, 1)
END = datetime(2026, 10, 1, 18, tzinfo=ROME)
"""The moment at which the month is over and looked back at."""
MORNING, NIGHT = time(6), time(23)
OPENING = -1
THREADS = 8


@dataclass(frozen=True)
class Played:
    """What came of the month: how many steps were played, and every command that was refused."""

    steps: int
    refused: tuple[str, ...]


def play_month(
    house: House,
    progress: Progress | None = None,
    *,
    settle: Settle | None = None,
    calls: Sequence[Mapping[str, Any]] | None = None,
) -> Played:
    """Play the month in a company that `demo.load` has made; played again, it changes nothing.

    Whatever folds the read models must be at work; `settle` replaces the wait for it where the caller folds itself.
    Raises `NotLevel`.
    """
    stage = Stage(house, settle)
    company = make_company()
    played = [PlayedCall(stage, call) for call in (month_calls(company) if calls is None else calls)]
    played += inherited(stage, company)
    script = _script(played)
    total = sum(len(steps) for on, steps in script.items() if on >= FIRST_DAY)
    done, day = 0, FIRST_DAY
    with ThreadPoolExecutor(THREADS, thread_name_prefix="demo") as pool:
        while day <= LAST_DAY:
            _office(stage, pool, day)
            play_goods(stage, day)
            _play_day(pool, script.get(day, ()))
            play_controlling(stage, day)
            _duty(stage, pool, watch_service_levels.NAME, datetime.combine(day, NIGHT, tzinfo=ROME))
            done, day = done + len(script.get(day, ())), day + timedelta(days=1)
            if progress is not None:
                progress(f"{day - timedelta(days=1):%d/%m/%Y}", done, total)
    stage.settle()
    return Played(done, tuple(sorted(stage.refused)))


def _script(calls: Sequence[PlayedCall]) -> dict[date, list[tuple[PlayedCall, int]]]:
    """The steps of all calls by day, in the order of time."""
    steps: list[tuple[datetime, int, int]] = []
    for place, call in enumerate(calls):
        steps.append((datetime.fromisoformat(call.call["opened_at"]), place, OPENING))
        for number, step in enumerate(call.call["steps"]):
            steps.append((datetime.fromisoformat(step["at"]), place, number))
    script: dict[date, list[tuple[PlayedCall, int]]] = {}
    for at, place, number in sorted(steps):
        script.setdefault(at.astimezone(ROME).date(), []).append((calls[place], number))
    return script


def _play_day(pool: Executor, steps: Sequence[tuple[PlayedCall, int]]) -> None:
    """The calls of a day in the order in which they come, then their steps, those of several calls side by side.

    Whatever takes a number stands alone: numbers follow the order of time, the same each time the month is played.
    """
    for call, number in steps:
        if number == OPENING:
            call.open()
    together: dict[str, list[Callable[[], object]]] = {}
    for call, number in steps:
        if number == OPENING:
            continue
        if call.takes_number(number):
            side_by_side(pool, together.values())
            together = {}
            call.play(number)
        else:
            together.setdefault(call.ref, []).append(partial(call.play, number))
    side_by_side(pool, together.values())


def _office(stage: Stage, pool: Executor, day: date) -> None:
    """What the system and the office do before the telephone rings."""
    morning = datetime.combine(day, MORNING, tzinfo=ROME)
    # Renewals come first: a term that begins today is billed today.
    _duty(stage, pool, renew_contracts.NAME, morning)
    _duty(stage, pool, propose_invoices.NAME, morning)
    if day in BILLING_DAYS:
        bill(stage, day)
    if day == OLD_PAYMENTS_ON:
        pay_old(stage, day)
    if day == NEW_PAYMENTS_ON:
        pay_new(stage, day)


def _duty(stage: Stage, pool: Executor, name: str, now: datetime) -> None:
    clerk = DemoClerk(stage, name, pool)
    DUTIES[name].tick(now, clerk)
    clerk.finish()
    stage.refused += [f"{now:%d/%m %H:%M} {name} {parked.key}: {parked.reason}" for parked in clerk.parked]
