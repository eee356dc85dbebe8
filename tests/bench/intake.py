"""`python -m tests.bench.intake`: who is calling, found among very many machines and customers.

A machine and a customer are registered by commands; facts like theirs, with other numbers and names, are folded as the
daemon folds them, and their rows copied into the tables. Then words are typed as people type them: whole, begun, from
the middle, with a letter wrong, two letters swapped, words in another order, without accents. Each kind must find what
was meant and stay below 50 ms.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import sql

from aggregates.party import Party
from aggregates.serial_item import SerialItem
from gateways.wiring import House, Installation
from projections.base import MemoryRows, ReadModel, Recorded, Table
from projections.installed_base import ITEM, InstalledBase
from projections.intake import AskIntake, intake
from projections.parties import PARTY, Parties
from projections.search_index import ENTRY, SearchIndex
from tests.bench.billing import do, house
from tests.bench.servers import bench_server
from tests.databases import new_database
from tests.dsl import MORNING

LIMIT_MS = 50
TIMES = 60
NAMES = [
    "Rossi",
    "Bianchi",
    "Neri",
    "Verdi",
    "Ferrari",
    "Esposito",
    "Ricci",
    "Marino",
    "Greco",
    "Bruno",
    "Gallo",
    "Conti",
    "Costa",
    "Giordano",
    "Mancini",
]
TRADES = [
    "Panificio",
    "Officina",
    "Ristorante",
    "Hotel",
    "Farmacia",
    "Clinica",
    "Caffè",
    "Tipografia",
    "Cantina",
    "Pasticceria",
    "Nidò",
]
TOWNS = [
    "Forlì",
    "Cesena",
    "Rimini",
    "Perugia",
    "Bologna",
    "Ravenna",
    "Faenza",
    "Imola",
    "Lugo",
    "Cervia",
    "Riccione",
    "Cattolica",
    "Ancona",
]
MAKERS = ("LT9-{:07d}", "RIC{:08d}", "SN {:06d}", "CN{:04d}-{:04d}")
Typed = Callable[[random.Random, str], str]


def number_of(n: int) -> str:
    """A serial number as one of four makers writes it; many begin alike."""
    spread = n * 7919 % 10_000_000
    return MAKERS[n % 4].format(spread % 10_000, spread // 10_000) if n % 4 == 3 else MAKERS[n % 4].format(spread)


def name_of(n: int) -> str:
    """A customer's name; many share their words."""
    return f"{TRADES[n % len(TRADES)]} {NAMES[n // 11 % len(NAMES)]} {TOWNS[n // 165 % len(TOWNS)]} {n // 2145 + 1}"


def swapped(chance: random.Random, text: str) -> str:
    """Two neighbouring letters that differ, in each other's place."""
    places = [n for n in range(1, len(text) - 1) if text[n] != text[n + 1] and text[n : n + 2].isalnum()]
    n = chance.choice(places)
    return text[:n] + text[n + 1] + text[n] + text[n + 2 :]


def one_wrong(chance: random.Random, text: str) -> str:
    """One digit or letter wrong."""
    n = chance.choice([n for n, letter in enumerate(text) if letter.isalnum() and n > 2])
    return text[:n] + chance.choice([c for c in "0123456789" if c != text[n]]) + text[n + 1 :]


SERIALS: dict[str, Typed] = {
    "whole number": lambda _, text: text,
    "its beginning": lambda _, text: text[:-2],
    "its inside": lambda _, text: text[3:],
    "other separators": lambda _, text: text.replace("-", " ").replace("SN ", "sn-"),
    "one letter wrong": one_wrong,
    "two letters swapped": swapped,
    "very common beginning": lambda _, text: text[:3],
}
CUSTOMERS: dict[str, Typed] = {
    "whole name": lambda _, text: text,
    "without accents": lambda _, text: text.replace("è", "e'").replace("ì", "i").replace("ò", "o"),
    "words swapped": lambda _, text: " ".join(reversed(text.split())),
    "name, letters swapped": lambda chance, text: " ".join([swapped(chance, text.split()[0]), *text.split()[1:]]),
    "one common word": lambda _, text: text.split()[1],
}


def facts_like(
    model: type[Party] | type[SerialItem], fact: Any, count: int, changed: Callable[[int], dict[str, Any]]
) -> Iterator[Any]:
    """So many facts like one, each of another stream."""
    for n in range(count):
        yield fact.model_copy(
            update={"originator_id": UUID(int=(1 << 100) + n + (model is SerialItem) * (1 << 60)), **changed(n)}
        )


def filled(running: Installation, opened: House, machines: int, customers: int) -> None:
    """The tables as they would be with so many machines and customers."""
    party = do(opened, "register-party", code="C", name="Rossi", role="prospect")["party_id"]
    item = do(opened, "register-serial-item", number="X", product="LT-900", type="copier", owner_id=party)
    running.daemon.catch_up(opened.company_id)
    known, registered = (opened.reader.facts(UUID(key))[0].fact for key in (party, item["serial_item_id"]))
    assert isinstance(known, Party.Registered)
    assert isinstance(registered, SerialItem.Registered)
    people = [(f"C{n}", name_of(n)) for n in range(customers)]
    owners = [UUID(int=(1 << 100) + n) for n in range(customers)]
    parties = facts_like(Party, known, customers, lambda n: {"code": people[n][0], "name": people[n][1]})
    items = facts_like(
        SerialItem,
        registered,
        machines,
        lambda n: {
            "number": number_of(n),
            "place": registered.place.model_copy(update={"owner_id": owners[n % customers]}),
        },
    )
    folded = {model: MemoryRows() for model in (SearchIndex, Parties, InstalledBase)}
    for fact in (*parties, *items):
        for model, rows in folded.items():
            model().fold(Recorded(fact, 1, MORNING, fact.originator_id), rows)
    for model, table in ((SearchIndex, ENTRY), (Parties, PARTY), (InstalledBase, ITEM)):
        copied(running, opened.company_id, model, table, folded[model])


def copied(running: Installation, company_id: UUID, model: type[ReadModel], table: Table, rows: MemoryRows) -> None:
    """Rows folded in memory, in the table."""
    seen = running.registry.seen(model.NAME)
    assert seen is not None
    physical = sql.Identifier(seen.table(table))
    columns = sql.SQL(", ").join(map(sql.Identifier, ("company_id", *table.columns)))
    statement = sql.SQL("copy {} ({}) from stdin").format(physical, columns)
    with running.database.owner() as connection:
        with connection.cursor().copy(statement) as copy:
            for row in rows.all(table):
                copy.write_row((company_id, *row.values()))
        connection.execute(sql.SQL("analyze {}").format(physical))


def measured(opened: House, typed: Callable[[int], tuple[str, str]], times: int) -> tuple[list[float], int]:
    """Waits in ms, and how often what was meant came among the first eight."""
    waits, found = [], 0
    for n in range(times):
        meant, text = typed(n)
        began = time.perf_counter()
        answer = intake(opened.reader, AskIntake(text=text, on=date(2026, 9, 1)))
        waits.append((time.perf_counter() - began) * 1000)
        found += any(row["label"] == meant for row in answer["items"])
    return sorted(waits), found


def main(arguments: list[str]) -> int:
    """Print the table; 1 where `--strict` and a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.intake", description=__doc__)
    parser.add_argument("--machines", type=int, default=200_000)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a promise is not kept")
    asked = parser.parse_args(arguments)
    kept = True
    with (
        tempfile.TemporaryDirectory(prefix="libretto-bench-") as at,
        bench_server(Path(at) / "server") as server,
        new_database(server) as dsn,
        house(dsn) as (running, opened),
    ):
        began = time.perf_counter()
        filled(running, opened, asked.machines, asked.customers)
        print(f"{asked.machines} machines, {asked.customers} customers, filled in {time.perf_counter() - began:.0f} s")
        print(f"{'typed':28} {'p50':>8} {'p99':>8}   found, of {TIMES}")
        for among, count, name in ((SERIALS, asked.machines, number_of), (CUSTOMERS, asked.customers, name_of)):
            for how, typing in among.items():
                chance = random.Random(how)
                meant = [name(chance.randrange(count)) for _ in range(TIMES + 3)]
                pairs = [(each, typing(chance, each)) for each in meant]
                measured(opened, lambda n, pairs=pairs: pairs[-1 - n], 3)  # type: ignore[misc] # a warm-up
                waits, found = measured(opened, lambda n, pairs=pairs: pairs[n], TIMES)  # type: ignore[misc] # the default binds it
                p50, p99 = waits[TIMES // 2], waits[-1]
                kept &= p99 <= LIMIT_MS
                print(f"{how:28} {p50:7.1f}ms {p99:7.1f}ms   {found}")
    return 1 if asked.strict and not kept else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
