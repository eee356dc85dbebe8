"""Steps that tests of contracts and invoices share: the company, its customers, a signed contract, a billing run."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from gateways.clerk import HouseClerk
from schedulers.base import Duty
from schedulers.catalog import BY_NAME as DUTIES
from tests.dsl import Company, Do, do

C1 = UUID("c1000000-0000-0000-0000-000000000001")
C2 = UUID("c2000000-0000-0000-0000-000000000002")
C3 = UUID("c3000000-0000-0000-0000-000000000003")
C4 = UUID("c4000000-0000-0000-0000-000000000004")
K1 = UUID("a1000000-0000-0000-0000-000000000001")
K2 = UUID("a2000000-0000-0000-0000-000000000002")
LINE = UUID("11000000-0000-0000-0000-000000000001")
FORLI = {"street": "Via Michelangelo 25", "postcode": "47121", "town": "Forlì", "province": "FC"}
EARLY = "2005-01-03T09:00"


def customer(party_id: UUID, code: str, name: str, **fields: Any) -> Do:
    """A customer with an address."""
    tax = fields.pop("tax", {"vat_number": "IT12345670017"})
    return do("register-party", at=EARLY, party_id=party_id, code=code, name=name, tax=tax, address=FORLI, **fields)


ROSSI = customer(C1, "C1", "Rossi Gilbo")
MARIO = customer(C2, "C2", "Mario Rossi", nature="consumer", tax={"tax_code": "RSSMRA80A01D704D"})
COMUNE = customer(C3, "C3", "Comune", nature="public_body", tax={"tax_code": "00606620409", "recipient_code": "UF1234"})
IMMOBILIARE = customer(C4, "C4", "Immobiliare")


def founded(company: Company) -> Do:
    """The company itself."""
    identity = {"name": "Service Srl", "vat_number": "IT12345670017", "address": FORLI}
    return do("found-company", at=EARLY, company_id=company.house.company_id, identity=identity)


def draft(contract_id: UUID = K1, customer_id: UUID = C1, at: str = EARLY, **header: Any) -> Do:
    """A draft of S01's kind: a year's fee in advance, aligned to the calendar, tacit renewal, notice of 60 days."""
    usual = {
        "starts_on": "2026-09-16",
        "step_months": 12,
        "alignment": "calendar",
        "tacit_renewal": True,
        "clause_approved": True,
        "notice": {"days": 60},
        "payment_terms": {"parts": [{"days": 30}]},
    }
    return do("draft-contract", at=at, contract_id=contract_id, customer_id=customer_id, **{**usual, **header})


def line(contract_id: UUID = K1, line_id: UUID | None = None, fee: str = "1200.00", **fields: Any) -> Do:
    """A line with an annual fee."""
    return do(
        "add-contract-line",
        at=fields.pop("at", EARLY),
        contract_id=contract_id,
        line_id=line_id or uuid5(contract_id, "line"),
        description=fields.pop("description", "Assistenza"),
        annual_fee={"amount": fee},
        **fields,
    )


def sign(contract_id: UUID = K1, at: str = "2026-09-10T10:00", **fields: Any) -> Do:
    """Signing."""
    return do("sign-contract", at=at, contract_id=contract_id, **fields)


def signed(company: Company, contract_id: UUID = K1, fee: str = "1200.00", **header: Any) -> None:
    """A signed contract of one line, with everything it needs."""
    signing = header.pop("signing", {})
    company.execute(draft(contract_id, **header))
    company.execute(line(contract_id, fee=fee))
    company.execute(sign(contract_id, **signing))


def tick(company: Company, name: str, at: str) -> int:
    """Run a duty once, at an Italian time."""
    duty: Duty = DUTIES[name]
    now = do("none", at=at).at
    clerk = HouseClerk(company.house, duty.name, lambda _models, _position: company.fold())
    return duty.tick(now, clerk)


def run(company: Company, on: str, **fields: Any) -> list[dict[str, Any]]:
    """A billing run: renewals, proposals, and every proposal issued; the documents in the order of their numbers."""
    tick(company, "renew-contracts", f"{on}T06:00")
    company.do("propose-invoices", at=f"{on}T07:00", until=on, **fields)
    proposals = company.ask("invoices", state="proposed", limit=500)["items"]
    for proposal in reversed(proposals):
        company.do("issue-invoice", at=f"{on}T08:00", invoice_id=proposal["invoice_id"], dated_on=on)
    return documents(company)


def documents(company: Company) -> list[dict[str, Any]]:
    """Every issued document, in the order of dates and numbers."""
    found = company.ask("invoices", state="issued", limit=500)["items"]
    return sorted(found, key=lambda row: (row["issued_on"], len(row["number"]), row["number"]))


def amounts(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Base, VAT and total of documents."""
    return [(str(row["taxable"]), str(row["tax"]), str(row["total"])) for row in rows]


def due(company: Company, on: str, **fields: Any) -> list[tuple[str, str, str]]:
    """What the due list says: from, to, amount."""
    items = company.ask("billing-due", on=on, limit=500, **fields)["items"]
    return [(str(item["starts_on"]), str(item["ends_on"]), str(item["amount"])) for item in items]


def total(rows: list[tuple[str, str, str]]) -> Decimal:
    """The sum of a due list."""
    return sum((Decimal(amount) for _, _, amount in rows), Decimal(0))
