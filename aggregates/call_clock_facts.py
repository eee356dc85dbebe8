"""The facts of a call's clocks (fatti degli orologi): started late, a pause corrected, escalated; work approved.

Warnings, breaches and pauses stand with the call's first facts in `call_facts.py`.
"""

from __future__ import annotations

from aggregates.base import Aggregate
from aggregates.call_values import Approver
from aggregates.escalation_terms import Recipients
from aggregates.rules.service_level import Clock
from aggregates.values import Instant, PersonRef


class ClocksStarted(Aggregate.Event):
    """The block under which the call was opened ended at `act.at`: its clocks start then (R1.10)."""

    TOPIC = "call.clocks-started.v1"


class ChargeableWorkApproved(Aggregate.Event):
    """Somebody agreed that work begins although the customer is blocked and is charged for it (R1.10)."""

    TOPIC = "call.chargeable-work-approved.v1"
    approver: Approver
    person: PersonRef | None
    reference: str | None


class PauseCorrected(Aggregate.Event):
    """A pause lasted otherwise than recorded: due times are counted anew, breaches recorded stay (R6.6, R6.7)."""

    TOPIC = "call.pause-corrected.v1"
    paused_at: Instant
    """When the pause began, as it was known before."""
    starts_at: Instant
    ends_at: Instant | None
    reason: str


class Escalated(Aggregate.Event):
    """A rule says that others must know how late it is (escalation); dated by the moment it was due."""

    TOPIC = "call.escalated.v1"
    clock: Clock
    rule: str
    level: str
    whom: Recipients
    note: str | None
    due_at: Instant
