"""What an escalation rule says (regola di escalation): which clock, at which share of its target, who is told.

Minutes are business minutes of the clock's calendar.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.rules.priority import Level
from aggregates.rules.service_level import Clock
from aggregates.service_clocks import RunningClock
from aggregates.values import Value


class Recipients(Value):
    """Who is told: everybody with a role, users by name, the technician of the call, the customer's usual one."""

    roles: tuple[str, ...] = Field(default=(), examples=[["department_head"]])
    user_ids: tuple[UUID, ...] = ()
    technician: bool = Field(default=False, description="Whoever has the call on the agenda.")
    usual_technician: bool = Field(default=False, description="The customer's usual technician.")


class EscalationRule(Value):
    """One level: when so much of the target is used up, or so long before or after the due time, these are told.

    With neither, it is the due time itself; with nobody named, the list of escalations and the priority alone tell.
    """

    code: str = Field(min_length=1, max_length=30, examples=["RESP-75"])
    clock: Clock
    priority: Level | None = Field(default=None, description="Only calls of this priority; left out, all.")
    percent: int | None = Field(default=None, ge=1, le=1000, examples=[75], description="Of the target.")
    minutes_after_due: int | None = Field(
        default=None,
        ge=-100_000,
        le=100_000,
        examples=[None],
        description="Business minutes; below zero before the due time.",
    )
    customer_id: UUID | None = None
    contract_id: UUID | None = None
    whom: Recipients = Recipients()
    raise_priority_to: Level | None = None
    note: str | None = Field(default=None, max_length=500)

    @model_validator(mode="after")
    def _says_one_level(self) -> Self:
        if self.percent is not None and self.minutes_after_due is not None:
            raise ValueError("say the percentage or the minutes, one of them")
        return self

    @property
    def level(self) -> str:
        """The level in a word: a percentage, or minutes from the due time with their sign."""
        return f"{self.percent}%" if self.percent is not None else f"{self.minutes_after_due or 0:+d}"

    def regards(self, priority: Level, customer_id: UUID | None, contract_id: UUID | None) -> bool:
        """Whether a call of this priority, customer and contract falls under the rule."""
        return (
            self.priority in (None, priority)
            and self.customer_id in (None, customer_id)
            and self.contract_id in (None, contract_id)
        )

    def moment(self, clock: RunningClock, now: datetime) -> datetime | None:
        """When the rule's level is reached; None where the clock is not measured, stopped or stands still before."""
        target = clock.target_minutes
        if target is None:
            return None
        if self.percent is not None:
            return clock.used_up_at(timedelta(minutes=target) * self.percent / 100, now)
        return clock.used_up_at(timedelta(minutes=max(0, target + (self.minutes_after_due or 0))), now)
