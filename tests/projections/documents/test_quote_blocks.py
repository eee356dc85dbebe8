"""The small markup of a quote's texts: paragraphs, points, bold; everything else stays as it was typed (QUO-3)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projections.documents.quote_blocks import paragraphs


def told(text: str) -> list[tuple[bool, list[tuple[str, bool]]]]:
    return [(each.is_point, [(run.text, run.bold) for run in each.runs]) for each in paragraphs(text)]


def test_paragraphs_points_and_bold() -> None:
    assert told("Gentile **signora**,\necco.\n\nCompreso:\n- **prova** a caldo\n- collaudo\nFine") == [
        (False, [("Gentile ", False), ("signora", True), (", ecco.", False)]),
        (False, [("Compreso:", False)]),
        (True, [("prova", True), (" a caldo", False)]),
        (True, [("collaudo", False)]),
        (False, [("Fine", False)]),
    ]


def test_what_is_no_markup_stays() -> None:
    for text in ("2 ** 3", "#let x = 1", "$a$ *b* _c_", "<b>c</b>", "** a**", "-senza spazio", "**"):
        assert told(text) == [(False, [(text, False)])]


@given(st.text(alphabet=st.sampled_from("ab *-\n"), max_size=40))
def test_no_word_is_lost(text: str) -> None:
    """Letters come out as they went in, in their order."""
    shown = "".join(run.text for each in paragraphs(text) for run in each.runs)
    assert [c for c in shown if c in "ab"] == [c for c in text if c in "ab"]
