"""How a proposal becomes a document (emissione): number, document and billed keys in one append."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.invoice import Invoice
from aggregates.invoice_values import taxed
from aggregates.party import Party
from aggregates.record_ref import RecordRef
from aggregates.rules.numbering import Document
from commands.base import Service
from commands.invoice_document import by_contract, customer_of, document, fee, renumbered
from commands.law_table import law_terms
from commands.number_register import take_number
from commands.work_billing import mark_billed

TakeNumber = Callable[[UUID], str]
"""The number of a document by its id."""


def issue(
    service: Service, invoice: Invoice, dated_on: date, series: str, act: Act, take: TakeNumber | None = None
) -> None:
    """Issue a proposed invoice; part of this append. Raises what its contracts, works, register and customer refuse.

    `take` gives the number, where a run numbers many at once.
    """
    invoice.confirm(act)
    lines = renumbered(invoice.lines)
    party = service.load(Party, invoice.terms.customer_id)
    customer = customer_of(party, dated_on)
    number = take(invoice.id) if take else take_number(service, Document.INVOICE, invoice.id, dated_on, act, series)
    for contract_id, billed in by_contract(lines).items():
        contract = service.load(Contract, contract_id)
        contract.bill(invoice.id, number, dated_on, [fee(line) for line in billed], act)
        service.save(contract)
    mark_billed(service, lines, RecordRef(kind="invoice", id=invoice.id, number=number), act)
    lines_taxed = taxed(lines, customer.vat, dated_on, law_terms(service))
    site = party.sites.get(invoice.terms.site_id) if invoice.terms.site_id else None
    invoice.issue(document(service, invoice, lines_taxed, customer, site, number, dated_on, series), act)
    service.save(invoice)
