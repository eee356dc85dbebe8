"""The pre-invoice statement (prospetto di pre-fattura): what is going to be invoiced, for the customer to check."""

from __future__ import annotations

from datetime import date

from aggregates import invoice_facts as facts
from aggregates.base import Act
from aggregates.invoice_parts import InvoiceParts
from aggregates.invoice_values import InvoiceLine


class InvoiceStatement(InvoiceParts):
    """The decision to show a proposal to the customer."""

    stated: tuple[InvoiceLine, ...] | None
    stated_as: str | None

    @property
    def is_stated(self) -> bool:
        """Whether the last statement still says what is proposed."""
        return self.stated == self.lines

    def state_lines(self, number: str, dated_on: date, act: Act) -> None:
        """Show the proposal as it stands; shown so already, nothing is recorded. Raises `InvoiceIssued`."""
        self._require_open()
        if not self.is_stated:
            self._record(facts.StatementIssued, act=act, number=number, dated_on=dated_on)
