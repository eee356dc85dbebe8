"""Answers the commands' questions from the read models (see `commands.base.Lookups`)."""

from __future__ import annotations

from projections.base import Reader


class ReadModelLookups:
    """Lookups over a company's read models."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
