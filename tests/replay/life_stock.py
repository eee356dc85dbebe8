"""Stock in a company's life (magazzino): lots, pieces, promises, counts, what came back and what was taken out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregates.article import article_id
from aggregates.warehouse import warehouse_id
from tests.replay.living import Life, named

MAIN, VAN = warehouse_id("MAIN"), warehouse_id("V01")
PURCHASE: dict[str, Any] = {"kind": "purchase-order", "id": named("gas purchase"), "number": "OA-2026-0090"}


def lots(life: Life) -> None:
    """Gas by lot: received, blocked, moved away, let free, counted."""
    at = "2026-08-03T09:00"
    gas: dict[str, Any] = {"article_id": article_id("GAS-134")}
    life.do("register-article", at, code="GAS-134", description="Gas refrigerante", kind="consumable", lot_tracked=True)
    first: dict[str, Any] = {"code": "L-1", "quantity": "5", "expires_on": "2026-12-31", "supplier_lot": "A-77"}
    life.do("stock-article", at, **gas, warehouse_id=MAIN, quantity="5", unit_cost="12.00", lots=[first])
    second = {"code": "L-2", "quantity": "3", "expires_on": "2027-06-30"}
    came: dict[str, Any] = {"quantity": "3", "unit_cost": "13.00", "source": PURCHASE, "lots": [second]}
    life.do("receive-stock", at, **gas, warehouse_id=MAIN, **came)
    life.do("block-lot", at, **gas, lot="L-1", reason="Richiamo del fornitore")
    away: dict[str, Any] = {
        "from_warehouse_id": MAIN,
        "to_warehouse_id": warehouse_id("FAULTY"),
        "quantity": "1",
        "lots": ["L-1"],
    }
    life.do("move-stock", at, **gas, **away)
    life.do("unblock-lot", at, **gas, lot="L-1", reason="Controllo superato")
    life.do("block-lot", at, **gas, lot="L-2", reason="In attesa di analisi")
    order = {"kind": "sales-order", "id": named("gas order"), "number": "IC-2026-0090"}
    out: dict[str, Any] = {"movement_id": named("gas out"), "quantity": "2", "record": order}
    life.do("issue-part", at, **gas, warehouse_id=MAIN, **out)
    back: dict[str, Any] = {"movement_id": named("gas out"), "return_id": named("gas back"), "quantity": "1"}
    life.do("return-issued", at, **gas, warehouse_id=MAIN, **back)
    promise = {"reservation_id": named("gas promise")}
    life.do("reserve-part", at, **gas, warehouse_id=MAIN, quantity="1", record=order, **promise)
    life.do("confirm-reservation", at, **gas, warehouse_id=MAIN, **promise, due_on="2026-08-20")
    life.do("substitute-reservation", at, **gas, warehouse_id=MAIN, **promise, to_article_id=article_id("X"))


def pieces(life: Life) -> None:
    """A board with a serial number: fitted, given back, fitted again in place of the old one."""
    at = "2026-08-04T09:00"
    board: dict[str, Any] = {"article_id": article_id("BOARD-9")}
    life.do("register-article", at, code="BOARD-9", description="Scheda madre", kind="part", serial_tracked=True)
    life.do("stock-article", at, **board, warehouse_id=MAIN, quantity="2", unit_cost="90.00", serials=["B-1", "B-2"])
    party = {"party_id": named("Board customer"), "code": "C0090", "name": "Panificio Neri", "role": "prospect"}
    life.do("register-party", at, **party)
    machine: dict[str, Any] = {
        "serial_item_id": named("boarded"),
        "number": "BM-1",
        "owner_id": named("Board customer"),
    }
    life.do("register-serial-item", at, **machine, product="Forno F-9", type="oven")
    old: dict[str, Any] = {"serial_item_id": named("old board"), "number": "B-0", "owner_id": named("Board customer")}
    life.do("register-serial-item", at, **old, product="Scheda", type="part", parent_id=named("boarded"))
    call = {"call_id": named("board call")}
    life.do(
        "open-call",
        at,
        **call,
        party_id=named("Board customer"),
        fault="Display spento",
        serial_item_ids=[named("boarded")],
    )
    part: dict[str, Any] = {"code": "BOARD-9", "description": "Scheda madre", "serial_item_id": named("boarded")}
    life.do("use-part", at, **call, **part, line_id=named("board 1"), serial_numbers=["B-1"])
    life.do("return-part", at, **call, line_id=named("board 1"), return_id=named("board back"))
    life.do("use-part", at, **call, **part, line_id=named("board 2"), serial_numbers=["B-2"])
    out: dict[str, Any] = {"removed_id": named("removed board"), "code": "BOARD-9", "description": "Scheda guasta"}
    went: dict[str, Any] = {"serial_item_id": named("old board"), "used_line_id": named("board 2"), "serial": "B-0"}
    life.do("note-removed-part", at, **call, **out, **went, fate="supplier_warranty", exchanged=True)
    life.do("use-part", at, **call, code="GAS-134", description="Gas", serial_item_id=named("boarded"))


def counts(life: Life) -> None:
    """A count that is approved, and one that is given up."""
    at = "2026-08-05T09:00"
    one = {"count_id": named("count")}
    life.do("start-stock-count", at, **one, warehouse_id=MAIN, title="Inventario di agosto")
    board: dict[str, Any] = {"article_id": article_id("BOARD-9")}
    life.do("count-line", at, by="user:ada", **one, **board, serials=["B-1"])
    life.do("ask-recount", at, **one, **board, reason="Controllare la B-7")
    life.do("count-line", at, by="user:ada", **one, **board, serials=["B-7"])
    lots = [{"code": "L-1", "quantity": "1"}, {"code": "L-2", "quantity": "3"}]
    life.do("count-line", at, by="user:ada", **one, article_id=article_id("GAS-134"), lots=lots)
    life.do("approve-stock-count", at, **one, reason="Differenze verificate", by="user:bruno")
    other = {"count_id": named("given up count")}
    life.do("start-stock-count", at, **other, warehouse_id=VAN, title="Conta del furgone")
    life.do("abandon-stock-count", at, **other, reason="Merce in arrivo")


CHAPTERS: tuple[Callable[[Life], None], ...] = (lots, pieces, counts)
