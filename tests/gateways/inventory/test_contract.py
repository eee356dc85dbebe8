"""The contract of the port, kept by our own warehouse and by one over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import OperationalError

from aggregates.rules.stock_lots import LotQuantity
from commands.desk import Desk, Outcome
from gateways.inventory.embedded import EmbeddedInventory
from gateways.inventory.port import Inventory
from gateways.postgres import companies
from gateways.wiring import House
from projections.lookups import ReadModelLookups
from tests.dsl import Company
from tests.gateways.inventory.contract import InventoryContract
from tests.gateways.inventory.erp import Erp, Line, client


class Embedded:
    """Our own warehouse as the contract asks it."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self.inventory: Inventory = EmbeddedInventory(company.house, page=3)
        for code in ("MAG", "MAG2"):
            company.do("open-warehouse", code=code, name=code)

    def stocked(
        self, on_hand: str, *, serials: Sequence[str] = (), lots: Sequence[LotQuantity] = ()
    ) -> tuple[str, str]:
        code = f"A-{uuid4().hex[:8]}".upper()
        kept: dict[str, Any] = {"serial_tracked": bool(serials), "lot_tracked": bool(lots)}
        found = self._company.do("register-article", code=code, description=code, kind="part", **kept)
        house = self._company.do("open-warehouse", code="MAG", name="MAG")
        told: dict[str, Any] = {"article_id": found["article_id"], "warehouse_id": house["warehouse_id"]}
        self._company.do(
            "stock-article", **told, quantity=on_hand, serials=serials, lots=[one.model_dump() for one in lots]
        )
        return code, "MAG"

    def other_warehouse(self) -> str:
        return "MAG2"

    @contextmanager
    def losing(self) -> Iterator[Inventory]:
        house = self._company.house
        kept, house.desk = house.desk, _Losing(house.ledger, house.desk.lookups)
        try:
            yield self.inventory
        finally:
            house.desk = kept

    def restart(self) -> None:
        old = self._company.house
        house = House(self._company.installation, companies.find(self._company.installation.database, old.slug))
        house.desk = Desk(house.ledger, ReadModelLookups(house.reader))
        self.inventory = EmbeddedInventory(house, page=3)

    def settle(self) -> None:
        self._company.fold()


class _Losing(Desk):
    def execute(self, *args: Any, **kwargs: Any) -> Outcome:
        super().execute(*args, **kwargs)
        raise OperationalError("the connection was lost")


class OverHttp:
    """The example warehouse, in a process of its own, as the contract asks it."""

    def __init__(self, erp: Erp, line: Line) -> None:
        self._erp, self._line = erp, line
        self.inventory: Inventory = client(line.port, page=3, tries=2)

    def stocked(
        self, on_hand: str, *, serials: Sequence[str] = (), lots: Sequence[LotQuantity] = ()
    ) -> tuple[str, str]:
        code = f"A-{uuid4().hex[:8]}".upper()
        told = [one.model_dump(mode="json", exclude_none=True) for one in lots]
        self._erp.put(code, "MAG", on_hand, serials=list(serials), lots=told)
        return code, "MAG"

    def other_warehouse(self) -> str:
        return "MAG2"

    @contextmanager
    def losing(self) -> Iterator[Inventory]:
        self._line.swallow = 1
        yield client(self._line.port)

    def restart(self) -> None:
        self._erp.kill()
        self._erp.start()

    def settle(self) -> None:
        return


class TestEmbedded(InventoryContract):
    @pytest.fixture
    def warehouse(self, company: Company) -> Embedded:
        return Embedded(company)


class TestOverHttp(InventoryContract):
    @pytest.fixture
    def warehouse(self, erp: Erp, line: Line) -> OverHttp:
        return OverHttp(erp, line)
