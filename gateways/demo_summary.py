"""The month in one look, for a manager (riepilogo): tables for a terminal, and the same as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from aggregates.values import ROME
from gateways.demo_controlling import margins
from gateways.demo_figures import Section, sections
from gateways.demo_month import END
from gateways.demo_stage import Stage
from gateways.wiring import House


@dataclass(frozen=True)
class Summary:
    """The month's figures, shown in two ways."""

    heading: str
    sections: tuple[Section, ...]

    @property
    def renderable(self) -> RenderableType:
        """Tables for a terminal."""
        parts: list[RenderableType] = [Text(self.heading, style="bold")]
        for section in self.sections:
            parts += [Text(), _table(section)]
            if section.note:
                parts.append(Text(section.note, style="dim"))
        return Group(*parts)

    @property
    def text(self) -> str:
        """The same without colours and lines, in columns."""
        return "\n".join([self.heading, *(line for section in self.sections for line in _plain(section))]) + "\n"


def summary(house: House, at: datetime = END) -> Summary:
    """What happened in the month that lies behind an instant, from the views alone."""
    company = house.reader.row("select name from {company_profile}")
    name = company["name"] if company else house.slug
    stage, today = Stage(house, lambda: None), at.astimezone(ROME).date()
    month = date(2026, 9, 1), date(2026, 9, 30)
    found = (*sections(stage, at), margins(stage, *month))
    return Summary(f"{name}: il mese fino al {today:%d/%m/%Y}", found)


def show(house: House, console: Console, at: datetime = END) -> None:
    """Print the summary: tables on a terminal, plain text where the output goes elsewhere."""
    made = summary(house, at)
    if console.is_terminal:
        console.print(made.renderable)
    else:
        console.print(made.text, markup=False, highlight=False)


def _table(section: Section) -> Table:
    table = Table(title=section.title, title_justify="left", title_style="bold cyan")
    for place, header in enumerate(section.headers):
        table.add_column(header, justify="right" if place in section.right else "left", overflow="fold")
    for row in section.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _plain(section: Section) -> list[str]:
    rows: Sequence[Sequence[str]] = [section.headers, *section.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(section.headers))]
    lines = ["", section.title.upper()]
    for row in rows:
        cells = (
            cell.rjust(width) if place in section.right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append(("  " + "  ".join(cells)).rstrip())
    return [*lines, *([f"  {section.note}"] if section.note else [])]
