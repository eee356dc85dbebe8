"""Invoices: proposed once, issued once and for ever, credited, paid; nothing is billed twice under any crowd."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.contract_refusals import FeeNotDue
from aggregates.invoice import (
    CreditBeforeInvoice,
    CreditNoteNotCredited,
    CreditTooLarge,
    Invoice,
    InvoiceDiscarded,
    InvoiceEmpty,
    InvoiceHeld,
    InvoiceIssued,
    InvoiceNotIssued,
    NothingToCredit,
    PaymentTooLarge,
    ReopeningNeedsFullCredit,
)
from aggregates.number_register import DateOutOfOrder, NumberRegister
from commands.base import NotFound
from commands.catalog import BY_NAME
from commands.invoice_document import CustomerAddressMissing
from tests.contract_steps import (
    C1,
    C3,
    C4,
    COMUNE,
    EARLY,
    IMMOBILIARE,
    K1,
    K2,
    ROSSI,
    amounts,
    documents,
    draft,
    due,
    founded,
    line,
    run,
    sign,
    signed,
)
from tests.dsl import Company, do


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def propose(company: Company, on: str = "2026-09-16", **fields: Any) -> list[UUID]:
    """Propose what is due; the proposals' ids."""
    found = company.do("propose-invoices", at=f"{on}T07:00", until=on, **fields)["invoices"]
    return [UUID(each["invoice_id"]) for each in found]


def issue(invoice_id: UUID, on: str = "2026-09-16") -> Any:
    return do("issue-invoice", at=f"{on}T08:00", invoice_id=invoice_id)


# Proposal, verification, issue


def test_what_is_due_is_proposed_once(firm: Company) -> None:
    signed(firm)
    run_it = do("propose-invoices", at="2026-09-16T07:00")
    firm.given().when(run_it).then(Contract.FeesProposed, Invoice.Proposed)
    firm.given().when(run_it).then_nothing()
    assert due(firm, "2026-09-16") == []


def test_issuing_takes_the_number_and_bills_the_keys_in_one_append(firm: Company) -> None:
    signed(firm)
    (invoice_id,) = propose(firm)
    firm.given().when(issue(invoice_id)).then(
        NumberRegister.Opened,
        NumberRegister.NumberTaken,
        (Contract.PeriodBilled, {"invoice_id": invoice_id, "number": "2026/1", "billed_on": date(2026, 9, 16)}),
        Invoice.Confirmed,
        Invoice.Issued,
    )
    firm.given().when(issue(invoice_id)).then_nothing()


def test_an_issued_document_is_whole(firm: Company) -> None:
    signed(firm, order_number="PO-7", cig="Z1234567AB")
    (invoice_id,) = propose(firm)
    firm.execute(issue(invoice_id))
    document = firm.record(invoice_id).document
    assert (document.number, document.document_type, document.seller.name) == ("2026/1", "TD01", "Service Srl")
    assert (document.customer.name, document.customer.address.town) == ("Rossi Gilbo", "Forlì")
    assert (document.taxable, document.tax, document.total) == (Decimal("351.78"), Decimal("77.39"), Decimal("429.17"))
    assert [(str(part.due_on), part.amount) for part in document.due_dates] == [("2026-10-16", Decimal("429.17"))]
    assert [(each.number, each.lines) for each in document.contracts] == [("1/2026", (1,))]
    assert (document.order.number, document.order.cig, document.stamp_duty) == ("PO-7", "Z1234567AB", Decimal("0.00"))


def test_an_issued_document_never_follows_its_customer(firm: Company) -> None:
    signed(firm)
    run(firm, "2026-09-16")
    identity = {"tax": ROSSI.fields["tax"], "address": ROSSI.fields["address"], "role": "customer"}
    firm.do("change-party-identity", party_id=C1, name="Rossi Nuovo", nature="business", **identity)
    (row,) = documents(firm)
    assert row["customer"] == "Rossi Gilbo"
    assert firm.record(row["invoice_id"]).document.customer.name == "Rossi Gilbo"


def test_verify_and_confirm_come_before_issue_and_a_hold_stops_it(firm: Company) -> None:
    signed(firm)
    (invoice_id,) = propose(firm)
    firm.given().when(do("hold-invoice", invoice_id=invoice_id, reason="Ordine mancante")).then(Invoice.Held)
    firm.given().when(issue(invoice_id)).then_refused(InvoiceHeld, reason="Ordine mancante")
    firm.given().when(do("lift-invoice-hold", invoice_id=invoice_id)).then(Invoice.HoldLifted)
    confirm = do("confirm-invoice", invoice_id=invoice_id)
    firm.given().when(confirm).then(Invoice.Confirmed)
    firm.given().when(confirm).then_nothing()
    assert firm.ask("invoice", invoice_id=invoice_id)["state"] == "confirmed"


def test_a_discarded_proposal_gives_its_fees_back(firm: Company) -> None:
    signed(firm)
    (invoice_id,) = propose(firm)
    discard = do("discard-invoice", invoice_id=invoice_id, reason="Errata")
    firm.given().when(discard).then(Contract.FeesReleased, Invoice.Discarded)
    firm.given().when(discard).then_nothing()
    firm.given().when(issue(invoice_id)).then_refused(InvoiceDiscarded)
    assert amounts(run(firm, "2026-09-16")) == [("351.78", "77.39", "429.17")]


def test_an_excluded_line_is_due_again_and_the_rest_is_numbered_from_one(firm: Company) -> None:
    firm.given(draft(), line(), line(line_id=uuid5(K1, "b"), fee="100.00"), sign())
    (invoice_id,) = propose(firm)
    exclude = do("exclude-invoice-line", invoice_id=invoice_id, number=1)
    firm.given().when(exclude).then(Contract.FeesReleased, Invoice.LineExcluded)
    firm.given().when(exclude).then_nothing()
    last = do("exclude-invoice-line", invoice_id=invoice_id, number=2)
    firm.given().when(last).then_refused(InvoiceEmpty)
    firm.execute(issue(invoice_id))
    assert [(each.number, str(each.amount)) for each in firm.record(invoice_id).document.lines] == [(1, "29.32")]
    assert due(firm, "2026-09-16") == [("2026-09-16", "2026-12-31", "351.78")]


def test_a_contract_changed_since_the_proposal_stops_the_issue(firm: Company) -> None:
    signed(firm)
    (invoice_id,) = propose(firm)
    firm.do("terminate-contract", contract_id=K1, last_on="2026-10-15", reason="Inadempimento")
    firm.given().when(issue(invoice_id)).then_refused(FeeNotDue, number=1)
    firm.do("discard-invoice", invoice_id=invoice_id, reason="Contratto risolto")
    assert amounts(run(firm, "2026-09-16")) == [("98.63", "21.70", "120.33")]


def test_a_customer_without_address_is_not_invoiced(firm: Company) -> None:
    firm.do("register-party", party_id=C4, code="C4", name="Senza", tax={"vat_number": "IT12345670017"})
    signed(firm, customer_id=C4)
    (invoice_id,) = propose(firm)
    firm.given().when(issue(invoice_id)).then_refused(CustomerAddressMissing, code="C4")


def test_invoices_follow_the_order_of_dates(firm: Company) -> None:
    signed(firm, step_months=1, alignment="none")
    run(firm, "2026-10-16")
    (late,) = propose(firm, "2026-11-16")
    early = do("issue-invoice", at="2026-11-16T08:00", invoice_id=late, dated_on="2026-10-15")
    firm.given().when(early).then_refused(DateOutOfOrder)


def test_only_what_belongs_together_is_on_one_invoice(firm: Company) -> None:
    others: list[dict[str, Any]] = [
        {"order_number": "PO-2"},
        {"payment_terms": {"parts": [{"days": 60}]}},
        {"supply": {"plant_in_building": True}},
    ]
    for n, header in enumerate(({}, {}, *others)):
        signed(firm, UUID(int=n + 1), **header)
    found = firm.do("propose-invoices", at="2026-09-16T07:00")["invoices"]
    assert sorted(each["lines"] for each in found) == [1, 1, 1, 2]


def test_one_bad_contract_is_parked_with_its_reason_and_the_others_are_billed(firm: Company) -> None:
    signed(firm, K1)
    signed(firm, K2, starts_on="1990-01-01", signing={"ends_on": "2026-12-31"})
    answer = firm.do("propose-invoices", at="1996-01-02T07:00", until="1996-01-02")
    assert [each["contract_id"] for each in answer["parked"]] == [str(K2)]
    assert "VAT rate" in firm.ask("contract", contract_id=K2)["parked_reason"]
    firm.given().when(do("propose-invoices", at="1996-01-02T07:00")).then_nothing()
    found = firm.do("propose-invoices", at="2026-09-16T07:00", until="2026-09-16")
    assert found["parked"] == []
    assert firm.ask("contract", contract_id=K2)["parked_reason"] is None


def test_an_unknown_contract_in_a_run_does_not_stop_it(firm: Company) -> None:
    signed(firm)
    answer = firm.do("propose-invoices", at="2026-09-16T07:00", contract_ids=[uuid4(), K1])
    assert (len(answer["invoices"]), [each["code"] for each in answer["parked"]]) == (1, ["not-found"])


def test_a_run_goes_on_where_its_limit_stopped(firm: Company) -> None:
    for n in range(5):
        signed(firm, UUID(int=n + 1))
    seen = [firm.do("propose-invoices", at="2026-09-16T07:00", limit=2) for _ in range(4)]
    assert [(sum(each["lines"] for each in run_["invoices"]), run_["more"]) for run_ in seen] == [
        (2, True), (2, True), (1, False), (0, False),
    ]  # fmt: skip


# Crowds


def test_two_runs_at_once_propose_everything_once(firm: Company) -> None:
    for n in range(8):
        signed(firm, UUID(int=n + 1))
    firm.fold()
    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(lambda _: _unfolded(firm, do("propose-invoices", at="2026-09-16T07:00")), range(4)))
    found = firm.ask("invoices", state="proposed")["items"]
    assert sum(row["taxable"] for row in found) == 8 * Decimal("351.78")


def test_one_proposal_issued_by_two_at_once_is_one_invoice(firm: Company) -> None:
    signed(firm)
    (invoice_id,) = propose(firm)
    firm.fold()
    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda _: _unfolded(firm, issue(invoice_id)), range(4)))
    assert {answer["number"] for answer in answers} == {"2026/1"}
    assert [type(each.fact).__name__ for each in firm.facts(invoice_id)].count("Issued") == 1


def test_a_crowd_issues_numbers_without_hole_or_double(firm: Company) -> None:
    proposals = []
    for n in range(12):
        signed(firm, UUID(int=n + 1), order_number=f"PO-{n}")
    proposals = propose(firm)
    firm.fold()
    with ThreadPoolExecutor(6) as crowd:
        answers = list(crowd.map(lambda invoice_id: _unfolded(firm, issue(invoice_id)), proposals))
    assert sorted(int(answer["number"].split("/")[1]) for answer in answers) == list(range(1, 13))


def _unfolded(company: Company, step: Any) -> dict[str, Any]:
    entry = BY_NAME[step.name]
    cmd = entry.command.model_validate(step.fields)
    return company.house.desk.execute(entry, cmd, Act(by=step.by, at=step.at), uuid4()).result


# Credit notes


def billed(company: Company) -> UUID:
    signed(company)
    (row,) = run(company, "2026-09-16")
    return UUID(str(row["invoice_id"]))


def credit(invoice_id: UUID, at: str = "2026-10-01T09:00", **fields: Any) -> Any:
    return do("credit-invoice", at=at, invoice_id=invoice_id, reason="Errore", **fields)


def test_a_credit_note_in_full_is_numbered_and_names_its_invoice(firm: Company) -> None:
    invoice_id = billed(firm)
    note = firm.given().when(credit(invoice_id)).result
    assert (note["number"], note["corrects"], note["total"]["amount"]) == ("2026/2", "2026/1", "429.17")
    document = firm.record(note["credit_note_id"]).document
    assert (document.document_type, [each.number for each in document.related]) == ("TD04", ["2026/1"])
    firm.given().when(credit(invoice_id)).then_refused(NothingToCredit)
    assert due(firm, "2026-12-31") == []


def test_a_credited_instalment_is_due_again_when_asked_and_billed_as_another_attempt(firm: Company) -> None:
    invoice_id = billed(firm)
    firm.execute(credit(invoice_id, reopen=True))
    assert due(firm, "2026-10-01") == [("2026-09-16", "2026-12-31", "351.78")]
    run(firm, "2026-10-02")
    run(firm, "2026-10-02")
    assert amounts(documents(firm)) == [("351.78", "77.39", "429.17")] * 3
    periods = firm.ask("contract", contract_id=K1)["periods"]
    assert sorted((row["attempt"], row["state"]) for row in periods) == [(1, "reopened"), (2, "billed")]


def test_part_of_a_line_is_credited_but_never_more_than_is_left(firm: Company) -> None:
    invoice_id = billed(firm)
    firm.execute(credit(invoice_id, lines=[{"number": 1, "amount": "300.00"}]))
    firm.given().when(credit(invoice_id, lines=[{"number": 1, "amount": "51.79"}])).then_refused(CreditTooLarge)
    firm.given().when(credit(invoice_id, reopen=True)).then_refused(ReopeningNeedsFullCredit)
    firm.execute(credit(invoice_id))
    assert firm.record(invoice_id).credited == {1: Decimal("351.78")}


def test_what_is_not_an_issued_invoice_is_not_credited(firm: Company) -> None:
    signed(firm)
    (invoice_id,) = propose(firm)
    firm.given().when(credit(invoice_id)).then_refused(InvoiceNotIssued)
    firm.execute(issue(invoice_id))
    note_id = firm.do("credit-invoice", at="2026-10-01T09:00", invoice_id=invoice_id, reason="Errore")["credit_note_id"]
    firm.given().when(credit(UUID(note_id))).then_refused(CreditNoteNotCredited)
    firm.given().when(do("discard-invoice", invoice_id=invoice_id, reason="No")).then_refused(InvoiceIssued)


def test_a_stop_inside_a_billed_period_shows_what_to_credit_and_crediting_it_settles(firm: Company) -> None:
    signed(firm, starts_on="2027-01-01", fee="240.00", signing={"at": "2026-12-30T10:00"})
    run(firm, "2027-01-01")
    firm.do("terminate-contract", contract_id=K1, last_on="2027-03-15", reason="Recesso")
    (period,) = firm.ask("contract", contract_id=K1)["periods"]
    assert (str(period["amount"]), str(period["difference"])) == ("48.66", "-191.34")
    (row,) = documents(firm)
    note = credit(row["invoice_id"], "2027-03-16T09:00", lines=[{"number": 1, "amount": "191.34"}])
    assert firm.execute(note).result["total"]["amount"] == "233.43"
    (period,) = firm.ask("contract", contract_id=K1)["periods"]
    assert period["difference"] == 0


# S15


def test_s15a_a_public_body_pays_without_the_vat_it_splits(firm: Company) -> None:
    firm.given(COMUNE)
    firm.do("open-number-register", document="invoice", year=2026, last_number=1)
    signed(firm, customer_id=C3, starts_on="2026-01-01", step_months=3, fee="3600.00", cig="Z1234567AB",
           signing={"at": "2025-12-20T10:00", "number": "CTR-2025-0044"})  # fmt: skip
    (row,) = run(firm, "2026-01-02")
    document = firm.record(row["invoice_id"]).document
    assert (document.number, document.total, document.payable) == ("2026/2", Decimal("1098.00"), Decimal("900.00"))
    (summary,) = document.summaries
    assert (summary.chargeability, summary.tax) == ("S", Decimal("198.00"))
    assert summary.reference == "Scissione dei pagamenti art. 17-ter DPR 633/72"
    assert [part.amount for part in document.due_dates] == [Decimal("900.00")]
    assert (document.contracts[0].number, document.order.cig) == ("CTR-2025-0044", "Z1234567AB")
    assert document.customer.recipient_code == "UF1234"


def test_s15a_after_split_payment_vat_is_deferred_and_paid_to_us(firm: Company) -> None:
    firm.given(COMUNE)
    signed(firm, customer_id=C3, starts_on="2026-07-01", step_months=3, fee="3600.00", alignment="none")
    (row,) = run(firm, "2026-09-16")
    document = firm.record(row["invoice_id"]).document
    assert (document.summaries[0].chargeability, document.payable) == ("D", Decimal("1098.00"))


@pytest.mark.parametrize(
    ("on", "reference"),
    [
        ("2026-10-01", "Inversione contabile art. 17 c. 6 lett. a-ter DPR 633/72"),
        ("2027-01-02", "Inversione contabile D.Lgs. 10/2026 (Testo unico IVA)"),
    ],
)
def test_s15b_plant_in_a_building_is_under_reverse_charge_without_stamp(firm: Company, on: str, reference: str) -> None:
    firm.given(IMMOBILIARE)
    plant = {"plant_in_building": True}
    lines = [
        {"description": "Canone", "unit_price": "450.00", "supply": plant},
        {"description": "Diritto di chiamata", "unit_price": "35.00", "supply": plant, "kind": "call"},
    ]
    answer = firm.do("propose-invoice", at=f"{on}T09:00", customer_id=C4, lines=lines)
    firm.execute(issue(UUID(answer["invoice_id"]), on))
    document = firm.record(answer["invoice_id"]).document
    (summary,) = document.summaries
    assert (summary.rate, summary.nature, summary.reference) == (Decimal(0), "N6.7", reference)
    assert (document.total, document.stamp_duty) == (Decimal("485.00"), Decimal("0.00"))


def test_s15c_a_credit_note_takes_back_the_unused_days_and_never_comes_before_its_invoice(firm: Company) -> None:
    firm.do("open-number-register", document="invoice", year=2027, last_number=4)
    lines = [{"description": "Canone", "unit_price": "240.00"}]
    answer = firm.do("propose-invoice", at="2027-01-04T09:00", customer_id=C1, lines=lines)
    invoice_id = UUID(answer["invoice_id"])
    firm.execute(issue(invoice_id, "2027-01-04"))
    part = [{"number": 1, "amount": "191.34"}]
    early = credit(invoice_id, dated_on="2027-01-03", lines=part)
    firm.given().when(early).then_refused(CreditBeforeInvoice, issued_on="2027-01-04")
    note = firm.execute(credit(invoice_id, dated_on="2027-03-16", lines=part)).result
    document = firm.record(note["credit_note_id"]).document
    assert (document.taxable, document.tax, document.total) == (Decimal("191.34"), Decimal("42.09"), Decimal("233.43"))
    assert [(each.number, str(each.issued_on)) for each in document.related] == [("2027/5", "2027-01-04")]


# Manual invoices, sums


def test_vat_is_on_the_sum_and_totals_never_drift(firm: Company) -> None:
    lines = [{"description": f"Voce {n}", "unit_price": "10.01"} for n in range(3)]
    answer = firm.do("propose-invoice", customer_id=C1, lines=lines)
    firm.execute(issue(UUID(answer["invoice_id"])))
    assert amounts(documents(firm)) == [("30.03", "6.61", "36.64")]


def test_a_document_below_zero_is_a_credit_note(firm: Company) -> None:
    """R3.8, R9.1: positive amounts, TD04; what it says is owed to the customer."""
    lines = [{"description": "Sconto", "unit_price": "-5.00"}, {"description": "Viti", "unit_price": "1.50"}]
    answer = firm.do("propose-invoice", customer_id=C1, lines=lines)
    firm.given(issue(UUID(answer["invoice_id"])))
    document = firm.record(answer["invoice_id"]).document
    assert (document.document_type, document.kind) == ("TD04", "credit_note")
    assert [str(line.amount) for line in document.lines] == ["5.00", "-1.50"]
    assert (document.taxable, document.tax, document.total) == (Decimal("3.50"), Decimal("0.77"), Decimal("4.27"))
    assert document.send_by is None
    (row,) = firm.ask("invoices", kind="credit_note")["items"]
    assert (row["number"], row["open"]) == ("2026/1", Decimal("-4.27"))
    again = do("credit-invoice", invoice_id=answer["invoice_id"], at="2026-09-16T09:00", reason="Prova")
    firm.given().when(again).then_refused(CreditNoteNotCredited)


def test_an_invoice_needs_a_known_customer(firm: Company) -> None:
    ghost = do("propose-invoice", customer_id=uuid4(), lines=[{"description": "X", "unit_price": "1.00"}])
    firm.given().when(ghost).then_refused(NotFound)


# Payments


def test_payments_settle_the_earliest_due_date_first(firm: Company) -> None:
    signed(firm, payment_terms={"parts": [{"days": 30}, {"days": 60}]})
    (row,) = run(firm, "2026-09-16")
    pay = do("record-payment", invoice_id=row["invoice_id"], payment_id=uuid4(), amount={"amount": "300.00"})
    firm.given().when(pay).then((Invoice.PaymentRecorded, {}))
    firm.given().when(pay).then_nothing()
    items = firm.ask("open-items", on="2026-12-01")["items"]
    assert [(str(item["due_on"]), str(item["open"]), item["days_overdue"]) for item in items] == [
        ("2026-11-15", "129.17", 16)
    ]
    more = do("record-payment", invoice_id=row["invoice_id"], amount={"amount": "129.18"})
    firm.given().when(more).then_refused(PaymentTooLarge, open="129.17")


def test_a_credit_note_lowers_what_is_open_and_after_payment_we_owe(firm: Company) -> None:
    invoice_id = billed(firm)
    firm.do("record-payment", invoice_id=invoice_id, amount={"amount": "429.17"})
    assert firm.ask("open-items")["items"] == []
    firm.execute(credit(invoice_id))
    assert [str(item["open"]) for item in firm.ask("open-items")["items"]] == ["-429.17"]


def test_a_fee_of_the_header_is_one_line(firm: Company) -> None:
    firm.given(
        draft(determination="header_amount", annual_fee={"amount": "1200.00"}, title="Assistenza impianti"),
        do("add-contract-line", at=EARLY, contract_id=K1, description="Copre tutto"),
        sign(),
    )
    (row,) = run(firm, "2026-09-16")
    (only,) = firm.record(row["invoice_id"]).document.lines
    assert (only.description, str(only.amount), only.source.key.line_id) == ("Assistenza impianti", "351.78", K1)
