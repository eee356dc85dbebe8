"""Upkeep: migrations, rebuilding and verifying read models, backup and restore."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from gateways.backup import back_up_cells, file_of, restore, restore_cells
from gateways.backup_file import Backup
from gateways.cells.address import HOME
from gateways.cells.moving import NoSuchCell
from gateways.command_line.session import Failed, err, opened, out, progress
from gateways.command_line.texts import _
from gateways.parts import archive_location
from gateways.postgres.backlogs import Backlog, backlogs
from gateways.postgres.read_models import Generation
from gateways.said import told
from gateways.seals.chain import NotASeal
from gateways.seals.exchange import kept_seals
from gateways.verification import Finding, Kept, Verification
from gateways.wiring import Installation

LOOK_S = 0.2
ACTIVE_S = 10.0


def migrate() -> None:
    """Brings the schema up to date and says what was applied."""
    with opened() as installation:
        applied = installation.migrate()
        out.print("\n".join(applied) if applied else _("The schema is up to date."), markup=False)


def rebuild(
    names: Annotated[list[str] | None, typer.Argument(help=_("Read models; all of them when none is named."))] = None,
) -> None:
    """Builds read models anew beside those in use; queries go on and see the new ones when they are level."""
    with opened() as installation:
        registry = installation.registry
        unknown = [name for name in names or () if name not in registry.models]
        if unknown:
            known = ", ".join(sorted(registry.models))
            raise Failed(
                _("There is no read model called {name}; there are: {known}.").format(name=unknown[0], known=known)
            )
        begun = time.monotonic()
        facts = parked = 0
        building = list[Generation]()
        for cell in installation.cells.values():
            building = [cell.registry.rebuild(name) for name in names or registry.models]
            facts += _follow(cell, building)
            parked += sum(one.parked for one in _backlogs(cell, building))
        seconds = max(time.monotonic() - begun, 0.001)
    text = _("{models} read models, {facts} facts in {seconds:.1f} s ({rate:,.0f} facts/s).")
    out.print(text.format(models=len(building), facts=facts, seconds=seconds, rate=facts / seconds), markup=False)
    if parked:
        raise Failed(
            _("{count} facts could not be folded and are parked; see libretto project --status.").format(count=parked)
        )


def _follow(installation: Installation, building: list[Generation]) -> int:
    """Fold, or watch another process fold, until the new generations are in use; how many facts they have folded."""
    total = 0
    with progress(_("facts")) as shown:
        bar = shown.add_task(_("Rebuilding"), total=None)
        while True:
            behind = sum(one.facts for one in _backlogs(installation, building))
            total = max(total, behind)
            shown.update(bar, total=total, completed=total - behind)
            if not behind and _all_active(installation, building):
                return total
            if not installation.daemon.step():
                time.sleep(LOOK_S)


def verify(
    against: Annotated[
        Path | None, typer.Option(help=_("Seals that somebody else kept, from: libretto seals export"), exists=True)
    ] = None,
    views: Annotated[
        bool | None, typer.Option("--views/--no-views", help=_("Compare all read models; left out, where it is quick."))
    ] = None,
    companies: Annotated[
        list[str] | None, typer.Option("--company", help=_("Only this company; may be said several times."))
    ] = None,
) -> None:
    """Checks seals, logs, read models and documents; ends with 1 when something is wrong."""
    kept = _kept_seals(against) if against else None
    with opened() as installation:
        houses = [installation.house(name) for name in companies or ()]
        archive = archive_location(installation.settings)
        verification = Verification(installation, archive, against=kept, views=views, houses=houses)
        findings: list[Finding] = []
        with progress(_("facts")) as shown:
            bar = shown.add_task(_("Verifying"), total=verification.size())
            for finding in verification.run(lambda count: shown.advance(bar, count)):
                findings.append(finding)
                what, detail = told(finding.what, _), told(finding.detail, _)
                err.print(f"{finding.company}: {what}: {detail}", style="red", markup=False)
    checked = _(
        "{companies} companies, {facts} facts, {seals} seals, {models} read models, {documents} documents checked."
    )
    out.print(checked.format(**verification.counts()), markup=False)
    if verification.being_erased:
        text = _("Persons are being erased ({companies}): read models may differ; verify again in some minutes.")
        err.print(text.format(companies=", ".join(verification.being_erased)), markup=False)
    if verification.left_out and views is None:
        text = _("Read models of long logs were left out ({companies}); --views compares them.")
        err.print(text.format(companies=", ".join(verification.left_out)), markup=False)
    if findings:
        raise Failed(_("{count} things are wrong.").format(count=len(findings)))


def _kept_seals(file: Path) -> Kept:
    try:
        with file.open(encoding="utf-8") as lines:
            return kept_seals(lines)
    except (NotASeal, UnicodeDecodeError) as error:
        raise Failed(_("{file} does not hold seals: {reason}").format(file=file, reason=error)) from error


def back_up_to(
    file: Annotated[Path, typer.Argument(help=_("The file to write, such as libretto.tar."))],
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help=_("Put the installation's keys in; guard the file then."))
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=_("Replace the file if it is there."))] = False,
) -> None:
    """Database and documents in one file, and a file beside it for each further cell; everything may go on working."""
    with opened() as installation:
        for path in (file_of(file, name) for name in installation.cells):
            if path.exists() and not overwrite:
                raise Failed(_("{file} is there already; choose another name, or say --overwrite.").format(file=path))
        made = back_up_cells(installation, archive_location(installation.settings), file, with_secrets=with_secrets)
    _print_backups(made)
    if not with_secrets:
        err.print(_("Keep master_key.hex of the data folder elsewhere: personal data cannot be read without it."))
    if made[file].archive_elsewhere:
        err.print(_("The documents lie in an object store and are not in this file; back that up as well."))


def restore_from(
    file: Annotated[Path, typer.Argument(help=_("A file made by libretto backup."), exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help=_("Throw away what the database holds now."))] = False,
    cell: Annotated[str, typer.Option("--cell", help=_("Only this cell, from its own file."))] = "",
) -> None:
    """Puts a backup in place of an empty database; each company's public stream begins a new epoch."""
    with opened() as installation:
        archive = archive_location(installation.settings)
        if not cell:
            made = restore_cells(installation, archive, file, replace=replace)
        elif cell in installation.cells:
            where = archive if cell == HOME else None
            made = {file: restore(installation.cells[cell], where, file, replace=replace)}
        else:
            raise NoSuchCell(cell=cell, cells=sorted(installation.cells))
    _print_backups(made)


def _print_backups(made: Mapping[Path, Backup]) -> None:
    for path, backup in made.items():
        if len(made) > 1:
            out.print(str(path), markup=False)
        for slug, position in sorted(backup.positions.items()):
            out.print(_("{company}: {facts} facts").format(company=slug, facts=position), markup=False)
    files = sum(backup.files for backup in made.values())
    out.print(_("{count} files of documents").format(count=files), markup=False)


def _backlogs(cell: Installation, building: list[Generation]) -> list[Backlog]:
    """What these generations have not folded yet, of all companies of a cell."""
    wanted = {(one.name, one.number) for one in building}
    return [one for one in backlogs(cell.database, cell.registry) if (one.name, one.generation) in wanted]


def _all_active(installation: Installation, building: list[Generation]) -> bool:
    active = {(g.name, g.number) for g in installation.registry.generations(fresh=True) if g.status == "active"}
    return all((one.name, one.number) in active for one in building)
