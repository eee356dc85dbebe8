"""Clauses of a printed contract (clausole): the company's own words, and which need a signature of their own."""

from __future__ import annotations

from pydantic import Field

from aggregates.values import Value


class Clause(Value):
    """One clause; an onerous one binds only when it is approved separately in writing (art. 1341 c.c.)."""

    title: str = Field(min_length=1, max_length=120, examples=["Foro competente"])
    text: str = Field(min_length=1, max_length=4000, examples=["Per ogni controversia è competente il foro di Forlì."])
    is_onerous: bool = Field(default=False, description="Approved with the second signature.")
