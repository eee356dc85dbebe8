"""Technician (tecnico): who does the work, employed or a contractor (terzista): skills, areas, hours, cost."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.natural_key import KeyKind, natural_id
from aggregates.rules.business_calendar import OFFICE_WEEK, WeekShifts
from aggregates.values import Money, Personal, Value

MOST_FEEDS = 20


def technician_id(code: str) -> UUID:
    """The id of a technician registered without one."""
    return natural_id(KeyKind.TECHNICIAN, code)


class Skill(Value):
    """Something a technician can do (competenza tecnica), from 1 (assisted) to 5 (teaches others)."""

    name: str = Field(min_length=1, examples=["REFRIGERATION"])
    level: int = Field(default=3, ge=1, le=5)
    certified_until_on: date | None = Field(default=None, description="Last day of the certificate, where one is due.")

    def holds(self, day: date) -> bool:
        """Whether the skill may be used on a day: its certificate has not run out."""
        return self.certified_until_on is None or day <= self.certified_until_on


class TechnicianDetails(Value):
    """Who a technician is; personal data lie under their own key."""

    name: Annotated[str, Personal("stream_id")] = Field(min_length=1, examples=["Gino Bianchi"])
    phone: Annotated[str | None, Personal("stream_id")] = None
    email: Annotated[str | None, Personal("stream_id")] = None
    external: bool = Field(default=False, description="A contractor, not an employee.")
    areas: tuple[str, ...] = Field(default=(), examples=[["Forlì", "Cesena"]])
    van: str | None = Field(default=None, description="The code of the warehouse that is their van.")
    starts_latitude: float | None = Field(default=None, ge=-90, le=90)
    starts_longitude: float | None = Field(default=None, ge=-180, le=180)
    base_town: str | None = Field(
        default=None, description="Whose patron saint's day they have off; left out, the company's town (R6.5)."
    )


class DatedCost(Value):
    """What an hour of the technician costs the company from a day on (R12.3)."""

    from_on: date
    hourly: Money


class CalendarFeed(Value):
    """An address at which a technician's agenda can be read (calendario condiviso); its secret is not kept."""

    feed_id: UUID
    label: str = Field(min_length=1, max_length=100, examples=["Telefono"])
    secret_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the secret, hexadecimal.")


class TechnicianProfile(Value):
    """What a planned activity keeps of its technician: as they were on the day of the work."""

    id: UUID
    name: Annotated[str, Personal("id")]
    skills: tuple[str, ...]
    areas: tuple[str, ...]
    external: bool


class TechnicianInactive(Refusal):
    """{name} no longer works here; choose another technician or reactivate them."""


class TooManyFeeds(Refusal):
    """A technician may have {most} calendar addresses; revoke one that is not used."""


class Technician(Aggregate):
    """Someone who can be sent to a customer."""

    TOPIC = "technician"

    class Registered(FirstEvent):
        """The technician is known."""

        TOPIC = "technician.registered.v1"
        code: str
        details: TechnicianDetails

    class DetailsChanged(Aggregate.Event):
        """Name, areas, van or employment are different from now on."""

        TOPIC = "technician.details-changed.v1"
        details: TechnicianDetails

    class SkillSet(Aggregate.Event):
        """The technician has a skill, or another level or certificate of it."""

        TOPIC = "technician.skill-set.v1"
        skill: Skill

    class SkillRemoved(Aggregate.Event):
        """The technician is no longer sent for this skill."""

        TOPIC = "technician.skill-removed.v1"
        name: str

    class HoursSet(Aggregate.Event):
        """The weekly working hours from a day on."""

        TOPIC = "technician.hours-set.v1"
        from_on: date
        week: WeekShifts

    class CostSet(Aggregate.Event):
        """What an hour costs from a day on; the same day again corrects it."""

        TOPIC = "technician.cost-set.v1"
        cost: DatedCost

    class Deactivated(Aggregate.Event):
        """The technician takes no more work."""

        TOPIC = "technician.deactivated.v1"

    class Reactivated(Aggregate.Event):
        """The technician works again."""

        TOPIC = "technician.reactivated.v1"

    class CalendarFeedMade(Aggregate.Event):
        """The technician's agenda can be read at a secret address."""

        TOPIC = "technician.calendar-feed-made.v1"
        feed: CalendarFeed

    class CalendarFeedRevoked(Aggregate.Event):
        """Nobody can read the agenda at that address any more."""

        TOPIC = "technician.calendar-feed-revoked.v1"
        feed_id: UUID

    # Decide

    @classmethod
    def register(cls, technician_id: UUID, code: str, details: TechnicianDetails, act: Act) -> Technician:
        """Make a technician known, with office hours until others are set."""
        return cls.begin(cls.Registered, id=technician_id, act=act, code=code, details=details)

    def change_details(self, details: TechnicianDetails, act: Act) -> None:
        """Change who they are from now on; the same data again records nothing."""
        if self.details != details:
            self.trigger_event(self.DetailsChanged, act=act, details=details)

    def set_skill(self, skill: Skill, act: Act) -> None:
        """Add a skill, or change its level or certificate."""
        if self.skills.get(skill.name) != skill:
            self.trigger_event(self.SkillSet, act=act, skill=skill)

    def remove_skill(self, name: str, act: Act) -> None:
        """Take a skill away; one that is not there changes nothing."""
        if name in self.skills:
            self.trigger_event(self.SkillRemoved, act=act, name=name)

    def set_hours(self, week: WeekShifts, from_on: date, act: Act) -> None:
        """Set the weekly hours from a day on."""
        if self.hours.get(from_on) != week:
            self.trigger_event(self.HoursSet, act=act, from_on=from_on, week=week)

    def set_cost(self, cost: DatedCost, act: Act) -> None:
        """Set what an hour costs from a day on."""
        if self.costs.get(cost.from_on) != cost.hourly:
            self.trigger_event(self.CostSet, act=act, cost=cost)

    def deactivate(self, act: Act) -> None:
        """Give them no more work."""
        if self.active:
            self.trigger_event(self.Deactivated, act=act)

    def reactivate(self, act: Act) -> None:
        """Let them work again."""
        if not self.active:
            self.trigger_event(self.Reactivated, act=act)

    def make_calendar_feed(self, feed: CalendarFeed, act: Act) -> None:
        """Let the agenda be read at an address. Raises `TechnicianInactive`, `TooManyFeeds`."""
        if self.feeds.get(feed.feed_id) != feed:
            require(self.active, TechnicianInactive, name=self.details.name)
            require(len(self.feeds) < MOST_FEEDS, TooManyFeeds, most=MOST_FEEDS)
            self.trigger_event(self.CalendarFeedMade, act=act, feed=feed)

    def revoke_calendar_feed(self, feed_id: UUID, act: Act) -> None:
        """Close an address; one that is not there changes nothing."""
        if feed_id in self.feeds:
            self.trigger_event(self.CalendarFeedRevoked, act=act, feed_id=feed_id)

    # Answers

    def profile(self, on: date) -> TechnicianProfile:
        """The technician as a plan freezes them: only skills whose certificate holds on the day.

        Raises `TechnicianInactive`.
        """
        require(self.active, TechnicianInactive, name=self.details.name)
        return TechnicianProfile(
            id=self.id,
            name=self.details.name,
            skills=tuple(sorted(skill.name for skill in self.skills.values() if skill.holds(on))),
            areas=self.details.areas,
            external=self.details.external,
        )

    def hours_on(self, day: date) -> WeekShifts:
        """The weekly hours in force on a day; office hours before any were set."""
        begun = [from_on for from_on in self.hours if from_on <= day]
        return self.hours[max(begun)] if begun else OFFICE_WEEK

    def cost_on(self, day: date) -> Money | None:
        """What an hour costs on a day; None before the first cost."""
        begun = [from_on for from_on in self.costs if from_on <= day]
        return self.costs[max(begun)] if begun else None

    # Evolve

    @event(Registered)
    def __init__(self, code: str, details: TechnicianDetails) -> None:
        self.code, self.details, self.active = code, details, True
        self.skills: dict[str, Skill] = {}
        self.hours: dict[date, WeekShifts] = {}
        self.costs: dict[date, Money] = {}
        self.feeds: dict[UUID, CalendarFeed] = {}

    @event(DetailsChanged)
    def _details_changed(self, details: TechnicianDetails) -> None:
        self.details = details

    @event(SkillSet)
    def _skill_set(self, skill: Skill) -> None:
        self.skills[skill.name] = skill

    @event(SkillRemoved)
    def _skill_removed(self, name: str) -> None:
        del self.skills[name]

    @event(HoursSet)
    def _hours_set(self, from_on: date, week: WeekShifts) -> None:
        self.hours[from_on] = week

    @event(CostSet)
    def _cost_set(self, cost: DatedCost) -> None:
        self.costs[cost.from_on] = cost.hourly

    @event(Deactivated)
    def _deactivated(self) -> None:
        self.active = False

    @event(Reactivated)
    def _reactivated(self) -> None:
        self.active = True

    @event(CalendarFeedMade)
    def _calendar_feed_made(self, feed: CalendarFeed) -> None:
        self.feeds[feed.feed_id] = feed

    @event(CalendarFeedRevoked)
    def _calendar_feed_revoked(self, feed_id: UUID) -> None:
        del self.feeds[feed_id]
