"""Spans of days (intervalli di giorni): where several conditions hold at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

ENDLESS = date.max


class Span(NamedTuple):
    """Days from a first to a last one, both counted; `ENDLESS` has no last one."""

    first: date
    last: date


def runs(values: Sequence[tuple[date, bool]]) -> list[Span]:
    """The spans in which a condition holds, told by the days on which it changes, in order.

    Before the first day it is as on the first.
    """
    found: list[Span] = []
    for n, (from_on, holds) in enumerate(values):
        last = values[n + 1][0] - timedelta(days=1) if n + 1 < len(values) else ENDLESS
        first = date.min if n == 0 else from_on
        if holds and last >= first:
            found.append(Span(first, last))
    return joined(found)


def both(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """The days that lie in both, as spans in order."""
    others = list(other)
    cut = (Span(max(a.first, b.first), min(a.last, b.last)) for a in one for b in others)
    return sorted(span for span in cut if span.first <= span.last)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The days of spans that lie in none of those taken away."""
    left = list(spans)
    for gone in taken:
        rest = []
        for span in left:
            if gone.last < span.first or gone.first > span.last:
                rest.append(span)
                continue
            if span.first < gone.first:
                rest.append(Span(span.first, gone.first - timedelta(days=1)))
            if span.last > gone.last:
                rest.append(Span(gone.last + timedelta(days=1), span.last))
        left = rest
    return sorted(left)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same days with spans that touch or overlap made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and (found[-1].last == ENDLESS or span.first <= found[-1].last + timedelta(days=1)):
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return found


def holding(spans: Iterable[Span], day: date) -> bool:
    """Whether a day lies in one of the spans."""
    return any(span.first <= day <= span.last for span in spans)
