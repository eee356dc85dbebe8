"""Quotes expire by themselves: once, and only what was sent and not answered in time (R7.3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.commands.goods import CUSTOMER, registered
from tests.contract_steps import tick
from tests.dsl import Company, do

OLD, NEW, DRAFT = UUID(int=1), UUID(int=2), UUID(int=3)
LAURA = {"name": "Laura Verdi", "email": "laura@example.it"}
YES: dict[str, Any] = {"revision": 0, "person": LAURA, "channel": "email"}


@pytest.fixture
def office(company: Company) -> Company:
    """A quote sent on 2 March and one on 20 March, both for thirty days, and a draft."""
    registered(company)
    lines = [{"description": "Revisione", "unit_price": "100.00"}]
    for quote_id in (OLD, NEW, DRAFT):
        company.given(do("draft-quote", at="2026-03-01", quote_id=quote_id, customer_id=CUSTOMER, lines=lines))
    for quote_id, at in ((OLD, "2026-03-02T11:00"), (NEW, "2026-03-20T11:00")):
        company.given(do("send-quote", at=at, quote_id=quote_id, sent_to=LAURA))
    return company


def statuses(company: Company) -> list[Any]:
    found = {row["quote_id"]: row["status"] for row in company.ask("quotes")["items"]}
    return [found[quote_id] for quote_id in (OLD, NEW, DRAFT)]


def test_a_quote_expires_on_the_day_after_its_last(office: Company) -> None:
    assert tick(office, "expire-quotes", "2026-04-01T23:00") == 0
    assert tick(office, "expire-quotes", "2026-04-02T00:30") == 1
    assert statuses(office) == ["expired", "sent", "draft"]


def test_after_a_sleep_all_expire_and_twice_is_once(office: Company) -> None:
    assert tick(office, "expire-quotes", "2026-06-01T07:00") == 2
    position = office.house.log.position()
    assert tick(office, "expire-quotes", "2026-06-01T07:00") == 0
    assert tick(office, "expire-quotes", "2026-06-02T07:00") == 0
    assert office.house.log.position() == position
    assert statuses(office) == ["expired", "expired", "draft"]


def test_an_accepted_quote_never_expires(office: Company) -> None:
    office.given(do("accept-quote", at="2026-03-05T09:00", quote_id=OLD, **YES))
    assert tick(office, "expire-quotes", "2026-06-01T07:00") == 1
    assert statuses(office) == ["accepted", "expired", "draft"]
