"""Billing runs (proposta di fatturazione): what is due becomes proposed invoices, every contract by itself (R1.15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.article import Article, article_id
from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.invoice import Invoice
from aggregates.invoice_values import InvoiceLine, LineSource, OrderReference, Terms
from aggregates.party import Party, PaymentMethod
from aggregates.record_ref import RecordRef
from aggregates.rules.line_amounts import line_total
from aggregates.rules.payment_terms import PaymentTerms
from aggregates.rules.vat import Supply
from aggregates.values import Discount, Period, Rate, Value, rome_date
from commands.base import Answer, Command, Service
from commands.company import parameters
from commands.invoice_groups import net, propose_due
from commands.words import Words
from commands.work_billing import billed_records, hold


class ProposeInvoices(Command):
    """Propose invoices for all that is due by a day, missed months included; the same run again proposes nothing.

    Fees of contracts, closed calls that are charged, accepted quotes, delivery notes of a month that is over: one
    invoice per customer, payment terms, VAT regime, order and kind of document. What cannot be billed is left alone
    with its reason. At most `limit` contracts, and as many works, at once: `more` says that some are left. With ids of
    contracts, calls, quotes or delivery notes, only these.
    """

    until: date | None = Field(default=None, description="Left out, today.", examples=["2026-09-16"])
    customer_id: UUID | None = Field(default=None, description="Only this customer's contracts.")
    contract_ids: tuple[UUID, ...] | None = Field(default=None, description="Only these contracts.")
    call_ids: tuple[UUID, ...] | None = Field(default=None, description="Only these calls.")
    quote_ids: tuple[UUID, ...] | None = Field(default=None, description="Only these quotes.")
    delivery_note_ids: tuple[UUID, ...] | None = Field(
        default=None, description="Only these delivery notes: their month need not be over, nor their year on approval."
    )
    limit: int = Field(default=200, ge=1, le=1000)


class ManualLine(Value):
    """A line of an invoice written by hand or made from another record."""

    description: Words = Field(min_length=1, max_length=1000, examples=["Diritto di chiamata"])
    code: str | None = None
    quantity: Rate = Field(default=Decimal(1), ge=0)
    unit: str | None = None
    unit_price: Rate = Field(examples=["35.00"])
    price_per: Rate | None = Field(
        default=None,
        gt=0,
        description="How many units the price is for: 100 for a price per hundred (R11.8); left out, the article's, "
        "where the code is one's.",
    )
    discounts: tuple[Discount, ...] = ()
    supply: Supply | None = None
    period: Period | None = None
    revenue_account: str | None = None
    job: str | None = None
    cost_centre: str | None = None
    note: str | None = None
    kind: str = Field(default="manual", examples=["call", "quote", "manual"])
    record: RecordRef | None = Field(default=None, description="The record it bills; a call or quote is billed once.")
    contract_id: UUID | None = Field(default=None, description="The contract it belongs to, for its reference.")
    why: str | None = None


class ProposeInvoice(Command):
    """Propose an invoice for a customer with the lines given."""

    invoice_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    customer_id: UUID
    site_id: UUID | None = None
    lines: tuple[ManualLine, ...] = Field(min_length=1)
    payment_terms: PaymentTerms | None = None
    payment_method: PaymentMethod | None = None
    order: OrderReference = OrderReference()
    reasons: tuple[str, ...] = ()


def propose_invoices(cmd: ProposeInvoices, act: Act, service: Service) -> Answer:
    """Handles `ProposeInvoices`."""
    until = cmd.until or rome_date(act.at)
    wanted, works = _wanted(cmd, until, service)
    proposed, parked = propose_due(wanted[: cmd.limit], works[: cmd.limit], until, act, service)
    return {"until": until, "invoices": proposed, "parked": parked, "more": max(len(wanted), len(works)) > cmd.limit}


def propose_invoice(cmd: ProposeInvoice, act: Act, service: Service) -> Answer:
    """Handles `ProposeInvoice`."""
    party = service.load(Party, cmd.customer_id)
    ours = parameters(service, rome_date(act.at))
    terms = Terms(
        customer_id=cmd.customer_id,
        site_id=cmd.site_id,
        payment_terms=cmd.payment_terms or party.terms.payment_terms or ours.payment_terms,
        payment_method=cmd.payment_method or party.terms.payment_method or ours.payment_method,
        order=cmd.order,
    )
    lines = [_manual_line(line, n, service) for n, line in enumerate(cmd.lines, 1)]
    invoice = Invoice.propose(
        cmd.invoice_id or service.new_id(), terms, lines, rome_date(act.at), act, reasons=cmd.reasons
    )
    hold(service, billed_records(service, lines), invoice.id, act)
    service.save(invoice)
    return {"invoice_id": invoice.id, "net": net(lines)}


def _wanted(cmd: ProposeInvoices, until: date, service: Service) -> tuple[Sequence[UUID], Sequence[tuple[str, UUID]]]:
    """The contracts, calls and quotes of this run."""
    if all(ids is None for ids in (cmd.contract_ids, cmd.call_ids, cmd.quote_ids, cmd.delivery_note_ids)):
        contracts = service.lookups.contracts_due(until, cmd.customer_id, cmd.limit + 1)
        return contracts, service.lookups.work_due(until, cmd.customer_id, cmd.limit + 1)
    works = [("call", each) for each in cmd.call_ids or ()] + [("quote", each) for each in cmd.quote_ids or ()]
    works += [("delivery-note", each) for each in cmd.delivery_note_ids or ()]
    return cmd.contract_ids or (), works


def _manual_line(line: ManualLine, number: int, service: Service) -> InvoiceLine:
    contract = service.load(Contract, line.contract_id) if line.contract_id else None
    supply = line.supply or (contract.state.header.supply if contract else Supply())
    shared = line.model_dump(
        include={"description", "code", "quantity", "unit", "unit_price", "discounts", "revenue_account", "job", "note"}
    )
    per = line.price_per or _multiplier(service, line.code)
    return InvoiceLine(
        number=number,
        **shared,
        price_per=per,
        amount=line_total(line.unit_price, line.quantity, line.discounts, per),
        cost_centre=line.cost_centre,
        supply=supply,
        period=line.period,
        source=LineSource(
            kind=line.kind,
            contract_id=line.contract_id,
            contract_number=contract.state.number if contract else None,
            record=line.record,
            why=line.why,
        ),
    )


def _multiplier(service: Service, code: str | None) -> Decimal:
    """How many units the price of an article is for, the same from call to invoice (R11.8); 1 for other codes."""
    article = service.find(Article, article_id(code)) if code else None
    return article.details.price_multiplier if article else Decimal(1)
