"""Articles, warehouses and customers that the tests of stock and its documents share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.article import ArticleKind, article_id
from aggregates.warehouse import warehouse_id
from tests.dsl import Company, Do, do

MAIN, VAN, OWNED = warehouse_id("MAIN"), warehouse_id("V02"), warehouse_id("CUST")
LOAN, FAULTY = warehouse_id("LOAN"), warehouse_id("FAULTY")
GINO = UUID("22222222-2222-2222-2222-222222222222")
X = article_id("X")
CALL = UUID("33333333-3333-3333-3333-333333333333")
FOR_CALL = {"kind": "call", "id": str(CALL), "number": "CH-2026-0101"}
OTHER = {"kind": "sales-order", "id": str(UUID("44444444-4444-4444-4444-444444444444")), "number": "IC-2026-0001"}

WAREHOUSES = (
    do("open-warehouse", code="MAIN", name="Magazzino centrale"),
    do("open-warehouse", code="V02", name="Furgone 02", kind="van", technician_id=GINO),
    do("open-warehouse", code="CUST", name="Merce di terzi", kind="customer_owned"),
    do("open-warehouse", code="LOAN", name="Presso clienti", kind="loan"),
    do("open-warehouse", code="FAULTY", name="Guasti", kind="faulty"),
)


def article(company: Company, code: str, kind: ArticleKind = ArticleKind.PART, **details: Any) -> UUID:
    """An article in the catalogue."""
    company.do("register-article", code=code, description=f"Articolo {code}", kind=kind, **details)
    return article_id(code)


def opened(company: Company) -> Company:
    """A company with warehouses and the part X."""
    company.given(*WAREHOUSES)
    article(company, "X")
    return company


def stocked(quantity: int | str, *, at: UUID = MAIN, of: UUID = X, cost: str = "51.20", **more: Any) -> Do:
    """The opening balance of an article."""
    return do("stock-article", article_id=of, warehouse_id=at, quantity=str(quantity), unit_cost=cost, **more)


def issue(quantity: int | str, *, at: UUID = MAIN, of: UUID = X, **more: Any) -> Do:
    """Goods handed out for the call."""
    return do("issue-part", article_id=of, warehouse_id=at, quantity=str(quantity), **{"record": FOR_CALL, **more})


def level(company: Company, at: UUID = MAIN, of: UUID = X) -> dict[str, Any]:
    """What the stock view says of an article in a warehouse."""
    (item,) = company.ask("stock", article_id=of)["items"]
    found: dict[str, Any] = next(one for one in item["warehouses"] if one["warehouse_id"] == at)
    return found


CUSTOMER = UUID("11111111-1111-1111-1111-111111111111")
FORLI = {"street": "Via Michelangelo 25", "postcode": "47100", "town": "Forlì", "province": "FC"}


def registered(company: Company, name: str = "Rossi Gilbo") -> None:
    """The customer, or the same one under another name."""
    identity: dict[str, Any] = {"name": name, "tax": {"vat_number": "IT12345670017"}, "address": FORLI}
    if company.record(CUSTOMER) is None:
        company.do("register-party", party_id=CUSTOMER, code="C1", **identity)
    else:
        company.do("change-party-identity", party_id=CUSTOMER, role="customer", nature="business", **identity)


def issue_note(**fields: Any) -> Do:
    """A delivery note for the customer."""
    return do("issue-delivery-note", **{"recipient_id": CUSTOMER, **fields})
