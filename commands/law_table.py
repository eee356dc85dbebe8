"""What people may ask about the law table (tabelle di legge), and how other commands find it."""

from __future__ import annotations

from pydantic import Field

from aggregates.base import Act
from aggregates.law_table import DEFAULT_LAW, LawTable, law_table_id
from aggregates.rules.law import LawTerms
from commands.base import Command, Service


class SetLawTable(Command):
    """Replace VAT rates, law references, stamp duty and split payment by the company's own rows, each with its day."""

    terms: LawTerms = Field(description="The whole table; rows left out are no longer there.")


def set_law_table(cmd: SetLawTable, act: Act, service: Service) -> None:
    """Handles `SetLawTable`; the same table again records nothing."""
    table = service.find(LawTable, law_table_id())
    if table is None:
        table = LawTable.adopt(cmd.terms, act)
    else:
        table.replace(cmd.terms, act)
    service.save(table)


def law_terms(service: Service) -> LawTerms:
    """The company's law table, or the one we ship (R0.5)."""
    table = service.find(LawTable, law_table_id())
    return table.terms if table else DEFAULT_LAW
