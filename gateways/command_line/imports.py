"""`libretto import`: a folder of files becomes commands, or with --dry-run a list of what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from aggregates.base import Act
from gateways.command_line.session import CompanyOption, Failed, err, house_of, opened, out
from gateways.command_line.texts import _
from gateways.imports.batch import Problem
from gateways.runtime import folding

ACTOR = "system:import"


def import_files(
    folder: Annotated[Path, typer.Argument(help=_("A folder of files, or one file."), exists=True)],
    company: CompanyOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Write nothing; list every problem."))] = False,
) -> None:
    """Every problem is told with file, row and column; a second import of the same files changes nothing."""
    importer: Any = import_module("gateways.imports.importer")
    with opened(migrate=not dry_run) as installation, folding(installation):
        house = house_of(installation, company)
        act = Act(by=ACTOR, at=datetime.now(UTC))
        report = importer.import_folder(house, folder, dry_run=dry_run, act=act)
    print_report(report)
    if report.problems:
        raise Failed(_("{count} problems; see docs/how-to/import.md.").format(count=len(report.problems)))


def print_report(report: Any) -> None:
    """What was read and done, and everything that a person must look at."""
    for name, count in _counts(report):
        out.print(f"{name}: {count}", markup=False)
    _print_all(_("warning"), report.warnings)
    _print_all(_("problem"), report.problems)


def _counts(report: Any) -> Iterable[tuple[str, object]]:
    return Counter(getattr(report, "counts", {})).items()


def _print_all(word: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        err.print(f"{word}: {problem}", markup=False)
