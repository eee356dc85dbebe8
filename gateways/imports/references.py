"""Rows against one another (riferimenti incrociati): unknown records, ambiguous names, natural keys given twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from gateways.imports.batch import Located, Problem, Refused
from gateways.imports.sheets.base import Key, Link, Row

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


def broken_references(rows: Sequence[Located[Row]], refused: Sequence[Refused], known: Known) -> Iterator[Problem]:
    """Fields that name a record that is neither in the files nor known, or that several records share.

    Refused rows are looked at too, as far as they could be read; a row that names one of them is told so.
    """
    names: dict[tuple[str, Key], set[Key]] = {}
    for located in rows:
        for name in located.row.names():
            names.setdefault((located.row.SHEET.name, name), set()).add(located.row.key)
    broken = {(row.draft.row.SHEET.name, name): row for row in refused for name in row.names()}
    drafts = [(row.draft, row.failed) for row in refused]
    for located, failed in [*((row, frozenset[str]()) for row in rows), *drafts]:
        for link in located.row.references():
            if failed & set(link.reference.fields):
                continue
            bearers = names.get((link.reference.to, link.key), set())
            if (reason := _reason(link, bearers, broken, known)) is not None:
                yield located.problem(link.reference.fields[-1], reason)


def _reason(link: Link, bearers: set[Key], broken: Mapping[tuple[str, Key], Refused], known: Known) -> str | None:
    kind = link.reference.to
    if len(bearers) > 1:
        choices = " or ".join(sorted(":".join(key) for key in bearers))
        return f"'{link.shown}' names several records of {kind}: write {choices}"
    if bearers or known(kind, link.key):
        return None
    if (row := broken.get((kind, link.key))) is not None:
        return f"'{link.shown}' of {kind} has problems of its own ({row.draft.file}, row {row.draft.number})"
    return f"there is no '{link.shown}' in {kind}, neither in these files nor in the company"
