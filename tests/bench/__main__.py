"""`python -m tests.bench`: measure, and say how it compares."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import shlex
import sys
import tempfile
from pathlib import Path

import tests.bench
from gateways.postgres.server import PostgresServer
from tests.bench.harness import run_race, table, verdicts
from tests.bench.registry import RACES, Race
from tests.bench.servers import CannotMeasure, bench_server


def main(arguments: list[str]) -> int:
    """Run the races named, or all; answer 1 where `--strict` and a promise was not kept."""
    for module in pkgutil.iter_modules(tests.bench.__path__):
        if module.name != "__main__" and not module.name.startswith("test_"):
            importlib.import_module(f"tests.bench.{module.name}")
    asked = parse(arguments)
    races = [RACES[name] for name in asked.races] or [race for race in RACES.values() if race.contestants]
    if asked.list:
        for race in RACES.values():
            print(f"{race.name:15} {race.title}: {', '.join(race.contestants) or 'nobody yet'}")
        return 0
    print(f"To repeat: python -m tests.bench {shlex.join(arguments)}".rstrip())
    kept = True
    for fsync_ms in asked.fsync_ms:
        with tempfile.TemporaryDirectory(prefix="libretto-bench-") as folder:
            try:
                with bench_server(Path(folder) / "server", fsync_ms=fsync_ms, system=asked.system) as server:
                    disk = f"fsync {fsync_ms:g} ms slower" if fsync_ms else "the disk as it is"
                    print(f"\nPostgreSQL {server.version}, durable, {disk}; median of {asked.rounds} rounds in turns")
                    for race in races:
                        kept &= measure(race, server, asked, fsync_ms)
            except CannotMeasure as reason:
                print(f"\nNot measured at {fsync_ms:g} ms: {reason}")
    return 1 if asked.strict and not kept else 0


def measure(race: Race, server: PostgresServer, asked: argparse.Namespace, fsync_ms: float) -> bool:
    """Run and print one race; answer whether every promise was kept."""
    results = run_race(race, server, rounds=asked.rounds, seconds=asked.seconds, say=progress)
    progress("")
    print(f"\n{race.name}: {race.title}")
    for line in table(race, results):
        print("  " + line)
    found = verdicts(race, results, fsync_ms)
    for verdict in found:
        print(f"  {'kept  ' if verdict.is_kept else 'MISSED'} {verdict.text}")
    return all(verdict.is_kept for verdict in found)


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("races", nargs="*", choices=[*RACES, []], metavar="race", help="which races; default all")
    parser.add_argument("--list", action="store_true", help="show the races and who runs in them")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each contestant (5)")
    parser.add_argument("--seconds", type=float, default=1, help="length of a round (1)")
    parser.add_argument("--fsync-ms", type=float, nargs="+", default=[0, 2], help="disks to measure: 0 2")
    parser.add_argument("--system", action="store_true", help="the machine's own PostgreSQL (PG_BIN) on TCP")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a promise is not kept")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
