"""One canonical content of a contract, of a proposal of one, and of a pre-invoice statement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from aggregates.contract_clauses import Clause
from aggregates.values import Period
from projections.documents.content import Content, Customer, Letterhead, Site, Source, VatSummary
from projections.documents.content_contract import (
    ContractContent,
    ContractProposalContent,
    FeeInstalment,
    ServedLine,
    ServiceLevel,
)
from projections.documents.content_invoice import DueDate
from projections.documents.content_pre_invoice import PreInvoiceContent, StatedLine


def contract_samples(
    company: Letterhead, customer: Customer, site: Site, source: tuple[Source, ...]
) -> dict[str, Content]:
    """The three, by their kind."""
    served = ServedLine(
        description="Stampante laser dipartimentale PR-1 con fascicolatore, cassetti da 550 fogli e mobiletto",
        code="PR-1",
        quantity=Decimal(2),
        serials=("SN-1", "SN-2"),
        starts_on=date(2026, 3, 12),
        annual_fee=Decimal("240.00"),
        covered=("manodopera", "viaggio", "diritto di chiamata"),
        note="12% l'anno del prezzo di vendita di € 2.000,00",
    )
    level = ServiceLevel(priority="Alta", response="2 h", resolve="8 h 30 min")
    contract = ContractContent(
        issuer=company,
        customer=customer,
        source=source,
        number="12/2026",
        issued_on=date(2026, 3, 20),
        signed_on=date(2026, 3, 20),
        kind_name="Manutenzione",
        subject="Assistenza stampanti",
        site=site,
        term=Period(starts_on=date(2026, 3, 12), ends_on=date(2027, 3, 11)),
        renewal="Rinnovo tacito di 12 mesi in 12 mesi, preavviso 60 giorni",
        customer_reference="ordine OA-77 del 01/03/2026",
        lines=(served,),
        annual_total=Decimal("240.00"),
        fee_terms="Canone annuale anticipato",
        payment_terms="Bonifico, 30 giorni fine mese",
        service_hours="Ore lavorative del calendario di servizio, festività escluse",
        service_levels=(level,),
        instalments=(
            FeeInstalment(
                period=Period(starts_on=date(2026, 3, 12), ends_on=date(2027, 3, 11)),
                billing_on=date(2026, 3, 12),
                amount=Decimal("240.00"),
            ),
        ),
        clauses=(
            Clause(title="Oggetto", text="Il fornitore presta il servizio sui beni elencati."),
            Clause(title="Rinnovo tacito e disdetta", text="Alla scadenza si rinnova tacitamente.", is_onerous=True),
        ),
    )
    proposal = ContractProposalContent(
        issuer=company,
        customer=customer,
        source=source,
        number="PRO-2026-0001",
        issued_on=date(2026, 3, 13),
        valid_until=date(2026, 4, 12),
        sale="ordine IC-2026-0012 del 02/03/2026",
        joins="12/2026",
        kind_name="Manutenzione",
        subject="Assistenza stampanti",
        lines=(served,),
        annual_total=Decimal("240.00"),
        fee_terms="Canone annuale anticipato",
        term="12 mesi",
        renewal="Senza rinnovo tacito: il contratto cessa alla scadenza",
        service_levels=(level,),
        needs_second_signature=True,
    )
    statement = PreInvoiceContent(
        issuer=company,
        customer=customer,
        source=source,
        number="PF-2026-0001",
        issued_on=date(2026, 9, 16),
        lines=(
            StatedLine(
                description="Assistenza",
                unit_price=Decimal("351.78"),
                amount=Decimal("351.78"),
                vat_rate=Decimal(22),
                period=Period(starts_on=date(2026, 9, 16), ends_on=date(2026, 12, 31)),
                why="Canone del periodo n. 1 del contratto 12/2026: 107 giorni.",
            ),
        ),
        summaries=(VatSummary(rate=Decimal(22), taxable=Decimal("351.78"), tax=Decimal("77.39")),),
        taxable=Decimal("351.78"),
        tax=Decimal("77.39"),
        total=Decimal("429.17"),
        payable=Decimal("429.17"),
        payment_terms="Bonifico, 30 giorni fine mese",
        due_dates=(DueDate(due_on=date(2026, 10, 31), amount=Decimal("429.17"), iban=company.iban),),
    )
    return {"contract": contract, "contract_proposal": proposal, "pre_invoice": statement}
