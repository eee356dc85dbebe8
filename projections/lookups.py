"""Answers the commands' questions from the read models (see `commands.base.Lookups`)."""

from __future__ import annotations

from uuid import UUID

from projections.base import Reader
from projections.stock_views import warehouse_of_kind


class ReadModelLookups:
    """Lookups over a company's read models."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def warehouse_of_kind(self, kind: str) -> UUID | None:
        """See `Lookups.warehouse_of_kind`."""
        return warehouse_of_kind(self._reader, kind)
