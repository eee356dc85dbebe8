"""Warehouse (magazzino): a place where stock is: the main one, a technician's van, goods of others, faulty goods."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require

WAREHOUSES = UUID("6a0f6d55-9d0c-5a35-9f0f-5b4f6c1f7a02")


def warehouse_id(code: str) -> UUID:
    """The stream of a warehouse: its code is its natural key in a company."""
    return uuid5(WAREHOUSES, code.strip().upper())


class WarehouseKind(StrEnum):
    """What a warehouse is for; only main and van stock can be promised to customers."""

    MAIN = "main"
    VAN = "van"
    CUSTOMER_OWNED = "customer_owned"
    SUPPLIER = "supplier"
    LOAN = "loan"
    FAULTY = "faulty"


class VanNeedsTechnician(Refusal):
    """A van is the warehouse of a technician (R11.4); say whose it is."""

    status = 422


class WarehouseKindFixed(Refusal):
    """Warehouse {code} is already in use as {kind}; open another one under a new code."""


class Warehouse(Aggregate):
    """A place with a code, a kind and, for a van, its technician."""

    TOPIC = "warehouse"

    class Opened(FirstEvent):
        """Stock can be kept here from now on."""

        TOPIC = "warehouse.opened.v1"
        code: str
        name: str
        kind: WarehouseKind
        technician_id: UUID | None

    class Changed(Aggregate.Event):
        """Its name or the van's technician are different from now on."""

        TOPIC = "warehouse.changed.v1"
        name: str
        technician_id: UUID | None

    # Decide

    @classmethod
    def open(cls, code: str, name: str, kind: WarehouseKind, technician_id: UUID | None, act: Act) -> Warehouse:
        """Begin a warehouse. Raises `VanNeedsTechnician`."""
        require(kind is not WarehouseKind.VAN or technician_id is not None, VanNeedsTechnician)
        code = code.strip().upper()
        return cls.begin(
            cls.Opened,
            id=warehouse_id(code),
            act=act,
            code=code,
            name=name,
            kind=kind,
            technician_id=technician_id,
        )

    def change(self, name: str, kind: WarehouseKind, technician_id: UUID | None, act: Act) -> None:
        """Rename it or give the van to another technician. Raises `WarehouseKindFixed`, `VanNeedsTechnician`."""
        require(kind is self.kind, WarehouseKindFixed, code=self.code, kind=self.kind)
        require(kind is not WarehouseKind.VAN or technician_id is not None, VanNeedsTechnician)
        if (self.name, self.technician_id) != (name, technician_id):
            self.trigger_event(self.Changed, act=act, name=name, technician_id=technician_id)

    # Evolve

    @event(Opened)
    def __init__(self, code: str, name: str, kind: WarehouseKind, technician_id: UUID | None) -> None:
        self.code, self.name, self.kind, self.technician_id = code, name, kind, technician_id

    @event(Changed)
    def _changed(self, name: str, technician_id: UUID | None) -> None:
        self.name, self.technician_id = name, technician_id
