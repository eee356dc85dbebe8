"""Activity types as a list to choose from (tipi di attività)."""

from __future__ import annotations

from typing import Any

from aggregates.activity_type import ActivityType
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

ACTIVITY_TYPE = Table(
    "activity_type",
    {
        "activity_type_id": "uuid", "code": "text", "name": "text", "mode": "text", "minutes": "integer",
        "skill": "text", "chargeable": "boolean", "instrument": "text",
    },
    ("activity_type_id",),
    ("code",),
)  # fmt: skip


class ActivityTypes(ReadModel):
    """The company's own words for what is done on calls."""

    NAME = "activity_types"
    TABLES = (ACTIVITY_TYPE,)

    @on(ActivityType.Defined)
    def defined(self, fact: ActivityType.Defined, rows: Rows) -> None:
        """A type appears."""
        rows.put(
            ACTIVITY_TYPE,
            {"activity_type_id": fact.stream_id, "code": fact.code, **fact.terms.model_dump(mode="json")},
        )

    @on(ActivityType.Changed)
    def changed(self, fact: ActivityType.Changed, rows: Rows) -> None:
        """Its terms are others."""
        rows.patch(ACTIVITY_TYPE, fact.stream_id, **fact.terms.model_dump(mode="json"))


class FindActivityTypes(Page):
    """The kinds of activity the company has defined."""


def find_activity_types(reader: Reader, ask: FindActivityTypes) -> dict[str, Any]:
    """Activity types by code."""
    return page(reader, ask, "select * from {activity_type}", order=("code", "activity_type_id"))
