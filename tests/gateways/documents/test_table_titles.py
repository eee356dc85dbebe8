"""A certificate of erasure names lists as people know them, those of one title once."""

from __future__ import annotations

from gateways.documents.table_titles import title_of, with_titles
from projections.documents.content_erasure_certificate import MendedView


def test_tables_are_called_as_the_lists_that_show_them() -> None:
    assert [title_of(table) for table in ("party", "delivery_note", "notice")] == [
        "Anagrafiche",
        "Documenti di trasporto",
        "Avvisi",
    ]
    assert title_of("no_such_table") == "no such table"


def test_rows_of_tables_with_one_title_are_told_together() -> None:
    mended = [MendedView(table=table, rows=rows) for table, rows in (("notice", 2), ("party", 3), ("notice", 5))]
    assert with_titles(mended) == (MendedView(table="Anagrafiche", rows=3), MendedView(table="Avvisi", rows=7))
