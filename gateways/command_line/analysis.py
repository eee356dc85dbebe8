"""`libretto export` and `libretto sql-access`: the star tables for analysts, as files and with SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateways.analysts import logins
from gateways.command_line.session import CompanyOption, house_of, opened, out
from gateways.command_line.texts import _
from gateways.export.folder import Asked, export
from gateways.export.writing import Format

app = typer.Typer(no_args_is_help=True, help=_("Who may read a company's figures with SQL: grant, revoke, list."))


def export_stars(
    folder: Annotated[Path, typer.Argument(help=_("A folder for one company; «current» in it leads to the tables."))],
    company: CompanyOption = "",
    form: Annotated[Format, typer.Option("--format", help=_("What files are written."))] = Format.PARQUET,
    tables: Annotated[str, typer.Option(help=_("Names of tables, with commas between; all if left out."))] = "",
    full: Annotated[bool, typer.Option("--full", help=_("Write every file again."))] = False,
) -> None:
    """Writes what has changed since the last time, and says so."""
    named = tuple(name.strip() for name in tables.split(",") if name.strip())
    with opened() as installation:
        outcome = export(house_of(installation, company), folder, Asked(form, named, full))
    text = _("{tables} tables at position {position}: {written} files written, {kept} as they were.")
    count = len(outcome.manifest["tables"])
    out.print(
        text.format(tables=count, position=outcome.position, written=len(outcome.written), kept=outcome.kept),
        markup=False,
    )
    if outcome.manifest["parked"]:
        out.print(
            _("{count} facts are parked and not in the figures; see libretto project --status.").format(
                count=outcome.manifest["parked"]
            ),
            markup=False,
        )


@app.command("grant", help=_("Let somebody read a company's figures with SQL; granted again the password is another."))
def grant(
    name: Annotated[str, typer.Argument(help=_("The login: small letters, digits, underscores."))],
    company: CompanyOption = "",
) -> None:
    """Makes a login and shows its password once."""
    with opened() as installation:
        house = house_of(installation, company)
        password = logins.grant(house.database, name, house.company_id)
        with house.database.connection() as connection:
            server = connection.info
            place = (server.host, server.port, server.dbname)
    text = _("{name} may read {company}. The password is shown only now: {password}")
    out.print(text.format(name=name, company=house.slug, password=password), markup=False)
    out.print(_("Server {}, port {}, database {}, schema mart.").format(*place), markup=False)


@app.command("revoke", help=_("Take the access back and end open sessions."))
def revoke(name: Annotated[str, typer.Argument(help=_("The login."))]) -> None:
    """Removes a login."""
    with opened() as installation:
        for cell in installation.cells.values():
            if any(login.name == name for login in logins.logins(cell.database)):
                logins.revoke(cell.database, name)
                out.print(_("{name} may no longer read anything.").format(name=name), markup=False)
                return
        raise logins.NoSuchLogin(name=name)


@app.command("list", help=_("List who may read which company."))
def listed() -> None:
    """One line for each login."""
    with opened() as installation:
        slugs = {row.company_id: row.slug for row in installation.companies()}
        for cell in installation.cells.values():
            for login in logins.logins(cell.database):
                company = slugs.get(login.company_id, str(login.company_id))
                out.print(f"{login.name}\t{company}\t{login.granted_at:%Y-%m-%d}", markup=False)
