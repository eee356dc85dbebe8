"""What the tests of electronic invoices share: the schema, a sender, known invoices, asking by path."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from gateways import einvoice
from projections.documents.content_invoice import InvoiceContent
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
