"""Suppliers, articles and orders that the tests of buying share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.article import article_id
from tests.commands.goods import FORLI, MAIN, X, opened
from tests.dsl import Company, Do, do

SUPPLIER = UUID("55555555-5555-5555-5555-555555555501")
OTHER_SUPPLIER = UUID("55555555-5555-5555-5555-555555555502")
LINE, SECOND = UUID("55555555-5555-5555-5555-5555555555a1"), UUID("55555555-5555-5555-5555-5555555555a2")
ORDER = UUID("55555555-5555-5555-5555-5555555555b1")
MARIA, CARLO = "user:maria", "user:carlo"


def with_supplier(company: Company) -> Company:
    """A company with warehouses, the part X and who sells it."""
    opened(company)
    for party_id, code, name in ((SUPPLIER, "F1", "Ricambi Adriatici"), (OTHER_SUPPLIER, "F2", "Frigoparts")):
        company.do("register-party", party_id=party_id, code=code, name=name, role="supplier", address=FORLI)
    return company


def sells(article: UUID = X, supplier: UUID = SUPPLIER, **terms: Any) -> Do:
    """The supplier's terms for an article."""
    usual = {"unit_price": "51.20", "supplier_code": "RA-X"}
    return do("set-article-supplier", article_id=article, supplier_id=supplier, **{**usual, **terms})


def ordered(quantity: str = "4", **more: Any) -> Do:
    """An order of one line of X."""
    line = {"line_id": LINE, "article_id": X, "quantity": quantity, "unit_price": "51.20", **more.pop("line", {})}
    fields = {"order_id": ORDER, "supplier_id": SUPPLIER, "lines": [line], **more}
    by, at = fields.pop("by", MARIA), fields.pop("at", "2026-09-01T09:00")
    return do("draft-purchase-order", by=by, at=at, **fields)


def sent(**more: Any) -> Do:
    """The order goes out."""
    return do("send-purchase-order", order_id=ORDER, **more)


def arrived(quantity: str, **more: Any) -> Do:
    """So many order units of the first line came."""
    line = {"line_id": LINE, "quantity": quantity, **more.pop("line", {})}
    return do("receive-purchase-order", order_id=ORDER, lines=[line], **more)


__all__ = ["MAIN", "X", "article_id"]
