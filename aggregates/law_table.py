"""LawTable (tabelle di legge): the company's VAT rates, law references and stamp duty, when they differ from ours."""

from __future__ import annotations

from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, event
from aggregates.natural_key import KEYS
from aggregates.rules.law import LawTerms

DEFAULT_LAW = LawTerms()
"""What holds for a company that has set no table of its own (R0.5)."""


def law_table_id() -> UUID:
    """The id of the one law table of a company."""
    return uuid5(KEYS, "law-table")


class LawTable(Aggregate):
    """The dated rows that documents take their VAT and its words from."""

    TOPIC = "law-table"

    class Adopted(FirstEvent):
        """The company keeps its own law table from now on."""

        TOPIC = "law-table.adopted.v1"
        terms: LawTerms

    class Replaced(Aggregate.Event):
        """Other rows hold for documents decided from now on; each row has its own first day."""

        TOPIC = "law-table.replaced.v1"
        terms: LawTerms

    # Decide

    @classmethod
    def adopt(cls, terms: LawTerms, act: Act) -> LawTable:
        """Begin a law table of the company's own."""
        return cls.begin(cls.Adopted, id=law_table_id(), act=act, terms=terms)

    def replace(self, terms: LawTerms, act: Act) -> None:
        """Put other rows in its place; the same again records nothing."""
        if self.terms != terms:
            self.trigger_event(self.Replaced, act=act, terms=terms)

    # Evolve

    @event(Adopted)
    def __init__(self, terms: LawTerms) -> None:
        self.terms = terms

    @event(Replaced)
    def _replaced(self, terms: LawTerms) -> None:
        self.terms = terms
