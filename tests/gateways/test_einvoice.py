"""Electronic invoices: the numbers of S01, S14 and S15 as XML, and reading the invoices of others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways import einvoice
from gateways.einvoice_text import ascii_text, chunks, latin
from projections.documents.content import Customer
from tests.gateways.einvoices import BY_NAME, DATA, SENDER, XSD, Xml, codes, needs_schema
from tests.projections.documents import samples

# ---- Building --------------------------------------------------------------------------------------------------------


@needs_schema
@pytest.mark.parametrize("name", BY_NAME)
def test_what_we_send_is_valid_by_the_schema_and_by_the_checks(name: str) -> None:
    content = BY_NAME[name]
    assert einvoice.validate(einvoice.build(content, SENDER, "0000A"), XSD) == []
    assert einvoice.checks(content, sent_on=content.issued_on) == []


def test_the_first_stub_of_a_contract_names_contract_period_and_tax() -> None:
    xml = Xml(BY_NAME["S01 first stub"])
    assert xml.text("TipoDocumento") == "TD01"
    assert xml.text("DatiContratto/IdDocumento") == "2/2026"
    assert (xml.text("DataInizioPeriodo"), xml.text("DataFinePeriodo")) == ("2026-09-16", "2026-12-31")
    assert (xml.text("ImponibileImporto"), xml.text("Imposta")) == ("351.78", "77.39")
    assert xml.text("ImportoTotaleDocumento") == "429.17"
    assert xml.text("CondizioniPagamento") == "TP02"


def test_a_deferred_invoice_maps_every_line_to_its_delivery_note() -> None:
    xml = Xml(BY_NAME["S14 deferred"])
    assert xml.text("TipoDocumento") == "TD24"
    assert xml.texts("DatiDDT/NumeroDDT") == ["A/2026/0125", "R/2026/0031", "A/2026/0119"]
    lines = [[n.text for n in ddt.iterfind("RiferimentoNumeroLinea")] for ddt in xml.root.iterfind(".//DatiDDT")]
    assert lines == [["1"], ["2", "3"], ["4"]]
    assert xml.text("ImportoTotaleDocumento") == "666.49"
    assert xml.text("CondizioniPagamento") == "TP01"


def test_a_public_body_pays_without_vat_and_finds_its_tender_code() -> None:
    xml = Xml(BY_NAME["S15a split payment"])
    assert xml.root.get("versione") == xml.text("FormatoTrasmissione") == "FPA12"
    assert xml.text("CodiceDestinatario") == "UF1234"
    assert (xml.text("EsigibilitaIVA"), xml.text("ImportoPagamento")) == ("S", "900.00")
    assert xml.text("ImportoTotaleDocumento") == "1098.00"
    assert (xml.text("DatiContratto/IdDocumento"), xml.text("DatiContratto/CodiceCIG")) == (
        "CTR-2025-0044",
        "Z1234567AB",
    )


def test_without_split_payment_the_public_body_pays_the_whole_with_deferred_vat() -> None:
    content = BY_NAME["S15a split payment"]
    summary = content.summaries[0].model_copy(update={"chargeability": "D", "reference": None})
    due = content.due_dates[0].model_copy(update={"amount": Decimal("1098.00")})
    content = content.model_copy(update={"summaries": (summary,), "due_dates": (due,)})
    xml = Xml(content)
    assert (xml.text("EsigibilitaIVA"), xml.text("ImportoPagamento")) == ("D", "1098.00")
    assert codes(content) == []


def test_reverse_charge_has_no_vat_no_stamp_and_its_reference() -> None:
    xml = Xml(BY_NAME["S15b reverse charge"])
    assert set(xml.texts("Natura")) == {"N6.7"}
    assert (xml.text("Imposta"), xml.text("ImportoTotaleDocumento")) == ("0.00", "485.00")
    assert "a-ter" in xml.text("RiferimentoNormativo")
    assert xml.texts("DatiBollo") == []
    assert (xml.text("CodiceDestinatario"), xml.text("PECDestinatario")) == ("0000000", "immobiliare@pec.example")


def test_a_credit_note_is_positive_and_linked() -> None:
    xml = Xml(BY_NAME["S15c credit note"])
    assert xml.text("TipoDocumento") == "TD04"
    assert (xml.text("DatiFattureCollegate/IdDocumento"), xml.text("DatiFattureCollegate/Data")) == (
        "2027/5",
        "2027-01-04",
    )
    assert xml.text("ImportoTotaleDocumento") == "233.43"


def test_an_advance_invoice_says_so() -> None:
    xml = Xml(samples.simple_invoice(document_type="TD02", advance=True))
    assert (xml.text("TipoDocumento"), xml.text("CondizioniPagamento")) == ("TD02", "TP03")


@pytest.mark.parametrize(
    ("customer", "code", "country", "vat", "tax_code"),
    [
        (samples.BUSINESS, "M5UXCR1", "IT", "01234560409", "01234560409"),
        (samples.CONSUMER, "0000000", None, None, "RSSMRA70A01D704Y"),
        (samples.FOREIGN, "XXXXXXX", "DE", "123456789", None),
        (samples.FOREIGN.model_copy(update={"vat_number": None}), "XXXXXXX", "DE", "OO99999999999", None),
    ],
)
def test_every_kind_of_customer_is_addressed_and_identified(
    customer: Customer, code: str, country: str | None, vat: str | None, tax_code: str | None
) -> None:
    xml = Xml(samples.simple_invoice(customer=customer))
    assert xml.text("CodiceDestinatario") == code
    assert xml.texts("CessionarioCommittente//IdPaese") == ([country] if country else [])
    assert xml.texts("CessionarioCommittente//IdCodice") == ([vat] if vat else [])
    assert xml.texts("CessionarioCommittente//CodiceFiscale") == ([tax_code] if tax_code else [])


@needs_schema
def test_a_foreign_address_keeps_its_postcode_readable() -> None:
    content = samples.simple_invoice(customer=samples.FOREIGN)
    xml = Xml(content)
    assert xml.text("CessionarioCommittente/Sede/CAP") == "00000"
    assert xml.text("CessionarioCommittente/Sede/Comune") == "70173 Stuttgart"
    assert einvoice.validate(einvoice.build(content, SENDER, "1"), XSD) == []


def test_a_consumer_has_given_and_family_name() -> None:
    xml = Xml(samples.simple_invoice(customer=samples.CONSUMER))
    assert (xml.text("CessionarioCommittente//Nome"), xml.text("CessionarioCommittente//Cognome")) == ("Mario", "Rossi")


def test_a_price_per_hundred_becomes_a_unit_price() -> None:
    xml = Xml(samples.long_invoice(1))
    assert (xml.text("Quantita"), xml.text("PrezzoUnitario"), xml.text("PrezzoTotale")) == (
        "12345.00",
        "0.10",
        "1234.50",
    )


def test_serials_codes_discounts_and_stamp_duty_have_their_places() -> None:
    line = samples.invoice_line(
        "Gruppo termico", "144.33", code="RIC-0417", quantity=Decimal(2), unit="pz", unit_price=Decimal("84.90"),
        discounts=(Decimal(15),), serials=("GT-1", "GT-2"),
    )  # fmt: skip
    xml = Xml(samples.simple_invoice(lines=(line,), stamp_duty=Decimal(2)))
    assert xml.text("CodiceValore") == "RIC-0417"
    assert (xml.text("ScontoMaggiorazione/Tipo"), xml.text("Percentuale")) == ("SC", "15.00")
    assert xml.texts("AltriDatiGestionali/RiferimentoTesto") == ["GT-1", "GT-2"]
    assert (xml.text("BolloVirtuale"), xml.text("ImportoBollo")) == ("SI", "2.00")


@needs_schema
def test_a_long_reason_is_split_and_nothing_of_it_is_lost() -> None:
    reason = "Rimborso concordato con il responsabile acquisti – vedi verbale n. 4 " * 8
    content = samples.simple_invoice(reasons=(reason,))
    parts = Xml(content).texts("Causale")
    assert len(parts) > 1
    assert " ".join(parts) == " ".join(reason.replace("–", "-").split())
    assert einvoice.validate(einvoice.build(content, SENDER, "1"), XSD) == []


def test_a_draft_is_not_sent_and_an_identifier_is_never_cut() -> None:
    with pytest.raises(ValueError, match="draft"):
        einvoice.build(samples.simple_invoice(draft=True), SENDER, "1")
    long = samples.simple_invoice(number="2026/123456789012345678")
    assert codes(long) == ["00200"]
    with pytest.raises(ValueError, match="2026/123456789012345678"):
        einvoice.build(long, SENDER, "1")


def test_file_names_are_the_sender_and_five_characters() -> None:
    assert einvoice.file_name(SENDER, einvoice.progressive_code(37)) == "IT12345670017_00011.xml"
    assert einvoice.progressive_code(36**5 - 1) == "ZZZZZ"
    for impossible in (0, 36**5):
        with pytest.raises(ValueError, match="five characters"):
            einvoice.progressive_code(impossible)


@given(st.integers(1, 36**5 - 1))
def test_no_two_files_share_a_code(sequence: int) -> None:
    assert int(einvoice.progressive_code(sequence), 36) == sequence


# ---- Text ------------------------------------------------------------------------------------------------------------


def test_typographic_characters_become_plain_ones() -> None:
    assert latin("“Perché” – l’unità è 5 €…\n\tŁódź ✓", 100) == '"Perché" - l\'unità è 5 EUR... Lódz ?'
    assert ascii_text("Unità °C", 10) == "Unita ?C"


def test_a_long_text_is_cut_at_a_word() -> None:
    assert latin("una parola dopo l'altra finché non basta", 30) == "una parola dopo l'altra..."
    assert latin("x" * 50, 30) == "x" * 27 + "..."


@given(st.text(max_size=300), st.integers(30, 200))
def test_text_always_fits_the_format(text: str, most: int) -> None:
    made = latin(text, most)
    assert 1 <= len(made) <= most
    assert all(" " <= c <= "\u00ff" and not "\u007f" <= c <= "\u009f" for c in made)
    assert latin(made, most) == made
    assert ascii_text(text, most).isascii()
    assert all(1 <= len(part) <= most for part in chunks(text, most))


# ---- Schema and reading ----------------------------------------------------------------------------------------------


@needs_schema
def test_the_schema_names_what_is_wrong_and_where() -> None:
    xml = einvoice.build(samples.simple_invoice(), SENDER, "1")
    problems = einvoice.validate(xml.replace(b"<Divisa>EUR</Divisa>", b"<Divisa>euro</Divisa>"), XSD)
    assert problems
    assert "Divisa" in problems[0]
    assert problems[0].startswith("line ")
    assert einvoice.validate(b"<a><b></a>", XSD)[0].startswith("not XML")


ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><FatturaElettronica>&e;</FatturaElettronica>'


@needs_schema
def test_a_document_type_is_refused_before_anything_is_resolved() -> None:
    assert einvoice.validate(ENTITY, XSD) == ["a document type declaration is not accepted"]
    with pytest.raises(einvoice.NotAnInvoice, match="document type"):
        einvoice.read(ENTITY)


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<a/>",
        b"text",
        b"<FatturaElettronica/>",
        b"<FatturaElettronica><FatturaElettronicaBody/></FatturaElettronica>",
    ],
)
def test_what_is_not_an_invoice_is_refused_in_words(xml: bytes) -> None:
    with pytest.raises(einvoice.NotAnInvoice, match=r"\w"):
        einvoice.read(xml)


def test_a_truncated_file_is_not_read_in_part() -> None:
    xml = einvoice.build(samples.DEFERRED_INVOICE, SENDER, "1")
    with pytest.raises(einvoice.NotAnInvoice, match="not XML"):
        einvoice.read(xml[: len(xml) * 3 // 4])


@needs_schema
@pytest.mark.parametrize("path", sorted((DATA / "invoices").glob("*.xml")), ids=lambda path: path.stem)
def test_invoices_of_others_are_read_and_their_summaries_agree_with_their_lines(path: Path) -> None:
    for invoice in einvoice.read(path.read_bytes()):
        assert invoice.seller.vat_number
        assert invoice.customer.tax_code
        assert invoice.customer.address is not None
        assert abs(sum(each.amount for each in invoice.lines) - invoice.taxable) < 150


@needs_schema
def test_a_file_with_two_bodies_gives_two_invoices() -> None:
    first, second = einvoice.read((DATA / "invoices" / "IT01234567890_FPR03.xml").read_bytes())
    assert (first.number, first.issued_on, first.total) == ("123", date(2014, 12, 18), Decimal("30.50"))
    assert (second.number, second.total) == ("456", Decimal("2440.00"))
    assert first.customer.name == second.customer.name == "BETA GAMMA"
    assert first.lines[0].code == "ART123"
    assert [(d.due_on, d.amount) for d in first.due_dates] == [(date(2015, 1, 30), Decimal("32.50"))]


@pytest.mark.parametrize(
    ("prefix", "namespace"), [("ns0", einvoice.NAMESPACE), ("", ""), ("x", "http://example.org/old/v1.1")]
)
def test_prefix_and_namespace_do_not_matter(prefix: str, namespace: str) -> None:
    xml = einvoice.build(samples.simple_invoice(), SENDER, "1").decode()
    xml = xml.removeprefix("<?xml version='1.0' encoding='UTF-8'?>\n")
    name = f"{prefix}:FatturaElettronica" if prefix else "FatturaElettronica"
    xml = xml.replace("p:FatturaElettronica", name)
    declared = f'xmlns:{prefix}="{namespace}"' if prefix else ""
    xml = xml.replace(f'xmlns:p="{einvoice.NAMESPACE}"', declared)
    assert einvoice.read(xml.encode())[0].number == "2026/112"


@pytest.mark.parametrize(
    ("description", "serials"),
    [
        ("Stampante Zebra matricola SN-778", ("SN-778",)),
        ("Multifunzione Matr. 8503982X00, installata", ("8503982X00",)),
        ("Server S/N: ABC123", ("ABC123",)),
        ("Notebook serial number 5CG1234XYZ", ("5CG1234XYZ",)),
        ("Matricole da definire", ()),
        ("Numero di serie 00123/A e matricola 00124", ("00123/A", "00124")),
        ("Toner per serie MX-3070", ()),
    ],
)
def test_a_serial_named_in_the_words_of_a_line_is_found(description: str, serials: tuple[str, ...]) -> None:
    content = samples.simple_invoice(lines=(samples.invoice_line(description, "351.78"),))
    assert einvoice.read(einvoice.build(content, SENDER, "1"))[0].lines[0].serials == serials


def test_our_own_invoices_read_back_whole() -> None:
    (invoice,) = einvoice.read(einvoice.build(samples.DEFERRED_INVOICE, SENDER, "1"))
    assert invoice.customer.vat_number == "IT01234560409"
    assert invoice.customer.address == samples.BUSINESS.address
    assert (invoice.recipient_code, invoice.public_body, invoice.split_payment) == ("M5UXCR1", False, False)
    assert invoice.lines[3].serials == ("BRD-0099",)
    assert [(d.due_on, d.amount) for d in invoice.due_dates] == [
        (date(2026, 4, 30), Decimal("333.25")),
        (date(2026, 5, 31), Decimal("333.24")),
    ]
