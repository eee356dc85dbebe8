"""HourPool (monte ore): prepaid minutes of a customer in lots, drawn by interventions; its balance is a fold (R2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, event, require
from aggregates.because import Because, worded
from aggregates.hour_pool_refusals import HoursNotRefundable, LotTaken, NoAlertDue, NothingToRefund, PoolExists
from aggregates.hour_pool_values import (
    EarlyEnd,
    Lot,
    LotPart,
    LotState,
    PoolAlert,
    PoolDraw,
    PoolSubject,
    PoolTerms,
    TopUpPolicy,
)
from aggregates.rules.hour_pools import NONE, Minutes, plain
from aggregates.values import Money, euro, rome_date

HUNDRED = 100
ONE_DAY = timedelta(days=1)


class HourPool(Aggregate):
    """A ledger of lots: bought, drawn, given back, lapsed, refunded."""

    TOPIC = "hour-pool"

    class Opened(FirstEvent):
        """A customer may buy hours beforehand, under these terms."""

        TOPIC = "hour-pool.opened.v1"
        subject: PoolSubject
        terms: PoolTerms

    class TermsSet(Aggregate.Event):
        """Other terms hold for work from a day on; what was drawn stays as it was."""

        TOPIC = "hour-pool.terms-set.v1"
        from_on: date
        terms: PoolTerms

    class SubjectChanged(Aggregate.Event):
        """Another name, contract, or for whom hours may be drawn; a successor contract takes the pool over (R1.12)."""

        TOPIC = "hour-pool.subject-changed.v1"
        subject: PoolSubject

    class LotBought(Aggregate.Event):
        """Minutes were bought (R2.5): merged lots now end with this one; an overdraft is paid back from it first."""

        TOPIC = "hour-pool.lot-bought.v1"
        lot: Lot
        merged: tuple[UUID, ...] = ()
        repaid_minutes: Minutes = NONE

    class HoursDrawn(Aggregate.Event):
        """An intervention took minutes (R2.3, R2.4); of the parts, those of this pool leave its lots."""

        TOPIC = "hour-pool.hours-drawn.v1"
        draw: PoolDraw

    class DrawReversed(Aggregate.Event):
        """Minutes drawn are given back, because the work was told otherwise; `because` or `reason` says why."""

        TOPIC = "hour-pool.draw-reversed.v1"
        work_id: UUID
        call_id: UUID | None
        attempt: int
        returned: tuple[LotPart, ...]
        overdraft_minutes: Minutes
        reason: str = Field(default="", description="Somebody's words; before reasons were codes, every reason.")
        because: Because | None = None

    class LotExpired(Aggregate.Event):
        """Minutes left lapsed after a lot's last day, its own or its contract's; earned on the day after it (R2.7)."""

        TOPIC = "hour-pool.lot-expired.v1"
        lot_id: UUID
        minutes: Minutes
        expired_on: date
        breakage: Money

    class LotRefunded(Aggregate.Event):
        """The customer left early and gets back what was neither consumed nor lapsed (R2.5)."""

        TOPIC = "hour-pool.lot-refunded.v1"
        lot_id: UUID
        minutes: Minutes
        refunded_on: date
        amount: Money

    class AlertNoted(Aggregate.Event):
        """Few minutes are left, or a lot is about to expire (R2.8)."""

        TOPIC = "hour-pool.alert-noted.v1"
        alert: PoolAlert
        lot_id: UUID
        valid_to: date
        left_minutes: Minutes

    # Decide (drawing, which may take from several pools: `hour_pool_draws.py`)

    @classmethod
    def open(cls, pool_id: UUID, subject: PoolSubject, terms: PoolTerms, act: Act) -> HourPool:
        """Begin a pool without hours."""
        return cls.begin(cls.Opened, id=pool_id, act=act, subject=subject, terms=terms)

    def check_same(self, subject: PoolSubject, terms: PoolTerms) -> None:
        """The pool asked for under this id must be this one. Raises `PoolExists`."""
        require((subject, terms) == (self.first_subject, self.first_terms), PoolExists, name=self.subject.name)

    def set_terms(self, terms: PoolTerms, from_on: date, act: Act) -> None:
        """Set the terms for work from a day on; the same again records nothing."""
        if self.terms_on(from_on) != terms:
            self.trigger_event(self.TermsSet, act=act, from_on=from_on, terms=terms)

    def change_subject(self, subject: PoolSubject, act: Act) -> None:
        """Change name, contract or admission; the customer stays."""
        if subject != self.subject:
            self.trigger_event(self.SubjectChanged, act=act, subject=subject)

    def buy(self, lot: Lot, act: Act) -> bool:
        """Add a lot (R2.5); the same again records nothing and answers false. Raises `LotTaken`."""
        known = self.lots.get(lot.lot_id)
        if known is not None:
            require(known.lot == lot, LotTaken, lot_id=str(lot.lot_id))
            return False
        merged: list[UUID] = []
        if self.terms_on(lot.bought_on).top_up is TopUpPolicy.MERGE:
            merged = [
                key
                for key, each in self.lots.items()
                if each.left > 0 and lot.bought_on <= each.valid_to < lot.valid_to
            ]
        repaid = min(self.overdrawn, lot.minutes - lot.used_before)
        self.trigger_event(self.LotBought, act=act, lot=lot, merged=tuple(merged), repaid_minutes=repaid)
        return True

    def note_drawn(self, draw: PoolDraw, act: Act) -> None:
        """Record a draw that was planned over this and perhaps other pools."""
        self.trigger_event(self.HoursDrawn, act=act, draw=draw)

    def give_back(self, draw: PoolDraw, why: Because | str, act: Act) -> None:
        """Reverse this pool's part of a draw.

        Minutes on credit that a purchase has paid back meanwhile return to the lots that paid, the latest first.
        """
        parts = [part for part in draw.parts if part.pool_id == self.id]
        on_credit = draw.overdraft_minutes if draw.pool_id == self.id else NONE
        still_owed = min(on_credit, self.overdrawn)
        parts += self._repayers(on_credit - still_owed)
        self.trigger_event(
            self.DrawReversed,
            act=act,
            work_id=draw.work.work_id,
            call_id=draw.call_id,
            attempt=draw.attempt,
            returned=tuple(parts),
            overdraft_minutes=still_owed,
            **worded(why),
        )

    def expire(self, on: date, act: Act, ended_on: date | None = None) -> None:
        """Let minutes lapse whose last day is before a day (R2.5, R2.7); nothing where nothing is left.

        `ended_on` is the last day of a contract whose successor does not get its hours (R1.12): no lot outlasts it.
        """
        for lot_id, state in list(self.lots.items()):
            last_on = min(state.valid_to, ended_on or state.valid_to)
            if state.left > 0 and last_on < on:
                after = state.changed(lapsed=state.lapsed + state.left)
                self.trigger_event(
                    self.LotExpired,
                    act=act,
                    lot_id=lot_id,
                    minutes=state.left,
                    expired_on=last_on + ONE_DAY,
                    breakage=euro(after.earned - state.earned),
                )

    def refund(self, on: date, act: Act) -> None:
        """Give back what is left of every lot, at its price less what was earned (R2.5).

        Raises `HoursNotRefundable`, `NothingToRefund`.
        """
        require(self.terms_on(on).early_end is EarlyEnd.REFUND, HoursNotRefundable, name=self.subject.name)
        self.expire(on, act)
        left = {key: each for key, each in self.lots.items() if each.left > 0}
        require(bool(left), NothingToRefund, name=self.subject.name)
        for lot_id, state in left.items():
            self.trigger_event(
                self.LotRefunded,
                act=act,
                lot_id=lot_id,
                minutes=state.left,
                refunded_on=on,
                amount=euro(state.deferred),
            )

    def note_alert(self, alert: PoolAlert, lot_id: UUID, act: Act) -> None:
        """Record a warning that is due on the act's day, once for each lot and expiry (R2.8). Raises `NoAlertDue`."""
        on = rome_date(act.at)
        valid_to = self.lots[lot_id].valid_to if lot_id in self.lots else on
        if (alert, lot_id, valid_to) in self.alerted:
            return
        due = self.is_low(on) if alert is PoolAlert.LOW else self.is_expiring(lot_id, on)
        require(lot_id in self.lots and due, NoAlertDue, name=self.subject.name)
        self.trigger_event(
            self.AlertNoted, act=act, alert=alert, lot_id=lot_id, valid_to=valid_to, left_minutes=self.left_on(on)
        )

    # Ask

    @property
    def balance(self) -> Decimal:
        """Minutes of all lots less the overdraft: the sum of all movements; never below minus the overdraft allowed."""
        return plain(sum((each.left for each in self.lots.values()), NONE) - self.overdrawn)

    def left_on(self, day: date) -> Decimal:
        """Minutes left in lots that have not ended before a day."""
        return plain(sum((each.left for each in self.lots.values() if each.valid_to >= day), NONE))

    def terms_on(self, day: date) -> PoolTerms:
        """The terms for work of a day."""
        begun = [from_on for from_on in self.later_terms if from_on <= day]
        return self.later_terms[max(begun)] if begun else self.first_terms

    def is_low(self, on: date) -> bool:
        """Whether no more than the alert's share is left of the lots still in use, or of the last one (R2.8)."""
        live = [each for each in self.lots.values() if each.valid_to >= on]
        in_use = [each for each in live if each.left > 0] or live[-1:]
        bought = sum(each.lot.minutes for each in in_use)
        return bool(bought) and self.left_on(on) * HUNDRED <= bought * self.terms_on(on).alert_percent

    def is_expiring(self, lot_id: UUID, on: date) -> bool:
        """Whether a lot with minutes left ends within the alert's days (R2.8)."""
        state = self.lots[lot_id]
        days = (state.valid_to - on).days
        return state.left > 0 and 0 <= days <= self.terms_on(on).alert_days

    def draws_of(self, call_id: UUID) -> tuple[PoolDraw, ...]:
        """What a call has drawn under this pool's terms, in the order of drawing; for pricing the call."""
        return tuple(draw for draw in self.draws.values() if draw.call_id == call_id and draw.pool_id == self.id)

    def _repayers(self, minutes: Decimal) -> list[LotPart]:
        parts = []
        for lot_id, state in reversed(self.lots.items()):
            part = min(state.repaid, minutes)
            if part > 0:
                parts.append(LotPart(pool_id=self.id, lot_id=lot_id, minutes=part))
                minutes -= part
        return parts

    # Evolve

    @event(Opened)
    def __init__(self, subject: PoolSubject, terms: PoolTerms) -> None:
        self.subject = self.first_subject = subject
        self.first_terms = terms
        self.later_terms: dict[date, PoolTerms] = {}
        self.lots: dict[UUID, LotState] = {}
        self.overdrawn = NONE
        self.draws: dict[UUID, PoolDraw] = {}
        self.attempts: dict[UUID, int] = {}
        self.alerted: set[tuple[PoolAlert, UUID, date]] = set()

    @event(TermsSet)
    def _terms_set(self, from_on: date, terms: PoolTerms) -> None:
        self.later_terms[from_on] = terms

    @event(SubjectChanged)
    def _subject_changed(self, subject: PoolSubject) -> None:
        self.subject = subject

    @event(LotBought)
    def _lot_bought(self, lot: Lot, merged: tuple[UUID, ...], repaid_minutes: Decimal) -> None:
        self.lots[lot.lot_id] = LotState(
            lot=lot, valid_to=lot.valid_to, used=lot.used_before + repaid_minutes, repaid=repaid_minutes
        )
        for lot_id in merged:
            self.lots[lot_id] = self.lots[lot_id].changed(valid_to=lot.valid_to)
        self.overdrawn -= repaid_minutes

    @event(HoursDrawn)
    def _hours_drawn(self, draw: PoolDraw) -> None:
        self.draws[draw.work.work_id] = draw
        self._take([part for part in draw.parts if part.pool_id == self.id])
        if draw.pool_id == self.id:
            self.overdrawn += draw.overdraft_minutes

    @event(DrawReversed)
    def _draw_reversed(
        self, work_id: UUID, attempt: int, returned: tuple[LotPart, ...], overdraft_minutes: Decimal
    ) -> None:
        draw = self.draws.pop(work_id)
        own = [part.lot_id for part in draw.parts if part.pool_id == self.id]
        for n, part in enumerate(returned):
            state = self.lots[part.lot_id]
            repaid = state.repaid - part.minutes if n >= len(own) else state.repaid
            self.lots[part.lot_id] = state.changed(used=state.used - part.minutes, repaid=repaid)
        self.overdrawn -= overdraft_minutes
        self.attempts[work_id] = attempt + 1

    @event(LotExpired)
    def _lot_expired(self, lot_id: UUID, minutes: Decimal, expired_on: date) -> None:
        self.lots[lot_id] = self.lots[lot_id].expired(minutes, expired_on)

    @event(LotRefunded)
    def _lot_refunded(self, lot_id: UUID, minutes: Decimal, amount: Money) -> None:
        state = self.lots[lot_id]
        given = state.refund.amount if state.refund else NONE
        self.lots[lot_id] = state.changed(refunded=state.refunded + minutes, refund=euro(given + amount.amount))

    @event(AlertNoted)
    def _alert_noted(self, alert: PoolAlert, lot_id: UUID, valid_to: date) -> None:
        self.alerted.add((alert, lot_id, valid_to))

    def _take(self, parts: Sequence[LotPart]) -> None:
        for part in parts:
            self.lots[part.lot_id] = self.lots[part.lot_id].taken(part.minutes, part.from_lapsed)
