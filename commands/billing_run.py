"""What people may ask of billing runs (elaborazioni di fatturazione): start, advance, confirm, give up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal
from aggregates.because import because, refused
from aggregates.billing_run import BillingRun, LeftAlone, RunInvoice, RunStage, RunTerms
from aggregates.invoice import Invoice
from aggregates.invoice_refusals import InvoiceDiscarded, InvoiceHeld, PaymentNoticeFirst
from aggregates.rules.numbering import Document
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.contract_dues import preload_machines
from commands.invoice import discard
from commands.invoice_groups import propose_due
from commands.invoice_issue import issue
from commands.invoice_notice import ask_for_payment
from commands.number_register import NumberBlock
from commands.words import Words

OPEN_PROPOSAL = "invoice"
"""Kind of a due that is proposed already and belongs to no run."""


class StartBillingRun(Command):
    """Bill all that is due by a day, of all customers or some: it is proposed in batches, then waits to be confirmed.

    With `issue_at_once` it is issued without waiting. The service carries it on by itself; `advance-billing-run` does
    the next batch at once.
    """

    run_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    until: date | None = Field(default=None, description="Left out, today.", examples=["2026-10-01"])
    customer_ids: tuple[UUID, ...] | None = Field(default=None, description="Only these customers; left out, all.")
    dated_on: date | None = Field(default=None, description="Date of the documents; left out, the day of issuing.")
    series: str = Field(default="", max_length=10, description="Number series (sezionale).")
    issue_at_once: bool = False
    note: str | None = Field(default=None, max_length=200, examples=["Canoni di ottobre"])


class AdvanceBillingRun(Command):
    """Do the next batch of a run that is proposing, issuing or discarding; one that rests is left as it is."""

    run_id: UUID
    limit: int = Field(default=200, ge=1, le=1000, description="Customers to propose, or invoices to issue, at most.")


class ChangeBillingRun(Command):
    """Date or number a run's documents otherwise, before it is confirmed; what is left out stays."""

    run_id: UUID
    dated_on: date | None = Field(default=None, examples=["2026-10-01"])
    series: str | None = Field(default=None, max_length=10)
    note: str | None = Field(default=None, max_length=200)


class ConfirmBillingRun(Command):
    """Say that a run was verified: its proposals are issued, but for those that are held."""

    run_id: UUID


class DiscardBillingRun(Command):
    """Give a run up: its proposals are discarded and what they bill is due again."""

    run_id: UUID
    reason: Words = Field(min_length=1, examples=["Listino errato"])


def start_billing_run(cmd: StartBillingRun, act: Act, service: Service) -> Answer:
    """Handles `StartBillingRun`; answers about how many customers have something due."""
    until = cmd.until or rome_date(act.at)
    shared = {name: getattr(cmd, name) for name in ("customer_ids", "dated_on", "series", "issue_at_once", "note")}
    customers = service.lookups.count_customers_due(until, cmd.customer_ids)
    run = BillingRun.start(cmd.run_id or service.new_id(), RunTerms(until_on=until, **shared), customers, act)
    service.save(run)
    return {"run_id": run.id, "until": until, "customers": customers}


def advance_billing_run(cmd: AdvanceBillingRun, act: Act, service: Service) -> Answer:
    """Handles `AdvanceBillingRun`: one batch, in one append."""
    run = service.load(BillingRun, cmd.run_id)
    if run.stage is RunStage.PROPOSING:
        _propose(run, cmd.limit, act, service)
    elif run.stage is RunStage.ISSUING:
        _issue(run, cmd.limit, act, service)
    elif run.stage is RunStage.DISCARDING:
        _discard(run, cmd.limit, act, service)
    service.save(run)
    return {"stage": run.stage, "invoices": len(run.invoice_ids), "reached": run.reached, "issued": run.issued}


def change_billing_run(cmd: ChangeBillingRun, act: Act, service: Service) -> None:
    """Handles `ChangeBillingRun`."""
    run = service.load(BillingRun, cmd.run_id)
    given = {name: value for name in ("dated_on", "series", "note") if (value := getattr(cmd, name)) is not None}
    run.change(run.terms.model_copy(update=given), act)
    service.save(run)


def confirm_billing_run(cmd: ConfirmBillingRun, act: Act, service: Service) -> None:
    """Handles `ConfirmBillingRun`."""
    run = service.load(BillingRun, cmd.run_id)
    run.confirm(act)
    service.save(run)


def discard_billing_run(cmd: DiscardBillingRun, act: Act, service: Service) -> None:
    """Handles `DiscardBillingRun`."""
    run = service.load(BillingRun, cmd.run_id)
    run.give_up(cmd.reason, act)
    service.save(run)


def _propose(run: BillingRun, limit: int, act: Act, service: Service) -> None:
    """Whole customers, so that all that one of them owes meets on its invoices; open proposals join the run."""
    terms = run.terms
    due = service.lookups.customers_due_after(terms.until_on, run.last_customer_id, terms.customer_ids, limit + 1)
    taken = due[:limit]
    contract_ids = [each for one in taken for each in one.contract_ids]
    works = [work for one in taken for work in one.works]
    service.preload(*(one.customer_id for one in taken), *contract_ids, *(record_id for _, record_id in works))
    preload_machines(service, contract_ids)
    proposed, parked = propose_due(
        contract_ids, [work for work in works if work[0] != OPEN_PROPOSAL], terms.until_on, act, service
    )
    invoices = [service.load(Invoice, key) for kind, key in works if kind == OPEN_PROPOSAL]
    invoices += [service.load(Invoice, each["invoice_id"]) for each in proposed]
    invoices = [each for each in invoices if each.is_open]
    run.note_proposed(
        [one.customer_id for one in taken],
        [each.id for each in invoices],
        sum((line.amount for each in invoices for line in each.lines), Decimal("0.00")),
        [_left_alone(each) for each in parked],
        act,
        is_last=len(due) <= limit,
    )


def _issue(run: BillingRun, limit: int, act: Act, service: Service) -> None:
    """Each invoice by itself: one that is refused is left alone and takes no number."""
    wanted = run.next_invoices(limit)
    invoices = _invoices(wanted, service)
    dated_on = run.terms.dated_on or rome_date(act.at)
    block = NumberBlock(service, Document.INVOICE, dated_on, run.terms.series, act)
    issued: list[RunInvoice] = []
    left_alone: list[LeftAlone] = []
    for invoice in (each for each in invoices if each.document is None):
        try:
            with service.attempt():
                issue(service, invoice, dated_on, run.terms.series, act, block.take)
        except (InvoiceDiscarded, InvoiceHeld) as waiting:
            left_alone.append(_not_issued(invoice, waiting))
        except PaymentNoticeFirst:
            left_alone.append(_asked(service, invoice.id, dated_on, act))
        except (Refusal, ValueError) as problem:
            block.give_back(invoice.id)
            left_alone.append(_not_issued(invoice, problem))
        else:
            issued.append(RunInvoice(invoice_id=invoice.id, number=_number(service, invoice.id)))
    block.keep()
    run.note_issued(run.reached + len(wanted), issued, left_alone, act)


def _discard(run: BillingRun, limit: int, act: Act, service: Service) -> None:
    wanted = run.next_invoices(limit)
    for invoice in _invoices(wanted, service):
        if invoice.document is None:
            discard(service, invoice, run.terms.note or "run given up", act)
    run.note_discarded(run.reached + len(wanted), act)


def _invoices(invoice_ids: Sequence[UUID], service: Service) -> list[Invoice]:
    """The invoices with all that they bill, in two round trips."""
    service.preload(*invoice_ids)
    invoices = [service.load(Invoice, invoice_id) for invoice_id in invoice_ids]
    sources = [line.source for invoice in invoices for line in invoice.proposed_lines]
    contracts = {source.contract_id for source in sources if source.contract_id}
    records = {source.record.id for source in sources if source.record}
    service.preload(*{invoice.terms.customer_id for invoice in invoices}, *contracts, *records)
    return invoices


def _asked(service: Service, invoice_id: UUID, on: date, act: Act) -> LeftAlone:
    """A customer who pays by notice gets one; the invoice is issued when it is paid (R1.19)."""
    invoice = service.load(Invoice, invoice_id)
    try:
        with service.attempt():
            notice = ask_for_payment(service, invoice, on, act)
    except (Refusal, ValueError) as problem:
        return _not_issued(invoice, problem)
    why = because("payment-requested", number=notice.number)
    return LeftAlone(kind="invoice", record_id=invoice_id, code=why.code, reason=why.italian, because=why)


def _number(service: Service, invoice_id: UUID) -> str:
    return service.load(Invoice, invoice_id).require_issued().number


def _not_issued(invoice: Invoice, problem: Refusal | ValueError) -> LeftAlone:
    code = problem.code() if isinstance(problem, Refusal) else "issuing-failed"
    return LeftAlone(kind="invoice", record_id=invoice.id, code=code, reason=str(problem), because=refused(problem))


def _left_alone(parked: dict[str, Any]) -> LeftAlone:
    kind, record_id = next((name[:-3], value) for name, value in parked.items() if name.endswith("_id"))
    return LeftAlone(
        kind=kind, record_id=record_id, code=parked["code"], reason=parked["reason"], because=parked["because"]
    )
