"""Commands about goods sent again: with the same key never a second effect, with another one none that was taken.

A random history sends each accepted command three times: as it was, with its key once more, and with a new key.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from aggregates.base import Act, Refusal
from commands.catalog import BY_NAME
from gateways.wiring import Installation
from tests import goods_returns
from tests.goods_checks import check_everything
from tests.goods_deeds import DEEDS
from tests.goods_shop import Shop

DEEDS_IN_ALL = 130
MAKE_MORE = {
    "give-rma-loaner",
    "issue-part",
    "move-stock",
    "propose-invoices",
    "receive-purchase-order",
    "receive-rma",
    "receive-stock",
    "return-issued",
    "return-part",
    "start-stock-count",
    "take-back-goods",
}
"""Sent with a new key and no id of their own they are another movement or note: a person who means it twice."""
assert goods_returns


class Twice(Shop):
    """A shop where everything is sent again."""

    sent: Counter[str]

    def may(self, name: str, /, **fields: Any) -> dict[str, Any] | None:
        """Once, again with the same key, and again with a new one."""
        entry = BY_NAME[name]
        told = {key: value for key, value in fields.items() if value is not None}
        act = Act(by=told.pop("by", "user:test"), at=self.now, why=None)
        cmd, key, desk, log = (
            entry.command.model_validate(told),
            uuid4(),
            self.company.house.desk,
            self.company.house.log,
        )
        try:
            outcome = desk.execute(entry, cmd, act, key)
        except Refusal:
            return None
        position = log.position()
        again = desk.execute(entry, cmd, act, key)
        assert again.repeated
        assert (again.result, again.version) == (outcome.result, outcome.version)
        assert log.position() == position, f"{name} has a second effect with the same key"
        if name not in MAKE_MORE:
            self._anew(entry, cmd, act, uuid4(), position)
        self.__dict__.setdefault("sent", Counter())[name] += 1
        return outcome.result

    def _anew(self, entry: Any, cmd: Any, act: Act, key: UUID, position: int) -> None:
        with suppress(Refusal):
            self.company.house.desk.execute(entry, cmd, act, key)
        assert self.company.house.log.position() == position, f"{entry.name} is decided twice"


def test_nothing_about_goods_happens_twice(installation: Installation) -> None:
    shop, chance = Twice(installation), random.Random(7)
    names = sorted(DEEDS)
    for n in range(DEEDS_IN_ALL):
        name = names[n % len(names)] if n < len(names) * 2 else chance.choice(names)
        DEEDS[name](shop, *(chance.randrange(31) for _ in range(3)))
        if n % 20 == 0:
            shop.company.fold()
    check_everything(shop)
    assert len(shop.sent) > 25, sorted(shop.sent)
