"""The printed order to a supplier: their codes and units, our warehouse, one paper a revision (STK-2)."""

from __future__ import annotations

from typing import Any

from gateways.documents.issuer import Issuer
from tests.commands.buying import LINE, ORDER, SUPPLIER, X, arrived, ordered, sells, sent, with_supplier
from tests.document_steps import founded
from tests.dsl import Company, do
from tests.printing import printed, text_of


def test_the_order_speaks_the_suppliers_language(company: Company, issuer: Issuer) -> None:
    company.given(founded(company))
    box: dict[str, Any] = {
        "order_unit": "CT",
        "units_per": "12",
        "unit_price": "4.35",
        "price_per": "100",
        "discounts": ["10"],
    }
    with_supplier(company).given(sells(**box))
    line = {"line_id": LINE, "article_id": X, "quantity": "3", "due_on": "2026-09-21"}
    company.given(do("draft-purchase-order", order_id=ORDER, supplier_id=SUPPLIER, lines=[line]), sent(), arrived("1"))
    (paper,) = printed(company, issuer, "purchase_order")
    assert paper["title"] == "Ordine a fornitore OA-2026-0001 rev. 0"
    told = text_of(company, issuer, paper)
    for word in ("Ricambi Adriatici", "RA-X", "Magazzino centrale", "1 CT = 12 PZ, in tutto 36 PZ", "per 100 PZ",
                 "1,41", "21/09/2026", "€ 1,41"):  # fmt: skip
        assert word in told, word


def test_a_revision_is_a_paper_of_its_own(company: Company, issuer: Issuer) -> None:
    company.given(founded(company))
    with_supplier(company).given(ordered("4"), sent())
    less = {"line_id": LINE, "article_id": X, "quantity": "2", "unit_price": "51.20"}
    company.given(do("revise-purchase-order", order_id=ORDER, lines=[less], reason="Meno pezzi"), sent())
    papers = printed(company, issuer, "purchase_order")
    assert sorted(paper["title"][-6:] for paper in papers) == ["rev. 0", "rev. 1"]
