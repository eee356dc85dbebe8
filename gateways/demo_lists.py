"""Some lists of the demo company on paper and as workbooks (elenchi), as the API answers them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from aggregates import roles
from gateways.demo_output import written
from gateways.demo_stage import Stage
from gateways.http.print_head import head_of
from gateways.http.tables import rows_of
from gateways.http.tables_excel import excel_of
from gateways.http.tables_pdf import list_pdf
from gateways.wiring import House, Installation
from projections.base import Page, View
from projections.catalog import BY_NAME as VIEWS

LISTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("stock", {"below_minimum": True}),
    ("billing-due", {"on": date(2026, 10, 31)}),
    ("due-ledger", {}),
    ("call-board", {"status": "open"}),
    ("quotes", {}),
    ("delivery-notes", {}),
)


def write_lists(installation: Installation, house: House, folder: Path) -> int:
    """Each list as PDF and as Excel; how many files there are."""
    count = 0
    for name, fields in LISTS:
        view = VIEWS[name]
        for form, data in _forms(installation, house, view, fields):
            written(folder / "elenchi" / f"{name}.{form}", data)
            count += 1
    return count


def _forms(installation: Installation, house: House, view: View, fields: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    asked = view.ask.model_validate(fields)
    assert isinstance(asked, Page)
    user_id = Stage(house).user(roles.MANAGER)
    with house.reader.snapshot() as reader:
        ask_page = partial(view.query, reader)
        head = head_of(view, asked, reader, house.company_id, user_id, "it", datetime.now(UTC), installation.archive)
        yield "pdf", list_pdf(view, rows_of(view, "pdf", asked, False, ask_page), head, installation.press.typeset)
        rows = rows_of(view, "xlsx", asked, False, ask_page)
        with excel_of(view, rows, "it", installation.press, lambda: None) as book:
            yield "xlsx", book.read()
