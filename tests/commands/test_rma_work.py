"""Parts and hours of a repair priced on the note back, and the fee of a diagnosis that mended nothing (RMA-2, S14)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.article import ArticleKind, article_id
from aggregates.call_pricing import PricesMissing
from aggregates.rma import Rma
from aggregates.rma_refusals import ItemSettled, NoFeeProposed
from aggregates.stock_item import StockItem
from commands.stock import SerialsMissing
from tests.commands.goods import CUSTOMER, FORLI, MAIN, X, article, level
from tests.commands.test_rma import DIAGNOSE, RMA, A, decide, receive, request, sheet, workshop
from tests.dsl import Company, do

__all__ = ["workshop"]

BACK = do("return-rma", rma_id=RMA)
UNCOVERED = do("diagnose-rma-item", rma_id=RMA, item_id=A, findings="Usura", under_warranty=False)


def prices(company: Company, *, fee: str | None = None, code: str = "LIST") -> None:
    """The customer's own list: hours at 48.00, the part X at 64.30, perhaps a diagnosis."""
    for each in ("ORA", "DIAG"):
        article(company, each, ArticleKind.LABOUR)
    company.given(do("start-price-list", code=code, name="Listino", from_on="2026-01-01"))
    rows = [
        {"article_code": a, "from_on": "2026-01-01", "unit_price": p} for a, p in (("ORA", "48.00"), ("X", "64.30"))
    ]
    company.given(do("set-charge", code=code, charge="labour-hour", article_code="ORA"))
    if fee is not None:
        rows.append({"article_code": "DIAG", "from_on": "2026-01-01", "unit_price": fee})
        company.given(do("set-charge", code=code, charge="diagnosis", article_code="DIAG"))
    company.given(do("set-prices", code=code, prices=rows))
    company.given(do("set-party-terms", party_id=CUSTOMER, price_list_code=code))


def work(**more: Any) -> Any:
    return do("work-on-rma-item", **{"rma_id": RMA, "item_id": A, "parts": [{"article_id": X}], "hours": "2", **more})


def charged(company: Company) -> list[tuple[str, int, Decimal]]:
    """What the last note of the return charges: kind, quantity, price."""
    (note,) = company.ask("delivery-notes", record_id=RMA)["items"]
    charges = company.record(UUID(str(note["note_id"]))).charges
    return [(one.kind.value, int(one.quantity), one.unit_price) for one in charges]


def test_parts_and_hours_leave_stock_and_are_on_the_note_in_one_stroke(workshop: Company) -> None:
    """S14: two hours at 48.00 and a part at 64.30, from the customer's own list."""
    prices(workshop)
    workshop.given(request(), receive(), UNCOVERED)
    once = work(work_id=UUID(int=1))
    workshop.given().when(once).then((StockItem.Issued, {"quantity": 1}), (Rma.Worked, {"hours": 2}))
    workshop.given().when(once).then_nothing()
    assert level(workshop, MAIN)["on_hand"] == 9
    (item,) = sheet(workshop)["items"]
    assert (item["hours"], item["parts"][0]["code"], item["parts"][0]["unit_cost"]) == (2, "X", "51.20")
    workshop.given(decide(), BACK)
    assert charged(workshop) == [("labour", 2, Decimal("48.00")), ("part", 1, Decimal("64.30"))]
    workshop.given().when(work()).then_refused(ItemSettled)


def test_work_without_a_price_is_refused_and_nothing_leaves(workshop: Company) -> None:
    workshop.given(request(), receive(), UNCOVERED)
    workshop.given().when(work()).then_refused(PricesMissing)
    workshop.given(work(parts=[{"article_id": X, "unit_price": "60.00"}], hour_price="50.00"))
    workshop.given(work(parts=[], hours="1", hour_price="40.00"))
    assert [one["unit_price"] for one in sheet(workshop)["items"][0]["charges"]] == ["50.00", "60.00", "40.00"]
    assert sheet(workshop)["items"][0]["hours"] == 3


def test_work_under_warranty_costs_the_customer_nothing(workshop: Company) -> None:
    workshop.given(request(), receive(), DIAGNOSE).when(work()).then(StockItem.Issued, (Rma.Worked, {"charges": ()}))
    assert level(workshop, MAIN)["on_hand"] == 9
    workshop.given().when(work(charged=True)).then_refused(PricesMissing)


def test_serial_parts_are_named(workshop: Company) -> None:
    article(workshop, "SCH", serial_tracked=True)
    board = article_id("SCH")
    workshop.given(
        do("stock-article", article_id=board, warehouse_id=MAIN, quantity="1", unit_cost="90", serials=["B1"]),
        request(),
        receive(),
    )
    part = {"article_id": board, "unit_price": "200.00"}
    workshop.given().when(work(parts=[part], hours=None)).then_refused(SerialsMissing)
    workshop.given().when(work(parts=[{**part, "serials": ["B1"]}], hours=None)).then(
        (StockItem.Issued, {"serials": ("B1",)}), Rma.Worked
    )


def test_the_fee_of_a_diagnosis_is_on_the_note_once(workshop: Company) -> None:
    """The list says 35.00; a changed outcome charges no diagnosis."""
    prices(workshop, fee="35.00")
    workshop.given(request(), receive(), UNCOVERED)
    fee = (Rma.DiagnosisFeeProposed, {"source": "LIST"})
    workshop.given().when(decide("no_fault_found")).then((Rma.OutcomeDecided, {}), fee)
    workshop.given().when(decide("not_repairable")).then(Rma.OutcomeDecided)
    workshop.given(decide("repaired"), decide("not_repairable"), BACK)
    assert charged(workshop) == [("diagnosis", 1, Decimal("35.00"))]


def test_a_repaired_item_owes_no_diagnosis(workshop: Company) -> None:
    prices(workshop, fee="35.00")
    workshop.given(request(), receive(), decide("no_fault_found"), decide("repaired"), BACK)
    assert charged(workshop) == []


def test_a_diagnosis_charged_by_hand_stands_in_its_place(workshop: Company) -> None:
    prices(workshop, fee="35.00")
    by_hand = [{"kind": "diagnosis", "description": "Diagnosi ridotta", "unit_price": "10.00"}]
    workshop.given(request(), receive(), decide("no_fault_found"))
    workshop.given(do("charge-rma-item", rma_id=RMA, item_id=A, charges=by_hand), BACK)
    assert charged(workshop) == [("diagnosis", 1, Decimal("10.00"))]


def test_a_fee_is_waived_with_a_reason(workshop: Company) -> None:
    prices(workshop, fee="35.00")
    waive = do("waive-rma-fee", rma_id=RMA, item_id=A, reason="Cliente storico")
    workshop.given(request(), receive()).when(waive).then_refused(NoFeeProposed)
    workshop.given(decide("no_fault_found")).when(waive).then((Rma.DiagnosisFeeWaived, {}))
    workshop.given().when(waive).then_nothing()
    workshop.given(decide("not_repairable"), BACK)
    assert (charged(workshop), sheet(workshop)["items"][0]["fee_waived_reason"]) == ([], "Cliente storico")


def test_under_warranty_no_diagnosis_is_charged(workshop: Company) -> None:
    prices(workshop, fee="35.00")
    workshop.given(request(), receive(), DIAGNOSE).when(decide("not_repairable")).then(Rma.OutcomeDecided)


def test_the_company_s_own_fee_holds_from_its_day(workshop: Company) -> None:
    """Where no price list says it: 30.00 from September, nothing before."""
    identity = {"name": "Service Srl", "vat_number": "IT12345670017", "address": FORLI}
    workshop.given(do("found-company", company_id=UUID(int=99), identity=identity))
    workshop.given(do("set-company-parameters", from_on="2026-09-01", change={"diagnosis_fee": "30.00"}))
    workshop.given(request(at="2026-08-20T09:00"), receive(at="2026-08-20T10:00"))
    workshop.given().when(decide("no_fault_found", at="2026-08-31T09:00")).then(Rma.OutcomeDecided)
    fee = (Rma.DiagnosisFeeProposed, {"source": None})
    workshop.given().when(decide("not_repairable", at="2026-09-01T09:00")).then(Rma.OutcomeDecided, fee)
    workshop.given(do("return-rma", rma_id=RMA, at="2026-09-01T10:00"))
    assert charged(workshop) == [("diagnosis", 1, Decimal("30.00"))]
