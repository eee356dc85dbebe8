"""Rows against one another (riferimenti incrociati): unknown records, ambiguous names, natural keys given twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from gateways.imports.batch import Located, Problem
from gateways.imports.sheets.base import Key, Row

Known = Callable[[str, Key], bool]
"""Answers whether the company already has a record of a kind with a natural key (parts in lower case)."""


def nothing_known(_kind: str, _key: Key) -> bool:
    """A company on its first day."""
    return False


def duplicates(rows: Sequence[Located[Row]]) -> Iterator[Problem]:
    """Rows whose natural key was given before, each with the place of the first."""
    first: dict[tuple[str, Key], Located[Row]] = {}
    for located in rows:
        earlier = first.setdefault((located.row.SHEET.name, located.row.key), located)
        if earlier is not located:
            key = " / ".join(str(getattr(located.row, field)) for field in located.row.SHEET.key)
            place = f"{earlier.file}, row {earlier.number}"
            yield located.problem(located.row.SHEET.key[-1], f"'{key}' is already given in {place}")


def broken_references(
    rows: Sequence[Located[Row]], refused: Mapping[tuple[str, Key], Problem], known: Known
) -> Iterator[Problem]:
    """Fields that name a record that is neither in the files nor known, or that several records share."""
    names: dict[tuple[str, Key], set[Key]] = {}
    for located in rows:
        for name in located.row.names():
            names.setdefault((located.row.SHEET.name, name), set()).add(located.row.key)
    for located in rows:
        for field, kind, name in located.row.references():
            reason = _reason(kind, name, names.get((kind, name), set()), refused, known)
            if reason is not None:
                yield located.problem(field, reason)


def _reason(
    kind: str, name: Key, bearers: set[Key], refused: Mapping[tuple[str, Key], Problem], known: Known
) -> str | None:
    shown = f"'{' / '.join(name)}'"
    if len(bearers) > 1:
        choices = ", ".join(sorted(":".join(key) for key in bearers))
        return f"{shown} names several records of {kind}: write one of {choices}"
    if bearers or known(kind, name):
        return None
    if (problem := refused.get((kind, name))) is not None:
        return f"{shown} of {kind} has problems of its own ({problem.file}, row {problem.row})"
    return f"there is no {shown} in {kind}, neither in these files nor in the company"
