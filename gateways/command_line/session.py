"""What all commands share: an open installation, the company asked for, output, and errors as sentences."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import psycopg
import typer
from eventsourcing.persistence import PersistenceError
from psycopg_pool import PoolTimeout
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from aggregates.base import Refusal
from gateways import labels, logs
from gateways.command_line.texts import _, language
from gateways.orders import NotLevel
from gateways.postgres.companies import UnknownCompany
from gateways.postgres.migrate import SchemaTooNew, SchemaTooOld
from gateways.postgres.programs import ServerFailed
from gateways.runtime import AddressTaken
from gateways.settings import Settings
from gateways.wiring import House, Installation

PIPED = 400
"""Columns where output goes to a file: nothing is cut off or wrapped."""
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPED)
err = Console(stderr=True, highlight=False, soft_wrap=True, width=None if sys.stderr.isatty() else PIPED)

CompanyOption = Annotated[
    str,
    typer.Option("--company", envvar="LIBRETTO_COMPANY", help=_("The company's short name; may be left out if one.")),
]


class Failed(Exception):
    """What went wrong, as a sentence for the user; ends the program with a code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


@contextmanager
def opened(
    settings: Settings | None = None, *, migrate: bool = False, level: str | None = None
) -> Iterator[Installation]:
    """The installation that the environment names; `migrate` brings its schema up to date."""
    settings = settings or Settings()
    logs.configure(level or settings.log_level)
    with Installation(settings) as installation:
        if migrate:
            installation.migrate()
        yield installation


def house_of(installation: Installation, slug: str) -> House:
    """The house of the company named, or of the only one there is. Raises `Failed`."""
    if slug:
        return installation.house(slug)
    known = installation.companies()
    if len(known) == 1:
        return installation.house(known[0].slug)
    names = ", ".join(row.slug for row in known)
    raise Failed(
        _("Say which company with --company or LIBRETTO_COMPANY: {names}.").format(names=names)
        if known
        else _("There is no company yet; make one with: libretto admin bootstrap")
    )


def progress(unit: str) -> Progress:
    """A progress bar on a terminal, nothing where output is piped."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(unit))
    return Progress(*columns, TimeElapsedColumn(), console=err, disable=not err.is_terminal)


def told(shown: Progress, title: str) -> Callable[[str, int, int], None]:
    """A new bar, as a function that hears what is being done, how much of it is done and how much there is."""
    bar = shown.add_task(title, total=None)

    def advance(what: str, done: int, total: int) -> None:
        shown.update(bar, description=f"{title} {what}", completed=done, total=total)

    return advance


def sentence(error: BaseException) -> str:
    """An error as something a person can act on."""
    if isinstance(error, Failed):
        return str(error)
    if isinstance(error, Refusal):
        return labels.sentence(error, language())
    if isinstance(error, UnknownCompany):
        return _("There is no company called {company} here.").format(company=error)
    if isinstance(error, SchemaTooOld | SchemaTooNew | NotLevel | AddressTaken):
        said = " ".join((type(error).__doc__ or "").split())
        return _(said)
    if isinstance(error, ServerFailed):
        return _("The database server does not run: {reason}").format(reason=error)
    if isinstance(error, psycopg.Error | PersistenceError | PoolTimeout):
        return _("The database does not answer: {reason}").format(reason=" ".join(str(error).split()))
    if isinstance(error, ValidationError):
        return "\n".join(f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors())
    if isinstance(error, OSError):
        return f"{error.strerror or error}{': ' + str(error.filename) if error.filename else ''}"
    return _("Something unexpected went wrong ({error}); libretto --debug … shows where.").format(error=repr(error))


def complain(error: BaseException) -> int:
    """Print what went wrong on standard error; the exit code."""
    err.print(sentence(error), style="red" if err.is_terminal else None, markup=False)
    return error.code if isinstance(error, Failed) else 1
