"""Goods and paper in any order, through the public commands: what is there, promised, ordered and billed stays true.

`LIBRETTO_GOODS_EXAMPLES` and `LIBRETTO_GOODS_STEPS` make the histories more and longer than the suite has time for.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from gateways.wiring import Installation
from tests import goods_returns
from tests.goods_checks import check_everything, check_read_models
from tests.goods_deeds import DEEDS
from tests.goods_shop import Shop

USUAL_EXAMPLES = 5
EXAMPLES = int(os.environ.get("LIBRETTO_GOODS_EXAMPLES", USUAL_EXAMPLES))
STEPS = int(os.environ.get("LIBRETTO_GOODS_STEPS", "14"))
assert goods_returns
SOME = st.lists(
    st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)),
    min_size=1,
    max_size=4,
)


class GoodsHistory(RuleBasedStateMachine):
    """A shop whose people do as they like."""

    INSTALLATION: ClassVar[Installation]
    DONE: ClassVar[Counter[str]]
    shop: Shop | None = None

    @initialize()
    def begin(self) -> None:
        self.shop = Shop(self.INSTALLATION)

    @rule(deeds=SOME)
    def people_do(self, deeds: list[tuple[str, int, int, int]]) -> None:
        assert self.shop is not None
        for name, *numbers in deeds:
            DEEDS[name](self.shop, *numbers)
        check_everything(self.shop)

    def teardown(self) -> None:
        if self.shop is not None:
            check_read_models(self.shop.company)
            self.DONE.update(self.shop.done)


def test_whatever_people_do_with_goods(installation: Installation) -> None:
    GoodsHistory.INSTALLATION, GoodsHistory.DONE = installation, Counter()
    run_state_machine_as_test(
        GoodsHistory,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=EXAMPLES == USUAL_EXAMPLES,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {"receive-stock", "request-rma", "issue-delivery-note", "draft-purchase-order"} <= set(GoodsHistory.DONE)
