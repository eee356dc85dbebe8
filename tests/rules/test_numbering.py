"""Document numbers of series and years (R8.4, R9.10)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.rules.numbering import STANDARD_SERIES, Document, Series, date_in_order, format_number, standard_series


@pytest.mark.parametrize(
    ("document", "code", "year", "n", "number"),
    [
        (Document.INVOICE, "", 2026, 45, "2026/45"),
        (Document.DELIVERY_NOTE, "A", 2026, 118, "A/2026/0118"),
        (Document.DELIVERY_NOTE, "R", 2026, 31, "R/2026/0031"),
        (Document.DELIVERY_NOTE, "A", 2027, 1, "A/2027/0001"),
        (Document.QUOTE, "", 2026, 31, "OFF-2026-0031"),
        (Document.CALL, "", 2026, 415, "CH-2026-0415"),
        (Document.CALL, "", 2026, 12345, "CH-2026-12345"),
        (Document.RMA, "", 2026, 7, "RMA-2026-0007"),
        (Document.ORDER, "", 2026, 12, "IC-2026-0012"),
        (Document.CONTRACT, "", 2026, 2, "2/2026"),
    ],
)
def test_standard_numbers(document: Document, code: str, year: int, n: int, number: str) -> None:
    assert format_number(standard_series(document, code), year, n) == number


def test_a_company_may_write_its_numbers_otherwise() -> None:
    assert (
        format_number(Series(document=Document.INVOICE, code="PA", pattern="{n:3}/{code}/{yy}"), 2026, 7) == "007/PA/26"
    )


@pytest.mark.parametrize("pattern", ["INV", "{year}/{n.__class__}", "{year}/{n", "{day}/{n}", "{n}/à", "{n}}"])
def test_patterns_that_cannot_be_numbers_are_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match=r"pattern|ASCII"):
        Series(document=Document.INVOICE, pattern=pattern)


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="start at 1"):
        format_number(standard_series(Document.INVOICE), 2026, 0)
    with pytest.raises(ValueError, match="longer than 20"):
        format_number(Series(document=Document.INVOICE, pattern="FATTURA-{year}-{n:9}"), 2026, 1)
    with pytest.raises(ValueError, match="no standard series"):
        standard_series(Document.DELIVERY_NOTE, "Z")


@pytest.mark.parametrize(
    ("last", "on", "good"),
    [
        (None, date(2026, 3, 24), True),
        (date(2026, 3, 25), date(2026, 3, 25), True),
        (date(2026, 3, 25), date(2026, 3, 26), True),
        (date(2026, 3, 25), date(2026, 3, 24), False),
        (date(2026, 3, 25), date(2027, 1, 2), False),
    ],
)
def test_dates_of_a_series_never_go_back(last: date | None, on: date, good: bool) -> None:
    assert date_in_order(last, on, 2026) is good


@given(st.sampled_from(STANDARD_SERIES), st.integers(2000, 2099), st.integers(1, 99_999), st.integers(1, 99_999))
def test_numbers_of_a_series_are_distinct_and_fit_an_invoice(series: Series, year: int, n: int, other: int) -> None:
    number = format_number(series, year, n)
    assert len(number) <= 20
    assert any(character.isdigit() for character in number)
    assert (number == format_number(series, year, other)) == (n == other)
