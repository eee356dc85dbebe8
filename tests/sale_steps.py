"""Steps that tests of sales and proposals share: a rule, a sale by order, delivery note or invoice, its answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.contract_steps import C1, EARLY
from tests.dsl import Company, Do, do

PRINTERS: dict[str, Any] = {
    "kind": "maintenance",
    "title": "Assistenza stampanti",
    "fee": {"basis": "percent_of_price", "percent": "12"},
    "covered": {"labour": True, "call_fee": True},
    "tacit_renewal": True,
}
PERSON = {"name": "Laura Bianchi"}


def rule(code: str = "STAMPANTI", articles: str = "PR-*", **fields: Any) -> Do:
    """A rule that offers maintenance with printers, at 12 percent of their price a year."""
    offer = {**PRINTERS, **fields.pop("offer", {})}
    usual = {"code": code, "from_on": "2026-01-01", "articles": articles, "product_type": "printer", "offer": offer}
    return do("set-proposal-rule", at=EARLY, **{**usual, **fields})


def printers(count: str = "3", *, price: str | None = "1000.00", serials: tuple[str, ...] = (), **fields: Any) -> Any:
    """A line of printers."""
    line = {"article_code": "PR-1", "description": "Stampante PR-1", "quantity": count, "serials": serials}
    return {**line, "unit_price": price, **fields}


def sale(kind: str, number: str, on: str, *lines: Any, customer_id: UUID | None = C1, **fields: Any) -> Do:
    """A document recorded on its own day."""
    at = fields.pop("at", f"{on}T18:00")
    customer: dict[str, Any] = {"customer_id": customer_id} if "customer" not in fields else {}
    return do("record-sale", at=at, kind=kind, number=number, dated_on=on, lines=lines, **customer, **fields)


def order(number: str = "IC-1", on: str = "2026-03-02", *lines: Any, **fields: Any) -> Do:
    """An order of three printers, unless lines say otherwise."""
    return sale("order", number, on, *(lines or (printers(),)), **fields)


def note(number: str = "A/1", on: str = "2026-03-12", *lines: Any, **fields: Any) -> Do:
    """A delivery note of three printers with their serials, without prices, unless lines say otherwise."""
    usual = printers(price=None, serials=("SN-1", "SN-2", "SN-3"))
    return sale("delivery-note", number, on, *(lines or (usual,)), **fields)


def invoice(number: str = "2026/45", on: str = "2026-03-31", *lines: Any, **fields: Any) -> Do:
    """An invoice of three printers, unless lines say otherwise."""
    return sale("invoice", number, on, *(lines or (printers(),)), **fields)


def send(proposal_id: Any, at: str = "2026-03-13T09:00") -> Do:
    """The proposal goes to the customer."""
    return do("send-contract-proposal", at=at, proposal_id=proposal_id, sent_to=PERSON)


def accept(proposal_id: Any, at: str = "2026-03-20T09:00", revision: int = 0, **fields: Any) -> Do:
    """The customer's yes."""
    usual = {"person": PERSON, "channel": "signature", "clause_approved": True}
    return do("accept-contract-proposal", at=at, proposal_id=proposal_id, revision=revision, **{**usual, **fields})


def proposed(company: Company, *steps: Do) -> UUID:
    """The proposal of a last sale, after steps before it."""
    *before, last = steps
    company.given(*before)
    return UUID(str(company.execute(last).result["proposal_id"]))


def proposals(company: Company, **fields: Any) -> list[dict[str, Any]]:
    """The list of proposals."""
    found: list[dict[str, Any]] = company.ask("contract-proposals", **fields)["items"]
    return found


def contract_lines(company: Company, contract_id: Any) -> list[tuple[str, str, str, str]]:
    """Serial, fee and first day of a contract's lines."""
    sheet = company.ask("contract", contract_id=contract_id, on="2026-04-01")
    return [
        (",".join(line["serials"]), line["annual_fee"]["amount"], str(line["starts_on"]), str(line["quantity"]))
        for line in sheet["lines"]
    ]
