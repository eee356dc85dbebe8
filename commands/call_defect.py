"""When a defect appeared (manifestazione del difetto): what a warranty looks at besides the day of the call (§5)."""

from __future__ import annotations

from datetime import date

from aggregates.base import Refusal, require
from aggregates.call import Call
from aggregates.coverage import Coverage
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
    day = rome_date(call.opened_at)
    told = appeared(appeared_on, day) or call.coverage.appeared_on
    return service.lookups.coverage_for(call.serial_item_ids, call.party_id, call.site_id, day, told)
