"""Charts and the month's report on the command line (grafici, rapporto mensile)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gateways.charts.drawing import svg
from gateways.charts.month import month_asked
from gateways.charts.month import report as month_report
from gateways.charts.named import CHARTS, Month, named
from gateways.charts.picture import png
from gateways.command_line.session import CompanyOption, Failed, house_of, opened, out
from gateways.command_line.texts import _
from gateways.documents.typesetter import typeset

PICTURES = (".svg", ".png")


def chart(
    name: Annotated[str, typer.Argument(help=_("One of: {names}.").format(names=", ".join(CHARTS)))],
    month: Annotated[str, typer.Argument(help=_("The month, as 2026-03; left out, this one."))] = "",
    company: CompanyOption = "",
    to: Annotated[Path | None, typer.Option("--out", help=_("A file that ends in .svg or .png."))] = None,
) -> None:
    """Draws a chart into a file."""
    asked, made = _month(month), named(name)
    file = to or Path(f"{name}-{asked.first_on:%Y-%m}.svg")
    if file.suffix not in PICTURES:
        raise Failed(_("Charts are .svg or .png files; {file} is neither.").format(file=file.name))
    with opened() as installation, house_of(installation, company).reader.snapshot() as reader:
        drawn = made.make(reader, asked)
    file.write_bytes(png(drawn, typeset) if file.suffix == ".png" else svg(drawn).encode())
    out.print(str(file), markup=False)


def report(
    month: Annotated[str, typer.Argument(help=_("The month, as 2026-03; left out, this one."))] = "",
    company: CompanyOption = "",
    to: Annotated[Path | None, typer.Option("--out", help=_("The PDF file to write."))] = None,
) -> None:
    """Prints the manager's month."""
    asked, now = _month(month), datetime.now(UTC)
    file = to or Path(f"rapporto-{asked.first_on:%Y-%m}.pdf")
    with opened() as installation:
        house = house_of(installation, company)
        with house.reader.snapshot() as reader:
            pdf = month_report(reader, house.company_id, asked, now, typeset, installation.archive)
    file.write_bytes(pdf)
    out.print(str(file), markup=False)


def _month(text: str) -> Month:
    try:
        return month_asked(text, datetime.now(UTC))
    except ValueError as error:
        raise Failed(_("{text} is no month; write it as 2026-03.").format(text=text)) from error
