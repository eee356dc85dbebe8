"""Billing runs and how far they are (elaborazioni di fatturazione), and whose turn is next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.billable import CustomerDue
from aggregates.billing_run import AT_WORK, BillingRun, LeftAlone, RunStage
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

RUN = Table(
    "billing_run",
    {
        "run_id": "uuid", "stage": "text", "until_on": "date", "started_at": "timestamptz", "started_by": "text",
        "terms": "jsonb", "customers": "integer", "customers_done": "integer", "invoices": "integer",
        "reached": "integer", "issued": "integer", "net": "numeric", "batches": "integer", "first_number": "text",
        "last_number": "text", "left_alone": "jsonb", "reason": "text", "moved_at": "timestamptz",
    },
    ("run_id",),
    ("stage", "started_at"),
)  # fmt: skip
RUN_INVOICE = Table(
    "billing_run_invoice", {"run_id": "uuid", "place": "integer", "invoice_id": "uuid"}, ("run_id", "place")
)
DUE = """select customer_id, contract_id as record_id, 'contract' as kind
           from {contract} where next_billing_on <= %(until)s
         union all
         select customer_id, record_id, kind from {work_to_bill} where due_on <= %(until)s
         union all
         select customer_id, invoice_id, 'invoice' from {invoice} i
          where kind = 'invoice' and state in ('proposed', 'held', 'confirmed') and until_on <= %(until)s
            and not exists (select 1 from {billing_run_invoice} r where r.invoice_id = i.invoice_id)"""
"""Contracts and works with something due, and proposals that belong to no run."""
OF_THESE = "(%(customer_ids)s::uuid[] is null or customer_id = any(%(customer_ids)s))"


class BillingRuns(ReadModel):
    """Every billing run with its progress."""

    NAME = "billing-runs"
    TABLES = (RUN, RUN_INVOICE)

    @on(BillingRun.Started)
    def started(self, fact: BillingRun.Started, rows: Rows) -> None:
        """A run begins."""
        rows.put(
            RUN,
            {
                "run_id": fact.stream_id,
                "stage": RunStage.PROPOSING.value,
                "until_on": fact.terms.until_on,
                "started_at": fact.act.at,
                "started_by": fact.act.by,
                "terms": fact.terms.model_dump(mode="json"),
                "customers": fact.customers,
                **dict.fromkeys(("customers_done", "invoices", "reached", "issued", "batches"), 0),
                "net": Decimal("0.00"),
                "left_alone": [],
                "moved_at": fact.act.at,
            },
        )

    @on(BillingRun.BatchProposed)
    def batch_proposed(self, fact: BillingRun.BatchProposed, rows: Rows) -> None:
        """Some customers more are proposed."""
        run = rows.get(RUN, fact.stream_id)
        if run is None:
            return
        for place, invoice_id in enumerate(fact.invoice_ids, run["invoices"] + 1):
            rows.put(RUN_INVOICE, {"run_id": fact.stream_id, "place": place, "invoice_id": invoice_id})
        after = RunStage.ISSUING if run["terms"]["issue_at_once"] else RunStage.PROPOSED
        _advance(
            rows,
            run,
            fact,
            stage=after.value if fact.is_last else run["stage"],
            customers_done=run["customers_done"] + fact.customers,
            invoices=run["invoices"] + len(fact.invoice_ids),
            net=run["net"] + fact.net,
            left_alone=[*run["left_alone"], *_stored(fact.left_alone)],
        )

    @on(BillingRun.Changed)
    def changed(self, fact: BillingRun.Changed, rows: Rows) -> None:
        """Other dates or numbers."""
        rows.patch(RUN, fact.stream_id, terms=fact.terms.model_dump(mode="json"))

    @on(BillingRun.Confirmed)
    def confirmed(self, fact: BillingRun.Confirmed, rows: Rows) -> None:
        """It is being issued."""
        rows.patch(RUN, fact.stream_id, stage=RunStage.ISSUING.value, moved_at=fact.act.at)

    @on(BillingRun.BatchIssued)
    def batch_issued(self, fact: BillingRun.BatchIssued, rows: Rows) -> None:
        """Some invoices more are issued."""
        run = rows.get(RUN, fact.stream_id)
        if run is None:
            return
        numbers = [each.number for each in fact.invoices]
        _advance(
            rows,
            run,
            fact,
            stage=RunStage.ISSUED.value if fact.is_last else run["stage"],
            reached=fact.reached,
            issued=run["issued"] + len(numbers),
            first_number=run["first_number"] or (numbers[0] if numbers else None),
            last_number=numbers[-1] if numbers else run["last_number"],
            left_alone=[*run["left_alone"], *_stored(fact.left_alone)],
        )

    @on(BillingRun.GivenUp)
    def given_up(self, fact: BillingRun.GivenUp, rows: Rows) -> None:
        """It is being discarded."""
        rows.patch(RUN, fact.stream_id, stage=RunStage.DISCARDING.value, reason=fact.reason, moved_at=fact.act.at)

    @on(BillingRun.BatchDiscarded)
    def batch_discarded(self, fact: BillingRun.BatchDiscarded, rows: Rows) -> None:
        """Some proposals more are discarded."""
        run = rows.get(RUN, fact.stream_id)
        if run is not None:
            stage = RunStage.DISCARDED.value if fact.is_last else run["stage"]
            _advance(rows, run, fact, stage=stage, reached=fact.reached)


def _advance(rows: Rows, run: Row, fact: Any, **changed: Any) -> None:
    rows.patch(RUN, run["run_id"], batches=run["batches"] + 1, moved_at=fact.act.at, **changed)


def _stored(left_alone: Sequence[LeftAlone]) -> list[Row]:
    return [each.model_dump(mode="json") for each in left_alone]


class FindBillingRuns(Page):
    """Billing runs, the newest first; `at_work` only those with something left to do by themselves."""

    stage: RunStage | None = None
    at_work: bool = False


def find_billing_runs(reader: Reader, ask: FindBillingRuns) -> dict[str, Any]:
    """Each run with its stage, counts, amount and what was left alone."""
    at_work = "', '".join(AT_WORK)
    return page(
        reader,
        ask,
        f"""select *, jsonb_array_length(left_alone) as left_alone_count from {{billing_run}}
             where (%(stage)s::text is null or stage = %(stage)s)
               and (not %(at_work)s or stage in ('{at_work}'))""",  # noqa: S608 - own constants only
        order=("-started_at", "-run_id"),
    )


class BillingRunSheet(Ask):
    """One billing run."""

    run_id: UUID


def billing_run_sheet(reader: Reader, ask: BillingRunSheet) -> dict[str, Any] | None:
    """The run with its progress in percent: of the customers while it proposes, then of its invoices."""
    row = reader.row("select * from {billing_run} where run_id = %(run_id)s", ask.model_dump())
    if row is not None:
        is_proposing = row["stage"] == RunStage.PROPOSING.value
        done, whole = (row["customers_done"], row["customers"]) if is_proposing else (row["reached"], row["invoices"])
        row["percent"] = 100 if not whole else min(100, done * 100 // whole)
    return row


class BillingRunInvoices(Page):
    """The proposals and invoices of a run, in the order in which they are issued."""

    run_id: UUID
    state: str | None = None


def billing_run_invoices(reader: Reader, ask: BillingRunInvoices) -> dict[str, Any]:
    """Each with its customer, state, number and amounts."""
    return page(
        reader,
        ask,
        """select r.place, i.invoice_id, i.state, i.number, i.issued_on, i.customer_id, p.name as customer, i.taxable,
                  i.total, i.held_reason
             from {billing_run_invoice} r join {invoice} i on i.invoice_id = r.invoice_id
             left join {party} p on p.party_id = i.customer_id
            where r.run_id = %(run_id)s and (%(state)s::text is null or i.state = %(state)s)""",
        order=("place",),
    )


def count_customers_due(reader: Reader, until: date, customer_ids: Sequence[UUID] | None) -> int:
    """How many customers have something to bill by a day."""
    row = reader.row(
        f"select count(distinct customer_id) as found from ({DUE}) due where {OF_THESE}",  # noqa: S608 - own constants
        {"until": until, "customer_ids": list(customer_ids) if customer_ids is not None else None},
    )
    return int(row["found"]) if row else 0


def customers_due_after(
    reader: Reader, until: date, after: UUID | None, customer_ids: Sequence[UUID] | None, limit: int
) -> list[CustomerDue]:
    """Customers with the ids of their contracts and works due, by the customer's id, after one of them."""
    found = reader.rows(
        f"""select customer_id,
                   coalesce(array_agg(record_id order by record_id) filter (where kind = 'contract'), array[]::uuid[])
                       as contract_ids,
                   coalesce(jsonb_agg(jsonb_build_array(kind, record_id) order by kind, record_id)
                       filter (where kind <> 'contract'), '[]') as works
              from ({DUE}) due
             where (%(after)s::uuid is null or customer_id > %(after)s) and {OF_THESE}
             group by customer_id order by customer_id limit %(limit)s""",  # noqa: S608 - own constants only
        {
            "until": until,
            "after": after,
            "customer_ids": list(customer_ids) if customer_ids is not None else None,
            "limit": limit,
        },
    )
    return [
        CustomerDue(
            row["customer_id"], tuple(row["contract_ids"]), tuple((kind, UUID(key)) for kind, key in row["works"])
        )
        for row in found
    ]
