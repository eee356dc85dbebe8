"""What documents say and ask: stamp duty, declarations of intent, split payment and its end, checks before issuing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.base import Refusal
from aggregates.invoice import Invoice
from aggregates.invoice_refusals import DocumentWouldBeRefused, LinesBilledTwice
from aggregates.number_register import NumberRegister
from gateways import einvoice
from gateways.documents.einvoice_file import sender_of
from gateways.i18n import translator
from projections.documents.content import Source
from projections.documents.from_invoice import invoice as content_of
from tests.contract_steps import C1, C2, C3, C4, COMUNE, IMMOBILIARE, MARIO, ROSSI, founded, signed
from tests.dsl import Company, Do, do
from tests.gateways.einvoices import XSD

AT = "2026-10-01T08:00"
INTENT = {
    "protocol": "08060120341234567-000001",
    "received_on": "2026-01-15",
    "valid_from_on": "2026-01-15",
    "valid_until_on": "2026-12-31",
}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, MARIO, COMUNE, IMMOBILIARE)
    return company


def propose(company: Company, *lines: dict[str, Any], customer: UUID = C1, at: str = AT, **fields: Any) -> UUID:
    shaped = [{"description": "Lavoro", **line} for line in lines]
    return UUID(company.do("propose-invoice", at=at, customer_id=customer, lines=shaped, **fields)["invoice_id"])


def issue(invoice_id: UUID, at: str = AT, **fields: Any) -> Do:
    return do("issue-invoice", at=at, invoice_id=invoice_id, **fields)


def issued(company: Company, *lines: dict[str, Any], at: str = AT, **fields: Any) -> Any:
    invoice_id = propose(company, *lines, at=at, **fields)
    company.given(issue(invoice_id, at))
    return company.record(invoice_id).document


def xml_of(document: Any) -> bytes:
    """The electronic invoice, valid against the schema and without a problem."""
    content = content_of(document, (Source(stream_id=UUID(int=1), version=1),))
    assert [problem.code for problem in einvoice.checks(content)] == []
    xml = einvoice.build(content, sender_of(document.seller), "00001")
    if XSD.exists():
        assert einvoice.validate(xml, XSD) == []
    return xml


EXEMPT = {"unit_price": "100.00", "supply": {"exempt": True}}


def test_the_stamp_duty_is_charged_only_where_somebody_said_so(firm: Company) -> None:
    """R9.8: due on more than 77.47 untaxed, in any case on the document; charged by option, outside VAT."""
    document = issued(firm, EXEMPT)
    assert (document.stamp_duty, document.total, len(document.lines)) == (Decimal("2.00"), Decimal("100.00"), 1)
    firm.do("set-company-parameters", from_on="2026-01-01", change={"charge_stamp_duty": True})
    document = issued(firm, EXEMPT)
    assert (document.stamp_duty, document.total) == (Decimal("2.00"), Decimal("102.00"))
    assert [(line.amount, line.treatment.nature) for line in document.lines] == [
        (Decimal("100.00"), "N4"), (Decimal("2.00"), "N1"),
    ]  # fmt: skip
    assert b"<BolloVirtuale>SI</BolloVirtuale>" in xml_of(document)
    firm.do("set-party-terms", party_id=C1, charge_stamp_duty=False)
    assert issued(firm, EXEMPT).total == Decimal("100.00")


@pytest.mark.parametrize(
    ("price", "supply", "duty"),
    [
        ("77.47", {"exempt": True}, "0.00"),
        ("77.48", {"exempt": True}, "2.00"),
        ("500.00", {"plant_in_building": True}, "0.00"),
        ("77.48", {"kind": "advanced-sum"}, "2.00"),
        ("500.00", {}, "0.00"),
    ],
)
def test_the_stamp_duty_begins_above_its_threshold_and_not_on_reverse_charge(
    firm: Company, price: str, supply: dict[str, Any], duty: str
) -> None:
    document = issued(firm, {"unit_price": price, "supply": supply}, customer=C4)
    assert document.stamp_duty == Decimal(duty)
    xml_of(document)


def test_a_declaration_of_intent_needs_its_protocol(firm: Company) -> None:
    """N3.5: the protocol stands on every line under it, on the days on which it is valid."""
    firm.do("set-party-terms", party_id=C1, declaration_of_intent=True)
    bare = propose(firm, {"unit_price": "100.00"})
    refused = firm.given().when(issue(bare))
    refused.then_refused(DocumentWouldBeRefused)
    assert "LIB05" in str(refused.refusal)
    firm.do("set-party-terms", party_id=C1, intent=INTENT)
    firm.given(issue(bare))
    document = firm.record(bare).document
    assert (document.lines[0].treatment.nature, document.stamp_duty) == ("N3.5", Decimal("2.00"))
    xml = xml_of(document).decode()
    assert "<TipoDato>INTENTO</TipoDato>" in xml
    assert f"<RiferimentoTesto>{INTENT['protocol']}</RiferimentoTesto>" in xml
    assert issued(firm, {"unit_price": "100.00"}, at="2027-01-04T08:00").tax == Decimal("22.00")


def test_a_foreign_business_is_not_in_the_field_of_vat(firm: Company) -> None:
    """R9.7: N2.1, recipient XXXXXXX."""
    abroad = {"street": "Hauptstrasse 1", "postcode": "10115", "town": "Berlin", "country": "DE"}
    party = do(
        "register-party",
        party_id=UUID(int=9),
        code="DE1",
        name="GmbH",
        tax={"vat_number": "DE136695976"},
        address=abroad,
    )
    firm.given(party)
    document = issued(firm, {"unit_price": "100.00"}, customer=UUID(int=9))
    assert [(s.nature, s.reference) for s in document.summaries] == [("N2.1", "Non soggetto art. 7-ter DPR 633/72")]
    assert document.customer.recipient_code == "XXXXXXX"
    assert b"<CodiceDestinatario>XXXXXXX</CodiceDestinatario>" in xml_of(document)


def test_an_accountants_own_nature_stands_on_the_line(firm: Company) -> None:
    document = issued(firm, {"unit_price": "77.48", "supply": {"nature": "N2.2"}})
    assert [(s.nature, s.reference) for s in document.summaries] == [
        ("N2.2", "Fuori campo IVA art. 2 e seguenti DPR 633/72")
    ]
    assert document.stamp_duty == Decimal("2.00")
    xml_of(document)


@pytest.mark.parametrize(("choice", "printed"), [("D", "D"), ("I", "I")])
def test_public_bodies_are_invoiced_as_the_company_chose_once_split_payment_has_ended(
    firm: Company, choice: str, printed: str
) -> None:
    """S15 a: with the parameter ended, D or I, and the customer pays 1,098.00."""
    ended = {"customer": "public-body", "from_on": "2015-01-01", "ends_on": "2026-06-30"}
    firm.do("set-law-table", terms={"split_payments": [ended], "public_body_chargeability": choice})
    document = issued(firm, {"unit_price": "900.00"}, customer=C3)
    assert (document.total, document.payable) == (Decimal("1098.00"), Decimal("1098.00"))
    assert f"<EsigibilitaIVA>{printed}</EsigibilitaIVA>" in xml_of(document).decode()
    before = issued(firm, {"unit_price": "900.00"}, customer=C3, at="2025-06-30T08:00")
    assert (before.total, before.payable) == (Decimal("1098.00"), Decimal("900.00"))


@pytest.mark.parametrize(("at", "law"), [("2026-12-31T08:00", "DPR 633/72"), ("2027-01-01T08:00", "D.Lgs. 10/2026")])
def test_printed_references_follow_the_documents_date(firm: Company, at: str, law: str) -> None:
    """R0.5, S15: another row of the table holds from 01/01/2027."""
    document = issued(firm, {"unit_price": "485.00", "supply": {"plant_in_building": True}}, customer=C4, at=at)
    assert [s.nature for s in document.summaries] == ["N6.7"]
    assert law in document.summaries[0].reference
    assert document.total == Decimal("485.00")


def test_a_public_body_may_have_to_name_its_tender(firm: Company) -> None:
    firm.do("set-company-parameters", from_on="2026-01-01", change={"require_cig": True})
    invoice_id = propose(firm, {"unit_price": "900.00"}, customer=C3)
    refused = firm.given().when(issue(invoice_id))
    refused.then_refused(DocumentWouldBeRefused)
    assert "LIB06" in str(refused.refusal)
    (row,) = firm.ask("invoice-checks", on="2026-10-01")["items"]
    assert ([(each["level"], each["code"]) for each in row["problems"]], row["is_ready"]) == (
        [
            ("error", "LIB06"),
        ],
        False,
    )
    firm.do("change-invoice", at=AT, invoice_id=invoice_id, order={"cig": "Z1234567AB"})
    firm.given(issue(invoice_id))
    assert firm.record(invoice_id).document.number == "2026/1", "what was refused took no number"


def test_a_refusal_by_the_checks_takes_no_number_and_reads_in_italian(firm: Company) -> None:
    address = {"street": "Via Roma 1", "postcode": "471", "town": "Forlì", "province": "FC"}
    tax = {"vat_number": "IT12345670017"}
    firm.do(
        "change-party-identity", party_id=C1, name="Rossi", role="customer", nature="business", tax=tax, address=address
    )
    wrong = propose(firm, {"unit_price": "10.00"})
    refused = firm.given().when(issue(wrong))
    refused.then_refused(DocumentWouldBeRefused)
    assert isinstance(refused.refusal, Refusal)
    assert "471" in refused.refusal.sentence(translator("it"))
    firm.given().when(issue(propose(firm, {"unit_price": "10.00"}, customer=C2))).then(
        NumberRegister.Opened, (NumberRegister.NumberTaken, {"text": "2026/1"}), Invoice.Confirmed, Invoice.Issued
    )


def test_days_billed_twice_by_hand_are_refused_unless_meant(firm: Company) -> None:
    days = {"unit_price": "50.00", "period": {"starts_on": "2026-10-01", "ends_on": "2026-10-31"}}
    issued(firm, days)
    again = propose(firm, days)
    (row,) = firm.ask("invoice-checks", on="2026-10-01")["items"]
    assert [
        (each["code"], each["values"]["other"]) for each in row["problems"] if each["code"] != "recipient-missing"
    ] == [("line-billed-twice", "2026/1")]
    firm.given().when(issue(again)).then_refused(LinesBilledTwice, documents="2026/1")
    firm.given(issue(again, may_repeat=True))
    firm.given(do("credit-invoice", at=AT, invoice_id=again, reason="Doppia"))
    third = propose(firm, days)
    firm.given().when(issue(third)).then_refused(LinesBilledTwice, documents="2026/1")


def test_the_checks_show_gaps_negative_totals_and_missing_addressing(firm: Company) -> None:
    signed(firm)
    run = do("propose-invoices", at="2027-01-01T07:00", until="2027-01-01")
    firm.given(
        do("set-billed-through", contract_id=UUID("a1000000-0000-0000-0000-000000000001"), through_on="2026-09-30")
    )
    firm.given(run)
    propose(firm, {"unit_price": "-5.00"}, customer=C2, at="2027-01-01T08:00")
    found = {row["customer"]: row for row in firm.ask("invoice-checks", on="2027-01-01")["items"]}
    assert [each["code"] for each in found["Mario Rossi"]["problems"]] == ["LIB04", "negative-total"]
    assert (found["Mario Rossi"]["document_type"], found["Mario Rossi"]["is_ready"]) == ("TD04", True)
    assert [each["code"] for each in found["Rossi Gilbo"]["problems"]] == ["recipient-missing"]


def test_an_issued_total_is_what_the_checks_had_shown(firm: Company) -> None:
    """A dry run equals the real run: both are one function."""
    invoice_id = propose(firm, EXEMPT, {"unit_price": "10.01", "quantity": "3"})
    (row,) = firm.ask("invoice-checks", on="2026-10-01")["items"]
    firm.given(issue(invoice_id))
    assert row["total"] == firm.record(invoice_id).document.total == Decimal("136.64")
