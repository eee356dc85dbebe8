"""`libretto company`: companies made, listed, closed, exported, imported, removed, moved between cells."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from gateways.cells.address import HOME
from gateways.cells.moving import clear_old, move, place_of, stay
from gateways.command_line.administration import bootstrap_company
from gateways.command_line.session import Failed, err, opened, out
from gateways.command_line.texts import _
from gateways.companies import closing
from gateways.companies.exporting import export
from gateways.companies.importing import import_company
from gateways.companies.removing import certificate_of, remove
from gateways.orders import settle
from gateways.parts import archive_location
from gateways.postgres import companies
from gateways.postgres.companies import UnknownCompany
from gateways.wiring import Installation

app = typer.Typer(no_args_is_help=True, help=_("Companies: made, exported, imported, moved, removed."))
GIVEN_IN = "LIBRETTO_PASSPHRASE"
Slug = Annotated[str, typer.Argument(help=_("The company's short name."))]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        help=_("A file with the passphrase for the keys of personal data; or LIBRETTO_PASSPHRASE."), exists=True
    ),
]

app.command("create", help=_("Make a company and its first administrator; prints a password, once."))(bootstrap_company)
STATES = {
    "open": _("open"),
    "arriving": _("arriving"),
    "closed": _("closed"),
    "removing": _("being removed"),
    "moved": _("moved"),
}
STAGES = {
    "begun": _("copying"),
    "copied": _("copied"),
    "closed": _("closed"),
    "compared": _("compared"),
    "flipped": _("entered in the directory"),
    "opened": _("open in the new place"),
}


@app.command("list", help=_("List the companies of all cells."))
def list_companies() -> None:
    """Short name, cell, state, id, facts and epoch; of one that moved, only the rows where it lives."""
    with opened() as installation:
        table = Table(
            _("Company"), _("Cell"), _("State"), _("Id"), _("Facts"), _("Stream epoch"), box=None, pad_edge=False
        )
        for name, cell in installation.cells.items():
            for row in companies.known(cell.database):
                facts = cell.house_here(str(row.company_id)).log.position()
                table.add_row(row.slug, name, STATES[row.state], str(row.company_id), str(facts), str(row.epoch))
        if not table.row_count:
            raise Failed(_("There is no company yet; make one with: libretto company create"))
        out.print(table)


@app.command("close", help=_("Let no more commands into a company; queries go on."))
def close(company: Slug) -> None:
    """The first step of removing a company."""
    with opened() as installation:
        cell = cell_of(installation, company)
        row = companies.find(cell.database, company)
        if row.state not in ("open", "closed"):
            raise Failed(_("{company} is being moved or removed.").format(company=company))
        position = closing.close(cell.database, row, "closed")
    out.print(_("{company} is closed after {facts} facts.").format(company=company, facts=position), markup=False)


@app.command("open", help=_("Open a closed company again."))
def reopen(company: Slug) -> None:
    """Only where nothing of it was removed."""
    with opened() as installation:
        cell = cell_of(installation, company)
        row = companies.find(cell.database, company)
        if row.state not in ("open", "closed"):
            raise Failed(_("{company} is being moved or removed.").format(company=company))
        closing.reopen(cell.database, row.company_id)
    out.print(_("{company} is open.").format(company=company), markup=False)


@app.command("export", help=_("Write a whole company into one file."))
def export_company(
    company: Slug,
    file: Annotated[Path, typer.Argument(help=_("The file to write, such as rossi.libretto."))],
    passphrase_file: PassphraseFile = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=_("Replace the file if it is there."))] = False,
) -> None:
    """Log, commands, claims, seals, keys and documents; everything may go on working meanwhile."""
    if file.exists() and not overwrite:
        raise Failed(_("{file} is there already; choose another name, or say --overwrite.").format(file=file))
    with opened() as installation:
        cell, secret = cell_of(installation, company), _passphrase(passphrase_file)
        made = export(cell, archive_location(installation.settings), company, file, secret)
    told = _("{company}: {facts} facts, {documents} files of documents.")
    out.print(told.format(company=made.slug, facts=made.position, documents=made.documents), markup=False)
    if secret is None:
        err.print(_("Without a passphrase only an installation with the same master key can import this file."))


@app.command("import", help=_("Take in a company that was exported."))
def take_in(
    file: Annotated[
        Path, typer.Argument(help=_("A file made by libretto company export."), exists=True, dir_okay=False)
    ],
    passphrase_file: PassphraseFile = None,
    copy: Annotated[
        bool, typer.Option("--copy", help=_("The company goes on elsewhere as well: its stream begins a new epoch."))
    ] = False,
    cell: Annotated[str, typer.Option(help=_("The cell it shall live in."))] = HOME,
) -> None:
    """All or nothing; its read models are folded here."""
    with opened(migrate=True) as installation:
        target, archive = cell_named(installation, cell), archive_location(installation.settings)
        made = import_company(
            installation, archive, file, passphrase=_passphrase(passphrase_file), as_copy=copy, cell=target
        )
        settle(installation, target.house_here(made.slug))
    told = _("{company}: {facts} facts, {documents} files of documents.")
    out.print(told.format(company=made.slug, facts=made.position, documents=made.documents), markup=False)


@app.command("remove", help=_("Remove a closed company: every row, every key, every document."))
def remove_company(
    company: Slug,
    exported: Annotated[Path, typer.Option("--export", help=_("Its export, made after closing it."), exists=True)],
    yes: Annotated[bool, typer.Option("--yes", help=_("Really."))] = False,
) -> None:
    """Cannot be undone but by importing the export."""
    if not yes:
        raise Failed(_("This cannot be undone; say --yes if {company} shall be removed.").format(company=company), 2)
    with opened() as installation:
        cell = cell_of(installation, company)
        remove(installation, cell, archive_location(installation.settings), company, exported)
    told = _("{company} is removed; the certificate is {file}.")
    out.print(told.format(company=company, file=certificate_of(exported)), markup=False)


@app.command("move", help=_("Move a company to another cell while everybody goes on working."))
def move_company(company: Slug, to: Annotated[str, typer.Option(help=_("The cell it shall live in."))]) -> None:
    """Interrupted, it goes on when repeated; the old rows stay until they are cleared."""
    with opened() as installation:
        place = move(installation, company, to, lambda stage: err.print(STAGES[stage], markup=False))
    out.print(_("{company} lives in {cell}.").format(company=company, cell=place.cell), markup=False)


@app.command("stay", help=_("Give up a move that was interrupted: the company stays where it is."))
def give_up(company: Slug) -> None:
    """What was copied is cleared away."""
    with opened() as installation:
        stay(installation, company)
        cell = place_of(installation, company).cell
    out.print(_("{company} lives in {cell}.").format(company=company, cell=cell), markup=False)


@app.command("clear", help=_("Clear away the rows that a company has left where it lived before."))
def clear_company(company: Slug) -> None:
    """Only those of cells where it lives no longer."""
    with opened() as installation:
        cleared = clear_old(installation, company)
    out.print(_("Cleared: {cells}").format(cells=", ".join(cleared) or "–"), markup=False)


def cell_of(installation: Installation, company: str) -> Installation:
    """The cell that a company lives in. Raises `UnknownCompany`."""
    if not installation.settings.cells:
        return installation
    cell = installation.cells.get(installation.directory.cell_of(company))
    if cell is None:
        raise UnknownCompany(company)
    return cell


def cell_named(installation: Installation, name: str) -> Installation:
    """A cell of the settings. Raises `Failed`."""
    if name not in installation.cells:
        known = ", ".join(installation.cells)
        raise Failed(_("There is no cell called {name}; LIBRETTO_CELLS names {known}.").format(name=name, known=known))
    return installation.cells[name]


def _passphrase(file: Path | None) -> str | None:
    return file.read_text().strip() if file else os.environ.get(GIVEN_IN)
