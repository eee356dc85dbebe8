"""One company while it lives (una vita): the next command, the next duty, and ids that follow from names."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from aggregates.base import Act
from commands.base import Command, Entry
from tests.contract_steps import tick
from tests.dsl import Company, do

LIVES = UUID("3d2f6a1c-0b7e-5e1b-8c7d-9a54c1f0e200")
COMPANY = uuid5(LIVES, "company")
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FORLI = {"street": "Via Michelangelo 25", "postcode": "47121", "town": "Forlì", "province": "FC"}
CESENA = {"street": "Corso Cavour 8", "postcode": "47521", "town": "Cesena", "province": "FC"}
IDENTITY: dict[str, Any] = {"name": "Service Srl", "vat_number": "IT12345670017", "address": FORLI}
LAURA = {"name": "Laura Bianchi", "email": "laura@example.it"}


def named(name: str) -> UUID:
    """The id of something in this life."""
    return uuid5(LIVES, name)


class Life:
    """One company while it lives."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self._steps = 0

    def do(self, name: str, /, at: str, **fields: Any) -> dict[str, Any]:
        """The next command, by its catalogue name, at an Italian time."""
        return self.company.execute(do(name, at=at, **fields), command_id=self._command_id()).result

    def duty(self, entry: Entry, cmd: Command, at: str) -> None:
        """The next command, of those that only a duty gives."""
        act = Act(by="system:documents", at=do("none", at=at).at)
        self.company.house.desk.execute(entry, cmd, act, self._command_id())
        self.company.fold()

    def tick(self, duty: str, at: str) -> None:
        """What a duty does at an Italian time."""
        tick(self.company, duty, at)

    def drafted(
        self, name: str, customer: str, starts_on: str, *lines: dict[str, Any], **header: Any
    ) -> dict[str, Any]:
        """A contract with lines named after it, signed on its first day; the field that names it."""
        at, one = f"{starts_on}T09:00", {"contract_id": named(name)}
        usual = {"step_months": 12, "alignment": "none", "payment_terms": {"parts": [{"days": 30}]}}
        head = {"customer_id": named(customer), "starts_on": starts_on, **usual, **header}
        self.do("draft-contract", at, **one, **head)
        for n, line in enumerate(lines or ({},), 1):
            fee = {"description": "Assistenza", "annual_fee": {"amount": "1200.00"}, **line}
            self.do("add-contract-line", at, **one, line_id=named(f"{name} {n}"), **fee)
        return one

    def signed(self, name: str, customer: str, starts_on: str, *lines: dict[str, Any], **header: Any) -> dict[str, Any]:
        """Such a contract, signed."""
        one = self.drafted(name, customer, starts_on, *lines, **header)
        self.do("sign-contract", f"{starts_on}T10:00", **one)
        return one

    def propose(self, customer: str, until: str) -> list[UUID]:
        """Proposals of what is due of a customer."""
        asked = {"until": until, "customer_id": named(customer)}
        found = self.do("propose-invoices", f"{until}T11:00", **asked)["invoices"]
        return [UUID(str(each["invoice_id"])) for each in found]

    def issue(self, invoice_id: UUID, on: str, series: str) -> UUID:
        """A proposal becomes an invoice; every chapter has a series of its own, so that its days are its own."""
        self.do("issue-invoice", f"{on}T12:00", invoice_id=invoice_id, dated_on=on, series=series)
        return invoice_id

    def bill(self, customer: str, on: str, series: str) -> list[UUID]:
        """What is due of a customer, invoiced on the day."""
        return [self.issue(invoice_id, on, series) for invoice_id in self.propose(customer, on)]

    def sell(self, name: str, customer: str, net: str, on: str, series: str, **terms: Any) -> UUID:
        """An invoice of one line."""
        line = [{"description": "Sopralluogo", "quantity": "1", "unit_price": net}]
        self.do(
            "propose-invoice", f"{on}T09:00", invoice_id=named(name), customer_id=named(customer), lines=line, **terms
        )
        return self.issue(named(name), on, series)

    def _command_id(self) -> UUID:
        self._steps += 1
        return named(f"command {self._steps}")
