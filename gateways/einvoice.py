"""Electronic invoice (fattura elettronica, FatturaPA 1.2): the XML that the exchange system takes.

`build` writes the file, `checks` says what the exchange system would refuse, `validate` asks the official schema and
`read` understands invoices that others wrote. Nothing here talks to a network. This is not tax advice: natures, law
texts and the stamp duty come with the content, from tables an accountant can change.
"""

from __future__ import annotations

from lxml import etree

from aggregates.values import Address
from gateways.einvoice_checks import Problem, checks, line_total
from gateways.einvoice_parties import customer_ids, is_foreign, recipient_code, tax_id, transmission_format
from gateways.einvoice_reader import NotAnInvoice, SalesInvoice, read
from gateways.einvoice_schema import validate
from gateways.einvoice_sender import Sender, file_name, progressive_code
from gateways.einvoice_text import ascii_text, chunks, latin
from gateways.einvoice_xml import add, decimal, exact, tax_id_node
from projections.documents.content import Customer, Letterhead, VatSummary
from projections.documents.content_invoice import DocumentReference, DueDate, Intent, InvoiceContent, InvoiceLine

__all__ = [
    "NotAnInvoice",
    "Problem",
    "SalesInvoice",
    "Sender",
    "build",
    "checks",
    "file_name",
    "line_total",
    "progressive_code",
    "read",
    "validate",
]

NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
SERIAL_TAG = "MATRICOLA"
INTENT_TAG, INTENT_NATURE = "INTENTO", "N3.5"


def build(content: InvoiceContent, sender: Sender, progressive: str) -> bytes:
    """The XML of an invoice or credit note, as the schema orders it.

    `progressive` is the file's own code, up to ten characters. Raises `ValueError` for a draft or an unnumbered
    document, and for an identifier that the format cannot hold: those are never cut short.
    """
    if content.draft or content.number is None:
        raise ValueError("a draft is not sent to the exchange system")
    version: str = transmission_format(content.customer)
    root = etree.Element(f"{{{NAMESPACE}}}FatturaElettronica", {"versione": version}, nsmap={"p": NAMESPACE})
    header = etree.SubElement(root, "FatturaElettronicaHeader")
    _transmission(header, content.customer, sender, progressive, version)
    _seller(header, content.issuer, sender)
    _buyer(header, content.customer)
    body = etree.SubElement(root, "FatturaElettronicaBody")
    _general(etree.SubElement(body, "DatiGenerali"), content, content.number)
    goods = etree.SubElement(body, "DatiBeniServizi")
    for number, line in enumerate(content.lines, start=1):
        _line(goods, number, line, content.intent)
    for summary in content.summaries:
        _summary(goods, summary)
    if content.due_dates:
        _payments(body, content)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


# ---- Header ----------------------------------------------------------------------------------------------------------


def _transmission(header: etree._Element, customer: Customer, sender: Sender, progressive: str, version: str) -> None:
    node = etree.SubElement(header, "DatiTrasmissione")
    tax_id_node(node, "IdTrasmittente", (sender.transmitter_country, sender.transmitter_id))
    add(node, "ProgressivoInvio", exact(progressive, 10))
    add(node, "FormatoTrasmissione", version)
    code = recipient_code(customer)
    add(node, "CodiceDestinatario", code)
    if code == "0000000":
        add(node, "PECDestinatario", customer.certified_email)


def _seller(header: etree._Element, issuer: Letterhead, sender: Sender) -> None:
    node = etree.SubElement(header, "CedentePrestatore")
    identity = etree.SubElement(node, "DatiAnagrafici")
    tax_id_node(identity, "IdFiscaleIVA", tax_id(issuer.vat_number, issuer.address.country))
    add(identity, "CodiceFiscale", issuer.tax_code)
    add(etree.SubElement(identity, "Anagrafica"), "Denominazione", latin(issuer.name, 80))
    add(identity, "RegimeFiscale", sender.tax_regime)
    _address(node, "Sede", issuer.address)
    if sender.register_office and sender.register_number:
        register = etree.SubElement(node, "IscrizioneREA")
        add(register, "Ufficio", sender.register_office)
        add(register, "NumeroREA", exact(sender.register_number, 20))
        add(register, "CapitaleSociale", decimal(sender.share_capital, most=2))
        if sender.sole_shareholder is not None:
            add(register, "SocioUnico", "SU" if sender.sole_shareholder else "SM")
        add(register, "StatoLiquidazione", "LS" if sender.in_liquidation else "LN")
    if issuer.email:
        contacts = etree.SubElement(node, "Contatti")
        add(contacts, "Email", issuer.email)


def _buyer(header: etree._Element, customer: Customer) -> None:
    node = etree.SubElement(header, "CessionarioCommittente")
    identity = etree.SubElement(node, "DatiAnagrafici")
    vat, code = customer_ids(customer)
    if vat is not None:
        tax_id_node(identity, "IdFiscaleIVA", vat)
    add(identity, "CodiceFiscale", code)
    name = etree.SubElement(identity, "Anagrafica")
    if customer.given_name and customer.family_name and customer.kind == "consumer":
        add(name, "Nome", latin(customer.given_name, 60))
        add(name, "Cognome", latin(customer.family_name, 60))
    else:
        add(name, "Denominazione", latin(customer.name, 80))
    _address(node, "Sede", customer.address)


def _address(parent: etree._Element, tag: str, address: Address) -> None:
    node = etree.SubElement(parent, tag)
    add(node, "Indirizzo", latin(address.street, 60))
    if is_foreign(address):
        # The schema knows five digits only; the true postcode stays readable before the town.
        add(node, "CAP", "00000")
        add(node, "Comune", latin(f"{address.postcode} {address.town}", 60))
    else:
        add(node, "CAP", address.postcode)
        add(node, "Comune", latin(address.town, 60))
        add(node, "Provincia", address.province)
    add(node, "Nazione", address.country)


# ---- Body ------------------------------------------------------------------------------------------------------------


def _general(node: etree._Element, content: InvoiceContent, number: str) -> None:
    document = etree.SubElement(node, "DatiGeneraliDocumento")
    add(document, "TipoDocumento", content.document_type)
    add(document, "Divisa", "EUR")
    add(document, "Data", content.issued_on.isoformat())
    add(document, "Numero", exact(number, 20))
    if content.stamp_duty is not None:
        stamp = etree.SubElement(document, "DatiBollo")
        add(stamp, "BolloVirtuale", "SI")
        add(stamp, "ImportoBollo", decimal(content.stamp_duty, most=2))
    add(document, "ImportoTotaleDocumento", decimal(content.total, most=2))
    for reason in content.reasons:
        for part in chunks(reason, 200):
            add(document, "Causale", part)
    for tag, references in (
        ("DatiOrdineAcquisto", content.orders),
        ("DatiContratto", content.contracts),
        ("DatiFattureCollegate", content.related_invoices),
    ):
        for reference in references:
            _reference(node, tag, reference)
    for delivery in content.deliveries:
        note = etree.SubElement(node, "DatiDDT")
        add(note, "NumeroDDT", exact(delivery.number, 20))
        add(note, "DataDDT", delivery.issued_on.isoformat())
        for line in delivery.lines:
            add(note, "RiferimentoNumeroLinea", str(line))


def _reference(parent: etree._Element, tag: str, reference: DocumentReference) -> None:
    node = etree.SubElement(parent, tag)
    for line in reference.lines:
        add(node, "RiferimentoNumeroLinea", str(line))
    add(node, "IdDocumento", exact(reference.number, 20))
    add(node, "Data", reference.issued_on.isoformat() if reference.issued_on else None)
    add(node, "NumItem", exact(reference.item, 20))
    add(node, "CodiceCommessaConvenzione", latin(reference.project, 100) if reference.project else None)
    add(node, "CodiceCUP", exact(reference.cup, 15))
    add(node, "CodiceCIG", exact(reference.cig, 15))


def _line(parent: etree._Element, number: int, line: InvoiceLine, intent: Intent | None) -> None:
    node = etree.SubElement(parent, "DettaglioLinee")
    add(node, "NumeroLinea", str(number))
    if line.code:
        code = etree.SubElement(node, "CodiceArticolo")
        add(code, "CodiceTipo", "INT")
        add(code, "CodiceValore", latin(line.code, 35))
    add(node, "Descrizione", latin(" - ".join(filter(None, (line.description, line.note))), 1000))
    add(node, "Quantita", decimal(line.quantity))
    add(node, "UnitaMisura", ascii_text(line.unit, 10) if line.unit else None)
    if line.period:
        add(node, "DataInizioPeriodo", line.period.starts_on.isoformat())
        add(node, "DataFinePeriodo", line.period.ends_on.isoformat())
    add(node, "PrezzoUnitario", decimal(line.unit_price / line.price_per))
    for percent in line.discounts:
        discount = etree.SubElement(node, "ScontoMaggiorazione")
        add(discount, "Tipo", "MG" if percent < 0 else "SC")
        add(discount, "Percentuale", decimal(abs(percent), most=2))
    add(node, "PrezzoTotale", decimal(line.amount, most=2))
    add(node, "AliquotaIVA", decimal(line.vat_rate, most=2))
    add(node, "Natura", line.vat_nature)
    if intent is not None and line.vat_nature == INTENT_NATURE:
        declared = etree.SubElement(node, "AltriDatiGestionali")
        add(declared, "TipoDato", INTENT_TAG)
        add(declared, "RiferimentoTesto", exact(intent.protocol, 60))
        add(declared, "RiferimentoData", intent.received_on.isoformat())
    for serial in line.serials:
        extra = etree.SubElement(node, "AltriDatiGestionali")
        add(extra, "TipoDato", SERIAL_TAG)
        add(extra, "RiferimentoTesto", latin(serial, 60))


def _summary(parent: etree._Element, summary: VatSummary) -> None:
    node = etree.SubElement(parent, "DatiRiepilogo")
    add(node, "AliquotaIVA", decimal(summary.rate, most=2))
    add(node, "Natura", summary.nature)
    add(node, "ImponibileImporto", decimal(summary.taxable, most=2))
    add(node, "Imposta", decimal(summary.tax, most=2))
    add(node, "EsigibilitaIVA", summary.chargeability)
    add(node, "RiferimentoNormativo", latin(summary.reference, 100) if summary.reference else None)


def _payments(body: etree._Element, content: InvoiceContent) -> None:
    node = etree.SubElement(body, "DatiPagamento")
    whole = "TP02" if len(content.due_dates) == 1 else "TP01"
    add(node, "CondizioniPagamento", "TP03" if content.advance else whole)
    for due in content.due_dates:
        _payment(node, due)


def _payment(parent: etree._Element, due: DueDate) -> None:
    node = etree.SubElement(parent, "DettaglioPagamento")
    add(node, "ModalitaPagamento", due.method)
    add(node, "DataScadenzaPagamento", due.due_on.isoformat())
    add(node, "ImportoPagamento", decimal(due.amount, most=2))
    add(node, "IstitutoFinanziario", latin(due.bank, 80) if due.bank else None)
    add(node, "IBAN", due.iban.replace(" ", "") if due.iban else None)
