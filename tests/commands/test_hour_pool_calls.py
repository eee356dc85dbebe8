"""Hour pools and calls: what pays for a call is decided at its opening, hours are drawn at its closing (R2.3, R4.1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.call import Call
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_refusals import CallNotOfPool
from tests.commands.hour_pools import POOL, balance, opened, stretch, with_pool
from tests.contract_steps import C1, ROSSI, founded
from tests.dsl import Company, Do, do

CALL = UUID("44000000-0000-0000-0000-000000000001")


@pytest.fixture
def firm(company: Company) -> Company:
    """A company whose customer bought S07's pool."""
    return with_pool(company)


def call_opened(at: str, call_id: UUID = CALL, **fields: Any) -> Do:
    """A call of the pool's customer."""
    return do("open-call", at=at, call_id=call_id, party_id=C1, fault="Non stampa", number="CH-1", **fields)


def worked(*stretches: dict[str, Any], call_id: UUID = CALL, **fields: Any) -> list[Do]:
    """Work told stretch by stretch, and reported together."""
    done = [
        do(
            "perform-activity",
            at=one["ends_at"],
            call_id=call_id,
            activity_id=uuid5(call_id, one["starts_at"].isoformat()),
            kind="visit",
            **one,
            **fields,
        )
        for one in stretches
    ]
    return [
        *done,
        do(
            "report-work",
            at=stretches[-1]["ends_at"],
            call_id=call_id,
            work_done="Fatto",
            report_id=uuid5(call_id, "r"),
        ),
    ]


def closed(at: str, call_id: UUID = CALL, **fields: Any) -> Do:
    """The closing."""
    return do("close-call", at=at, call_id=call_id, **fields)


def test_closing_a_call_draws_its_report(firm: Company) -> None:
    firm.given(call_opened("2026-05-20T17:00"))
    assert firm.record(CALL).coverage.covers[0].pool_id == POOL
    steps = worked(stretch("2026-05-20T17:30", "18:50"))
    firm.given(*steps).when(closed("2026-05-20T19:00")).then(Call.Closed, HourPool.HoursDrawn)
    assert balance(firm, "2026-05-20") == "480"
