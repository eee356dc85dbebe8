"""An office that bills without any order, and the machines it bills for: the ground of random histories of billing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from aggregates.base import Refusal
from aggregates.contract import Contract
from aggregates.invoice import Invoice
from aggregates.publication import EDITION
from gateways.wiring import Installation
from tests.contract_steps import C1, C2, C4, IMMOBILIARE, MARIO, ROSSI, founded, tick
from tests.dsl import Company

POOL = UUID("b1000000-0000-0000-0000-000000000001")
BEGINNING = date(2026, 1, 5)
END = BEGINNING + timedelta(days=900)
PRICE = Decimal("0.01")
RATE = {"overage_rate": {"amount": "65.00"}}
Due = Counter[tuple[UUID, Any, Decimal]]
"""What is due or proposed: contract, key, amount; how often."""


@dataclass
class Machine:
    """A machine as it really is: what it has made by a day, and what its meter shows at noon."""

    machine_id: UUID
    digits: int
    daily: int
    started_at: int
    first_on: date = date(2025, 1, 1)
    swaps: list[tuple[date, int]] = field(default_factory=list)
    """In the evening of a day another meter was put in, showing this."""
    readings: dict[date, UUID] = field(default_factory=dict)
    wrong: dict[date, UUID] = field(default_factory=dict)

    def made(self, day: date) -> int:
        """All copies by a day; every 45 days there is a heap of them."""
        days = (day - self.first_on).days
        return self.daily * days + 500 * (days // 45)

    def shows(self, day: date) -> int:
        """What its meter shows at noon."""
        since, start = next(
            ((on, value) for on, value in reversed(self.swaps) if on < day), (self.first_on, self.started_at)
        )
        shown: int = (start + self.made(day) - self.made(since)) % 10**self.digits
        return shown


@dataclass
class Office:
    """A company under test with what the test knows of it beside its facts."""

    company: Company
    today: date = BEGINNING
    count: int = 0
    contracts: list[UUID] = field(default_factory=list)
    machines: dict[UUID, list[Machine]] = field(default_factory=dict)
    """By contract; a line with copies of its own has the last one."""
    repriced: set[UUID] = field(default_factory=set)
    """Contracts whose price of a copy has changed: the plain sum of copies says nothing of them."""
    favours: Counter[tuple[UUID, UUID, int]] = field(default_factory=Counter)
    """What credit notes gave away, by contract, line and period; in cents."""
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @staticmethod
    def open(installation: Installation) -> Office:
        """A new company with customers, prices, an index and a pool of hours."""
        company_id = uuid4()
        company = Company(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))
        company.given(founded(company), ROSSI, MARIO, IMMOBILIARE)
        company.do("adopt-public-edition", edition=EDITION)
        office = Office(company)
        office.must("register-article", code="MAN", description="Manodopera", kind="labour")
        prices = [{"article_code": "MAN", "from_on": "2025-01-01", "unit_price": "52.00"}]
        charges = {"labour-hour": "MAN"}
        office.must("start-price-list", code="BASE", name="Base", from_on="2025-01-01", prices=prices, charges=charges)
        office.must("set-party-terms", party_id=C1, price_list_code="BASE")
        months = [f"{2024 + n // 12}-{n % 12 + 1:02}" for n in range(24)]
        rows = [
            {"month": month, "value": f"{118 + n // 5}.{n % 7}", "published_on": f"{month}-28"}
            for n, month in enumerate(months)
        ]
        office.must("start-index-series", code="FOI", name="ISTAT FOI", rows=rows)
        return office

    # Commands

    def new_id(self) -> UUID:
        """The next id, the same in every repetition of a history."""
        self.count += 1
        return uuid5(POOL, str(self.count))

    def must(self, name: str, /, **fields: Any) -> dict[str, Any]:
        """A command that is accepted."""
        at, command_id = fields.pop("at", f"{self.today}T10:00"), fields.pop("command_id", None) or self.new_id()
        result = self.company.do(name, at=at, command_id=command_id, **fields)
        self.done[name] += 1
        return result

    def may(self, name: str, /, **fields: Any) -> dict[str, Any] | None:
        """A command that may be refused: then it has changed nothing."""
        before = self.company.house.log.position()
        try:
            return self.must(name, **fields)
        except Refusal as refusal:
            assert self.company.house.log.position() == before
            self.refused[f"{name}: {refusal.code()}"] += 1
            return None

    def renewed(self) -> None:
        """Renewals that have become due."""
        tick(self.company, "renew-contracts", f"{self.today}T06:00")

    # Answers

    def contract(self, contract_id: UUID) -> Contract:
        """A contract as its facts make it."""
        found = self.company.record(contract_id)
        assert isinstance(found, Contract)
        return found

    def invoices(self, *states: str) -> list[UUID]:
        """Documents in these states, or all of them."""
        rows = self.company.ask("invoices", limit=500)["items"]
        return sorted(row["invoice_id"] for row in rows if not states or row["state"] in states)

    def issued(self, *, notes: bool = False) -> list[Invoice]:
        """Issued invoices, or issued corrections of them, in the order of their ids."""
        found = [self.company.record(key) for key in self.invoices("issued")]
        return [each for each in found if isinstance(each, Invoice) and (each.corrects is not None) == notes]

    def due(self, on: date) -> Due:
        """What the list of what is due says of contracts and works."""
        rows = self.company.ask("billing-due", on=on, limit=500)["items"]
        return Counter(
            (row["contract_id"], (row["line_id"], row["number"], row["kind"], row["attempt"]), row["amount"])
            if row["contract_id"]
            else (row["record_id"], row["kind"], row["amount"])
            for row in rows
        )

    @contextmanager
    def dry_run(self, until: date) -> Iterator[None]:
        """What leaves the list of what is due is what stands on new proposals, key by key and cent by cent."""
        before, known = self.due(until), set(self.invoices())
        yield
        left, new = self.due(until), [self.company.record(key) for key in self.invoices() if key not in known]
        proposed: Due = Counter()
        for invoice in new:
            assert isinstance(invoice, Invoice)
            works: Counter[tuple[UUID, str]] = Counter()
            for line in invoice.lines:
                if line.source.key is None:
                    assert line.source.record is not None
                    works[line.source.record.id, line.source.record.kind] += int(line.amount * 100)
                else:
                    assert line.source.contract_id is not None
                    proposed[line.source.contract_id, line.source.key.parts, line.amount] += 1
            proposed.update(Counter((key, kind, Decimal(cents) / 100) for (key, kind), cents in works.items()))
        after = left + proposed
        assert before == after, f"due and no more: {before - after}; not due before: {after - before}"

    # What is done as one

    def read(self, machine: Machine, day: date, error: int = 0) -> None:
        """Write down what a meter showed at noon of a day, perhaps wrongly."""
        if day in machine.readings:
            return
        done = self.may(
            "record-reading",
            serial_item_id=machine.machine_id,
            kind="bw",
            value=(machine.shows(day) + error) % 10**machine.digits,
            read_at=f"{day}T12:00:00+01:00",
            rollover=machine.digits < 9,
        )
        if done is not None:
            machine.readings[day] = UUID(str(done["reading_id"]))
            if error:
                machine.wrong[day] = machine.readings[day]

    def correct(self, machine: Machine) -> None:
        """Correct what was written down wrongly, the oldest first, so that no correction is refused."""
        for day in sorted(machine.wrong):
            self.must(
                "correct-reading",
                serial_item_id=machine.machine_id,
                reading_id=machine.wrong.pop(day),
                value=machine.shows(day),
            )

    def sign(self, header: dict[str, Any], fees: list[Decimal], machine: Machine | None, **signing: Any) -> UUID:
        """A signed contract; with a machine its copies are billed, by the header or by the last line's own terms."""
        contract_id = self.new_id()
        usual = {"customer_id": C1, "clause_approved": True, "tacit_renewal": True, "notice": {"days": 30}}
        self.must("draft-contract", contract_id=contract_id, payment_terms={"parts": [{"days": 30}]}, **usual | header)
        for fee in fees:
            line = {"line_id": self.new_id(), "description": f"Riga {self.count}", "annual_fee": {"amount": str(fee)}}
            self.must("add-contract-line", contract_id=contract_id, **line)
        if machine is not None:
            self._register(machine)
            self.read(machine, date.fromisoformat(header["starts_on"]) - timedelta(days=1))
            copies = {"description": "Macchina", "serial_item_ids": [machine.machine_id]}
            self.must("add-contract-line", contract_id=contract_id, line_id=self.new_id(), **copies)
            self.machines[contract_id] = [machine]
        self.must("sign-contract", contract_id=contract_id, **signing)
        self.contracts.append(contract_id)
        return contract_id

    def _register(self, machine: Machine) -> None:
        meter = {"kind": "bw", "digits": machine.digits}
        kept = {"number": f"M{self.count}", "product": "MP C3004", "type": "copier", "owner_id": C1, "meters": [meter]}
        self.must("register-serial-item", serial_item_id=machine.machine_id, **kept)


def copies(included: int, **terms: Any) -> dict[str, Any]:
    """Terms of copies at a cent each, so that their sum is exact whatever the stretches."""
    counter = {"counter": "bw", "included": included, "tiers": [{"unit_price": str(PRICE)}]}
    return {"counters": [counter], **terms}


CUSTOMERS = (C1, C2, C4)
