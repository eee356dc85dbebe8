"""One canonical content of every printed document, with the awkward cases of real ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from aggregates.values import Address, Period
from projections.documents.content import Customer, Item, Letterhead, Picture, PricedLine, Site, Source, VatSummary
from projections.documents.content_delivery_note import Carrier, DeliveryLine, DeliveryNoteContent, ReceivedNote
from projections.documents.content_invoice import (
    DeliveryReference,
    DocumentReference,
    DueDate,
    InvoiceContent,
    InvoiceLine,
)
from projections.documents.content_quote import QuoteContent, QuotedLine
from projections.documents.content_work_report import (
    PartUsed,
    Photo,
    Reading,
    ReportItem,
    Signature,
    Stretch,
    WorkReportContent,
)
from tests.projections.documents.sample_accounts import account_statement, daily_report
from tests.projections.documents.sample_letters import ADJUSTMENT_LETTER, CONSUMER_REMINDER, PAYMENT_REMINDER
from tests.projections.documents.sample_purchase import purchase_order
from tests.projections.documents.samples_contract import contract_samples

SOURCE = (Source(stream_id=UUID(int=7), version=4, topic="call"),)
IBAN = "IT60X0542811101000000123456"

COMPANY = Letterhead(
    name="Service Srl",
    motto="Assistenza tecnica e noleggio",
    address=Address(street="Via dell'Appennino 112", postcode="47121", town="Forlì", province="FC"),
    vat_number="IT12345670017",
    tax_code="12345670017",
    business_register="REA FO-312045",
    share_capital=Decimal("50000.00"),
    phone="0543 401122",
    email="assistenza@service.example",
    certified_email="service@pec.example",
    website="www.service.example",
    bank="Cassa di Forlì",
    iban=IBAN,
)
BUSINESS = Customer(
    name="Rossi Gilbo S.n.c. di Rossi Gilberto & C.",
    address=Address(street="Viale della Libertà 45/B", postcode="47122", town="Forlì", province="FC"),
    code="C0001",
    vat_number="IT01234560409",
    tax_code="01234560409",
    recipient_code="M5UXCR1",
    attention="Ufficio acquisti",
)
CONSUMER = Customer(
    name="Mario Rossi",
    given_name="Mario",
    family_name="Rossi",
    kind="consumer",
    address=Address(street="Via Mazzini 3", postcode="47121", town="Forlì", province="FC"),
    tax_code="RSSMRA70A01D704Y",
)
TOWN = Customer(
    name="Comune di Bertinoro",
    kind="public_body",
    address=Address(street="Piazza della Libertà 1", postcode="47032", town="Bertinoro", province="FC"),
    tax_code="80002170407",
    recipient_code="UF1234",
)
LANDLORD = Customer(
    name="Immobiliare Romagna S.p.A.",
    address=Address(street="Corso Garibaldi 200", postcode="48018", town="Faenza", province="RA"),
    vat_number="IT00123450399",
    recipient_code="0000000",
    certified_email="immobiliare@pec.example",
)
FOREIGN = Customer(
    name="Müller Bürotechnik GmbH",
    address=Address(street="Königstraße 12", postcode="70173", town="Stuttgart", country="DE"),
    vat_number="DE123456789",
)
WAREHOUSE = Site(
    name="Magazzino di Villa Selva",
    address=Address(street="Via Ravegnana 410/12", postcode="47122", town="Forlì", province="FC"),
    contact="Sig.ra Elena Zoli",
    phone="0543 778899",
    notes="Scarico dal retro, 8:30–12:30",
)
SIGNATURE_IMAGE = Picture(
    media_type="image/svg+xml",
    data=b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 220 60">'
    b'<path fill="none" stroke="#123" stroke-width="2.2" '
    b'd="M8 44c20-40 34-38 30-6-3 22 14-34 26-26s-10 34 6 26 12-22 24-20-4 22 8 18 10-14 20-14 2 14 12 12 16-18 30-16 '
    b'20 10 48 2"/></svg>',
)

LABOUR = PricedLine(
    code="MANOD",
    description="Manodopera tecnico specializzato in orario ordinario",
    quantity=Decimal(3),
    unit="h",
    unit_price=Decimal("52.00"),
    amount=Decimal("156.00"),
    vat_rate=Decimal(22),
)
PART = PricedLine(
    code="RIC-0417",
    description="Gruppo termico 220 V completo di sonda e lampada, per serie MX-3070/3570/4070, con montaggio, "
    "taratura e smaltimento della parte sostituita",
    quantity=Decimal(2),
    unit="pz",
    unit_price=Decimal("84.90"),
    discounts=(Decimal(15),),
    amount=Decimal("144.33"),
    vat_rate=Decimal(22),
    serials=("GT-778-001", "GT-778-002"),
)
CALL_FEE = PricedLine(
    code="DIRCH",
    description="Diritto di chiamata",
    unit_price=Decimal("35.00"),
    amount=Decimal("35.00"),
    vat_rate=Decimal(22),
)
VAT_335_33 = VatSummary(rate=Decimal(22), taxable=Decimal("335.33"), tax=Decimal("73.77"))

QUOTE = QuoteContent(
    issuer=COMPANY,
    customer=BUSINESS,
    source=SOURCE,
    number="OFF-2026-0031",
    revision=1,
    issued_on=date(2026, 3, 5),
    valid_until=date(2026, 4, 4),
    call_number="CH-2026-0101",
    site=WAREHOUSE,
    items=(Item(product="Multifunzione Sharp MX-3570N", serial="8503982X00", location="Ufficio spedizioni"),),
    subject="riparazione del gruppo termico e manutenzione straordinaria",
    introduction=(
        "A seguito del sopralluogo del 2 marzo vi inviamo la nostra migliore offerta per il ripristino della macchina. "
        "L’intervento richiede circa mezza giornata; la macchina resterà ferma per il solo tempo del montaggio.",
    ),
    lines=tuple(QuotedLine.model_validate(each.model_dump()) for each in (LABOUR, PART, CALL_FEE)),
    summaries=(VAT_335_33,),
    taxable=Decimal("335.33"),
    tax=Decimal("73.77"),
    total=Decimal("409.10"),
    payment_terms="Bonifico 30 giorni data fattura fine mese",
    delivery_terms="Entro 5 giorni lavorativi dall’accettazione",
    warranty="12 mesi sulle parti sostituite",
    conditions=("I lavori non compresi saranno eseguiti solo dopo una nuova revisione accettata.",),
    prepared_by="Chiara Bassi",
)

DELIVERY_NOTE = DeliveryNoteContent(
    issuer=COMPANY,
    customer=BUSINESS,
    source=SOURCE,
    number="R/2026/0031",
    issued_on=date(2026, 3, 18),
    reason="Reso da c/riparazione",
    destination=WAREHOUSE,
    lines=(
        DeliveryLine(
            code="SN-778",
            description="Stampante termica da banco Zebra ZT-411, con alimentatore",
            quality="Riparata e collaudata",
            quantity=Decimal(1),
            serials=("SN-778",),
            note="Sostituita la testina di stampa in garanzia",
        ),
        DeliveryLine(
            description="Cavo di rete 3 m", quality="Nuovo", quantity=Decimal("2.5"), unit="m", lots=("L2026-11",)
        ),
    ),
    transport_started_at=datetime(2026, 3, 18, 14, 30, tzinfo=UTC),
    delivered_on=date(2026, 3, 19),
    carried_by="carrier",
    carriers=(
        Carrier(
            name="Trasporti Adriatica S.r.l.",
            address=Address(street="Via del Lavoro 8", postcode="47521", town="Cesena", province="FC"),
            vat_number="IT03456780401",
            licence="FC/3301245",
            vehicle="GA 123 BC",
        ),
    ),
    carriage="prepaid",
    packaging="Cartone",
    packages=1,
    gross_weight_kg=Decimal("9.4"),
    net_weight_kg=Decimal("8.7"),
    rma_number="RMA-2026-0007",
    received_note=ReceivedNote(number="55", issued_on=date(2026, 3, 3)),
    notes=("Verificare l’integrità dell’imballo alla consegna.",),
)

WORK_REPORT = WorkReportContent(
    issuer=COMPANY,
    customer=BUSINESS,
    source=SOURCE,
    number="RI-2026-0415",
    issued_on=date(2026, 4, 16),
    call_number="CH-2026-0415",
    contract_number="2/2026",
    reported_fault="La macchina si blocca ogni dieci copie e lascia righe nere verticali; odore di bruciato.",
    site=WAREHOUSE,
    items=(
        ReportItem(
            product="Multifunzione Sharp MX-3570N",
            serial="8503982X00",
            location="Ufficio spedizioni, 1° piano",
            coverage="A pagamento",
            fault="Rullo di pressione del gruppo termico consumato, lampada annerita",
            cause="Usura oltre i 200.000 passaggi",
            work_done="Sostituito il gruppo termico, pulita l’ottica e il percorso carta, aggiornato il firmware alla "
            "versione 4.12; regolata la temperatura per carta riciclata come richiesto.",
            tests="50 copie fronte-retro senza difetti",
            readings=(
                Reading(meter="Nero", value=203451, read_on=date(2026, 4, 16)),
                Reading(meter="Colore", value=18230, read_on=date(2026, 4, 16), note="letto dal display"),
            ),
        ),
        ReportItem(
            product="Stampante Zebra ZT-411", serial="SN-778", coverage="Contratto 2/2026", work_done="Pulizia testina"
        ),
    ),
    stretches=(
        Stretch(
            technician="Gino Valli",
            kind="travel",
            starts_at=datetime(2026, 4, 16, 13, 45, tzinfo=UTC),
            ends_at=datetime(2026, 4, 16, 14, 30, tzinfo=UTC),
        ),
        Stretch(
            technician="Gino Valli",
            kind="work",
            starts_at=datetime(2026, 4, 16, 14, 30, tzinfo=UTC),
            ends_at=datetime(2026, 4, 16, 17, 0, tzinfo=UTC),
        ),
        Stretch(
            technician="Gino Valli",
            kind="pause",
            starts_at=datetime(2026, 4, 16, 17, 0, tzinfo=UTC),
            ends_at=datetime(2026, 4, 16, 17, 10, tzinfo=UTC),
            chargeable=False,
        ),
    ),
    kilometres=Decimal(84),
    parts=(
        PartUsed(
            code="FUS-3570",
            description="Gruppo termico (fusore)",
            quantity=Decimal(1),
            serials=("FU-99120",),
            coverage="A pagamento",
        ),
        PartUsed(
            code="KIT-CLN",
            description="Kit di pulizia",
            quantity=Decimal(1),
            lots=("L0426",),
            coverage="Materiale di consumo",
        ),
        PartUsed(description="Gruppo termico guasto", quantity=Decimal(1), removed=True),
    ),
    outcome="closed",
    customer_remarks="Tecnico puntuale. Chiediamo di anticipare la prossima manutenzione.",
    signature=Signature(
        name="Elena Zoli",
        role="responsabile magazzino",
        signed_at=datetime(2026, 4, 16, 17, 12, tzinfo=UTC),
        device="tablet 07",
        image=SIGNATURE_IMAGE,
    ),
    photos=(Photo(name="fusore-prima.jpg", sha256="ab" * 32, caption="gruppo termico prima della sostituzione"),),
)


def invoice_line(description: str, amount: str, **fields: object) -> InvoiceLine:
    """A line of one piece at 22%, unless told otherwise."""
    given: dict[str, object] = {"unit_price": Decimal(amount), "amount": Decimal(amount), "vat_rate": Decimal(22)}
    return InvoiceLine.model_validate({"description": description} | given | fields)


def simple_invoice(**fields: object) -> InvoiceContent:
    """S01, first stub: the fee of contract 2/2026 from 16/09 to 31/12/2026 (351.78 + 77.39)."""
    given: dict[str, object] = {
        "issuer": COMPANY,
        "customer": BUSINESS,
        "source": SOURCE,
        "number": "2026/112",
        "issued_on": date(2026, 9, 16),
        "lines": (
            invoice_line(
                "Canone di assistenza, contratto 2/2026",
                "351.78",
                code="CANONE",
                period=Period(starts_on=date(2026, 9, 16), ends_on=date(2026, 12, 31)),
            ),
        ),
        "summaries": (
            VatSummary(rate=Decimal(22), taxable=Decimal("351.78"), tax=Decimal("77.39"), chargeability="I"),
        ),
        "taxable": Decimal("351.78"),
        "tax": Decimal("77.39"),
        "total": Decimal("429.17"),
        "due_dates": (DueDate(due_on=date(2026, 10, 31), amount=Decimal("429.17"), iban=IBAN, bank="Cassa di Forlì"),),
        "payment_terms": "Bonifico 30 giorni fine mese",
        "contracts": (DocumentReference(number="2/2026", issued_on=date(2026, 9, 1)),),
    }
    return InvoiceContent.model_validate(given | fields)


DEFERRED_INVOICE = simple_invoice(
    document_type="TD24",
    number="2026/71",
    issued_on=date(2026, 3, 31),
    contracts=(),
    lines=(
        invoice_line(
            "Toner nero ad alta resa",
            "156.00",
            code="TON-01",
            quantity=Decimal(2),
            unit="pz",
            unit_price=Decimal("78.00"),
        ),
        invoice_line(
            "Manodopera di riparazione in laboratorio",
            "96.00",
            quantity=Decimal(2),
            unit="h",
            unit_price=Decimal("48.00"),
        ),
        invoice_line("Testina di stampa", "64.30", unit="pz"),
        invoice_line("Scheda di controllo (garanzia non riconosciuta)", "230.00", unit="pz", serials=("BRD-0099",)),
    ),
    deliveries=(
        DeliveryReference(number="A/2026/0125", issued_on=date(2026, 3, 25), lines=(1,)),
        DeliveryReference(number="R/2026/0031", issued_on=date(2026, 3, 18), lines=(2, 3)),
        DeliveryReference(number="A/2026/0119", issued_on=date(2026, 3, 10), lines=(4,)),
    ),
    summaries=(VatSummary(rate=Decimal(22), taxable=Decimal("546.30"), tax=Decimal("120.19"), chargeability="I"),),
    taxable=Decimal("546.30"),
    tax=Decimal("120.19"),
    total=Decimal("666.49"),
    due_dates=(
        DueDate(due_on=date(2026, 4, 30), amount=Decimal("333.25"), method="MP12", bank="Cassa di Forlì"),
        DueDate(due_on=date(2026, 5, 31), amount=Decimal("333.24"), method="MP12", bank="Cassa di Forlì"),
    ),
    payment_terms="RIBA 30/60 giorni fine mese",
)

SPLIT_PAYMENT_INVOICE = simple_invoice(
    customer=TOWN,
    number="2026/2",
    issued_on=date(2026, 1, 2),
    lines=(
        invoice_line(
            "Canone di assistenza primo trimestre",
            "900.00",
            period=Period(starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31)),
        ),
    ),
    summaries=(
        VatSummary(
            rate=Decimal(22),
            taxable=Decimal("900.00"),
            tax=Decimal("198.00"),
            chargeability="S",
            reference="Scissione dei pagamenti art. 17-ter DPR 633/72",
        ),
    ),
    taxable=Decimal("900.00"),
    tax=Decimal("198.00"),
    total=Decimal("1098.00"),
    due_dates=(DueDate(due_on=date(2026, 2, 1), amount=Decimal("900.00"), iban=IBAN),),
    contracts=(DocumentReference(number="CTR-2025-0044", cig="Z1234567AB"),),
)

REVERSE_CHARGE_INVOICE = simple_invoice(
    customer=LANDLORD,
    number="2026/15",
    lines=(
        invoice_line(
            "Canone di manutenzione impianto di climatizzazione", "450.00", vat_rate=Decimal(0), vat_nature="N6.7"
        ),
        invoice_line("Diritto fisso di chiamata", "35.00", vat_rate=Decimal(0), vat_nature="N6.7"),
    ),
    summaries=(
        VatSummary(
            rate=Decimal(0),
            nature="N6.7",
            taxable=Decimal("485.00"),
            tax=Decimal("0.00"),
            reference="Inversione contabile art. 17 c. 6 lett. a-ter DPR 633/72",
        ),
    ),
    taxable=Decimal("485.00"),
    tax=Decimal("0.00"),
    total=Decimal("485.00"),
    due_dates=(DueDate(due_on=date(2026, 10, 31), amount=Decimal("485.00"), iban=IBAN),),
)

CREDIT_NOTE = simple_invoice(
    document_type="TD04",
    number="2027/9",
    issued_on=date(2027, 3, 10),
    contracts=(),
    reasons=("Rimborso della parte di canone non goduta per recesso anticipato",),
    lines=(invoice_line("Canone non goduto (240,00 meno 48,66 già usufruiti)", "191.34"),),
    summaries=(VatSummary(rate=Decimal(22), taxable=Decimal("191.34"), tax=Decimal("42.09"), chargeability="I"),),
    taxable=Decimal("191.34"),
    tax=Decimal("42.09"),
    total=Decimal("233.43"),
    due_dates=(),
    payment_terms=None,
    related_invoices=(DocumentReference(number="2027/5", issued_on=date(2027, 1, 4)),),
)


def long_invoice(lines: int = 46) -> InvoiceContent:
    """An invoice over several pages, with long descriptions, a code without spaces and a price per hundred."""
    body = []
    for number in range(1, lines + 1):
        text = f"Copie eccedenti la franchigia, macchina {number} – perché così è più chiaro"
        if number % 7 == 0:
            text += (
                ", reparto spedizioni: lettura comunicata dal cliente e verificata dal tecnico durante l’intervento" * 2
            )
        if number % 11 == 0:
            text = "SN" + "0123456789ABCDEF" * 5
        body.append(
            invoice_line(
                text,
                "1234.50",
                code=f"COP-{number:03}",
                quantity=Decimal("12345"),
                unit="copie",
                unit_price=Decimal("10.00"),
                price_per=Decimal(100),
                serials=(f"SN-{number:05}",),
                period=Period(starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31)),
            )
        )
    taxable = Decimal("1234.50") * lines
    tax = (taxable * Decimal("0.22")).quantize(Decimal("0.01"))
    return simple_invoice(
        lines=tuple(body),
        summaries=(VatSummary(rate=Decimal(22), taxable=taxable, tax=tax, chargeability="I"),),
        taxable=taxable,
        tax=tax,
        total=taxable + tax,
        due_dates=(DueDate(due_on=date(2026, 10, 31), amount=taxable + tax, iban=IBAN),),
    )


ALL = {
    **contract_samples(COMPANY, BUSINESS, WAREHOUSE, SOURCE),
    "quote": QUOTE,
    "delivery_note": DELIVERY_NOTE,
    "work_report": WORK_REPORT,
    "invoice": DEFERRED_INVOICE,
    "credit_note": CREDIT_NOTE,
    "adjustment_letter": ADJUSTMENT_LETTER,
    "consumer_reminder": CONSUMER_REMINDER,
    "payment_reminder": PAYMENT_REMINDER,
    "purchase_order": purchase_order(COMPANY, BUSINESS, SOURCE),
    "account_statement": account_statement(COMPANY, BUSINESS, SOURCE),
    "daily_report": daily_report(COMPANY, SOURCE),
}
"""One of every kind."""
