"""Any history of a return: quantities stay within what was expected, and no customer's goods are left or ours."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregates.base import Refusal
from aggregates.stock import Ownership
from tests.commands.goods import CUSTOMER, GINO, X
from tests.commands.returns import SUPPLIER, firm, levels
from tests.dsl import Company, Do, do

KINDS = [
    "receive",
    "unexpected",
    "missing",
    "send",
    "back",
    "other",
    "kept",
    "repaired",
    "credited",
    "scrapped",
    "ship",
]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "receive",
                "unexpected",
                "missing",
                "send",
                "back",
                "other",
                "kept",
                "repaired",
                "credited",
                "scrapped",
                "ship",
            ]
        ),
        st.integers(0, 2),
        st.integers(1, 3),
    ),
    max_size=12,
)


def _step(rma_id: UUID, items: list[UUID], name: str, at: int, quantity: int) -> Do:
    one: dict[str, Any] = {"rma_id": rma_id, "item_id": items[at % len(items)]}
    some = {"item_id": one["item_id"], "quantity": str(quantity)}
    results = {"back": "repaired", "other": "replaced", "kept": "credited"}
    if name == "receive":
        return do("receive-rma", rma_id=rma_id, items=[some])
    if name == "unexpected":
        items.append(uuid4())
        goods = {"item_id": items[-1], "description": "Altro", "article_id": X, "quantity": str(quantity)}
        return do("receive-rma", rma_id=rma_id, unexpected=[goods])
    if name == "missing":
        return do("note-missing-rma-item", **one, reason="Non arriva")
    if name == "send":
        return do("send-rma-to-supplier", rma_id=rma_id, item_ids=[one["item_id"]], supplier_id=SUPPLIER)
    if name in results:
        return do("take-back-from-supplier", **one, result=results[name])
    if name == "ship":
        return do("return-rma", rma_id=rma_id, item_ids=[one["item_id"]])
    return do("decide-rma-outcome", **one, outcome=name)


def _try(company: Company, step: Do) -> None:
    try:
        company.execute(step)
    except Refusal:
        return


def _end(company: Company, rma_id: UUID) -> None:
    """Bring everything to its end, as people would: back from suppliers, decided, sent back, closed."""
    for item_id in list(company.record(rma_id).items):
        _try(company, do("take-back-from-supplier", rma_id=rma_id, item_id=item_id, result="refused"))
        for outcome in ("repaired", "credited"):  # what a supplier kept can only be credited
            if company.record(rma_id).outcomes.get(item_id) is None:
                _try(company, do("decide-rma-outcome", rma_id=rma_id, item_id=item_id, outcome=outcome))
        _try(company, do("return-rma", rma_id=rma_id, item_ids=[item_id]))
    company.execute(do("close-rma", rma_id=rma_id, why="Finito"))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, by_van=st.booleans())
def test_no_history_leaves_or_takes_a_customers_goods(company: Company, steps: list[Any], by_van: bool) -> None:
    if company.record(SUPPLIER) is None:
        firm(company)
    rma_id, items = uuid4(), [uuid4(), uuid4()]
    wanted = [{"item_id": one, "description": "Scheda", "article_id": X, "quantity": "2"} for one in items]
    if by_van:
        taken: dict[str, Any] = {"customer_id": CUSTOMER, "goods": wanted, "technician_id": GINO}
        company.execute(do("pick-up-goods", rma_id=rma_id, **taken))
    else:
        company.execute(do("request-rma", rma_id=rma_id, customer_id=CUSTOMER, items=wanted))
    own = levels(company, X)[("MAIN", "own")]
    for name, at, quantity in steps:
        _try(company, _step(rma_id, items, name, at, quantity))
        rma = company.record(rma_id)
        for item_id, item in rma.items.items():
            came = rma.received.get(item_id, Decimal(0))
            assert 0 <= came <= item.quantity
            assert came + rma.missing.get(item_id, Decimal(0)) <= item.quantity
    _end(company, rma_id)
    left = {place: found for place, found in levels(company, X).items() if place[1] == Ownership.CUSTOMER}
    assert left == {}
    assert levels(company, X)[("MAIN", "own")] == own
    assert levels(company, X).get(("FAULTY", "own"), ("0", "0.00"))[1] == "0.00"
