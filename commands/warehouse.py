"""What people may ask about warehouses (magazzini)."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.warehouse import Warehouse, WarehouseKind, warehouse_id
from commands.base import Answer, Command, Service
from commands.words import Words


class OpenWarehouse(Command):
    """Make a place for stock known, or change its name or the van's technician."""

    code: str = Field(min_length=1, max_length=10, examples=["MAIN", "V02"], description="Its key in the company.")
    name: Words = Field(min_length=1, max_length=80, examples=["Magazzino centrale"])
    kind: WarehouseKind = WarehouseKind.MAIN
    technician_id: UUID | None = Field(default=None, description="Whose van it is.")


def open_warehouse(cmd: OpenWarehouse, act: Act, service: Service) -> Answer:
    """Handles `OpenWarehouse`; the same data again record nothing."""
    warehouse = service.find(Warehouse, warehouse_id(cmd.code))
    if warehouse is None:
        warehouse = Warehouse.open(cmd.code, cmd.name, cmd.kind, cmd.technician_id, act)
    else:
        warehouse.change(cmd.name, cmd.kind, cmd.technician_id, act)
    service.save(warehouse)
    return {"warehouse_id": warehouse.id}
