"""The sheet of a contract and the list of renewals (scheda contratto, rinnovi): every period with what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.because import reasons_of
from aggregates.contract_state import Block, BlockReason, ContractState
from aggregates.rules.arrears import blocks_from
from aggregates.rules.billing import Instalment, instalments
from projections.arrears import arrears_of, parameters_on
from projections.base import Ask, Page, Reader, Row, page
from projections.contract_settlement import still_due
from projections.contract_tables import keys
from projections.contracts import STATUS, TODAY
from projections.renewals import annual_fee, consumer_rights

NOTHING = Decimal("0.00")
ONE_DAY = timedelta(days=1)


class ContractSheet(Ask):
    """One contract, with its status on a day."""

    contract_id: UUID
    on: date | None = None


def contract_sheet(reader: Reader, ask: ContractSheet) -> dict[str, Any] | None:
    """Header, lines, terms, notices, blocks, and every fee period: what it should be and what was billed."""
    row = reader.row(
        f"select *, {STATUS} as status_on, {TODAY} as today from {{contract}} where contract_id = %(contract_id)s",  # noqa: S608 - own constants only
        ask.model_dump(),
    )
    if row is None:
        return None
    fees = reader.rows(
        """select line_id, number, kind, attempt, starts_on, ends_on, amount, credited, state, invoice_id,
                  invoice_number, billed_on
             from {contract_fee} where contract_id = %(contract_id)s order by number, line_id, attempt""",
        {"contract_id": ask.contract_id},
    )
    state = ContractState.model_validate(row.pop("state"))
    reopened = keys(row.pop("reopened"))
    row.pop("held")
    today, row["status"] = row.pop("today"), row.pop("status_on")
    then, rights = state.on(today), consumer_rights(state, today)
    terms = state.fee_terms()
    found = list(instalments(terms, state.billed_through, None, reopened)) if terms else []
    found += still_due(row)
    over = {_place(each["key"]): Decimal(each["amount"]) for each in row.pop("credits") or ()}
    row.pop("differences")
    block = _block(reader, state, today)
    return {
        **row,
        "header": then.header.model_dump(mode="json"),
        "lines": [line.model_dump(mode="json") for line in then.lines],
        "changes": [change.model_dump(mode="json") for change in state.changes],
        "terms": [{"number": n, **term.model_dump()} for n, term in enumerate(state.terms, 1)],
        "notice": state.notice.model_dump() if state.notice else None,
        "blocks": [each.model_dump() for each in state.blocks],
        "charges": [each.model_dump(mode="json") for each in state.charges],
        "is_blocked": block is not None,
        "blocked_from": block.from_on if block else None,
        "block_reason": block.reason if block else None,
        "consumer": rights,
        "annual_fee": annual_fee(state, today),
        "notice_received_on": state.notice.received_on if state.notice else None,
        "successor_id": state.ending.successor_id if state.ending else None,
        "predecessor_id": state.predecessor_id,
        "elsewhere": [mark.model_dump(mode="json") for mark in state.elsewhere],
        "ending": state.ending.model_dump() if state.ending else None,
        "billed_through": state.billed_through,
        "periods": list(_periods(found, fees, over)),
    }


def _block(reader: Reader, state: ContractState, today: date) -> Block | None:
    """The block of the day; one for arrears has ended once they are paid, before the duty notes it (R1.10)."""
    block = state.block(today)
    if block is None or block.reason is not BlockReason.ARREARS or block.until_on is not None:
        return block
    ours, owed = parameters_on(reader, today), arrears_of(reader, state.header.customer_id, today)
    if not ours.arrears_block:
        return block
    limits = (ours.block_grace_days, ours.block_threshold)
    still = blocks_from(owed.overdue.amount, owed.oldest_due_on, *limits) if owed else None
    if still is not None and still <= today:
        return block
    return state.unblocked(today - ONE_DAY, BlockReason.ARREARS).block(today)


def _periods(found: list[Instalment], fees: list[Row], over: Mapping[tuple[Any, ...], Decimal]) -> Iterator[Row]:
    """Each instalment beside what was billed; `difference` below zero is to be credited.

    What a billed period lacks is an instalment of its own, of the kind `difference`.
    """
    billed = {(fee["line_id"], fee["number"], fee["kind"], fee["attempt"]): fee for fee in fees}
    for each in found:
        fee = billed.pop((each.key.line_id, each.key.number, each.key.kind, each.key.attempt), None)
        yield _period(each.key.model_dump(), each.period.starts_on, each.period.ends_on, each, fee, over)
    for fee in billed.values():
        key = {name: fee[name] for name in ("line_id", "number", "kind", "attempt")}
        yield _period(key, fee["starts_on"], fee["ends_on"], None, fee, over)


def _period(
    key: Row,
    starts_on: date,
    ends_on: date,
    due: Instalment | None,
    fee: Row | None,
    over: Mapping[tuple[Any, ...], Decimal],
) -> Row:
    amount = due.amount if due else NOTHING
    return {
        **key,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "billing_on": due.billing_on if due else None,
        "amount": amount,
        "state": fee["state"] if fee else "due",
        "billed": fee["amount"] if fee else None,
        "credited": fee["credited"] if fee else None,
        "difference": -over.get(_place(key), NOTHING),
        "invoice_id": fee["invoice_id"] if fee else None,
        "invoice_number": fee["invoice_number"] if fee else None,
        "why": due.told if due else None,
        "why_because": reasons_of(due.because) if due else [],
    }


def _place(key: Row) -> tuple[Any, ...]:
    return (str(key["line_id"]), key["number"], key["kind"], key["attempt"])


class RenewalsDue(Page):
    """Contracts that renew themselves by a day, or with `days` ahead also those whose notice day is near."""

    on: date | None = None
    days: int = 0


def renewals_due(reader: Reader, ask: RenewalsDue) -> dict[str, Any]:
    """Contracts whose tacit renewal is due, the longest due first."""
    return page(
        reader,
        ask,
        f"""select c.contract_id, c.number, c.customer_id, p.name as customer, c.ends_on, c.last_notice_on, c.renews_on
              from {{contract}} c left join {{party}} p on p.party_id = c.customer_id
             where c.renews_on <= {TODAY} + %(days)s::integer""",  # noqa: S608 - own constants only
        order=("renews_on", "contract_id"),
    )


class ExpiringContracts(Page):
    """Contracts in force that end within some days and do not renew themselves (R1.9)."""

    on: date | None = None
    days: int = 90


def expiring_contracts(reader: Reader, ask: ExpiringContracts) -> dict[str, Any]:
    """Contracts to be renewed by hand or let go, the first to end first."""
    return page(
        reader,
        ask,
        f"""select c.contract_id, c.number, c.customer_id, p.name as customer, c.ends_on, c.status,
                   c.ends_on - {TODAY} as days_left,
                   case when c.ends_on - {TODAY} <= 30 then 30
                        when c.ends_on - {TODAY} <= 60 then 60 else 90 end as within
              from {{contract}} c left join {{party}} p on p.party_id = c.customer_id
             where c.ends_on between {TODAY} and {TODAY} + %(days)s::integer
               and c.renews_on is null and c.status in ('in_force', 'under_notice')""",  # noqa: S608 - own constants only
        order=("ends_on", "contract_id"),
    )


class FindContracts(Page):
    """Contracts by number, title or customer, by their status on a day, or by the day they end."""

    text: str | None = None
    customer_id: UUID | None = None
    status: str | None = None
    kind: str | None = None
    on: date | None = None
    """The day of the status; left out, today."""
    ends_by: date | None = None


def find_contracts(reader: Reader, ask: FindContracts) -> dict[str, Any]:
    """The contracts that match, by id of the customer and contract."""
    return page(
        reader,
        ask,
        f"""select * from (
              select c.contract_id, c.number, c.customer_id, p.name as customer, p.code as customer_code, c.site_id,
                     c.kind, c.nature, c.title, c.starts_on, c.ends_on, c.signed_on, c.last_notice_on, c.renews_on,
                     c.next_billing_on, c.parked_reason, c.parked_because, {STATUS} as status
                from {{contract}} c left join {{party}} p on p.party_id = c.customer_id
               where (%(text)s::text is null
                      or concat_ws(' ', c.number, c.title, p.name, p.code) ilike '%%' || %(text)s || '%%')
                 and (%(customer_id)s::uuid is null or c.customer_id = %(customer_id)s)
                 and (%(kind)s::text is null or c.kind = %(kind)s)
                 and (%(ends_by)s::date is null or c.ends_on <= %(ends_by)s)) as found
            where %(status)s::text is null or status = %(status)s""",  # noqa: S608 - own constants only
        order=("customer_id", "contract_id"),
    )
