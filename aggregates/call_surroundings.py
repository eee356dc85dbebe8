"""What surrounds a call when it is priced (contorno della chiamata): contract, site, machines, hours drawn (R4.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.call_lines import CallSurroundings
from aggregates.contract import Contract
from aggregates.coverage import CoverageKind
from aggregates.hour_pool import HourPool
from aggregates.party import Party
from aggregates.serial_item import SerialItem

A = TypeVar("A", bound=Aggregate)


class Find(Protocol):
    """Finds a record by its kind and id, as commands and read models both can."""

    def __call__(self, kind: type[A], stream_id: UUID, /) -> A | None:
        """The record, or None."""


@dataclass(frozen=True)
class Surroundings:
    """What pricing takes from elsewhere: the contract's own price list, and the rest."""

    price_list: str | None
    about: CallSurroundings


def surroundings(call: Call, party: Party, find: Find, pool_ids: tuple[UUID, ...] = ()) -> Surroundings:
    """Put together what is known; `pool_ids` are the hour pools of the customer.

    While a contract is blocked its prices do not hold: the call is charged as any other.
    """
    contract_id = call.coverage.contract_id
    contract = find(Contract, contract_id) if contract_id else None
    machines = (find(SerialItem, key) for key in call.serial_item_ids)
    supply = _supply_is_plant(contract, call.coverage.contract_line_id)
    site = party.sites.get(call.site_id) if call.site_id else None
    about = CallSurroundings(
        plant_in_building=supply or any(one is not None and one.details.plant_in_building for one in machines),
        area=site.area if site else None,
        draws=tuple(draw for pool in _pools(find, pool_ids) for draw in pool.draws_of(call.id)),
    )
    is_blocked = call.coverage.kind is CoverageKind.BLOCKED
    return Surroundings(None if is_blocked else _price_list(contract, find), about)


def _pools(find: Find, pool_ids: tuple[UUID, ...]) -> Iterator[HourPool]:
    return (pool for key in pool_ids if (pool := find(HourPool, key)) is not None)


def _price_list(contract: Contract | None, find: Find) -> str | None:
    """The contract's price list, or that of the framework contract it is an addendum of."""
    if contract is None:
        return None
    header = contract.state.header
    main = find(Contract, header.main_contract_id) if header.main_contract_id else None
    return header.price_list or (main.state.header.price_list if main else None)


def _supply_is_plant(contract: Contract | None, line_id: UUID | None) -> bool:
    if contract is None:
        return False
    line = contract.state.line(line_id) if line_id else None
    supply = (line.supply if line else None) or contract.state.header.supply
    return supply.plant_in_building
