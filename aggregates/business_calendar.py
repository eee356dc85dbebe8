"""BusinessCalendar (calendario di servizio): when service is owed, by date, with the feasts of the sites' towns."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, event
from aggregates.natural_key import KeyKind, natural_id
from aggregates.rules.business_calendar import CalendarTerms

STANDARD = "CAL-IT"
"""The calendar that every company has without defining it: office hours and Italian holidays."""


def calendar_id(code: str) -> UUID:
    """The id of a calendar: always made from its code."""
    return natural_id(KeyKind.CALENDAR, code)


def at_town(terms: CalendarTerms, town: str | None, feasts: dict[str, str]) -> CalendarTerms:
    """The calendar as it holds at a town: with its patron saint, unless the calendar names one itself (R6.5)."""
    if town is None or terms.patron_town or terms.patron_day:
        return terms
    return terms.model_copy(update={"patron_town": town, "patron_day": feasts.get(town.strip().casefold())})


class BusinessCalendar(Aggregate):
    """Shifts, holidays and closures of one level of service."""

    TOPIC = "business-calendar"

    class Defined(FirstEvent):
        """The calendar exists and holds from the beginning."""

        TOPIC = "business-calendar.defined.v1"
        code: str
        name: str
        terms: CalendarTerms

    class TermsSet(Aggregate.Event):
        """Other terms hold from a day on; clocks already counted stay as they were."""

        TOPIC = "business-calendar.terms-set.v1"
        from_on: date
        terms: CalendarTerms

    class FeastSet(Aggregate.Event):
        """The feast of a town that the table of patron saints does not know, as MM-DD."""

        TOPIC = "business-calendar.feast-set.v1"
        town: str
        day: str

    # Decide

    @classmethod
    def define(cls, code: str, name: str, terms: CalendarTerms, act: Act) -> BusinessCalendar:
        """Begin a calendar."""
        return cls.begin(cls.Defined, id=calendar_id(code), act=act, code=code.strip(), name=name, terms=terms)

    def set_terms(self, terms: CalendarTerms, from_on: date, act: Act) -> None:
        """Set the terms from a day on; the same terms again record nothing."""
        if self.base_terms_on(from_on) != terms:
            self.trigger_event(self.TermsSet, act=act, from_on=from_on, terms=terms)

    def set_feast(self, town: str, day: str, act: Act) -> None:
        """Name the feast of a town."""
        if self.feasts.get(town.strip().casefold()) != day:
            self.trigger_event(self.FeastSet, act=act, town=town, day=day)

    # Answers

    def base_terms_on(self, day: date) -> CalendarTerms:
        """The terms in force on a day, whatever the town."""
        begun = [from_on for from_on in self.later if from_on <= day]
        return self.later[max(begun)] if begun else self.first_terms

    def terms_on(self, day: date, town: str | None = None) -> CalendarTerms:
        """The terms in force on a day at a town, ready to be frozen into a fact."""
        return at_town(self.base_terms_on(day), town, self.feasts)

    # Evolve

    @event(Defined)
    def __init__(self, code: str, name: str, terms: CalendarTerms) -> None:
        self.code, self.name, self.first_terms = code, name, terms
        self.later: dict[date, CalendarTerms] = {}
        self.feasts: dict[str, str] = {}

    @event(TermsSet)
    def _terms_set(self, from_on: date, terms: CalendarTerms) -> None:
        self.later[from_on] = terms

    @event(FeastSet)
    def _feast_set(self, town: str, day: str) -> None:
        self.feasts[town.strip().casefold()] = day
