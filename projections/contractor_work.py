"""Contractors' visits (lavori dei terzisti): offers with their answers, and what we owe, by contractor and month."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.contractor_work import ContractorWork, OfferState
from aggregates.values import rome_date
from projections.base import Ask, Page, Reader, ReadModel, Rows, Table, on, page

WORK = Table(
    "contractor_work",
    {
        "work_id": "uuid", "call_id": "uuid", "activity_id": "uuid", "technician_id": "uuid", "terms": "jsonb",
        "state": "text", "offered_at": "timestamptz", "answer_by": "timestamptz", "answered_at": "timestamptz",
        "reason": "text", "worked_on": "date", "work_minutes": "integer", "travel_km": "numeric",
        "cost_hours": "numeric", "cost_visit": "numeric", "cost_kilometres": "numeric", "total": "numeric",
        "approved_at": "timestamptz",
    },
    ("work_id",),
    ("technician_id, worked_on", "call_id", "offered_at, work_id"),
)  # fmt: skip


class ContractorWorks(ReadModel):
    """Every visit offered to a contractor, as it stands."""

    NAME = "contractor_work"
    TABLES = (WORK,)

    @on(ContractorWork.Offered, ContractorWork.OfferedAgain)
    def offered(self, fact: ContractorWork.Offered | ContractorWork.OfferedAgain, rows: Rows) -> None:
        """A contractor is asked."""
        offer = fact.offer
        said = offer.model_dump(include={"call_id", "activity_id", "technician_id", "answer_by"})
        terms = offer.terms.model_dump(mode="json")
        rows.put(
            WORK, {"work_id": fact.stream_id, "state": "offered", "offered_at": fact.act.at, "terms": terms, **said}
        )

    @on(ContractorWork.Accepted)
    def accepted(self, fact: ContractorWork.Accepted, rows: Rows) -> None:
        """They come."""
        rows.patch(WORK, fact.stream_id, state=OfferState.ACCEPTED.value, answered_at=fact.act.at)

    @on(ContractorWork.Declined)
    def declined(self, fact: ContractorWork.Declined, rows: Rows) -> None:
        """They do not."""
        state = OfferState.DECLINED.value
        rows.patch(WORK, fact.stream_id, state=state, answered_at=fact.act.at, reason=fact.reason)

    @on(ContractorWork.Withdrawn)
    def withdrawn(self, fact: ContractorWork.Withdrawn, rows: Rows) -> None:
        """We no longer ask."""
        rows.patch(WORK, fact.stream_id, state=OfferState.WITHDRAWN.value, reason=fact.reason)

    @on(ContractorWork.Approved)
    def approved(self, fact: ContractorWork.Approved, rows: Rows) -> None:
        """We owe it."""
        rows.patch(
            WORK,
            fact.stream_id,
            state=OfferState.APPROVED.value,
            worked_on=rome_date(fact.performed.time.starts_at),
            work_minutes=fact.performed.work_minutes,
            travel_km=fact.performed.travel_km,
            cost_hours=fact.cost.hours,
            cost_visit=fact.cost.visit,
            cost_kilometres=fact.cost.kilometres,
            total=fact.total,
            approved_at=fact.act.at,
        )


class FindContractorWork(Page):
    """Contractors' visits, the latest offer first: of one contractor, or in one state."""

    technician_id: UUID | None = None
    state: OfferState | None = None


def find_contractor_work(reader: Reader, ask: FindContractorWork) -> dict[str, Any]:
    """Offers with their answers, the call and where it is."""
    return page(
        reader,
        ask,
        """select w.*, c.number as call_number, c.fault, p.name as party_name, s.town, t.name as technician_name,
                  a.state as activity_state, a.starts_at, a.ends_at
             from {contractor_work} w
             left join {agenda} a on a.activity_id = w.activity_id
             left join {call} c on c.call_id = w.call_id
             left join {party} p on p.party_id = c.party_id
             left join {party_site} s on s.site_id = c.site_id
             left join {technician} t on t.technician_id = w.technician_id
            where (%(technician_id)s::uuid is null or w.technician_id = %(technician_id)s)
              and (%(state)s::text is null or w.state = %(state)s)""",
        order=("-offered_at", "-work_id"),
    )


class ContractorStatement(Ask):
    """What we owe contractors for work of one month (by the day it was done)."""

    year: int
    month: int
    technician_id: UUID | None = None


def contractor_statement(reader: Reader, ask: ContractorStatement) -> dict[str, Any]:
    """By contractor: the approved visits of the month with their cost, and the sum; unapproved work is counted."""
    rows = reader.rows(
        """select w.*, c.number as call_number, t.name as technician_name
             from {contractor_work} w
             left join {call} c on c.call_id = w.call_id
             left join {technician} t on t.technician_id = w.technician_id
            where w.state = 'approved' and extract(year from w.worked_on) = %(year)s
              and extract(month from w.worked_on) = %(month)s
              and (%(technician_id)s::uuid is null or w.technician_id = %(technician_id)s)
            order by t.name, w.technician_id, w.worked_on, w.work_id""",
        ask.model_dump(),
    )
    waiting = reader.row(
        """select count(*) as works from {contractor_work} w join {agenda} a on a.activity_id = w.activity_id
            where w.state = 'accepted' and a.state = 'performed'
              and (%(technician_id)s::uuid is null or w.technician_id = %(technician_id)s)""",
        ask.model_dump(),
    )
    contractors = [
        {
            "technician_id": one,
            "technician_name": next(row["technician_name"] for row in rows if row["technician_id"] == one),
            "visits": [row for row in rows if row["technician_id"] == one],
            "total": sum(row["total"] for row in rows if row["technician_id"] == one),
        }
        for one in dict.fromkeys(row["technician_id"] for row in rows)
    ]
    to_approve = waiting["works"] if waiting else 0
    return {"year": ask.year, "month": ask.month, "contractors": contractors, "to_approve": to_approve}
