"""The printed history of an item: asked for, made once as the lists had it, printed again when asked for again."""

from __future__ import annotations

import pytest

from aggregates.serial_item import SerialItem
from gateways.documents.issuer import Issuer
from tests.document_steps import MACHINE
from tests.dsl import Company, do
from tests.printing import printed, text_of
from tests.projections.test_serial_history import lived


@pytest.fixture
def firm(company: Company) -> Company:
    lived(company)
    return company


def test_the_history_is_printed_in_italian(firm: Company, issuer: Issuer) -> None:
    asked = do("print-item-history", serial_item_id=MACHINE, at="2026-09-12T09:00")
    firm.given().when(asked).then(SerialItem.HistoryAsked)
    firm.given().when(asked).then_nothing()
    (paper,) = printed(firm, issuer, "serial_history")
    assert paper["title"] == "Storia della matricola SN-10442"
    told = text_of(firm, issuer, paper)
    for word in (
        "Lavastoviglie LT-900",
        "Ricambio montato",
        "Elettrovalvola",
        "BW 1200",
        "Sul lavoro eseguito",
        "chiusa",
    ):
        assert word in told, word
    assert "Non carica acqua" in told
    assert told.count("Attiva") == 2, "the status now, and the day since which it is so"
    assert "active" not in told


def test_only_some_days_and_again_when_asked_again(firm: Company, issuer: Issuer) -> None:
    days = {"from_on": "2026-09-11", "until_on": "2026-09-11"}
    firm.execute(do("print-item-history", serial_item_id=MACHINE, at="2026-09-12T09:00", **days))
    (paper,) = printed(firm, issuer, "serial_history")
    told = text_of(firm, issuer, paper)
    assert "BW 1200" in told
    assert "Non carica acqua" not in told
    firm.execute(do("print-item-history", serial_item_id=MACHINE, at="2026-09-12T10:00", **days))
    assert len(printed(firm, issuer, "serial_history")) == 2
