"""What people call the tables of read models (titoli degli elenchi): by the title of the list that shows them.

Several tables may have one title, as a list and what stands under it: their rows are told together.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from gateways.i18n import translations
from gateways.labels import VIEW, words
from projections.catalog import VIEWS
from projections.documents.content_erasure_certificate import MendedView

LANGUAGE = "it"


def with_titles(mended: Sequence[MendedView]) -> tuple[MendedView, ...]:
    """The tables of which rows were rewritten, by the titles of their lists, those with one title as one."""
    rows: dict[str, int] = {}
    for one in mended:
        title = title_of(one.table)
        rows[title] = rows.get(title, 0) + one.rows
    return tuple(MendedView(table=title, rows=rows[title]) for title in sorted(rows))


@cache
def title_of(table: str) -> str:
    """The title of the first list that shows a table, best the one that is called as it is; else its own name."""
    showing = [view.name for view in VIEWS if any(table == each.name for model in view.models for each in model.TABLES)]
    if not showing:
        return table.replace("_", " ")
    plural = {table.replace("_", "-") + ending for ending in ("", "s", "es")}
    plural |= {name[:-1] + "ies" for name in plural if name.endswith("y")}
    named = next((name for name in showing if name in plural), showing[0])
    told = translations(LANGUAGE).pgettext(VIEW, words(named))
    return told[:1].upper() + told[1:]
