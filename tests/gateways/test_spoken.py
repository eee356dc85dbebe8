"""Reasons of coverage: one sentence for each code, the printed Italian is the translation, other readers get theirs."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.base import Refusal
from aggregates.because import SENTENCES, Because, because, in_italian, reasons_of, refused
from aggregates.call_refusals import CallIsClosed, ServiceBlocked
from aggregates.call_values import CallStatus
from aggregates.contract_refusals import ContractHasEnded
from aggregates.contract_state import ContractStatus
from aggregates.rules.hour_pools import Band
from aggregates.rules.meter_words import NOT_READ
from aggregates.rules.penalties import DelayUnit
from gateways.i18n import translator
from gateways.labels import sentence, sentence_of, unmarked
from gateways.spoken import spoken

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


class AllKinds(Refusal):
    """Only for its values."""


def test_a_reason_of_several_sentences_is_told_beside_its_words() -> None:
    told = [because("fee-annual", fee="1200.00"), because("fee-advance", on="2026-09-16")]
    answer: dict[str, Any] = {"why": in_italian(told), "why_because": reasons_of(told)}
    assert answer["why"] == "Canone annuo 1.200,00 euro. Da fatturare in anticipo il 16/09/2026."
    assert spoken(answer, "en")["why"] == "Annual fee 1,200.00 euro. To be billed in advance on 2026-09-16."
    both = spoken({"why_now": ["…", "…"], "why_now_because": [reasons_of(told[:1]), reasons_of(told[1:])]}, "en")
    assert both["why_now"] == ["Annual fee 1,200.00 euro.", "To be billed in advance on 2026-09-16."]


@pytest.mark.parametrize(
    ("problem", "italian", "english"),
    [
        (
            ContractHasEnded(status=ContractStatus.EXPIRED),
            "Il contratto è nello stato «scaduto»",
            "The contract is expired",
        ),
        (CallIsClosed(), "La chiamata è chiusa", "The call is closed"),
        (ValueError("a slot must end after it starts"), "un impegno deve finire dopo l'inizio", "a slot must end"),
    ],
)
def test_a_refusal_that_was_noted_is_told_in_both_languages(problem: Any, italian: str, english: str) -> None:
    answer = {"reason": str(problem), "because": json.loads(refused(problem).model_dump_json())}
    assert spoken(answer, "it", also_italian=True)["reason"].startswith(italian)
    assert spoken(answer, "en")["reason"].startswith(english)


def test_values_of_a_noted_refusal_keep_their_type() -> None:
    at = datetime(2026, 9, 1, 22, 30, tzinfo=UTC)
    values = {"a": Decimal("1234.50"), "b": at, "c": date(2026, 9, 1), "d": CallStatus.OPEN, "e": ["x", "y"], "f": 3}
    marked = refused(AllKinds(**values)).values
    assert [unmarked(name, value, "it") for name, value in marked.items()] == [
        "1.234,5", "02/09/2026 00:30", "01/09/2026", "aperta", "x, y", "3",
    ]  # fmt: skip


def test_a_refusal_that_gives_a_reason_gives_it_in_the_readers_language() -> None:
    blocked = ServiceBlocked(reason=because("blocked-expired", number="7/2026"))
    assert "Contratto 7/2026 bloccato perché scaduto" in sentence(blocked, "it")
    assert "Contract 7/2026 is blocked because it expired" in sentence(blocked, "en")


@given(st.decimals("-99999999", "99999999", places=2))
def test_amounts_are_written_as_italians_write_them(amount: Decimal) -> None:
    text = because("fee-annual", fee=amount).italian.removeprefix("Canone annuo ").removesuffix(" euro.")
    assert Decimal(text.replace(".", "").replace(",", ".")) == amount
    assert len(text.split(",")[1]) == 2


def test_every_kind_of_hours_unit_and_reading_has_its_sentence() -> None:
    bands = {f"pool-{band.value.replace('_', '-')}" for band in Band}
    assert bands | {f"penalty-{unit.value}" for unit in DelayUnit} | set(NOT_READ.values()) <= SENTENCES.keys()


def test_a_reason_that_nobody_knows_keeps_its_sentence() -> None:
    answer = {"because": {"code": "unknown", "values": {}}, "reason": "Perché sì."}
    assert spoken(answer, "en") == answer
    assert (Because(code="unknown").italian, Because(code="unknown").english) == ("unknown", "unknown")
    assert sentence_of("contract", {"number": "7/2026"}, "en") == "Covered by contract 7/2026 until ."
