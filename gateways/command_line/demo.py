"""`libretto demo`: a company of its own on an embedded database lives a month, then the API serves it."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from gateways.bootstrap import user_of
from gateways.command_line.services import HostOption, PortOption, run_everything, settings_with
from gateways.command_line.session import Failed, err, opened, out, progress, told
from gateways.command_line.texts import _
from gateways.demo_output import write_documents
from gateways.documents.issuer import Issuer
from gateways.documents.word_issuer import WordIssuer
from gateways.http.auth import Doorkeeper
from gateways.orders import settle
from gateways.parts import archive_location, issuer_of
from gateways.runtime import folding, free_address
from gateways.seals.maker import make_seals
from gateways.verification import Verification
from gateways.wiring import House, Installation

ADMINISTRATOR = "administrator@demo.example"


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
    with opened(settings, migrate=True, level="ERROR") as installation:
        with folding(installation):
            house = _live(installation)
            _issue(installation, house)
        _show(installation, house, out_folder)
        _verify(installation, house)
        if not exit_after:
            _tell_token(installation, house)
            raise typer.Exit(run_everything(installation))


def _live(installation: Installation) -> House:
    """The company's data and its month."""
    if find_spec("examples") is None:
        raise Failed(_("The demo company comes with the source of the program; run the demo there."))
    company: Any = import_module("gateways.demo")  # here, because an installed program has no examples to import
    month: Any = import_module("gateways.demo_month")
    with progress("") as shown:
        house: House = company.load(installation, progress=told(shown, _("The company's data")))
        settle(installation, house)
        played = month.play_month(house, told(shown, _("September 2026")))
    for refusal in played.refused:
        err.print(_("refused: {reason}").format(reason=refusal), markup=False)
    settle(installation, house)
    return house


def _issue(installation: Installation, house: House) -> None:
    """Make every document that is due, then what follows from an offer answered from afar, then the Word files."""
    issuer = issuer_of(installation)
    answers: Any = import_module("gateways.demo_answers")
    stage: Any = import_module("gateways.demo_stage")
    _print(installation, house, issuer)
    answers.answer_offer(stage.Stage(house, lambda: settle(installation, house)))
    _print(installation, house, issuer)
    word = WordIssuer(issuer.archive)
    while word.tick(house):
        settle(installation, house)


def _print(installation: Installation, house: House, issuer: Issuer) -> None:
    with progress(_("documents")) as shown:
        bar = shown.add_task(_("Documents"), total=len(issuer.due(house)))
        while made := issuer.tick(house):
            settle(installation, house)
            shown.update(bar, advance=made, total=shown.tasks[bar].completed + made + len(issuer.due(house)))


def _show(installation: Installation, house: House, folder: Path) -> None:
    lists: Any = import_module("gateways.demo_lists")
    files = write_documents(house, issuer_of(installation).archive, folder)
    files += lists.write_lists(installation, house, folder)
    if find_spec("gateways.demo_summary") is not None:
        summary: Any = import_module("gateways.demo_summary")
        summary.show(house, out)
    text = _("{facts} facts; {count} files in {folder}")
    out.print(text.format(facts=house.log.position(), count=files, folder=folder), markup=False)


def _verify(installation: Installation, house: House) -> None:
    """Seal the log, and hold facts, read models and documents against it."""
    make_seals(house, patience=timedelta(0))
    verification = Verification(installation, archive_location(installation.settings))
    with progress(_("facts")) as shown:
        bar = shown.add_task(_("Verifying"), total=verification.size())
        findings = list(verification.run(lambda count: shown.advance(bar, count)))
    for finding in findings:
        err.print(f"{finding.company}: {finding.what}: {finding.detail}", style="red", markup=False)
    if findings:
        raise Failed(_("{count} things are wrong.").format(count=len(findings)))
    text = _("Log verified: {facts} facts, {seals} seals, {models} read models, {documents} documents.")
    out.print(text.format(**verification.counts()), markup=False)


def _tell_token(installation: Installation, house: House) -> None:
    user_id, held = user_of(house, ADMINISTRATOR)
    token = Doorkeeper(installation.secret("token_key")).token(str(user_id), {str(house.company_id): held})
    password = import_module("gateways.demo").PASSWORD
    err.print(_("Sign in as {email} with {password}").format(email=ADMINISTRATOR, password=password), markup=False)
    err.print(_("A token for the API, good for twelve hours:"))
    err.print(token, markup=False)
