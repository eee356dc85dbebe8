"""Lists and records on paper (stampa di elenchi e schede): what people read of them, made by the press.

Ids and nested records are left out of lists; what does not fit on landscape paper is left out too and named below.
A printed list is no issued document: nothing keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from aggregates.base import Refusal
from gateways.documents.glyphs import FONTS
from gateways.documents.renderer import TEMPLATES, Typeset, printable
from gateways.documents.typesetter import Job, TypesettingFailed
from gateways.http.print_head import Head
from gateways.http.sheets import Block, blocks_of
from gateways.http.table_rows import Gathered
from gateways.http.table_words import is_hidden, is_nested, kinds_of, list_title, text, title, total_title, word
from projections.base import Row, View

MOST_ROWS = 3_000
LONGEST = 400
"""Characters of a cell; the rest is for Excel."""
SIZES = (7.6, 6.8, 6.0)
"""Type sizes in points, tried one after the other until the columns fit."""
WIDE_PT, NARROW_PT = 773.0, 526.0
"""What the margins leave of the paper, in points."""
INSET_PT = 6.4
EM = 0.56
"""Width of an average character, in parts of the type size."""
TOKEN, PREFERRED = 22, 46
MANY_COLUMNS = 6
CENT = Decimal("0.01")


class ListUnprintable(Refusal):
    """This list cannot be printed: {reason}. Filter it, or ask for Excel or CSV."""

    status = 422


@dataclass
class Shown:
    """A column as it is printed: its title and its texts."""

    name: str
    title: str
    texts: list[str]
    is_number: bool

    @property
    def least(self) -> int:
        """Characters without which a word would be cut."""
        words = (len(each) for told in (self.title, *self.texts) for each in told.split())
        return min(TOKEN, max(words, default=1))

    @property
    def liked(self) -> int:
        """Characters with which most cells stand on one line."""
        return max(self.least, min(PREFERRED, max((len(each) for each in self.texts), default=1)))


def list_pdf(view: View, rows: Gathered, head: Head, press: Typeset) -> bytes:
    """A list. Raises `ListUnprintable`, `PressBusy`; closes the rows."""
    language = head.language
    with rows:
        kept = list(rows)
    columns = [_shown(view, name, kept, head) for name in _worth_printing(view, rows.columns, kept)]
    size, widths = _fitted(columns, WIDE_PT)
    columns, left = columns[: len(widths)], columns[len(widths) :]
    part = {
        "title": "",
        "fields": False,
        "columns": _heads(columns, widths),
        "rows": [list(cells) for cells in zip(*(column.texts for column in columns), strict=True)],
        "totals": _totals(view, columns, rows, language),
        "size": size,
    }
    notes = [word("{n} rows", language).format(n=text(len(kept), language))]
    if left:
        notes.append(word("more in Excel", language) + ": " + ", ".join(each.title for each in left))
    return _pressed(head, [part] if kept else [], notes, press, wide=True)


def record_pdf(view: View, data: Any, head: Head, press: Typeset) -> bytes:
    """A record. Raises `ListUnprintable`, `PressBusy`."""
    blocks = blocks_of(data, list_title(view.name, head.language), head.language)
    wide = any(len(block.columns) > MANY_COLUMNS for block in blocks)
    room = WIDE_PT if wide else NARROW_PT
    parts = [_part(view, block, head, room, n == 0) for n, block in enumerate(blocks)]
    return _pressed(head, parts, [], press, wide=wide)


def _part(view: View, block: Block, head: Head, room: float, is_first: bool) -> dict[str, Any]:
    language = head.language
    told = "" if is_first else block.title
    if block.is_fields:
        pairs = [(title(name, language), _told(view, name, value, head)) for name, value in block.rows]
        rows = [[name, value[: LONGEST * 5]] for name, value in pairs if value]
        return {"title": told, "fields": True, "columns": [], "rows": rows, "totals": []}
    records = [dict(zip(block.columns, row, strict=True)) for row in block.rows]
    declared = [name for name in view.columns if name in block.columns]
    columns = [_shown(view, name, records, head) for name in declared or block.columns]
    columns = [column for column in columns if any(column.texts)]
    size, widths = _fitted(columns, room)
    if len(widths) < len(columns):
        left = ", ".join(column.title for column in columns[len(widths) :])
        told = " – ".join(filter(None, (told, f"{word('more in Excel', language)}: {left}")))
    columns = columns[: len(widths)]
    rows = [list(cells) for cells in zip(*(column.texts for column in columns), strict=True)]
    heads = _heads(columns, widths)
    return {"title": told, "fields": False, "columns": heads, "rows": rows, "totals": [], "size": size}


def _worth_printing(view: View, known: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Declared columns, or all that tell people something and have a value in some row."""
    if view.columns:
        return [name for name in view.columns if name in known]
    return [name for name in known if any(_tells(name, row.get(name)) for row in rows)]


def _tells(name: str, value: Any) -> bool:
    return value not in (None, "", False) and not is_hidden(name, value) and not _is_record(value)


def _is_record(value: Any) -> bool:
    if not is_nested(value):
        return False
    parts = list(value) if isinstance(value, list | tuple) else None
    return not parts or any(is_nested(part) for part in parts)


def _shown(view: View, name: str, rows: Sequence[Row], head: Head) -> Shown:
    values = [row.get(name) for row in rows]
    numbers = [value for value in values if isinstance(value, int | Decimal | float) and not isinstance(value, bool)]
    places = 2 if any(isinstance(value, Decimal) for value in numbers) and name in view.totals else 0
    texts = [_told(view, name, value, head, places)[:LONGEST] for value in values]
    return Shown(name, title(name, head.language), texts, bool(numbers))


def _told(view: View, name: str, value: Any, head: Head, places: int = 0) -> str:
    """A value as text; people by their names."""
    if isinstance(value, str) and value in head.users:
        return head.users[value]
    if isinstance(value, Decimal) and name in view.totals:
        value = _readable(value)
    return text(value, head.language, kinds_of(view, name), places)


def _fitted(columns: Sequence[Shown], room: float) -> tuple[float, list[float]]:
    """The largest type in which the columns fit, and their widths in points; too many columns lose the last ones."""
    for size in SIZES:
        widths = _widths(columns, size, room)
        if widths:
            return size, widths
    fewer = list(columns)
    while len(fewer) > 1 and not _widths(fewer, SIZES[-1], room):
        fewer.pop()
    return SIZES[-1], _widths(fewer, SIZES[-1], room) or [room / max(1, len(fewer))] * len(fewer)


def _widths(columns: Sequence[Shown], size: float, room: float) -> list[float] | None:
    if not columns:
        return []
    free = room - INSET_PT * len(columns)
    least = [column.least * EM * size for column in columns]
    if sum(least) > free:
        return None
    liked = [column.liked * EM * size for column in columns]
    wished = sum(liked) - sum(least)
    part = min(1.0, (free - sum(least)) / wished) if wished else 0.0
    widths = [low + (high - low) * part + INSET_PT for low, high in zip(least, liked, strict=True)]
    spare = room - sum(widths)
    return [round(width + spare * width / sum(widths), 2) for width in widths]


def _heads(columns: Sequence[Shown], widths: Sequence[float]) -> list[dict[str, Any]]:
    return [
        {"title": column.title, "right": column.is_number, "width": width}
        for column, width in zip(columns, widths, strict=True)
    ]


def _totals(view: View, columns: Sequence[Shown], rows: Gathered, language: str) -> list[list[str]]:
    told = []
    for per, sums in rows.totals.sums.items():
        known = {name: text(_readable(total), language, (), 2) for name, total in sums.items()}
        cells = [known.get(column.name, "") for column in columns]
        free = next((n for n, each in enumerate(cells) if not each), None)
        if free is not None:
            cells[free] = total_title(view, per, language)
        told.append(cells)
    return told


def _readable(amount: Decimal) -> Decimal:
    """An amount without the fractions of a cent that only machines read."""
    exponent = amount.as_tuple().exponent
    return amount if isinstance(exponent, int) and exponent >= -4 else amount.quantize(CENT, ROUND_HALF_UP)


def _pressed(head: Head, parts: list[dict[str, Any]], notes: list[str], press: Typeset, *, wide: bool) -> bytes:
    language = head.language
    data = {
        "issuer": printable(head.issuer) if head.issuer else {},
        "title": head.title,
        "language": language,
        "filters": head.filters,
        "printed": head.printed,
        "words": {each: word(each, language) for each in ("page", "of", "filters", "nothing")},
        "blocks": parts,
        "notes": notes,
        "wide": wide,
    }
    job = Job(
        template=str(TEMPLATES / "lists" / "list.typ"),
        root=str(TEMPLATES),
        fonts=str(FONTS),
        inputs={"data": json.dumps(printable(data) | {"issuer": data["issuer"]})},
        standard="a-2b",
        timestamp=int(head.at.timestamp()),
    )
    try:
        return press(job)
    except TypesettingFailed as error:
        raise ListUnprintable(reason=str(error)) from error
