"""Delivery notes: gap-free numbers in the order of dates, goods and note together, one reason each (S14)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.base import Act
from aggregates.billable import BilledAlready
from aggregates.counterparty import AddressMissing
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_refusals import (
    DatedInFuture,
    DeliveryNoteCancelled,
    DeliveryNoteInvoiced,
    DestinationMissing,
    GoodsCameBack,
    NotDelivered,
    NothingClaimed,
    ReasonInbound,
    ReasonsMixed,
    ReasonUnknown,
    RecipientMissing,
)
from aggregates.number_register import DateOutOfOrder, NumberRegister
from aggregates.record_ref import RecordRef
from aggregates.rules.transport_reasons import TRANSPORT_REASONS, Reason, return_deadline
from aggregates.stock import StockShort
from aggregates.stock_item import StockItem
from commands.base import Command, Entry, Service
from tests.commands.goods import FOR_CALL, LOAN, MAIN, VAN, X, issue_note, level, opened, registered, stocked
from tests.document_steps import founded
from tests.dsl import MORNING, Company, do

TONER = [{"article_id": X, "quantity": "2", "unit_price": "78.00"}]


@pytest.fixture
def shop(company: Company) -> Company:
    """A company with a customer and ten pieces of X."""
    opened(company)
    registered(company)
    company.given(
        stocked(10), do("open-number-register", document="delivery-note", series="A", year=2026, last_number=117)
    )
    return company


def test_number_goods_and_note_are_one_append(shop: Company) -> None:
    shop.given().when(issue_note(lines=TONER, at="2026-03-25 10:00")).then(
        NumberRegister.NumberTaken,
        (StockItem.Issued, {"quantity": Decimal(2)}),
        (DeliveryNote.Issued, {"number": "A/2026/0118", "dated_on": date(2026, 3, 25)}),
    )
    assert level(shop)["on_hand"] == 8
    (movement,) = shop.ask("stock-movements", article_id=X)["items"][1:]
    assert (movement["record_kind"], movement["record_number"]) == ("delivery-note", "A/2026/0118")


def test_a_refused_note_takes_no_number(shop: Company) -> None:
    many = issue_note(lines=[{"article_id": X, "quantity": "11"}])
    shop.given().when(many).then_refused(StockShort)
    shop.given().when(issue_note(lines=TONER)).then(
        NumberRegister.NumberTaken, StockItem.Issued, (DeliveryNote.Issued, {"number": "A/2026/0118"})
    )


def test_the_same_note_again_is_one_note(shop: Company) -> None:
    note = issue_note(lines=TONER, note_id=uuid4())
    shop.given(note).when(note).then_nothing()
    assert shop.execute(note).result["number"] == "A/2026/0118"


def test_dates_of_a_series_never_run_backwards(shop: Company) -> None:
    shop.given(issue_note(lines=TONER, at="2026-03-25 10:00"))
    before = issue_note(lines=TONER, at="2026-03-26 10:00", dated_on="2026-03-24")
    shop.given().when(before).then_refused(DateOutOfOrder)
    ahead = issue_note(lines=TONER, at="2026-03-26 10:00", dated_on="2026-03-27")
    shop.given().when(ahead).then_refused(DatedInFuture)


def test_a_new_year_begins_at_one(shop: Company) -> None:
    shop.given(issue_note(lines=TONER, at="2026-12-31 10:00"))
    assert shop.execute(issue_note(lines=TONER, at="2027-01-04 10:00")).result["number"] == "A/2027/0001"


def test_a_cancelled_note_keeps_its_number_and_gives_goods_back(shop: Company) -> None:
    note_id = uuid4()
    cancel = do("cancel-delivery-note", note_id=note_id, reason="Merce non partita")
    shop.given(issue_note(lines=TONER, note_id=note_id)).when(cancel).then(DeliveryNote.Cancelled, StockItem.Received)
    shop.given().when(cancel).then_nothing()
    assert level(shop)["on_hand"] == 10
    assert level(shop)["unit_cost"] == Decimal("51.20")
    assert shop.execute(issue_note(lines=TONER)).result["number"] == "A/2026/0119"
    shown = {one["number"]: one["state"] for one in shop.ask("delivery-notes")["items"]}
    assert shown == {"A/2026/0118": "cancelled", "A/2026/0119": "issued"}
    back = do("take-back-goods", note_id=note_id)
    shop.given().when(back).then_refused(DeliveryNoteCancelled)


class _Invoice(Command):
    note_id: UUID


def _invoice(cmd: _Invoice, act: Act, service: Service) -> None:
    note = service.load(DeliveryNote, cmd.note_id)
    invoice_id = uuid4()
    note.propose_billing(invoice_id, act)
    note.bill(RecordRef(kind="invoice", id=invoice_id, number="2026/71"), act)
    service.save(note)


def _invoiced(company: Company, note_id: UUID) -> None:
    entry = Entry("invoice-note-for-test", "/none", _Invoice, _invoice, frozenset())
    company.house.desk.execute(entry, _Invoice(note_id=note_id), Act(by="user:test", at=MORNING), uuid4())


def test_an_invoiced_note_is_neither_cancelled_nor_invoiced_again(shop: Company) -> None:
    note_id = uuid4()
    shop.given(issue_note(lines=TONER, note_id=note_id))
    assert [one["number"] for one in shop.ask("delivery-notes", to_invoice=True)["items"]] == ["A/2026/0118"]
    _invoiced(shop, note_id)
    cancel = do("cancel-delivery-note", note_id=note_id, reason="Errore")
    shop.given().when(cancel).then_refused(DeliveryNoteInvoiced, invoice="2026/71")
    with pytest.raises(BilledAlready):
        _invoiced(shop, note_id)
    assert shop.ask("delivery-notes", to_invoice=True)["items"] == []


def test_goods_that_came_back_are_not_invoiced(shop: Company) -> None:
    """Goods returned lead neither to an invoice nor to a note without reference (peers 28)."""
    note_id = uuid4()
    shop.given(issue_note(lines=TONER, note_id=note_id))
    (line,) = shop.ask("delivery-note", note_id=note_id)["lines"]
    one = {"line_id": line["line_id"], "quantity": "1"}
    theirs = {"number": "58", "dated_on": "2026-03-20"}
    back = do("take-back-goods", note_id=note_id, lines=[one], sender_note=theirs)
    shop.given().when(back).then((DeliveryNote.GoodsReturned, {}), StockItem.Received)
    assert sum(shop.record(note_id).to_invoice.values()) == 1
    shop.given(back)
    assert shop.record(note_id).to_invoice == {}
    assert shop.ask("delivery-notes", to_invoice=True)["items"] == []
    shop.given().when(back).then_refused(NotDelivered)
    shop.given().when(do("cancel-delivery-note", note_id=note_id, reason="Errore")).then_refused(GoodsCameBack)


def test_a_loan_stays_ours_at_the_customers(shop: Company) -> None:
    note_id = uuid4()
    loan = issue_note(lines=[{"article_id": X, "quantity": "1"}], reason="loan", note_id=note_id, at="2026-03-04 10:00")
    shop.given().when(loan).then(
        NumberRegister.NumberTaken, StockItem.MovedOut, StockItem.Stocked, StockItem.MovedIn, DeliveryNote.Issued
    )
    assert (level(shop)["on_hand"], level(shop, LOAN)["on_hand"]) == (9, 1)
    assert shop.ask("delivery-notes", to_invoice=True)["items"] == []
    shop.given(do("take-back-goods", note_id=note_id, at="2026-03-20 10:00"))
    assert (level(shop)["on_hand"], level(shop, LOAN)["on_hand"]) == (10, 0)


def test_goods_on_approval_are_returned_or_invoiced_within_a_year(shop: Company) -> None:
    note = issue_note(lines=TONER, reason="on_approval", at="2026-03-04 10:00")
    shop.given().when(note)
    assert [one["number"] for one in shop.ask("delivery-notes", due_back_by="2027-03-04")["items"]] == ["A/2026/0118"]
    assert shop.ask("delivery-notes", due_back_by="2027-03-03")["items"] == []
    assert return_deadline(Reason.ON_APPROVAL, date(2024, 2, 29)) == date(2025, 2, 28)


def test_a_replacement_is_invoiced_only_when_the_claim_fails(shop: Company) -> None:
    note_id = uuid4()
    swap = issue_note(lines=TONER, reason="warranty_replacement", reason_note="salvo verifica", note_id=note_id)
    shop.given(swap)
    assert shop.ask("delivery-notes", to_invoice=True)["items"] == []
    failed = do("decide-note-claim", note_id=note_id, accepted=False, reason="Manomissione")
    shop.given().when(failed).then((DeliveryNote.ClaimDecided, {"accepted": False}))
    shop.given().when(failed).then_nothing()
    assert len(shop.ask("delivery-notes", to_invoice=True)["items"]) == 1


def test_a_sale_has_no_claim(shop: Company) -> None:
    note_id = uuid4()
    claim = do("decide-note-claim", note_id=note_id, accepted=True, reason="Sì, vale")
    shop.given(issue_note(lines=TONER, note_id=note_id)).when(claim).then_refused(NothingClaimed)


@pytest.mark.parametrize("reason", [row.reason for row in TRANSPORT_REASONS.values() if not row.is_outbound])
def test_goods_that_come_in_travel_with_the_senders_note(shop: Company, reason: Reason) -> None:
    shop.given().when(issue_note(lines=TONER, reason=reason)).then_refused(ReasonInbound)


def test_a_receiver_needs_an_address(shop: Company) -> None:
    nowhere = uuid4()
    shop.given(do("register-party", party_id=nowhere, code="P9", name="Senza indirizzo", role="prospect"))
    shop.given().when(issue_note(lines=TONER, recipient_id=nowhere)).then_refused(AddressMissing)


def test_later_changes_of_the_customer_do_not_reach_the_note(shop: Company) -> None:
    """Editing master data never rewrites issued documents (peers 34)."""
    note_id = uuid4()
    shop.given(issue_note(lines=TONER, note_id=note_id))
    before = shop.ask("delivery-note", note_id=note_id)
    registered(shop, name="Rossi & Figli S.r.l.")
    assert shop.ask("delivery-note", note_id=note_id) == before
    assert before["customer"] == "Rossi Gilbo"
    assert before["content"]["recipient"]["address"]["town"] == "Forlì"


def test_a_promise_is_used_by_the_note_of_its_order(shop: Company) -> None:
    order = {"kind": "sales-order", "id": str(uuid4()), "number": "IC-2026-0012"}
    shop.given(do("reserve-part", article_id=X, warehouse_id=MAIN, quantity="2", record=order, firm=True))
    shop.given(issue_note(lines=TONER, record=order))
    assert (level(shop)["on_hand"], level(shop)["reserved_firm"]) == (8, 0)


def test_twenty_notes_issued_at_once_have_numbers_without_gaps(shop: Company) -> None:
    shop.given(do("receive-stock", article_id=X, warehouse_id=MAIN, quantity="12", unit_cost="50", source=FOR_CALL))
    one = [{"article_id": X, "quantity": "1"}]
    with ThreadPoolExecutor(8) as crowd:
        numbers = list(crowd.map(lambda _: shop.execute(issue_note(lines=one)).result["number"], range(20)))
    assert sorted(numbers) == [f"A/2026/{n:04}" for n in range(118, 138)]
    assert level(shop)["on_hand"] == 2


def test_goods_between_our_places_keep_their_promise_and_are_never_billed(shop: Company) -> None:
    """R8.5: no note loads a van; one travels with goods that a courier takes to it, under a title of no transfer."""
    shop.given(founded(shop))
    moved: dict[str, Any] = {
        "recipient_id": None,
        "reason_text": "Trasferimento interno",
        "lines": [{"article_id": X, "quantity": "3"}],
    }
    shop.given().when(issue_note(**moved)).then_refused(DestinationMissing)
    shop.given(issue_note(**moved, to_warehouse_id=VAN, note_id=uuid4()))
    assert (level(shop)["on_hand"], level(shop, VAN)["on_hand"]) == (7, 3)
    (note,) = shop.ask("delivery-notes", reason="internal_transfer")["items"]
    assert (note["customer"], note["to_invoice"]) == ("Service Srl", False)
    shop.given(do("cancel-delivery-note", note_id=note["note_id"], reason="Non partita"))
    assert (level(shop)["on_hand"], level(shop, VAN)["on_hand"]) == (10, 0)


def test_a_note_has_one_reason(shop: Company) -> None:
    """R8.3: words, row and lines must agree; without any a sale is presumed."""
    mixed = [{**TONER[0], "reason": "loan"}, {"description": "Filtro", "quantity": "1", "reason": "sale"}]
    shop.given().when(issue_note(lines=mixed)).then_refused(ReasonsMixed)
    shop.given().when(issue_note(lines=TONER, reason="sale", reason_text="Conto visione")).then_refused(ReasonsMixed)
    shop.given().when(issue_note(lines=TONER, reason_text="Boh")).then_refused(ReasonUnknown)
    shop.given().when(issue_note(lines=TONER, recipient_id=None)).then_refused(RecipientMissing)
    assert shop.execute(issue_note(lines=TONER, reason_text="c/visione")).result["number"] == "A/2026/0118"
    assert shop.ask("delivery-notes")["items"][0]["reason"] == "on_approval"


def test_folding_again_changes_nothing(shop: Company) -> None:
    shop.given(issue_note(lines=TONER))
    before = shop.ask("delivery-notes")
    shop.fold()
    assert shop.ask("delivery-notes", text="0118") == before
