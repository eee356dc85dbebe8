"""Lists as tables for spreadsheets and programs (elenchi in CSV): every view of pages answers them.

UTF-8 with a byte order mark, semicolons, a header row, lines ended by CR LF. Values are for machines: a decimal point,
ISO dates, `true` and `false`, nested values as JSON. A text that a spreadsheet would take for a formula gets an
apostrophe before it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from io import StringIO
from json import dumps, loads
from tempfile import SpooledTemporaryFile
from typing import Any, get_args, get_type_hints

from pydantic_core import to_json, to_jsonable_python
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from projections.base import Page, View

CSV = "text/csv"
JSON = "application/json"
AT_ONCE = 500
IN_MEMORY = 2_000_000
"""Bytes of a table that are kept in memory; what is longer goes through a file."""
FORMULA = re.compile(r"\s*[=+\-@]")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
CONTROL = ("\t", "\r", "\n")
Rows = Iterator[Mapping[str, Any]]


def is_list(view: View) -> bool:
    """Whether a view answers pages; one that may answer nothing is a record, even if a part of it is paged."""
    returned = get_type_hints(view.query).get("return")
    return issubclass(view.ask, Page) and type(None) not in get_args(returned)


def preferred(request: Request, *offered: str) -> str:
    """The kind of answer that the Accept header likes best; the first one where it has no opinion (RFC 9110)."""
    likes = {media: _liking(request.headers.get("accept", ""), media) for media in offered}
    return max(offered, key=lambda media: likes[media])


def table(name: str, asked: Page, is_one_page: bool, ask_page: Callable[[Page], Mapping[str, Any]]) -> Response:
    """All pages of a list as one table, or a single page with the cursor of the next one in `X-Next`.

    The list is read to its end before anything is sent, so that what goes wrong is a problem and not half a table.
    """
    columns: dict[str, None] = {}
    kept = SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8", newline="")  # noqa: SIM115 - the answer closes it
    after: str | None = None
    try:
        while True:
            found = ask_page(asked if is_one_page else asked.model_copy(update={"limit": AT_ONCE, "after": after}))
            for row in found["items"]:
                columns.update(dict.fromkeys(row))
                kept.write(dumps({column: cell(value) for column, value in row.items()}) + "\n")
            after = found["next"]
            if is_one_page or after is None:
                break
    except BaseException:
        kept.close()
        raise
    headers = {"content-disposition": f'attachment; filename="{name}.csv"', "x-content-type-options": "nosniff"}
    if after is not None:
        headers["x-next"] = after
    return StreamingResponse(_written(kept, list(columns)), 200, headers, f"{CSV}; charset=utf-8")


def cell(value: Any) -> str:
    """A value as it stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, Enum):
        return cell(value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    plain = to_jsonable_python(value)
    return plain if isinstance(plain, str) else to_json(plain).decode()


def _harmless(text: str) -> str:
    """A text that no spreadsheet carries out; plain numbers stay."""
    is_formula = FORMULA.match(text) is not None or text.startswith(CONTROL)
    return f"'{text}" if is_formula and not NUMBER.fullmatch(text) else text


def _written(kept: SpooledTemporaryFile[str], columns: list[str]) -> Iterator[bytes]:
    with kept:
        kept.seek(0)
        yield "\ufeff".encode()
        if columns:
            yield _line(columns)
        for stored in kept:
            row = loads(stored)
            yield _line([row.get(column, "") for column in columns])


def _line(cells: list[str]) -> bytes:
    line = StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()


def _liking(accept: str, media: str) -> float:
    """How much a header likes a kind of answer, by its most exact mention; 0 when it does not name it."""
    found = (-1, 0.0)
    for part in accept.split(","):
        named, *parameters = (piece.strip().lower() for piece in part.split(";"))
        names = ("*/*", f"{media.split('/')[0]}/*", media)
        if named in names and names.index(named) > found[0]:
            found = (names.index(named), _weight(parameters))
    return found[1]


def _weight(parameters: list[str]) -> float:
    weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        return float(weight)
    except ValueError:
        return 0.0
