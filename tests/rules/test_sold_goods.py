"""Goods sold: the documents of one sale speak of one lot, and nothing sold is lost or counted twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.rules.sold_goods import Lot, SaleDocument, SaleDocumentKind, SaleReference, SoldLine, follow

STREAM = UUID(int=9)
ORDER, NOTE, INVOICE = SaleDocumentKind


def document(
    kind: SaleDocumentKind, number: str = "1", on: date = date(2026, 3, 2), *references: tuple[SaleDocumentKind, str]
) -> SaleDocument:
    named = tuple(SaleReference(kind=kind, number=number) for kind, number in references)
    return SaleDocument(kind=kind, number=number, dated_on=on, references=named)


def line(
    quantity: str | int, *serials: str, code: str = "PR-1", amount: str | None = None, number: int = 1
) -> SoldLine:
    return SoldLine(
        number=number,
        article_code=code,
        description=code,
        quantity=Decimal(quantity),
        serials=serials,
        amount=None if amount is None else Decimal(amount),
    )


def told(lots: Sequence[Lot], *steps: tuple[SaleDocument, SoldLine]) -> list[Lot]:
    """The lots after some documents."""
    known = {lot.lot_id: lot for lot in lots}
    for said, its in steps:
        known |= {lot.lot_id: lot for lot in follow(tuple(known.values()), said, its, STREAM)}
    return list(known.values())


def seen(lots: Sequence[Lot]) -> list[tuple[str, str, str]]:
    """Quantity, serials and documents of lots, in order."""
    return sorted(
        (str(lot.quantity), ",".join(lot.serials), "+".join(f"{one.kind[0]}{one.number}" for one in lot.told))
        for lot in lots
    )


def test_three_documents_of_the_same_goods_are_one_lot() -> None:
    lots = told(
        (),
        (document(ORDER), line(2, amount="2000.00")),
        (document(NOTE, "7", date(2026, 3, 12)), line(2, "A", "B")),
        (document(INVOICE, "9", date(2026, 3, 31)), line(2)),
    )
    assert seen(lots) == [("2", "A,B", "o1+d7+i9")]
    assert (lots[0].amount, lots[0].delivered_on) == (Decimal("2000.00"), date(2026, 3, 12))


def test_a_partial_delivery_splits_the_goods_and_their_price() -> None:
    first = document(NOTE, "7", date(2026, 3, 12))
    lots = told((), (document(ORDER), line(3, amount="1000.00")), (first, line(2, "A", "B")))
    assert seen(lots) == [("1", "", "o1"), ("2", "A,B", "o1+d7")]
    assert sorted(str(lot.amount) for lot in lots) == ["333.33", "666.67"]
    lots = told(lots, (document(NOTE, "8", date(2026, 4, 2)), line(1, "C")))
    assert seen(lots) == [("1", "C", "o1+d8"), ("2", "A,B", "o1+d7")]
    assert sorted(str(lot.delivered_on) for lot in lots) == ["2026-03-12", "2026-04-02"]


def test_serials_say_which_goods_an_invoice_is_about() -> None:
    lots = told((), (document(NOTE, "7"), line(3, "A", "B", "C")), (document(INVOICE, "9"), line(1, "b")))
    assert seen(lots) == [("1", "B", "d7+i9"), ("2", "A,C", "d7")]


def test_goods_with_other_serials_are_other_goods() -> None:
    lots = told((), (document(NOTE, "7"), line(1, "A")), (document(INVOICE, "9"), line(1, "Z")))
    assert seen(lots) == [("1", "A", "d7"), ("1", "Z", "i9")]


def test_a_named_document_says_which_goods() -> None:
    lots = told(
        (),
        (document(ORDER, "1"), line(1)),
        (document(ORDER, "2"), line(1)),
        (document(NOTE, "7", date(2026, 3, 12), (ORDER, "2")), line(2)),
    )
    assert seen(lots) == [("1", "", "d7"), ("1", "", "o1"), ("1", "", "o2+d7")]


def test_two_documents_of_one_kind_never_speak_of_the_same_goods() -> None:
    lots = told((), (document(ORDER, "1"), line(1)), (document(ORDER, "2"), line(1)))
    assert seen(lots) == [("1", "", "o1"), ("1", "", "o2")]


def test_a_note_proves_the_delivery_better_than_the_invoice_before_it() -> None:
    lots = told(
        (), (document(INVOICE, "9", date(2026, 3, 31)), line(1)), (document(NOTE, "7", date(2026, 3, 12)), line(1))
    )
    assert [lot.delivered_on for lot in lots] == [date(2026, 3, 12)]


def test_an_order_delivers_nothing() -> None:
    assert [lot.delivered_on for lot in told((), (document(ORDER), line(1)))] == [None]


def test_lines_have_no_more_serials_than_pieces_and_none_twice() -> None:
    with pytest.raises(ValidationError, match="2 serial numbers for 1 pieces"):
        line(1, "A", "B")
    with pytest.raises(ValidationError, match="twice"):
        line(2, "A", "a")


SERIALS = st.lists(st.sampled_from("ABCDEFGH"), unique=True, max_size=5)
LINES = st.tuples(st.sampled_from(SaleDocumentKind), st.integers(1, 6), SERIALS)


@given(st.lists(LINES, max_size=8))
def test_nothing_sold_is_lost_or_counted_twice(steps: list[tuple[SaleDocumentKind, int, list[str]]]) -> None:
    """Each document speaks of exactly its quantity and of all its serials, and pieces never vanish."""
    lots: list[Lot] = []
    for number, (kind, quantity, serials) in enumerate(steps, 1):
        said = document(kind, str(number))
        its = line(max(quantity, len(serials)), *serials, amount="100.01")
        before = sum(lot.quantity for lot in lots)
        lots = told(lots, (said, its))
        mine = [lot for lot in lots if any(one.key == said.key for one in lot.told)]
        assert sum(lot.quantity for lot in mine) == its.quantity
        assert set(serials) <= {serial for lot in mine for serial in lot.serials}
        assert sum(lot.quantity for lot in lots) >= before
        assert all(lot.quantity > 0 and len(lot.serials) <= lot.quantity for lot in lots)
        assert all(len({one.kind for one in lot.told}) == len(lot.told) for lot in lots)
        assert all(lot.amount is not None for lot in lots)
