"""The clocks of a call (orologi): when they start, pauses, service restored, shares of targets used up, escalations."""

from __future__ import annotations

from datetime import datetime

from aggregates import call_clock_facts, call_facts
from aggregates.base import Act, require
from aggregates.call_refusals import (
    ClockNotRunning,
    EndsBeforeStart,
    EscalationNotDue,
    NotPaused,
    PauseEndMissing,
    PauseNotAgreed,
    PauseOpen,
    PauseOverlaps,
    PauseUnknown,
    ReasonMissing,
    StartsBeforeOpening,
)
from aggregates.call_state import CallState
from aggregates.call_values import Approver, Pause
from aggregates.escalation_terms import EscalationRule
from aggregates.rules.priority import Level, PrioritySource
from aggregates.rules.service_level import Clock, PauseReason, may_pause
from aggregates.service_clocks import BREACH, overlapping
from aggregates.values import PersonRef

URGENCY = (Level.LOW, Level.MEDIUM, Level.HIGH)


class CallClocks(CallState):
    """The decisions that start and stop the clocks of a call."""

    def start_clocks(self, act: Act) -> None:
        """The block under which the call was opened ended at `act.at`; clocks that run already are left alone (R1.10).

        Raises `StartsBeforeOpening`.
        """
        self._require_live()
        if self.clocks_from is None:
            require(act.at >= self.opened_at, StartsBeforeOpening)
            self._record(call_clock_facts.ClocksStarted, act=act)

    def approve_chargeable_work(
        self, approver: Approver, person: PersonRef | None, reference: str | None, act: Act
    ) -> None:
        """The customer, or we, agree to work under a block; once is enough, and without a block nothing is asked."""
        self._require_live()
        if self.awaits_approval:
            kind = call_clock_facts.ChargeableWorkApproved
            self._record(kind, act=act, approver=approver, person=person, reference=reference)

    def pause(self, reason: PauseReason, note: str | None, act: Act) -> None:
        """Let the clocks stand still from `act.at` on (R6.6). Raises `PauseNotAgreed`, `PauseOpen`, `PauseOverlaps`."""
        self._require_live()
        running = self.running_pause
        if running is not None and running.reason is reason:
            return
        require(running is None, PauseOpen)
        agreed = any(may_pause(clock, reason, self.service.waiting_part_pauses) for clock in Clock)
        require(agreed, PauseNotAgreed, reason=reason)
        before = max((p.ends_at for p in self.pauses if p.ends_at), default=self.opened_at)
        require(act.at >= before and act.at >= self.opened_at, PauseOverlaps)
        self._record(call_facts.Paused, act=act, reason=reason, note=note)

    def resume(self, act: Act) -> None:
        """Let the clocks run again from `act.at` on. Raises `NotPaused`, `EndsBeforeStart`."""
        self._require_live()
        running = self.running_pause
        if running is None:
            raise NotPaused
        require(act.at > running.starts_at, EndsBeforeStart)
        self._record(call_facts.Resumed, act=act, paused_at=running.starts_at)

    def correct_pause(
        self, paused_at: datetime, starts_at: datetime, ends_at: datetime | None, reason: str, act: Act
    ) -> None:
        """Say late when a pause really was, and why (R6.6); due times are counted anew, breaches recorded stay.

        Only a pause still running may be left without an end. Raises `PauseUnknown`, `PauseEndMissing`,
        `EndsBeforeStart`, `PauseOverlaps`, `ReasonMissing`.
        """
        corrected = Pause(reason=None, starts_at=starts_at, ends_at=ends_at)
        known = next((p for p in self.pauses if p.reason is not None and p.starts_at == paused_at), None)
        if known is None:
            # Repeated: the pause begins by now where the first correction put it.
            require(any(_is_same(p, corrected) for p in self.pauses), PauseUnknown)
            return
        if _is_same(known, corrected):
            return
        require(bool(reason.strip()), ReasonMissing)
        require(ends_at is not None or known.ends_at is None, PauseEndMissing)
        require(ends_at is None or starts_at < ends_at <= act.at, EndsBeforeStart)
        others = [p for p in self.pauses if p is not known]
        require(self.opened_at <= starts_at <= act.at, PauseOverlaps)
        require(not any(overlapping(corrected, other) for other in others), PauseOverlaps)
        self._record(
            call_clock_facts.PauseCorrected,
            act=act,
            paused_at=paused_at,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason.strip(),
        )

    def restore(self, workaround: bool, note: str | None, act: Act) -> None:
        """The customer can work again since `act.at`."""
        self._require_live()
        if Clock.RESTORE not in self.stopped:
            self._record(call_facts.Restored, act=act, workaround=workaround, note=note)

    def note_service_level(self, clock: Clock, percent: int, act: Act) -> None:
        """Record that a share of a target was used up by `act.at` (R6.7). Raises `ClockNotRunning`."""
        if (clock, percent) in self.noted:
            return
        running = self.clock(clock)
        is_named = percent in self.service.warn_percents
        reached = running.reached_at(percent, act.at) if running and is_named else None
        due_at = running.due_at(act.at) if running else None
        if reached is None or due_at is None or reached > act.at:
            raise ClockNotRunning(clock=clock, percent=percent)
        if percent == BREACH:
            self._record(call_facts.ServiceLevelBreached, act=act, clock=clock, due_at=due_at)
        else:
            self._record(call_facts.ServiceLevelWarned, act=act, clock=clock, percent=percent, due_at=due_at)

    def escalate(self, rule: EscalationRule, since: datetime, act: Act) -> None:
        """Tell whom a rule names, once, for a level reached by `act.at` and after the rule was made.

        The priority is raised where the rule says so, never lowered. Raises `EscalationNotDue`.
        """
        if (rule.code, rule.level) in self.escalated:
            return
        self._require_live()
        running = self.clock(rule.clock)
        contract_id = self.coverage.contract_id
        moment = running and rule.regards(self.priority, self.party_id, contract_id) and rule.moment(running, act.at)
        due_at = running.due_at(act.at) if running else None
        if not moment or due_at is None or not since <= moment <= act.at:
            raise EscalationNotDue(rule=rule.code, level=rule.level)
        self._record(
            call_clock_facts.Escalated,
            act=act,
            clock=rule.clock,
            rule=rule.code,
            level=rule.level,
            whom=rule.whom,
            note=rule.note,
            due_at=due_at,
        )
        self._raise_priority(rule.raise_priority_to, act)

    def _raise_priority(self, level: Level | None, act: Act) -> None:
        if level is not None and URGENCY.index(level) > URGENCY.index(self.priority):
            told = {"impact": self.impact, "urgency": self.urgency, "priority": level}
            self._record(call_facts.PriorityChanged, act=act, **told, priority_from=PrioritySource.ESCALATION)


def _is_same(pause: Pause, other: Pause) -> bool:
    return (pause.starts_at, pause.ends_at) == (other.starts_at, other.ends_at)
