"""Serial items held by contracts (matricole coperte): at most one cover for each cost item at a time (R1.13).

A signed contract claims the days on which it covers an item of cost for a serial item; the log refuses a second claim,
whichever contract it comes from, also when two are signed at the same moment. Warranty contracts stand beside service
contracts, because a call asks the one before the other (R4.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Aggregate, Claim
from aggregates.contract_state import ContractState
from aggregates.contract_terms import ContractKind, ContractLine, ContractNature, Covered
from aggregates.values import Period, Slot, Value

SERIALS = UUID("6c1b7f0e-2c0f-5f58-9a5e-3f4b0c7a9d13")
ONE_DAY = timedelta(days=1)


class SerialHold(Value):
    """One item of cost of a serial item, covered on these days; `claim_id` is the same when the days change."""

    claim_id: UUID
    serial_item_id: UUID
    item: str = Field(description="Which item of cost: labour, parts, travel …")
    is_warranty: bool = False
    period: Period

    def claim(self) -> Claim:
        """The claim on the log; days are taken as whole ones."""
        kind = "warranty" if self.is_warranty else "service"
        resource_id = uuid5(SERIALS, f"{self.serial_item_id}/{kind}/{self.item}")
        starts_at = datetime.combine(self.period.starts_on, time(), UTC)
        ends_at = datetime.combine(self.period.ends_on + ONE_DAY, time(), UTC)
        return Claim(claim_id=self.claim_id, resource_id=resource_id, slot=Slot(starts_at=starts_at, ends_at=ends_at))


class HoldingFact(Aggregate.Event):
    """A fact after which the contract covers serial items on other days than before."""

    holds: tuple[SerialHold, ...] = Field(default=(), description="What is covered on new days from this fact on.")
    freed: tuple[UUID, ...] = Field(default=(), description="Claims given back.")

    def claims(self) -> tuple[Claim, ...]:
        """The days taken of each serial item (R1.13)."""
        return tuple(hold.claim() for hold in self.holds)

    def releases(self) -> tuple[UUID, ...]:
        """Claims given back, and those taken anew with other days."""
        return (*self.freed, *(hold.claim_id for hold in self.holds))


def holds(state: ContractState) -> dict[UUID, SerialHold]:
    """Everything a signed contract covers, by claim; a draft or cancelled contract holds nothing."""
    if not state.terms or state.ends_on is None or (state.ending and state.ending.last_on is None):
        return {}
    days: dict[tuple[UUID, str], list[Period]] = {}
    for stretch, then in state.versions():
        for line in then.lines:
            served = state.served(line, stretch)
            if served is not None:
                for serial_item_id in line.serial_item_ids:
                    for item in _items(state, line):
                        days.setdefault((serial_item_id, item), []).append(served)
    header = state.header
    is_warranty = header.kind is ContractKind.WARRANTY or header.nature is ContractNature.WARRANTY
    found = {}
    for (serial_item_id, item), periods in days.items():
        for n, period in enumerate(_merged(periods)):
            claim_id = uuid5(state.contract_id, f"{serial_item_id}/{item}/{n}")
            found[claim_id] = SerialHold(
                claim_id=claim_id, serial_item_id=serial_item_id, item=item, is_warranty=is_warranty, period=period
            )
    return found


def machine_days(state: ContractState, line: ContractLine) -> Mapping[UUID, list[Period]]:
    """The machines of a line with the days on which it serves them: a replaced one up to the day before (R1.13)."""
    days: dict[UUID, list[Period]] = {}
    for stretch, then in state.versions():
        now = then.line(line.line_id)
        served = state.served(now, stretch) if now is not None else None
        if now is not None and served is not None:
            for serial_item_id in now.serial_item_ids:
                days.setdefault(serial_item_id, []).append(served)
    return {serial_item_id: _merged(periods) for serial_item_id, periods in days.items()}


def rehold(before: ContractState, after: ContractState) -> Mapping[str, Any]:
    """What a fact that turns one state into another takes and gives back: the fields of a `HoldingFact`."""
    had, has = holds(before), holds(after)
    taken = tuple(hold for claim_id, hold in has.items() if had.get(claim_id) != hold)
    return {"holds": taken, "freed": tuple(claim_id for claim_id in had if claim_id not in has)}


def _items(state: ContractState, line: ContractLine) -> Iterable[str]:
    named = [name for name in Covered.model_fields if getattr(line.covered, name)]
    is_service = state.header.nature in (ContractNature.SERVICE, ContractNature.WARRANTY)
    return named or (list(Covered.model_fields) if state.header.kind.is_full and is_service else [])


def _merged(periods: Iterable[Period]) -> list[Period]:
    """Overlapping and touching stretches as one."""
    merged: list[Period] = []
    for period in sorted(periods, key=lambda each: each.starts_on):
        last = merged[-1] if merged else None
        if last is not None and period.starts_on <= last.ends_on + ONE_DAY:
            merged[-1] = Period(starts_on=last.starts_on, ends_on=max(last.ends_on, period.ends_on))
        else:
            merged.append(period)
    return merged
