"""`python -m tests.bench.boards`: agenda, due list, SLA board and call board among a million calls.

Some thousands of calls are made by commands and folded, and their rows copied, each copy a week earlier than the one
before, until there are enough: the technicians' weeks stay as full as weeks are. Copies are over but for those of the
last ten weeks; one call in a hundred waits for a technician.
Each question is asked again and again; a 99th percentile of 20 ms is promised.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from uuid import UUID

from psycopg import sql

from aggregates.base import Act
from aggregates.values import ROME
from commands.base import Answer, Command, Entry, Service
from commands.catalog import BY_NAME as COMMANDS
from gateways.wiring import House, Installation
from projections.agenda import AGENDA, Agenda
from projections.base import ReadModel, Table
from projections.call_board import CALL, ITEM, CallBoard
from projections.catalog import BY_NAME as VIEWS
from projections.sla_board import SlaBoard
from projections.sla_tables import SLA_CALL, SLA_CLOCK
from tests.bench.billing import house
from tests.bench.servers import bench_server
from tests.databases import new_database

MONDAY = datetime(2026, 8, 31, 8, 0, tzinfo=ROME)
SUNDAY = (MONDAY + timedelta(days=6)).date()
NOW = MONDAY + timedelta(days=2, hours=2)
TECHNICIANS = 40
CUSTOMERS = 500
OPEN_WEEKS = 10
MADE = 2_000
"""Calls of one week: each technician has fifty visits of half an hour."""
LIMIT_MS = 20
TIMES = 300


class Week(Command):
    """A week of calls in one append, so many from a number on."""

    first: int
    count: int


def week(cmd: Week, act: Act, service: Service) -> Answer:
    """Customers and technicians, and calls with a visit each."""
    for number in range(cmd.first, cmd.first + cmd.count):
        if number < CUSTOMERS:
            named = {"code": f"C{number}", "name": f"Cliente {number}", "role": "prospect"}
            _do(service, act, "register-party", party_id=customer(number), **named)
        if number < TECHNICIANS:
            _do(
                service,
                act,
                "register-technician",
                technician_id=technician(number),
                code=f"T{number}",
                name=f"T{number}",
            )
        call_id = UUID(int=0xCA << 64 | number)
        about = {"call_id": call_id, "party_id": customer(number % CUSTOMERS), "fault": f"Non carica acqua {number}"}
        _do(service, act, "open-call", **about)
        day, half_hour = divmod(number // TECHNICIANS, 10)
        starts_at = MONDAY + timedelta(days=day, minutes=30 * half_hour)
        activity = {"call_id": call_id, "activity_id": UUID(int=0xAC << 64 | number)}
        if number % 200 == 0:
            continue
        _do(service, act, "plan-activity", **activity, kind="visit")
        if number % 200 == 1:
            continue
        slot = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=30)}
        _do(service, act, "assign-technician", **activity, technician_id=technician(number % TECHNICIANS), slot=slot)
    return {}


def _do(service: Service, act: Act, command_name: str, /, **fields: object) -> None:
    entry = COMMANDS[command_name]
    entry.handler(entry.command.model_validate(fields), act, service)


def customer(number: int) -> UUID:
    """The id of a customer."""
    return UUID(int=0xC0 << 64 | number)


def technician(number: int) -> UUID:
    """The id of a technician."""
    return UUID(int=0x7E << 64 | number)


WEEK = Entry("week", "/week", Week, week, frozenset())


@dataclass(frozen=True)
class Copied:
    """How a table's rows are copied: which ids are its own, and what is different where it is over."""

    model: type[ReadModel]
    table: Table
    own_ids: tuple[str, ...]
    over: tuple[tuple[str, str], ...] = ()


COPIES = (
    Copied(CallBoard, CALL, ("call_id",), (("ended_at", "opened_at"), ("status", "'closed'"))),
    Copied(CallBoard, ITEM, ("call_id",)),
    Copied(SlaBoard, SLA_CALL, ("call_id",), (("is_live", "false"),)),
    Copied(
        SlaBoard,
        SLA_CLOCK,
        ("call_id",),
        (("stopped_at", "opened_at"), ("next_at", "null::timestamptz"), ("next_percent", "null::integer")),
    ),
    Copied(Agenda, AGENDA, ("call_id", "activity_id"), (("state", "'performed'"),)),
)


def multiplied(running: Installation, times: int) -> None:
    """Each call so many times, as the read models would hold it; the log holds it once."""
    with running.database.owner() as connection:
        for copied in COPIES:
            seen = running.registry.seen(copied.model.NAME)
            assert seen is not None
            table = sql.Identifier(seen.table(copied.table))
            columns = sql.SQL(", ").join(map(sql.Identifier, copied.table.columns))
            values = sql.SQL(", ").join(_value(copied, name, kind) for name, kind in copied.table.columns.items())
            statement = (
                "insert into {table} (company_id, {columns}) "
                "select company_id, {values} from {table}, generate_series(1, %s) n"
            )
            connection.execute(sql.SQL(statement).format(table=table, columns=columns, values=values), (times - 1,))
        connection.execute("analyze")


def _value(copied: Copied, name: str, kind: str) -> sql.Composable:
    column = sql.Identifier(name)
    if name in copied.own_ids:
        return sql.SQL("md5({} || '/' || n)::uuid").format(column)
    shifted = {"timestamptz": "{} - n * interval '7 days'", "date": "{} - 7 * n"}.get(kind, "{}")
    value = sql.SQL(shifted).format(column)
    over = dict(copied.over).get(name)
    if over is None:
        return value
    ended = (
        sql.SQL(over)
        if over not in copied.table.columns
        else sql.SQL("{} - n * interval '7 days'").format(sql.Identifier(over))
    )
    is_open = sql.SQL("n < {}").format(sql.Literal(OPEN_WEEKS))
    return sql.SQL("case when {} then {} else {} end").format(is_open, value, ended)


QUESTIONS: dict[str, tuple[str, dict[str, object]]] = {
    "agenda, a technician's week": (
        "agenda",
        {"from_on": MONDAY.date(), "to_on": SUNDAY, "technician_id": technician(7)},
    ),
    "agenda, everybody's day": ("agenda", {"from_on": MONDAY.date(), "to_on": MONDAY.date()}),
    "due list, 50 calls": ("call-board", {"live": True, "due_before": NOW}),
    "SLA board, first 50 due": ("sla-board", {"at": NOW}),
    "SLA board, first 50 due of a customer": ("sla-board", {"at": NOW, "party_id": customer(3)}),
    "call board, newest 50": ("call-board", {}),
    "call board, a customer's": ("call-board", {"party_id": customer(3)}),
    "triage, first 50": ("triage", {}),
    "to be planned, 50": ("unassigned-activities", {}),
    "search of everything by customer": ("search", {"party_id": customer(3)}),
}
"""What is asked: a view and its parameters."""


def waits_ms(question: Callable[[], object]) -> tuple[float, float]:
    """The median and the 99th percentile of many waits."""
    waits = []
    for n in range(TIMES + 10):
        began = time.perf_counter()
        question()
        if n >= 10:
            waits.append((time.perf_counter() - began) * 1000)
    cut = quantiles(waits, n=100)
    return cut[49], cut[98]


def asked_of(opened: House, name: str, fields: dict[str, object]) -> Callable[[], object]:
    """A view's question, ready to be asked."""
    view = VIEWS[name]
    ask = view.ask.model_validate(fields)
    return lambda: view.query(opened.reader, ask)


def filled(running: Installation, opened: House) -> None:
    """One week's calls by commands."""
    for first in range(0, MADE, 250):
        act = Act(by="user:bench", at=(MONDAY - timedelta(days=3) + timedelta(minutes=first // 10)).astimezone(UTC))
        opened.desk.execute(WEEK, Week(first=first, count=250), act, UUID(int=first + 1))
    running.daemon.catch_up(opened.company_id)


def main(arguments: list[str]) -> int:
    """Print the table; 1 where `--strict` and a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.boards", description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a promise is not kept")
    asked = parser.parse_args(arguments)
    kept = True
    with (
        tempfile.TemporaryDirectory(prefix="libretto-bench-") as at,
        bench_server(Path(at) / "server") as server,
        new_database(server) as dsn,
        house(dsn) as (running, opened),
    ):
        filled(running, opened)
        multiplied(running, asked.calls // MADE)
        print(f"{asked.calls} calls\n{'':40}{'p50 ms':>9}{'p99 ms':>9}")
        for name, (view, fields) in QUESTIONS.items():
            p50, p99 = waits_ms(asked_of(opened, view, fields))
            kept &= p99 <= LIMIT_MS
            print(f"{name:40}{p50:9.1f}{p99:9.1f}")
    return 1 if asked.strict and not kept else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
