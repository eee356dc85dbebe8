"""`python -m tests.bench.billing`: a billing run of thousands of contracts, and what its size costs.

Contracts of several kinds are billed from the question what is due to the last issued invoice, documents deferred; the
rate is contracts per second of one process with its PostgreSQL beside it. The run of many is compared with the run of
few, contract by contract: linear is 1.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from aggregates.base import Act
from commands.base import Answer, Command, Entry, Service
from commands.catalog import BY_NAME as COMMANDS
from gateways.settings import Settings
from gateways.wiring import House, Installation
from projections.catalog import BY_NAME as VIEWS
from tests.bench.servers import bench_server
from tests.databases import new_database
from tests.dsl import MORNING

ACT = Act(by="user:bench", at=MORNING)
ON = "2026-10-01"
BATCH = 250
ADDRESS = {"street": "Via Appia 1", "postcode": "47121", "town": "Forlì", "province": "FC"}
KINDS: tuple[dict[str, Any], ...] = (
    {"step_months": 1, "lines": 1, "fee": "1200.00"},
    {"step_months": 3, "lines": 3, "fee": "800.00"},
    {"step_months": 12, "lines": 2, "fee": "1000.00"},
    {"step_months": 1, "lines": 2, "fee": "600.00", "timing": "arrears"},
    {"step_months": 1, "lines": 1, "fee": "240.00", "copies": True},
    {"step_months": 6, "lines": 1, "fee": "500.00", "hours": True},
)
"""How the contracts differ: some count copies of a machine, some sell hours beforehand."""
COPIES = {
    "step_months": 1,
    "counters": [{"counter": "bw", "included": 1000, "tiers": [{"unit_price": "0.0085"}]}],
}
HOURS = {"minutes": 600, "price": {"amount": "580.00"}, "valid_from": "2026-09-01", "valid_to": "2027-08-31"}


class Fill(Command):
    """Customers and signed contracts, so many from a number on, in one append; every so many start a day early."""

    first: int
    count: int
    due_early: int | None = None


def fill(cmd: Fill, act: Act, service: Service) -> Answer:
    """Each customer with one contract, and what its kind needs."""
    for number in range(cmd.first, cmd.first + cmd.count):
        kind = dict(KINDS[number % len(KINDS)])
        lines, fee = kind.pop("lines"), kind.pop("fee")
        has_copies, has_hours = kind.pop("copies", False), kind.pop("hours", False)
        customer_id, contract_id = UUID(int=0xC << 64 | number), UUID(int=0xA << 64 | number)
        named = {"code": f"C{number}", "name": f"Cliente {number}", "address": ADDRESS}
        _do(service, act, "register-party", party_id=customer_id, tax={"vat_number": "IT12345670017"}, **named)
        if has_copies:
            kind.update(meters=COPIES, kind="cost_per_copy")
        ids = {"contract_id": contract_id, "customer_id": customer_id}
        is_early = cmd.due_early is not None and number % cmd.due_early == 0
        _do(service, act, "draft-contract", **ids, starts_on="2026-08-31" if is_early else "2026-09-01", **kind)
        machines = [_machine(service, act, customer_id, number)] if has_copies else []
        for n in range(lines):
            line = {"line_id": UUID(int=n << 96 | number), "description": "Assistenza", "annual_fee": {"amount": fee}}
            _do(service, act, "add-contract-line", contract_id=contract_id, serial_item_ids=machines, **line)
        _do(service, act, "sign-contract", contract_id=contract_id, signed_on="2026-08-31")
        if has_hours:
            _do(service, act, "open-hour-pool", pool_id=UUID(int=0xB << 64 | number), customer_id=customer_id,
                name="Monte ore", hours=HOURS)  # fmt: skip
    return {}


def _machine(service: Service, act: Act, owner_id: UUID, number: int) -> UUID:
    """A machine with a meter, read at the month's two ends."""
    item_id = UUID(int=0xE << 64 | number)
    item = {
        "number": f"M{number}",
        "product": "Copier",
        "type": "copier",
        "owner_id": owner_id,
        "meters": [{"kind": "bw"}],
    }
    _do(service, act, "register-serial-item", serial_item_id=item_id, **item)
    for n, (day, value) in enumerate((("2026-09-01", 1000), ("2026-09-30", 4000 + number % 1000))):
        reading = {"kind": "bw", "value": value, "read_at": f"{day}T08:00:00+02:00"}
        _do(service, act, "record-reading", serial_item_id=item_id, reading_id=UUID(int=n << 96 | number), **reading)
    return item_id


def _do(service: Service, act: Act, command_name: str, /, **fields: Any) -> None:
    entry = COMMANDS[command_name]
    entry.handler(entry.command.model_validate(fields), act, service)


FILL = Entry("fill", "/fill", Fill, fill, frozenset())


@dataclass(frozen=True)
class Figures:
    """What one run took: seconds of its two halves, of the processor, and the most memory it ever had, in MiB."""

    contracts: int
    proposing: float
    issuing: float
    invoices: int
    processor: float
    memory_mib: float

    @property
    def rate(self) -> float:
        """Contracts a second, proposed and issued."""
        return self.contracts / (self.proposing + self.issuing)


@contextmanager
def house(dsn: str) -> Iterator[tuple[Installation, House]]:
    """A company without a contract."""
    with tempfile.TemporaryDirectory(prefix="libretto-bench-") as folder:
        settings = Settings(database_url=dsn, data_dir=Path(folder), pool_size=4)
        with Installation(settings) as running:
            running.migrate()
            running.registry.prepare()
            opened = running.open_house("bench", uuid4())
            identity = {"name": "Service Srl", "vat_number": "IT12345670017", "address": ADDRESS}
            do(opened, "found-company", company_id=opened.company_id, identity=identity)
            yield running, opened


def do(opened: House, command_name: str, /, **fields: Any) -> dict[str, Any]:
    """One command."""
    entry = COMMANDS[command_name]
    return opened.desk.execute(entry, entry.command.model_validate(fields), ACT).result


def filled(running: Installation, opened: House, contracts: int, due_early: int | None = None) -> None:
    """A company with so many signed contracts, folded."""
    for first in range(0, contracts, BATCH):
        opened.desk.execute(FILL, Fill(first=first, count=min(BATCH, contracts - first), due_early=due_early), ACT)
    running.daemon.catch_up()


def billed(running: Installation, opened: House, contracts: int) -> Figures:
    """The run, from its start to its last invoice; read models follow between the halves, outside the clock."""
    run_id = UUID(do(opened, "start-billing-run", until=ON)["run_id"])
    proposing, first = _advance(opened, run_id, "proposing")
    do(opened, "confirm-billing-run", run_id=run_id)
    running.daemon.catch_up()
    issuing, second = _advance(opened, run_id, "issuing")
    running.daemon.catch_up()
    view = VIEWS["billing-run"]
    sheet = view.query(opened.reader, view.ask.model_validate({"run_id": run_id}))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figures(contracts, proposing, issuing, sheet["issued"], first + second, peak)


def _advance(opened: House, run_id: UUID, stage: str) -> tuple[float, float]:
    """Seconds by the clock and of this process's processor."""
    gc.collect()
    began, busy = time.perf_counter(), time.process_time()
    while do(opened, "advance-billing-run", run_id=run_id, limit=BATCH)["stage"] == stage:
        pass
    return time.perf_counter() - began, time.process_time() - busy


def main(arguments: list[str]) -> int:
    """Print the table; 1 where `--strict` and a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.billing", description=__doc__)
    parser.add_argument("--contracts", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a promise is not kept")
    asked = parser.parse_args(arguments)
    found = []
    with tempfile.TemporaryDirectory(prefix="libretto-bench-") as at, bench_server(Path(at) / "server") as server:
        for contracts in asked.contracts:
            with new_database(server) as dsn, house(dsn) as (running, opened):
                filled(running, opened, contracts)
                figures = billed(running, opened, contracts)
                found.append(figures)
                print(
                    f"{contracts:>7} contracts: {figures.rate:7.0f} contracts/s "
                    f"(proposed {contracts / figures.proposing:.0f}/s, issued {contracts / figures.issuing:.0f}/s), "
                    f"{figures.processor / contracts * 1000:.2f} ms of this process each, "
                    f"{figures.invoices} invoices, peak {figures.memory_mib:.0f} MiB",
                    flush=True,
                )
    cost = found[0].rate / found[-1].rate
    print(f"cost of a contract, {found[-1].contracts} beside {found[0].contracts}: {cost:.2f} (linear is 1)")
    return 1 if asked.strict and found[-1].rate < 500 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
