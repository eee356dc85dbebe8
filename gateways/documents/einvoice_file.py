"""The electronic invoice that goes with a printed one (file FatturaPA): its name, its bytes, what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from aggregates.company import LegalIdentity
from aggregates.issued_document import DocumentProblem
from aggregates.values import Value
from gateways import einvoice
from gateways.einvoice import Sender
from gateways.einvoice_parties import tax_id
from projections.documents.content_invoice import InvoiceContent

FORMAT = "FatturaPA 1.2"


class InvoiceFile(Value):
    """An electronic invoice as it goes to the exchange system."""

    name: str
    xml: bytes


def invoice_file(content: InvoiceContent, sender: Sender, sequence: int) -> InvoiceFile:
    """The file of an invoice. `sequence` is never given to two; raises `ValueError` as `einvoice.build`."""
    progressive = einvoice.progressive_code(sequence)
    return InvoiceFile(name=einvoice.file_name(sender, progressive), xml=einvoice.build(content, sender, progressive))


def problems(content: InvoiceContent, xml: bytes, schema: Path | None) -> tuple[DocumentProblem, ...]:
    """What the exchange system would refuse, and what the schema says where it is installed."""
    found = [
        DocumentProblem(code=each.code, message=each.message, values=each.values) for each in einvoice.checks(content)
    ]
    if schema is not None:
        found += [
            DocumentProblem(code="XSD", message="{finding}", values={"finding": each})
            for each in einvoice.validate(xml, schema)
        ]
    return tuple(found)


def sender_of(seller: LegalIdentity) -> Sender:
    """Who sends the file: the company itself, under its tax code or else its VAT number (R9.10)."""
    country, code = tax_id(seller.vat_number, seller.address.country)
    transmitter = seller.tax_code if country == "IT" and seller.tax_code else code
    return Sender(
        transmitter_id=transmitter,
        transmitter_country=country,
        tax_regime=seller.tax_regime,
        register_office=seller.rea_office,
        register_number=seller.rea_number,
        share_capital=seller.share_capital,
        sole_shareholder=seller.sole_shareholder,
        in_liquidation=seller.in_liquidation,
    )
