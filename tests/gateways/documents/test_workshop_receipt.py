"""The receipt of what is left at the counter: made once, in Italian, without the password (WKS-1)."""

from __future__ import annotations

from typing import Any

from gateways.documents.issuer import Issuer
from tests.document_steps import CUSTOMER, MACHINE, PARTY, founded
from tests.dsl import Company, do
from tests.printing import printed, text_of

MARIO = {"name": "Mario Neri", "phone": "347 1234567"}
LEFT: dict[str, Any] = {"party_id": PARTY, "serial_item_id": MACHINE, "fault": "Non carica acqua"}
AGREED: dict[str, Any] = {
    "accessories": ["Cavo", "Cestello"],
    "damage": "Sportello graffiato",
    "access_words": "SEGRETO-77",
    "estimate_limit": {"amount": "120.00"},
    "promised_on": "2026-09-10",
    "bringer": MARIO,
}


def test_the_receipt_says_what_was_left_and_agreed(company: Company, issuer: Issuer) -> None:
    company.given(founded(company), *CUSTOMER, do("take-in", at="2026-09-01T09:30", **LEFT, **AGREED))
    (paper,) = printed(company, issuer, "workshop_receipt")
    assert paper["title"] == "Ricevuta di presa in carico WS-2026-0001"
    told = text_of(company, issuer, paper)
    for word in (
        "Rossi Gilbo S.n.c.", "Lavastoviglie LT-900", "SN-10442", "Non carica acqua", "Cavo, Cestello", "CH-2026-0001",
        "Sportello graffiato", "120,00", "10/09/2026", "Mario Neri", "01/09/2026 ore 09:30", "180 giorni",
        "FIRMA DEL CLIENTE",
    ):  # fmt: skip
        assert word in told, word
    assert "SEGRETO" not in told


def test_the_companys_own_terms_and_a_customer_in_words(company: Company, issuer: Issuer) -> None:
    terms = do(
        "set-company-parameters", from_on="2026-01-01", change={"workshop": {"conditions": ["Ritiro entro Natale."]}}
    )
    step = do("take-in", bringer=MARIO, description="Aspirapolvere", fault="Fuma")
    company.given(founded(company), terms, step)
    (paper,) = printed(company, issuer, "workshop_receipt")
    told = text_of(company, issuer, paper)
    assert "Ritiro entro Natale." in told
    assert "180 giorni" not in told
    assert "Mario Neri" in told


def test_the_receipt_is_made_once_whatever_becomes_of_the_thing(company: Company, issuer: Issuer) -> None:
    step = do("take-in", **LEFT)
    job_id = company.given(founded(company), *CUSTOMER).when(step).result["job_id"]
    printed(company, issuer, "workshop_receipt")
    company.given(do("finish-workshop-job", job_id=job_id), do("mark-ready", job_id=job_id))
    assert len(printed(company, issuer, "workshop_receipt")) == 1
