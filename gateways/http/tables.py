"""Answers for spreadsheets and paper (elenchi e schede): every list and every record as CSV, Excel or PDF.

What a list is, which form of it a request likes best, and who makes that form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args, get_type_hints

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateways.documents.press import Press
from gateways.http import tables_pdf
from gateways.http.print_head import Head
from gateways.http.table_rows import AskPage, Gathered, ListTooLong, PrintTooLong, gathered, totals_of
from gateways.http.tables_csv import csv_of, human_csv_of, record_csv
from gateways.http.tables_excel import MOST_ROWS, chunks, excel_of, record_excel
from projections.base import Page, View

Format = Literal["json", "csv", "xlsx", "pdf"]
JSON = "application/json"
CSV = "text/csv"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
MEDIA: Mapping[str, str] = {"json": JSON, "csv": CSV, "xlsx": EXCEL, "pdf": PDF}
MOST: Mapping[str, int | None] = {"csv": None, "xlsx": MOST_ROWS, "pdf": tables_pdf.MOST_ROWS}
"""Rows that a list may have in each form."""


def is_list(view: View) -> bool:
    """Whether a view answers pages; one that may answer nothing is a record, even if a part of it is paged."""
    returned = get_type_hints(view.query).get("return")
    return issubclass(view.ask, Page) and type(None) not in get_args(returned)


def preferred(request: Request, *offered: str) -> str:
    """The kind of answer that the Accept header likes best; the first one where it has no opinion (RFC 9110)."""
    likes = {media: _liking(request.headers.get("accept", ""), media) for media in offered}
    return max(offered, key=lambda media: likes[media])


def format_of(asked: Format | None, request: Request) -> Format:
    """The form of the answer: as `format` says, or as Accept likes best."""
    if asked:
        return asked
    liked = preferred(request, *MEDIA.values())
    return next(name for name in get_args(Format) if MEDIA[name] == liked)


def rows_of(view: View, form: Format, asked: Page, is_one_page: bool, ask_page: AskPage) -> Gathered:
    """The rows for a form. Raises `ListTooLong`, `PrintTooLong`."""
    refusal = PrintTooLong if form == "pdf" else ListTooLong
    return gathered(asked, is_one_page, ask_page, totals_of(view), MOST[form], refusal)


def list_answer(
    view: View,
    form: Format,
    rows: Gathered,
    head: Head,
    press: Press,
    stay: Callable[[], None],
    *,
    has_comma: bool = False,
) -> Response:
    """A list in a form; closes the rows. `stay` raises when nobody waits for it any more."""
    headers = _headers(view, form)
    if rows.after is not None:
        headers["x-next"] = rows.after
    if form == "pdf":
        return Response(tables_pdf.list_pdf(view, rows, head, press.typeset), 200, headers, PDF)
    if form == "xlsx":
        return StreamingResponse(chunks(excel_of(view, rows, head.language, press, stay)), 200, headers, EXCEL)
    lines = human_csv_of(view, rows, head.language) if has_comma else csv_of(rows)
    return StreamingResponse(lines, 200, headers, f"{CSV}; charset=utf-8")


def record_answer(view: View, form: Format, data: Any, head: Head, press: Press) -> Response:
    """A record in a form."""
    headers = _headers(view, form)
    if form == "pdf":
        return Response(tables_pdf.record_pdf(view, data, head, press.typeset), 200, headers, PDF)
    if form == "xlsx":
        return StreamingResponse(chunks(record_excel(view, data, head.language, press)), 200, headers, EXCEL)
    return Response(record_csv(data), 200, headers, f"{CSV}; charset=utf-8")


def _headers(view: View, form: Format) -> dict[str, str]:
    kind = "inline" if form == "pdf" else "attachment"
    return {
        "content-disposition": f'{kind}; filename="{view.name}.{form}"',
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
    }


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
