"""Dimensions of the datamart: codes and places as they are now, jobs also where nobody registered them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tests.contract_steps import C1, FORLI, K1, ROSSI, draft, founded, line, sign
from tests.dsl import Company, do

SITE, ITEM = UUID(int=71), UUID(int=72)


def test_who_what_and_where(company: Company) -> None:
    company.given(
        founded(company),
        ROSSI,
        do("add-site", party_id=C1, site_id=SITE, code="S", name="Sede", address=FORLI, area="Forlì"),
        do(
            "register-serial-item",
            serial_item_id=ITEM,
            manufacturer="Ricoh",
            number="R-1",
            product="MP",
            type="copier",
            owner_id=C1,
        ),
        do("move-serial-item", serial_item_id=ITEM, owner_id=C1, site_id=SITE),
        draft(job="com-7", cost_centre="NORD"),
        line(job=" COM-8 ", serial_item_ids=[ITEM]),
        sign(),
    )
    company.fold()
    one = company.house.reader.row
    assert one("select code, town, is_active from {dim_customer}") == {"code": "C1", "town": "Forlì", "is_active": True}
    assert one("select code, area from {dim_site}") == {"code": "S", "area": "Forlì"}
    assert one("select area from {dim_area}") == {"area": "Forlì"}
    assert one("select number, customer_id, site_id from {dim_serial}") == {
        "number": "R-1",
        "customer_id": C1,
        "site_id": SITE,
    }
    told = one("select contract_id, job, cost_centre, starts_on, ends_on from {dim_contract}")
    assert told == {
        "contract_id": K1,
        "job": "COM-7",
        "cost_centre": "NORD",
        "starts_on": date(2026, 9, 16),
        "ends_on": date(2026, 12, 31),
    }
    assert one("select job, serial_item_ids from {dim_contract_line}") == {
        "job": "COM-8",
        "serial_item_ids": [str(ITEM)],
    }
    jobs = company.house.reader.rows("select job, status from {dim_job} order by job")
    assert [(row["job"], row["status"]) for row in jobs] == [("COM-7", "unregistered"), ("COM-8", "unregistered")]
