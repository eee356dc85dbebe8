"""Writes Excel workbooks (rilegatore) in a process of its own: parts come in, row by row, a file is what remains.

The first part is a folder, where the file and what is needed on the way is written; its master removes it. Then come
sheets and rows, pickled by the master; an empty part ends the book.
Nothing of ours is imported, so that it is ready in a moment. A text is a text: none is ever a formula or an address.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types
from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]  # nor does this

LENGTH = 8
DONE, FAILED = b"P", b"F"
GRACE_S = 5
"""How much longer than its master's patience a worker without a master may go on."""
PLAIN, BOLD, HEAD = "", "bold", "head"
LOOKS: dict[str, dict[str, Any]] = {
    PLAIN: {},
    BOLD: {"bold": True},
    HEAD: {"bold": True, "bg_color": "#E3EBEE", "valign": "top", "text_wrap": True},
}
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "use_zip64": True,
}
NAME = "book.xlsx"
"""The file in its folder."""
Cell = None | str | tuple[Any, str, str]
"""Nothing, a text, or a value with its pattern and its look."""


class Book:
    """A workbook that is being written; rows in their order, none kept."""

    def __init__(self, folder: str) -> None:
        self._book = xlsxwriter.Workbook(os.path.join(folder, NAME), {**OPTIONS, "tmpdir": folder})
        self._formats: dict[tuple[str, str, bool], Any] = {}
        self._sheet: Any = None
        self._row = 0

    def sheet(self, name: str, widths: Sequence[float]) -> None:
        """Begin a sheet; the first row stays while the rest scrolls."""
        self._sheet, self._row = self._book.add_worksheet(name), 0
        self._sheet.freeze_panes(1, 0)
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write some rows."""
        for row in rows:
            for column, cell in enumerate(row):
                if cell is not None:
                    self._write(column, cell)
            self._row += 1

    def filter(self, rows: int, columns: int) -> None:
        """Let the first rows be filtered by the header above them."""
        self._sheet.autofilter(0, 0, rows, columns - 1)

    def close(self) -> None:
        """Write what remains."""
        self._book.close()

    def _write(self, column: int, cell: str | tuple[Any, str, str]) -> None:
        value, pattern, look = (cell, "", PLAIN) if isinstance(cell, str) else cell
        if isinstance(value, str):
            begins_formula = value.lstrip()[:1] in ("=", "+", "-", "@")
            self._sheet.write_string(self._row, column, value, self._format(pattern, look, begins_formula))
        elif hasattr(value, "year"):
            self._sheet.write_datetime(self._row, column, value, self._format(pattern, look))
        else:
            self._sheet.write_number(self._row, column, value, self._format(pattern, look))

    def _format(self, pattern: str, look: str, is_quoted: bool = False) -> Any:
        key = (pattern, look, is_quoted)
        if key == ("", PLAIN, False):
            return None
        if key not in self._formats:
            told = dict(LOOKS[look])
            if pattern:
                told["num_format"] = pattern
            if is_quoted:
                told["quote_prefix"] = True  # stays a text, also when somebody edits it
            self._formats[key] = self._book.add_format(told)
        return self._formats[key]


def main(arguments: list[str]) -> int:
    """Write books; arguments are the memory in MiB and the seconds that a book may take."""
    memory_mb, seconds = int(arguments[0]), float(arguments[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the master decides when to end
    parts, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between answers
    while folder := _received(parts):
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_S)
        try:
            _bind(folder.decode(), parts)
            word, said = DONE, b""
        except (OSError, TypeError, ValueError, XlsxWriterException) as error:
            while _received(parts):
                pass  # the rest of a book that cannot be
            word, said = FAILED, str(error).encode()
        signal.setitimer(signal.ITIMER_REAL, 0)
        for part in (word, said):
            answers.write(len(part).to_bytes(LENGTH, "big") + part)
        answers.flush()
    return 0


def _bind(folder: str, parts: BinaryIO) -> None:
    book = Book(folder)
    while part := _received(parts):
        what, *values = pickle.loads(part)  # noqa: S301 - our master has written it
        getattr(book, what)(*values)
    book.close()


def _received(stream: BinaryIO) -> bytes:
    """One part; nothing ends a book. Ends this process when its master has gone: half a book is no book."""
    head = stream.read(LENGTH)
    if len(head) < LENGTH:
        sys.exit(0)
    length = int.from_bytes(head, "big")
    part = stream.read(length)
    if len(part) < length:
        sys.exit(0)
    return part


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
