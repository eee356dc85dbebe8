"""Expense claims: lines within limits, decided on by somebody else, never charged twice (REP-3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from aggregates.call import Call
from aggregates.call_refusals import CallIsClosed
from aggregates.expense_claim import ExpenseClaim, claim_id
from aggregates.expense_claim_values import (
    CallExpenseUnknown,
    CallOfLineMissing,
    ChargedAsTravel,
    ClaimAmountWrong,
    ClaimBackwards,
    ClaimLineRefused,
    ClaimLineUnknown,
    ClaimNotOpen,
    ClaimState,
    ClaimStateWrong,
    EveryLineRefused,
    ExpenseClaimEmpty,
    KilometresMissing,
    LineOnCall,
    OutsideClaim,
    OwnCarOnly,
    OwnClaim,
    ReceiptMissing,
    RefusalReasonMissing,
    SubmittedByYou,
)
from aggregates.values import euro
from aggregates.vehicle import vehicle_id
from tests.commands.calls import CALL, CUSTOMER, GINO, SHA, TECHNICIANS, opened
from tests.dsl import Company, Do, do

CLAIM = claim_id(GINO, date(2026, 9, 1), date(2026, 9, 30))
BEGIN = do("begin-expense-claim", technician_id=GINO, from_on="2026-09-01", to_on="2026-09-30")
FOUNDED = do("found-company", company_id=UUID(int=9), identity={
    "name": "Service Srl", "vat_number": "IT12345670017",
    "address": {"street": "Via Michelangelo 25", "postcode": "47121", "town": "Forlì", "province": "FC"},
})  # fmt: skip
BOSS = "user:9a000000-0000-0000-0000-000000000001"
GINO_USER = UUID("9a000000-0000-0000-0000-000000000002")
BEGUN = (*TECHNICIANS, FOUNDED, BEGIN)


def claim(name: str, **fields: Any) -> Do:
    """A command about Gino's September."""
    by = {"by": fields.pop("by")} if "by" in fields else {}
    return do(name, **by, **{"claim_id": CLAIM} | fields)


def line(
    amount: str | None, kind: str = "meal", on: str = "2026-09-10", line_id: UUID | None = None, **more: Any
) -> Do:
    money = {"amount": amount} if amount else None
    return claim("note-claim-line", kind=kind, spent_on=on, amount=money, line_id=line_id or uuid4(), **more)


def terms(from_on: str = "2026-01-01", **expenses: Any) -> Do:
    return do("set-company-parameters", change={"expenses": expenses}, from_on=from_on)


MEALS: dict[str, Any] = {"limits": [{"kind": "meal", "per_day": "30.00"}]}
SUBMIT = claim("submit-expense-claim")


def approve(*refused: UUID, by: str = BOSS, **more: Any) -> Do:
    lines = [{"line_id": one, "reason": "Manca lo scontrino"} for one in refused]
    return claim("approve-expense-claim", by=by, refused=lines, **more)


def test_one_claim_for_a_technician_and_some_days(company: Company) -> None:
    company.given(*TECHNICIANS).when(BEGIN).then((ExpenseClaim.Begun, {"technician_id": GINO}))
    company.given().when(BEGIN).then_nothing()
    back = do("begin-expense-claim", technician_id=GINO, from_on="2026-09-30", to_on="2026-09-01")
    company.given().when(back).then_refused(ClaimBackwards)


def test_lines_are_noted_changed_and_removed(company: Company) -> None:
    key = uuid4()
    company.given(*BEGUN).when(line("18.00", line_id=key)).then(ExpenseClaim.LineNoted)
    company.given().when(line("18.00", line_id=key)).then_nothing()
    company.given().when(line("18.50", line_id=key, vat={"amount": "1.68"})).then(ExpenseClaim.LineNoted)
    company.given(line("90.00", "lodging"), line("9.00", "toll", paid_by="company"))
    shown = company.ask("expense-claim", claim_id=CLAIM)
    assert (shown["lines"], shown["total"], shown["state"]) == (3, Decimal("117.50"), "draft")
    removed = claim("remove-claim-line", line_id=key)
    company.given().when(removed).then(ExpenseClaim.LineRemoved)
    company.given().when(removed).then_nothing()
    assert company.ask("expense-claim", claim_id=CLAIM)["total"] == Decimal("99.00")


def test_lines_that_make_no_sense(company: Company) -> None:
    company.given(*BEGUN).when(line("10.00", on="2026-10-01")).then_refused(OutsideClaim, spent_on=date(2026, 10, 1))
    company.given().when(line("0.00")).then_refused(ClaimAmountWrong)
    company.given().when(line("5.00", vat={"amount": "5.00"})).then_refused(ClaimAmountWrong)
    company.given().when(SUBMIT).then_refused(ExpenseClaimEmpty)
    company.given().when(line(None)).then_refused(KilometresMissing)


def test_kilometres_of_ones_own_car(company: Company) -> None:
    """110.5 km at 0.443 is 48.9515: rounded once, half up."""
    company.given(*BEGUN).when(line(None, "mileage", km="110.5")).then_refused(KilometresMissing)
    company.given(terms(per_km="0.443")).when(line(None, "mileage", km="110.5")).then(ExpenseClaim.LineNoted)
    assert company.record(CLAIM).total == euro("48.95")
    company.given().when(line("5.00", "mileage", km="10")).then_refused(KilometresMissing)
    van = do("register-vehicle", plate="FX123AB", model="Doblò", fuel="diesel")
    ours = line(None, "mileage", km="10", vehicle_id=vehicle_id("FX123AB"))
    company.given(van).when(ours).then_refused(OwnCarOnly)


def test_the_same_receipt_twice_is_told_also_across_claims(company: Company) -> None:
    first, second = uuid4(), uuid4()
    company.given(*BEGUN, line("18.00", line_id=first)).when(line("18.00", line_id=second)).then(ExpenseClaim.LineNoted)
    told = company.given().when(line("18.00", line_id=second, description="Cena"))
    assert (told.result["warnings"], told.result["same_as"]) == (["perhaps-the-same-receipt"], [str(first)])
    week = do("begin-expense-claim", technician_id=GINO, from_on="2026-09-07", to_on="2026-09-13")
    third = uuid4()
    other = claim_id(GINO, date(2026, 9, 7), date(2026, 9, 13))
    company.given(week, line("18.00", line_id=third, claim_id=other), line("19.00"))
    (row,) = company.ask("expense-claim", claim_id=other)["items"]
    assert set(row["same_as"]) == {str(first), str(second)}


def test_limits_count_by_kind_and_day(company: Company) -> None:
    lunch, dinner, next_day, hotel = (uuid4() for _ in range(4))
    company.given(*BEGUN, terms(**MEALS), line("18.00", line_id=lunch), line("22.00", line_id=dinner))
    company.given(line("31.00", on="2026-09-11", line_id=next_day), line("85.00", "lodging", line_id=hotel))
    company.given().when(SUBMIT).then((ExpenseClaim.Submitted, {"total": euro(156)}))
    company.given().when(SUBMIT).then_nothing()
    company.given().when(approve()).then(
        (ExpenseClaim.Approved, {"to_pay": euro(145), "state": ClaimState.APPROVED, "over_limit": None})
    )
    company.given().when(approve()).then_nothing()
    shown = company.ask("expense-claim", claim_id=CLAIM)
    pays = {row["line_id"]: row["to_pay"] for row in shown["items"]}
    assert pays == {lunch: Decimal(18), dinner: Decimal(12), next_day: Decimal(30), hotel: Decimal(85)}


def test_limits_are_those_of_the_day_and_may_be_passed_with_a_reason(company: Company) -> None:
    higher = terms("2026-09-11", limits=[{"kind": "meal", "per_day": "40.00"}])
    company.given(*BEGUN, terms(**MEALS), higher, line("50.00"), line("50.00", on="2026-09-11"), SUBMIT)
    company.given().when(approve()).then((ExpenseClaim.Approved, {"to_pay": euro(70)}))
    again = claim_id(GINO, date(2026, 10, 1), date(2026, 10, 31))
    begin = do("begin-expense-claim", technician_id=GINO, from_on="2026-10-01", to_on="2026-10-31")
    company.given(begin, line("50.00", on="2026-10-02", claim_id=again), claim("submit-expense-claim", claim_id=again))
    company.given().when(approve(claim_id=again, over_limit="Cena con il cliente")).then(
        (ExpenseClaim.Approved, {"to_pay": euro(50), "over_limit": "Cena con il cliente"})
    )


def test_lines_are_refused_with_a_reason_and_leave_room_within_the_limit(company: Company) -> None:
    lunch, dinner, card = uuid4(), uuid4(), uuid4()
    company.given(*BEGUN, terms(**MEALS), line("25.00", line_id=lunch), line("28.00", line_id=dinner))
    company.given(line("70.00", "fuel", line_id=card, paid_by="company"))
    company.given().when(approve(lunch)).then_refused(ClaimStateWrong)
    company.given(SUBMIT).when(approve(lunch, uuid4())).then_refused(ClaimLineUnknown)
    company.given().when(approve(lunch, dinner, card)).then_refused(EveryLineRefused)
    silent = claim("approve-expense-claim", by=BOSS, refused=[{"line_id": lunch, "reason": " "}])
    company.given().when(silent).then_refused(RefusalReasonMissing)
    company.given().when(approve(lunch)).then(
        (ExpenseClaim.Approved, {"state": ClaimState.PARTLY_APPROVED, "to_pay": euro(28)})
    )
    rows = {row["line_id"]: row for row in company.ask("expense-claim", claim_id=CLAIM)["items"]}
    assert (rows[lunch]["refused"], rows[lunch]["to_pay"]) == ("Manca lo scontrino", 0)
    assert (rows[card]["counts"], rows[card]["to_pay"]) == (Decimal(70), 0)


def test_nobody_decides_on_their_own_claim(company: Company) -> None:
    user = do("register-user", user_id=GINO_USER, email="gino@example.it", name="Gino", technician_id=GINO)
    company.given(*BEGUN, user, line("10.00"), claim("submit-expense-claim", by="user:maria"))
    company.given().when(approve(by=f"user:{GINO_USER}")).then_refused(OwnClaim)
    reject = claim("reject-expense-claim", by=f"user:{GINO_USER}", reason="No")
    company.given().when(reject).then_refused(OwnClaim)
    company.given().when(approve(by="user:maria")).then_refused(SubmittedByYou)
    company.given().when(approve()).then(ExpenseClaim.Approved)


def test_a_rejected_claim_is_corrected_and_handed_in_again(company: Company) -> None:
    key = uuid4()
    company.given(*BEGUN, line("10.00", line_id=key), SUBMIT)
    company.given().when(line("11.00", line_id=key)).then_refused(ClaimNotOpen, state="submitted")
    reject = claim("reject-expense-claim", by=BOSS, reason="Manca il giorno giusto")
    company.given().when(reject).then(ExpenseClaim.Rejected)
    company.given().when(reject).then_nothing()
    company.given(line("11.00", line_id=key)).when(SUBMIT).then((ExpenseClaim.Submitted, {"total": euro(11)}))
    pay = claim("pay-expense-claim", reference="Stipendio di ottobre")
    company.given().when(pay).then_refused(ClaimStateWrong)
    company.given(approve()).when(pay).then((ExpenseClaim.Paid, {"amount": euro(11)}))
    company.given().when(pay).then_nothing()
    (row,) = company.ask("expense-claims", state="paid")["items"]
    assert (row["to_pay"], row["technician_name"], row["decided_by"]) == (Decimal(11), "Gino Bianchi", BOSS)


def test_receipts_are_wanted_above_a_sum(company: Company) -> None:
    key = uuid4()
    company.given(*BEGUN, terms(receipt_above="15.00"), line("15.00"), line("15.01", line_id=key))
    company.given().when(SUBMIT).then_refused(ReceiptMissing, amount=Decimal("15.01"))
    company.given(line("15.01", line_id=key, receipt_sha256=SHA)).when(SUBMIT).then(ExpenseClaim.Submitted)


def test_a_line_becomes_the_calls_expense_once(company: Company) -> None:
    key, fuel = uuid4(), uuid4()
    on_call: dict[str, Any] = {"call_id": CALL, "vat": {"amount": "10.00"}, "description": "Albergo Centrale"}
    company.given(*CUSTOMER, *BEGUN, opened(at="2026-09-09T09:00"), line("110.00", "lodging", line_id=key, **on_call))
    company.given(line("60.00", "fuel", line_id=fuel, call_id=CALL))
    pass_on = claim("pass-on-claim-line", line_id=key)
    company.given().when(pass_on).then(Call.ExpenseNoted, ExpenseClaim.LinePassedOn)
    company.given().when(pass_on).then_nothing()
    expense = company.record(CALL).expenses[key]
    assert (expense.unit_cost, expense.item, expense.description) == (100, "board_and_lodging", "Albergo Centrale")
    company.given().when(claim("pass-on-claim-line", line_id=fuel)).then_refused(ChargedAsTravel)
    company.given().when(line("120.00", "lodging", line_id=key, **on_call)).then_refused(LineOnCall)
    company.given().when(claim("remove-claim-line", line_id=key)).then_refused(LineOnCall)


def test_an_expense_noted_on_the_call_before_is_linked_and_not_repeated(company: Company) -> None:
    key, other, noted = uuid4(), uuid4(), uuid4()
    expense = do(
        "note-expense", call_id=CALL, line_id=noted, item="third_parties", description="Parcheggio", unit_cost="8.00"
    )
    company.given(*CUSTOMER, *BEGUN, opened(at="2026-09-09T09:00"), expense)
    company.given(
        line("9.76", "parking", line_id=key, call_id=CALL), line("4.00", "parking", line_id=other, call_id=CALL)
    )
    unknown = claim("pass-on-claim-line", line_id=key, expense_line_id=uuid4())
    company.given().when(unknown).then_refused(CallExpenseUnknown)
    linked = claim("pass-on-claim-line", line_id=key, expense_line_id=noted)
    company.given().when(linked).then((ExpenseClaim.LinePassedOn, {"expense_line_id": noted}))
    company.given().when(claim("pass-on-claim-line", line_id=key)).then_nothing()
    assert list(company.record(CALL).expenses) == [noted]
    twice = claim("pass-on-claim-line", line_id=other, expense_line_id=noted)
    company.given().when(twice).then_refused(CallExpenseUnknown)


def test_a_line_is_passed_on_only_to_a_call_that_is_still_open(company: Company) -> None:
    key, plain = uuid4(), uuid4()
    company.given(*CUSTOMER, *BEGUN, opened(at="2026-09-09T09:00"), line("9.00", "toll", line_id=key, call_id=CALL))
    company.given(line("8.00", "toll", line_id=plain), do("close-call", at="2026-09-09T10:00", call_id=CALL))
    company.given().when(claim("pass-on-claim-line", line_id=key)).then_refused(CallIsClosed)
    company.given().when(claim("pass-on-claim-line", line_id=plain)).then_refused(CallOfLineMissing)
    assert company.record(CLAIM).passed_on == {}


def test_fuel_claimed_for_a_van_is_a_cost_of_the_van(company: Company) -> None:
    van = do("register-vehicle", plate="FX123AB", model="Doblò", fuel="diesel")
    refused, fuel = uuid4(), uuid4()
    for_van: dict[str, Any] = {"kind": "fuel", "vehicle_id": vehicle_id("FX123AB")}
    company.given(*BEGUN, van, line("61.00", line_id=fuel, vat={"amount": "11.00"}, **for_van))
    company.given(line("30.00", line_id=refused, **for_van), SUBMIT, approve(refused))
    (cost,) = company.ask("vehicle", vehicle_id=vehicle_id("FX123AB"))["costs"]
    assert (cost["amount"], cost["kind"], cost["technician_id"], cost["claim_id"]) == (50, "fuel", GINO, CLAIM)


def test_fuel_noted_on_the_vehicle_too_is_told(company: Company) -> None:
    van = vehicle_id("FX123AB")
    company.given(*BEGUN, do("register-vehicle", plate="FX123AB", model="Doblò", fuel="diesel"))
    noted: dict[str, Any] = {"vehicle_id": van, "kind": "fuel", "amount": {"amount": "50.00"}}
    cost_id = company.do("note-vehicle-cost", **noted, spent_on="2026-09-10")["cost_id"]
    company.given(line("61.00", "fuel", vehicle_id=van), line("61.00", "fuel", on="2026-09-11", vehicle_id=van))
    shown = company.ask("expense-claim", claim_id=CLAIM)["items"]
    assert [[str(each) for each in row["noted_as"]] for row in shown] == [[str(cost_id)], []]


def test_what_was_claimed_and_noted_counts_once(company: Company) -> None:
    """50.00 before VAT claimed and noted are one, 50.00 noted twice and claimed once are two; 48.00 is another."""
    van = vehicle_id("FX123AB")
    company.given(*BEGUN, do("register-vehicle", plate="FX123AB", model="Doblò", fuel="diesel"))

    def noted(day: str, amount: str) -> None:
        said = {"vehicle_id": van, "kind": "fuel", "spent_on": day, "amount": {"amount": amount}}
        company.do("note-vehicle-cost", **said)  # type: ignore[arg-type] # fields of one kind of value

    noted("2026-09-10", "50.00")
    company.given(line("61.00", "fuel", vat={"amount": "11.00"}, vehicle_id=van), SUBMIT, approve())
    month = {"year": 2026, "month": 9}
    assert company.ask("vehicle-month", **month)["vehicles"][0]["spent"] == Decimal("50.00")
    noted("2026-09-10", "50.00")
    noted("2026-09-10", "48.00")
    assert company.ask("vehicle-month", **month)["vehicles"][0]["spent"] == Decimal("148.00")
    shown = company.ask("vehicle", vehicle_id=van)["costs"]
    assert sorted((row["amount"], row["is_claimed_too"]) for row in shown) == [
        (48, False), (50, False), (50, False), (50, True),
    ]  # fmt: skip


def test_a_refused_line_is_not_charged_on_its_call_either(company: Company) -> None:
    key = uuid4()
    company.given(*CUSTOMER, *BEGUN, opened(at="2026-09-09T09:00"), line("9.00", "toll", line_id=key, call_id=CALL))
    company.given(line("12.00"), SUBMIT, approve(key))
    company.given().when(claim("pass-on-claim-line", line_id=key)).then_refused(ClaimLineRefused)
