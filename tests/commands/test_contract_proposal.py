"""Proposals from sales (CON-10): made once for the same goods, revised, sent, accepted, and a contract then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates import contract_proposal_refusals as refused
from aggregates.contract import Contract
from aggregates.contract_proposal import ContractProposal
from aggregates.number_register import NumberRegister
from tests.contract_steps import C1, K1, MARIO, ROSSI, draft, due, line, sign, tick
from tests.dsl import Company, do
from tests.sale_steps import (
    accept,
    contract_lines,
    invoice,
    note,
    order,
    printers,
    proposals,
    proposed,
    rule,
    send,
)

ONE_PRINTER = note("A/1", "2026-03-12", printers("1", serials=("SN-1",)))
MAINTENANCE = {"kind": "maintenance", "title": "Assistenza stampanti", "tacit_renewal": True}


def sheet(company: Company, proposal_id: Any) -> Any:
    return company.ask("contract-proposal", proposal_id=proposal_id)


def fees(company: Company, proposal_id: Any) -> list[tuple[str, str]]:
    """Quantity and fee of each proposed line."""
    return [(str(Decimal(one["quantity"])), one["annual_fee"]) for one in sheet(company, proposal_id)["lines"]]


# Made


def test_order_note_and_invoice_of_the_same_goods_make_one_proposal(company: Company) -> None:
    proposal_id = proposed(company, ROSSI, rule(), order())
    assert fees(company, proposal_id) == [("3", "360.00")]
    for later in (note(), invoice()):
        assert company.execute(later).result["proposal_id"] == str(proposal_id)
    (only,) = proposals(company)
    assert (only["number"], only["status"], str(only["annual_total"])) == ("PRO-2026-0001", "made", "360.00")
    (goods,) = sheet(company, proposal_id)["lines"]
    assert (goods["serials"], goods["delivered_on"], goods["starts_on"]) == (
        ["SN-1", "SN-2", "SN-3"], "2026-03-12", "2026-03-12",
    )  # fmt: skip
    assert [step["step"] for step in sheet(company, proposal_id)["steps"]] == ["made", "goods_told"]


def test_a_sale_recorded_twice_changes_nothing(company: Company) -> None:
    company.given(ROSSI, rule(), order()).when(order()).then_nothing()


def test_goods_sold_again_make_a_second_proposal(company: Company) -> None:
    company.given(ROSSI, rule(), order(), note(), invoice(), order("IC-2", "2026-05-02"))
    assert [row["source_number"] for row in proposals(company)] == ["IC-2", "IC-1"]


def test_goods_without_a_rule_offer_nothing(company: Company) -> None:
    toner = {"article_code": "TN-1", "description": "Toner", "quantity": "4", "unit_price": "80.00"}
    company.given(ROSSI, rule(), order("IC-1", "2026-03-02", toner))
    assert proposals(company) == []


def test_a_rule_holds_from_its_day_on_and_its_next_version_does_then(company: Company) -> None:
    dearer = rule(from_on="2026-06-01", offer={"fee": {"basis": "per_unit", "amount": {"amount": "150.00"}}})
    company.given(ROSSI, rule(), dearer)
    for number, on in (("IC-0", "2025-12-31"), ("IC-1", "2026-05-31"), ("IC-2", "2026-06-01")):
        company.execute(order(number, on))
    assert [(row["source_number"], str(row["annual_total"])) for row in proposals(company)] == [
        ("IC-2", "450.00"), ("IC-1", "360.00"),
    ]  # fmt: skip


def test_a_rule_may_wait_for_the_delivery_note(company: Company) -> None:
    company.given(ROSSI, rule(made_from=["delivery-note"]), order())
    assert proposals(company) == []
    company.execute(note())
    (only,) = proposals(company)
    assert (only["source_number"], str(only["annual_total"])) == ("A/1", "360.00")


def test_goods_of_one_document_are_one_proposal_where_one_contract_can_hold_them(company: Company) -> None:
    plotters = {"fee": {"basis": "per_unit", "amount": {"amount": "500.00"}}}
    rental = {"kind": "flat_fee", "title": "Noleggio"}
    company.given(ROSSI, rule(), rule("PLOTTER", "PL-*", offer=plotters), rule("ALTRO", "NO-*", offer=rental))
    lines = [printers("1", article_code=code) for code in ("PR-1", "PL-1", "NO-1")]
    company.execute(order("IC-1", "2026-03-02", *lines))
    assert sorted((row["title"], str(row["annual_total"])) for row in proposals(company)) == [
        ("Assistenza stampanti", "620.00"), ("Noleggio", "120.00"),
    ]  # fmt: skip


# Answered


def test_an_accepted_proposal_is_a_signed_contract_with_a_line_for_each_serial(company: Company) -> None:
    proposal_id = proposed(company, ROSSI, rule(), order(), note("A/1", "2026-03-12", printers(
        "4", serials=("SN-1", "SN-2"), price=None)))  # fmt: skip
    company.given(send(proposal_id))
    answer = company.execute(accept(proposal_id)).result
    assert answer["contract_number"] == "1/2026"
    assert contract_lines(company, answer["contract_id"]) == [
        ("SN-1", "120.00", "2026-03-12", "1"), ("SN-2", "120.00", "2026-03-12", "1"), ("", "120.00", "2026-03-12", "1"),
    ]  # fmt: skip


def test_accepting_twice_answers_the_same_contract(company: Company) -> None:
    proposal_id = proposed(company, ROSSI, rule(), ONE_PRINTER)
    first = company.given(send(proposal_id)).when(accept(proposal_id))
    first.then(NumberRegister.NumberTaken, Contract.Drafted) if False else None
    again = company.given().when(accept(proposal_id, at="2026-03-25T09:00")).then_nothing()
    assert again.result["contract_id"] == first.result["contract_id"]


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        ((), refused.ProposalNotSent),
        (("send", "expire-contract-proposal"), refused.ProposalExpired),
        (("send",), refused.ProposalExpired),
        (("send", "reject-contract-proposal"), refused.ProposalIsRejected),
        (("send", "revise"), refused.ProposalRevised),
    ],
    ids=["not sent", "expired", "late", "rejected", "revised"],
)
def test_what_cannot_be_accepted(company: Company, steps: tuple[str, ...], refusal: type) -> None:
    proposal_id = proposed(company, ROSSI, rule(), ONE_PRINTER)
    (goods,) = sheet(company, proposal_id)["lines"]
    made = {
        "send": send(proposal_id),
        "expire-contract-proposal": do("expire-contract-proposal", at="2026-04-13T09:00", proposal_id=proposal_id),
        "reject-contract-proposal": do(
            "reject-contract-proposal", at="2026-03-14T09:00", proposal_id=proposal_id, reason="Prezzo"
        ),
        "revise": do(
            "revise-contract-proposal",
            at="2026-03-15T09:00",
            proposal_id=proposal_id,
            changes=[{"line_id": goods["line_id"], "annual_fee": {"amount": "90.00"}}],
        ),
    }
    late = "2026-04-13T09:00" if refusal is refused.ProposalExpired else "2026-03-20T09:00"
    company.given(*(made[step] for step in steps)).when(accept(proposal_id, at=late)).then_refused(refusal)


def test_the_last_day_is_still_in_time(company: Company) -> None:
    proposal_id = proposed(company, ROSSI, rule(), ONE_PRINTER)
    company.given(send(proposal_id))
    assert company.execute(accept(proposal_id, at="2026-04-12T23:00")).result["contract_id"]
