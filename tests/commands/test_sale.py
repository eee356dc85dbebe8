"""Sales recorded (INS-4): customers found or registered, serials in the installed base with their warranties."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from aggregates.base import Aggregate
from aggregates.party import Party
from aggregates.serial_item import SerialItem
from aggregates.sold_goods import SoldGoods, sold_goods_id
from commands.sale import RecordSale
from commands.sale_customer import SaleCustomerAmbiguous, SaleCustomerUnknown
from tests.contract_steps import C1, C2, C3, C4, COMUNE, FORLI, IMMOBILIARE, MARIO, ROSSI
from tests.dsl import Company, do
from tests.sale_steps import invoice, note, order, printers, rule

NEW = {"name": "Bar Sport", "tax": {"vat_number": "IT07643520567"}, "address": FORLI}
REGISTERED: tuple[type[Aggregate.Event], ...] = (SerialItem.Registered, SerialItem.WarrantyGiven)
ONE = printers("1", price=None, serials=("SN-1",))


def items(company: Company) -> list[tuple[str, str, str]]:
    """Serial, owner and product of every item."""
    found = company.ask("installed-base", limit=500)["items"]
    return sorted((row["number"], str(row["owner_id"]), row["product"]) for row in found)


def warranties(company: Company, serial: str) -> list[tuple[str, str, str, str | None]]:
    """Kind, days and proof of an item's warranties."""
    company.fold()
    (item_id,) = company.house.desk.lookups.serial_items_by_number(serial)
    item = company.record(item_id)
    return sorted(
        (one.kind, str(one.period.starts_on), str(one.period.ends_on), one.source) for one in item.warranties.values()
    )


# Recorded


def test_a_sale_is_recorded_with_its_goods(company: Company) -> None:
    company.given(ROSSI).when(order()).then(SoldGoods.Begun, SoldGoods.SaleRecorded)
    (row,) = company.ask("sales", customer_id=C1)["items"]
    assert (row["number"], row["kind"], str(row["amount"]), row["lines"]) == ("IC-1", "order", "3000.00", 1)
    sheet = company.ask("sale", sale_id=row["sale_id"])
    assert [(str(lot["quantity"]), str(lot["amount"])) for lot in sheet["goods"]] == [("3", "3000.00")]


@pytest.mark.parametrize(
    "again",
    [order(), order(" ic-1 "), order("IC-1", at="2026-07-01T09:00")],
    ids=["same", "written otherwise", "later"],
)
def test_the_same_document_again_records_nothing_new(company: Company, again: Any) -> None:
    situation = company.given(ROSSI, order()).when(again)
    assert situation.refusal is None
    assert [type(r.fact) for r in situation.new] in ([], [SoldGoods.SaleCorrected])
    assert len(company.record(sold_goods_id(C1)).lots) == 1


def test_the_same_number_of_another_year_kind_or_customer_is_another_sale(company: Company) -> None:
    company.given(ROSSI, MARIO)
    for step in (
        order("1", "2026-03-02"), order("1", "2027-03-02"), note("1", "2026-03-12"),
        order("1", "2026-03-02", customer_id=C2),
    ):  # fmt: skip
        assert [type(r.fact) for r in company.given().when(step).new][-1] is not SoldGoods.SaleCorrected
    assert len(company.ask("sales")["items"]) == 4


def test_a_document_that_says_otherwise_is_kept_and_changes_no_goods(company: Company) -> None:
    other = order("IC-1", "2026-03-02", printers("5"), at="2026-03-04T09:00")
    company.given(ROSSI, order()).when(other).then(SoldGoods.SaleCorrected)
    company.given().when(other).then_nothing()
    (row,) = company.ask("sales")["items"]
    assert row["corrected_at"] is not None
    assert [str(lot.quantity) for lot in company.record(sold_goods_id(C1)).lots.values()] == ["3"]


def test_a_line_says_what_it_is_and_has_no_serials_of_pieces_that_are_not_there() -> None:
    fields = {"kind": "order", "number": "1", "dated_on": "2026-03-02", "customer_id": C1}
    with pytest.raises(ValidationError, match="article's code or a description"):
        RecordSale.model_validate({**fields, "lines": [{"quantity": "1"}]})


def test_words_unit_and_price_multiplier_come_from_the_article(company: Company) -> None:
    article = do("register-article", code="VITE", description="Vite M4", kind="part", unit="CF", price_multiplier="100")
    company.given(ROSSI, article, order("1", "2026-03-02", {"article_code": "VITE", "quantity": "250",
                                                            "unit_price": "3.50"}))  # fmt: skip
    (lot,) = company.record(sold_goods_id(C1)).lots.values()
    assert (lot.description, lot.unit, str(lot.amount)) == ("Vite M4", "CF", "8.75")


# Whose


@pytest.mark.parametrize(
    "customer",
    [{"code": "c1"}, {"tax": {"tax_code": "RSSMRA80A01D704D"}}],
    ids=["by code", "by tax code"],
)
def test_a_known_customer_is_found(company: Company, customer: dict[str, Any]) -> None:
    company.given(ROSSI, MARIO).when(order(customer_id=None, customer=customer)).then(
        (SoldGoods.Begun, {"customer_id": C1 if "code" in customer else C2}), SoldGoods.SaleRecorded
    )


def test_one_of_several_with_a_vat_number_is_not_guessed(company: Company) -> None:
    step = order(customer={"tax": {"vat_number": "IT12345670017"}})
    company.given(ROSSI, IMMOBILIARE).when(step).then_refused(SaleCustomerAmbiguous, count=2)


@pytest.mark.parametrize("missing", ["name", "tax", "address"])
def test_an_unknown_customer_is_refused_without_all_its_data(company: Company, missing: str) -> None:
    told = {name: value for name, value in NEW.items() if name != missing}
    company.given().when(order(customer=told)).then_refused(SaleCustomerUnknown)


def test_an_unknown_customer_with_all_its_data_is_registered_once(company: Company) -> None:
    company.given().when(order(customer=NEW)).then(
        (Party.Registered, {"code": "IT07643520567", "name": "Bar Sport"}), SoldGoods.Begun, SoldGoods.SaleRecorded
    )
    company.given().when(note(customer=NEW)).then(SoldGoods.SaleRecorded, *REGISTERED * 3)


def test_a_customer_with_a_persons_tax_code_alone_is_a_consumer(company: Company) -> None:
    told = {"name": "Anna Verdi", "tax": {"tax_code": "RSSMRA80A01D704D"}, "address": FORLI}
    company.given(order(customer=told))
    (party,) = company.ask("parties")["items"]
    assert party["nature"] == "consumer"


def test_an_unknown_id_is_refused(company: Company) -> None:
    situation = company.given().when(order(customer_id=uuid4()))
    assert situation.refusal is not None
    assert situation.refusal.code() == "not-found"


# Serials and warranties


def test_delivered_serials_enter_the_installed_base_once(company: Company) -> None:
    """An order has delivered nothing; the note has; the invoice finds the same items."""
    company.given(ROSSI, order("IC-1", "2026-03-02", printers("1", serials=("SN-1",))))
    assert items(company) == []
    company.execute(note("A/1", "2026-03-12", ONE))
    assert items(company) == [("SN-1", str(C1), "Stampante PR-1")]
    company.execute(invoice("9", "2026-03-31", printers("1", serials=("SN-1",))))
    assert items(company) == [("SN-1", str(C1), "Stampante PR-1")]


@pytest.mark.parametrize(
    ("customer", "customer_id", "until"),
    [(ROSSI, C1, "2027-03-12"), (MARIO, C2, "2028-03-12"), (COMUNE, C3, "2027-03-12")],
    ids=["business", "consumer", "public body"],
)
def test_the_legal_warranty_follows_the_customers_nature(
    company: Company, customer: Any, customer_id: UUID, until: str
) -> None:
    company.given(customer, note("A/1", "2026-03-12", ONE, customer_id=customer_id))
    assert warranties(company, "SN-1") == [("legal", "2026-03-12", until, "DDT A/1 del 12/03/2026")]


def test_a_rule_adds_an_extension_after_the_legal_warranty(company: Company) -> None:
    extension = {"kind": "extended", "business_months": 24, "after_legal": True, "covers": ["parts"]}
    company.given(ROSSI, rule(warranties=[{"kind": "legal"}, extension]), note("A/1", "2026-03-12", ONE))
    assert [one[:3] for one in warranties(company, "SN-1")] == [
        ("extended", "2027-03-13", "2029-03-12"), ("legal", "2026-03-12", "2027-03-12"),
    ]  # fmt: skip


def test_the_note_proves_the_delivery_even_when_the_invoice_came_first(company: Company) -> None:
    """R5.3: the warranty given by the invoice's date is corrected by the delivery note's; there are not two."""
    company.given(ROSSI, invoice("9", "2026-03-31", printers("1", serials=("SN-1",))))
    assert warranties(company, "SN-1") == [("legal", "2026-03-31", "2027-03-31", "Fattura 9 del 31/03/2026")]
    company.execute(note("A/1", "2026-03-12", ONE, at="2026-04-02T09:00"))
    assert warranties(company, "SN-1") == [("legal", "2026-03-12", "2027-03-12", "DDT A/1 del 12/03/2026")]


def test_a_rule_may_leave_serials_out_of_the_installed_base(company: Company) -> None:
    company.given(ROSSI, rule(registers_serials=False), note("A/1", "2026-03-12", ONE))
    assert items(company) == []


def test_a_machine_sold_again_moves_to_its_new_owner(company: Company) -> None:
    company.given(ROSSI, IMMOBILIARE, note("A/1", "2026-03-12", ONE))
    company.given(note("A/9", "2026-09-01", ONE, customer_id=C4))
    assert items(company) == [("SN-1", str(C4), "Stampante PR-1")]
    assert [one[1] for one in warranties(company, "SN-1")] == ["2026-03-12", "2026-09-01"]


def test_an_item_registered_before_is_the_one_sold(company: Company) -> None:
    known = do("register-serial-item", manufacturer="Acme", number="SN-1", product="PR-1", type="printer", owner_id=C1)
    company.given(ROSSI, known, note("A/1", "2026-03-12", ONE))
    assert len(items(company)) == 1
    maker = printers("1", price=None, serials=("SN-1",), manufacturer="Other")
    company.given(note("A/2", "2026-03-13", maker))
    assert len(items(company)) == 2


def test_goods_go_to_the_site_they_were_delivered_to(company: Company) -> None:
    site = do("add-site", party_id=C1, site_id=C4, code="M1", name="Magazzino", address=FORLI)
    company.given(ROSSI, site, note("A/1", "2026-03-12", ONE, site_id=C4))
    (row,) = company.ask("installed-base")["items"]
    assert row["site_id"] == C4
