"""What was taken in before (memoria delle importazioni), as the facts themselves remember it.

Each fact that an import records carries the marks of its rows, so that a row already known as it stands is passed
over without asking, an interrupted import goes on where it was, and a row that changed is told from a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gateways.imports.taking.orders import Mark
from projections.base import Reader


@dataclass(frozen=True)
class Taken:
    """The last content with which a row was taken in, and whether its last command was recorded."""

    content_id: UUID
    turn: int
    is_whole: bool


class Memory:
    """The rows that a company's log has taken in."""

    def __init__(self, reader: Reader, company_id: UUID) -> None:
        self._taken: dict[UUID, Taken] = {}
        rows = reader.rows(
            """select metadata -> 'import' as marks from fact
                where company_id = %(company)s and metadata ? 'import' order by position""",
            {"company": company_id},
        )
        for row in rows:
            for mark in row["marks"]:
                taken = Taken(UUID(mark["content"]), mark["turn"], mark["last"])
                self._taken[UUID(mark["row"])] = taken

    def holds(self, mark: Mark) -> bool:
        """Whether the row was taken in wholly, and as it stands."""
        taken = self._taken.get(mark.row_id)
        return taken is not None and taken.is_whole and taken.content_id == mark.content_id

    def turn(self, mark: Mark) -> int:
        """The turn for the row: the present one to go on with it, the next one when it has changed."""
        taken = self._taken.get(mark.row_id)
        if taken is None:
            return 0
        return taken.turn if taken.content_id == mark.content_id else taken.turn + 1
