"""When a defect appeared (manifestazione del difetto): what a warranty looks at besides the day of the call (§5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from aggregates.base import Refusal, require
from aggregates.call import Call
from aggregates.coverage import CallAbout, Coverage
from aggregates.values import rome_date
from commands.base import Service

APPEARED = "When the defect appeared, for its warranty; left out, the day of the call."


class DefectInTheFuture(Refusal):
    """A defect cannot appear on {appeared_on}, after the call of {opened_on}; check the day."""

    status = 422


def appeared(appeared_on: date | None, opened_on: date) -> date | None:
    """The day as it was told. Raises `DefectInTheFuture`."""
    told = {"appeared_on": appeared_on, "opened_on": opened_on}
    require(appeared_on is None or appeared_on <= opened_on, DefectInTheFuture, **told)
    return appeared_on


def coverage_anew(service: Service, call: Call, appeared_on: date | None = None) -> Coverage:
    """Coverage of a call as of its opening; left out, its defect appeared when it was said before."""
    told = appeared(appeared_on, rome_date(call.opened_at))
    return coverage_with(service, call, call.serial_item_ids, told)


def coverage_with(
    service: Service, call: Call, serial_item_ids: Sequence[UUID], appeared_on: date | None = None
) -> Coverage:
    """The same as if these were the call's machines."""
    day, told = rome_date(call.opened_at), appeared_on or call.coverage.appeared_on
    return service.lookups.coverage_for(CallAbout(serial_item_ids, call.party_id, call.site_id, day, told))
