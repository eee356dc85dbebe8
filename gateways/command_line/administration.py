"""`libretto admin`: companies, their first administrator, tokens and keys."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

import typer
from rich.table import Table

from aggregates.base import require
from aggregates.company import LegalIdentity
from aggregates.values import Address
from gateways.bootstrap import bootstrap, issue_key, user_of
from gateways.cells.address import HOME
from gateways.cells.directory import SlugTaken
from gateways.command_line.services import print_lags
from gateways.command_line.session import CompanyOption, Failed, err, house_of, opened, out
from gateways.command_line.texts import _
from gateways.http.auth import Doorkeeper
from gateways.orders import settle
from gateways.postgres import companies
from gateways.wiring import Installation

app = typer.Typer(no_args_is_help=True, help=_("Companies, users' tokens and keys."))
MOST_HOURS = 24 * 30
UNKNOWN = "-"


@app.command("bootstrap", help=_("Make a company and its first administrator; prints a password, once."))
def bootstrap_company(
    company: Annotated[str, typer.Argument(help=_("Short name for addresses: letters, digits, dashes."))],
    name: Annotated[str, typer.Option(help=_("Legal name."))],
    vat: Annotated[str, typer.Option(help=_("VAT number with its country, such as IT12345670017."))],
    admin_email: Annotated[str, typer.Option(help=_("The administrator's e-mail address."))],
    admin_name: Annotated[str, typer.Option(help=_("The administrator's name."))] = "Amministratore",
    street: Annotated[str, typer.Option(help=_("Legal seat: street and number."))] = UNKNOWN,
    postcode: Annotated[str, typer.Option(help=_("Legal seat: postcode."))] = "00000",
    town: Annotated[str, typer.Option(help=_("Legal seat: town."))] = UNKNOWN,
    province: Annotated[str | None, typer.Option(help=_("Legal seat: province, such as FC."))] = None,
    key: Annotated[bool, typer.Option("--key", help=_("Print an API key as well."))] = False,
    cell: Annotated[str, typer.Option(help=_("The cell it shall live in."))] = HOME,
) -> None:
    """Repeating it makes nothing new."""
    address = Address(street=street, postcode=postcode, town=town, province=province)
    with opened(migrate=True) as installation:
        made = bootstrap(
            room_for(installation, company, cell),
            company,
            LegalIdentity(name=name, vat_number=vat, address=address),
            admin_email,
            admin_name,
        )
        if made.password is None:
            err.print(_("{company} has an administrator already; nothing was changed.").format(company=company))
            return
        out.print(_("company:  {company}").format(company=company), markup=False)
        out.print(_("e-mail:   {email}").format(email=admin_email), markup=False)
        out.print(_("password: {password}").format(password=made.password), markup=False)
        if key:
            given = issue_key(made.house.installation, made.house, admin_email, "bootstrap", frozenset())
            out.print(_("API key:  {key}").format(key=given), markup=False)
        err.print(_("Keep this: it is not shown again."), markup=False)
        if UNKNOWN in (street, town):
            err.print(_("Invoices need the whole legal seat: give it with the command change-company-identity."))


def room_for(installation: Installation, slug: str, name: str) -> Installation:
    """The cell in which a company is to be made, where it is entered in the directory. Raises `Failed`, `SlugTaken`."""
    if name not in installation.cells:
        known = ", ".join(installation.cells)
        raise Failed(_("There is no cell called {name}; LIBRETTO_CELLS names {known}.").format(name=name, known=known))
    cell = installation.cells[name]
    if installation.settings.cells and slug not in [row.slug for row in companies.known(cell.database)]:
        elsewhere = [row for one in installation.cells.values() for row in companies.known(one.database)]
        require(all(row.slug != slug for row in elsewhere), SlugTaken, company=slug)
        company_id = uuid4()
        installation.directory.enter(company_id, slug, name)
        cell.open_house(slug, company_id)
    return cell


@app.command("token", help=_("Print a bearer token of a user."))
def token(
    email: Annotated[str, typer.Argument(help=_("The user's e-mail address."))],
    company: CompanyOption = "",
    hours: Annotated[int, typer.Option(min=1, max=MOST_HOURS, help=_("How long it holds."))] = 12,
) -> None:
    """Whoever may run this may act as anybody: it needs the installation's secret."""
    with opened() as installation:
        house = house_of(installation, company)
        settle(installation, house)
        user_id, held = user_of(house, email)
        doorkeeper = Doorkeeper(installation.secret("token_key"))
        typer.echo(doorkeeper.token(str(user_id), {str(house.company_id): held}, hours * 3600))


@app.command("api-key", help=_("Make an API key of a user and print it, once."))
def api_key(
    email: Annotated[str, typer.Argument(help=_("The user's e-mail address."))],
    label: Annotated[str, typer.Option(help=_("What the key is for."))],
    company: CompanyOption = "",
    role: Annotated[list[str] | None, typer.Option(help=_("Only these of the user's roles."))] = None,
) -> None:
    """The log keeps only the key's hash."""
    with opened() as installation:
        house = house_of(installation, company)
        settle(installation, house)
        typer.echo(issue_key(installation, house, email, label, frozenset(role or ())))


@app.command("companies", help=_("List the companies of this installation."))
def list_companies() -> None:
    """Short name, id and how many facts each has."""
    with opened() as installation:
        rows = installation.companies()
        if not rows:
            raise Failed(_("There is no company yet; make one with: libretto admin bootstrap"))
        table = Table(_("Company"), _("Id"), _("Facts"), _("Stream epoch"), box=None, pad_edge=False)
        for row in rows:
            facts = installation.house(row.slug).log.position()
            table.add_row(row.slug, str(row.company_id), str(facts), str(row.epoch))
        out.print(table)


@app.command("rebuild-status", help=_("Show how far each read model is, also those being built."))
def rebuild_status() -> None:
    """The same table as `libretto project --status`."""
    with opened() as installation:
        print_lags(installation)
