"""Reasons of coverage: one sentence for each code, the printed Italian is the translation, other readers get theirs."""

from __future__ import annotations

from string import Formatter

import pytest

from aggregates.because import SENTENCES, Because, because
from gateways.i18n import translator
from gateways.spoken import sentence_of, spoken

WARRANTY = because("legal-warranty", ends_on="2027-08-31", proof=", DDT 2025/310")


@pytest.mark.parametrize("code", SENTENCES)
def test_documents_print_what_the_translation_says(code: str) -> None:
    assert translator("it")(SENTENCES[code].english) == SENTENCES[code].italian


@pytest.mark.parametrize("code", SENTENCES)
def test_both_sentences_have_the_same_places(code: str) -> None:
    english, italian = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in SENTENCES[code])
    assert english == italian


def test_a_reason_is_told_in_the_readers_language() -> None:
    answer = {"items": [{"reason": WARRANTY.italian, "because": WARRANTY.model_dump()}], "net": 3}
    english = "Under legal warranty until 2027-08-31, DDT 2025/310."
    assert WARRANTY.italian == "In garanzia legale fino al 31/08/2027, DDT 2025/310."
    assert spoken(answer, "it") is answer
    assert spoken(answer, "en") == {"items": [{**answer["items"][0], "reason": english}], "net": 3}
    board = {"coverage_because": WARRANTY.model_dump(), "coverage_reason": "…"}
    assert spoken(board, "en")["coverage_reason"] == english


def test_a_reason_that_nobody_knows_keeps_its_sentence() -> None:
    answer = {"because": {"code": "unknown", "values": {}}, "reason": "Perché sì."}
    assert spoken(answer, "en") == answer
    assert (Because(code="unknown").italian, Because(code="unknown").english) == ("unknown", "unknown")
    assert sentence_of("contract", {"number": "7/2026"}, "en") == "Covered by contract 7/2026 until ."
