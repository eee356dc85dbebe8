"""Seals over the log on the command line: made, listed, exported; the proof of one fact."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from gateways.command_line.session import CompanyOption, Failed, house_of, opened, out
from gateways.command_line.texts import _
from gateways.postgres import companies
from gateways.seals import store
from gateways.seals.exchange import exported
from gateways.seals.maker import make_seals
from gateways.wiring import House, Installation

app = typer.Typer(no_args_is_help=True, help=_("Seals over the log: make them, list them, take them elsewhere."))


@app.command("make", help=_("Seal all facts that have come, also a block that is not full."))
def make(company: CompanyOption = "") -> None:
    """Seals what has come."""
    with opened() as installation:
        for house in _houses(installation, company):
            made = make_seals(house, patience=timedelta(0))
            text = _("{company}: {count} seals made, {facts} facts")
            out.print(text.format(company=house.slug, count=len(made), facts=sum(seal.size for seal in made)))


@app.command("list", help=_("List the seals and how far they go."))
def listed(company: CompanyOption = "") -> None:
    """Lists a company's seals."""
    with opened() as installation:
        house = house_of(installation, company)
        with house.database.company(house.company_id) as connection:
            for seal in store.seals(connection, house.company_id):
                out.print(f"{seal.number}\t{seal.first}–{seal.last}\t{seal.made_at}\t{seal.hash.hex()}", markup=False)
        out.print(_("The log ends at {position}.").format(position=house.log.position()), markup=False)


@app.command("export", help=_("Write the seals into a file that somebody else keeps."))
def export(
    file: Annotated[Path, typer.Argument(help=_("The file to write, one seal a line."))],
    company: CompanyOption = "",
    with_leaves: Annotated[
        bool, typer.Option("--with-leaves", help=_("Also the hash of each fact, to name the guilty one later."))
    ] = False,
) -> None:
    """Writes the seals of one company, or of all."""
    with opened() as installation:
        count = 0
        with file.open("w", encoding="utf-8") as target:
            for house in _houses(installation, company):
                with house.database.company(house.company_id) as connection:
                    for line in exported(connection, house.company_id, with_leaves=with_leaves):
                        target.write(json.dumps(line, separators=(",", ":")) + "\n")
                        count += 1
        out.print(_("{count} seals written.").format(count=count))


def _houses(installation: Installation, company: str) -> list[House]:
    if company:
        return [installation.house(company)]
    rows = companies.every(installation.database)
    if not rows:
        raise Failed(_("There is no company yet; make one with: libretto admin bootstrap"))
    return [installation.house(row.slug) for row in rows]
