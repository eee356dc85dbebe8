"""Runs races: contestants in turns, several rounds, medians and ratios.

Rates move by the hour on a shared machine; ratios inside one race, taken in turns in the same minutes, do not.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from gateways.postgres.server import PostgresServer
from tests.bench.registry import OURS, PLAIN, PLAIN_PYTHON, STOCK, Place, Race, Sample, Target
from tests.databases import new_database

ROUND_LIMIT_SECONDS = 180
BASES = (STOCK, PLAIN, PLAIN_PYTHON)


class TooSlow(RuntimeError):
    """A contestant did not come back from a round."""


@dataclass(frozen=True)
class Result:
    """What a contestant reached in each round: operations a second, or the median wait in milliseconds."""

    name: str
    rounds: tuple[float, ...]
    p99_ms: float | None = None

    @property
    def median(self) -> float:
        return median(self.rounds)


@dataclass(frozen=True)
class Verdict:
    """A promise beside what came out."""

    text: str
    is_kept: bool


def run_race(
    race: Race,
    server: PostgresServer,
    *,
    rounds: int = 5,
    seconds: float = 1,
    say: Callable[[str], None] = lambda _: None,
) -> list[Result]:
    """Run one race; each contestant has its own database, and who begins changes with each round."""
    with ExitStack() as stack:
        runs = {}
        for name, setup in race.contestants.items():
            say(f"{race.name}: {name} sets up")
            place = Place(server, stack.enter_context(database(server)))
            runs[name] = stack.enter_context(setup(place))
        samples: dict[str, list[Sample]] = {name: [] for name in runs}
        names = list(runs)
        for turn in range(rounds):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                say(f"{race.name}: round {turn + 1} of {rounds}, {name}")
                with limited(name):
                    samples[name].append(runs[name](seconds))
        return [result(race, name, measured) for name, measured in samples.items()]


def result(race: Race, name: str, samples: list[Sample]) -> Result:
    if not race.about_waiting:
        return Result(name, tuple(sample.operations / sample.seconds for sample in samples))
    waits = sorted(wait for sample in samples for wait in sample.waits_ms)
    return Result(name, tuple(median(sample.waits_ms) for sample in samples), waits[int(len(waits) * 0.99)])


def verdicts(race: Race, results: list[Result], fsync_ms: float) -> list[Verdict]:
    """Our promises for this race on this disk, kept or not; none where we did not run."""
    by_name = {one.name: one for one in results}
    ours = by_name.get(OURS)
    if ours is None:
        return []
    found = []
    for target in race.targets:
        if target.fsync_ms is not None and target.fsync_ms != fsync_ms:
            continue
        if verdict := judge(target, ours, by_name):
            found.append(verdict)
    return found


def judge(target: Target, ours: Result, by_name: dict[str, Result]) -> Verdict | None:
    if target.limit_ms is not None:
        return Verdict(
            f"at most {target.limit_ms:g} ms at the median: {ours.median:.1f} ms", ours.median <= target.limit_ms
        )
    base = by_name.get(target.against or "")
    if base is None:
        return None
    ratio = ours.median / base.median
    return Verdict(f"at least {target.factor:g} × {base.name}: {ratio:.2f} ×", ratio >= target.factor)


def table(race: Race, results: list[Result]) -> list[str]:
    """The race as lines of text: median, lowest and highest round, and the ratio to each base."""
    bases = [one for one in results if one.name in BASES]
    heads = [race.unit, "lowest", "highest", *(["p99"] if race.about_waiting else [])]
    heads += [f"/ {base.name}" for base in bases]
    rows = [["", *heads]]
    for one in results:
        row = [one.name, number(one.median), number(min(one.rounds)), number(max(one.rounds))]
        if one.p99_ms is not None:
            row.append(number(one.p99_ms))
        rows.append(row + [f"{one.median / base.median:.2f}" for base in bases])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


@contextmanager
def database(server: PostgresServer) -> Iterator[str]:
    with new_database(server) as dsn:
        yield dsn.split("?")[0].rsplit("/", 1)[1]


@contextmanager
def limited(name: str) -> Iterator[None]:
    """Interrupt a contestant that hangs. Raises TooSlow."""

    def give_up(number: int, frame: object) -> None:
        raise TooSlow(f"{name} did not finish a round in {ROUND_LIMIT_SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(ROUND_LIMIT_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
