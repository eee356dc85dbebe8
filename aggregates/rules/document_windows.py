"""Documents by their months (mesi dei documenti): marks that an index keeps beside the words, the newest asked first.

A word that stands in very many documents is looked for in the last month, then in the two before, then in four: so that
a page of the newest is found without looking at all of them. Marks have a colon, which no word has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

MONTHS: Final = 12
NARROWER: Final = 4
"""How much smaller the next window is where too many were found in one."""


def month_of(day: date) -> int:
    """Months since the year 0, to reckon with."""
    return day.year * MONTHS + day.month - 1


def record_marks(kind: str | None, party_id: UUID | None) -> tuple[str, ...]:
    """What a document of this kind and party stands under beside its words; what is asked of one of them."""
    known = (f"kind:{kind}" if kind else None, f"party:{party_id.hex}" if party_id else None)
    return tuple(mark for mark in known if mark)


def date_marks(day: date) -> tuple[str, str]:
    """What a document of this day stands under: its year and its month."""
    return f"on:{day.year}", _month_mark(month_of(day))


def months_mark(newest: int, months: int) -> str:
    """The marks of so many months that end with `newest`, one of which a document must have: whole years as years."""
    first, marks, month = newest - months + 1, [], newest
    while month >= first:
        is_whole_year = month % MONTHS == MONTHS - 1 and month - MONTHS + 1 >= first
        marks.append(f"on:{month // MONTHS}" if is_whole_year else _month_mark(month))
        month -= MONTHS if is_whole_year else 1
    return "|".join(marks)


def _month_mark(month: int) -> str:
    return f"on:{month // MONTHS}-{month % MONTHS + 1:02d}"


@dataclass
class Windows:
    """Windows of months from `newest` back to `oldest`, none left out and none twice; each asked for by `next`.

    The next one is twice as long, unless the last one held too many and is asked for again in a shorter part.
    """

    newest: int
    oldest: int
    months: int = 1

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Newest month and length of each window."""
        while self.newest >= self.oldest:
            self._asked = min(self.months, self.newest - self.oldest + 1)
            self._moved = True
            yield self.newest, self._asked
            if self._moved:
                self.newest, self.months = self.newest - self._asked, self._asked * 2

    def too_many(self) -> bool:
        """Whether the window just answered can be asked for in a shorter part, which then comes next."""
        if self._asked == 1:
            return False
        self.months, self._moved = max(1, self._asked // NARROWER), False
        return True
