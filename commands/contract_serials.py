"""How a contract that covers serial items is saved (copertura di matricole): the log says no, the refusal says why."""

from __future__ import annotations

from aggregates.base import Refusal
from aggregates.contract import Contract
from aggregates.contract_refusals import SerialCoveredElsewhere, SerialCoveredMeanwhile
from aggregates.contract_serials import HoldingFact, SerialHold
from commands.base import Service


def keep(service: Service, contract: Contract) -> None:
    """Put a contract into this append; when a serial item of it is covered by another one, the refusal names that.

    The log refuses with `SerialCoveredElsewhere`, or with `SerialCoveredMeanwhile` when the other contract is so new
    that no list shows it yet (R1.13).
    """
    taken = [hold for fact in contract.pending_events if isinstance(fact, HoldingFact) for hold in fact.holds]
    service.save(contract)
    if taken:
        service.when_taken = lambda: _covered(service, contract, taken)


def _covered(service: Service, contract: Contract, taken: list[SerialHold]) -> Refusal:
    for hold in taken:
        days = (hold.period.starts_on, hold.period.ends_on)
        other = service.lookups.cover_of_serial(hold.serial_item_id, hold.item, *days, contract.id)
        if other is not None:
            number, from_on, to_on = other
            told = {"number": number, "from_on": str(from_on), "to_on": str(to_on)}
            return SerialCoveredElsewhere(serial_item_id=str(hold.serial_item_id), item=hold.item, **told)
    return SerialCoveredMeanwhile()
