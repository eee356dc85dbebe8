"""A customer with an hour pool, and draws from it: what the tests of hour pools begin with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from aggregates.values import ROME
from tests.contract_steps import C1, ROSSI, founded
from tests.dsl import Company, Do, do

POOL = UUID("b1000000-0000-0000-0000-000000000001")
OTHER_POOL = UUID("b1000000-0000-0000-0000-000000000002")
P1 = UUID("b2000000-0000-0000-0000-000000000001")
P2 = UUID("b2000000-0000-0000-0000-000000000002")
RATE = {"overage_rate": {"amount": "65.00"}}
HOURS = {
    "lot_id": P1,
    "minutes": 600,
    "price": {"amount": "580.00"},
    "valid_from": "2026-01-15",
    "valid_to": "2027-01-14",
}
MORE = {"lot_id": P2, "minutes": 300, "price": {"amount": "300.00"}, "valid_to": "2027-05-14"}


def opened(pool_id: UUID = POOL, at: str = "2026-01-15T09:00", **fields: Any) -> Do:
    """S07's pool, unless something else is said."""
    said = {"customer_id": C1, "name": "Monte ore 2026", "terms": RATE, "hours": HOURS}
    return do("open-hour-pool", at=at, pool_id=pool_id, **{**said, **fields})


def topped_up(at: str = "2026-05-15T10:00", **hours: Any) -> Do:
    """S07's second purchase, unless something else is said."""
    return do("top-up-hour-pool", at=at, pool_id=POOL, hours={**MORE, **hours})


def stretch(begins: str, ends: str, **fields: Any) -> dict[str, Any]:
    """A stretch of work in Italian wall-clock time; the end is a time of the same day."""
    day = begins.split("T")[0]
    times = [datetime.fromisoformat(each).replace(tzinfo=ROME) for each in (begins, f"{day}T{ends}")]
    return {"starts_at": times[0], "ends_at": times[1], **fields}


def drawn(name: str, *stretches: dict[str, Any], at: str | None = None, **fields: Any) -> Do:
    """Hours drawn for a report known by a name."""
    said = {"pool_id": POOL, "work_id": report(name), "stretches": list(stretches)}
    return do("draw-hours", at=at or stretches[-1]["ends_at"].isoformat(), **{**said, **fields})


def report(name: str) -> UUID:
    """The id of a report known by a name."""
    return uuid5(POOL, name)


S07 = (
    drawn("a", stretch("2026-01-20T10:00", "10:12")),
    drawn("b", stretch("2026-02-10T09:00", "10:35")),
    drawn("c", stretch("2026-03-05T18:30", "20:00")),
    drawn("d", stretch("2026-04-25T10:00", "11:00")),
    drawn("e", stretch("2026-05-12T08:30", "12:30"), stretch("2026-05-12T14:00", "14:25")),
)


def with_pool(company: Company, **fields: Any) -> Company:
    """A company whose customer has S07's pool."""
    company.given(founded(company), ROSSI, opened(**fields))
    return company


def balance(company: Company, on: str, pool_id: UUID = POOL) -> str:
    """What the list shows as the pool's balance on a day."""
    (row,) = [each for each in company.ask("hour-pools", on=on)["items"] if each["pool_id"] == pool_id]
    return format(row["balance_minutes"].normalize(), "f")
