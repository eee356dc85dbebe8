"""What people may ask about the machines of a signed contract (matricole in contratto): let one replace another."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.contract_changes import SerialSwap
from aggregates.serial_item import SerialItem
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.contract_serials import keep
from commands.contract_succession import ChangeOverReading, record_change_over, without_reading
from commands.words import Words


class ReplaceContractSerial(Command):
    """Let a contract's line go on with the machine that replaced one of its own: same fee, coverage and term.

    The old machine is served up to the day before, the new one from the day on, so that no day is paid twice or left
    out; what was billed stays as it was billed. Copies are counted on the old machine up to its closing reading and on
    the new one from its opening reading. `contract-serials-replaced` lists what waits for it.
    """

    contract_id: UUID
    line_id: UUID
    old_serial_item_id: UUID
    new_serial_item_id: UUID | None = Field(
        default=None, description="Left out, the item that took its place in the installed base."
    )
    from_on: date | None = Field(
        default=None,
        description="First day of the new machine; left out, the day of the replacement, or else today.",
        examples=["2026-07-15"],
    )
    readings: tuple[ChangeOverReading, ...] = Field(
        default=(), description="What metered machines showed at the change: the old one at last, the new one at first."
    )
    reason: Words | None = Field(default=None, max_length=200, examples=["Guasto non riparabile"])


def replace_contract_serial(cmd: ReplaceContractSerial, act: Act, service: Service) -> Answer:
    """Handles `ReplaceContractSerial`; answers the day and the meters that still want a reading of it."""
    contract = service.load(Contract, cmd.contract_id)
    old = service.load(SerialItem, cmd.old_serial_item_id)
    new = service.load(SerialItem, cmd.new_serial_item_id or old.successor_id or old.id)
    told_on = old.replaced_on if old.successor_id == new.id else None
    from_on = cmd.from_on or told_on or rome_date(act.at)
    swap = SerialSwap(line_id=cmd.line_id, old_id=old.id, new_id=new.id, old_serial=old.number, new_serial=new.number)
    contract.replace_serial(swap, from_on, cmd.reason, act)
    record_change_over(service, cmd.readings, from_on, act)
    keep(service, contract)
    return {"from_on": from_on, "readings_needed": list(without_reading(service, contract, from_on, (old.id, new.id)))}
