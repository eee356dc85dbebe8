"""The statement of meters that goes with an invoice of copies: printed once, with the readings as they were billed."""

from __future__ import annotations

import pytest

from gateways.documents.issuer import Issuer
from tests.commands.test_meter_billing import M1, monthly, read, s08
from tests.contract_steps import ROSSI, documents, run
from tests.document_steps import founded
from tests.dsl import Company
from tests.printing import printed, text_of


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def test_the_readings_of_s08_are_printed_with_the_invoice(firm: Company, issuer: Issuer) -> None:
    s08(firm)
    run(firm, "2026-01-01")
    assert printed(firm, issuer, "meter_statement") == []
    run(firm, "2026-04-01")
    (statement,) = printed(firm, issuer, "meter_statement")
    assert statement["title"] == f"Prospetto letture {documents(firm)[-1]['number']}"
    told = text_of(firm, issuer, statement)
    for word in ("120.450 (01/01/2026)", "finale 124.010, iniziale 15", "15.400", "9.760", "54,40", "212,50", "266,90"):
        assert word in told, word
    assert told.count("iniziale 15") == 1


def test_a_true_up_says_what_was_billed_before_and_a_later_correction_changes_no_statement(
    firm: Company, issuer: Issuer
) -> None:
    monthly(firm)
    wrong = read(firm, M1, "bw", 3500, "2026-01-31")
    run(firm, "2026-02-01")
    read(firm, M1, "bw", 7000, "2026-02-28")
    firm.do("correct-reading", serial_item_id=M1, reading_id=wrong, value=3300)
    first, second = [], []
    first = printed(firm, issuer, "meter_statement")
    assert "3.500 (31/01/2026)" in text_of(firm, issuer, first[0])
    run(firm, "2026-03-01")
    second = [
        each for each in printed(firm, issuer, "meter_statement") if each["document_id"] != first[0]["document_id"]
    ]
    told = text_of(firm, issuer, second[0])
    for word in ("Conguaglio Copie B/N", "3.300 (31/01/2026)", "dovuto 3,00", "fatturato 5,00"):
        assert word in told, word
