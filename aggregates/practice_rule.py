"""PracticeRule (regola di pratica): when a practice is opened, with which operations and deadlines (INS-8)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from pydantic import Field, model_validator

from aggregates.base import Act, Aggregate, FirstEvent, event
from aggregates.contract_terms import ContractKind
from aggregates.values import Value

RULES = UUID("58cdb1d0-6c70-5a8e-9a7c-0c8d4a5e2f06")


def practice_rule_id(code: str) -> UUID:
    """The id of a rule: its code, whatever the capitals."""
    return uuid5(RULES, code.strip().lower())


class OccasionKind(StrEnum):
    """What can happen that asks for a practice."""

    NEW_CUSTOMER = "new_customer"
    NEW_PERIOD = "new_period"
    NEW_CONTRACT = "new_contract"
    ITEM_STATUS = "item_status"
    BY_HAND = "by_hand"


class PeriodKind(StrEnum):
    """Periods that begin: fiscal years, and their quarters and months."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"

    @property
    def months(self) -> int:
        """How long one is."""
        return {PeriodKind.YEAR: 12, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}[self]


class Condition(Value):
    """When the rule asks for a practice; what is given belongs to its kind of occasion."""

    occasion: OccasionKind = Field(examples=["by_hand"])
    period: PeriodKind | None = Field(default=None, examples=[None], description="Of `new_period`, needed there.")
    first_month: int = Field(default=1, ge=1, le=12, description="The month in which the company's fiscal year begins.")
    contract_kind: ContractKind | None = Field(
        default=None, examples=[None], description="Of `new_contract`; any, if left out."
    )
    item_status: str | None = Field(default=None, examples=[None], description="Of `item_status`, needed there.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.occasion is OccasionKind.NEW_PERIOD) != (self.period is not None):
            raise ValueError("a new period needs its kind of period, other occasions have none")
        if (self.occasion is OccasionKind.ITEM_STATUS) != (self.item_status is not None):
            raise ValueError("an item's status must be named, other occasions have none")
        if self.contract_kind is not None and self.occasion is not OccasionKind.NEW_CONTRACT:
            raise ValueError("only a new contract has a kind")
        return self


class StepTerms(Value):
    """Deadline and responsible person of one operation, where they differ from the rule's."""

    key: str = Field(examples=["pressure"])
    due_days: int | None = Field(default=None, ge=0, le=3650)
    role: str | None = None
    user_id: UUID | None = None


class PracticeRuleTerms(Value):
    """What the rule wants done, by whom, and by when."""

    name: str = Field(min_length=1, max_length=200, examples=["Adempimenti nuovo cliente"])
    condition: Condition
    protocol: str = Field(min_length=1, max_length=60, description="The code of the protocol with its operations.")
    from_on: date = Field(description="Occasions before this day are left alone.")
    due_days: int = Field(default=30, ge=0, le=3650, description="From the day of the occasion.")
    role: str | None = Field(default=None, description="The role that sees to it.")
    user_id: UUID | None = Field(default=None, description="The person who sees to it.")
    steps: tuple[StepTerms, ...] = ()
    active: bool = True


class PracticeRule(Aggregate):
    """A rule that opens practices."""

    TOPIC = "practice-rule"

    class Defined(FirstEvent):
        """The company wants this done on each such occasion."""

        TOPIC = "practice-rule.defined.v1"
        code: str
        terms: PracticeRuleTerms

    class Changed(Aggregate.Event):
        """It wants something else from now on; practices already open keep their operations and days."""

        TOPIC = "practice-rule.changed.v1"
        terms: PracticeRuleTerms

    # Decide

    @classmethod
    def define(cls, code: str, terms: PracticeRuleTerms, act: Act) -> PracticeRule:
        """Add a rule."""
        return cls.begin(cls.Defined, id=practice_rule_id(code), act=act, code=code.strip(), terms=terms)

    def change(self, terms: PracticeRuleTerms, act: Act) -> None:
        """Change it; the same again records nothing."""
        if self.terms != terms:
            self.trigger_event(self.Changed, act=act, terms=terms)

    # Evolve

    @event(Defined)
    def __init__(self, code: str, terms: PracticeRuleTerms) -> None:
        self.code, self.terms = code, terms

    @event(Changed)
    def _changed(self, terms: PracticeRuleTerms) -> None:
        self.terms = terms
