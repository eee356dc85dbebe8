"""Query parameters that every view takes beside its own: freshness, the past, the form of the answer."""

from __future__ import annotations

import re
from typing import Literal
from uuid import UUID

from pydantic import Field

from aggregates.values import Instant
from gateways.http.tables import Format, is_list
from projections.base import Ask, View


class Reserved(Ask):
    """Query parameters that every view takes beside its own."""

    min_position: int | None = Field(
        default=None,
        ge=0,
        le=2**63 - 1,
        description="Wait until this position is seen; `stale` is true when it took too long.",
    )
    format: Format | None = Field(
        default=None,
        description="CSV, an Excel workbook or a printed PDF instead of JSON; so does `Accept`. Lists come with all "
        "pages unless `limit` is given.",
    )
    known_at: Instant | None = Field(
        default=None,
        description="The answer as it was known at this instant: without all that was recorded later. For those who "
        "may read histories.",
        examples=["2026-10-31T18:00:00+01:00"],
    )
    true_at: Instant | None = Field(
        default=None,
        description="The answer as it was in the world at this instant, by what is known now (or was at `known_at`): "
        "without all that happened later, whenever it was recorded. For those who may read histories.",
        examples=["2026-10-31T18:00:00+01:00"],
    )


class ReservedOfList(Reserved):
    """Those of a list."""

    totals: bool = Field(
        default=False, description="Answer `totals` too: the sums over all pages, as they are at this moment."
    )
    decimal: Literal["point", "comma"] = Field(
        default="point", description="`comma` answers CSV for people: titles, numbers and dates in their language."
    )


class ReservedOfRecord(Reserved):
    """Those of a record."""

    as_of: Instant | None = Field(
        default=None,
        description="The record as it was known at this instant; for those who may read histories.",
        examples=["2026-10-31T18:00:00+01:00"],
    )


def reserved_of(view: View) -> type[Reserved]:
    """Which parameters a view takes beside its own: `as_of` is for views of one record, unless they have their own."""
    if is_list(view):
        return ReservedOfList
    fields = view.ask.model_fields
    in_path = fields_of(view.path)
    of_record = len(in_path) == 1 and view.path.endswith("}") and fields[in_path[0]].annotation is UUID
    return ReservedOfRecord if of_record and "as_of" not in fields else Reserved


def fields_of(path: str) -> list[str]:
    """The names in braces of a catalogue path."""
    return re.findall(r"{(\w+)}", path)
