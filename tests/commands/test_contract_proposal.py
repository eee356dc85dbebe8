"""Proposals from sales (CON-10): made once for the same goods, revised, sent, accepted, and a contract then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates import contract_proposal_refusals as refused
from aggregates.contract import Contract
from aggregates.contract_proposal import ContractProposal
from tests.contract_steps import K1, MARIO, ROSSI, draft, due, line, sign, tick
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


def test_goods_not_delivered_yet_are_served_when_they_are(company: Company) -> None:
    """Accepted after the order: nothing is served until the delivery note tells the day and the serials (R1.13)."""
    proposal_id = proposed(company, ROSSI, rule(), order())
    answer = company.given(send(proposal_id, "2026-03-03T09:00")).when(accept(proposal_id, "2026-03-04T09:00")).result
    assert (answer["contract_id"], answer["awaits_delivery"]) == (None, ["Stampante PR-1"])
    two = note("A/1", "2026-03-12", printers("2", serials=("SN-1", "SN-2"), price=None))
    contract_id = company.execute(two).result["contract_id"]
    assert contract_lines(company, contract_id) == [
        ("SN-1", "120.00", "2026-03-12", "1"), ("SN-2", "120.00", "2026-03-12", "1"),
    ]  # fmt: skip
    company.execute(note("A/2", "2026-04-01", printers("1", serials=("SN-3",), price=None)))
    assert contract_lines(company, contract_id)[2:] == [("SN-3", "120.00", "2026-04-01", "1")]
    assert due(company, "2026-04-30") == [
        ("2026-03-12", "2027-03-11", "120.00"), ("2026-03-12", "2027-03-11", "120.00"),
        ("2026-04-01", "2027-03-11", "113.42"),
    ]  # fmt: skip


def test_a_direct_rule_makes_the_contract_with_the_delivery(company: Company) -> None:
    direct = rule(offer={"is_direct": True, "fee": {"basis": "per_unit", "amount": {"amount": "99.90"}}})
    company.given(ROSSI, direct, order())
    (waiting,) = proposals(company)
    assert (waiting["status"], waiting["contract_id"]) == ("direct", None)
    contract_id = company.execute(note()).result["contract_id"]
    assert [(serial, fee) for serial, fee, _, _ in contract_lines(company, contract_id)] == [
        ("SN-1", "99.90"), ("SN-2", "99.90"), ("SN-3", "99.90"),
    ]  # fmt: skip
    contract = company.record(contract_id)
    assert str(contract.state.signed_on) == "2026-03-02"
    company.given().when(note()).then_nothing()


def test_new_deliveries_join_the_contract_that_runs_in_proportion(company: Company) -> None:
    """CON-3: a contract of the kind runs since 01/01/2026; a printer delivered on 12/03 is served 295 of 365 days."""
    running = draft(kind="maintenance", starts_on="2026-01-01", alignment="none", at="2026-01-01T08:00")
    company.given(ROSSI, rule(), running, line(at="2026-01-01T08:00"), sign(at="2026-01-01T09:00"))
    proposal_id = proposed(company, ONE_PRINTER)
    assert (sheet(company, proposal_id)["joins_id"], sheet(company, proposal_id)["joins_number"]) == (K1, "1/2026")
    answer = company.given(send(proposal_id)).when(accept(proposal_id)).result
    assert answer["contract_id"] == str(K1)
    assert due(company, "2026-03-31") == [
        ("2026-01-01", "2026-12-31", "1200.00"), ("2026-03-12", "2026-12-31", "96.99"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "cost_per_copy"},
        {"determination": "zero"},
        {"starts_on": "2026-06-01"},
        {"customer_id": MARIO.fields["party_id"]},
    ],
    ids=["kind", "fee", "later", "customer"],
)
def test_goods_join_no_contract_of_another_kind(company: Company, other: dict[str, Any]) -> None:
    terms = {"kind": "maintenance", "starts_on": "2026-01-01", "alignment": "none", **other}
    company.given(ROSSI, MARIO, rule(), draft(**terms), line(), sign())
    assert sheet(company, proposed(company, ONE_PRINTER))["joins_id"] is None


def test_a_contract_that_ended_meanwhile_takes_no_lines_but_the_revised_proposal_makes_its_own(
    company: Company,
) -> None:
    running = draft(kind="maintenance", starts_on="2026-01-01", alignment="none", at="2026-01-01T08:00")
    company.given(ROSSI, rule(), running, line(at="2026-01-01T08:00"), sign(at="2026-01-01T09:00"))
    proposal_id = proposed(company, ONE_PRINTER)
    ended = do("terminate-contract", at="2026-03-18T09:00", contract_id=K1, last_on="2026-03-17", reason="Recesso")
    company.given(send(proposal_id), ended).when(accept(proposal_id)).then_refused(
        refused.RunningContractOver, contract="1/2026", number="PRO-2026-0001"
    )
    own = do("revise-contract-proposal", at="2026-03-19T09:00", proposal_id=proposal_id, joins_running=False)
    company.given(own, send(proposal_id, "2026-03-19T10:00"))
    answer = company.execute(accept(proposal_id, revision=1)).result
    assert answer["contract_number"] == "2/2026"


def test_a_fixed_fee_is_the_contracts_and_its_goods_have_none(company: Company) -> None:
    fixed = rule(offer={"fee": {"basis": "fixed", "amount": {"amount": "900.00"}}})
    proposal_id = proposed(company, ROSSI, fixed, note())
    assert str(sheet(company, proposal_id)["annual_total"]) == "900.00"
    contract_id = company.given(send(proposal_id)).when(accept(proposal_id)).result["contract_id"]
    assert due(company, "2026-04-30") == [("2026-03-12", "2027-03-11", "900.00")]
    assert company.ask("contract", contract_id=contract_id)["header"]["determination"] == "header_amount"


def test_goods_in_a_contract_are_not_put_there_again_when_an_invoice_tells_part_of_them(company: Company) -> None:
    proposal_id = proposed(company, ROSSI, rule(), order(), note("A/1", "2026-03-12", printers("3", price=None)))
    contract_id = company.given(send(proposal_id)).when(accept(proposal_id)).result["contract_id"]
    told = company.given().when(invoice("9", "2026-03-31", printers("1", serials=("SN-1",))))
    assert not [r for r in told.new if isinstance(r.fact, Contract.LineAdded | ContractProposal.BecameContract)]
    assert contract_lines(company, contract_id) == [("", "360.00", "2026-03-12", "1")]
    lines = sheet(company, proposal_id)["lines"]
    assert sorted((one["annual_fee"], one["is_in_contract"]) for one in lines) == [("120.00", True), ("240.00", True)]


# Revised, changed at the source, expired


def test_a_proposal_without_a_price_is_sent_once_it_has_one(company: Company) -> None:
    """A delivery note tells no price; the invoice does, and the fee in percent follows from it."""
    proposal_id = proposed(company, ROSSI, rule(), note())
    company.given().when(send(proposal_id)).then_refused(refused.ProposalUnpriced, description="Stampante PR-1")
    company.given(invoice()).when(send(proposal_id, "2026-04-01T09:00")).then(
        (ContractProposal.Sent, {"annual_total": Decimal("360.00")})
    )


def test_a_later_price_does_not_change_what_was_offered(company: Company) -> None:
    proposal_id = proposed(company, ROSSI, rule(), order(), note())
    company.execute(invoice("2026/45", "2026-03-31", printers("3", price="1500.00")))
    assert fees(company, proposal_id) == [("3", "360.00")]


def test_a_revised_fee_stays_whatever_later_documents_tell(company: Company) -> None:
    proposal_id = proposed(company, ROSSI, rule(), order())
    changes = [{"line_id": sheet(company, proposal_id)["lines"][0]["line_id"], "annual_fee": {"amount": "100.00"}}]
    step = do("revise-contract-proposal", at="2026-03-05T09:00", proposal_id=proposal_id, changes=changes)
    company.given(step, note("A/1", "2026-03-12", printers("1", price=None, serials=("SN-1",))))
    assert sorted(fees(company, proposal_id)) == [("1", "33.33"), ("2", "66.67")]


def test_a_revision_offers_other_fees_and_fewer_goods(company: Company) -> None:
    lines = [printers("1"), printers("1", article_code="PR-2")]
    proposal_id = proposed(company, ROSSI, rule(), order("IC-1", "2026-03-02", *lines))
    first, second = (UUID(one["line_id"]) for one in sheet(company, proposal_id)["lines"])
    changes = [{"line_id": first, "annual_fee": {"amount": "100.00"}}, {"line_id": second, "is_left_out": True}]
    step = do("revise-contract-proposal", at="2026-03-05T09:00", proposal_id=proposal_id, changes=changes)
    assert company.given().when(step).result["annual_total"] == "100.00"
    again = do("revise-contract-proposal", at="2026-03-05T09:00", proposal_id=proposal_id, changes=changes[:1])
    company.given().when(again).then_nothing()
    nothing = [{"line_id": first, "is_left_out": True}]
    empty = do("revise-contract-proposal", at="2026-03-05T09:00", proposal_id=proposal_id, changes=nothing)
    company.given().when(empty).then_refused(refused.ProposalLinesMissing)
    unknown = [{"line_id": uuid4(), "is_left_out": True}]
    wrong = do("revise-contract-proposal", at="2026-03-05T09:00", proposal_id=proposal_id, changes=unknown)
    company.given().when(wrong).then_refused(refused.ProposalLineUnknown)


def test_what_a_proposal_was_made_from_is_frozen_and_a_change_is_shown(company: Company) -> None:
    proposal_id = proposed(company, ROSSI, rule(), order())
    assert sheet(company, proposal_id)["source_changed"] is False
    company.execute(order("IC-1", "2026-03-02", printers("5", price="2000.00"), at="2026-03-03T09:00"))
    assert fees(company, proposal_id) == [("3", "360.00")]
    assert sheet(company, proposal_id)["source_changed"] is True
    assert len(proposals(company)) == 1


def test_the_duty_lets_proposals_expire_on_the_day_after_the_last(company: Company) -> None:
    proposal_id = proposed(company, ROSSI, rule(offer={"validity_days": 10}), ONE_PRINTER)
    company.given(send(proposal_id))
    assert tick(company, "expire-proposals", "2026-03-23T06:00") == 0
    assert tick(company, "expire-proposals", "2026-03-24T06:00") == 1
    assert sheet(company, proposal_id)["status"] == "expired"
    assert tick(company, "expire-proposals", "2026-03-25T06:00") == 0


def test_one_that_is_still_valid_does_not_expire_by_hand(company: Company) -> None:
    proposal_id = proposed(company, ROSSI, rule(), ONE_PRINTER)
    early = do("expire-contract-proposal", at="2026-04-12T23:00", proposal_id=proposal_id)
    company.given(send(proposal_id)).when(early).then_refused(refused.ProposalStillValid)


def test_after_the_yes_nothing_is_revised_rejected_or_sent(company: Company) -> None:
    proposal_id = proposed(company, ROSSI, rule(), ONE_PRINTER)
    company.given(send(proposal_id), accept(proposal_id))
    for step in (
        do("revise-contract-proposal", proposal_id=proposal_id, joins_running=True),
        do("reject-contract-proposal", proposal_id=proposal_id, reason="Prezzo"),
        send(proposal_id, "2026-03-21T09:00"),
    ):
        company.given().when(step).then_refused(refused.ProposalIsAccepted)
