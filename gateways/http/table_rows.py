"""The rows of a list read to its end (righe di un elenco): in one snapshot, kept outside memory, summed on the way.

A list is read whole before anything is sent, so that what goes wrong is a problem and not half a table, and so that
the totals are those of the rows beside them.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, Self

from aggregates.base import Refusal, require
from projections.base import Page, View

AT_ONCE = 500
IN_MEMORY = 2_000_000
"""Bytes of a table that are kept in memory; what is longer goes through a file."""
MOST_SUMMED = 100_000
"""Rows that a page with totals may stand for."""
AskPage = Callable[[Page], Mapping[str, Any]]


class ListTooLong(Refusal):
    """This list has more than {limit} rows; filter it, or ask for CSV, which has no limit."""

    status = 422


class PrintTooLong(Refusal):
    """A printed list may have {limit} rows and this one has more; filter it, or ask for Excel or CSV."""

    status = 422


@dataclass
class Totals:
    """The sums of a list's amounts; one of each for every currency, unit or kind that the view tells apart."""

    columns: tuple[str, ...]
    per: str | None = None
    rows: int = 0
    sums: dict[str | None, dict[str, Decimal]] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        """One more row; what has no value adds nothing."""
        self.rows += 1
        if not self.columns:
            return
        key = row.get(self.per) if self.per else None
        of_key = self.sums.setdefault(_text(key), dict.fromkeys(self.columns, Decimal(0)))
        for column in self.columns:
            value = row.get(column)
            if value is not None:
                of_key[column] += Decimal(value)

    def told(self) -> dict[str, Any]:
        """As JSON answers them: how many rows, and the sums."""
        told = [{**({self.per: key} if self.per else {}), **sums} for key, sums in self.sums.items()]
        return {"rows": self.rows, "sums": told}


def totals_of(view: View) -> Totals:
    """The totals that a view declares, at nothing."""
    return Totals(view.totals, view.totals_per)


class Gathered:
    """All rows that were asked for, in order. Close it, or use it as a context manager."""

    def __init__(self, totals: Totals) -> None:
        self.totals = totals
        self.columns: list[str] = []
        self.after: str | None = None
        """The cursor of what follows, where only one page was asked for."""
        self._kept = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - `close` closes it

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self.totals.rows

    def __iter__(self) -> Iterator[dict[str, Any]]:
        self._kept.seek(0)
        for _ in range(len(self)):
            yield pickle.load(self._kept)  # noqa: S301 - what this very object has written

    def add(self, row: Mapping[str, Any]) -> None:
        """One more row."""
        known = dict.fromkeys(self.columns)
        self.columns += [column for column in row if column not in known]
        self.totals.add(row)
        pickle.dump(dict(row), self._kept, pickle.HIGHEST_PROTOCOL)

    def close(self) -> None:
        """Give the space back."""
        self._kept.close()


def gathered(asked: Page, is_one_page: bool, ask_page: AskPage, totals: Totals, most: int | None = None,
             refusal: type[Refusal] = ListTooLong) -> Gathered:  # fmt: skip
    """All pages of a list, or the one asked for. Raises `refusal` where there are more than `most` rows."""
    rows = Gathered(totals)
    after: str | None = None
    try:
        while True:
            found = ask_page(asked if is_one_page else asked.model_copy(update={"limit": AT_ONCE, "after": after}))
            for row in found["items"]:
                rows.add(row)
            require(most is None or len(rows) <= most, refusal, limit=most)
            after = found["next"]
            if is_one_page or after is None:
                rows.after = after
                return rows
    except BaseException:
        rows.close()
        raise


def summed(asked: Page, ask_page: AskPage, totals: Totals) -> Totals:
    """The totals of everything that the filters leave. Raises `ListTooLong`."""
    after: str | None = None
    while True:
        found = ask_page(asked.model_copy(update={"limit": AT_ONCE, "after": after, "sort": None}))
        for row in found["items"]:
            totals.add(row)
        require(totals.rows <= MOST_SUMMED, ListTooLong, limit=MOST_SUMMED)
        after = found["next"]
        if after is None:
            return totals


def _text(key: Any) -> str | None:
    return str(key.value if isinstance(key, Enum) else key) if key is not None else None
