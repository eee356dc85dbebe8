"""Labels that scanners read back from the printed page, and the receipt for goods that a technician takes along."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
import zxingcpp

from gateways.documents.issuer import Issuer, archive_key
from tests.commands.goods import GINO, WAREHOUSES
from tests.document_steps import CUSTOMER, MACHINE, PARTY, founded
from tests.dsl import Company, do
from tests.printing import printed, text_of, words

RMA, A, B = (UUID(f"7777777{n}-5555-5555-5555-555555555555") for n in range(3))
GOODS: list[dict[str, Any]] = [
    {"item_id": A, "description": "Lavastoviglie LT-900", "serial": "SN-778", "fault": "Non carica acqua"},
    {"item_id": B, "description": "Pompa di scarico con un nome molto lungo che non sta su una riga", "quantity": "2"},
]


@pytest.fixture
def firm(company: Company) -> Company:
    """A company with a customer and a van."""
    company.given(founded(company), *CUSTOMER, *WAREHOUSES)
    return company


def pdf_of(company: Company, issuer: Issuer, document: dict[str, Any]) -> bytes:
    issued = company.record(document["document_id"]).document
    key = archive_key(company.house, issued.kind, issued.record_id, issued.version)
    return bytes(issuer.archive.get(key)[1])


def test_a_scanner_reads_every_label(firm: Company, issuer: Issuer) -> None:
    firm.given(do("request-rma", rma_id=RMA, customer_id=PARTY, items=GOODS))
    asked = firm.do("ask-rma-labels", rma_id=RMA)["codes"]
    assert asked == ["RMA-2026-0001-1", "RMA-2026-0001-2-1", "RMA-2026-0001-2-2"]
    (paper,) = printed(firm, issuer, "rma_label")
    pages = pypdfium2.PdfDocument(pdf_of(firm, issuer, paper))
    read = [zxingcpp.read_barcodes(page.render(scale=3).to_pil()) for page in pages]
    assert [[(one.text, one.format) for one in found] for found in read] == [
        [(code, zxingcpp.BarcodeFormat.Code128)] for code in asked
    ]
    assert [round(side / 72 * 25.4) for side in pages[0].get_size()] == [100, 50]
    assert "SN-778" in words(pdf_of(firm, issuer, paper))
    (found,) = firm.ask("find-by-code", code=" rma-2026-0001-2-2 ")["items"]
    assert (found["rma_id"], found["item_id"], found["piece"], found["kind"]) == (RMA, B, 2, "label")


def test_what_a_scanner_reads_beside_labels(firm: Company) -> None:
    firm.given(do("request-rma", rma_id=RMA, customer_id=PARTY, items=GOODS))
    by_serial = firm.ask("find-by-code", code="sn-778")["items"]
    assert [(one["kind"], one["item_id"]) for one in by_serial] == [("serial", A)]
    assert len(firm.ask("find-by-code", code="RMA-2026-0001")["items"]) == 2
    assert firm.ask("find-by-code", code="NIENTE")["items"] == []


def test_the_receipt_left_at_the_customers(firm: Company, issuer: Issuer) -> None:
    call_id = firm.do("open-call", party_id=PARTY, serial_item_ids=[MACHINE], fault="Perde")["call_id"]
    taken = {"call_id": call_id, "serial_item_ids": [MACHINE], "technician_id": GINO, "handed_by": "Mario Neri"}
    firm.given(do("pick-up-goods", at="2026-09-01T11:00", rma_id=RMA, **taken))
    (paper,) = printed(firm, issuer, "pickup_receipt")
    assert paper["title"] == "Buono di ritiro RMA-2026-0001/1"
    told = text_of(firm, issuer, paper)
    for word in ("Rossi Gilbo", "CH-2026-0001", "Gino", "Mario Neri", "Perde", "restano di proprietà"):
        assert word in told, word
    firm.given(do("pick-up-goods", at="2026-09-02T11:00", rma_id=A, customer_id=PARTY, goods=GOODS, purpose="scrap",
                  technician_id=GINO))  # fmt: skip
    scrapped = next(one for one in printed(firm, issuer, "pickup_receipt") if one["number"] == "RMA-2026-0002/1")
    assert "D.M. 65/2010" in text_of(firm, issuer, scrapped)
