"""The letter of a new fee: issued once for each change that changes something, in Italian."""

from __future__ import annotations

from typing import Any

import pytest

from gateways.documents.issuer import Issuer
from tests.commands.test_adjustment import DEC_2024, DEC_2025, adjust, contract, foi, loaded, renew
from tests.contract_steps import K1, ROSSI
from tests.document_steps import founded
from tests.dsl import Company, do
from tests.printing import printed, text_of


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def test_a_renewal_by_index_is_told_with_its_indices(firm: Company, issuer: Issuer) -> None:
    firm.given(foi(DEC_2024, DEC_2025))
    contract(firm)
    firm.execute(renew())
    (letter,) = printed(firm, issuer, "adjustment_letter")
    number = firm.record(K1).state.number
    assert letter["title"] == f"Adeguamento canone {number}"
    told = text_of(firm, issuer, letter)
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
    assert len(printed(firm, issuer, "adjustment_letter")) == 1


def test_a_provisional_renewal_is_told_when_it_is_settled(firm: Company, issuer: Issuer) -> None:
    firm.given(foi(DEC_2024))
    contract(firm)
    firm.execute(renew())
    assert printed(firm, issuer, "adjustment_letter") == []
    firm.given(loaded(DEC_2025, at="2026-03-01T09:00"), do("settle-adjustment", at="2026-03-02T09:00", contract_id=K1))
    (letter,) = printed(firm, issuer, "adjustment_letter")
    assert "in via provvisoria" in text_of(firm, issuer, letter)


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
    (letter,) = printed(firm, issuer, "adjustment_letter")
    assert sentence in text_of(firm, issuer, letter)


def test_a_change_of_nothing_is_not_told(firm: Company, issuer: Issuer) -> None:
    contract(firm)
    firm.execute(adjust({"way": "percent", "percent": "0"}))
    assert printed(firm, issuer, "adjustment_letter") == []
