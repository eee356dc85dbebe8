"""The contract of `Inventory` (contratto del magazzino): whoever writes an adapter lets a subclass of it run.

A subclass brings a fixture `warehouse` that answers a `Subject`. Everything here is said through the port.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest

from aggregates.inventory_values import AskedKind
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_lots import LotQuantity
from gateways.inventory.port import (
    NEVER_HEARD,
    Answer,
    Inventory,
    Levels,
    Movement,
    Promise,
    Status,
    StockLevel,
    every_level,
)

NOW = datetime(2026, 9, 16, 8, 0, tzinfo=UTC)


class Subject(Protocol):
    """A warehouse under test."""

    @property
    def inventory(self) -> Inventory:
        """The adapter, with pages of three rows."""

    def stocked(
        self, on_hand: str, *, serials: Sequence[str] = (), lots: Sequence[LotQuantity] = ()
    ) -> tuple[str, str]:
        """A new article with so many in a warehouse: their codes."""

    def other_warehouse(self) -> str:
        """The code of a second warehouse."""

    def losing(self) -> AbstractContextManager[Inventory]:
        """The adapter while what is asked is done but not answered."""

    def restart(self) -> None:
        """The other side ends without warning and comes back."""

    def settle(self) -> None:
        """Wait until levels show what was done."""


@dataclass
class Asked:
    """Short ways to say things to a warehouse."""

    subject: Subject
    article: str
    warehouse: str
    record: RecordRef

    def level(self, warehouse: str | None = None) -> StockLevel | None:
        self.subject.settle()
        wanted = warehouse or self.warehouse
        pages = every_level(self.subject.inventory, (self.article,), (wanted,))
        found = [one for page in pages for one in page.items]
        assert len(found) <= 1
        return found[0] if found else None

    def on_hand(self, warehouse: str | None = None) -> Decimal:
        level = self.level(warehouse)
        return level.on_hand if level else Decimal(0)

    def movement(self, kind: AskedKind, quantity: str, **more: Any) -> Movement:
        told = {"key": uuid4(), "record": self.record, "moved_at": NOW, "warehouse": self.warehouse, **more}
        return Movement(kind=kind, quantity=Decimal(quantity), article=self.article, **told)

    def promise(self, quantity: str, revision: int, reservation_id: UUID) -> Promise:
        return Promise(
            reservation_id=reservation_id,
            stream="s1",
            revision=revision,
            article=self.article,
            warehouse=self.warehouse,
            quantity=Decimal(quantity),
            firm=True,
            record=self.record,
        )


def begin(subject: Subject, on_hand: str, **pieces: Any) -> Asked:
    """A fresh article, so that tests do not meet."""
    article, warehouse = subject.stocked(on_hand, **pieces)
    return Asked(subject, article, warehouse, RecordRef(kind="rma", id=uuid4(), number="RMA-1"))


def at_once(*asks: Callable[[], Answer]) -> list[Answer]:
    """Several requests at the same moment."""
    answers: list[Answer] = []
    gate = threading.Barrier(len(asks))

    def run(ask: Callable[[], Answer]) -> None:
        gate.wait()
        answers.append(ask())

    threads = [threading.Thread(target=run, args=(ask,)) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


class InventoryContract:
    """What every adapter keeps."""

    def test_it_says_who_it_is(self, warehouse: Subject) -> None:
        assert warehouse.inventory.check()

    @pytest.mark.parametrize(
        ("kind", "quantity", "left"),
        [("issue", "2", 3), ("receive", "4", 9), ("count", "-1", 4), ("count", "2.5", "7.5")],
    )
    def test_a_movement_is_done_once_for_its_key(self, warehouse: Subject, kind: str, quantity: str, left: Any) -> None:
        asked = begin(warehouse, "5")
        movement = asked.movement(AskedKind(kind), quantity)
        assert warehouse.inventory.outcome_of_move(movement.key).code == NEVER_HEARD
        for _ in range(2):
            assert warehouse.inventory.move(movement).status is Status.ACCEPTED
        assert asked.on_hand() == Decimal(left)
        assert warehouse.inventory.outcome_of_move(movement.key).status is Status.ACCEPTED

    def test_the_same_key_for_something_else_is_refused(self, warehouse: Subject) -> None:
        asked = begin(warehouse, "5")
        movement = asked.movement(AskedKind.ISSUE, "2")
        warehouse.inventory.move(movement)
        other = warehouse.inventory.move(movement.model_copy(update={"quantity": Decimal(1)}))
        assert other.status is Status.REFUSED
        assert asked.on_hand() == 3

    def test_a_refusal_has_a_reason_and_no_effect_and_may_be_asked_again(self, warehouse: Subject) -> None:
        asked = begin(warehouse, "5")
        movement = asked.movement(AskedKind.ISSUE, "6")
        said = warehouse.inventory.move(movement)
        assert (said.status, said.code) == (Status.REFUSED, "stock-short")
        assert said.sentence
        assert asked.on_hand() == 5
        assert warehouse.inventory.outcome_of_move(movement.key).code == NEVER_HEARD
        warehouse.inventory.move(asked.movement(AskedKind.RECEIVE, "1"))
        assert warehouse.inventory.move(movement).status is Status.ACCEPTED
        assert asked.on_hand() == 0

    def test_what_it_never_had_is_refused(self, warehouse: Subject) -> None:
        asked = begin(warehouse, "5")
        unknown = asked.movement(AskedKind.ISSUE, "1").model_copy(update={"article": "NOT-THERE"})
        assert warehouse.inventory.move(unknown).status is Status.REFUSED

    def test_goods_go_to_another_warehouse_and_come_back_from_where_they_were_used(self, warehouse: Subject) -> None:
        asked = begin(warehouse, "5")
        van = warehouse.other_warehouse()
        assert warehouse.inventory.move(asked.movement(AskedKind.MOVE, "2", to_warehouse=van)).status is Status.ACCEPTED
        assert [asked.on_hand(), asked.on_hand(van)] == [3, 2]
        used = asked.movement(AskedKind.ISSUE, "2", warehouse=van)
        assert warehouse.inventory.move(used).status is Status.ACCEPTED
        back = asked.movement(AskedKind.RETURN, "1", warehouse=van, of_key=used.key)
        assert warehouse.inventory.move(back).status is Status.ACCEPTED
        too_much = asked.movement(AskedKind.RETURN, "2", warehouse=van, of_key=used.key)
        assert warehouse.inventory.move(too_much).code == "more-than-issued"
        assert [asked.on_hand(), asked.on_hand(van)] == [3, 1]

    def test_of_two_clients_at_once_one_gets_the_last_piece(self, warehouse: Subject) -> None:
        asked = begin(warehouse, "1")
        movements = [asked.movement(AskedKind.ISSUE, "1") for _ in range(2)]
        said = at_once(*(lambda one=one: warehouse.inventory.move(one) for one in movements))
        assert sorted(answer.status for answer in said) == [Status.ACCEPTED, Status.REFUSED]
        assert asked.on_hand() == 0

    def test_the_same_told_by_two_at_once_is_done_once(self, warehouse: Subject) -> None:
        asked = begin(warehouse, "5")
        movement = asked.movement(AskedKind.ISSUE, "2")
        at_once(*(lambda: warehouse.inventory.move(movement) for _ in range(4)))
        assert asked.on_hand() == 3
        counted = asked.movement(AskedKind.COUNT, "2")
        at_once(*(lambda: warehouse.inventory.move(counted) for _ in range(4)))
        assert asked.on_hand() == 5

    def test_a_promise_is_changed_and_released_and_the_later_revision_holds(self, warehouse: Subject) -> None:
        asked, reservation_id = begin(warehouse, "5"), uuid4()
        for quantity, revision in (("2", 1), ("7", 2), ("7", 2)):
            said = warehouse.inventory.promise(asked.promise(quantity, revision, reservation_id))
            assert said.status is Status.ACCEPTED
        level = asked.level()
        assert level is not None
        assert [level.promised, level.on_hand] == [7, 5]
        # The first, told again by someone who did not hear the answer.
        assert warehouse.inventory.promise(asked.promise("2", 1, reservation_id)).status is Status.ACCEPTED
        assert warehouse.inventory.outcome_of_promise(asked.promise("2", 1, reservation_id)).status is Status.ACCEPTED
        assert warehouse.inventory.outcome_of_promise(asked.promise("0", 3, reservation_id)).code == NEVER_HEARD
        after = asked.level()
        assert after is not None
        assert after.promised == 7
        assert warehouse.inventory.promise(asked.promise("0", 3, reservation_id)).status is Status.ACCEPTED
        released = asked.level()
        assert released is not None
        assert released.promised == 0

    def test_a_movement_uses_the_promise_to_its_record(self, warehouse: Subject) -> None:
        asked, reservation_id = begin(warehouse, "5"), uuid4()
        warehouse.inventory.promise(asked.promise("3", 1, reservation_id))
        left = asked.promise("1", 2, reservation_id)
        warehouse.inventory.move(asked.movement(AskedKind.ISSUE, "2", promises=(left,)))
        level = asked.level()
        assert level is not None
        assert [level.on_hand, level.promised] == [3, 1]

    def test_pieces_are_named_and_none_leaves_that_is_not_there(self, warehouse: Subject) -> None:
        asked = begin(warehouse, "2", serials=("SN-1", "SN-2"))
        said = warehouse.inventory.move(asked.movement(AskedKind.ISSUE, "1", serials=("SN-9",)))
        assert (said.status, said.code) == (Status.REFUSED, "serial-not-here")
        assert (
            warehouse.inventory.move(asked.movement(AskedKind.ISSUE, "1", serials=("SN-1",))).status is Status.ACCEPTED
        )
        found = asked.movement(AskedKind.COUNT, "0", serials=("SN-7",), serials_missing=("SN-2",))
        assert warehouse.inventory.move(found).status is Status.ACCEPTED
        level = asked.level()
        assert level is not None
        assert level.on_hand == 1
        assert level.serials == ("SN-7",)

    def test_lots_come_and_go(self, warehouse: Subject) -> None:
        asked = begin(warehouse, "3", lots=(LotQuantity(code="L1", quantity=Decimal(3)),))
        lot = (LotQuantity(code="L1", quantity=Decimal(2)),)
        assert warehouse.inventory.move(asked.movement(AskedKind.ISSUE, "2", lots=lot)).status is Status.ACCEPTED
        more = (LotQuantity(code="L2", quantity=Decimal("1.5")),)
        assert warehouse.inventory.move(asked.movement(AskedKind.RECEIVE, "1.5", lots=more)).status is Status.ACCEPTED
        level = asked.level()
        assert level is not None
        assert {one.code: one.quantity for one in level.lots or ()} == {"L1": Decimal(1), "L2": Decimal("1.5")}

    def test_an_answer_that_was_lost_is_found_by_its_key(self, warehouse: Subject) -> None:
        asked = begin(warehouse, "5")
        movement, promise = asked.movement(AskedKind.ISSUE, "2"), asked.promise("2", 1, uuid4())
        with warehouse.losing() as line:
            assert line.move(movement).status is Status.UNKNOWN
        with warehouse.losing() as line:
            assert line.promise(promise).status is Status.UNKNOWN
        assert warehouse.inventory.outcome_of_move(movement.key).status is Status.ACCEPTED
        assert warehouse.inventory.outcome_of_promise(promise).status is Status.ACCEPTED
        assert warehouse.inventory.move(movement).status is Status.ACCEPTED
        assert asked.on_hand() == 3

    def test_it_remembers_after_it_was_killed(self, warehouse: Subject) -> None:
        asked = begin(warehouse, "5")
        movement = asked.movement(AskedKind.ISSUE, "2")
        warehouse.inventory.move(movement)
        warehouse.restart()
        assert warehouse.inventory.outcome_of_move(movement.key).status is Status.ACCEPTED
        assert warehouse.inventory.move(movement).status is Status.ACCEPTED
        assert asked.on_hand() == 3

    def test_levels_come_in_pages_with_their_instant(self, warehouse: Subject) -> None:
        begun = [begin(warehouse, str(n + 1)) for n in range(7)]
        warehouse.settle()
        pages: list[Levels] = list(every_level(warehouse.inventory, (), (begun[0].warehouse,)))
        assert len(pages) >= 3
        assert all(len(page.items) <= 3 for page in pages)
        assert all(page.as_of.tzinfo is not None for page in pages)
        told = {one.article: one.on_hand for page in pages for one in page.items}
        assert {one.article: told[one.article] for one in begun} == {one.article: n + 1 for n, one in enumerate(begun)}
        assert len(told) == sum(len(page.items) for page in pages)

    def test_an_unknown_article_is_left_out_of_levels(self, warehouse: Subject) -> None:
        asked = begin(warehouse, "5")
        warehouse.settle()
        assert warehouse.inventory.levels(("NOT-THERE",), (asked.warehouse,)).items == ()
