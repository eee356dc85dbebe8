"""`libretto docs`: the pages that are made from the code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateways.catalogue_pages import pages
from gateways.command_line.session import Failed, out
from gateways.command_line.texts import _


def write_docs(
    check: Annotated[
        bool, typer.Option("--check", help=_("Write nothing; end with 1 when a page is out of date."))
    ] = False,
    folder: Annotated[Path, typer.Option(help=_("Where the pages are."))] = Path("docs"),
) -> None:
    """docs/events.md, docs/commands.md and docs/schemas/."""
    stale = [name for name, text in pages().items() if _current(folder / name) != text]
    if check:
        if stale:
            names = ", ".join(str(folder / name) for name in stale)
            raise Failed(_("Out of date: {names}. Run: libretto docs").format(names=names))
        return
    for name, text in pages().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        out.print(str(folder / name), markup=False)


def _current(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
