"""The letter to a consumer before a tacit renewal (R1.8): printed once for each expiry, where paper is used."""

from __future__ import annotations

import pytest

from gateways.documents.issuer import Issuer
from tests.contract_steps import C2, K1, MARIO, signed, tick
from tests.document_steps import founded
from tests.dsl import Company
from tests.printing import printed, text_of


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), MARIO)
    signed(company, customer_id=C2, starts_on="2026-01-01", alignment="none", signing={"at": "2025-12-10T10:00"})
    return company


def test_the_duty_makes_one_letter_that_names_the_last_day(firm: Company, issuer: Issuer) -> None:
    tick(firm, "remind-consumers", "2026-10-01T06:00")
    (letter,) = printed(firm, issuer, "consumer_reminder")
    assert letter["title"] == f"Avviso di scadenza {firm.record(K1).state.number}"
    told = text_of(firm, issuer, letter)
    for word in ("Mario Rossi", "scade il 31/12/2026", "entro il 01/11/2026", "fino al 31/12/2027", "65-bis"):
        assert word in told
    tick(firm, "remind-consumers", "2026-10-02T06:00")
    assert len(printed(firm, issuer, "consumer_reminder")) == 1


def test_who_is_told_by_certified_mail_gets_no_letter(firm: Company, issuer: Issuer) -> None:
    firm.do("remind-consumer", contract_id=K1, sent_on="2026-10-01", channel="certified_mail", proof="PEC 1")
    assert printed(firm, issuer, "consumer_reminder") == []
