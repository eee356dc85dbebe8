"""What an hour or a kilometre costs on a day (costi interni), for the datamart; reckoned again when it changes.

A cost told later for an earlier day flows into the rows of that day and after it: they show what is known now of what
held then (R12.3). What was known at an earlier instant is answered as of that instant, like every view.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from aggregates.contractor_work import OfferState
from aggregates.rules.contractor_cost import ContractorTerms, contractor_cost
from aggregates.rules.margin import ZERO, amount_of, hours_cost
from projections.base import Row, Rows
from projections.mart_work_tables import DRIVER, OFFER, RATE, TRAVEL

AGREED = (OfferState.ACCEPTED.value, OfferState.APPROVED.value)


class Rate(NamedTuple):
    """Euro for an hour or kilometre, and the fact that said so."""

    amount: Decimal
    position: int


def set_rate(rows: Rows, subject_id: UUID, from_on: date, amount: Decimal) -> None:
    """What an hour of a technician, or a kilometre of a vehicle, costs from a day on."""
    known = rows.get(RATE, subject_id) or {"subject_id": subject_id, "rates": {}}
    rows.put(RATE, {**known, "rates": {**known["rates"], str(from_on): [str(amount), rows.now.position]}})


def rate_on(rows: Rows, subject_id: UUID, day: date) -> Rate | None:
    """The rate in force on a day; None before the first."""
    known = rows.get(RATE, subject_id) or {"rates": {}}
    begun = [from_on for from_on in known["rates"] if from_on <= str(day)]
    if not begun:
        return None
    amount, position = known["rates"][max(begun)]
    return Rate(Decimal(amount), position)


def vehicle_on(rows: Rows, technician_id: UUID, day: date) -> UUID | None:
    """The vehicle that a technician drives on a day; of several the one that was given last."""
    held = [
        row
        for row in rows.select(DRIVER, technician_id=technician_id)
        if row["from_on"] <= day and (row["to_on"] is None or row["to_on"] >= day)
    ]
    held.sort(key=lambda row: (-row["from_on"].toordinal(), str(row["assignment_id"])))
    vehicle_id: UUID | None = held[0]["vehicle_id"] if held else None
    return vehicle_id


def costed_activity(rows: Rows, row: Row) -> Row:
    """The activity with what it costs: what was agreed with its contractor, else its minutes at the day's cost."""
    agreed = _agreed(rows, row)
    if agreed is not None:
        paid = {"labour_cost": agreed.amount, "way_cost": ZERO, "cost": agreed.amount, "is_known": True}
        told = {"is_contractor": True, "agreed_cost": agreed.amount, "hourly_cost": None}
        return {**row, **told, **paid, "rate_position": agreed.position}
    rate = rate_on(rows, row["technician_id"], row["day"]) if row["technician_id"] else None
    hours = hours_cost(row["work_minutes"], row["travel_minutes"], rate.amount if rate else ZERO)
    return {
        **row,
        "is_contractor": False,
        "agreed_cost": None,
        "hourly_cost": rate.amount if rate else None,
        "labour_cost": hours.work,
        "way_cost": hours.way,
        "cost": hours.total,
        "is_known": rate is not None or not (row["work_minutes"] or row["travel_minutes"]),
        "rate_position": rate.position if rate else None,
    }


def costed_travel(rows: Rows, row: Row, *, is_agreed: bool) -> Row:
    """The kilometres with what they cost: nothing beside what was agreed with a contractor, else the vehicle's rate.

    Kilometres with the technician's own car cost what is claimed for them; here they are not known.
    """
    vehicle_id = None if is_agreed else vehicle_on(rows, row["technician_id"], row["day"])
    rate = rate_on(rows, vehicle_id, row["day"]) if vehicle_id else None
    cost = amount_of(row["km"], rate.amount) if rate else ZERO
    told = {"vehicle_id": vehicle_id, "per_km": rate.amount if rate else None, "cost": cost}
    known = {"is_known": is_agreed or rate is not None, "rate_position": rate.position if rate else None}
    return {**row, **told, **known}


def _agreed(rows: Rows, row: Row) -> Rate | None:
    for offer in rows.select(OFFER, activity_id=row["activity_id"]):
        if offer["state"] in AGREED and offer["technician_id"] == row["technician_id"]:
            if offer["total"] is not None:
                return Rate(offer["total"], offer["position"])
            travel = rows.get(TRAVEL, row["activity_id"]) or {"km": Decimal(0)}
            terms = ContractorTerms.model_validate(offer["terms"])
            cost = contractor_cost(terms, row["work_minutes"], row["travel_minutes"], travel["km"])
            return Rate(cost.total, offer["position"])
    return None
