"""Hour pools: S07 row by row, purchases, overage, lapse, refund; what is refused and what repeats (R2.1–R2.8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from aggregates.billable import BilledAlready
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_refusals import (
    DrawUnknown,
    HoursEndTooEarly,
    HoursNotInvoiced,
    HoursNotRefundable,
    LotTaken,
    NoAlertDue,
    NoHoursValid,
    NothingToDraw,
    NothingToRefund,
    OverageRateMissing,
    PoolExists,
    WorkWithoutCall,
)
from aggregates.hour_pool_sale import PoolSale, purchase_id
from gateways.spoken import spoken
from tests.commands.hour_pools import (
    HOURS,
    OTHER_POOL,
    P1,
    P2,
    POOL,
    RATE,
    S07,
    balance,
    drawn,
    opened,
    report,
    stretch,
    topped_up,
    with_pool,
)
from tests.contract_steps import C1, C2, MARIO, tick
from tests.dsl import Company, do

HOUR = stretch("2026-02-02T09:00", "10:00")


@pytest.fixture
def firm(company: Company) -> Company:
    """A company whose customer bought S07's pool."""
    return with_pool(company)


def revenue(company: Company, on: str) -> dict[Any, tuple[str, str]]:
    """Earned and deferred of each lot on a day."""
    rows = company.ask("hour-pool-revenue", on=on)["items"]
    return {row["lot_id"]: (str(row["earned"]), str(row["deferred"])) for row in rows}


def due(company: Company) -> list[str]:
    """The amounts to be billed by the end of the year."""
    return sorted(str(row["amount"]) for row in company.ask("billing-due", on="2026-12-31")["items"])


def sale_issued(company: Company, on: str) -> dict[str, Any]:
    """The invoice of what is due of the customer."""
    (proposal,) = company.do("propose-invoices", at=f"{on}T12:00", until=on)["invoices"]
    return company.do("issue-invoice", at=f"{on}T12:05", invoice_id=proposal["invoice_id"])


def test_s07_row_by_row(firm: Company) -> None:
    """Every draw of S07 charges what it should, and the rest of the fifth is overage at 65.00 an hour."""
    seen = []
    for step in S07:
        answer = firm.execute(step).result
        (draw,) = answer["draws"]
        seen.append((draw["charged_minutes"], draw["weighed_minutes"], answer["balance"]))
    assert seen == [(30, "30", "570"), (105, "105", "465"), (90, "135", "330"), (60, "120", "210"), (270, "270", "0")]
    assert (draw["from_pool_minutes"], draw["overage_minutes"], draw["overage_amount"]) == ("210", "60", "65.00")
    assert "In orario 270 × 1. Minuti pesati 270. Da Monte ore 2026: 210. In eccedenza: 60 a 65,00 €/h." in draw["why"]


def test_the_purchase_is_billed_once(firm: Company) -> None:
    (due,) = firm.ask("billing-due", on="2026-01-15")["items"]
    assert (due["kind"], due["amount"], due["record_id"]) == ("hour-pool", Decimal("580.00"), purchase_id(POOL, P1))
    issued = sale_issued(firm, "2026-01-15")
    assert issued["total"]["amount"] == "707.60"
    firm.given().when(do("propose-invoices", at="2026-01-15T13:00")).then_nothing()
    (lot,) = firm.ask("hour-pool", pool_id=POOL)["lots"]
    assert lot["invoice_number"] == issued["number"]


def test_overage_without_a_call_is_billed_by_itself(firm: Company) -> None:
    firm.given(*S07).when(S07[-1]).then_nothing()
    sale_issued(firm, "2026-01-15")
    assert sale_issued(firm, "2026-05-12")["total"]["amount"] == "79.30"
    assert firm.ask("billing-due", on="2026-12-31")["items"] == []


def test_revenue_follows_consumption_to_the_cent(firm: Company) -> None:
    """130.50 after the second row; the price when all is consumed; the rest of P2 lapses on the day after (R2.7)."""
    firm.given(*S07, topped_up())
    assert revenue(firm, "2026-02-10") == {P1: ("130.50", "449.50")}
    assert revenue(firm, "2026-05-12") == {P1: ("580.00", "0.00")}
    firm.given(drawn("f", stretch("2026-05-20T17:30", "18:50")), drawn("g", stretch("2026-06-10T10:00", "11:23")))
    assert revenue(firm, "2026-06-10")[P2] == ("210.00", "90.00")
    assert tick(firm, "watch-hour-pools", "2027-05-14T06:00") == 1, "they expire soon, but 90 of 300 are not few"
    assert tick(firm, "watch-hour-pools", "2027-05-17T06:00") == 1
    assert tick(firm, "watch-hour-pools", "2027-05-17T07:00") == 0
    assert revenue(firm, "2027-05-14")[P2] == ("210.00", "90.00")
    assert revenue(firm, "2027-05-15")[P2] == ("300.00", "0.00")
    (lapsed,) = [one.fact for one in firm.facts(POOL) if isinstance(one.fact, HourPool.LotExpired)]
    assert (lapsed.minutes, lapsed.expired_on, lapsed.breakage.amount) == (
        Decimal(90),
        date(2027, 5, 15),
        Decimal("90.00"),
    )


def test_movements_sum_to_the_balance_and_say_why(firm: Company) -> None:
    firm.given(*S07, topped_up(), drawn("f", stretch("2026-05-20T17:30", "18:50")))
    rows = firm.ask("hour-pool-movements", pool_id=POOL)["items"]
    assert [int(row["minutes"]) for row in rows] == [600, -30, -105, -135, -120, -210, 300, -120]
    assert [int(row["balance_minutes"]) for row in rows] == [600, 570, 465, 330, 210, 0, 300, 180]
    assert rows[3]["why"].startswith(
        "Minuti effettivi 90, conteggiati 90 (minimo 30, scatti di 15). Fuori orario 90 × 1,5."
    )


def test_the_same_work_again_draws_nothing_and_other_work_is_drawn_anew(firm: Company) -> None:
    step = drawn("a", HOUR)
    firm.given(step).when(step).then_nothing()
    longer = drawn("a", stretch("2026-02-02T09:00", "10:20"))
    firm.given().when(longer).then(HourPool.DrawReversed, HourPool.HoursDrawn)
    assert balance(firm, "2026-02-03") == "510"
    assert [int(row["minutes"]) for row in firm.ask("hour-pool-movements", pool_id=POOL)["items"]] == [
        600, -60, 60, -90,
    ]  # fmt: skip
    back = next(row for row in firm.ask("hour-pool-movements", pool_id=POOL)["items"] if row["kind"] == "returned")
    assert (back["why"], spoken(back, "en")["why"]) == ("L'intervento è stato corretto.", "The work was corrected.")


def test_an_overage_told_otherwise_is_billed_as_it_is_now(firm: Company) -> None:
    long = [stretch(f"2026-02-0{day}T08:30", "12:30") for day in (2, 3, 4)]
    firm.given(drawn("a", *long))
    assert due(firm) == ["130.00", "580.00"]
    firm.given(drawn("a", *long[:2], at="2026-02-05T09:00"))
    assert due(firm) == ["580.00"]
    firm.given(drawn("a", *long, at="2026-02-05T09:30"))
    assert due(firm) == ["130.00", "580.00"]
    sale_issued(firm, "2026-02-06")
    back = do("reverse-draw", at="2026-02-07T09:00", pool_id=POOL, work_id=report("a"), reason="Errore")
    firm.given().when(back).then_refused(BilledAlready)


def test_hours_given_back_can_be_drawn_again(firm: Company) -> None:
    firm.given(drawn("a", HOUR))
    back = do("reverse-draw", at="2026-02-03T09:00", pool_id=POOL, work_id=report("a"), reason="Altro cliente")
    firm.given().when(back).then((HourPool.DrawReversed, {"reason": "Altro cliente", "because": None}))
    assert firm.ask("hour-pool-movements", pool_id=POOL)["items"][-1]["why"] == "Altro cliente"
    assert balance(firm, "2026-02-03") == "600"
    firm.given().when(back).then_refused(DrawUnknown)
    firm.given().when(drawn("a", HOUR)).then(HourPool.HoursDrawn)


def test_lots_are_consumed_by_expiry_and_one_intervention_may_cross_them(firm: Company) -> None:
    """R2.4: what expires first goes first, whatever was bought first."""
    firm.given(topped_up(at="2026-01-20T10:00", minutes=90, valid_to="2026-06-30"))
    firm.given(drawn("a", stretch("2026-02-02T08:30", "11:30")))
    left = {row["lot_id"]: int(row["left_minutes"]) for row in firm.ask("hour-pool", pool_id=POOL)["lots"]}
    assert left == {P1: 510, P2: 0}


def test_one_intervention_may_cross_the_pools_of_a_customer(firm: Company) -> None:
    """R2.4: two pools of one customer; the terms of the first hold, the rest is overage once."""
    more = {"minutes": 60, "price": {"amount": "60.00"}, "valid_to": "2027-02-28"}
    firm.given(opened(OTHER_POOL, name="Monte ore 2", hours=more))
    long = [stretch(f"2026-02-0{day}T08:30", "12:30") for day in (2, 3, 4)]
    (draw,) = firm.execute(drawn("a", *long)).result["draws"]
    assert (draw["from_pool_minutes"], draw["overage_minutes"]) == ("660", "60")
    assert (balance(firm, "2026-02-05"), balance(firm, "2026-02-05", OTHER_POOL)) == ("0", "0")
    firm.given(drawn("a", long[0], at="2026-02-05T09:00"))
    left = {row["pool_id"]: int(row["balance_minutes"]) for row in firm.ask("hour-pools", on="2026-02-05")["items"]}
    assert left == {POOL: 360, OTHER_POOL: 60}, "the other pool expires later, so it gives last"


def test_a_pool_is_valid_on_its_days_only(firm: Company) -> None:
    firm.given().when(drawn("a", stretch("2026-01-14T09:00", "10:00"))).then_refused(NoHoursValid, day="2026-01-14")
    firm.given().when(drawn("a", stretch("2027-01-15T09:00", "10:00"))).then_refused(NoHoursValid, day="2027-01-15")
    firm.given().when(drawn("a", stretch("2027-01-14T09:00", "10:00"))).then(HourPool.HoursDrawn)


def test_work_told_after_the_hours_lapsed_takes_them_back(firm: Company) -> None:
    """The work was done while the hours were valid; its revenue moves from breakage to consumption, nothing is lost."""
    tick(firm, "watch-hour-pools", "2027-01-20T06:00")
    assert balance(firm, "2027-01-14") == "0"
    firm.given(drawn("a", stretch("2027-01-14T09:00", "10:00"), at="2027-01-21T09:00"))
    kinds = [(row["kind"], int(row["minutes"])) for row in firm.ask("hour-pool-movements", pool_id=POOL)["items"]]
    assert kinds == [("bought", 600), ("expired", -600), ("revived", 60), ("drawn", -60)]
    assert revenue(firm, "2027-02-01") == {P1: ("580.00", "0.00")}
    back = do("reverse-draw", at="2027-01-22T09:00", pool_id=POOL, work_id=report("a"), reason="Errore")
    firm.given(back)
    assert tick(firm, "watch-hour-pools", "2027-01-23T06:00") == 1, "hours that came back lapse again"
    assert firm.record(POOL).balance == 0


def test_an_overdraft_goes_as_far_as_agreed_and_is_paid_back_first(company: Company) -> None:
    terms = {**RATE, "overdraft_minutes": 90}
    with_pool(company, terms=terms, hours={**HOURS, "minutes": 60})
    (draw,) = company.execute(drawn("a", stretch("2026-02-02T08:30", "11:30"))).result["draws"]
    assert (draw["from_pool_minutes"], draw["overage_minutes"]) == ("150", "30")
    assert balance(company, "2026-02-02") == "-90"
    (draw,) = company.execute(drawn("b", HOUR)).result["draws"]
    assert (draw["from_pool_minutes"], draw["overage_minutes"]) == ("0", "60")
    bought = topped_up(at="2026-03-02T09:00", minutes=300)
    company.given().when(bought).then((HourPool.LotBought, {"repaid_minutes": 90}), PoolSale.Agreed)
    assert balance(company, "2026-03-02") == "210"
    company.given(do("reverse-draw", at="2026-03-03T09:00", pool_id=POOL, work_id=report("a"), reason="Errore"))
    assert (balance(company, "2026-03-03"), company.record(POOL).overdrawn) == ("360", 0)


def test_merged_lots_end_with_the_last_purchase(company: Company) -> None:
    """R2.5: merging moves the expiry of what is left; what has ended already stays ended."""
    with_pool(company, terms={**RATE, "top_up": "merge"})
    company.given(topped_up())
    assert {row["valid_to"] for row in company.ask("hour-pool", pool_id=POOL)["lots"]} == {date(2027, 5, 14)}
    late = {"lot_id": OTHER_POOL, "minutes": 60, "price": {"amount": "60.00"}, "valid_to": "2028-05-14"}
    company.given(do("top-up-hour-pool", at="2027-05-15T09:00", pool_id=POOL, hours=late))
    ends = [row["valid_to"] for row in company.ask("hour-pool", pool_id=POOL)["lots"]]
    assert ends == [date(2027, 5, 14), date(2027, 5, 14), date(2028, 5, 14)]


def test_hours_left_are_refunded_at_their_price_less_what_was_earned(company: Company) -> None:
    """135 of 600 minutes consumed: 580.00 − 130.50 = 449.50, to be credited on the invoice of the purchase (R2.5)."""
    with_pool(company, terms={**RATE, "early_end": "refund"})
    company.given(*S07[:2])
    step = do("refund-hours", at="2026-06-30T10:00", pool_id=POOL)
    company.given().when(step).then_refused(HoursNotInvoiced)
    issued = sale_issued(company, "2026-01-15")
    (credit,) = company.execute(step).result["credits"]
    assert (credit["amount"], credit["invoice_number"]) == ("449.50", issued["number"])
    company.given().when(step).then_refused(NothingToRefund)
    note: dict[str, Any] = {"lines": [{"number": 1, "amount": credit["amount"]}], "reason": "Risoluzione anticipata"}
    credited = company.do("credit-invoice", at="2026-06-30T11:00", invoice_id=credit["invoice_id"], **note)
    assert credited["total"]["amount"] == "548.39"
    assert revenue(company, "2026-07-01") == {P1: ("130.50", "0.00")}
    assert balance(company, "2026-07-01") == "0"


def test_hours_that_lapse_by_the_terms_are_not_refunded(firm: Company) -> None:
    sale_issued(firm, "2026-01-15")
    firm.given().when(do("refund-hours", at="2026-06-30T10:00", pool_id=POOL)).then_refused(HoursNotRefundable)
    firm.do("set-hour-pool-terms", at="2026-06-30T10:30", pool_id=POOL, terms={**RATE, "early_end": "refund"})
    assert firm.do("refund-hours", at="2026-06-30T11:00", pool_id=POOL)["credits"][0]["amount"] == "580.00"


def test_new_terms_hold_for_work_from_their_day_on(firm: Company) -> None:
    dear = {"rules": {"minimum_minutes": 60, "step_minutes": 30}, **RATE}
    step = do("set-hour-pool-terms", at="2026-02-01T09:00", pool_id=POOL, terms=dear, from_on="2026-03-01")
    firm.given(step).when(step).then_nothing()
    short = [stretch(f"{day}T09:00", "09:05") for day in ("2026-02-27", "2026-03-02")]
    charged = [firm.execute(drawn(str(n), one)).result["draws"][0]["charged_minutes"] for n, one in enumerate(short)]
    assert charged == [30, 60]


def test_an_opening_balance_counts_and_is_not_billed(company: Company) -> None:
    imported = {**HOURS, "used_minutes": "150", "is_invoiced": True}
    with_pool(company, hours=imported)
    assert balance(company, "2026-02-01") == "450"
    assert company.ask("billing-due", on="2026-12-31")["items"] == []
    assert revenue(company, "2026-02-01") == {P1: ("145.00", "435.00")}


def test_few_hours_left_and_hours_about_to_expire_are_told_once(firm: Company) -> None:
    """R2.8: at 20 % left, and 30 days before the last day."""
    told = do("note-pool-alert", at="2026-02-01T09:00", pool_id=POOL, alert="low", lot_id=P1)
    firm.given().when(told).then_refused(NoAlertDue)
    firm.given(drawn("a", *[stretch(f"2026-02-0{day}T08:30", "12:30") for day in (2, 3)]))
    assert tick(firm, "watch-hour-pools", "2026-02-04T06:00") == 1, "120 of 600 minutes are a fifth"
    assert tick(firm, "watch-hour-pools", "2026-02-05T06:00") == 0
    assert tick(firm, "watch-hour-pools", "2026-12-14T06:00") == 0
    assert tick(firm, "watch-hour-pools", "2026-12-15T06:00") == 1
    alerts = [(row["alert"], int(row["left_minutes"])) for row in firm.ask("hour-pool", pool_id=POOL)["alerts"]]
    assert alerts == [("low", 120), ("expiring", 120)]
    firm.given().when(told).then_nothing()


def test_a_pool_above_a_fifth_is_not_low(firm: Company) -> None:
    firm.given(drawn("a", stretch("2026-02-02T08:30", "12:30"), stretch("2026-02-03T08:30", "12:15")))
    assert tick(firm, "watch-hour-pools", "2026-02-04T06:00") == 0
    assert [row["is_low"] for row in firm.ask("hour-pools", on="2026-02-04")["items"]] == [False]


def test_hours_left_are_found_by_customer_and_machine(firm: Company) -> None:
    firm.given(MARIO, opened(OTHER_POOL, admission={"serial_item_ids": [P2]}, name="Solo una macchina", hours=None))
    names = [row["name"] for row in firm.ask("hour-pools", on="2026-02-01", customer_id=C1)["items"]]
    assert names == ["Monte ore 2026", "Solo una macchina"]
    assert len(firm.ask("hour-pools", customer_id=C1, serial_item_id=P1)["items"]) == 1
    assert len(firm.ask("hour-pools", customer_id=C1, serial_item_id=P2)["items"]) == 2
    assert firm.ask("hour-pools", customer_id=C2)["items"] == []


def test_repeated_commands_record_nothing(firm: Company) -> None:
    firm.given().when(opened()).then_nothing()
    firm.given(topped_up()).when(topped_up()).then_nothing()
    change = do("change-hour-pool", pool_id=POOL, name="Monte ore Rossi")
    firm.given(change).when(change).then_nothing()
    expire = do("expire-hours", at="2026-06-01T09:00", pool_id=POOL)
    firm.given().when(expire).then_nothing()


def test_what_cannot_be(firm: Company) -> None:
    firm.given().when(opened(name="Altro")).then_refused(PoolExists)
    firm.given(topped_up()).when(topped_up(minutes=120)).then_refused(LotTaken)
    early = topped_up(lot_id=OTHER_POOL, valid_to="2026-05-01")
    firm.given().when(early).then_refused(HoursEndTooEarly, valid_to="2026-05-01")
    firm.given().when(do("draw-hours", pool_id=POOL)).then_refused(WorkWithoutCall)
    moment = stretch("2026-02-02T09:00", "09:00:30")
    firm.given().when(drawn("a", moment)).then_refused(NothingToDraw)


def test_overage_without_a_call_needs_a_rate(company: Company) -> None:
    with_pool(company, terms={}, hours={**HOURS, "minutes": 30})
    company.given().when(drawn("a", HOUR)).then_refused(OverageRateMissing, minutes="30")
