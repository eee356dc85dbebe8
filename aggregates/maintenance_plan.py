"""MaintenancePlan (piano di manutenzione): which machines are serviced when, and what is done then."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.maintenance_scope import PlanView
from aggregates.maintenance_terms import PlanTerms, PlanVersion, Suspension


class PlanWithoutScope(Refusal):
    """Say which machines the plan is for: a product type, a customer, a site, a contract or single machines."""

    status = 422


class PlanWithoutTrigger(Refusal):
    """Say when maintenance is due: by an interval, a meter or a status."""

    status = 422


class TriggerTwice(Refusal):
    """{name} is named by two triggers of the plan; keep one of them."""

    status = 422


class PlanDaysWrong(Refusal):
    """The plan would end on {ends_on}, before its first day {starts_on}; correct one of the two."""

    status = 422


class PlanHasEnded(Refusal):
    """The plan ended on {ends_on}; make a new one."""


class TermsTooEarly(Refusal):
    """The plan begins on {starts_on}; let the new terms hold from that day or later."""

    status = 422


class PlanSuspended(Refusal):
    """The plan is suspended already from {from_on}; resume it first."""


class PlanNotSuspended(Refusal):
    """The plan is not suspended on {on}; there is nothing to resume."""


class PlanExists(Refusal):
    """Another plan was defined under this id; make a new id."""


class MaintenancePlan(Aggregate):
    """A rule that makes calls before something breaks."""

    TOPIC = "maintenance-plan"

    class Defined(FirstEvent):
        """The company maintains these machines by this plan."""

        TOPIC = "maintenance-plan.defined.v1"
        code: str
        name: str
        starts_on: date
        ends_on: date | None
        terms: PlanTerms

    class TermsChanged(Aggregate.Event):
        """Other terms from a day on; calls already made stay as they are."""

        TOPIC = "maintenance-plan.terms-changed.v1"
        from_on: date
        terms: PlanTerms

    class Suspended(Aggregate.Event):
        """The plan makes nothing from a day on."""

        TOPIC = "maintenance-plan.suspended.v1"
        from_on: date
        reason: str

    class Resumed(Aggregate.Event):
        """The plan goes on from a day; what would have been due meanwhile is not made up for."""

        TOPIC = "maintenance-plan.resumed.v1"
        from_on: date

    class Ended(Aggregate.Event):
        """The plan has a last day."""

        TOPIC = "maintenance-plan.ended.v1"
        last_on: date
        reason: str

    # Decide

    @classmethod
    def define(
        cls, plan_id: UUID, code: str, name: str, starts_on: date, ends_on: date | None, terms: PlanTerms, act: Act
    ) -> MaintenancePlan:
        """Make a plan. Raises `PlanWithoutScope`, `PlanWithoutTrigger`, `TriggerTwice`, `PlanDaysWrong`."""
        _check(terms)
        days = {"starts_on": str(starts_on), "ends_on": str(ends_on)}
        require(ends_on is None or ends_on >= starts_on, PlanDaysWrong, **days)
        return cls.begin(
            cls.Defined,
            id=plan_id,
            act=act,
            code=code.strip(),
            name=name.strip(),
            starts_on=starts_on,
            ends_on=ends_on,
            terms=terms,
        )

    def change_terms(self, from_on: date, terms: PlanTerms, act: Act) -> None:
        """Let other terms hold from a day on, in place of any that would begin later. Raises as `define`."""
        _check(terms)
        self._require_running(from_on)
        require(from_on >= self.starts_on, TermsTooEarly, starts_on=str(self.starts_on))
        later = any(version.from_on > from_on for version in self.versions)
        if later or self.view.terms_on(from_on) != terms:
            self.trigger_event(self.TermsChanged, act=act, from_on=from_on, terms=terms)

    def suspend(self, from_on: date, reason: str, act: Act) -> None:
        """Make nothing from a day on. Raises `PlanSuspended`, `PlanHasEnded`."""
        self._require_running(from_on)
        running = self._running_suspension
        if running is not None and running.from_on == from_on:
            return
        require(running is None, PlanSuspended, from_on=str(running.from_on if running else None))
        self.trigger_event(self.Suspended, act=act, from_on=from_on, reason=reason)

    def resume(self, from_on: date, act: Act) -> None:
        """Go on from a day. Raises `PlanNotSuspended`."""
        running = self._running_suspension
        if running is None and self.resumed_on == from_on:
            return
        require(running is not None and running.from_on <= from_on, PlanNotSuspended, on=str(from_on))
        self.trigger_event(self.Resumed, act=act, from_on=from_on)

    def end(self, last_on: date, reason: str, act: Act) -> None:
        """Give the plan a last day, or an earlier one. Raises `PlanHasEnded`, `PlanDaysWrong`."""
        if self.ends_on == last_on:
            return
        require(self.ends_on is None or last_on < self.ends_on, PlanHasEnded, ends_on=str(self.ends_on))
        days = {"starts_on": str(self.starts_on), "ends_on": str(last_on)}
        require(last_on >= self.starts_on, PlanDaysWrong, **days)
        self.trigger_event(self.Ended, act=act, last_on=last_on, reason=reason)

    def _require_running(self, on: date) -> None:
        require(self.ends_on is None or on <= self.ends_on, PlanHasEnded, ends_on=str(self.ends_on))

    # Answers

    @property
    def view(self) -> PlanView:
        """What the plan says, as the rules take it."""
        return PlanView(self.versions, self.starts_on, self.ends_on, self.suspensions)

    @property
    def _running_suspension(self) -> Suspension | None:
        return next((each for each in self.suspensions if each.to_on is None), None)

    # Evolve

    @event(Defined)
    def __init__(self, code: str, name: str, starts_on: date, ends_on: date | None, terms: PlanTerms) -> None:
        self.code, self.name, self.starts_on, self.ends_on = code, name, starts_on, ends_on
        self.versions: tuple[PlanVersion, ...] = (PlanVersion(from_on=starts_on, terms=terms),)
        self.suspensions: tuple[Suspension, ...] = ()
        self.resumed_on: date | None = None
        self.ended_because: str | None = None

    @event(TermsChanged)
    def _terms_changed(self, from_on: date, terms: PlanTerms) -> None:
        self.versions = after_change(self.versions, from_on, terms)

    @event(Suspended)
    def _suspended(self, from_on: date, reason: str) -> None:
        self.suspensions = (*self.suspensions, Suspension(from_on=from_on, reason=reason))

    @event(Resumed)
    def _resumed(self, from_on: date) -> None:
        self.suspensions, self.resumed_on = after_resuming(self.suspensions, from_on), from_on

    @event(Ended)
    def _ended(self, last_on: date, reason: str) -> None:
        self.ends_on, self.ended_because = last_on, reason


def after_change(versions: tuple[PlanVersion, ...], from_on: date, terms: PlanTerms) -> tuple[PlanVersion, ...]:
    """The versions once other terms hold from a day on."""
    earlier = (version for version in versions if version.from_on < from_on)
    return (*earlier, PlanVersion(from_on=from_on, terms=terms))


def after_resuming(suspensions: tuple[Suspension, ...], from_on: date) -> tuple[Suspension, ...]:
    """The suspensions once the running one is over: a day before it was resumed, or never if that was at once."""
    over = [
        each.model_copy(update={"to_on": each.to_on or date.fromordinal(from_on.toordinal() - 1)})
        for each in suspensions
    ]
    return tuple(each for each in over if each.to_on is None or each.to_on >= each.from_on)


def _check(terms: PlanTerms) -> None:
    require(not terms.scope.is_empty, PlanWithoutScope)
    require(terms.has_trigger, PlanWithoutTrigger)
    require(not terms.doubled_triggers, TriggerTwice, name=", ".join(terms.doubled_triggers))
