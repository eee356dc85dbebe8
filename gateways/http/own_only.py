"""What contractors may see (terzisti): of the lists by technician, their own alone."""

from __future__ import annotations

from uuid import UUID

from aggregates import roles
from aggregates.base import Refusal, require
from gateways.http.auth import Caller
from gateways.wiring import House
from projections.base import Ask

OWN_ONLY = frozenset({"my-day", "daily-report", "agenda", "contractor-work", "contractor-statement"})
"""Views that a contractor is answered for themselves only."""


class TechnicianMissing(Refusal):
    """Your user is no technician yet; ask an administrator to say which one you are."""

    status = 403


class NotYours(Refusal):
    """This is about another technician; you can see your own only."""

    status = 403


def own_only(view_name: str, ask: Ask, caller: Caller, house: House) -> Ask:
    """The question as a contractor may ask it. Raises `TechnicianMissing`, `NotYours`."""
    if view_name not in OWN_ONLY or caller.roles != {roles.CONTRACTOR}:
        return ask
    own = technician_of(house, caller)
    require(own is not None, TechnicianMissing)
    require(getattr(ask, "technician_id", None) in (None, own), NotYours)
    return ask.model_copy(update={"technician_id": own})


def technician_of(house: House, caller: Caller) -> UUID | None:
    """The technician that a user is."""
    row = house.reader.row(
        "select technician_id from {app_user} where user_id::text = %(user)s", {"user": caller.user_id}
    )
    return row["technician_id"] if row else None
