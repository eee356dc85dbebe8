"""Electronic invoices: the numbers of S01, S14 and S15, the schema, the exchange system's checks, and reading."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregates.values import Address, Period, cents
from gateways import einvoice
from gateways.einvoice_text import ascii_text, chunks, latin
from projections.documents.content import Customer, VatSummary
from projections.documents.content_invoice import DocumentReference, DueDate, InvoiceContent, InvoiceLine
from tests.projections.documents import samples

DATA = Path(__file__).parents[3] / "shared" / "data" / "fatturapa"
XSD = DATA / "Schema_del_file_xml_FatturaPA_v1.2.3.xsd"
needs_schema = pytest.mark.skipif(not DATA.is_dir(), reason="the FatturaPA schema is not in ../shared/data/fatturapa")
SENDER = einvoice.Sender(
    transmitter_id="12345670017",
    register_office="FC",
    register_number="312045",
    share_capital=Decimal("50000"),
    sole_shareholder=False,
)
BY_NAME = {
    "S01 first stub": samples.simple_invoice(),
    "S14 deferred": samples.DEFERRED_INVOICE,
    "S15a split payment": samples.SPLIT_PAYMENT_INVOICE,
    "S15b reverse charge": samples.REVERSE_CHARGE_INVOICE,
    "S15c credit note": samples.CREDIT_NOTE,
    "long": samples.long_invoice(),
}


class Xml:
    """A built invoice, asked by path."""

    def __init__(self, content: InvoiceContent) -> None:
        self.root = etree.fromstring(einvoice.build(content, SENDER, "00001"))

    def texts(self, path: str) -> list[str]:
        return [node.text or "" for node in self.root.iterfind(f".//{path}")]

    def text(self, path: str) -> str:
        (only,) = self.texts(path)
        return only


def codes(content: InvoiceContent, sent_on: date | None = None) -> list[str]:
    return [problem.code for problem in einvoice.checks(content, sent_on=sent_on)]


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


# ---- Checks ----------------------------------------------------------------------------------------------------------


def line(**fields: object) -> InvoiceContent:
    """S01's invoice with its only line changed."""
    base = samples.simple_invoice()
    return base.model_copy(update={"lines": (base.lines[0].model_copy(update=fields),)})


def summary(content: InvoiceContent | None = None, **fields: object) -> InvoiceContent:
    """An invoice, S01's if none is given, with its first summary changed."""
    base = content or samples.simple_invoice()
    return base.model_copy(update={"summaries": (base.summaries[0].model_copy(update=fields), *base.summaries[1:])})


UNIDENTIFIED = samples.BUSINESS.model_copy(update={"vat_number": None, "tax_code": None})
WITH_A_LINE_AT_TEN = samples.simple_invoice(
    lines=(*samples.simple_invoice().lines, samples.invoice_line("Libro", "1.00", vat_rate=Decimal(10)))
)
VAT_FREE = samples.REVERSE_CHARGE_INVOICE
EXEMPT = samples.simple_invoice(
    lines=(samples.invoice_line("Visita medica", "77.48", vat_rate=Decimal(0), vat_nature="N4"),),
    summaries=(VatSummary(rate=Decimal(0), nature="N4", taxable=Decimal("77.48"), tax=Decimal(0)),),
    taxable=Decimal("77.48"),
    tax=Decimal(0),
    total=Decimal("77.48"),
    due_dates=(),
)


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("00400", line(vat_rate=Decimal(0))),
        ("00401", line(vat_nature="N4")),
        ("00417", samples.simple_invoice(customer=UNIDENTIFIED)),
        ("00418", samples.CREDIT_NOTE.model_copy(update={"issued_on": date(2027, 1, 3)})),
        ("00419", WITH_A_LINE_AT_TEN),
        ("00419", samples.simple_invoice(summaries=samples.simple_invoice().summaries * 2)),
        ("00420", summary(VAT_FREE, chargeability="S")),
        ("00421", summary(tax=Decimal("77.41"))),
        ("00422", summary(taxable=Decimal("352.78"))),
        ("00423", line(unit_price=Decimal("351.80"))),
        ("00424", line(vat_rate=Decimal("0.22"))),
        ("00425", samples.simple_invoice(number="FATT")),
        ("00427", samples.simple_invoice(customer=samples.TOWN.model_copy(update={"recipient_code": None}))),
        ("00427", samples.simple_invoice(customer=samples.BUSINESS.model_copy(update={"recipient_code": "UF1234"}))),
        ("00429", summary(VAT_FREE, nature=None)),
        ("00430", summary(nature="N4")),
        ("00443", summary(rate=Decimal(10))),
        ("00444", summary(VAT_FREE, nature="N4")),
        ("00445", line(vat_rate=Decimal(0), vat_nature="N6")),
        ("LIB01", samples.simple_invoice(total=Decimal("429.18"))),
        ("LIB02", samples.simple_invoice(due_dates=(DueDate(due_on=date(2026, 10, 31), amount=Decimal("429.16")),))),
        ("LIB03", EXEMPT),
        ("LIB04", samples.CREDIT_NOTE.model_copy(update={"related_invoices": ()})),
    ],
)  # fmt: skip
def test_what_the_exchange_system_would_refuse_is_named_before(code: str, content: InvoiceContent) -> None:
    problems = einvoice.checks(content)
    assert code in [problem.code for problem in problems]
    assert all("{" not in problem.text for problem in problems)


def test_a_date_after_sending_is_refused_and_the_same_day_is_not() -> None:
    assert codes(samples.simple_invoice(), sent_on=date(2026, 9, 15)) == ["00403"]
    assert codes(samples.simple_invoice(), sent_on=date(2026, 9, 16)) == []


def test_tolerances_are_one_cent_on_lines_and_tax_and_one_euro_on_bases() -> None:
    assert codes(line(unit_price=Decimal("351.77"))) == []
    assert "00423" in codes(line(unit_price=Decimal("351.76")))
    assert "00421" not in codes(summary(tax=Decimal("77.40")))
    assert "00422" not in codes(summary(taxable=Decimal("352.77")))


def test_vat_is_of_the_sum_and_not_of_the_lines() -> None:
    """R9.3: three lines of 10.01 make 30.03 and 6.61; line by line it would be 6.60."""
    three = tuple(samples.invoice_line("Visita", "10.01") for _ in range(3))
    good = samples.simple_invoice(
        lines=three,
        summaries=(VatSummary(rate=Decimal(22), taxable=Decimal("30.03"), tax=Decimal("6.61")),),
        taxable=Decimal("30.03"), tax=Decimal("6.61"), total=Decimal("36.64"), due_dates=(),
    )  # fmt: skip
    assert codes(good) == []


def test_the_stamp_duty_starts_above_the_threshold_and_not_on_reverse_charge() -> None:
    assert codes(EXEMPT.model_copy(update={"stamp_duty": Decimal(2)})) == []
    at_limit = summary(EXEMPT, taxable=Decimal("77.47")).model_copy(
        update={
            "taxable": Decimal("77.47"),
            "total": Decimal("77.47"),
            "lines": (samples.invoice_line("Visita", "77.47", vat_rate=Decimal(0), vat_nature="N4"),),
        }
    )
    assert codes(at_limit) == []
    assert codes(VAT_FREE) == []


# ---- Property: any sound invoice passes ------------------------------------------------------------------------------

words = st.text(min_size=1, max_size=1200).filter(lambda text: bool(text.strip()))
short = st.text(min_size=1, max_size=59).filter(lambda text: bool(text.strip()))
identifiers = st.from_regex(r"[A-Z]{0,3}/?[0-9]{1,6}(/[A-Z0-9]{1,6})?", fullmatch=True)
rates = st.sampled_from(
    [(Decimal(22), None), (Decimal(10), None), (Decimal(4), None), (Decimal(0), "N6.7"), (Decimal(0), "N1")]
)


@st.composite
def invoice_lines(draw: st.DrawFn) -> InvoiceLine:
    rate, nature = draw(rates)
    priced = InvoiceLine(
        description=draw(words),
        code=draw(st.none() | short),
        quantity=draw(st.decimals(0, 9999, places=3)),
        unit=draw(st.none() | st.sampled_from(["pz", "h", "copie", "km²"])),
        unit_price=draw(st.decimals(-999, 9999, places=5)),
        price_per=draw(st.sampled_from([Decimal(1), Decimal(12), Decimal(100)])),
        discounts=tuple(draw(st.lists(st.decimals(-20, 100, places=2), max_size=3))),
        amount=Decimal(0),
        vat_rate=rate,
        vat_nature=nature,
        serials=tuple(draw(st.lists(short, max_size=2))),
        note=draw(st.none() | short),
        period=Period(starts_on=date(2026, 1, 31), ends_on=date(2026, 2, 27)) if draw(st.booleans()) else None,
    )
    return priced.model_copy(update={"amount": einvoice.line_total(priced)})


def sound(lines: tuple[InvoiceLine, ...], split: bool) -> dict[str, object]:
    """Summaries, totals and the stamp duty of lines, by R9.3, R9.5 and R9.8."""
    bases: dict[tuple[Decimal, str | None], Decimal] = defaultdict(Decimal)
    for each in lines:
        bases[each.vat_rate, each.vat_nature] += each.amount
    summaries = tuple(
        VatSummary(
            rate=rate,
            nature=nature,
            taxable=base,
            tax=cents(base * rate / 100),
            chargeability="S" if split and rate else None,
        )
        for (rate, nature), base in bases.items()
    )
    taxable, tax = sum(s.taxable for s in summaries), sum(s.tax for s in summaries)
    stamp = Decimal(2) if bases[Decimal(0), "N1"] > Decimal("77.47") else None
    return {"summaries": summaries, "taxable": taxable, "tax": tax, "total": taxable + tax, "stamp_duty": stamp}


@st.composite
def invoices(draw: st.DrawFn) -> InvoiceContent:
    lines = tuple(draw(st.lists(invoice_lines(), min_size=1, max_size=6)))
    customer = draw(
        st.sampled_from([samples.BUSINESS, samples.CONSUMER, samples.TOWN, samples.LANDLORD, samples.FOREIGN])
    )
    customer = customer.model_copy(
        update={
            "name": draw(words),
            "address": Address(**customer.address.model_dump() | {"street": draw(short), "town": draw(short)}),
        }
    )
    kind = draw(st.sampled_from(["TD01", "TD02", "TD24", "TD04"]))
    issued_on = draw(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
    references = st.builds(
        DocumentReference,
        number=identifiers,
        issued_on=st.just(issued_on - timedelta(days=draw(st.integers(0, 400)))),
        lines=st.just((1,)) | st.just(()),
        cig=st.none() | st.just("Z1234567AB"),
        cup=st.none() | st.just("B81B21000000001"),
        project=st.none() | short,
    )
    content = samples.simple_invoice(
        document_type=kind, customer=customer, number=draw(identifiers), issued_on=issued_on, lines=lines, due_dates=(),
        reasons=tuple(draw(st.lists(words, max_size=2))), contracts=tuple(draw(st.lists(references, max_size=2))),
        related_invoices=tuple(draw(st.lists(references, min_size=1 if kind == "TD04" else 0, max_size=2))),
        **sound(lines, split=customer.kind == "public_body"),
    )  # fmt: skip
    due = DueDate(due_on=issued_on + timedelta(days=30), amount=content.payable, iban=samples.IBAN, bank=draw(short))
    return content.model_copy(update={"due_dates": (due,)})


@needs_schema
@settings(max_examples=60, deadline=None)
@given(invoices())
def test_any_sound_invoice_is_valid_passes_the_checks_and_reads_back(content: InvoiceContent) -> None:
    xml = einvoice.build(content, SENDER, "ABCDE")
    assert einvoice.validate(xml, XSD) == []
    assert einvoice.checks(content, sent_on=content.issued_on) == []
    (invoice,) = einvoice.read(xml)
    assert (invoice.number, invoice.issued_on, invoice.total) == (content.number, content.issued_on, content.total)
    assert [each.amount for each in invoice.lines] == [each.amount for each in content.lines]
    assert sum(due.amount for due in invoice.due_dates) == content.payable


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
