"""The letter of a new fee: issued once for each change that changes something, in Italian."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer, archive_key
from tests.commands.test_adjustment import DEC_2024, DEC_2025, adjust, contract, foi, loaded, renew
from tests.contract_steps import K1, ROSSI
from tests.document_steps import founded
from tests.dsl import Company, do


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(open_archive(tmp_path / "archive"))


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def letters(firm: Company, issuer: Issuer) -> list[dict[str, Any]]:
    firm.fold()
    issuer.tick(firm.house)
    assert firm.ask("documents-due")["items"] == []
    return list(firm.ask("documents", kind="adjustment_letter")["items"])


def text(firm: Company, issuer: Issuer, letter: dict[str, Any]) -> str:
    document = firm.record(letter["document_id"]).document
    key = archive_key(firm.house, document.kind, document.record_id, document.version)
    _, pdf = issuer.archive.get(key)
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf))


def test_a_renewal_by_index_is_told_with_its_indices(firm: Company, issuer: Issuer) -> None:
    firm.given(foi(DEC_2024, DEC_2025))
    contract(firm)
    firm.execute(renew())
    (letter,) = letters(firm, issuer)
    number = firm.record(K1).state.number
    assert letter["title"] == f"Adeguamento canone {number}"
    told = text(firm, issuer, letter)
    for word in (
        "al 75% della variazione dell'indice FOI tra dicembre 2024 e dicembre 2025, pari al +1,1%",
        "1.200,00",
        "1.209,90",
        "705,77",
        "336,08",
        "168,05",
        "121,5",
        "01/02/2026",
        "Rossi Gilbo",
    ):
        assert word in told.replace("’", "'"), word
    assert len(letters(firm, issuer)) == 1


def test_a_provisional_renewal_is_told_when_it_is_settled(firm: Company, issuer: Issuer) -> None:
    firm.given(foi(DEC_2024))
    contract(firm)
    firm.execute(renew())
    assert letters(firm, issuer) == []
    firm.given(loaded(DEC_2025, at="2026-03-01T09:00"), do("settle-adjustment", at="2026-03-02T09:00", contract_id=K1))
    (letter,) = letters(firm, issuer)
    assert "in via provvisoria" in text(firm, issuer, letter)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"way": "percent", "percent": "2.5"}, "Il canone è adeguato del +2,5%."),
        ({"way": "total", "total": "1300.00"}, "Il canone annuo complessivo è concordato in € 1.300,00."),
        ({"way": "amount", "amount": "-10.00"}, "Il canone annuo di ciascuna voce varia di € -10,00."),
    ],
)
def test_other_ways_are_told_in_their_words(
    firm: Company, issuer: Issuer, change: dict[str, Any], sentence: str
) -> None:
    contract(firm)
    firm.execute(adjust(change))
    (letter,) = letters(firm, issuer)
    assert sentence in text(firm, issuer, letter)


def test_a_change_of_nothing_is_not_told(firm: Company, issuer: Issuer) -> None:
    contract(firm)
    firm.execute(adjust({"way": "percent", "percent": "0"}))
    assert letters(firm, issuer) == []
