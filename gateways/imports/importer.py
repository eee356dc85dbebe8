"""A folder of files becomes commands (importazione): all that is wrong is told first, then each new row is taken in.

An import can be repeated and interrupted: what was taken in as it stands is passed over, what changed becomes the
change, what was left undone is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from aggregates.base import Act
from aggregates.values import rome_date
from gateways.imports.batch import ImportBatch, Problem
from gateways.imports.folder import read_folder
from gateways.imports.taking import balances, contracts
from gateways.imports.taking.carrying import Carrier
from gateways.imports.taking.finding import Finder
from gateways.imports.taking.invoices import Invoices
from gateways.imports.taking.memory import Memory
from gateways.imports.taking.orders import Taking
from gateways.imports.taking.phases import Phase, phases, takings
from gateways.imports.taking.rehearsal import Rehearsal
from gateways.imports.taking.sales import Sales
from gateways.orders import NotLevel
from gateways.wiring import House
from projections.catalog import READ_MODELS

WAIT_S = 120.0
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is."""
Settle = Callable[[], object]
SALES = Phase("sales", (), lambda _row, _finder: (), str, needs_views=True)
"""Sales look customers, machines and running contracts up."""


@dataclass(frozen=True)
class Report:
    """What an import found and did. Problems before anything was written forbid it; `is_forbidden` says so."""

    counts: dict[str, int]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    taken: int = 0
    is_forbidden: bool = False


@dataclass(frozen=True)
class _Plan:
    batch: ImportBatch
    steps: tuple[tuple[Phase | None, tuple[Taking, ...]], ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def takings(self) -> int:
        return sum(len(taking.marks) for _, found in self.steps for taking in found)


def import_folder(
    house: House,
    folder: Path,
    *,
    dry_run: bool,
    act: Act,
    progress: Progress | None = None,
    settle: Settle | None = None,
    invoices_as_sales: bool = False,
) -> Report:
    """Take in the files of a folder, or with `dry_run` only tell what is wrong with them.

    Whatever folds the read models must be at work; `settle` replaces the wait for it where the caller folds itself.
    With `invoices_as_sales` electronic invoices are sales that rules may make proposals of, not opening balances.
    Raises `FileNotFoundError`, and `NotLevel` when nothing folds.
    """
    settle = settle or (lambda: _wait(house))
    settle()
    plan = _plan(house, folder, act, invoices_as_sales)
    if dry_run or plan.problems:
        heard = tuple(Rehearsal(house, act).refusals(_flat(plan))) if dry_run else ()
        problems = tuple(sorted((*plan.problems, *heard)))
        return Report(plan.batch.counts(), problems, plan.warnings, is_forbidden=bool(problems))
    done, total = 0, plan.takings

    def advanced() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(folder.name, done, total)

    carrier = Carrier(house, act, advanced)
    for phase, found in plan.steps:
        if found and phase is not None and phase.needs_views:
            settle()
        carrier.carry(found)
    settle()
    return Report(plan.batch.counts(), tuple(sorted(carrier.refused)), plan.warnings, carrier.taken)


def _plan(house: House, folder: Path, act: Act, invoices_as_sales: bool) -> _Plan:
    finder = Finder(house.reader, rome_date(act.at))
    read = read_folder(folder, known=finder.known)
    wrong = {(problem.file, problem.row) for problem in read.problems}
    batch = replace(read, rows=tuple(row for row in read.rows if (row.file, row.number) not in wrong))
    finder.learn(batch)
    problems = list(batch.problems)
    memory = Memory(house.reader, house.company_id)
    steps: list[tuple[Phase | None, tuple[Taking, ...]]] = [
        (phase, tuple(takings(phase, finder, memory, house.company_id, problems))) for phase in phases(batch, finder)
    ]
    company = house.reader.row("select vat_number from {company_profile}")
    own_vat_number = company["vat_number"] if company else None
    invoices = Invoices(batch, finder, house.company_id, own_vat_number)
    sales = Sales(batch, finder, house.company_id, own_vat_number)
    found = sales.invoices(batch.invoices) if invoices_as_sales else invoices.takings()
    fresh = tuple(taking for taking in found if not memory.holds(taking.marks[0]))
    steps.append((SALES, tuple(sales.rows(memory))))
    problems += invoices.problems + sales.problems
    warnings = (
        *batch.warnings, *invoices.warnings, *sales.warnings, *contracts.not_kept(batch), *balances.not_counted(batch),
    )  # fmt: skip
    return _Plan(
        read,
        (*steps, (SALES if invoices_as_sales else None, fresh)),
        tuple(sorted(set(problems))),
        tuple(sorted(warnings)),
    )


def _flat(plan: _Plan) -> Iterable[Taking]:
    return (taking for _, found in plan.steps for taking in found)


def _wait(house: House) -> None:
    if not house.reader.wait(READ_MODELS, house.log.position(), WAIT_S):
        raise NotLevel
