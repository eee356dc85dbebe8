"""Commands on a return's delivery notes: the return knows in the same append, or says which command to use."""

from __future__ import annotations

from uuid import UUID

import pytest

from aggregates.delivery_note import DeliveryNote
from aggregates.rma import Rma
from aggregates.stock_item import StockItem
from commands.rma_told import AtSupplierForRma
from tests.commands.goods import LOAN, X, level
from tests.commands.test_rma import RMA, A, receive, request, sheet, workshop
from tests.dsl import Company, do

__all__ = ["lent", "workshop"]

SUPPLIER = UUID("88888888-1111-1111-1111-111111111111")


@pytest.fixture
def lent(workshop: Company) -> UUID:
    """SN-778 is with us, and the customer has a loaner."""
    workshop.given(request(), receive())
    answer = workshop.execute(do("give-rma-loaner", rma_id=RMA, article_id=X))
    assert answer.result is not None
    return UUID(str(answer.result["note_id"]))


def loaner(company: Company) -> tuple[bool, str | None]:
    (one,) = sheet(company)["loaners"]
    return one["back"], one["sale_number"]


def test_a_loaner_taken_back_by_the_plain_command_is_back_on_the_return(workshop: Company, lent: UUID) -> None:
    back = do("take-back-goods", note_id=lent, returned_on="2026-09-14")
    workshop.given(back)
    assert isinstance(workshop.facts(RMA)[-1].fact, Rma.LoanerReturned)
    assert loaner(workshop) == (True, None)
    assert level(workshop, LOAN)["on_hand"] == 0
    workshop.given().when(do("take-back-rma-loaner", rma_id=RMA, note_id=lent)).then_nothing()


def test_a_loaner_kept_by_the_plain_command_is_sold_on_the_return(workshop: Company, lent: UUID) -> None:
    keep = do("keep-goods", note_id=lent, reason="La acquista")
    workshop.given().when(keep).then(DeliveryNote.GoodsKept, StockItem.Issued, Rma.LoanerSold)
    assert loaner(workshop)[1] is not None
    workshop.given().when(do("sell-rma-loaner", rma_id=RMA, note_id=lent)).then_nothing()


def test_a_longer_loan_is_longer_on_the_return_too(workshop: Company, lent: UUID) -> None:
    workshop.given(do("extend-loan", note_id=lent, return_by="2027-01-31", reason="Ricambio in ritardo"))
    assert str(sheet(workshop)["loaners"][0]["return_by"]) == "2027-01-31"


def test_goods_at_a_supplier_come_back_by_the_return_s_own_command(workshop: Company) -> None:
    address = {"street": "Via Emilia 1", "postcode": "47121", "town": "Forlì", "province": "FC"}
    workshop.given(
        do("open-warehouse", code="SUP", name="Presso fornitori", kind="supplier"),
        do("register-party", party_id=SUPPLIER, code="F1", name="Fornitore", role="supplier", address=address,
           tax={"vat_number": "IT00743110157"}),
        request(), receive(),
    )  # fmt: skip
    sent = workshop.execute(do("send-rma-to-supplier", rma_id=RMA, item_ids=[A], supplier_id=SUPPLIER))
    assert sent.result is not None
    workshop.given().when(do("take-back-goods", note_id=sent.result["note_id"])).then_refused(AtSupplierForRma)
