"""Which read models are being built, and the rows of them that stay in memory between batches (residenti).

A read model that begins at the first fact, or is far behind, is folded over `ResidentRows` until it is level. They
are right only as long as nobody else writes: whoever does marks it beside the position, and they are read anew.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from gateways.postgres.database import Connection
from gateways.postgres.read_models import Generation
from gateways.postgres.resident_rows import ResidentRows
from gateways.postgres.working_rows import WorkingRows
from projections.base import ReadModel

FAR_BEHIND = 20_000
"""Facts: so far behind, reading a table's keys costs less than looking for rows one by one."""
MOST_ROWS = 100_000
"""How many rows of all models together stay in memory; beyond, each lets go of those it has not used for longest."""
WRITTEN = """
select name, generation, folded_at from read_model_position
 where company_id = %s and (name, generation) in (select * from unnest(%s::text[], %s::integer[])) for update"""
"""Who would write rows otherwise than by folding on has to wait until the batch is over."""
Building = tuple[UUID, Generation]


@dataclass
class _Resident:
    rows: ResidentRows
    written_at: datetime | None = None
    """What the mark said after this program's last batch; None before the first."""


@dataclass
class Residents:
    """The rows in memory of all builds of a process."""

    most: int = MOST_ROWS
    _kept: dict[Building, _Resident] = field(default_factory=dict)
    _wary: set[Building] = field(default_factory=set)
    """Builds with facts that cannot be folded."""

    def rows(
        self, connection: Connection, building: Building, model: type[ReadModel], position: int, behind: int
    ) -> WorkingRows:
        """The rows to fold the next batch into."""
        company_id, generation = building
        if building in self._wary or not (building in self._kept or position == 0 or behind >= FAR_BEHIND):
            return WorkingRows(connection, company_id, generation.names(model))
        if building not in self._kept:
            rows = ResidentRows(connection, company_id, generation.names(model), empty=position == 0)
            self._kept[building] = _Resident(rows)
        return self._kept[building].rows.over(connection)

    def check(self, connection: Connection, company_id: UUID, generations: Iterable[Generation]) -> None:
        """Forget rows that others have written to: to be called in a batch's transaction, before its rows are asked."""
        mine = [one for one in generations if (company_id, one) in self._kept]
        if mine:
            places = [one.name for one in mine], [one.number for one in mine]
            found = connection.execute(WRITTEN, (company_id, *places))
            marks = {(name, number): mark for name, number, mark in found}
            self.forget(
                company_id,
                [g for g in mine if self._kept[company_id, g].written_at != marks.get((g.name, g.number))],
            )

    def wrote(self, company_id: UUID, marks: Mapping[Generation, datetime], *, is_level: bool) -> None:
        """A batch was committed under these marks; models that are level with their log keep nothing."""
        for generation, mark in marks.items():
            building = company_id, generation
            if is_level:
                self._kept.pop(building, None)
                self._wary.discard(building)
            elif building in self._kept:
                self._kept[building].written_at = mark
        held = sum(one.rows.held for one in self._kept.values())
        if held > self.most:
            for kept in self._kept.values():
                kept.rows.put_away(1 - self.most / (2 * held))

    def forget(self, company_id: UUID, generations: Iterable[Generation]) -> None:
        """A batch was rolled back: what is in memory is no longer what is stored."""
        for generation in generations:
            self._kept.pop((company_id, generation), None)

    def distrust(self, company_id: UUID, generation: Generation) -> None:
        """A model has facts that it cannot fold: its rows are looked up one by one until it is level."""
        self.forget(company_id, [generation])
        self._wary.add((company_id, generation))

    def only(self, held: Container[Generation]) -> None:
        """Forget the builds of generations that this process does not fold any more."""
        for building in [one for one in {*self._kept, *self._wary} if one[1] not in held]:
            self._kept.pop(building, None)
            self._wary.discard(building)
