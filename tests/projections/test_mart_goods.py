"""Goods, readings, stock moves and service clocks in the datamart: at frozen cost, each once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4, uuid5

import pytest

from projections.mart_readings import READING
from projections.mart_stock import MOVE
from projections.mart_work_tables import COST, PART
from tests.commands.calls import COPIER, CUSTOMER, MACHINE, TECHNICIANS, WORKED, assigned, opened
from tests.commands.goods import CUSTOMER as BUYER
from tests.commands.goods import MAIN, X, issue_note
from tests.commands.returns import RMA, SUPPLIER, A, firm, receive, request
from tests.dsl import Company, Do, do
from tests.projections.test_mart_work import costs, rows_of


@pytest.fixture
def shop(company: Company) -> Company:
    return firm(company)


def ledger(company: Company) -> list[tuple[str, str, Decimal]]:
    """Source, account and amount of each cost, by day."""
    rows = sorted(rows_of(company, COST), key=lambda row: (row["day"], row["fact_position"]))
    return [(row["source"], row["account"], row["amount"]) for row in rows]


def test_goods_sold_cost_what_they_had_cost_until_they_come_back(shop: Company) -> None:
    note = uuid4()
    two = [{"article_id": X, "quantity": "2", "unit_price": "78.00"}]
    shop.given(issue_note(lines=two, note_id=note))
    assert ledger(shop) == [("part", "charged", Decimal("102.40"))]
    (line,) = shop.record(note).lines
    back = do("take-back-goods", note_id=note, lines=[{"line_id": line.line_id, "quantity": "1"}])
    shop.given(back)
    assert [row["cost"] for row in rows_of(shop, PART)] in (
        [Decimal("102.40"), Decimal("-51.20")],
        [Decimal("-51.20"), Decimal("102.40")],
    )
    found = shop.ask("margins", by="customer")
    assert [(row["key"], row["parts"]) for row in found["items"]] == [(str(BUYER), Decimal("51.20"))]
    moves = {row["kind"]: row["value"] for row in rows_of(shop, MOVE)}
    assert moves == {"opening": Decimal("512.00"), "issued": Decimal("-102.40"), "received": Decimal("51.20")}


def test_a_cancelled_note_costs_nothing_and_a_loan_neither(shop: Company) -> None:
    note = uuid4()
    shop.given(issue_note(lines=[{"article_id": X, "quantity": "2"}], note_id=note))
    shop.given(do("cancel-delivery-note", note_id=note, reason="Merce non partita"))
    lent: dict[str, Any] = {"reason": "loan", "return_by": "2026-12-31"}
    shop.given(do("lend-goods", recipient_id=BUYER, lines=[{"article_id": X, "quantity": "1"}], **lent))
    assert ledger(shop) == []


def test_goods_taken_out_by_hand_for_a_record_count_as_well(shop: Company) -> None:
    record = {"kind": "sales-order", "id": str(uuid4()), "number": "IC-1"}
    shop.given(do("issue-part", article_id=X, warehouse_id=MAIN, quantity="1", record=record))
    assert ledger(shop) == [("part", "own", Decimal("51.20"))]


def test_a_repair_in_the_workshop_costs_its_parts_and_what_the_supplier_asks(shop: Company) -> None:
    """Nobody is named for its hours: their cost is not known, and it says so."""
    priced = [{"article_id": X, "unit_price": "64.30"}]
    work = do("work-on-rma-item", rma_id=RMA, item_id=A, parts=priced, hours="2", hour_price="48.00")
    found = do("diagnose-rma-item", rma_id=RMA, item_id=A, findings="Usura", under_warranty=False)
    shop.given(request(), receive(), found, work)
    assert sorted(ledger(shop)) == [("labour", "charged", Decimal(0)), ("part", "charged", Decimal("51.20"))]
    shop.given(do("send-rma-to-supplier", rma_id=RMA, item_ids=[A], supplier_id=SUPPLIER))
    home: dict[str, Any] = {"sender_note": {"number": "900", "dated_on": "2026-09-01"}, "cost": "85.00"}
    shop.given(do("take-back-from-supplier", rma_id=RMA, item_id=A, result="repaired", **home))
    [row] = shop.ask("margins", by="customer")["items"]
    assert (row["key"], row["unknown_costs"], row["cost"]) == (str(BUYER), 1, Decimal("136.20"))
    assert costs(shop, "account") == {"charged": Decimal("136.20")}


def test_a_warranty_replacement_is_the_warrantys_until_the_claim_fails(shop: Company) -> None:
    note = uuid4()
    one = [{"article_id": X, "quantity": "1", "unit_price": "230.00"}]
    shop.given(issue_note(lines=one, note_id=note, reason="warranty_replacement"))
    assert ledger(shop) == [("part", "warranty", Decimal("51.20"))]
    shop.given(do("decide-note-claim", note_id=note, accepted=False, reason="Cadute"))
    assert ledger(shop) == [("part", "charged", Decimal("51.20"))]


def reading(value: int, day: str, **fields: Any) -> Do:
    said: dict[str, Any] = {
        "kind": "bw",
        "value": value,
        "read_at": f"{day}T09:00:00+02:00",
        "reading_id": uuid5(MACHINE, day),
    }
    return do("record-reading", serial_item_id=MACHINE, **{**said, **fields})


def test_readings_tell_what_was_counted_between_them(company: Company) -> None:
    """A rollover of six digits, a meter replaced, a reading told late, one corrected, and an estimate."""
    swap: dict[str, Any] = {"final": 2200, "initial": 50, "replaced_at": "2026-07-15T09:00:00+02:00"}
    company.given(*CUSTOMER, COPIER, reading(999_000, "2026-05-01"), reading(1_000, "2026-06-01", rollover=True))
    company.given(reading(2_000, "2026-07-01"), do("replace-meter", serial_item_id=MACHINE, kind="bw", **swap))
    company.given(reading(150, "2026-08-01"), reading(160, "2026-08-02", source="estimate"))
    assert consumed(company) == [0, 2000, 1000, 300]
    company.given(reading(1_500, "2026-06-15"))
    assert consumed(company) == [0, 2000, 500, 500, 300]
    fixed: dict[str, Any] = {"reading_id": uuid5(MACHINE, "2026-07-01"), "value": 2_100}
    company.given(do("correct-reading", serial_item_id=MACHINE, **fixed))
    assert consumed(company) == [0, 2000, 500, 600, 200]


def consumed(company: Company) -> list[int]:
    return [row["consumption"] for row in sorted(rows_of(company, READING), key=lambda row: row["read_at"])]


def test_clocks_tell_whether_they_were_met_and_in_how_many_minutes(company: Company) -> None:
    """Opened on Friday 4 December at 16:45, given away at 17:00, worked on from Wednesday 9:10: 8 is a holiday."""
    given = assigned("2026-12-09T09:00", "2026-12-09T11:00", at="2026-12-04T17:00")
    company.given(*CUSTOMER, *TECHNICIANS, opened(), do("plan-activity", **PLAN), given, WORKED)
    found = {row["clock"]: row for row in company.ask("mart-service-clocks", from_on="2026-12-01")["items"]}
    assert (found["response"]["result"], found["response"]["minutes"]) == ("met", 15)
    assert (found["on-site"]["result"], found["on-site"]["minutes"]) == ("met", 115)
    assert (found["resolve"]["result"], found["resolve"]["minutes"]) == ("running", None)
    assert company.ask("mart-service-clocks", result="missed", customer_id=uuid4())["items"] == []


PLAN: dict[str, Any] = {
    "call_id": opened().fields["call_id"], "activity_id": WORKED.fields["activity_id"], "kind": "repair", "minutes": 90,
}  # fmt: skip
