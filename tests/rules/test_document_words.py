"""What documents say, and how it is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.rules.document_words import (
    LONGEST_WORD,
    MOST_ASKED,
    asked_in_parts,
    asked_terms,
    document_terms,
    stem,
    told_words,
)

SAID = told_words(
    (
        "Rapporto di intervento RI-2026-0001",
        "Sostituita l'elettrovalvola; spedizioni a Forlì",
        "Matricola SN-00778, dell'Adriatica",
        "Totale € 1.250,00",
    )
)


def answers(asked: str, told: str = SAID) -> bool:
    """Whether a document is found, as the database decides it."""
    terms = set(document_terms(told))
    return any(terms.issuperset(way) for way in (*asked_terms(asked), *asked_in_parts(asked)))


@pytest.mark.parametrize(
    "asked",
    [
        "intervento", "INTERVENTI", "spedizione", "forli", "Forlì elettrovalvola", "elettrovalvole", "l'elettrovalvola",
        "RI-2026-0001", "ri 2026 1", "RI/2026/1", "2026", "SN778", "sn-778", "sn 778", "SN-00778", "sn00778",
        "adriatica", "dell'adriatica", "dell’Adriatica", "di intervento a forlì", "1.250,00", "rapporto RI-2026-0001",
    ],
)  # fmt: skip
def test_a_document_is_found_by_what_it_says(asked: str) -> None:
    assert answers(asked)


@pytest.mark.parametrize("asked", ["caldaia", "RI-2026-0002", "intervento caldaia", "SN-77", "forlimpopoli"])
def test_it_is_not_found_by_what_it_does_not_say(asked: str) -> None:
    assert not answers(asked)


@pytest.mark.parametrize("asked", ["", "   ", "—", "!?"])
def test_nothing_asked_is_no_question(asked: str) -> None:
    assert asked_terms(asked) == ()


def test_words_that_stand_everywhere_are_asked_only_alone() -> None:
    assert asked_terms("di il contratto") == (("contratt",),)
    assert asked_terms("di") == (("di",),)


def test_each_word_is_kept_once_in_its_order() -> None:
    assert told_words(("Due parole", "due PAROLE e altre")) == "due parole e altre"


@settings(max_examples=200)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_a_document_is_found_by_each_of_its_words(texts: list[str]) -> None:
    told = told_words(texts)
    for word in told.split():
        if asked_terms(word):
            assert answers(word, told)


@settings(max_examples=100)
@given(st.text(max_size=80))
def test_terms_are_plain_words_that_an_index_can_take(text: str) -> None:
    for term in (*document_terms(told_words([text])), *(each for way in asked_terms(text) for each in way)):
        assert 0 < len(term) <= LONGEST_WORD
        assert not set(term) & set(" %_|'\\")
    assert all(len(way) <= MOST_ASKED * 40 for way in asked_terms(text))


@given(st.text(alphabet=st.characters(categories=["Ll", "Nd"]), max_size=20))
def test_a_stem_begins_its_word(word: str) -> None:
    assert word.startswith(stem(word))
    assert len(word) - len(stem(word)) <= 2
