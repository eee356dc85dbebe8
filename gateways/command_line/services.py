"""What runs until it is stopped: everything in one process, or each part in one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from gateways.command_line.session import Failed, err, opened, out
from gateways.command_line.texts import _
from gateways.documents.archive import open_archive
from gateways.duty_round import Done, do_duties
from gateways.erasing import Eraser
from gateways.forgetting import destroy_forgotten_keys
from gateways.parts import (
    Part,
    archive_location,
    documents,
    everything,
    forgetting,
    in_every_cell,
    mail,
    planning,
    schedulers,
    sealing,
    webhooks,
)
from gateways.runtime import Api, Runtime, free_address
from gateways.settings import Settings
from gateways.stories.reading import instant
from gateways.wiring import House, Installation

HostOption = Annotated[str | None, typer.Option(help=_("Address to listen at (LIBRETTO_HOST)."))]
PortOption = Annotated[int | None, typer.Option(help=_("Port to listen at (LIBRETTO_PORT)."))]
DataOption = Annotated[Path | None, typer.Option("--data", help=_("Data folder (LIBRETTO_DATA_DIR)."))]


def settings_with(host: str | None = None, port: int | None = None, data: Path | None = None) -> Settings:
    """The settings, with what the command line says instead."""
    given = {"host": host, "port": port, "data_dir": data}
    return Settings().model_copy(update={name: value for name, value in given.items() if value is not None})


def serve(host: HostOption = None, port: PortOption = None, data: DataOption = None) -> None:
    """Migrates, then runs all parts and the API until Ctrl-C or SIGTERM."""
    settings = settings_with(host, port, data)
    free_address(settings)
    with opened(settings, migrate=True) as installation:
        if not installation.companies():
            err.print(_("There is no company yet; make one with: libretto admin bootstrap"), markup=False)
        raise typer.Exit(run_everything(installation))


def run_everything(installation: Installation) -> int:
    """All parts behind the API, in this process; the exit code."""
    settings = installation.settings
    api = Api(installation)
    err.print(
        _("Libretto answers at {url}; Ctrl-C stops it.").format(url=f"http://{settings.host}:{settings.port}/docs")
    )
    return Runtime(everything(installation), api).run()


def serve_api(host: HostOption = None, port: PortOption = None) -> None:
    """The API alone."""
    settings = settings_with(host, port)
    free_address(settings)
    with opened(settings) as installation:
        raise typer.Exit(Runtime((), Api(installation)).run())


def project(
    replay: Annotated[str | None, typer.Option(help=_("Try the parked facts of this read model again."))] = None,
    status: Annotated[bool, typer.Option("--status", help=_("Show how far each read model is, and end."))] = False,
) -> None:
    """The daemon alone; or its state; or another try for parked facts."""
    with opened() as installation:
        if status:
            print_lags(installation)
        elif replay is not None:
            if replay not in installation.registry.models:
                raise Failed(_("There is no read model called {name}.").format(name=replay))
            out.print(_("{count} facts folded.").format(count=installation.daemon.replay_parked(replay)))
        else:
            raise typer.Exit(_run(in_every_cell(installation, lambda cell: [("daemon", cell.daemon)])))


def schedule(
    once: Annotated[bool, typer.Option("--once", help=_("Do every duty once, and end."))] = False,
    at: Annotated[
        str | None, typer.Option(help=_("With --once: as of this instant, such as 2026-09-30T06:00."))
    ] = None,
) -> None:
    """The schedulers alone, by the clock or once."""
    if at is not None and not once:
        raise Failed(_("--at needs --once."), 2)
    with opened() as installation:
        if not once:
            raise typer.Exit(_run(in_every_cell(installation, by_the_clock)))
        now = _instant(at) if at else datetime.now(UTC)
        for row in installation.companies():
            house = installation.house(str(row.company_id))
            house.installation.daemon.catch_up()
            for done in do_duties(house, now, settle=lambda *_, at=house: at.installation.daemon.catch_up()):
                _print_done(done)
            house.installation.daemon.catch_up()
            destroy_forgotten_keys(house)
            _erase(house)


def _erase(house: House) -> None:
    """Destroy the keys that are due, and mend views whose keys went a minute ago or earlier."""
    eraser = Eraser(house.installation, open_archive(archive_location(house.installation.settings)))
    if eraser.tick(house):
        house.installation.daemon.catch_up()
    if waiting := eraser.waiting(house):
        text = _("{company}: {count} erasures go on a minute from now; run this again then.")
        out.print(text.format(company=house.slug, count=waiting), markup=False)


def by_the_clock(installation: Installation) -> list[tuple[str, Part]]:
    """The duties, the day plans asked for, and what is to be forgotten."""
    return [
        ("day-plans", planning(installation)),
        ("seals", sealing(installation)),
        ("forgetting", forgetting(installation)),
        ("schedulers", schedulers(installation)),
    ]


def issue_documents() -> None:
    """The worker that makes documents, alone."""
    with opened() as installation:
        raise typer.Exit(_run(in_every_cell(installation, lambda cell: [("documents", documents(cell))])))


def send_mail() -> None:
    """The worker that sends notices, alone."""
    with opened() as installation:
        raise typer.Exit(_run(in_every_cell(installation, lambda cell: [("mail", mail(cell))])))


def send_webhooks() -> None:
    """The sender of webhooks, alone."""
    with opened() as installation:
        raise typer.Exit(_run(in_every_cell(installation, lambda cell: [("webhooks", webhooks(cell))])))


def print_lags(installation: Installation) -> None:
    """A table of how far each generation of each read model is behind each company's log."""
    slugs = {row.company_id: row.slug for row in installation.companies()}
    columns = (_("Company"), _("Read model"), _("Generation"), _("State"), _("Facts behind"), _("Seconds"), _("Parked"))
    table = Table(*columns, box=None, pad_edge=False)
    for lag in installation.lags():
        cells = (slugs.get(lag.company_id, lag.company_id), lag.name, lag.generation, lag.status, lag.facts)
        table.add_row(*map(str, cells), f"{lag.seconds:.1f}", str(lag.parked), style="red" if lag.parked else None)
    out.print(table)


def _run(parts: Sequence[tuple[str, Part]]) -> int:
    return Runtime(parts).run()


def _instant(text: str) -> datetime:
    try:
        return instant(text)
    except ValueError as error:
        raise Failed(_("{text} is not an instant such as 2026-09-30T06:00.").format(text=text), 2) from error


def _print_done(done: Done) -> None:
    out.print(
        _("{company}: {duty}: {count} commands").format(company=done.company, duty=done.duty, count=done.commands)
    )
    for parked in done.parked:
        out.print(f"  {parked.command}: {parked.code}: {parked.reason}", style="red", markup=False)
