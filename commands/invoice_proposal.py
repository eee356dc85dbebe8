"""Billing runs (proposta di fatturazione): what is due becomes proposed invoices, every contract by itself (R1.15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal
from aggregates.billable import Billable
from aggregates.contract import Contract
from aggregates.contract_ledger import Fee
from aggregates.contract_terms import ContractHeader
from aggregates.invoice import Invoice
from aggregates.invoice_values import InvoiceLine, LineSource, OrderReference, Terms
from aggregates.party import Party, PaymentMethod
from aggregates.record_ref import RecordRef
from aggregates.rules.billing import FEE, Instalment
from aggregates.rules.line_amounts import line_total
from aggregates.rules.payment_terms import PaymentTerms
from aggregates.rules.vat import Supply, VatCustomer, vat_treatment
from aggregates.values import Period, Rate, Value, rome_date
from commands.base import Answer, Command, Service
from commands.company import parameters
from commands.law_table import law_terms
from commands.work_billing import bill_of, billed_records, hold


class ProposeInvoices(Command):
    """Propose invoices for all that is due by a day, missed months included; the same run again proposes nothing.

    Fees of contracts, closed calls that are charged, accepted quotes: one invoice per customer, payment terms, VAT
    regime and order. What cannot be billed is left alone with its reason. At most `limit` contracts, and as many calls
    and quotes, at once: `more` says that some are left. With ids of contracts, calls or quotes, only these.
    """

    until: date | None = Field(default=None, description="Left out, today.", examples=["2026-09-16"])
    customer_id: UUID | None = Field(default=None, description="Only this customer's contracts.")
    contract_ids: tuple[UUID, ...] | None = Field(default=None, description="Only these contracts.")
    call_ids: tuple[UUID, ...] | None = Field(default=None, description="Only these calls.")
    quote_ids: tuple[UUID, ...] | None = Field(default=None, description="Only these quotes.")
    limit: int = Field(default=200, ge=1, le=1000)


class ManualLine(Value):
    """A line of an invoice written by hand or made from another record."""

    description: str = Field(min_length=1, max_length=1000, examples=["Diritto di chiamata"])
    code: str | None = None
    quantity: Rate = Field(default=Decimal(1), ge=0)
    unit: str | None = None
    unit_price: Rate = Field(examples=["35.00"])
    discounts: tuple[Rate, ...] = ()
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


@dataclass
class _Group:
    """The instalments, calls and quotes that go on one invoice."""

    terms: Terms
    lines: list[InvoiceLine] = field(default_factory=list)
    fees: dict[UUID, list[Fee]] = field(default_factory=dict)
    sites: set[UUID | None] = field(default_factory=set)
    works: list[Billable] = field(default_factory=list)


def propose_invoices(cmd: ProposeInvoices, act: Act, service: Service) -> Answer:
    """Handles `ProposeInvoices`."""
    until = cmd.until or rome_date(act.at)
    wanted, works = _wanted(cmd, until, service)
    groups: dict[tuple[Any, ...], _Group] = {}
    parked = []
    for contract_id in dict.fromkeys(wanted[: cmd.limit]):
        try:
            contract = service.load(Contract, contract_id)
            found = _regimes(contract, until, service)
        except (Refusal, ValueError) as problem:
            parked.append(_park(contract_id, problem, act, service))
            continue
        for regime, instalment in found:
            _put(groups, contract, regime, instalment)
    for kind, record_id in dict.fromkeys(works[: cmd.limit]):
        try:
            _put_work(groups, kind, record_id, until, service)
        except (Refusal, ValueError) as problem:
            code, reason = _why(problem)
            parked.append({f"{kind}_id": record_id, "code": code, "reason": reason})
    proposed = [_propose(group, n, until, act, service) for n, group in enumerate(groups.values())]
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
    return {"invoice_id": invoice.id, "net": _net(lines)}


def _wanted(cmd: ProposeInvoices, until: date, service: Service) -> tuple[Sequence[UUID], Sequence[tuple[str, UUID]]]:
    """The contracts, calls and quotes of this run."""
    if cmd.contract_ids is None and cmd.call_ids is None and cmd.quote_ids is None:
        contracts = service.lookups.contracts_due(until, cmd.customer_id, cmd.limit + 1)
        return contracts, service.lookups.work_due(until, cmd.customer_id, cmd.limit + 1)
    works = [("call", each) for each in cmd.call_ids or ()] + [("quote", each) for each in cmd.quote_ids or ()]
    return cmd.contract_ids or (), works


def _put_work(groups: dict[tuple[Any, ...], _Group], kind: str, record_id: UUID, until: date, service: Service) -> None:
    """Add a call or quote, whole, to the invoice of its terms and VAT regimes; one worth nothing stays away."""
    record, terms, bill = bill_of(service, kind, record_id, until)
    if record.billed_by is not None or bill.net == 0:
        return
    customer = service.load(Party, terms.customer_id).vat_customer
    regimes = sorted({_regime(customer, line.supply, until, service) for line in bill.lines})
    terms, site_id = terms.model_copy(update={"site_id": None}), terms.site_id
    group = groups.setdefault((terms, "/".join(regimes)), _Group(terms))
    first = len(group.lines) + 1
    group.lines.extend(line.model_copy(update={"number": n}) for n, line in enumerate(bill.lines, first))
    group.works.append(record)
    group.sites.add(site_id)


def _regimes(contract: Contract, until: date, service: Service) -> list[tuple[str, Instalment]]:
    """What is due, each with its VAT regime on that day: what may not stand together on one document (R8.10)."""
    due = contract.due(until)
    if not due:
        return []
    customer = service.load(Party, contract.state.header.customer_id).vat_customer
    return [(_regime(customer, _supply(contract, each), until, service), each) for each in due]


def _regime(customer: VatCustomer, supply: Supply, on: date, service: Service) -> str:
    treatment = vat_treatment(customer, supply, on, law_terms(service))
    return treatment.nature or str(treatment.chargeability)


def _supply(contract: Contract, instalment: Instalment) -> Supply:
    line = contract.state.line(instalment.key.line_id)
    return (line.supply if line else None) or contract.state.header.supply


def _put(groups: dict[tuple[Any, ...], _Group], contract: Contract, regime: str, instalment: Instalment) -> None:
    header = contract.state.header
    terms = _terms(header)
    group = groups.setdefault((terms, regime), _Group(terms))
    group.lines.append(_line(contract, instalment, len(group.lines) + 1))
    fee = Fee(key=instalment.key, period=instalment.period, amount=instalment.amount)
    group.fees.setdefault(contract.id, []).append(fee)
    group.sites.add(header.site_id)


def _terms(header: ContractHeader) -> Terms:
    return Terms(
        customer_id=header.customer_id,
        payment_terms=header.payment_terms,
        payment_method=header.payment_method,
        order=OrderReference(number=header.order_number, ordered_on=header.order_on, cig=header.cig, cup=header.cup),
    )


def _line(contract: Contract, instalment: Instalment, number: int) -> InvoiceLine:
    state, header = contract.state, contract.state.header
    line = state.line(instalment.key.line_id)
    return InvoiceLine(
        number=number,
        description=line.description if line else header.title or f"Canone contratto {state.number}",
        code=line.article_code if line else None,
        unit_price=instalment.amount,
        amount=instalment.amount,
        supply=_supply(contract, instalment),
        period=instalment.period,
        serials=line.serials if line else (),
        serial_item_ids=line.serial_item_ids if line else (),
        revenue_account=(line.revenue_account if line else None) or header.revenue_account,
        job=(line.job if line else None) or header.job,
        cost_centre=(line.cost_centre if line else None) or header.cost_centre,
        source=LineSource(
            kind=FEE,
            contract_id=contract.id,
            contract_number=state.number,
            key=instalment.key,
            billing_on=instalment.billing_on,
            why=instalment.why,
        ),
    )


def _manual_line(line: ManualLine, number: int, service: Service) -> InvoiceLine:
    contract = service.load(Contract, line.contract_id) if line.contract_id else None
    supply = line.supply or (contract.state.header.supply if contract else Supply())
    shared = line.model_dump(
        include={"description", "code", "quantity", "unit", "unit_price", "discounts", "revenue_account", "job", "note"}
    )
    return InvoiceLine(
        number=number,
        **shared,
        amount=line_total(line.unit_price, line.quantity, line.discounts),
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


def _propose(group: _Group, n: int, until: date, act: Act, service: Service) -> dict[str, Any]:
    sites = group.sites
    terms = group.terms.model_copy(update={"site_id": next(iter(sites)) if len(sites) == 1 else None})
    invoice = Invoice.propose(service.new_id(f"invoice-{n}"), terms, group.lines, until, act)
    for contract_id, fees in group.fees.items():
        contract = service.load(Contract, contract_id)
        contract.propose_fees(invoice.id, fees, act)
        service.save(contract)
    hold(service, group.works, invoice.id, act)
    service.save(invoice)
    return {
        "invoice_id": invoice.id,
        "customer_id": terms.customer_id,
        "lines": len(group.lines),
        "net": _net(group.lines),
    }


def _net(lines: Iterable[InvoiceLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal("0.00"))


def _park(contract_id: UUID, problem: Refusal | ValueError, act: Act, service: Service) -> dict[str, Any]:
    """Leave one contract alone with its reason, so that the others are billed."""
    code, reason = _why(problem)
    try:
        contract = service.load(Contract, contract_id)
        contract.park(code, reason, act)
        service.save(contract)
    except (Refusal, ValueError):
        pass  # a contract that can't be loaded can't note its reason: the answer says it
    return {"contract_id": contract_id, "code": code, "reason": reason}


def _why(problem: Refusal | ValueError) -> tuple[str, str]:
    return problem.code() if isinstance(problem, Refusal) else "billing-failed", str(problem)
