"""What a maintenance plan says (termini del piano di manutenzione): for which machines, when, and what is done then."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.rules.maintenance import Interval, MeterTrigger, Season, StatusTrigger
from aggregates.rules.priority import Level
from aggregates.values import Rate, Value


class MaintenanceScope(Value):
    """Which machines a plan is for; where several are given, a machine must meet all of them."""

    product_type: str | None = Field(default=None, max_length=60, examples=["copier"])
    party_id: UUID | None = Field(default=None, description="The machines that this customer has.")
    site_id: UUID | None = None
    contract_id: UUID | None = Field(default=None, description="The machines that this contract covers, while it does.")
    serial_item_ids: tuple[UUID, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing at all."""
        return not (self.product_type or self.party_id or self.site_id or self.contract_id or self.serial_item_ids)


class CatchUp(StrEnum):
    """Which of several dates that were missed become calls."""

    NEWEST = "newest"
    ALL = "all"


class AfterCancelling(StrEnum):
    """What becomes of a service whose call was cancelled."""

    AGAIN = "again"
    SKIP = "skip"


class WhoGoes(StrEnum):
    """By which rule a technician is named."""

    NOBODY = "nobody"
    USUAL = "usual"
    AREA = "area"
    FIXED = "fixed"


class AssignmentRule(Value):
    """Who should go: the contract's usual technician, a given one, or nobody in particular.

    `area` means the usual technician, else somebody of the site's area: who has the skill on that day, employees first.
    With `starts_at` (Italian time) the visit is put on the agenda of its due day, if the technician is free then.
    """

    who: WhoGoes = WhoGoes.NOBODY
    technician_id: UUID | None = None
    starts_at: time | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.who is WhoGoes.FIXED) != (self.technician_id is not None):
            raise ValueError("name the technician when the technician is fixed, and only then")
        return self


class MaintenancePart(Value):
    """A part to bring along, for each machine."""

    code: str = Field(min_length=1, max_length=60)
    description: str = Field(min_length=1)
    quantity: Rate = Field(default=Decimal(1), gt=0)
    unit: str = "pz"


class PlanTerms(Value):
    """What a plan says from a day on. Several triggers mean: whichever comes first."""

    scope: MaintenanceScope
    interval: Interval | None = None
    meters: tuple[MeterTrigger, ...] = ()
    statuses: tuple[StatusTrigger, ...] = ()
    season: Season | None = None
    horizon_days: int = Field(default=14, ge=0, le=366, description="So many days ahead the call is made.")
    before_days: int = Field(default=0, ge=0, le=366, description="How much earlier than due it may be done.")
    after_days: int = Field(default=0, ge=0, le=366, description="How much later than due it may be done.")
    group_days: int | None = Field(
        default=None, ge=0, le=366, description="Services of one site due within so many days are one call."
    )
    with_other_plans: bool = Field(
        default=False, description="Whether services of other plans that say so too may be the same call."
    )
    catch_up: CatchUp = CatchUp.NEWEST
    after_cancelling: AfterCancelling = AfterCancelling.AGAIN
    follows_successor: bool = Field(default=True, description="Whether a named machine's replacement takes its place.")
    stops_in: tuple[str, ...] = Field(
        default=("inactive", "scrapped"), description="Statuses in which a machine is not maintained."
    )
    kind: str = Field(default="maintenance", min_length=1, max_length=60, description="The code of an activity type.")
    minutes: int | None = Field(default=None, ge=1, description="Expected work, for each machine.")
    skill: str | None = None
    protocol: str | None = Field(default=None, max_length=60, description="The code of the protocol to follow.")
    parts: tuple[MaintenancePart, ...] = ()
    text: str | None = Field(default=None, max_length=4000)
    priority: Level = Level.LOW
    assignment: AssignmentRule = AssignmentRule()

    @property
    def has_trigger(self) -> bool:
        """Whether it says when anything is due."""
        return bool(self.interval or self.meters or self.statuses)

    @property
    def doubled_triggers(self) -> tuple[str, ...]:
        """Meters and statuses named twice: nobody could tell which of the two counts."""
        names = [*(each.meter for each in self.meters), *(each.status for each in self.statuses)]
        return tuple(dict.fromkeys(name for name in names if names.count(name) > 1))


class PlanVersion(Value):
    """Terms and the day from which they hold."""

    from_on: date
    terms: PlanTerms


class Suspension(Value):
    """Days on which a plan makes nothing; without a last day it goes on."""

    from_on: date
    to_on: date | None = None
    reason: str
