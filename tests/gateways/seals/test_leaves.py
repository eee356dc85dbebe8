"""A leaf is the hash of canonical bytes: every word of a stored fact counts, and none can stand in for another."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.seals.leaves import SealedFact, canonical, leaf

COMPANY = "0e0c9d2e-3f6f-5d0a-9c53-0c4d6b3a1f11"
FACT = SealedFact(
    position=12,
    stream_id="5bb46d6e-22f1-5b3c-8a5a-15d1f1b1a001",
    version=3,
    event_id="5bb46d6e-22f1-5b3c-8a5a-15d1f1b1a002",
    command_id="5bb46d6e-22f1-5b3c-8a5a-15d1f1b1a003",
    recorded_at="2026-03-09T08:15:00.000000Z",
    topic="call.opened.v1",
    metadata='{"actor": "gino"}',
    state='{"text":"però"}'.encode(),
)


def test_the_bytes_of_a_fact_are_these_for_ever() -> None:
    assert (
        canonical(COMPANY, FACT)
        == (
            "libretto-fact-1\n0e0c9d2e-3f6f-5d0a-9c53-0c4d6b3a1f11\n12\n5bb46d6e-22f1-5b3c-8a5a-15d1f1b1a001\n3\n"
            "5bb46d6e-22f1-5b3c-8a5a-15d1f1b1a002\n5bb46d6e-22f1-5b3c-8a5a-15d1f1b1a003\n2026-03-09T08:15:00.000000Z\n"
            '14 17 16\ncall.opened.v1\n{"actor": "gino"}\n{"text":"però"}'
        ).encode()
    )
    assert leaf(COMPANY, FACT) == sha256(b"\x00" + canonical(COMPANY, FACT)).digest()


@pytest.mark.parametrize("field", SealedFact._fields)
def test_every_word_counts(field: str) -> None:
    value = getattr(FACT, field)
    other = value + 1 if isinstance(value, int) else value + (b" " if isinstance(value, bytes) else " ")
    changed = SealedFact(**{**FACT._asdict(), field: other})
    assert leaf(COMPANY, changed) != leaf(COMPANY, FACT)


def test_another_company_has_other_leaves() -> None:
    assert leaf(COMPANY.replace("0e", "0f", 1), FACT) != leaf(COMPANY, FACT)


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["a", "\n", " ", "1", "{}", "\n1 1 1\n"]), max_size=8), st.data())
def test_words_cannot_be_moved_from_one_place_to_another(words: list[str], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(words)), min_size=4, max_size=4)))

    def told(one: int, two: int) -> SealedFact:
        topic, metadata, state = "".join(words[:one]), "".join(words[one:two]), "".join(words[two:])
        return FACT._replace(topic=topic, metadata=metadata, state=state.encode())

    left, right = told(cuts[0], cuts[1]), told(cuts[2], cuts[3])
    assert (canonical(COMPANY, left) == canonical(COMPANY, right)) == (left == right)
