"""`libretto demo`: a company of its own on an embedded database lives a month, then the API serves it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from aggregates.company import LegalIdentity
from aggregates.values import Address
from gateways.bootstrap import bootstrap, user_of
from gateways.command_line.services import HostOption, PortOption, run_everything, settings_with
from gateways.command_line.session import err, opened, out, progress
from gateways.command_line.texts import _
from gateways.demo_output import write_documents
from gateways.http.auth import Doorkeeper
from gateways.orders import settle
from gateways.runtime import folding, free_address, issuer_of
from gateways.wiring import House, Installation

COMPANY = "demo"
ADMINISTRATOR = "admin@demo.example"
IDENTITY = LegalIdentity(
    name="Assistenza Romagna S.r.l.",
    vat_number="IT12345670017",
    address=Address(street="Via Ravegnana 210", postcode="47122", town="Forlì", province="FC"),
    rea_office="FO",
    rea_number="123456",
    iban="IT60X0542811101000000123456",
    phone="0543 123456",
    email="info@demo.example",
)


def demo(
    out_folder: Annotated[Path, typer.Option("--out", help=_("Where to write the documents."))] = Path("demo-output"),
    exit_after: Annotated[bool, typer.Option("--exit", help=_("End after the summary instead of serving."))] = False,
    data: Annotated[Path, typer.Option("--data", help=_("Data folder of the demo's own database."))] = Path(
        ".libretto"
    ),
    host: HostOption = None,
    port: PortOption = None,
) -> None:
    """Running it again does no harm: what is there already stays as it is."""
    settings = settings_with(host, port, data).model_copy(update={"database_url": None, "owner_database_url": None})
    if not exit_after:
        free_address(settings)
    with opened(settings, migrate=True, level="WARNING") as installation:
        made = bootstrap(installation, COMPANY, IDENTITY, ADMINISTRATOR, "Amministratore")
        with folding(installation):
            _live(installation, made.house)
            _issue(installation, made.house)
        _show(installation, made.house, out_folder)
        if made.password:
            out.print(
                _("Sign in as {email} with {password}").format(email=ADMINISTRATOR, password=made.password),
                markup=False,
            )
        if not exit_after:
            _tell_token(installation, made.house)
            raise typer.Exit(run_everything(installation))


def _live(installation: Installation, house: House) -> None:
    """The company's data and its month, where this program has them."""
    if find_spec("gateways.demo") is None:
        return
    life: Any = import_module("gateways.demo")
    with progress("") as shown:
        life.load(house, shown)
        settle(installation, house)
        life.play_month(house, shown)
    settle(installation, house)


def _issue(installation: Installation, house: House) -> None:
    """Make every document that is due."""
    issuer = issuer_of(installation)
    with progress(_("documents")) as shown:
        bar = shown.add_task(_("Documents"), total=None)
        while made := issuer.tick(house):
            shown.advance(bar, made)
            settle(installation, house)


def _show(installation: Installation, house: House, folder: Path) -> None:
    files = write_documents(house, issuer_of(installation).archive, folder)
    if find_spec("gateways.demo_summary") is not None:
        summary: Any = import_module("gateways.demo_summary")
        summary.show(house, out)
    out.print(
        _("{facts} facts; {count} files in {folder}").format(facts=house.log.position(), count=files, folder=folder)
    )


def _tell_token(installation: Installation, house: House) -> None:
    user_id, held = user_of(house, ADMINISTRATOR)
    token = Doorkeeper(installation.secret("token_key")).token(str(user_id), {str(house.company_id): held})
    err.print(_("A token for the API, good for twelve hours:"))
    err.print(token, markup=False)
