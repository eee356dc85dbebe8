"""Words of printed documents: payment terms and coverage as an Italian customer reads them."""

from __future__ import annotations

import pytest

from aggregates.coverage import CoverageKind
from aggregates.party import PaymentMethod
from aggregates.rules.payment_terms import ON_RECEIPT, PaymentPart, PaymentTerms, net_days
from projections.documents.words import METHODS, TITLES, coverage, payment


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        (ON_RECEIPT, "Bonifico, a vista"),
        (net_days(30), "Bonifico, 30 giorni data documento"),
        (net_days(30, end_of_month=True), "Bonifico, 30 giorni fine mese"),
        (net_days(30, 60, 90, end_of_month=True), "Bonifico, 30/60/90 giorni fine mese"),
        (PaymentTerms(parts=(PaymentPart(end_of_month=True),)), "Bonifico, fine mese"),
        (
            PaymentTerms(parts=(PaymentPart(days=30, end_of_month=True, extra_days=10),)),
            "Bonifico, 30 giorni fine mese più 10 giorni",
        ),
        (PaymentTerms(parts=(PaymentPart(months=2),)), "Bonifico, 2 mesi data documento"),
        (PaymentTerms(parts=(PaymentPart(months=1),)), "Bonifico, 1 mese data documento"),
        (PaymentTerms(parts=(PaymentPart(months=1, days=10),)), "Bonifico, 1 mese e 10 giorni data documento"),
        (
            PaymentTerms(parts=(PaymentPart(), PaymentPart(days=30, end_of_month=True))),
            "Bonifico, a vista e 30 giorni fine mese",
        ),
    ],
)
def test_payment_terms_are_told_as_people_say_them(terms: PaymentTerms, told: str) -> None:
    assert payment(terms, PaymentMethod.TRANSFER) == told


def test_every_method_and_kind_has_its_word() -> None:
    assert METHODS.keys() == set(PaymentMethod)
    assert len(set(TITLES.values())) == len(TITLES)


@pytest.mark.parametrize("kind", CoverageKind)
def test_every_coverage_has_its_word(kind: CoverageKind) -> None:
    assert coverage(kind, "2/2026")
    assert ("2/2026" in coverage(kind, "2/2026")) == (kind is CoverageKind.CONTRACT)
