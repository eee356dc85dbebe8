"""The command line (riga di comando): `libretto`."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, Any

import typer

from gateways.command_line import (
    administration,
    analysis,
    companies,
    demo,
    dispute,
    figures,
    imports,
    money,
    papers,
    play,
    sealing,
    services,
    stream,
    upkeep,
)
from gateways.command_line.session import complain
from gateways.command_line.texts import _
from gateways.runtime import settle_memory

app = typer.Typer(
    name="libretto",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_("Libretto: a service company's records, from the call to the invoice. Settings come from the environment."),
)
COMMANDS: tuple[tuple[str, str, Callable[..., Any], str], ...] = (
    (_("Run"), "serve", services.serve, _("Run everything in one process: API, read models, schedulers, documents.")),
    (_("Run"), "api", services.serve_api, _("Run the HTTP API alone.")),
    (_("Run"), "project", services.project, _("Run the daemon that folds facts into read models.")),
    (_("Run"), "schedule", services.schedule, _("Run the schedulers: renewals, invoice proposals, service levels.")),
    (_("Run"), "publish", stream.publish, _("Run the relay that sends public facts to Kafka.")),
    (_("Run"), "documents", services.issue_documents, _("Run the worker that makes documents.")),
    (_("Run"), "mail", services.send_mail, _("Run the worker that sends notices.")),
    (_("Run"), "webhooks", services.send_webhooks, _("Run the sender of webhooks.")),
    (_("Work"), "demo", demo.demo, _("Play a company's month on an embedded database, then serve.")),
    (_("Work"), "import", imports.import_files, _("Import a folder of CSV, Excel and FatturaPA files.")),
    (_("Work"), "receipts", money.take_receipts, _("Take in receipts of the exchange system.")),
    (_("Work"), "statement", money.take_bank_statement, _("Take in a bank statement.")),
    (_("Work"), "play", play.play_stories, _("Play stories: commands and what must come of them.")),
    (_("Work"), "chart", figures.chart, _("Draw a chart of key figures.")),
    (_("Work"), "report", figures.report, _("Print the manager's month.")),
    (_("Work"), "export", analysis.export_stars, _("Bring a folder of Parquet or CSV files for analysts up to date.")),
    (_("Upkeep"), "migrate", upkeep.migrate, _("Bring the database's schema up to date.")),
    (_("Upkeep"), "rebuild", upkeep.rebuild, _("Build read models anew while queries go on.")),
    (_("Upkeep"), "verify", upkeep.verify, _("Check seals, logs, read models and documents.")),
    (_("Upkeep"), "proof", sealing.proof, _("Prove that a fact is in the log.")),
    (_("Upkeep"), "dispute", dispute.dispute, _("Write evidence that a third party can verify.")),
    (_("Upkeep"), "backup", upkeep.back_up_to, _("Write database and documents into one file.")),
    (_("Upkeep"), "restore", upkeep.restore_from, _("Put a backup in place.")),
    (_("Upkeep"), "docs", papers.write_docs, _("Write the pages that are made from the code.")),
)
for panel, name, function, text in COMMANDS:
    app.command(name, help=text, rich_help_panel=panel)(function)
app.add_typer(companies.app, name="company", rich_help_panel=_("Upkeep"))
app.add_typer(administration.app, name="admin", rich_help_panel=_("Upkeep"))
app.add_typer(analysis.app, name="sql-access", rich_help_panel=_("Upkeep"))
app.add_typer(sealing.app, name="seals", rich_help_panel=_("Upkeep"))


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(version("libretto"))
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[
        bool, typer.Option("--debug", envvar="LIBRETTO_DEBUG", help=_("Show where errors come from."))
    ] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help=_("Print the version."))
    ] = False,
) -> None:
    if debug:
        os.environ["LIBRETTO_DEBUG"] = "1"


def main() -> None:
    """The console script. Errors are one sentence on standard error and an exit code that is not 0."""
    settle_memory()
    try:
        app()
    except Exception as error:
        if os.environ.get("LIBRETTO_DEBUG") == "1":
            traceback.print_exc()
        sys.exit(complain(error))


if __name__ == "__main__":
    main()
