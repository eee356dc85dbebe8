"""Hour pools and calls: what pays for a call is decided at its opening, hours are drawn at its closing (R2.3, R4.1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.base import Act
from aggregates.because import because
from aggregates.billable import BilledAlready
from aggregates.call import Call
from aggregates.coverage import CoverageKind
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_refusals import CallNotOfPool, NothingToDraw, OtherCustomersHours
from commands.catalog import BY_NAME
from tests.commands.hour_pools import HOURS, OTHER_POOL, POOL, RATE, balance, opened, stretch, with_pool
from tests.contract_steps import C1, C2, MARIO
from tests.dsl import Company, Do, do

CALL = UUID("44000000-0000-0000-0000-000000000001")
CALLS = [UUID(int=CALL.int + n) for n in range(8)]


@pytest.fixture
def firm(company: Company) -> Company:
    """A company whose customer bought S07's pool, with a price of an hour of labour."""
    with_pool(company)
    company.do("register-article", code="MAN", description="Manodopera", kind="labour")
    prices = [{"article_code": "MAN", "from_on": "2026-01-01", "unit_price": "52.00"}]
    company.do(
        "start-price-list",
        code="BASE",
        name="Base",
        from_on="2026-01-01",
        prices=prices,
        charges={"labour-hour": "MAN"},
    )
    company.do("set-party-terms", party_id=C1, price_list_code="BASE")
    return company


def call_opened(at: str, call_id: UUID = CALL, **fields: Any) -> Do:
    """A call of the pool's customer."""
    said = {"party_id": C1, "fault": "Non stampa", "number": f"CH-{call_id.int - CALL.int + 1}"}
    return do("open-call", at=at, call_id=call_id, **{**said, **fields})


def worked(*stretches: dict[str, Any], call_id: UUID = CALL, name: str = "r", **fields: Any) -> list[Do]:
    """Work told stretch by stretch, and reported together."""
    done = [
        do(
            "perform-activity",
            at=one["ends_at"],
            call_id=call_id,
            activity_id=uuid5(call_id, one["starts_at"].isoformat()),
            **{"kind": "visit", **one, **fields},
        )
        for one in stretches
    ]
    told: dict[str, Any] = {"call_id": call_id, "work_done": "Fatto", "report_id": uuid5(call_id, name)}
    return [*done, do("report-work", at=stretches[-1]["ends_at"], **told)]


def closed(at: str, call_id: UUID = CALL, **fields: Any) -> Do:
    """The closing."""
    return do("close-call", at=at, call_id=call_id, **fields)


def due(company: Company, on: str = "2026-12-31") -> list[tuple[str, Decimal]]:
    """What of calls is to be billed."""
    rows = company.ask("billing-due", on=on)["items"]
    return [(row["record_number"], row["amount"]) for row in rows if row["kind"] == "call"]


def test_closing_a_call_draws_its_report(firm: Company) -> None:
    firm.given(call_opened("2026-05-20T17:00"))
    coverage = firm.record(CALL).coverage
    assert (coverage.kind, coverage.covers[0].pool_id) == (CoverageKind.POOL, POOL)
    steps = worked(stretch("2026-05-20T17:30", "18:50"))
    firm.given(*steps).when(closed("2026-05-20T19:00")).then(Call.Closed, HourPool.HoursDrawn)
    assert balance(firm, "2026-05-20") == "480"
    assert due(firm) == []


def test_each_report_is_rounded_by_itself_and_all_its_stretches_together(firm: Company) -> None:
    """Two reports of 265 and 20 minutes: 270 and 30."""
    first = worked(stretch("2026-05-12T08:30", "12:30"), stretch("2026-05-12T14:00", "14:25"))
    second = worked(stretch("2026-05-13T09:00", "09:20"), name="second")
    firm.given(call_opened("2026-05-12T08:00"), *first, *second)
    firm.given().when(closed("2026-05-13T10:00")).then(Call.Closed, HourPool.HoursDrawn, HourPool.HoursDrawn)
    assert [draw.charged.charged_minutes for draw in firm.record(POOL).draws_of(CALL)] == [270, 30]
    assert balance(firm, "2026-05-13") == "300"


def test_what_the_pool_cannot_give_is_charged_with_the_call(firm: Company) -> None:
    """660 minutes worked, 600 there: an hour at the pool's 65.00, and the labour at 0 with its reason (R4.2)."""
    long = [stretch(f"2026-05-1{day}T08:30", "12:30") for day in (1, 2)]
    firm.given(call_opened("2026-05-11T08:00"), *worked(*long, stretch("2026-05-13T08:30", "11:30")))
    firm.given(closed("2026-05-13T12:00"))
    assert due(firm) == [("CH-1", Decimal("65.00"))]
    (invoice,) = firm.do("propose-invoices", at="2026-05-14T09:00", call_ids=[CALL])["invoices"]
    lines = [(str(line.amount), line.note) for line in firm.record(invoice["invoice_id"]).lines]
    assert [amount for amount, _ in lines] == ["0.00", "65.00"]
    assert "monte ore" in str(lines[0][1])
    issued = firm.do("issue-invoice", at="2026-05-14T09:05", invoice_id=invoice["invoice_id"])
    assert issued["total"]["amount"] == "79.30"
    again = do("draw-hours", at="2026-05-15T09:00", pool_id=POOL, call_id=CALL)
    firm.given().when(again).then_refused(BilledAlready)


def test_a_call_opened_again_and_told_otherwise_is_drawn_anew(firm: Company) -> None:
    firm.given(call_opened("2026-05-20T09:00"), *worked(stretch("2026-05-20T09:30", "10:30")))
    firm.given(closed("2026-05-20T11:00"), do("reopen-call", at="2026-05-20T12:00", call_id=CALL, reason="Errore"))
    firm.given().when(closed("2026-05-20T12:30")).then(Call.Closed)
    firm.given(do("reopen-call", at="2026-05-20T13:00", call_id=CALL, reason="Errore"))
    firm.given(*worked(stretch("2026-05-20T10:30", "11:30")))
    last = closed("2026-05-20T14:00")
    firm.given().when(last).then(Call.Closed, HourPool.DrawReversed, HourPool.HoursDrawn)
    assert balance(firm, "2026-05-21") == "480"


def test_an_unfounded_call_is_charged_and_draws_nothing(firm: Company) -> None:
    firm.given(call_opened("2026-05-20T09:00"), *worked(stretch("2026-05-20T09:30", "10:30")))
    firm.given().when(closed("2026-05-20T11:00", outcome="unfounded")).then(Call.Closed)
    assert (balance(firm, "2026-05-20"), due(firm)) == ("600", [("CH-1", Decimal("52.00"))])


def test_another_decision_on_coverage_gives_the_hours_back(firm: Company) -> None:
    """The pool is kept for a machine: decided again, the call is charged."""
    firm.given(call_opened("2026-05-20T09:00"), *worked(stretch("2026-05-20T09:30", "10:30")))
    firm.given(closed("2026-05-20T11:00"), do("reopen-call", at="2026-05-20T12:00", call_id=CALL, reason="Errore"))
    firm.do("change-hour-pool", pool_id=POOL, admission={"serial_item_ids": [str(OTHER_POOL)]})
    again = do("decide-coverage-again", at="2026-05-20T12:10", call_id=CALL, reason="Il monte ore è d'altri")
    back = {"because": because("pool-not-drawn"), "reason": ""}
    firm.given().when(again).then(Call.CoverageDecidedAgain, (HourPool.DrawReversed, back))
    firm.given(closed("2026-05-20T12:30"))
    assert (balance(firm, "2026-05-20"), due(firm)) == ("600", [("CH-1", Decimal("52.00"))])


def test_activities_that_the_pool_does_not_admit_are_charged(company: Company, firm: Company) -> None:
    """R2.1: the pool pays for remote help only; the visit is charged, and both are of one call."""
    firm.do("change-hour-pool", pool_id=POOL, admission={"activity_kinds": ["remote"]})
    remote = worked(stretch("2026-05-20T09:30", "10:30"), kind="remote")
    visit = worked(stretch("2026-05-20T11:00", "12:00"), name="visit")
    firm.given(call_opened("2026-05-20T09:00"), *remote, *visit, closed("2026-05-20T13:00"))
    assert (balance(firm, "2026-05-20"), due(firm)) == ("540", [("CH-1", Decimal("52.00"))])


def test_a_pool_pays_from_its_first_to_its_last_day(firm: Company) -> None:
    """At the opening of the call; an empty pool still gives its rate."""
    kinds = []
    for n, day in enumerate(("2026-01-14", "2026-01-15", "2027-01-14", "2027-01-15")):
        firm.given(call_opened(f"{day}T09:00", CALLS[n]))
        kinds.append(firm.record(CALLS[n]).coverage.kind.value)
    assert kinds == ["chargeable", "pool", "pool", "chargeable"]


def test_hours_drawn_by_hand_for_a_call_stand_for_its_labour(firm: Company) -> None:
    """The pool was bought after the call was opened: the office draws it all the same, by the call's report."""
    firm.given(call_opened("2026-01-14T09:00"), *worked(stretch("2026-01-15T09:30", "10:30")))
    firm.given(closed("2026-01-15T11:00"))
    assert due(firm) == [("CH-1", Decimal("52.00"))]
    firm.given(do("draw-hours", at="2026-01-15T12:00", pool_id=POOL, call_id=CALL))
    assert (balance(firm, "2026-01-15"), due(firm)) == ("540", [])
    by_hand: dict[str, Any] = {"pool_id": POOL, "call_id": CALL, "stretches": [stretch("2026-01-15T09:30", "10:30")]}
    firm.given().when(do("draw-hours", at="2026-01-15T12:00", **by_hand)).then_refused(CallNotOfPool)


def test_a_draw_for_a_call_that_cannot_be(firm: Company) -> None:
    firm.given(MARIO, opened(OTHER_POOL, customer_id=C2, name="Mario", hours=None))
    firm.given(call_opened("2026-05-20T09:00"))
    firm.given().when(do("draw-hours", pool_id=OTHER_POOL, call_id=CALL)).then_refused(OtherCustomersHours)
    firm.given().when(do("draw-hours", pool_id=POOL, call_id=CALL)).then_refused(NothingToDraw)


def test_travel_in_minutes_is_drawn_with_the_work(company: Company) -> None:
    """R2.6: 60 of work and 25 of travel are 85, charged 90."""
    with_pool(company, terms={**RATE, "travel": "minutes"})
    steps = worked(stretch("2026-05-20T09:30", "10:30", travel_minutes=25))
    company.given(call_opened("2026-05-20T09:00"), *steps, closed("2026-05-20T11:00"))
    assert balance(company, "2026-05-20") == "510"


def test_technicians_who_close_at_the_same_moment_never_overdraw(company: Company) -> None:
    """Eight calls of 120 minutes against 600: five are paid, three are overage, whoever comes first."""
    with_pool(company, hours=HOURS)
    for n, call_id in enumerate(CALLS):
        begins = stretch(f"2026-05-{11 + n}T09:00", "11:00") if n < 5 else stretch(f"2026-05-{13 + n}T09:00", "11:00")
        company.given(call_opened("2026-05-11T08:00", call_id), *worked(begins, call_id=call_id))
    company.fold()
    entry = BY_NAME["close-call"]

    def close(step: Do) -> None:
        company.behind.desk.execute(entry, entry.command.model_validate(step.fields), Act(by=step.by, at=step.at))

    with ThreadPoolExecutor(len(CALLS)) as technicians:
        list(technicians.map(close, [closed("2026-05-22T09:00", call_id) for call_id in CALLS]))
    draws = [company.record(POOL).draws_of(call_id)[0] for call_id in CALLS]
    assert sum(draw.from_pool_minutes for draw in draws) == 600
    assert sum(draw.overage_minutes for draw in draws) == 8 * 120 - 600
    assert company.record(POOL).balance == 0
