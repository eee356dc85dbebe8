"""The printed quote: its texts and pictures in their place, titled parts with sums, lines to choose from (QUO-3)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from aggregates.base import Act
from commands.attachment import STORE, StoreFile
from gateways.documents.issuer import Issuer, archive_key
from tests.document_steps import PARTY, in_business
from tests.dsl import Company, do
from tests.gateways.documents.test_signed_report import NOW, pictures, png, sent
from tests.printing import printed, words

QUOTE = UUID("66666666-6666-6666-6666-666666666666")
SHA = sha256(png()).hexdigest()
SHOWN = {"picture": {"sha256": SHA, "caption": "La scheda bruciata"}}
LINES: list[dict[str, Any]] = [
    {"description": "Smontaggio", "unit_price": "10.00"},
    {"description": "Scheda", "unit_price": "100.00", "section": "Ricambi", "blocks": [SHOWN]},
    {"description": "Filtro", "unit_price": "30.00", "quantity": "2"},
    {"description": "Garanzia estesa", "unit_price": "55.00", "section": "Opzioni", "optional": True},
]
TERMS = {"tolerance": {"percent": "12.5", "beyond": "performed_within_tolerance"}, "diagnosis_fee": "40.00"}
TEXTS = {"header": [{"text": "Gentile **cliente**\n\n- prima\n- seconda"}], "footer": [SHOWN, {"text": "Grazie #fine"}]}


@pytest.fixture
def firm(company: Company) -> Company:
    in_business(company)
    file = StoreFile(sha256=SHA, bytes=len(png()), media_type="image/png")
    company.house.desk.execute(STORE, file, Act(by="user:test", at=NOW))
    company.given(do("draft-quote", quote_id=QUOTE, customer_id=PARTY, lines=LINES, terms=TERMS, texts=TEXTS))
    company.given(do("send-quote", quote_id=QUOTE))
    return company


def paper(company: Company, issuer: Issuer) -> bytes:
    (row,) = printed(company, issuer, "quote")
    issued = company.record(row["document_id"]).document
    _, pdf = issuer.archive.get(archive_key(company.house, issued.kind, issued.record_id, issued.version))
    return pdf


def test_texts_and_pictures_stand_in_their_place(firm: Company, issuer: Issuer) -> None:
    sent(firm, issuer, png())
    pdf = paper(firm, issuer)
    told = words(pdf)
    assert len(pictures(pdf)) == 2
    order = (
        "Gentile cliente|seconda|Ricambi|La scheda bruciata|Totale parziale 160,00|Opzioni|"
        "Opzionale, non compreso nel totale.|Totale offerta € 207,40|Grazie #fine|12,5%|€ 40,00"
    )
    places = [told.index(each) for each in order.split("|")]
    assert places == sorted(places), told


def test_without_a_picture_it_waits_and_says_why(firm: Company, issuer: Issuer) -> None:
    firm.fold()
    issuer.tick(firm.house)
    (held,) = firm.ask("documents-due")["items"]
    assert (held["state"], SHA in held["reason"]) == ("held", True)
    assert firm.ask("documents", kind="quote")["items"] == []
