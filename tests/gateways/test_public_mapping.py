"""Every kind of public fact, from the commands of its slice to the payload that others read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gateways.postgres.server import PostgresServer
from gateways.wiring import Installation
from tests.commands import buying, calls, goods
from tests.contract_steps import C1, K1, K2, ROSSI, founded, signed
from tests.dsl import Company, do
from tests.gateways.public_stream import new_company, publishing, told


@pytest.fixture(scope="module")
def installation(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with publishing(postgres, tmp_path_factory.mktemp("mapping")) as running:
        yield running


@pytest.fixture
def company(installation: Installation) -> Company:
    return new_company(installation)


def data(company: Company, kind: str) -> list[dict[str, Any]]:
    """The payloads of one type."""
    return [event["data"] for event in told(company) if event["type"] == f"libretto.{kind}.v1"]


def test_a_contract_is_told_from_signing_to_its_end(company: Company) -> None:
    company.given(founded(company), ROSSI)
    signed(company)
    number = data(company, "contract.signed")[0]["number"]
    assert data(company, "contract.signed") == [
        {
            "contract_id": str(K1), "number": number, "party_id": str(C1), "kind": "flat_fee",
            "signed_on": "2026-09-10", "starts_on": "2026-09-16", "ends_on": "2026-12-31",
        }
    ]  # fmt: skip
    company.do("terminate-contract", at="2026-10-01", contract_id=K1, last_on="2026-10-31", reason="cessata attività")
    (ended,) = data(company, "contract.terminated")
    assert (ended["number"], ended["outcome"], ended["last_on"]) == (number, "terminated", "2026-10-31")


def test_a_renewed_contract_is_told_with_its_new_term(company: Company) -> None:
    company.given(founded(company), ROSSI)
    signed(company, K2)
    expiry = data(company, "contract.signed")[0]["ends_on"]
    company.do("renew-contract", at="2026-12-20", contract_id=K2, agreed=True, expiry_on=expiry)
    (renewed,) = data(company, "contract.renewed")
    assert (renewed["term_number"], renewed["tacit"], renewed["starts_on"]) == (2, False, "2027-01-01")
    assert renewed["number"] == data(company, "contract.signed")[0]["number"]


def test_a_call_is_told_without_words_of_anybody(company: Company) -> None:
    company.given(*calls.CUSTOMER, calls.opened())
    company.do("close-call", at="2026-12-10T16:00", call_id=calls.CALL, solution="Riparata")
    (opened,), (closed,) = data(company, "call.opened"), data(company, "call.closed")
    assert (opened["party_id"], opened["priority"], opened["coverage"]) == (str(calls.ROSSI), "medium", "chargeable")
    assert closed == {"call_id": str(calls.CALL), "outcome": "solved"}
    assert "Perde" not in str(told(company))
    assert "Riparata" not in str(told(company))


def test_a_delivery_note_is_told_with_its_goods_and_their_movement(company: Company) -> None:
    goods.opened(company)
    goods.registered(company)
    company.given(goods.stocked(10))
    company.execute(goods.issue_note(lines=[{"article_id": goods.X, "quantity": "2", "unit_price": "78.00"}]))
    (note,) = data(company, "delivery-note.issued")
    assert (note["reason"], note["party_id"]) == ("sale", str(goods.CUSTOMER))
    assert [(line["article_code"], line["quantity"]) for line in note["lines"]] == [("X", "2")]
    opening, issue = data(company, "stock.moved")
    assert (opening["movement"], opening["quantity"], opening["value"]) == ("opening", "10", "512.00")
    assert (issue["movement"], issue["quantity"], issue["value"]) == ("issue", "-2", "-102.40")
    assert issue["record"]["number"] == note["number"]


def test_a_move_between_warehouses_is_told_on_both_sides(company: Company) -> None:
    goods.opened(company)
    company.given(goods.stocked(10))
    company.do("move-stock", article_id=goods.X, from_warehouse_id=goods.MAIN, to_warehouse_id=goods.VAN, quantity="3")
    moved = [(m["movement"], m["quantity"], m["warehouse_id"]) for m in data(company, "stock.moved")]
    assert [one for one in moved if one[1] != "0"][1:] == [
        ("transfer_out", "-3", str(goods.MAIN)),
        ("transfer_in", "3", str(goods.VAN)),
    ]


def test_an_accepted_quote_is_told_with_the_sums_that_were_sent(company: Company) -> None:
    company.given(founded(company), ROSSI)
    line = {"description": "Manodopera", "kind": "labour", "quantity": "2", "unit": "h", "unit_price": "45.00"}
    quote = company.do("draft-quote", at="2026-09-01", customer_id=C1, lines=[line])["quote_id"]
    company.do("send-quote", at="2026-09-02", quote_id=quote)
    person = {"name": "Mario Rossi"}
    company.do("accept-quote", at="2026-09-03", quote_id=quote, revision=0, person=person, channel="email")
    (accepted,) = data(company, "quote.accepted")
    assert (accepted["quote_id"], accepted["party_id"]) == (quote, str(C1))
    assert (accepted["taxable"], accepted["total"], accepted["accepted_on"]) == ("90.00", "109.80", "2026-09-03")
    assert "Mario" not in str(told(company))


def test_goods_bought_sold_and_given_back_are_told_from_the_second_edition_on(company: Company) -> None:
    buying.with_supplier(company)
    goods.registered(company)
    company.do("adopt-public-edition", edition=2)
    company.given(
        buying.ordered("4"),
        buying.sent(at="2026-09-01T10:00"),
        buying.arrived("3", at="2026-09-03T09:00", supplier_note={"number": "77", "dated_on": "2026-09-02"}),
    )
    (sent,), (came,) = data(company, "purchase-order.sent"), data(company, "purchase-order.received")
    assert (sent["number"], sent["supplier_id"], sent["taxable"]) == ("OA-2026-0001", str(buying.SUPPLIER), "204.80")
    assert (came["supplier_note"], came["received_on"]) == ("77", "2026-09-03")
    assert [(one["article_code"], one["quantity"], one["value"]) for one in came["lines"]] == [("X", "3", "153.60")]
    line = {"line_id": buying.LINE, "quantity": "1"}
    company.do("return-purchased-goods", order_id=buying.ORDER, lines=[line], reason="Difettosi", at="2026-09-04T09:00")
    (back,) = data(company, "purchase-order.returned")
    assert (back["awaits_replacement"], back["lines"][0]["value"]) == (False, "51.20")

    note_id = company.execute(
        goods.issue_note(lines=[{"article_id": goods.X, "quantity": "2", "unit_price": "78.00"}], at="2026-09-05T09:00")
    ).result["note_id"]
    (out,) = company.ask("delivery-note", note_id=note_id)["lines"]
    one = {"line_id": out["line_id"], "quantity": "1"}
    company.do("take-back-goods", note_id=note_id, lines=[one], at="2026-09-06T09:00")
    (returned,) = data(company, "delivery-note.returned")
    assert [(each["article_code"], each["quantity"]) for each in returned["lines"]] == [("X", "1")]
    other = company.execute(
        goods.issue_note(lines=[{"article_id": goods.X, "quantity": "1", "unit_price": "78.00"}], at="2026-09-07T09:00")
    ).result
    company.do("cancel-delivery-note", note_id=other["note_id"], reason="Non partita", at="2026-09-07T10:00")
    assert [each["number"] for each in data(company, "delivery-note.cancelled")] == [other["number"]]


def test_an_order_and_parts_given_back_are_told(company: Company) -> None:
    goods.opened(company)
    goods.registered(company)
    quote, at = str(goods.CALL), "2026-03-02T10:00"
    lines = [{"article_id": goods.X, "quantity": "2", "unit_price": "50.00"}]
    company.do("adopt-public-edition", edition=2)
    company.given(
        goods.stocked(5),
        do("draft-quote", quote_id=quote, customer_id=goods.CUSTOMER, lines=lines, at=at),
        do("send-quote", quote_id=quote, at=at),
        do("accept-quote", quote_id=quote, revision=0, person={"name": "Laura"}, channel="phone", at=at),
    )
    order = company.do("order-quote", quote_id=quote, at=at)
    (placed,) = data(company, "sales-order.placed")
    assert (placed["number"], placed["taxable"], placed["total"]) == (order["number"], "100.00", "122.00")
    company.do("cancel-sales-order", order_id=order["order_id"], reason="Rinuncia", at=at)
    assert [one["number"] for one in data(company, "sales-order.cancelled")] == [order["number"]]
    company.given(goods.issue(2, movement_id=quote))
    company.do(
        "return-issued",
        article_id=goods.X,
        warehouse_id=goods.MAIN,
        movement_id=quote,
        quantity="1",
    )
    moved = [(one["movement"], one["quantity"], one["value"]) for one in data(company, "stock.moved")]
    assert moved == [("opening", "5", "256.00"), ("issue", "-2", "-102.40"), ("receipt", "1", "51.20")]
