"""Coverage (copertura) of a call: who pays, by which contract or warranty, and the service levels that go with it.

Decided once, when the call is opened, and kept on the call with its reason (R1.3); only a command decides again.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.rules.priority import Level
from aggregates.rules.service_level import CalendarTerms, Clock
from aggregates.values import Value


class CoverageKind(StrEnum):
    """Who pays for the call as a whole; the items of cost are decided one by one when it is charged (R4.1)."""

    CHARGEABLE = "chargeable"
    CONTRACT = "contract"
    WARRANTY = "warranty"
    BLOCKED = "blocked"


class Targets(Value):
    """How long each clock may run, in business minutes; a clock without a target is not measured (R6.1)."""

    response_minutes: int | None = Field(default=None, ge=1)
    on_site_minutes: int | None = Field(default=None, ge=1)
    restore_minutes: int | None = Field(default=None, ge=1)
    resolve_minutes: int | None = Field(default=None, ge=1)

    def of(self, clock: Clock) -> int | None:
        """The target of a clock."""
        by_clock = {
            Clock.RESPONSE: self.response_minutes,
            Clock.ON_SITE: self.on_site_minutes,
            Clock.RESTORE: self.restore_minutes,
            Clock.RESOLVE: self.resolve_minutes,
        }
        return by_clock[clock]


class PriorityTargets(Value):
    """What holds for each priority where no contract says more (R6.1)."""

    high: Targets = Targets(response_minutes=120, on_site_minutes=240, restore_minutes=360, resolve_minutes=480)
    medium: Targets = Targets(response_minutes=240, on_site_minutes=480, restore_minutes=720, resolve_minutes=960)
    low: Targets = Targets(response_minutes=480, on_site_minutes=960, restore_minutes=1440, resolve_minutes=2400)


class ServiceTerms(PriorityTargets):
    """What service was promised: calendar and targets by priority, as they were when the call was opened (R6.1)."""

    level: str = "standard"
    calendar: CalendarTerms = CalendarTerms()
    waiting_part_pauses: bool = Field(default=False, description="Whether waiting for a part stops clocks (R6.6).")

    def minutes(self, priority: Level, clock: Clock) -> int | None:
        """The target of a clock at a priority; None when it is not measured."""
        return {Level.HIGH: self.high, Level.MEDIUM: self.medium, Level.LOW: self.low}[priority].of(clock)


class ItemCoverage(Value):
    """Coverage of one serial item of the call."""

    serial_item_id: UUID
    kind: CoverageKind
    contract_id: UUID | None = None
    contract_line_id: UUID | None = None
    reason: str


class Coverage(Value):
    """The decision for a call: its kind, where it comes from, why, and the terms of service."""

    kind: CoverageKind = CoverageKind.CHARGEABLE
    contract_id: UUID | None = None
    contract_line_id: UUID | None = None
    reason: str = "No contract or warranty covers this call: it is charged."
    items: tuple[ItemCoverage, ...] = ()
    service: ServiceTerms = ServiceTerms()
    opening_refused: bool = Field(default=False, description="The contract's policy: no calls while blocked (R1.10).")

    @property
    def starts_clocks(self) -> bool:
        """While the customer is blocked no service-level clock starts (R1.10)."""
        return self.kind is not CoverageKind.BLOCKED
