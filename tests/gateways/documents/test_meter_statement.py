"""The statement of meters that goes with an invoice of copies: printed once, with the readings as they were billed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer, archive_key
from tests.commands.test_meter_billing import M1, monthly, read, s08
from tests.contract_steps import ROSSI, documents, run
from tests.document_steps import founded
from tests.dsl import Company


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(open_archive(tmp_path / "archive"))


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def statements(firm: Company, issuer: Issuer) -> list[dict[str, Any]]:
    firm.fold()
    issuer.tick(firm.house)
    assert firm.ask("documents-due")["items"] == []
    return list(firm.ask("documents", kind="meter_statement")["items"])


def text(firm: Company, issuer: Issuer, printed: dict[str, Any]) -> str:
    document = firm.record(printed["document_id"]).document
    key = archive_key(firm.house, document.kind, document.record_id, document.version)
    _, pdf = issuer.archive.get(key)
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf))


def test_the_readings_of_s08_are_printed_with_the_invoice(firm: Company, issuer: Issuer) -> None:
    s08(firm)
    run(firm, "2026-01-01")
    assert statements(firm, issuer) == []
    run(firm, "2026-04-01")
    (printed,) = statements(firm, issuer)
    assert printed["title"] == f"Prospetto letture {documents(firm)[-1]['number']}"
    told = text(firm, issuer, printed)
    for word in ("120450 (01/01/2026)", "finale 124010, iniziale 15", "15.400", "9.760", "54,40", "212,50", "266,90"):
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
    first = statements(firm, issuer)
    assert "3500 (31/01/2026)" in text(firm, issuer, first[0])
    run(firm, "2026-03-01")
    second = [each for each in statements(firm, issuer) if each["document_id"] != first[0]["document_id"]]
    told = text(firm, issuer, second[0])
    for word in ("Conguaglio BW", "3300 (31/01/2026)", "dovuto 3,00", "fatturato 5,00"):
        assert word in told, word
