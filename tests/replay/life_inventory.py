"""Another's warehouse in a company's life (magazzino esterno): connected, told, refusing, reporting."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.article import article_id
from aggregates.inventory_values import AskedKind, LinkState
from aggregates.warehouse import warehouse_id
from commands.inventory import (
    FIND,
    LEVEL,
    REFUSE,
    TAKE,
    FindInventory,
    RecordInventoryLevel,
    RecordInventoryRefusal,
    RecordInventoryTaken,
)
from tests.dsl import do
from tests.replay.living import Life, named

OUTSIDE, SEAL = warehouse_id("EST"), article_id("SEAL-9")
AT = "2026-11-20T09:00"
RMA: dict[str, Any] = {"kind": "rma", "id": named("outside rma"), "number": "RMA-2026-0090"}


def connecting(life: Life) -> None:
    """A link, its warehouse, what it calls an article; moved, taken down, found again."""
    life.do("open-warehouse", AT, code="EST", name="Magazzino del gestionale")
    life.do("register-article", AT, code="SEAL-9", description="Guarnizione", kind="part")
    there = {"secret_name": "erp"}
    life.do("connect-inventory", AT, address="https://erp.example.it/inventory", **there)
    life.duty(FIND, FindInventory(state=LinkState.READY, told="Gestionale"), AT)
    place: dict[str, Any] = {"article_id": SEAL, "warehouse_id": OUTSIDE}
    life.do("reserve-part", AT, **place, reservation_id=named("outside promise"), quantity="5", record=RMA)
    life.do("set-warehouse-keeper", AT, warehouse_id=OUTSIDE, managed_by="erp", their_code="01")
    life.do("name-inventory-article", AT, article_id=SEAL, their_code="100-SEAL")
    life.do("check-inventory", AT)
    life.do("disconnect-inventory", AT)
    life.do("connect-inventory", AT, address="https://erp.example.it/v2", **there)


def telling(life: Life) -> None:
    """A level comes in; what is asked is refused, again, taken after all, or left."""
    at = do("nothing", at=AT).at
    level = RecordInventoryLevel(
        article_id=SEAL, warehouse_id=OUTSIDE, on_hand=Decimal(9), source="erp.example.it", as_of=at, known_version=2
    )
    life.duty(LEVEL, level, AT)
    place: dict[str, Any] = {"article_id": SEAL, "warehouse_id": OUTSIDE}
    for n in (1, 2):
        life.do("issue-part", AT, **place, movement_id=named(f"outside issue {n}"), quantity=str(n), record=RMA)
    first, second = named("outside refusal 1"), named("outside refusal 2")
    for one in (first, second):
        life.duty(REFUSE, _refused(one), AT)
    life.do("retry-inventory-refusal", AT, refusal_id=first, difference="1")
    life.duty(REFUSE, _refused(first), AT)
    life.do("retry-inventory-refusal", AT, refusal_id=first)
    life.duty(TAKE, RecordInventoryTaken(refusal_id=first), AT)
    life.do("accept-inventory-refusal", AT, why="Contato sullo scaffale", refusal_id=second)


def _refused(refusal_id: UUID) -> RecordInventoryRefusal:
    return RecordInventoryRefusal(
        refusal_id=refusal_id,
        asked=AskedKind.ISSUE,
        article_id=SEAL,
        warehouse_id=OUTSIDE,
        quantity=Decimal(1),
        code="stock-short",
        sentence="Ce ne sono 0",
    )


CHAPTERS: tuple[Callable[[Life], None], ...] = (connecting, telling)
