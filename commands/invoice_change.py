"""Proposals changed before they are issued (modifica della proposta): dated, paid, explained, regrouped otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.invoice import Invoice
from aggregates.invoice_values import InvoiceLine, OrderReference
from aggregates.party import PaymentMethod
from aggregates.rules.payment_terms import PaymentTerms
from commands.base import Answer, Command, Service
from commands.invoice_document import by_contract, deducted_advances, fee
from commands.work_billing import billed_records, release


class ChangeInvoice(Command):
    """Change a proposal before it is issued: its date, reasons, terms of payment, order; what is left out stays."""

    invoice_id: UUID
    dated_on: date | None = Field(default=None, description="Date it will be issued with.", examples=["2026-10-01"])
    reasons: tuple[str, ...] | None = Field(default=None, examples=[["Saldo lavori ottobre"]])
    payment_terms: PaymentTerms | None = None
    payment_method: PaymentMethod | None = None
    order: OrderReference | None = None
    site_id: UUID | None = None


class MoveInvoiceLines(Command):
    """Move lines of a proposal to another of the same customer and kind, or to a new one: an invoice is split.

    The lines of a call, quote or delivery note stay together.
    """

    invoice_id: UUID
    numbers: tuple[int, ...] = Field(min_length=1, examples=[[2, 3]])
    to_invoice_id: UUID | None = Field(default=None, description="Another proposal; left out, a new one.")


class MergeInvoices(Command):
    """Put all lines of a proposal on another of the same customer and kind; the first is given up."""

    invoice_id: UUID = Field(description="The proposal that stays.")
    from_invoice_id: UUID


def change_invoice(cmd: ChangeInvoice, act: Act, service: Service) -> None:
    """Handles `ChangeInvoice`."""
    invoice = service.load(Invoice, cmd.invoice_id)
    names = ("payment_terms", "payment_method", "order", "site_id")
    given: dict[str, Any] = {name: value for name in names if (value := getattr(cmd, name)) is not None}
    reasons = invoice.reasons if cmd.reasons is None else cmd.reasons
    dated_on = cmd.dated_on or invoice.planned_on
    invoice.change_terms(invoice.terms.model_copy(update=given), dated_on, reasons, act)
    service.save(invoice)


def move_invoice_lines(cmd: MoveInvoiceLines, act: Act, service: Service) -> Answer:
    """Handles `MoveInvoiceLines`: the contracts and works behind the lines follow in the same append."""
    source = service.load(Invoice, cmd.invoice_id)
    numbers = frozenset(cmd.numbers)
    if cmd.to_invoice_id is None:
        target_id = service.new_id("split")
        moved = source.give_lines(numbers, target_id, act)
        lines = [line.model_copy(update={"number": n}) for n, line in enumerate(moved, 1)]
        target = Invoice.propose(target_id, source.terms, lines, source.until_on, act, reasons=source.reasons)
    else:
        target = service.load(Invoice, cmd.to_invoice_id)
        moved = source.give_lines(numbers, target.id, act)
        target.add_lines(moved, source, act)
    service.save(source, target)
    _carry(service, source.id, target.id, moved, source.lines, act)
    return {"invoice_id": source.id, "to_invoice_id": target.id}


def merge_invoices(cmd: MergeInvoices, act: Act, service: Service) -> None:
    """Handles `MergeInvoices`."""
    target, source = service.load(Invoice, cmd.invoice_id), service.load(Invoice, cmd.from_invoice_id)
    moved = source.lines_to_move(frozenset(line.number for line in source.lines))
    target.add_lines(moved, source, act)
    source.discard("merged", act)
    service.save(target, source)
    _carry(service, source.id, target.id, moved, (), act)


def _carry(
    service: Service,
    source_id: UUID,
    target_id: UUID,
    moved: Sequence[InvoiceLine],
    left: Sequence[InvoiceLine],
    act: Act,
) -> None:
    """Let the other proposal hold what the lines bill; each fee as it was proposed, with what was measured."""
    for contract_id, lines in by_contract(moved).items():
        contract = service.load(Contract, contract_id)
        keys = [fee(line).key for line in lines]
        fees = [entry.fee for key in keys if (entry := contract.ledger.entry(key)) is not None]
        contract.release_fees(source_id, keys, act)
        contract.propose_fees(target_id, fees, act)
        service.save(contract)
    for advance in deducted_advances(service, moved):
        amount = advance.deductions.get(source_id)
        if amount is not None:
            advance.release_deduction(source_id, act)
            advance.propose_deduction(target_id, amount, act)
            service.save(advance)
    records = billed_records(service, moved)
    release(service, moved, left, source_id, act)
    for record in records:
        record.propose_billing(target_id, act)
        service.save(record)
