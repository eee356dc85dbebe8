"""The dated law table (R0.5, R9.5, R9.7b)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from aggregates.rules.law import (
    CustomerKind,
    LawTerms,
    ReferenceRow,
    SplitPaymentRow,
    VatRateCode,
    reference,
    splits_payment,
    vat_percent,
)

LAW = LawTerms()


@pytest.mark.parametrize(
    ("on", "percent"),
    [
        (date(2005, 9, 16), 20),
        (date(2011, 9, 16), 20),
        (date(2011, 9, 17), 21),
        (date(2013, 9, 30), 21),
        (date(2013, 10, 1), 22),
        (date(2026, 11, 21), 22),
    ],
)
def test_the_ordinary_rate_by_date(on: date, percent: int) -> None:
    assert vat_percent(LAW, VatRateCode.ORDINARY, on) == Decimal(percent)


def test_a_date_before_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no ordinary VAT rate"):
        vat_percent(LAW, VatRateCode.ORDINARY, date(1997, 9, 30))


def test_printed_references_switch_with_the_new_vat_law() -> None:
    for code in ("S", "N1", "N2.1", "N3.1", "N3.2", "N3.5", "N4", "N6.7"):
        before, after = (reference(LAW, code, on) for on in (date(2026, 12, 31), date(2027, 1, 1)))
        assert before is not None
        assert after is not None
        assert "633/72" in before or "331/93" in before
        assert "D.Lgs. 10/2026" in after
        assert "633" not in after
    assert reference(LAW, "I", date(2026, 1, 1)) is None


def test_the_texts_of_the_new_law_are_marked_as_provisional() -> None:
    assert all(row.provisional == (row.from_on == date(2027, 1, 1)) for row in LAW.references)


def test_an_administrator_replaces_a_text() -> None:
    row = ReferenceRow(code="N6.7", from_on=date(2027, 1, 1), text="Inversione contabile art. 1 D.Lgs. 10/2026")
    kept = tuple(each for each in LAW.references if (each.code, each.from_on) != (row.code, row.from_on))
    law = LawTerms(references=(*kept, row))
    assert reference(law, "N6.7", date(2027, 5, 1)) == row.text
    assert reference(law, "N6.7", date(2026, 5, 1)) == reference(LAW, "N6.7", date(2026, 5, 1))


def test_a_reference_fits_the_invoice_format() -> None:
    with pytest.raises(ValidationError):
        ReferenceRow(code="S", from_on=date(2027, 1, 1), text="x" * 101)


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        (CustomerKind.PUBLIC_BODY, date(2026, 6, 30)),
        (CustomerKind.LISTED_BODY, date(2026, 6, 30)),
        (CustomerKind.QUOTED_COMPANY, date(2025, 6, 30)),
    ],
)
def test_split_payment_ends(kind: CustomerKind, last: date) -> None:
    assert splits_payment(LAW, kind, last)
    assert not splits_payment(LAW, kind, date.fromordinal(last.toordinal() + 1))


def test_split_payment_may_be_renewed_as_data() -> None:
    renewed = SplitPaymentRow(customer=CustomerKind.PUBLIC_BODY, from_on=date(2026, 7, 1))
    law = LawTerms(split_payments=(*LAW.split_payments, renewed))
    assert splits_payment(law, CustomerKind.PUBLIC_BODY, date(2030, 1, 1))


def test_the_table_travels_as_json() -> None:
    assert LawTerms.model_validate_json(LAW.model_dump_json()) == LAW
