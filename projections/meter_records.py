"""What views about copies read (fonti del consumo): a contract with its ledger, its machines with their readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from aggregates.contract import Contract
from aggregates.contract_meters import metered, metered_dues
from aggregates.contract_state import ContractState
from aggregates.rules.billing import Instalment
from aggregates.serial_item import SerialItem
from projections.base import Reader


def copies_due(reader: Reader, contract_id: UUID, until: date) -> Sequence[Instalment]:
    """What a contract has to bill of its meters by a day; the same function as the billing run's."""
    contract = reader.record(contract_id)
    if not isinstance(contract, Contract):
        return ()
    return metered_dues(contract.state, contract.ledger, machines(reader, contract), until).due


def machines(reader: Reader, contract: Contract) -> Mapping[UUID, SerialItem]:
    """The machines whose copies a contract bills, by id."""
    return machines_of(reader, contract.state)


def machines_of(reader: Reader, state: ContractState) -> Mapping[UUID, SerialItem]:
    """The machines whose copies a contract as it stands bills, by id."""
    wanted = dict.fromkeys(key for scope in metered(state) for key in scope.machine_ids)
    found = ((key, reader.record(key)) for key in wanted)
    return {key: item for key, item in found if isinstance(item, SerialItem)}
