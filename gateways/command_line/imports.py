"""`libretto import`: a folder of files becomes commands, or with --dry-run a list of what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from aggregates.base import Act
from gateways.command_line.session import CompanyOption, Failed, err, house_of, opened, out, progress, told
from gateways.command_line.texts import _
from gateways.imports.batch import Problem
from gateways.imports.importer import Report, import_folder
from gateways.orders import settle
from gateways.runtime import folding

ACTOR = "system:import"


def import_files(
    folder: Annotated[Path, typer.Argument(help=_("A folder of files, or one file."), exists=True)],
    company: CompanyOption = "",
    sales: Annotated[
        bool, typer.Option("--sales", help=_("Take electronic invoices as sales: serials, warranties, proposals."))
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Write nothing; list every problem."))] = False,
) -> None:
    """Every problem is told with file, row and column; a second import of the same files changes nothing."""
    with opened(level="ERROR") as installation, folding(installation):
        house = house_of(installation, company)
        act = Act(by=ACTOR, at=datetime.now(UTC))
        with progress("") as shown:
            report = import_folder(
                house,
                folder,
                dry_run=dry_run,
                act=act,
                progress=told(shown, _("Importing")),
                settle=lambda: settle(installation, house),
                invoices_as_sales=sales,
            )
    _print_report(report, dry_run)


def _print_report(report: Report, dry_run: bool) -> None:
    for name, count in report.counts.items():
        out.print(_("{name}: {count} rows read").format(name=name, count=count), markup=False)
    _print_all(_("warning"), report.warnings)
    _print_all(_("problem"), report.problems)
    if report.is_forbidden and not dry_run:
        raise Failed(_("Nothing was written: {count} problems come first.").format(count=len(report.problems)))
    if report.problems:
        raise Failed(_("{count} problems; see docs/how-to/import.md.").format(count=len(report.problems)))
    if dry_run:
        out.print(_("No problems; nothing was written."), markup=False)
    else:
        out.print(_("{count} rows taken in.").format(count=report.taken), markup=False)


def _print_all(word: str, problems: Iterable[Problem]) -> None:
    for problem in problems:
        err.print(f"{word}: {problem}", markup=False)
