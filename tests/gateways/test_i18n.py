"""Languages: every text has its Italian, with the same placeholders; nothing is left over; labels, dates, amounts."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from string import Formatter
from typing import Any

import pytest

from aggregates.base import Refusal
from aggregates.call_values import ActivityState, CallStatus
from aggregates.price_list import PriceListOver
from commands.base import NotFound
from gateways import messages
from gateways.http.problems import RoleMissing
from gateways.i18n import TOLD, catalogue, negotiate, told, translator
from gateways.labels import label, role_label, sentence, shown, words
from gateways.messages import Text, codes, texts, updated

TEXTS = texts()
ITALIAN = {Text(str(m.id), m.context): str(m.string) for m in catalogue("it") if m.id}


def placeholders(text: str) -> set[str]:
    """Names in braces with their formats."""
    return {f"{name}:{spec}" for _, name, spec, _ in Formatter().parse(text) if name is not None}


def test_every_text_has_its_italian() -> None:
    missing = sorted(str(text) for text in TEXTS if not ITALIAN.get(text))
    assert missing == [], "run: make messages, then translate what is empty"


def test_no_text_is_left_over() -> None:
    assert sorted(str(text) for text in ITALIAN.keys() - TEXTS) == [], "run: make messages"


def test_the_italian_says_the_same_values() -> None:
    assert {text for text, italian in ITALIAN.items() if placeholders(italian) != placeholders(text.id)} == set()


def test_a_sentence_stays_a_sentence() -> None:
    sentences = [text for text in ITALIAN if text.context in (None, TOLD)]
    assert [text for text in sentences if text.id.endswith(".") != ITALIAN[text].endswith(".")] == []


def test_a_refusal_that_was_just_written_is_noticed() -> None:
    class NeverTranslated(Refusal):
        """Nobody has put this into Italian yet."""

    NeverTranslated.__module__ = "aggregates.party"
    assert Text("Nobody has put this into Italian yet.") in texts() - ITALIAN.keys()
    del NeverTranslated
    gc.collect()  # a class lives in circles


def test_bringing_the_catalogue_up_to_date_loses_nothing() -> None:
    assert {Text(str(m.id), m.context): str(m.string) for m in updated("it") if m.id} == ITALIAN


def test_codes_of_one_kind_have_labels_of_their_own() -> None:
    for kind in codes():
        labels = [label(member, "it") for member in kind]
        assert len(labels) == len(set(labels)), kind.__name__


def test_kinds_of_codes_have_names_of_their_own() -> None:
    names = [kind.__name__ for kind in codes()]
    assert len(names) == len(set(names))


def test_what_validators_raise_is_found_with_its_values() -> None:
    raised = set(messages._said_by_validators())
    assert "the period ends on {ends_on}, before its start on {starts_on}" in raised
    assert "a pattern needs {{n}} and may use {{year}}, {{yy}}, {{code}}, {{n:4}}" in raised


@pytest.mark.parametrize(
    ("english", "italian"),
    [
        ("a slot must end after it starts", "un impegno deve finire dopo l'inizio"),
        (
            "the period ends on 2026-01-01, before its start on 2026-02-01",
            "il periodo finisce il 2026-01-01, prima dell'inizio il 2026-02-01",
        ),
        ("N3 needs its sub-code, for example N3.1", "N3 richiede il suo sottocodice, per esempio N3.1"),
        ("a pattern needs {n} and may use {year}, {yy}, {code}, {n:4}",
         "un formato richiede {n} e può usare {year}, {yy}, {code}, {n:4}"),
        ("something that nobody has translated", "something that nobody has translated"),
    ],
)  # fmt: skip
def test_what_a_validator_said_reads_in_italian(english: str, italian: str) -> None:
    assert told(english, "it") == italian
    assert told(english, "en") == english


def test_one_code_reads_differently_by_its_kind() -> None:
    assert label(CallStatus.PLANNED, "it") == "pianificata"
    assert label(ActivityState.PLANNED, "it") == "prevista"
    assert label(CallStatus.TAKEN_IN_CHARGE, "en") == "taken in charge"
    assert role_label("call_centre", "it") == "centralino assistenza"
    assert (words("SerialItem"), words("waiting-part"), words("TD01")) == ("serial item", "waiting part", "TD01")


@pytest.mark.parametrize(
    ("value", "italian", "english"),
    [
        (date(2026, 9, 1), "01/09/2026", "2026-09-01"),
        (datetime(2026, 9, 1, 22, 30, tzinfo=UTC), "02/09/2026 00:30", "2026-09-02 00:30"),
        (Decimal("1234.50"), "1.234,5", "1,234.5"),
        (Decimal("1234567.12345678"), "1.234.567,12345678", "1,234,567.12345678"),
        (3, "3", "3"),
        ([CallStatus.OPEN, CallStatus.CLOSED], "aperta, chiusa", "open, closed"),
    ],
)
def test_values_stand_in_sentences_as_readers_write_them(value: Any, italian: str, english: str) -> None:
    assert (shown(value, "it"), shown(value, "en")) == (italian, english)


def test_refusals_are_whole_sentences() -> None:
    assert (
        sentence(NotFound(kind="SerialItem", id="7"), "it")
        == "Non c'è nessun record «matricola» con l'identificativo 7."
    )
    assert sentence(NotFound(kind="SerialItem", id="7"), "en") == "There is no serial item with the id 7."
    refused = PriceListOver(code="L1", from_on=date(2026, 1, 1), to_on=date(2026, 12, 31), price_on=date(2027, 1, 1))
    assert sentence(refused, "it").startswith("Il listino L1 vale dal 01/01/2026 al 31/12/2026")
    assert sentence(RoleMissing(roles=["billing", "manager"]), "it").startswith(
        "Serve uno di questi ruoli: fatturazione, direzione."
    )
    assert sentence(NotFound(), "en") == "There is no ? with the id ?."


def languages() -> Iterator[tuple[str, str]]:
    yield from {
        "": "it",
        "it": "it",
        "en": "en",
        "en-US,en;q=0.9": "en",
        "de, fr;q=0.9": "it",
        "it;q=0.1, en;q=0.8": "en",
        "en;q=0, it": "it",
        "EN-gb": "en",
        "*": "it",
        "en; q=0.5, it; q=0.4": "en",
        ";;;,,q=": "it",
        "en;q=abc": "it",
    }.items()


@pytest.mark.parametrize(("wish", "answer"), languages())
def test_the_language_is_the_best_one_we_have(wish: str, answer: str) -> None:
    assert negotiate(wish) == answer


def test_unknown_texts_stay_as_they_are() -> None:
    assert translator("it")("Nobody has ever said this.") == "Nobody has ever said this."
