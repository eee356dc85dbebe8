"""`python -m tests.bench.clocks`: due times per second, ours against looking at the wall clock minute by minute.

Both count the same 16 business hours from the same openings, with and without a pause, in one run and taking turns; the
answers must agree. The naive clock gets a tenth of the openings, since it is that slow.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter

from aggregates.rules.business_calendar import CalendarTerms
from aggregates.rules.service_level import deadline
from aggregates.values import Slot
from tests.rules.slow_clock import slow_deadline

CALENDAR = CalendarTerms(patron_town="Milano")
TARGET = 960
BEGINNING = datetime(2026, 1, 2, 9, 7, tzinfo=UTC)
ROUNDS = 3
Case = tuple[datetime, tuple[Slot, ...]]
Count = Callable[[CalendarTerms, datetime, int, Sequence[Slot]], datetime]


def cases(number: int) -> list[Case]:
    """Openings over a year, every second one with a pause of a night and a morning."""
    found: list[Case] = []
    for n in range(number):
        opened = BEGINNING + timedelta(minutes=n * 524_287 % 525_600)
        stands = Slot(starts_at=opened + timedelta(hours=6), ends_at=opened + timedelta(hours=25))
        found.append((opened, (stands,) if n % 2 else ()))
    return found


def rate(count: Count, asked: Sequence[Case]) -> float:
    """Due times per second."""
    started = perf_counter()
    for opened, pauses in asked:
        count(CALENDAR, opened, TARGET, pauses)
    return len(asked) / (perf_counter() - started)


def main(argv: Sequence[str] | None = None) -> int:
    """Prints both rates and their ratio; 1 when the answers differ or the ratio is below the bar of ten."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=2_000)
    asked = cases(parser.parse_args(argv).number)
    few = asked[: max(1, len(asked) // 10)]
    if any(deadline(CALENDAR, o, TARGET, p) != slow_deadline(CALENDAR, o, TARGET, p) for o, p in few[:50]):
        print("the two clocks differ")
        return 1
    ours, naive = 0.0, 0.0
    for _ in range(ROUNDS):
        ours = max(ours, rate(deadline, asked))
        naive = max(naive, rate(slow_deadline, few))
    print(f"ours {ours:,.0f}/s, minute by minute {naive:,.1f}/s, ratio {ours / naive:,.0f}")
    return 0 if ours / naive >= 10 else 1


if __name__ == "__main__":
    sys.exit(main())
