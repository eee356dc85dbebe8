"""CommissionAgent (agente): what is agreed with an agent about commissions, and the statements settled with them.

A statement freezes, line by line, what was earned by the end of a month less what statements before it settled. So
nothing is settled twice, and what credit notes and unpaid items take back is in the next one. Euro before VAT.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.rules.commissions import CommissionTerms
from aggregates.values import Rate, Value

AGENTS = UUID("7c0f4c0e-5c1e-5a5f-9a52-2f6f3f1f8e11")
NOTHING = Decimal("0.00")


def commission_agent_id(agent_id: UUID) -> UUID:
    """The stream of an agent's commissions; the agent's own id may be that of a user or a party."""
    return uuid5(AGENTS, str(agent_id))


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


class CommissionEntry(Value):
    """What a statement says of one line: earned so far, settled before, and so what is due now; euro.

    `base` is the line's amount less what was credited of it.
    """

    invoice_id: UUID
    line: int
    document: str
    customer_id: UUID
    base: Rate
    percent: Rate
    earned: Rate
    before: Rate
    amount: Rate


class StatementSettledAlready(Refusal):
    """Commissions up to {last_on} are settled; what changed since then is in the next month's statement."""


class CommissionsNotDue(Refusal):
    """Commissions of {month} can be settled after {last_on}."""


class NothingEarned(Refusal):
    """There is nothing to settle by {last_on}."""


class StatementOutdated(Refusal):
    """Invoices or payments changed meanwhile; look at the statement and settle it again."""


class CommissionAgent(Aggregate):
    """An agent with dated terms and settled statements."""

    TOPIC = "commission-agent"

    class Engaged(FirstEvent):
        """Somebody brings us business for a commission; the code is how statements call them."""

        TOPIC = "commission-agent.engaged.v1"
        agent_id: UUID
        code: str

    class TermsSet(Aggregate.Event):
        """What holds for documents from a day on; the same day again replaces it."""

        TOPIC = "commission-agent.terms-set.v1"
        from_on: date
        terms: CommissionTerms

    class StatementSettled(Aggregate.Event):
        """A month's statement is frozen, with its number."""

        TOPIC = "commission-agent.statement-settled.v1"
        number: str
        month: date
        settled_on: date
        total: Rate
        entries: tuple[CommissionEntry, ...]

    # Decide

    @classmethod
    def engage(cls, agent_id: UUID, code: str, act: Act) -> CommissionAgent:
        """Begin with an agent."""
        return cls.begin(cls.Engaged, id=commission_agent_id(agent_id), act=act, agent_id=agent_id, code=code.strip())

    def set_terms(self, terms: CommissionTerms, from_on: date, act: Act) -> None:
        """Agree terms for documents from a day on; the same again records nothing.

        Terms may reach back: the next statement settles the difference.
        """
        if self.terms.get(from_on) != terms:
            self.trigger_event(self.TermsSet, act=act, from_on=from_on, terms=terms)

    def settle(self, month: date, entries: Sequence[CommissionEntry], settled_on: date, act: Act) -> str:
        """Freeze the statement of a month; its number. What comes to nothing is left out.

        Raises `CommissionsNotDue`, `StatementSettledAlready`, `NothingEarned`, `StatementOutdated`.
        """
        last_on = month_end(month)
        told = f"{month:%m/%Y}"
        require(settled_on > last_on, CommissionsNotDue, month=told, last_on=last_on)
        is_later = self.settled_until is None or last_on > self.settled_until
        require(is_later, StatementSettledAlready, last_on=self.settled_until)
        due = tuple(each for each in entries if each.amount)
        require(bool(due), NothingEarned, last_on=last_on)
        require(all(self._fits(each) for each in due), StatementOutdated)
        number = f"{self.code}/{month:%Y-%m}"
        total = sum((each.amount for each in due), NOTHING)
        self.trigger_event(
            self.StatementSettled,
            act=act,
            number=number,
            month=month.replace(day=1),
            settled_on=settled_on,
            total=total,
            entries=due,
        )
        return number

    # Answers

    def terms_on(self, day: date) -> CommissionTerms | None:
        """The terms that hold for documents of a day."""
        held = [from_on for from_on in self.terms if from_on <= day]
        return self.terms[max(held)] if held else None

    def _fits(self, entry: CommissionEntry) -> bool:
        before = self.settled.get((entry.invoice_id, entry.line), NOTHING)
        return entry.before == before and entry.amount == entry.earned - before

    # Evolve

    @event(Engaged)
    def __init__(self, agent_id: UUID, code: str) -> None:
        self.agent_id, self.code = agent_id, code
        self.terms: dict[date, CommissionTerms] = {}
        self.settled: dict[tuple[UUID, int], Decimal] = {}
        self.settled_until: date | None = None

    @event(TermsSet)
    def _terms_set(self, from_on: date, terms: CommissionTerms) -> None:
        self.terms[from_on] = terms

    @event(StatementSettled)
    def _statement_settled(self, month: date, entries: tuple[CommissionEntry, ...]) -> None:
        self.settled_until = month_end(month)
        self.settled.update({(each.invoice_id, each.line): each.earned for each in entries})
