"""Seals over the log on the command line: made, listed, exported; the proof of one fact."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from gateways.command_line.session import CompanyOption, Failed, house_of, opened, out
from gateways.command_line.texts import _
from gateways.seals import store
from gateways.seals.exchange import exported
from gateways.seals.maker import make_seals
from gateways.seals.proofs import NotSealed, prove
from gateways.seals.stamping import authorities, stamp_newest
from gateways.wiring import House, Installation

app = typer.Typer(no_args_is_help=True, help=_("Seals over the log: make them, list them, take them elsewhere."))


@app.command("make", help=_("Seal all facts that have come, also a block that is not full."))
def make(company: CompanyOption = "") -> None:
    """Seals what has come."""
    with opened() as installation:
        chosen = authorities(installation.settings)
        for house in _houses(installation, company):
            made = make_seals(house, patience=timedelta(0))
            text = _("{company}: {count} seals made, {facts} facts")
            out.print(text.format(company=house.slug, count=len(made), facts=sum(seal.size for seal in made)))
            stamp_newest(house, chosen)


@app.command("list", help=_("List the seals and how far they go."))
def listed(company: CompanyOption = "") -> None:
    """Lists a company's seals."""
    with opened() as installation:
        house = house_of(installation, company)
        with house.database.company(house.company_id) as connection:
            for seal in store.seals(connection, house.company_id):
                out.print(f"{seal.number}\t{seal.first}–{seal.last}\t{seal.made_at}\t{seal.hash.hex()}", markup=False)
        out.print(_("The log ends at {position}.").format(position=house.log.position()), markup=False)


@app.command("status", help=_("Show how far the logs are sealed and the seals time-stamped."))
def status(company: CompanyOption = "") -> None:
    """One line for each company and authority."""
    with opened() as installation:
        for house in _houses(installation, company, closed=True):
            with house.database.company(house.company_id) as connection:
                newest = store.last_seal(connection, house.company_id)
                stamped = [
                    (each, store.last_stamped(connection, house.company_id, each))
                    for each in installation.settings.timestamp_authorities
                ]
            number, last = (newest.number, newest.last) if newest else (0, 0)
            waiting = house.log.position() - last
            text = _("{company}: {count} seals up to fact {last}, {waiting} facts wait for a seal")
            out.print(text.format(company=house.slug, count=number, last=last, waiting=waiting), markup=False)
            for authority, done in stamped:
                text = _("  {authority}: stamped up to seal {done}, {waiting} seals wait")
                out.print(text.format(authority=authority, done=done, waiting=number - done), markup=False)


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
            for house in _houses(installation, company, closed=True):
                with house.database.company(house.company_id) as connection:
                    for line in exported(connection, house.company_id, with_leaves=with_leaves):
                        target.write(json.dumps(line, separators=(",", ":")) + "\n")
                        count += 1
        out.print(_("{count} seals written.").format(count=count))


def proof(
    company: Annotated[str, typer.Argument(help=_("The company's short name."))],
    position: Annotated[int, typer.Argument(help=_("The position of the fact in the log."))],
) -> None:
    """Prints the proof that a fact is in the log."""
    with opened() as installation:
        house = installation.house(company)
        with house.database.company(house.company_id) as connection:
            try:
                found = prove(connection, house, position)
            except NotSealed as error:
                text = _("Fact {position} of {company} is not there, or not sealed yet: libretto seals make seals it.")
                raise Failed(text.format(position=position, company=house.slug)) from error
    out.print_json(json.dumps(found))


def _houses(installation: Installation, company: str, *, closed: bool = False) -> list[House]:
    """The company named, or those of all cells; a closed company gets no seals, but those it has are told."""
    if company:
        return [installation.house(company)]
    found = installation.houses() if closed else [installation.house(row.slug) for row in installation.companies()]
    if not found:
        raise Failed(_("There is no company yet; make one with: libretto admin bootstrap"))
    return found
