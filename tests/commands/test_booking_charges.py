"""Two technicians on one visit: each one's time is charged and drawn, the way only for who drove it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.commands.calls import CALL, GINO, PINA, TECHNICIANS, VISIT, as_slot, rome, slot
from tests.commands.hour_pools import balance, with_pool
from tests.contract_steps import C1, ROSSI, founded
from tests.dsl import Company, Do, do

BOOKING = UUID("88888888-8888-8888-8888-888888888888")
PRICES = {"DIR": "35.00", "MAN": "60.00", "ZON": "45.00"}
SITE = UUID("11111111-0000-0000-0000-000000000009")
ADDRESS = {"street": "Via Brera 2", "postcode": "20121", "town": "Milano", "province": "MI"}


def two_at_work(**hers: Any) -> tuple[Do, ...]:
    """Gino from nine to half past ten, Pina an hour; reported and closed."""
    visit = {"call_id": CALL, "activity_id": VISIT}
    both: dict[str, Any] = {"slot": slot("2026-05-20T09:00", "2026-05-20T11:00")}
    his: dict[str, Any] = {"starts_at": rome("2026-05-20T09:00"), "ends_at": rome("2026-05-20T10:30")}
    own: dict[str, Any] = {"starts_at": rome("2026-05-20T09:30"), "ends_at": rome("2026-05-20T10:30"), **hers}
    done = "2026-05-20T11:00"
    return (
        *TECHNICIANS,
        do("open-call", at="2026-05-20T08:00", call_id=CALL, party_id=C1, site_id=SITE, fault="Non stampa"),
        do("plan-activity", call_id=CALL, activity_id=VISIT, kind="visit"),
        do("assign-technician", call_id=CALL, activity_id=VISIT, technician_id=GINO, **both),
        do("book-technician", call_id=CALL, activity_id=VISIT, booking_id=BOOKING, technician_id=PINA),
        do("perform-activity", at=done, call_id=CALL, activity_id=visit["activity_id"], travel_minutes=30, **his),
        do("perform-activity", at=done, call_id=CALL, activity_id=BOOKING, **own),
        do("report-work", at=done, call_id=CALL, work_done="Fatto"),
        do("close-call", at=done, call_id=CALL),
    )


@pytest.mark.parametrize(("hers", "flats"), [({}, 1), ({"travel_minutes": 30}, 2)])
def test_both_are_charged_and_the_way_of_who_drove(company: Company, hers: dict[str, Any], flats: int) -> None:
    company.given(founded(company), ROSSI)
    company.do("add-site", party_id=C1, site_id=SITE, code="MI", name="Milano", address=ADDRESS, area="Lombardia")
    for code in PRICES:
        company.do("register-article", code=code, description=code, kind="charge")
    rows = [{"article_code": k, "from_on": "2026-01-01", "unit_price": v} for k, v in PRICES.items()]
    charges = {"call-fee": "DIR", "labour-hour": "MAN"}
    company.do("start-price-list", code="BASE", name="BASE", from_on="2026-01-01", prices=rows, charges=charges)
    company.do("set-charge", code="BASE", charge="travel-zone", article_code="ZON", zone="Lombardia")
    company.do("set-party-terms", party_id=C1, price_list_code="BASE")
    company.given(*two_at_work(**hers))
    found = {one["item"].value: one["amount"] for one in company.ask("call-charges", call_id=CALL)["items"]}
    assert found == {"call_fee": Decimal("35.00"), "labour": Decimal("150.00"), "travel": 45 * Decimal(flats)}


def test_both_are_drawn_from_the_pool(company: Company) -> None:
    """An hour and a half and an hour: 150 minutes of 600, one intervention."""
    with_pool(company)
    company.do("add-site", party_id=C1, site_id=SITE, code="MI", name="Milano", address=ADDRESS)
    company.given(*two_at_work())
    assert balance(company, "2026-05-20") == "450"
    assert company.record(CALL).performed[BOOKING].time == as_slot("2026-05-20T09:30", "2026-05-20T10:30")
