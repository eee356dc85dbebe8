"""What people may ask about activity types (tipi di attività)."""

from __future__ import annotations

from pydantic import Field

from aggregates.activity_type import ActivityTerms, ActivityType, activity_type_id
from aggregates.base import Act
from commands.base import Answer, Command, Service


class DefineActivityType(Command):
    """Define a kind of activity in the company's own words, or change the one with this code."""

    code: str = Field(min_length=1, max_length=60, examples=["repair"])
    terms: ActivityTerms


def define_activity_type(cmd: DefineActivityType, act: Act, service: Service) -> Answer:
    """Handles `DefineActivityType`."""
    known = service.find(ActivityType, activity_type_id(cmd.code))
    if known is None:
        known = ActivityType.define(cmd.code, cmd.terms, act)
    known.change(cmd.terms, act)
    service.save(known)
    return {"activity_type_id": known.id}
