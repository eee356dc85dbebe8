"""How what is due is put together (raggruppamento): one invoice per customer, terms, VAT regime and order (R8.10).

A contract, call or quote that cannot be billed is left alone with its reason; the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.base import Act, Refusal
from aggregates.because import refused
from aggregates.contract import Contract
from aggregates.contract_ledger import Fee
from aggregates.contract_terms import ContractHeader, ContractLine
from aggregates.invoice import Invoice
from aggregates.invoice_values import InvoiceLine, LineSource, OrderReference, Terms
from aggregates.party import Party
from aggregates.rules.billing import Instalment
from aggregates.rules.vat import Supply, VatCustomer, vat_treatment
from commands.base import Service
from commands.contract_dues import contract_dues
from commands.delivery_note_billing import notes_first
from commands.invoice_advance import advances_by_record, deductions
from commands.law_table import law_terms
from commands.work_billing import Work, bill_of, billed_records, hold, settle_free


@dataclass
class _Group:
    """The instalments, calls and quotes that go on one invoice."""

    terms: Terms
    lines: list[InvoiceLine] = field(default_factory=list)
    fees: dict[UUID, list[Fee]] = field(default_factory=dict)
    sites: set[UUID | None] = field(default_factory=set)
    works: list[Work] = field(default_factory=list)
    work_keys: list[tuple[str, UUID]] = field(default_factory=list)

    @property
    def record_ids(self) -> list[UUID]:
        """The contracts and works that it bills."""
        return [*self.fees, *(work.id for work in self.works)]


Groups = dict[tuple[Any, ...], _Group]


def propose_due(
    contract_ids: Iterable[UUID], works: Iterable[tuple[str, UUID]], until: date, act: Act, service: Service
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Propose invoices for what is due of contracts and works; answers the proposals and what was left alone."""
    groups: Groups = {}
    parked = []
    for contract_id in dict.fromkeys(contract_ids):
        try:
            contract = service.load(Contract, contract_id)
            found = _regimes(contract, until, act, service)
        except (Refusal, ValueError) as problem:
            parked.append(_park(contract_id, problem, act, service))
            continue
        for regime, instalment in found:
            _put(groups, contract, regime, instalment)
    for kind, record_id in notes_first(service, works):
        try:
            _put_work(groups, kind, record_id, until, act, service)
        except (Refusal, ValueError) as problem:
            parked.append(_left(kind, record_id, problem))
    proposed = []
    advances = advances_by_record(service, [key for group in groups.values() for key in group.record_ids])
    for n, group in enumerate(groups.values()):
        try:
            with service.attempt():
                proposed.append(_propose(group, n, until, advances, act, service))
        except (Refusal, ValueError) as problem:
            parked += [_park(contract_id, problem, act, service) for contract_id in group.fees]
            parked += [_left(kind, key, problem) for kind, key in group.work_keys]
    return proposed, parked


def _put_work(groups: Groups, kind: str, record_id: UUID, until: date, act: Act, service: Service) -> None:
    """Add a work, whole, to the invoice of its terms and VAT regimes; one worth nothing stays away."""
    if any(record_id == known.id for group in groups.values() for known in group.works):
        return  # a repair's call that goes with its delivery note
    record, terms, bill = bill_of(service, kind, record_id, until)
    if record.billed_by is not None or bill.net == 0:
        return settle_free(service, record, bill, act)
    customer = service.load(Party, terms.customer_id).vat_customer_on(until)
    regimes = sorted({_regime(customer, line.supply, until, service) for line in bill.lines})
    terms, site_id = terms.model_copy(update={"site_id": None}), terms.site_id
    group = groups.setdefault((terms, "/".join(regimes)), _Group(terms))
    first = len(group.lines) + 1
    group.lines.extend(line.model_copy(update={"number": n}) for n, line in enumerate(bill.lines, first))
    group.works += billed_records(service, bill.lines)
    group.work_keys.append((kind, record_id))
    group.sites.add(site_id)


def _regimes(contract: Contract, until: date, act: Act, service: Service) -> list[tuple[str, Instalment]]:
    """What is due, each with its VAT regime on that day: what may not stand together on one document (R8.10)."""
    due = contract_dues(service, contract, until, act)
    if not due:
        return []
    customer = service.load(Party, contract.state.header.customer_id).vat_customer_on(until)
    return [(_regime(customer, _supply(contract, each), until, service), each) for each in due]


def _regime(customer: VatCustomer, supply: Supply, on: date, service: Service) -> str:
    treatment = vat_treatment(customer, supply, on, law_terms(service))
    return treatment.nature or str(treatment.chargeability)


def _supply(contract: Contract, instalment: Instalment) -> Supply:
    then = contract.state.on(instalment.billing_on)
    of = then.line(instalment.key.line_id) or then.charge(instalment.key.line_id)
    return (of.supply if of else None) or then.header.supply


def _put(groups: Groups, contract: Contract, regime: str, instalment: Instalment) -> None:
    header = contract.state.on(instalment.billing_on).header  # the terms of the day on which it falls due
    terms = _terms(header)
    group = groups.setdefault((terms, regime), _Group(terms))
    group.lines.append(_line(contract, instalment, len(group.lines) + 1))
    fee = Fee(**{name: getattr(instalment, name) for name in Fee.model_fields})
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
    state = contract.state.on(instalment.billing_on)
    header, line = state.header, state.line(instalment.key.line_id)
    machines = _machines(contract, instalment)
    return InvoiceLine(
        number=number,
        description=instalment.description or (line.description if line else None) or _title(contract),
        code=line.article_code if line else None,
        quantity=instalment.quantity,
        unit=instalment.unit,
        unit_price=instalment.amount if instalment.unit_price is None else instalment.unit_price,
        amount=instalment.amount,
        supply=_supply(contract, instalment),
        period=instalment.period,
        serials=machines.serials if machines else (),
        serial_item_ids=machines.serial_item_ids if machines else (),
        revenue_account=(line.revenue_account if line else None) or header.revenue_account,
        job=(line.job if line else None) or header.job,
        cost_centre=(line.cost_centre if line else None) or header.cost_centre,
        source=LineSource(
            kind=instalment.key.kind,
            contract_id=contract.id,
            contract_number=state.number,
            key=instalment.key,
            billing_on=instalment.billing_on,
            why=instalment.why,
            because=instalment.because,
        ),
    )


def _machines(contract: Contract, instalment: Instalment) -> ContractLine | None:
    """The line with the machines that it served when the instalment fell due, or on the nearest day it pays for."""
    days = instalment.period
    served_on = min(max(instalment.billing_on, days.starts_on), days.ends_on)
    return contract.state.on(served_on).line(instalment.key.line_id)


def _title(contract: Contract) -> str:
    return contract.state.header.title or f"Canone contratto {contract.state.number}"


def _propose(
    group: _Group, n: int, until: date, advances: Mapping[UUID, Sequence[UUID]], act: Act, service: Service
) -> dict[str, Any]:
    sites, invoice_id = group.sites, service.new_id(f"invoice-{n}")
    about = [each for record_id in group.record_ids for each in advances.get(record_id, ())]
    group.lines += deductions(service, invoice_id, group.lines, about, act)
    terms = group.terms.model_copy(update={"site_id": next(iter(sites)) if len(sites) == 1 else None})
    invoice = Invoice.propose(invoice_id, terms, group.lines, until, act)
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
        "net": net(group.lines),
    }


def net(lines: Iterable[InvoiceLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal("0.00"))


def _park(contract_id: UUID, problem: Refusal | ValueError, act: Act, service: Service) -> dict[str, Any]:
    """Leave one contract alone with its reason, so that the others are billed."""
    try:
        contract = service.load(Contract, contract_id)
        contract.park(_code(problem), str(problem), act, refused(problem))
        service.save(contract)
    except (Refusal, ValueError):
        pass  # a contract that can't be loaded can't note its reason: the answer says it
    return _left("contract", contract_id, problem)


def _left(kind: str, record_id: UUID, problem: Refusal | ValueError) -> dict[str, Any]:
    told = {"code": _code(problem), "reason": str(problem), "because": refused(problem).model_dump()}
    return {f"{kind}_id": record_id, **told}


def _code(problem: Refusal | ValueError) -> str:
    return problem.code() if isinstance(problem, Refusal) else "billing-failed"
