"""The matrix of R4.1: which source covers which item of cost, and that the first match wins item by item."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.because import because
from aggregates.call_values import ChargeItem
from aggregates.coverage import Cover, Coverage, CoverageKind
from aggregates.rules.coverage import CoverageRules, Items

RULES = CoverageRules()
ALL = tuple(ChargeItem)
CALL_FEE, TRAVEL, LABOUR, OVERTIME, PARTS, CONSUMABLES, PER_DIEM, BOARD, THIRD = ALL
CONSUMER = (CALL_FEE, TRAVEL, LABOUR, OVERTIME, PARTS, PER_DIEM, BOARD, THIRD)


def cover(n: int, items: Items = (), **more: Any) -> Cover:
    """A contract line that covers items."""
    return Cover(kind=CoverageKind.CONTRACT, items=items, because=because("contract", number=n), **more)


def decided(*covers: Cover) -> Coverage:
    """A coverage of these, in their order."""
    return Coverage(kind=covers[0].kind if covers else CoverageKind.CHARGEABLE, covers=covers)


@pytest.mark.parametrize("kind", ["legal", "repair"])
@pytest.mark.parametrize(("consumer", "items"), [(True, CONSUMER), (False, (LABOUR, PARTS))])
def test_warranties_cover_the_column_of_the_customers_kind(kind: str, consumer: bool, items: Items) -> None:
    assert RULES.warranty(kind, ALL, consumer) == items


def test_what_a_legal_warranty_leaves_out_is_left_out() -> None:
    assert RULES.warranty("legal", (PARTS, CONSUMABLES, CALL_FEE), True) == (CALL_FEE, PARTS)


@pytest.mark.parametrize("kind", ["manufacturer", "extended"])
def test_the_written_terms_of_a_commercial_warranty_decide(kind: str) -> None:
    assert RULES.warranty(kind, (TRAVEL, CONSUMABLES), False) == (TRAVEL, CONSUMABLES)
    assert RULES.warranty(kind, ALL, False) == (LABOUR, PARTS)


def test_a_parts_warranty_covers_no_item_of_the_call() -> None:
    assert RULES.warranty("part", ALL, True) == ()


def test_a_contract_line_covers_what_it_names_or_what_its_kind_does() -> None:
    assert RULES.contract(True, ()) == (CALL_FEE, TRAVEL, LABOUR, PARTS)
    assert RULES.contract(True, (LABOUR,)) == (LABOUR,)
    assert RULES.contract(False, ()) == ()
    assert RULES.contract(False, (PARTS, LABOUR)) == (LABOUR, PARTS)


def test_the_cells_that_are_parameters_can_be_set() -> None:
    ours = CoverageRules(business_warranty=(CALL_FEE, LABOUR, PARTS, THIRD), full_contract=(LABOUR, CONSUMABLES))
    assert ours.warranty("legal", ALL, False) == (CALL_FEE, LABOUR, PARTS, THIRD)
    assert ours.contract(True, ()) == (LABOUR, CONSUMABLES)


@given(st.lists(st.lists(st.sampled_from(ALL), unique=True).map(tuple), max_size=6))
def test_each_item_goes_to_the_first_that_has_it(columns: list[Items]) -> None:
    coverage = decided(*(cover(n, items) for n, items in enumerate(columns)))
    for item in ALL:
        decision = coverage.decide(item)
        having = [n for n, items in enumerate(columns) if item in items]
        assert decision.is_covered == bool(having)
        if having:
            assert decision.because is not None
            assert decision.because.values == {"number": str(having[0])}


def test_what_no_cover_has_is_charged_and_says_what_leaves_it_out() -> None:
    decision = decided(cover(7, (LABOUR,))).decide(PARTS)
    assert (decision.is_covered, decision.kind) == (False, CoverageKind.CHARGEABLE)
    assert decision.reason == "Voce non compresa nel contratto 7: a pagamento."


def test_consumables_of_the_fix_belong_to_a_consumers_warranty_before_any_contract() -> None:
    coverage = decided(cover(1, (PARTS,), consumables_in_fix=True), cover(2, (CONSUMABLES,)))
    assert coverage.decide(CONSUMABLES, in_fix=True).cover == coverage.covers[0]
    assert coverage.decide(CONSUMABLES).cover == coverage.covers[1]
    assert not decided(coverage.covers[0]).decide(CONSUMABLES).is_covered


def test_a_parts_warranty_covers_its_article_alone() -> None:
    coverage = decided(cover(1, article_code="FUS"), cover(2, (LABOUR,)))
    assert coverage.decide(PARTS, article_code="fus").is_covered
    assert not coverage.decide(PARTS, article_code="KIT").is_covered
    assert not coverage.decide(PARTS).is_covered


def test_a_block_covers_nothing_whatever_stands_beside_it() -> None:
    blocked = Coverage(
        kind=CoverageKind.BLOCKED, because=because("blocked-manual", number="1"), covers=(cover(1, ALL),)
    )
    assert not any(blocked.decide(item).is_covered for item in ALL)
    assert not blocked.starts_clocks


@pytest.mark.parametrize("kind", [CoverageKind.CONTRACT, CoverageKind.WARRANTY])
def test_decisions_from_before_covers_were_kept_hold_for_every_item(kind: CoverageKind) -> None:
    old = Coverage.model_validate({"kind": kind.value, "reason": "Covered by contract 1/2026 until 2026-12-31."})
    assert all(old.decide(item).is_covered for item in ALL)
    assert old.decide(LABOUR).reason == old.why == "Covered by contract 1/2026 until 2026-12-31."


@given(st.lists(st.sampled_from(ALL)).map(tuple), st.booleans(), st.sampled_from(["legal", "repair"]))
def test_a_warranty_never_covers_more_than_it_names(covers: Items, consumer: bool, kind: str) -> None:
    found = RULES.warranty(kind, covers, consumer)
    assert set(found) <= set(covers)
    assert set(RULES.warranty(kind, covers, False)) <= set(RULES.warranty(kind, covers, True))
