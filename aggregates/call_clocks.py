"""The clocks of a call (orologi): pauses, service restored, shares of targets used up."""

from __future__ import annotations

from aggregates import call_facts as facts
from aggregates.base import Act, require
from aggregates.call_refusals import (
    ClockNotRunning,
    EndsBeforeStart,
    NotPaused,
    PauseNotAgreed,
    PauseOpen,
    PauseOverlaps,
)
from aggregates.call_state import CallState
from aggregates.rules.service_level import Clock, PauseReason, may_pause
from aggregates.service_clocks import WARNINGS


class CallClocks(CallState):
    """The decisions that start and stop the clocks of a call."""

    def pause(self, reason: PauseReason, note: str | None, act: Act) -> None:
        """Let the clocks stand still from `act.at` on (R6.6). Raises `PauseNotAgreed`, `PauseOpen`, `PauseOverlaps`."""
        self._require_live()
        running = self.running_pause
        if running is not None and running.reason is reason:
            return
        require(running is None, PauseOpen)
        agreed = any(may_pause(clock, reason, self.service.waiting_part_pauses) for clock in Clock)
        require(agreed, PauseNotAgreed, reason=reason.value)
        before = max((p.ends_at for p in self.pauses if p.ends_at), default=self.opened_at)
        require(act.at >= before and act.at >= self.opened_at, PauseOverlaps)
        self._record(facts.Paused, act=act, reason=reason, note=note)

    def resume(self, act: Act) -> None:
        """Let the clocks run again from `act.at` on. Raises `NotPaused`, `EndsBeforeStart`."""
        self._require_live()
        running = self.running_pause
        if running is None:
            raise NotPaused
        require(act.at > running.starts_at, EndsBeforeStart)
        self._record(facts.Resumed, act=act, paused_at=running.starts_at)

    def restore(self, workaround: bool, note: str | None, act: Act) -> None:
        """The customer can work again since `act.at`."""
        self._require_live()
        if Clock.RESTORE not in self.stopped:
            self._record(facts.Restored, act=act, workaround=workaround, note=note)

    def note_service_level(self, clock: Clock, percent: int, act: Act) -> None:
        """Record that a share of a target was used up by `act.at` (R6.7). Raises `ClockNotRunning`."""
        if (clock, percent) in self.noted:
            return
        running = self.clock(clock)
        reached = running.reached_at(percent, act.at) if running and percent in WARNINGS else None
        due_at = running.due_at(act.at) if running else None
        if reached is None or due_at is None or reached > act.at:
            raise ClockNotRunning(clock=clock.value, percent=percent)
        if percent == WARNINGS[-1]:
            self._record(facts.ServiceLevelBreached, act=act, clock=clock, due_at=due_at)
        else:
            self._record(facts.ServiceLevelWarned, act=act, clock=clock, percent=percent, due_at=due_at)
