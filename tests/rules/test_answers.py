"""Answers: one way of writing, limits, and checklists whose state does not depend on the order of arrival."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.base import Act
from aggregates.checklist import Checklist
from aggregates.protocol import Operation, Protocol, ProtocolTerms, ProtocolVersion
from aggregates.rules.answers import AnswerKind, AnswerUnfit, Question

START = datetime(2026, 9, 1, 7, tzinfo=UTC)
NUMBER = Question(key="n", text="N", kind=AnswerKind.NUMBER, lowest=Decimal("1.2"), highest=Decimal("1.8"))
OPERATIONS = (
    Operation(key="done", text="Fatto"),
    Operation(key="n", text="N", kind=AnswerKind.NUMBER, lowest=Decimal("1.2"), highest=Decimal("1.8")),
    Operation(key="t", text="T", kind=AnswerKind.TEXT, mandatory=False),
)


@pytest.mark.parametrize(
    ("text", "read"),
    [("1.50", "1.5"), ("+01", "01"), ("-0.0", "0"), ("0.00", "0"), ("100", "100"), (" 7 ", "7"), ("-2.50", "-2.5")],
)
def test_numbers_have_one_way_of_writing(text: str, read: str) -> None:
    assert Decimal(NUMBER.read(text)) == Decimal(read)
    assert NUMBER.read(NUMBER.read(text)) == NUMBER.read(text)


@pytest.mark.parametrize("text", ["", "1,5", "1e9", "NaN", "Infinity", "1.", ".5", "1 000", "9" * 60, "０５"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(AnswerUnfit):
        NUMBER.read(text)


@pytest.mark.parametrize(
    ("text", "outside"), [("1.2", False), ("1.19999", True), ("1.8", False), ("1.80", False), ("1.80001", True)]
)
def test_the_limits_themselves_are_inside(text: str, outside: bool) -> None:
    assert NUMBER.is_out_of_limits(NUMBER.read(text)) is outside


@given(st.decimals(min_value=-10, max_value=10, places=4))
def test_limits_are_inside(value: Decimal) -> None:
    read = NUMBER.read(format(value, "f"))
    assert Decimal(read) == value
    assert NUMBER.is_out_of_limits(read) == (not Decimal("1.2") <= value <= Decimal("1.8"))


@given(st.decimals(min_value=-10, max_value=10, places=3), st.integers(0, 5))
def test_the_same_number_is_written_the_same(value: Decimal, zeros: int) -> None:
    assert NUMBER.read(format(value, "f")) == NUMBER.read(format(value, "f") + "0" * zeros)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("done", [True, "done"], [False, "no", "x"]),
        ("yes_no", [True, False, "yes", "no"], ["maybe", ""]),
        ("date", ["2026-02-28"], ["2026-02-30", "28/02/2026"]),
        ("photo", ["a" * 64], ["a" * 63, "A" * 64]),
        ("text", ["x"], ["", "  ", "x" * 4001]),
    ],
)
def test_each_kind_of_answer(kind: str, good: list[Any], bad: list[Any]) -> None:
    question = Question.model_validate({"key": "q", "text": "Q", "kind": kind})
    assert all(question.read(value) for value in good)
    for value in bad:
        with pytest.raises(AnswerUnfit):
            question.read(value)


def checklist() -> Checklist:
    """A fresh one."""
    act = Act(by="user:test", at=START)
    protocol = Protocol.define("p", ProtocolTerms(name="P"), act)
    protocol.set_operations(ProtocolVersion(from_on=date(2026, 1, 1), operations=OPERATIONS), act)
    return Checklist.open(protocol, date(2026, 9, 1), act, call_id=UUID(int=1))


def tell(one: Checklist, answer: tuple[int, str, str | None]) -> None:
    """Answer, or skip, as a device would send it."""
    minutes, key, value = answer
    act = Act(by="user:gino", at=START + timedelta(minutes=minutes))
    if value is None:
        one.skip(key, "Non accessibile", act)
    else:
        one.answer(key, value, None, act)
    one.complete(act)


ANSWERS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 4), st.just("done"), st.sampled_from(["done", None])),
        st.tuples(st.integers(0, 4), st.just("n"), st.sampled_from(["1.2", "1.5", "1.81", "-1", None])),
        st.tuples(st.integers(0, 4), st.just("t"), st.sampled_from(["a", "b", None])),
    ),
    max_size=12,
)


def state(one: Checklist) -> Any:
    """What counts."""
    return one.results, one.missing(), one.completed, [each.model_dump() for each in one.frozen().results]


@given(ANSWERS, st.randoms(use_true_random=False), st.integers(1, 3))
def test_any_order_and_any_repetition_give_the_same_state(answers: list[Any], random: Any, times: int) -> None:
    in_order, shuffled = checklist(), checklist()
    for answer in answers:
        tell(in_order, answer)
    sent = answers * times
    random.shuffle(sent)
    for answer in sent:
        tell(shuffled, answer)
    assert state(shuffled) == state(in_order)
    recorded = [event for event in shuffled.pending_events if isinstance(event, Checklist.Answered)]
    assert len(recorded) == len(set(answers)), "the same answer twice is one fact"


@given(ANSWERS)
def test_what_counts_is_the_last_in_the_world(answers: list[Any]) -> None:
    one = checklist()
    for answer in answers:
        tell(one, answer)
    for key, result in one.results.items():
        latest = max(minutes for minutes, told, _ in answers if told == key)
        assert result.at == START + timedelta(minutes=latest)
    told = {key for _, key, _ in answers}
    assert one.completed == ({"done", "n"} <= told)
