"""Words as people type them: accents, elisions, separators, zeros and typing errors."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.search_words import (
    EXACT,
    PREFIX,
    but_one,
    errors,
    errors_allowed,
    grams,
    likeness,
    may_have,
    must_have,
    nearly,
    number_forms,
    opened,
    plain,
    questions,
    typed,
    within_one_error,
    word_likeness,
    words,
)

LETTERS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)
WORDS = st.lists(LETTERS, min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("Perugia", "perùgia"),
        ("PERUGIA", "Perugia"),
        ("forli", "Forlì"),
        ("forli'", "Forlì"),
        ("citta", "Città"),
        ("d'angelo", "D’Angelo"),
        ("dangelo", "D'Angelo"),
        ("angelo", "D'Angelo"),
        ("d angelo", "D'Angelo"),
        ("aquila", "L'Aquila"),
        ("l'aquila", "L'Aquila"),
        ("strasse", "Straße"),
        ("rossi gilbo", "Gilbo Rossi"),
        ("ros", "Rossi"),
        ("isso", "Rissone"),
    ],
)
def test_spelling_does_not_matter(said: str, known: str) -> None:
    assert likeness(typed(said), words(known)) >= Decimal("0.85")


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("SN 00123", "SN-123"),
        ("sn123", "SN-00123"),
        ("SN-0-0123", "SN 123"),
        ("a12/34", "A-0012-0034"),
        ("A00120034", "A-0012-0034"),
        ("+39 0543 123456", "0543/123456"),
        ("0039 333 1234567", "333-1234567"),
        ("2026/45", "2026/045"),
    ],
)
def test_separators_and_zeros_do_not_matter_in_numbers(said: str, known: str) -> None:
    assert set(number_forms(said)) & set(number_forms(known))


def test_other_numbers_stay_other_numbers() -> None:
    assert not set(number_forms("SN-1230")) & set(number_forms("SN-123"))
    assert number_forms("100") == ("100",)


def test_zeros_within_a_number_written_in_parts_have_both_forms() -> None:
    assert number_forms("A-0012-0034") == ("a1234", "a120034")


def test_a_question_with_digits_is_also_one_number() -> None:
    assert questions("sn 00123") == (("sn", "123"), ("sn123",), ("sn00123",))
    assert questions("sn 123") == (("sn", "123"), ("sn123",))
    assert questions("rossi gilbo") == (("rossi", "gilbo"),)
    assert questions(" -- ") == ()


def test_a_question_less_a_word_keeps_enough_to_go_by() -> None:
    assert but_one(("rossi", "gilbo")) == (("gilbo",), ("rossi",))
    assert but_one(("lt9", "12345")) == (("12345",),)
    assert but_one(("rossi",)) == ()


def test_a_word_that_is_not_there_finds_nothing() -> None:
    assert likeness(("rossi", "milano"), ("rossi", "gilbo")) == 0
    assert likeness((), ("rossi",)) == 0


def test_short_words_have_no_errors() -> None:
    assert word_likeness("sn1", "sn2") == 0
    assert [errors_allowed("x" * n) for n in (3, 4, 7, 8)] == [0, 1, 1, 2]


def test_a_question_with_one_word_mistyped_asks_for_all_of_the_others() -> None:
    first, second = nearly(("rossi", "gilbo"))
    assert first.startswith("gil ilb lbo =")
    assert second.startswith("oss ros ssi =")
    assert "=g?lbo" in second.rsplit(" ", 1)[1].split("|")
    assert nearly(("sn", "123")) == ()


def test_the_nearer_word_comes_first() -> None:
    near = [word_likeness("rossi", other) for other in ("rossi", "rossini", "derossi", "rosso", "bianchi")]
    assert near == sorted(near, reverse=True)
    assert near[-1] == 0


def slow_errors(one: str, other: str) -> int:
    """Letters wrong, missing, too many, or swapped, counted by trying everything (optimal string alignment)."""
    if not one or not other:
        return len(one) + len(other)
    ways = [
        slow_errors(one[1:], other) + 1,
        slow_errors(one, other[1:]) + 1,
        slow_errors(one[1:], other[1:]) + (one[0] != other[0]),
    ]
    if len(one) > 1 and len(other) > 1 and one[:2] == other[1::-1]:
        ways.append(slow_errors(one[2:], other[2:]) + 1)
    return min(ways)


@given(st.text("abc", max_size=5), st.text("abc", max_size=5), st.integers(0, 3))
def test_errors_are_what_trying_everything_finds(one: str, other: str, most: int) -> None:
    fewest = slow_errors(one, other)
    assert errors(one, other, most) == (fewest if fewest <= most else None)


@given(st.text("ab1", min_size=4, max_size=6), st.text("ab1", min_size=3, max_size=7))
def test_the_index_finds_a_word_exactly_when_it_is_within_one_error(asked: str, known: str) -> None:
    found = bool(set(within_one_error(asked)) & set(opened([known])))
    assert found == (slow_errors(asked, known) <= 1)


@given(st.text(max_size=30))
def test_any_text_can_be_typed_and_known(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    for word in (*words(text), *typed(text), *number_forms(text)):
        assert word.isalnum()
        assert word_likeness(word, word) == EXACT


@given(WORDS)
def test_what_is_typed_whole_in_any_order_is_found_exactly(known: list[str]) -> None:
    index = set(grams(known))
    assert set(must_have(known)) <= index
    assert likeness(tuple(reversed(known)), known) == EXACT


@given(LETTERS, st.data())
def test_a_beginning_is_found(known: str, data: st.DataObject) -> None:
    begun = known[: data.draw(st.integers(1, len(known)))]
    if len(begun) != 1:
        assert set(must_have([begun])) <= set(grams([known]))
    assert word_likeness(begun, known) >= PREFIX


@given(st.text(string.ascii_lowercase, min_size=6, max_size=14), st.data())
def test_one_error_keeps_enough_in_common(known: str, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(known) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    mistyped = data.draw(
        st.sampled_from(
            [
                known[:n] + letter + known[n + 1 :],
                known[:n] + letter + known[n:],
                known[:n] + known[n + 1 :],
                known[:n] + known[n + 1 : n + 2] + known[n] + known[n + 2 :],
            ]
        )
    )
    assert errors(mistyped, known, 2) in (0, 1)
    assert word_likeness(mistyped, known) > 0
    assert set(within_one_error(mistyped)) & set(opened([known]))
    assert set(may_have([mistyped])) & set(grams([known]))
