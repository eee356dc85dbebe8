"""Delivery notes and pick lists as printed: all that R8.1 and R8.2 ask for, on several pages; bars that scan."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
import zxingcpp

from gateways.documents.issuer import Issuer, archive_key
from tests.commands.goods import VAN, WAREHOUSES, X, article, stocked
from tests.document_steps import CUSTOMER, PARTY, SITE, founded
from tests.dsl import Company, do
from tests.printing import pages, printed, words

ADDRESS = {"street": "Via Roma 1", "postcode": "48121", "town": "Ravenna", "province": "RA"}
LONG = "Kit guarnizioni e tubi per lavastoviglie industriale, completo di fascette in acciaio inox e manuale. " * 3
CARRIERS = [
    {
        "name": "Corriere Adriatico S.r.l.",
        "vat_number": "IT00743110157",
        "licence": "FC/1234567/A",
        "vehicle": "AB123CD",
    },
    {"name": "Trasporti Alpini S.p.A.", "vehicle": "ZZ999YY"},
]
TRANSPORT: dict[str, Any] = {
    "carried_by": "carrier",
    "carriage": "prepaid",
    "carriers": CARRIERS,
    "packaging": "bancale",
    "packages": 3,
    "gross_weight_kg": "120.5",
    "net_weight_kg": "118",
    "started_at": "2026-03-25T08:30:00+01:00",
    "delivered_on": "2026-03-26",
}


@pytest.fixture
def firm(company: Company) -> Company:
    """A company with stock and a customer with a warehouse of its own."""
    company.given(founded(company), *CUSTOMER, *WAREHOUSES)
    article(company, "X")
    company.given(stocked(10))
    return company


def pdf_of(company: Company, issuer: Issuer, document: dict[str, Any]) -> bytes:
    issued = company.record(document["document_id"]).document
    return bytes(issuer.archive.get(archive_key(company.house, issued.kind, issued.record_id, issued.version))[1])


def scanned(pdf: bytes) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil())]


def test_a_note_of_sixty_lines_says_all_that_the_law_and_custom_ask(firm: Company, issuer: Issuer) -> None:
    lines: list[dict[str, Any]] = [
        {"description": f"{n}. {LONG if n % 7 == 0 else 'Guarnizione'}", "quantity": "2"} for n in range(60)
    ]
    lines[3] |= {"serials": ["SN-1", "SN-2"], "lots": ["L-2026-07"], "quality": "revisionato", "note": "Fragile"}
    order = {"number": "PO-9", "ordered_on": "2026-03-01", "cig": "Z1234567AB"}
    note: dict[str, Any] = {
        "recipient_id": PARTY,
        "site_id": SITE,
        "lines": lines,
        "transport": TRANSPORT,
        "order": order,
    }
    firm.given(do("issue-delivery-note", at="2026-03-25T08:00", **note, notes=["Consegnare al mattino"]))
    (paper,) = printed(firm, issuer, "delivery_note")
    pdf = pdf_of(firm, issuer, paper)
    told = words(pdf)
    for word in (
        "A/2026/0001", "25/03/2026", "Vendita", "Service Srl", "Rossi Gilbo S.n.c.", "Magazzino di Villa Selva",
        "vettore", "franco", "bancale", "120,5 kg", "118 kg", "25/03/2026 ore 08:30", "26/03/2026", "revisionato",
        "SN-1, SN-2", "L-2026-07", "1° vettore: Corriere Adriatico", "2° vettore: Trasporti Alpini", "AB123CD",
        "PO-9 del 01/03/2026 · CIG Z1234567AB", "Righe: 60", "Consegnare al mattino", "FIRMA DEL DESTINATARIO",
    ):  # fmt: skip
        assert word in told, word
    found = pages(pdf)
    assert len(found) > 2
    assert all("NATURA DEI BENI" in page.upper() for page in found[:-1]), "the table's head comes again"
    assert all(f"Pag. {n} di {len(found)}" in page for n, page in enumerate(found, 1))
    assert scanned(pdf) == ["A/2026/0001"]
    (row,) = firm.ask("delivery-notes", text="A/2026/0001")["items"]
    data = firm.ask("delivery-note", note_id=row["note_id"])["content"]
    assert data["transport"]["carriers"][1]["name"] == "Trasporti Alpini S.p.A.", "and as data"


def test_goods_between_our_own_places_name_us_twice(firm: Company, issuer: Issuer) -> None:
    """R8.5: no note loads the van, but goods that a courier takes to a technician travel with one."""
    moved: dict[str, Any] = {
        "reason": "internal_transfer",
        "lines": [{"article_id": X, "quantity": "2"}],
        "deliver_to": ADDRESS,
    }
    firm.given(do("issue-delivery-note", to_warehouse_id=VAN, **moved))
    (paper,) = printed(firm, issuer, "delivery_note")
    told = words(pdf_of(firm, issuer, paper))
    for word in ("Trasferimento interno", "Furgone 02", "Via Roma 1", "Service Srl"):
        assert word in told, word


def test_a_pick_list_is_read_by_a_scanner(firm: Company, issuer: Issuer) -> None:
    quote: dict[str, Any] = {"quote_id": UUID(int=0xF1)}
    line = {"article_id": X, "quantity": "12", "unit_price": "78.00"}
    laura = {"name": "Laura Bianchi"}
    firm.given(
        do("draft-quote", **quote, customer_id=PARTY, lines=[line]),
        do("send-quote", **quote, sent_to=laura),
        do("accept-quote", **quote, revision=0, person=laura, channel="email"),
        do("order-quote", **quote, order_id=UUID(int=0xF2)),
        do("make-pick-list-for-orders", order_ids=[UUID(int=0xF2)]),
    )
    (paper,) = printed(firm, issuer, "pick_list")
    assert paper["title"] == "Lista di prelievo PREL-2026-0001"
    pdf = pdf_of(firm, issuer, paper)
    for word in ("Magazzino centrale", "Articolo X", "IC-2026-0001", "10 !", "12 PZ", "Consegna ai clienti con DDT"):
        assert word in words(pdf), word
    assert scanned(pdf) == ["PREL-2026-0001"]
