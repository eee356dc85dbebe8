"""A firm with returns, and the steps that tests of their legs share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.article import ArticleKind, article_id
from aggregates.warehouse import warehouse_id
from tests.commands.goods import CUSTOMER, FORLI, X, article, opened, registered, stocked
from tests.dsl import Company, Do, do

MACHINE = article_id("LT-900")
CODES = {warehouse_id(code): code for code in ("MAIN", "V02", "CUST", "LOAN", "FAULTY", "SUPP")}
SUPPLIER = UUID("66666666-1111-1111-1111-111111111111")
RMA, OTHER, A, B, RECEIPT = (UUID(f"5555555{n}-6666-5555-5555-555555555555") for n in range(5))


def firm(company: Company) -> Company:
    """A company with a customer, a supplier, stock of X and every kind of warehouse."""
    opened(company)
    registered(company)
    company.given(
        do("open-warehouse", code="SUPP", name="Presso fornitori", kind="supplier"),
        do(
            "register-party",
            party_id=SUPPLIER,
            code="F1",
            name="Silanos S.p.A.",
            tax={"vat_number": "IT12345670017"},
            address=FORLI,
            role="supplier",
        ),
        stocked(10),
        do("open-number-register", document="delivery-note", series="A", year=2026, last_number=0),
        do("open-number-register", document="delivery-note", series="R", year=2026, last_number=0),
        do("open-number-register", document="rma", year=2026, last_number=0),
        do("open-number-register", document="waste", year=2026, last_number=0),
    )
    article(company, "LT-900", ArticleKind.PRODUCT)
    return company


def goods(item_id: UUID = A, serial: str | None = "SN-778", **more: Any) -> dict[str, Any]:
    """A machine that comes in."""
    named = {"item_id": item_id, "description": "Lavastoviglie LT-900", "article_id": MACHINE}
    return {**named, "serial": serial, **more}


def request(*items: dict[str, Any], **more: Any) -> Do:
    """The return, authorised."""
    return do("request-rma", **{"rma_id": RMA, "customer_id": CUSTOMER, "items": items or (goods(),), **more})


def receive(*item_ids: UUID, **more: Any) -> Do:
    """Items come in with the customer's note."""
    note = {"number": "55", "dated_on": "2026-08-31"}
    items = [{"item_id": one} for one in item_ids or ((A,) if "unexpected" not in more else ())]
    return do("receive-rma", **{"rma_id": RMA, "items": items, "sender_note": note, **more})


def decide(outcome: str, item_id: UUID = A, **more: Any) -> Do:
    """What becomes of an item."""
    return do("decide-rma-outcome", rma_id=RMA, item_id=item_id, outcome=outcome, **more)


def board(item_id: UUID = A, **more: Any) -> dict[str, Any]:
    """A board of article X."""
    return {"item_id": item_id, "description": "Scheda", "article_id": X, **more}


def sheet(company: Company, rma_id: UUID = RMA) -> dict[str, Any]:
    """The return as people see it."""
    found: dict[str, Any] = company.ask("rma", rma_id=rma_id)
    return found


def legs(company: Company, rma_id: UUID = RMA) -> list[tuple[str, str, str, str | None]]:
    """Way, reason, owner and document of each leg."""
    items = company.ask("rma-legs", rma_id=rma_id)["items"]
    return [(one["way"], one["reason"], one["owner"], one["document"]) for one in items]


def levels(company: Company, of: UUID = MACHINE) -> dict[tuple[str, str], tuple[str, str]]:
    """Quantity and value by warehouse and owner, without what is empty."""
    found = company.ask("stock", article_id=of)["items"]
    return {
        (CODES[one["warehouse_id"]], one["ownership"]): (f"{one['on_hand'].normalize():f}", f"{one['value']:.2f}")
        for item in found
        for one in item["warehouses"]
        if one["on_hand"]
    }
