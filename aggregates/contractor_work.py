"""Contractor work (lavoro del terzista): a visit offered to an outside technician, and what it costs us."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.rules.contractor_cost import ContractorCost, ContractorTerms, contractor_cost
from aggregates.values import Instant, Value
from aggregates.work_report import Performed


def contractor_work_id(activity_id: UUID, technician_id: UUID) -> UUID:
    """The id of a contractor's part in an activity: there is one."""
    return uuid5(activity_id, f"contractor {technician_id}")


class OfferState(StrEnum):
    """Where an offer to a contractor stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"


class OfferedVisit(Value):
    """The visit offered, to whom, on which terms, and until when it is to be answered."""

    call_id: UUID
    activity_id: UUID
    technician_id: UUID
    terms: ContractorTerms
    answer_by: Instant


class NotAContractor(Refusal):
    """{name} is an employee; offers go to outside technicians only."""


class TermsEmpty(Refusal):
    """Say what is paid: an hourly rate, an amount for the visit or for the kilometre."""

    status = 422


class OfferTooLate(Refusal):
    """The offer was to be answered by {answer_by}; ask the dispatcher for a new one."""


class OfferNotOpen(Refusal):
    """The offer is {state}; it cannot be answered or changed this way any more."""


class OfferNotAccepted(Refusal):
    """The contractor has not accepted this visit ({state}); there is no agreed cost to approve."""


class NothingPerformed(Refusal):
    """No work of this contractor is recorded on the visit yet; record it first."""


class ContractorWork(Aggregate):
    """One visit of a contractor."""

    TOPIC = "contractor-work"

    class Offered(FirstEvent):
        """A contractor is asked to do a visit."""

        TOPIC = "contractor-work.offered.v1"
        offer: OfferedVisit

    class OfferedAgain(Aggregate.Event):
        """The same visit on other terms, or after it was declined or withdrawn."""

        TOPIC = "contractor-work.offered-again.v1"
        offer: OfferedVisit

    class Accepted(Aggregate.Event):
        """The contractor comes; the terms are agreed and frozen."""

        TOPIC = "contractor-work.accepted.v1"
        terms: ContractorTerms

    class Declined(Aggregate.Event):
        """The contractor does not come."""

        TOPIC = "contractor-work.declined.v1"
        reason: str

    class Withdrawn(Aggregate.Event):
        """We no longer ask."""

        TOPIC = "contractor-work.withdrawn.v1"
        reason: str

    class Approved(Aggregate.Event):
        """We found the work done, and owe this."""

        TOPIC = "contractor-work.approved.v1"
        performed: Performed
        cost: ContractorCost
        total: Decimal
        expense_line_id: UUID | None

    # Decide

    @classmethod
    def offer_visit(cls, offer: OfferedVisit, act: Act) -> ContractorWork:
        """Ask a contractor. Raises `TermsEmpty`."""
        require(not offer.terms.is_empty, TermsEmpty)
        return cls.begin(
            cls.Offered, id=contractor_work_id(offer.activity_id, offer.technician_id), act=act, offer=offer
        )

    def offer_again(self, offer: OfferedVisit, act: Act) -> None:
        """Ask once more; an open offer on the same terms stays. Raises `OfferNotOpen`, `TermsEmpty`."""
        if self.state is OfferState.OFFERED and self.offer == offer:
            return
        require(not offer.terms.is_empty, TermsEmpty)
        require(self.state not in (OfferState.ACCEPTED, OfferState.APPROVED), OfferNotOpen, state=self.state)
        self.trigger_event(self.OfferedAgain, act=act, offer=offer)

    def accept(self, act: Act) -> None:
        """Take the visit on these terms; twice is once. Raises `OfferNotOpen`, `OfferTooLate`."""
        if self.state is OfferState.ACCEPTED:
            return
        self._require_answerable(act)
        self.trigger_event(self.Accepted, act=act, terms=self.offer.terms)

    def decline(self, reason: str, act: Act) -> None:
        """Do not take it; twice is once. Raises `OfferNotOpen`. Also after the time to answer: it frees the visit."""
        if self.state is not OfferState.DECLINED:
            require(self.state is OfferState.OFFERED, OfferNotOpen, state=self.state)
            self.trigger_event(self.Declined, act=act, reason=reason)

    def withdraw(self, reason: str, act: Act) -> None:
        """Ask no more, before or after it was accepted; twice is once. Raises `OfferNotOpen`."""
        if self.state is not OfferState.WITHDRAWN:
            open_states = (OfferState.OFFERED, OfferState.ACCEPTED)
            require(self.state in open_states, OfferNotOpen, state=self.state)
            self.trigger_event(self.Withdrawn, act=act, reason=reason)

    def approve(self, performed: Performed | None, act: Act, *, expense_line_id: UUID | None) -> None:
        """Find the work done and owe its agreed cost; twice is once. Raises `OfferNotAccepted`, `NothingPerformed`."""
        if self.state is OfferState.APPROVED:
            return
        require(self.state is OfferState.ACCEPTED, OfferNotAccepted, state=self.state)
        if performed is None or performed.technician_id != self.offer.technician_id:
            raise NothingPerformed
        cost = self.cost_of(performed)
        self.trigger_event(
            self.Approved,
            act=act,
            performed=performed,
            cost=cost,
            total=cost.total,
            expense_line_id=expense_line_id,
        )

    def cost_of(self, performed: Performed) -> ContractorCost:
        """What the work costs by the terms agreed, or offered."""
        terms = self.agreed or self.offer.terms
        km = performed.travel_km or Decimal(0)
        return contractor_cost(terms, performed.work_minutes, performed.travel_minutes, km)

    def _require_answerable(self, act: Act) -> None:
        require(self.state is OfferState.OFFERED, OfferNotOpen, state=self.state)
        require(act.at <= self.offer.answer_by, OfferTooLate, answer_by=self.offer.answer_by)

    # Evolve

    @event(Offered)
    def __init__(self, offer: OfferedVisit) -> None:
        self.offer, self.state = offer, OfferState.OFFERED
        self.agreed: ContractorTerms | None = None
        self.total: Decimal | None = None

    @event(OfferedAgain)
    def _offered_again(self, offer: OfferedVisit) -> None:
        self.offer, self.state, self.agreed = offer, OfferState.OFFERED, None

    @event(Accepted)
    def _accepted(self, terms: ContractorTerms) -> None:
        self.agreed, self.state = terms, OfferState.ACCEPTED

    @event(Declined)
    def _declined(self) -> None:
        self.state = OfferState.DECLINED

    @event(Withdrawn)
    def _withdrawn(self) -> None:
        self.state, self.agreed = OfferState.WITHDRAWN, None

    @event(Approved)
    def _approved(self, total: Decimal) -> None:
        self.total, self.state = total, OfferState.APPROVED
