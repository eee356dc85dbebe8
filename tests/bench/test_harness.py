"""The measuring itself: turns, ratios, promises, and servers that are durable and as slow as asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from gateways.postgres.embedded import EmbeddedServer
from gateways.postgres.server import PostgresServer
from tests.bench import plain, stock
from tests.bench.harness import Result, TooSlow, limited, run_race, table, verdicts
from tests.bench.registry import OURS, PLAIN, RACES, STOCK, Place, Race, Run, Sample, Target, counted, waited
from tests.bench.servers import CannotMeasure, bench_server, compiler, must_be_durable
from tests.parts import missing

assert plain
assert stock  # imported for the contestants they register


def ran(name: str, *rounds: float) -> Result:
    return Result(name, rounds)


def test_contestants_take_turns_each_in_its_own_database(postgres: PostgresServer) -> None:
    order: list[str] = []
    databases: list[str] = []
    race = Race("test", "who comes first", "turns")
    for name in ("a", "b"):

        @contextmanager
        def setup(place: Place, name: str = name) -> Iterator[Run]:
            databases.append(place.database)

            def run(seconds: float) -> Sample:
                order.append(name)
                return Sample(10, 2.0)

            yield run

        race.contestants[name] = setup
    results = run_race(race, postgres, rounds=3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert len(set(databases)) == 2
    assert [(one.name, one.rounds) for one in results] == [("a", (5, 5, 5)), ("b", (5, 5, 5))]


def test_the_median_decides_not_the_best_round() -> None:
    assert ran(OURS, 1, 2, 300, 3, 2).median == 2


def test_a_promise_is_kept_or_missed_by_the_ratio() -> None:
    race = Race("test", "", "/s", (Target(STOCK, 3), Target(PLAIN, 0.7, fsync_ms=2)))
    results = [ran(OURS, 300), ran(STOCK, 99), ran(PLAIN, 500)]
    assert [(one.text, one.is_kept) for one in verdicts(race, results, fsync_ms=0)] == [
        ("at least 3 × stock library: 3.03 ×", True)
    ]
    assert [one.is_kept for one in verdicts(race, results, fsync_ms=2)] == [True, False]
    assert verdicts(race, results[1:], fsync_ms=2) == []


def test_a_promise_about_waiting_is_a_limit() -> None:
    race = Race("test", "", "ms", (Target(limit_ms=20),), about_waiting=True)
    assert [one.is_kept for one in verdicts(race, [ran(OURS, 19.9)], 0)] == [True]
    assert [one.is_kept for one in verdicts(race, [ran(OURS, 20.1)], 0)] == [False]


def test_the_table_shows_ratios_to_every_base() -> None:
    lines = table(Race("test", "", "/s"), [ran(OURS, 300), ran(STOCK, 100)])
    assert lines[0].split() == ["/s", "lowest", "highest", "/", "stock", "library"]
    assert lines[1].split() == ["libretto", "300", "300", "300", "3.00"]


def test_all_clients_are_counted_and_a_failure_is_not_hidden() -> None:
    sample = counted(lambda: time.sleep(0.01), clients=4)(0.2)
    assert 40 <= sample.operations <= 88
    with pytest.raises(ZeroDivisionError):
        counted(lambda: 1 / 0, clients=2)(0.2)


def test_waits_are_in_milliseconds() -> None:
    assert waited(lambda: 0.005)(0.05).waits_ms[0] == 5


def test_a_contestant_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.harness.ROUND_LIMIT_SECONDS", 1)
    with pytest.raises(TooSlow, match="the sleeper"), limited("the sleeper"):
        time.sleep(10)


def test_a_server_that_is_not_durable_is_not_measured(postgres: PostgresServer) -> None:
    with pytest.raises(CannotMeasure, match="fsync"):
        must_be_durable(postgres)


def test_a_slower_fsync_makes_each_commit_slower(tmp_path: Path) -> None:
    if compiler() is None:
        missing("c-compiler", "no cc, gcc or clang")
    with bench_server(tmp_path / "server", fsync_ms=20) as server:
        took = [commit(server) for _ in range(5)]
    assert min(took) >= 0.020
    with EmbeddedServer(tmp_path / "server") as natural:
        assert min(commit(natural) for _ in range(5)) < min(took)


def commit(server: PostgresServer) -> float:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("create table if not exists t (n int)")
        began = time.perf_counter()
        connection.execute("insert into t values (1)")
        return time.perf_counter() - began


@pytest.mark.slow
@pytest.mark.parametrize("race", ["one-client", "append", "eight-clients", "bulk-1000", "load-1000", "visible"])
def test_every_base_runs(race: str, postgres: PostgresServer) -> None:
    contestants = {name: setup for name, setup in RACES[race].contestants.items() if name != OURS}
    results = run_race(
        Race(race, "", "/s", about_waiting=race == "visible", contestants=contestants), postgres, rounds=1, seconds=0.2
    )
    assert len(results) == len(contestants)
    assert all(one.median > 0 for one in results)
