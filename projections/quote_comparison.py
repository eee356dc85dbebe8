"""Two revisions side by side (confronto di offerte): of one quote, of two alternatives, of two quotes of one call."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any
from uuid import UUID

from pydantic import Field

from projections.base import Ask, Reader, Row

OURS = ("line_id", "source_line_id")
"""Fields that join lines and say nothing of them."""
BY: tuple[Callable[[Row], Hashable], ...] = (
    lambda line: line["line_id"],
    lambda line: line["source_line_id"],
    lambda line: line["article_id"],
    lambda line: (line["kind"], line["description"]),
)
"""What two lines are known to be the same by, the surest first."""

SUMS = ("base", "tax")


class QuoteComparison(Ask):
    """Two revisions, as in `A0` and `A1`; of another quote too."""

    quote_id: UUID
    one: str = Field(pattern=r"^[A-Z]\d+$", examples=["A0"], description="Alternative and revision.")
    other: str = Field(pattern=r"^[A-Z]\d+$", examples=["A1"], description="What it is compared with.")
    other_quote_id: UUID | None = Field(default=None, description="Whose `other` is; the same quote's if left out.")


def compare_quotes(reader: Reader, ask: QuoteComparison) -> dict[str, Any] | None:
    """Lines added, removed and changed field by field from one revision to the other, and the sums' difference."""
    one = _revision(reader, ask.quote_id, ask.one)
    other = _revision(reader, ask.other_quote_id or ask.quote_id, ask.other)
    if one is None or other is None:
        return None
    pairs = paired(one["lines"], other["lines"])
    before_of = {after["line_id"]: before for before, after in pairs}
    kept = {before["line_id"] for before, _ in pairs}
    return {
        "added": [line for line in other["lines"] if line["line_id"] not in before_of],
        "removed": [line for line in one["lines"] if line["line_id"] not in kept],
        "changed": [
            {"line_id": after["line_id"], "description": after["description"], "differences": differences}
            for before, after in pairs
            if (differences := _differences(before, after))
        ],
        "texts_changed": (one["texts"] or {}) != (other["texts"] or {}),
        "vat": _vat(one["summaries"], other["summaries"]),
        **{name: _difference(one, other, name) for name in ("net", "tax", "total")},
    }


def paired(before: Sequence[Row], after: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Lines that are the same one in two revisions, in the order of the later; each line is in one pair at most."""
    found: dict[int, int] = {}
    for key in BY:
        left: dict[Hashable, list[int]] = {}
        for n, line in enumerate(before):
            if n not in found.values() and key(line) is not None:
                left.setdefault(key(line), []).append(n)
        for n, line in enumerate(after):
            if n not in found and left.get(key(line)):
                found[n] = left[key(line)].pop(0)
    return [(before[found[n]], line) for n, line in enumerate(after) if n in found]


def _revision(reader: Reader, quote_id: UUID, name: str) -> Row | None:
    return reader.row(
        """select * from {quote_revision}
            where quote_id = %(quote_id)s and alternative = %(letter)s and revision = %(number)s""",
        {"quote_id": quote_id, "letter": name[0], "number": int(name[1:])},
    )


def _differences(before: Row, after: Row) -> dict[str, Any]:
    return {
        name: {"from": before.get(name), "to": value}
        for name, value in after.items()
        if name not in OURS and before.get(name) != value
    }


def _difference(one: Row, other: Row, name: str) -> Row:
    return {"from": one[name], "to": other[name], "difference": other[name] - one[name]}


def _vat(before: Sequence[Row], after: Sequence[Row]) -> list[Row]:
    """Base and tax of each rate or nature, then and now."""
    was, is_now = ({(each["rate"], each["nature"]): each for each in sums} for sums in (before, after))
    return [
        {"rate": key[0], "nature": key[1], **{name: _moved(was.get(key), is_now.get(key), name) for name in SUMS}}
        for key in dict.fromkeys((*was, *is_now))
    ]


def _moved(before: Row | None, after: Row | None, name: str) -> Row:
    return {"from": before[name] if before else "0.00", "to": after[name] if after else "0.00"}
