"""The table of transport reasons, row by row, and the reasons that free words mean (R8.3, R8.5, R8.6)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.transport_reasons import TRANSPORT_REASONS, Reason, TransportReason, reason_named, return_deadline

ROWS = [
    ("for_repair", True, "in", "no", None),
    ("repaired_return", True, "out", "service", "R"),
    ("sent_for_repair", False, "to_supplier", "no", "A"),
    ("unrepaired_return", True, "out", "diagnosis_fee", "R"),
    ("warranty_replacement", False, "out", "if_claim_fails", "A"),
    ("free_warranty", False, "out", "no", "A"),
    ("faulty_return", False, "in", "no", None),
    ("loan", False, "to_customer", "no", "A"),
    ("on_approval", False, "to_customer", "unless_returned", "A"),
    ("sale", False, "out", "sale", "A"),
    ("customer_return", False, "in", "credit_note", None),
    ("supplier_return", False, "out", "supplier_credit", "A"),
    ("internal_transfer", False, "between_ours", "no", "A"),
]
WORDS = [
    ("", Reason.SALE),
    ("C/Visione", Reason.ON_APPROVAL),
    ("in conto visione e prova", Reason.ON_APPROVAL),
    ("Reso lavorato", Reason.REPAIRED_RETURN),
    ("RESO DA C/RIPARAZIONE", Reason.REPAIRED_RETURN),
    ("reso non riparato", Reason.UNREPAIRED_RETURN),
    ("Invio in c/riparazione", Reason.SENT_FOR_REPAIR),
    ("conto riparazione", Reason.FOR_REPAIR),
    ("Sostituzione in garanzia", Reason.WARRANTY_REPLACEMENT),
    ("Reso merce guasta", Reason.FAULTY_RETURN),
    ("Muletto", Reason.LOAN),
    ("comodato d’uso gratuito", Reason.LOAN),
    ("Comodato d'uso", Reason.LOAN),
    ("Reso a fornitore", Reason.SUPPLIER_RETURN),
    ("trasferimento tra magazzini", Reason.INTERNAL_TRANSFER),
    ("boh", None),
]


@pytest.mark.parametrize(("reason", "theirs", "effect", "billing", "series"), ROWS)
def test_each_row_of_the_table(reason: str, theirs: bool, effect: str, billing: str, series: str | None) -> None:
    row = TRANSPORT_REASONS[Reason(reason)]
    assert (row.customers_goods, row.effect, row.billing, row.series) == (theirs, effect, billing, series)
    assert row.is_outbound is (series is not None), "goods that come in travel with the sender's own document"


def test_the_table_is_whole() -> None:
    assert {Reason(row[0]) for row in ROWS} == set(Reason) == set(TRANSPORT_REASONS)


@pytest.mark.parametrize(("words", "reason"), WORDS)
def test_words_mean_a_row(words: str, reason: Reason | None) -> None:
    assert reason_named(words) is reason


@pytest.mark.parametrize("row", TRANSPORT_REASONS.values(), ids=lambda row: row.reason)
def test_a_rows_own_text_means_itself_however_it_is_written(row: TransportReason) -> None:
    assert {reason_named(text) for text in (row.text, row.text.upper(), row.text.lower())} == {row.reason}


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_only_goods_on_approval_have_a_year(day: date) -> None:
    by = return_deadline(Reason.ON_APPROVAL, day)
    assert by is not None
    assert (by.year, by.month) == (day.year + 1, day.month)
    assert by.day == day.day or (day.month, day.day) == (2, 29)
    assert return_deadline(Reason.LOAN, day) is None
