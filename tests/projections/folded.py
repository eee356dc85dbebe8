"""What a fold came to, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from projections.base import MemoryRows, Row, Table


def every_row(tables: Iterable[Table], rows: MemoryRows) -> Iterator[tuple[Table, Row]]:
    """All rows of some tables, in key order: what a rebuild comparison compares."""
    for table in tables:
        yield from ((table, row) for row in sorted(rows.all(table), key=lambda row: str(table.key_of(row))))
