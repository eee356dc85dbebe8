"""What a contract has to bill by a day (da fatturare): fees, charges and copies, for whoever makes invoices of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.contract_meters import metered, metered_dues
from aggregates.rules.billing import Instalment
from aggregates.serial_item import SerialItem
from commands.base import Service


def contract_dues(service: Service, contract: Contract, until: date, act: Act | None = None) -> list[Instalment]:
    """Everything due by a day that no invoice or proposal holds, with the readings of the machines as they are now.

    With an `act`, meter periods that come to nothing are noted as settled; part of this append.
    """
    measured = metered_dues(contract.state, contract.ledger, machines(service, contract), until)
    if act is not None and measured.settled:
        contract.settle_meters(measured.settled, act)
        service.save(contract)
    return [*contract.due(until), *measured.due]


def preload_machines(service: Service, contract_ids: Iterable[UUID]) -> None:
    """Bring the machines of many contracts in one round trip."""
    contracts = [found for each in contract_ids if (found := service.find(Contract, each)) is not None]
    wanted = (
        key
        for contract in contracts
        for line in contract.state.lines
        if contract.state.header.meters or line.meters
        for key in line.serial_item_ids
    )
    service.preload(*dict.fromkeys(wanted))


def machines(service: Service, contract: Contract) -> Mapping[UUID, SerialItem]:
    """The machines whose copies the contract bills, by id; one that is not in the installed base counts nothing."""
    wanted = dict.fromkeys(key for scope in metered(contract.state) for key in scope.machine_ids)
    service.preload(*wanted)
    found = ((key, service.find(SerialItem, key)) for key in wanted)
    return {key: item for key, item in found if item is not None}
