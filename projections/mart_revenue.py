"""Revenue in the datamart (ricavi): every issued line, and its amount earned by machine and month (R12.2).

What is billed for days is earned over them (R1.18), hours of a pool when they are consumed or lapse (R2.7), calls when
they are completed, goods when they leave, everything else when it is invoiced.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from aggregates.call import Call
from aggregates.company import Company
from aggregates.contract import Contract
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_sale import PoolSale, SaleKind
from aggregates.invoice import Invoice
from aggregates.quote import Quote
from aggregates.rules.hour_pools import earned
from aggregates.rules.recognition import first_of
from aggregates.values import rome_date
from projections.base import ReadModel, Row, Rows, on
from projections.mart_revenue_rows import credit, put_lines
from projections.mart_revenue_tables import (
    AGREED,
    BASIS,
    CALL_OF,
    COMPLETED,
    FEE,
    LOT,
    NOTE,
    POOL,
    SALE,
    TABLES,
)

LineFact = Contract.LineAdded | Contract.LineRemoved | Contract.SerialReplaced


class MartRevenue(ReadModel):
    """Lines as invoiced and as earned; both sum to the taxable amounts of the documents."""

    NAME = "mart-revenue"
    TABLES = TABLES

    # What lines are billed with

    @on(Company.Founded)
    def founded(self, fact: Company.Founded, rows: Rows) -> None:
        """In what time is counted."""
        rows.put(BASIS, {"name": BASIS.name, "dated": {str(date.min): fact.parameters.accrual_basis.value}})

    @on(Company.ParametersSet)
    def parameters_set(self, fact: Company.ParametersSet, rows: Rows) -> None:
        """Perhaps in something else from a day on."""
        if fact.change.accrual_basis is not None:
            known = rows.get(BASIS, BASIS.name) or {"dated": {}}
            dated = {**known["dated"], str(fact.from_on): fact.change.accrual_basis.value}
            rows.put(BASIS, {"name": BASIS.name, "dated": dated})

    @on(Contract.Drafted, Contract.HeaderChanged)
    def agreed(self, fact: Contract.Drafted | Contract.HeaderChanged, rows: Rows) -> None:
        """Kind and agent of a contract."""
        known = rows.get(AGREED, fact.stream_id) or {"contract_id": fact.stream_id, "lines": []}
        rows.put(AGREED, {**known, "kind": fact.header.kind.value, "agent_id": fact.header.agent_id})

    @on(Contract.TermsChanged)
    def terms_changed(self, fact: Contract.TermsChanged, rows: Rows) -> None:
        """Perhaps another agent."""
        header = fact.change.header
        if header is not None and header.agent_id is not None:
            rows.patch(AGREED, fact.stream_id, agent_id=header.agent_id)

    @on(Contract.LineAdded)
    def line_added(self, fact: Contract.LineAdded, rows: Rows) -> None:
        """The machines of a line: a fee of the whole contract is split over all of them."""
        line = fact.line
        ended = str(line.ends_on) if line.ends_on else None
        line_id = str(line.line_id)
        told = {"line_id": line_id, "items": [str(each) for each in line.serial_item_ids], "ended": ended}
        _change_lines(fact, rows, lambda lines: [*_but(lines, line_id), told])

    @on(Contract.SerialReplaced)
    def serial_replaced(self, fact: Contract.SerialReplaced, rows: Rows) -> None:
        """A line goes on with another machine: documents issued from now on are split over that one."""
        line_id, old, new = (str(each) for each in (fact.swap.line_id, fact.swap.old_id, fact.swap.new_id))

        def changed(lines: list[Row]) -> list[Row]:
            items = {each["line_id"]: [new if item == old else item for item in each["items"]] for each in lines}
            return [{**each, "items": items[line_id]} if each["line_id"] == line_id else each for each in lines]

        _change_lines(fact, rows, changed)

    @on(Contract.LineRemoved)
    def line_removed(self, fact: Contract.LineRemoved, rows: Rows) -> None:
        """A line ends, or was only drafted."""
        line_id = str(fact.line_id)

        def changed(lines: list[Row]) -> list[Row]:
            ended = [{**each, "ended": str(fact.last_on)} for each in lines if each["line_id"] == line_id]
            return [*_but(lines, line_id), *(ended if fact.last_on else ())]

        _change_lines(fact, rows, changed)

    @on(Contract.NoticeReceived)
    def notice_received(self, fact: Contract.NoticeReceived, rows: Rows) -> None:
        """It ends on a day."""
        rows.patch(AGREED, fact.stream_id, ended_on=fact.acts_on)

    @on(Contract.NoticeWithdrawn)
    def notice_withdrawn(self, fact: Contract.NoticeWithdrawn, rows: Rows) -> None:
        """It goes on."""
        rows.patch(AGREED, fact.stream_id, ended_on=None)

    @on(Contract.Ended)
    def ended(self, fact: Contract.Ended, rows: Rows) -> None:
        """It ended."""
        rows.patch(AGREED, fact.stream_id, ended_on=fact.ending.last_on)

    @on(Quote.Drafted)
    def quoted(self, fact: Quote.Drafted, rows: Rows) -> None:
        """A quote for a call."""
        if fact.source is not None and fact.source.kind == "call":
            rows.put(CALL_OF, {"record_id": fact.stream_id, "call_id": fact.source.id})

    @on(Call.Closed)
    def call_closed(self, fact: Call.Closed, rows: Rows) -> None:
        """Work is completed: what was billed of it before is earned now (R12.2)."""
        month = first_of(rome_date(fact.act.at))
        known = rows.get(COMPLETED, fact.stream_id)
        rows.put(COMPLETED, {"call_id": fact.stream_id, "month": month, "is_awaited": False})
        for row in rows.select(FEE, call_id=fact.stream_id) if known and known["is_awaited"] else ():
            if row["month"] is None and row["source"] in ("call", "quote"):
                rows.put(FEE, {**row, "month": month, "position": rows.now.position})

    # Documents

    @on(Invoice.Proposed)
    def proposed(self, fact: Invoice.Proposed, rows: Rows) -> None:
        """A credit note is about an invoice."""
        if fact.corrects is not None:
            rows.put(NOTE, {"note_id": fact.stream_id, "line": 0, "corrects_id": fact.corrects.invoice_id})

    @on(Invoice.Issued)
    def issued(self, fact: Invoice.Issued, rows: Rows) -> None:
        """Its lines, and when they are earned."""
        put_lines(fact.stream_id, fact.document, rows)

    @on(Invoice.Credited)
    def credited(self, fact: Invoice.Credited, rows: Rows) -> None:
        """A credit note takes back what was earned, month by month."""
        for number, each in enumerate(fact.lines, 1):
            credit(fact.stream_id, fact.credit_note_id, fact.number, number, each, rows)

    # Hours bought beforehand

    @on(PoolSale.Agreed)
    def sale_agreed(self, fact: PoolSale.Agreed, rows: Rows) -> None:
        """Hours are sold: earned when consumed, those beyond the pool on their day."""
        sold = fact.sold
        told = {"is_purchase": sold.kind is SaleKind.PURCHASE, "sold_on": sold.sold_on}
        rows.put(SALE, {"sale_id": fact.stream_id, **told})

    @on(HourPool.Opened, HourPool.SubjectChanged)
    def pool(self, fact: HourPool.Opened | HourPool.SubjectChanged, rows: Rows) -> None:
        """Whose pool it is."""
        subject = fact.subject
        told = {"customer_id": subject.customer_id, "contract_id": subject.contract_id}
        rows.put(POOL, {"pool_id": fact.stream_id, **told})

    @on(HourPool.LotBought)
    def lot_bought(self, fact: HourPool.LotBought, rows: Rows) -> None:
        """Hours come in; what another system consumed of them is no revenue of ours."""
        lot = fact.lot
        told = {"price": lot.price.amount, "minutes": lot.minutes, "consumed": lot.used_before, "moves": 0}
        rows.put(LOT, {"lot_id": lot.lot_id, "pool_id": fact.stream_id, **told})
        if fact.repaid_minutes:
            _consume(rows, lot.lot_id, fact.repaid_minutes, lot.bought_on)

    @on(HourPool.HoursDrawn)
    def hours_drawn(self, fact: HourPool.HoursDrawn, rows: Rows) -> None:
        """Hours are consumed; those that had lapsed were earned already."""
        for part in fact.draw.parts:
            if part.pool_id == fact.stream_id:
                minutes = part.minutes - part.from_lapsed
                _consume(rows, part.lot_id, minutes, fact.draw.drawn_on, call_id=fact.draw.call_id)

    @on(HourPool.DrawReversed)
    def draw_reversed(self, fact: HourPool.DrawReversed, rows: Rows) -> None:
        """Hours come back."""
        for part in fact.returned:
            _consume(rows, part.lot_id, -part.minutes, rome_date(fact.act.at), call_id=fact.call_id)

    @on(HourPool.LotExpired)
    def lot_expired(self, fact: HourPool.LotExpired, rows: Rows) -> None:
        """Hours lapse and are earned (R2.7)."""
        _consume(rows, fact.lot_id, fact.minutes, fact.expired_on)


def _change_lines(fact: LineFact, rows: Rows, change: Any) -> None:
    known = rows.get(AGREED, fact.stream_id)
    if known is not None:
        rows.patch(AGREED, fact.stream_id, lines=change(known["lines"]))


def _but(lines: list[Row], line_id: str) -> list[Row]:
    return [each for each in lines if each["line_id"] != line_id]


def _consume(rows: Rows, lot_id: Any, minutes: Decimal, day: date, **named: Any) -> None:
    """Minutes of a lot: so much more is earned, so much less of what was billed is still to be earned."""
    lot = rows.get(LOT, lot_id)
    pool = rows.get(POOL, lot["pool_id"]) if lot else None
    if lot is None or pool is None:
        return
    consumed = lot["consumed"] + minutes
    amount = earned(lot["price"], consumed, lot["minutes"]) - earned(lot["price"], lot["consumed"], lot["minutes"])
    rows.patch(LOT, lot_id, consumed=consumed, moves=lot["moves"] + 2)
    about = {
        "document_id": lot_id, "line": 0, "part": 0, "source": "hour-pool", "customer_id": pool["customer_id"],
        "contract_id": pool["contract_id"], "record_kind": "hour-pool", "record_id": lot["pool_id"], **named,
        "starts_on": day, "ends_on": day, "position": rows.now.position,
    }  # fmt: skip
    rows.put(FEE, {**about, "number": lot["moves"] + 1, "month": first_of(day), "amount": amount})
    rows.put(FEE, {**about, "number": lot["moves"] + 2, "month": None, "amount": -amount})
