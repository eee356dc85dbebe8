"""Where a cell (cella) is: one PostgreSQL server of several, each with companies of its own."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

HOME = "home"
"""The cell of DATABASE_URL or the embedded server: it keeps the directory, and every company not placed elsewhere."""


class CellAddress(BaseModel):
    """A further cell; the owner's address where that differs from the program's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database_url: str
    owner_database_url: str | None = None
