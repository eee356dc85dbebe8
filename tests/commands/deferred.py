"""Steps that tests of deferred invoices share: S14's firm, its goods and its notes."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from aggregates.article import ArticleKind, article_id
from tests.commands.goods import CUSTOMER, WAREHOUSES, article, issue_note, registered, stocked
from tests.contract_steps import founded
from tests.dsl import Company, Do, do

TONER, BOARD, PART = (article_id(code) for code in ("TON", "SCH", "RIC"))
RETURN, SWAP = (UUID(f"e{n}000000-0000-0000-0000-000000000001") for n in (7, 8))
ITEM, FAULTY = (UUID(f"e9000000-0000-0000-0000-00000000000{n}") for n in (1, 2))


def note_id(name: str) -> UUID:
    """The id of a note by a name of the test's own."""
    return uuid5(CUSTOMER, name)


def firm(company: Company) -> Company:
    """A company with stock, a customer, and registers as far as S14 found them."""
    company.given(founded(company), *WAREHOUSES)
    for code in ("TON", "SCH", "RIC"):
        company.given(stocked(10, of=article(company, code, ArticleKind.PRODUCT)))
    registered(company)
    company.given(
        do("open-number-register", document="delivery-note", series="A", year=2026, last_number=117),
        do("open-number-register", document="delivery-note", series="R", year=2026, last_number=30),
        do("open-number-register", document="invoice", year=2026, last_number=70),
    )
    return company


def sold(name: str, on: str, quantity: int | str = 2, price: str | None = "78.00", **fields: Any) -> Do:
    """Toners sold with a note of a day."""
    line = {"article_id": TONER, "quantity": str(quantity), "unit_price": price}
    return issue_note(**{"at": f"{on}T10:00", "note_id": note_id(name), "lines": [line], **fields})


def repaired(company: Company, on: str, **request: Any) -> UUID:
    """A machine comes in, is repaired and goes back with a note of a day."""
    goods = {"item_id": ITEM, "description": "Lavastoviglie LT-900", "serial": "SN-778"}
    asked = {"rma_id": RETURN, "customer_id": CUSTOMER, "items": [goods], **request}
    company.given(
        do("request-rma", at="2026-03-04T09:00", **asked),
        do("receive-rma", at="2026-03-04T10:00", rma_id=RETURN, items=[{"item_id": ITEM}]),
        do("decide-rma-outcome", at=f"{on}T09:00", rma_id=RETURN, item_id=ITEM, outcome="repaired"),
        do("return-rma", at=f"{on}T10:00", rma_id=RETURN, note_id=note_id("repaired")),
    )
    return note_id("repaired")


def swapped(company: Company, on: str, price: str | None = "230.00") -> None:
    """A board goes out in advance, subject to the warranty claim."""
    goods = {"item_id": FAULTY, "description": "Scheda"}
    sent: dict[str, Any] = {"rma_id": SWAP, "item_id": FAULTY, "article_id": BOARD, "unit_price": price}
    company.given(
        do("request-rma", at=f"{on}T09:00", rma_id=SWAP, customer_id=CUSTOMER, items=[goods]),
        do("send-rma-replacement", at=f"{on}T10:00", **sent),
    )


def claim(on: str, accepted: bool) -> Do:
    """The decision of the warranty claim."""
    return do(
        "decide-rma-claim", at=f"{on}T12:00", rma_id=SWAP, item_id=FAULTY, accepted=accepted, reason="Manomissione"
    )


WORK = [
    {"description": "Manodopera riparazione", "quantity": "2", "unit": "H", "unit_price": "48.00"},
    {"kind": "part", "description": "Elettrovalvola", "unit_price": "64.30", "article_id": PART},
]


def priced(**fields: Any) -> Do:
    """The repair's labour and part, said of its note."""
    return do("price-delivery-note", note_id=note_id("repaired"), **{"charges": WORK, **fields})


def propose(until: str, **fields: Any) -> Do:
    """A run over all that is due by a day."""
    return do("propose-invoices", at=f"{until}T18:00", until=until, **fields)


def issue(invoice_id: str, on: str, **fields: Any) -> Do:
    """Issuing on a day."""
    return do("issue-invoice", at=f"{on}T19:00", invoice_id=invoice_id, **fields)
