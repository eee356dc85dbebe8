"""Billing runs: proposed in batches, confirmed, issued without a hole; cut short they go on, twice they do nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.base import Act
from aggregates.billing_run import BillingRun, RunIssuing, RunNotProposed, RunOver
from aggregates.number_register import NumberRegister
from commands.base import NotFound
from commands.billing_run import AdvanceBillingRun
from commands.catalog import BY_NAME
from tests.contract_steps import documents, due, founded, signed, tick
from tests.dsl import MORNING, Company, do

ON = "2026-10-01"
RUN = UUID("b1000000-0000-0000-0000-000000000001")
ROME = {"street": "Via Appia 1", "postcode": "00179", "town": "Roma", "province": "RM"}


def customer(number: int) -> UUID:
    return UUID(int=0xC0000 + number)


def contract(number: int) -> UUID:
    return UUID(int=0xA0000 + number)


@pytest.fixture
def firm(company: Company) -> Company:
    company.execute(founded(company))
    return company


def with_customers(firm: Company, count: int, *, without_address: int | None = None) -> None:
    """Customers 1 to `count`, each with a contract of 100.00 a month since 1 October."""
    for number in range(1, count + 1):
        address = None if number == without_address else ROME
        name, tax = f"Cliente {number}", {"vat_number": "IT12345670017"}
        firm.do("register-party", party_id=customer(number), code=f"C{number}", name=name, address=address, tax=tax)
        signed(firm, contract(number), customer_id=customer(number), starts_on=ON, alignment="none", step_months=1)


def start(firm: Company, **fields: Any) -> dict[str, Any]:
    return firm.do("start-billing-run", at=f"{ON}T07:00", run_id=RUN, until=ON, **fields)


def advance(firm: Company, limit: int = 200, command_id: UUID | None = None) -> dict[str, Any]:
    return firm.do("advance-billing-run", command_id=command_id, at=f"{ON}T08:00", run_id=RUN, limit=limit)


def confirm(firm: Company) -> None:
    firm.do("confirm-billing-run", at=f"{ON}T09:00", run_id=RUN)


def through(firm: Company, limit: int = 200) -> None:
    """Confirm, then issue to the end."""
    confirm(firm)
    while advance(firm, limit)["stage"] == "issuing":
        pass


def numbers(firm: Company) -> list[str]:
    return [row["number"] for row in documents(firm)]


def sheet(firm: Company) -> dict[str, Any]:
    found: dict[str, Any] = firm.ask("billing-run", run_id=RUN)
    return found


def test_a_run_proposes_in_batches_waits_and_issues_numbers_without_a_hole(firm: Company) -> None:
    with_customers(firm, 5)
    assert start(firm)["customers"] == 5
    stages = [advance(firm, 2)["stage"] for _ in range(3)]
    assert stages == ["proposing", "proposing", "proposed"]
    assert numbers(firm) == []
    assert due(firm, ON) == []
    assert sheet(firm) | {"stage": "proposed", "customers_done": 5, "invoices": 5, "percent": 0} == sheet(firm)
    through(firm, 2)
    assert numbers(firm) == [f"2026/{n}" for n in range(1, 6)]
    done = sheet(firm)
    assert (done["stage"], done["issued"], done["percent"]) == ("issued", 5, 100)
    assert (done["first_number"], done["last_number"], str(done["net"])) == ("2026/1", "2026/5", "500.00")


def test_the_same_run_again_bills_nothing(firm: Company) -> None:
    with_customers(firm, 2)
    start(firm, issue_at_once=True)
    tick(firm, "carry-on-billing-runs", f"{ON}T08:00")
    assert numbers(firm) == ["2026/1", "2026/2"]
    again = firm.do("start-billing-run", at=f"{ON}T10:00", until=ON, issue_at_once=True)
    assert again["customers"] == 0
    tick(firm, "carry-on-billing-runs", f"{ON}T11:00")
    assert numbers(firm) == ["2026/1", "2026/2"]


def test_a_batch_repeated_after_a_stop_is_the_same_batch(firm: Company) -> None:
    with_customers(firm, 3)
    start(firm)
    first = uuid4()
    assert advance(firm, 2, first) == advance(firm, 2, first)
    assert advance(firm, 2)["stage"] == "proposed"
    confirm(firm)
    second = uuid4()
    before = advance(firm, 2, second)
    assert advance(firm, 2, second) == before
    advance(firm, 2)
    assert numbers(firm) == ["2026/1", "2026/2", "2026/3"]


def test_the_duty_carries_on_what_was_cut_short(firm: Company) -> None:
    with_customers(firm, 3)
    start(firm)
    advance(firm, 1)
    assert tick(firm, "carry-on-billing-runs", f"{ON}T08:10") == 1
    assert tick(firm, "carry-on-billing-runs", f"{ON}T08:20") == 0
    confirm(firm)
    advance(firm, 1)
    tick(firm, "carry-on-billing-runs", f"{ON}T09:10")
    assert numbers(firm) == ["2026/1", "2026/2", "2026/3"]
    assert sheet(firm)["stage"] == "issued"


def test_an_invoice_that_cannot_be_issued_is_left_alone_and_takes_no_number(firm: Company) -> None:
    with_customers(firm, 4, without_address=2)
    start(firm)
    advance(firm)
    through(firm)
    assert numbers(firm) == ["2026/1", "2026/2", "2026/3"]
    left = sheet(firm)["left_alone"]
    assert [(each["kind"], each["code"]) for each in left] == [("invoice", "customer-address-missing")]
    proposal = firm.ask("invoices", state="proposed")["items"]
    assert [row["customer_id"] for row in proposal] == [customer(2)]
    firm.do("change-party-identity", party_id=customer(2), name="Cliente 2", role="customer", nature="business",
            tax={"vat_number": "IT12345670017"}, address=ROME)  # fmt: skip
    firm.do("issue-invoice", at=f"{ON}T12:00", invoice_id=proposal[0]["invoice_id"])
    assert numbers(firm)[-1] == "2026/4"


def test_an_invoice_refused_after_its_number_was_given_leaves_no_hole(firm: Company) -> None:
    """A contract that changed since it was proposed is refused only when it is billed."""
    with_customers(firm, 3)
    start(firm)
    advance(firm)
    firm.do("terminate-contract", at=f"{ON}T08:30", contract_id=contract(2), last_on="2026-10-10", reason="Recesso")
    through(firm)
    assert numbers(firm) == ["2026/1", "2026/2"]
    assert [each["code"] for each in sheet(firm)["left_alone"]] == ["fee-not-due"]
    assert firm.record(contract(2)).ledger.entries[0].number is None


def test_a_held_proposal_waits_and_the_others_go_on(firm: Company) -> None:
    with_customers(firm, 3)
    start(firm)
    advance(firm)
    held = firm.ask("billing-run-invoices", run_id=RUN)["items"][1]
    firm.do("hold-invoice", invoice_id=held["invoice_id"], reason="Manca l'ordine")
    through(firm)
    assert numbers(firm) == ["2026/1", "2026/2"]
    assert sheet(firm)["left_alone"][0]["code"] == "invoice-held"
    states = [row["state"] for row in firm.ask("billing-run-invoices", run_id=RUN)["items"]]
    assert states == ["issued", "held", "issued"]


def test_a_customer_who_pays_by_notice_gets_one_and_the_invoice_when_it_is_paid(firm: Company) -> None:
    """R1.19: no number is taken for what is only asked for."""
    with_customers(firm, 3)
    firm.do("set-party-terms", party_id=customer(2), pays_by_notice=True)
    start(firm)
    advance(firm)
    through(firm)
    assert numbers(firm) == ["2026/1", "2026/2"]
    left = sheet(firm)["left_alone"]
    assert [(each["code"], "AP-2026/0001" in each["reason"] or "AP-2026-0001" in each["reason"]) for each in left] == [
        ("payment-requested", True)
    ]
    firm.do("record-payment", at="2026-10-20T09:00", invoice_id=left[0]["record_id"], amount={"amount": "122.00"})
    assert [str(row["issued_on"]) for row in documents(firm)] == [ON, ON, "2026-10-20"]


def test_a_contract_that_cannot_be_billed_is_left_alone_with_its_reason(firm: Company) -> None:
    """The law table knows no VAT rate before 1997."""
    with_customers(firm, 1)
    old = UUID(int=0xA9999)
    signed(firm, old, customer_id=customer(1), starts_on="1990-01-01", signing={"ends_on": "2026-12-31"})
    firm.do("start-billing-run", at="1996-01-02T07:00", run_id=RUN, until="1996-01-02")
    firm.do("advance-billing-run", at="1996-01-02T08:00", run_id=RUN)
    left = sheet(firm)["left_alone"]
    assert [(each["kind"], each["record_id"]) for each in left] == [("contract", str(old))]
    assert "VAT rate" in firm.ask("contract", contract_id=old)["parked_reason"]


def test_a_run_given_up_makes_everything_due_again(firm: Company) -> None:
    with_customers(firm, 3)
    start(firm)
    advance(firm)
    firm.do("discard-billing-run", at=f"{ON}T09:00", run_id=RUN, reason="Listino errato")
    tick(firm, "carry-on-billing-runs", f"{ON}T09:05")
    assert sheet(firm)["stage"] == "discarded"
    assert len(due(firm, ON)) == 3
    assert numbers(firm) == []


def test_open_proposals_join_the_run(firm: Company) -> None:
    with_customers(firm, 2)
    firm.do("propose-invoices", at=f"{ON}T06:00", until=ON, customer_id=customer(1))
    start(firm)
    assert advance(firm)["invoices"] == 2
    through(firm)
    assert numbers(firm) == ["2026/1", "2026/2"]


def test_a_run_may_be_dated_otherwise_until_it_is_confirmed(firm: Company) -> None:
    with_customers(firm, 1)
    start(firm)
    advance(firm)
    firm.do("change-billing-run", run_id=RUN, dated_on="2026-10-31", series="")
    through(firm)
    assert str(documents(firm)[0]["issued_on"]) == "2026-10-31"


def test_a_run_is_confirmed_when_all_is_proposed_and_then_cannot_be_given_up(firm: Company) -> None:
    with_customers(firm, 2)
    start(firm)
    confirming = do("confirm-billing-run", run_id=RUN)
    firm.given().when(confirming).then_refused(RunNotProposed)
    advance(firm)
    firm.given().when(confirming).then(BillingRun.Confirmed)
    firm.given().when(confirming).then_nothing()
    giving_up = do("discard-billing-run", run_id=RUN, reason="Errore")
    firm.given().when(giving_up).then_refused(RunIssuing)
    advance(firm)
    firm.given().when(giving_up).then_refused(RunOver)
    firm.given().when(do("advance-billing-run", run_id=RUN)).then_nothing()
    firm.given().when(do("advance-billing-run", run_id=uuid4())).then_refused(NotFound)


def test_two_who_advance_at_the_same_moment_do_two_batches(firm: Company) -> None:
    with_customers(firm, 8)
    start(firm)
    advance(firm)
    confirm(firm)
    firm.fold()
    entry = BY_NAME["advance-billing-run"]

    def go(_: int) -> Any:
        cmd = AdvanceBillingRun(run_id=RUN, limit=1)
        return firm.house.desk.execute(entry, cmd, Act(by="user:test", at=MORNING), uuid4()).result

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(go, range(8)))
    assert numbers(firm) == [f"2026/{n}" for n in range(1, 9)]


def test_numbers_of_a_run_and_single_numbers_follow_each_other(firm: Company) -> None:
    with_customers(firm, 3)
    firm.do("propose-invoices", at=f"{ON}T06:00", until=ON, customer_id=customer(3))
    single = firm.ask("invoices", state="proposed")["items"][0]["invoice_id"]
    firm.do("issue-invoice", at=f"{ON}T06:30", invoice_id=single, dated_on=ON)
    start(firm)
    advance(firm)
    through(firm)
    assert numbers(firm) == ["2026/1", "2026/2", "2026/3"]
    blocks = [r.fact for r in firm.house.recorded_after(0) if isinstance(r.fact, NumberRegister.BlockTaken)]
    assert [(block.first_number, len(block.document_ids)) for block in blocks] == [(2, 2)]
