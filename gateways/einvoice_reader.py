"""Sales invoices that others wrote (fatture in formato FatturaPA), read as they are.

Tolerant of what varies between writers: namespace prefixes, versions of the format, several bodies in one file,
signatures inside the file. A signed `.p7m` envelope must be opened before. Nothing is fetched or resolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from aggregates.values import Address, Period, Value
from gateways.einvoice_nodes import MissingElement, amount_of, children, day_of, find, local_name, need, needed, text_of
from gateways.einvoice_schema import UnsafeXml, parse

SERIAL_TAGS = frozenset({"MATRICOLA", "MATR", "SERIALE", "SERIAL", "SN", "NUMSERIE", "SERIALNUM"})
_SERIAL_WORDS = re.compile(
    r"(?:\bmatricol[ae]\b|\bmatr\.|\bs/n\b|\bserial(?:e|\s+number|\s+no\.?)?\b|\bn(?:umero|\.)\s+(?:di\s+)?serie\b)"
    r"[\s:.#°n]*((?=[A-Z0-9/\-]*\d)[A-Z0-9][A-Z0-9/\-]{2,34})",
    re.IGNORECASE,
)


class NotAnInvoice(ValueError):
    """The file is not an electronic invoice, or a part that every invoice has is missing."""


class InvoiceParty(Value):
    """The seller or the customer of an invoice."""

    name: str
    given_name: str | None = None
    family_name: str | None = None
    vat_number: str | None = None
    """With its country first: `IT12345670017`."""
    tax_code: str | None = None
    address: Address | None = None


class SalesLine(Value):
    """A line as written: description (empty if there is none), quantity, price, VAT, and the serials it names."""

    number: int
    description: str
    code: str | None = None
    quantity: Decimal = Decimal(1)
    unit: str | None = None
    unit_price: Decimal
    amount: Decimal
    vat_rate: Decimal
    vat_nature: str | None = None
    serials: tuple[str, ...] = ()
    period: Period | None = None


class SalesDueDate(Value):
    """A payment the invoice asks for; without a date it is due at once."""

    due_on: date | None
    amount: Decimal
    method: str | None = None
    iban: str | None = None


class SalesDelivery(Value):
    """A delivery note that an invoice bills, and which of its lines; none means all."""

    number: str
    issued_on: date
    lines: tuple[int, ...] = ()


class SalesInvoice(Value):
    """One invoice or credit note of a file; amounts in the invoice's own currency, positive as written."""

    document_type: str
    number: str
    issued_on: date
    currency: str
    seller: InvoiceParty
    customer: InvoiceParty
    recipient_code: str | None = None
    certified_email: str | None = None
    public_body: bool = False
    lines: tuple[SalesLine, ...]
    taxable: Decimal
    tax: Decimal
    total: Decimal
    split_payment: bool = False
    due_dates: tuple[SalesDueDate, ...] = ()
    contracts: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    deliveries: tuple[SalesDelivery, ...] = ()
    related_invoices: tuple[str, ...] = ()


def read(xml: bytes) -> tuple[SalesInvoice, ...]:
    """Every invoice of a file, one per body, in order; raises `NotAnInvoice`."""
    try:
        root = parse(xml, forgive_namespaces=True)
    except UnsafeXml as error:
        raise NotAnInvoice(str(error)) from error
    if local_name(root) != "FatturaElettronica":
        raise NotAnInvoice(f"the file holds {local_name(root)}, not an electronic invoice")
    bodies = list(children(root, "FatturaElettronicaBody"))
    if not bodies:
        raise NotAnInvoice("the file has no FatturaElettronicaBody")
    try:
        header = need(root, "FatturaElettronicaHeader")
        return tuple(_invoice(header, body, (root.get("versione") or "").startswith("FPA")) for body in bodies)
    except (MissingElement, InvalidOperation, ValueError) as error:
        raise NotAnInvoice(str(error)) from error


def _invoice(header: etree._Element, body: etree._Element, public_body: bool) -> SalesInvoice:
    general = need(body, "DatiGenerali/DatiGeneraliDocumento")
    goods = need(body, "DatiBeniServizi")
    summaries = list(children(goods, "DatiRiepilogo"))
    taxable = sum((amount_of(s, "ImponibileImporto") for s in summaries), Decimal(0))
    tax = sum((amount_of(s, "Imposta") for s in summaries), Decimal(0))
    declared = text_of(general, "ImportoTotaleDocumento")
    return SalesInvoice(
        document_type=needed(general, "TipoDocumento"),
        number=needed(general, "Numero"),
        issued_on=day_of(needed(general, "Data")),
        currency=text_of(general, "Divisa") or "EUR",
        seller=_party(need(header, "CedentePrestatore")),
        customer=_party(need(header, "CessionarioCommittente")),
        recipient_code=text_of(header, "DatiTrasmissione/CodiceDestinatario"),
        certified_email=text_of(header, "DatiTrasmissione/PECDestinatario"),
        public_body=public_body,
        lines=tuple(_line(node) for node in children(goods, "DettaglioLinee")),
        taxable=taxable,
        tax=tax,
        total=Decimal(declared) if declared else taxable + tax,
        split_payment=any(text_of(s, "EsigibilitaIVA") == "S" for s in summaries),
        due_dates=tuple(_due(node) for payment in children(body, "DatiPagamento") for node in _details(payment)),
        contracts=tuple(_numbers(body, "DatiContratto")),
        orders=tuple(_numbers(body, "DatiOrdineAcquisto")),
        deliveries=tuple(_deliveries(body)),
        related_invoices=tuple(_numbers(body, "DatiFattureCollegate")),
    )


def _party(node: etree._Element) -> InvoiceParty:
    identity = need(node, "DatiAnagrafici")
    given, family = text_of(identity, "Anagrafica/Nome"), text_of(identity, "Anagrafica/Cognome")
    name = text_of(identity, "Anagrafica/Denominazione") or " ".join(filter(None, (given, family)))
    country, code = text_of(identity, "IdFiscaleIVA/IdPaese"), text_of(identity, "IdFiscaleIVA/IdCodice")
    return InvoiceParty(
        name=name,
        given_name=given,
        family_name=family,
        vat_number=f"{country or ''}{code}" if code else None,
        tax_code=text_of(identity, "CodiceFiscale"),
        address=_address(find(node, "Sede")),
    )


def _address(node: etree._Element | None) -> Address | None:
    if node is None:
        return None
    street = " ".join(filter(None, (text_of(node, "Indirizzo"), text_of(node, "NumeroCivico"))))
    province = (text_of(node, "Provincia") or "").upper()
    return Address(
        street=street[:60],
        postcode=text_of(node, "CAP") or "",
        town=(text_of(node, "Comune") or "")[:60],
        province=province if re.fullmatch(r"[A-Z]{2}", province) else None,
        country=(text_of(node, "Nazione") or "IT").upper(),
    )


def _line(node: etree._Element) -> SalesLine:
    description = text_of(node, "Descrizione") or ""
    start, end = text_of(node, "DataInizioPeriodo"), text_of(node, "DataFinePeriodo")
    codes = [
        (text_of(c, "CodiceTipo") or "", text_of(c, "CodiceValore") or "") for c in children(node, "CodiceArticolo")
    ]
    return SalesLine(
        number=int(needed(node, "NumeroLinea")),
        description=description,
        code=next((value for kind, value in codes if _tag(kind) not in SERIAL_TAGS and value), None),
        quantity=Decimal(text_of(node, "Quantita") or 1),
        unit=text_of(node, "UnitaMisura"),
        unit_price=amount_of(node, "PrezzoUnitario"),
        amount=amount_of(node, "PrezzoTotale"),
        vat_rate=amount_of(node, "AliquotaIVA"),
        vat_nature=text_of(node, "Natura"),
        serials=tuple(dict.fromkeys(_serials(node, codes, description))),
        period=Period(starts_on=day_of(start), ends_on=day_of(end)) if start and end and start <= end else None,
    )


def _serials(node: etree._Element, codes: list[tuple[str, str]], description: str) -> Iterator[str]:
    for kind, value in codes:
        if _tag(kind) in SERIAL_TAGS and value:
            yield value
    for extra in children(node, "AltriDatiGestionali"):
        serial = text_of(extra, "RiferimentoTesto")
        if _tag(text_of(extra, "TipoDato") or "") in SERIAL_TAGS and serial:
            yield serial
    for found in _SERIAL_WORDS.finditer(description):
        yield found[1].rstrip("-/").upper()


def _due(node: etree._Element) -> SalesDueDate:
    due_on = text_of(node, "DataScadenzaPagamento")
    return SalesDueDate(
        due_on=day_of(due_on) if due_on else None,
        amount=amount_of(node, "ImportoPagamento"),
        method=text_of(node, "ModalitaPagamento"),
        iban=text_of(node, "IBAN"),
    )


def _details(payment: etree._Element) -> Iterator[etree._Element]:
    return children(payment, "DettaglioPagamento")


def _numbers(body: etree._Element, tag: str) -> Iterator[str]:
    for node in children(need(body, "DatiGenerali"), tag):
        number = text_of(node, "IdDocumento")
        if number:
            yield number


def _deliveries(body: etree._Element) -> Iterator[SalesDelivery]:
    for node in children(need(body, "DatiGenerali"), "DatiDDT"):
        number, on = text_of(node, "NumeroDDT"), text_of(node, "DataDDT")
        if number and on:
            lines = (one.text for one in children(node, "RiferimentoNumeroLinea"))
            named = tuple(int(line) for line in lines if line and line.strip().isdigit())
            yield SalesDelivery(number=number, issued_on=day_of(on), lines=named)


def _tag(text: str) -> str:
    return re.sub(r"[^A-Z]", "", text.upper())
