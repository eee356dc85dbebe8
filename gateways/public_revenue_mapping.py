"""How revenue is told month by month: which internal fact makes which fact of `public_revenue` (R1.18, R2.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from aggregates.closing import Closing
from aggregates.company import Company
from aggregates.contract import Contract
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_pricing import KIND as HOUR_POOL
from aggregates.hour_pool_sale import PoolSale, SaleKind
from aggregates.invoice import Invoice
from aggregates.invoice_values import ADVANCE, DEDUCTION, DocumentKind, IssuedDocument, IssuedLine
from aggregates.rules.accruals import AccrualBasis, MonthShare, changes, monthly, monthly_of
from aggregates.rules.hour_pools import earned
from aggregates.rules.recognition import Credit, earning_parts, earning_period
from aggregates.values import Period, rome_date
from gateways import public_revenue as told
from gateways.public_accounting import Context
from gateways.public_facts import PublicData

NOTHING = Decimal("0.00")
OURS = UUID("6a1e9d52-7c0b-5f43-9b1f-2d8c4e5a7b60")
"""Where the context keeps what holds for the whole company."""


def basis_founded(fact: Company.Founded, context: Context) -> None:
    """What time is counted in from the company's first day on."""
    context.remember(OURS, bases=[["0001-01-01", fact.parameters.accrual_basis.value]])


def basis_changed(fact: Company.ParametersSet, context: Context) -> None:
    """A company may change it, from a new year on."""
    if fact.change.accrual_basis is not None:
        known = context.recall(OURS).get("bases", [])
        context.remember(OURS, bases=[*known, [fact.from_on.isoformat(), fact.change.accrual_basis.value]])


def lines_kept(fact: Invoice.Issued, context: Context) -> None:
    """Credit notes change the months of the lines they credit; hours bought are earned on their line's account."""
    document = fact.document
    if document.kind is DocumentKind.INVOICE:
        kept = {str(line.number): _kept(line) for line in document.lines}
        context.remember(fact.stream_id, lines={number: line for number, line in kept.items() if line})
    for line in document.lines:
        lot_id = _sale(line, context).get("lot_id")
        if lot_id and line.revenue_account:
            context.remember(UUID(lot_id), account=line.revenue_account)


def credit_kept(fact: Invoice.Credited, context: Context) -> None:
    """Recorded with the credit note and before it: how much was credited of which line, in the note's order."""
    lines = context.recall(fact.stream_id).get("lines", {})
    taken: list[dict[str, Any]] = []
    for each in fact.lines:
        line = lines.get(str(each.number))
        if line is None:
            taken.append({})
            continue
        credits_ = [*line["credits"], [str(each.amount), str(each.since) if each.since else None]]
        until = str(_served_to(line, context))
        taken.append({**line, "after": credits_, "served_to": until})
        lines = {**lines, str(each.number): {**line, "credits": credits_, "until": until}}
    context.remember(fact.stream_id, lines=lines)
    context.remember(fact.credit_note_id, credits=taken)


def line_end_kept(fact: Contract.LineAdded | Contract.LineRemoved, context: Context) -> None:
    """Until when a line of a contract is served: what a credit note leaves of its fee is earned by then (R1.12)."""
    if isinstance(fact, Contract.LineAdded):
        line_id, ends_on = fact.line.line_id, fact.line.ends_on
    else:
        line_id, ends_on = fact.line_id, fact.last_on
    context.remember(_ends_of(fact.stream_id), **{f"{line_id}": str(ends_on) if ends_on else None})


def contract_end_kept(
    fact: Contract.NoticeReceived | Contract.NoticeWithdrawn | Contract.Ended, context: Context
) -> None:
    """Until when a whole contract is served."""
    ended_on = None
    if isinstance(fact, Contract.NoticeReceived):
        ended_on = fact.acts_on
    elif isinstance(fact, Contract.Ended):
        ended_on = fact.ending.last_on
    context.remember(_ends_of(fact.stream_id), contract=str(ended_on) if ended_on else None)


def sale_kept(fact: PoolSale.Agreed, context: Context) -> None:
    """A line that bills hours says its sale alone."""
    if fact.sold.kind is SaleKind.PURCHASE:
        context.remember(fact.stream_id, lot_id=str(fact.sold.lot_id) if fact.sold.lot_id else "")


def lot_kept(fact: HourPool.LotBought, context: Context) -> None:
    """What is earned of a lot is the difference of two sums, each rounded once."""
    lot = fact.lot
    used = lot.used_before + fact.repaid_minutes
    context.remember(lot.lot_id, price=str(lot.price.amount), minutes=lot.minutes, used=str(used))


def revenue_scheduled(fact: Invoice.Issued, context: Context) -> PublicData:
    """Every line of a document with its months."""
    document = fact.document
    is_invoice = document.kind is DocumentKind.INVOICE
    taken = [] if is_invoice else context.recall(fact.stream_id).get("credits", [])
    lines = [
        _line(line, taken[n] if n < len(taken) else {}, document, context) for n, line in enumerate(document.lines)
    ]
    corrected = document.related[0].invoice_id if document.related and not is_invoice else None
    return told.RevenueScheduled.model_validate(
        {
            "document_id": fact.stream_id,
            "document_number": document.number,
            "issued_on": document.issued_on,
            "party_id": document.customer.party_id,
            "invoice_id": corrected,
            "basis": _basis_on(document.issued_on, context).value,
            "lines": lines,
        }
    )


def hours_bought(fact: HourPool.LotBought, _: Context) -> PublicData:
    """Hours bought beforehand; those that pay back what was overdrawn are earned at once."""
    lot = fact.lot
    used = lot.used_before + fact.repaid_minutes
    return told.HoursBought(
        pool_id=fact.stream_id,
        lot_id=lot.lot_id,
        bought_on=lot.bought_on,
        valid_from=lot.valid_from,
        valid_to=lot.valid_to,
        minutes=Decimal(lot.minutes),
        price=lot.price.amount,
        used_before_minutes=lot.used_before,
        earned_minutes=fact.repaid_minutes,
        earned=earned(lot.price.amount, used, lot.minutes) - earned(lot.price.amount, lot.used_before, lot.minutes),
    )


def hours_drawn(fact: HourPool.HoursDrawn, context: Context) -> PublicData:
    """Hours that were consumed; those that had lapsed before were earned then."""
    own = [part for part in fact.draw.parts if part.pool_id == fact.stream_id]
    taken = [(part.lot_id, part.minutes - part.from_lapsed) for part in own]
    return _pool(fact.stream_id, fact.draw.drawn_on, "consumed", taken, context)


def draw_reversed(fact: HourPool.DrawReversed, context: Context) -> PublicData:
    """Hours that were given back are not earned any more."""
    back = [(part.lot_id, -part.minutes) for part in fact.returned]
    return _pool(fact.stream_id, rome_date(fact.act.at), "given-back", back, context)


def lot_expired(fact: HourPool.LotExpired, context: Context) -> PublicData:
    """What is left of a lot when it lapses is earned."""
    return _pool(fact.stream_id, fact.expired_on, "lapsed", [(fact.lot_id, fact.minutes)], context)


def closing_recorded(fact: Closing.Recorded, _: Context) -> PublicData:
    """A closed date."""
    said = fact.model_dump(include={"closing_on", "reversed_on", "entries", "totals"})
    return told.ClosingRecorded.model_validate({**said, "closing_id": fact.stream_id, "basis": fact.basis.value})


def _line(line: IssuedLine, credit: dict[str, Any], document: IssuedDocument, context: Context) -> dict[str, Any]:
    is_invoice = document.kind is DocumentKind.INVOICE
    amount = line.amount if is_invoice else -line.amount
    how: told.Earned = "at-issue"
    months: Sequence[MonthShare] = ()
    if line.source.kind in (ADVANCE, DEDUCTION):
        how = "advance"
    elif _sale(line, context):
        how = "when-consumed"
    elif line.period is not None:
        how, basis = "over-time", _basis_on(line.period.starts_on, context)
        months = list(_credited(credit, line.period, basis) if credit else monthly(amount, line.period, basis))
    else:
        months = [MonthShare(month=Period(starts_on=document.issued_on, ends_on=document.issued_on), amount=amount)]
    return {
        "line": line.number,
        "account": line.revenue_account,
        "cost_centre": line.cost_centre,
        "job": line.job,
        "amount": amount,
        "earned": how,
        "starts_on": line.period.starts_on if line.period else None,
        "ends_on": line.period.ends_on if line.period else None,
        "months": [{"month": each.month.starts_on.replace(day=1), "amount": each.amount} for each in months],
    }


def _credited(credit: dict[str, Any], over: Period, basis: AccrualBasis) -> Iterable[MonthShare]:
    was, now = (
        monthly_of(_parts(credit, credit[taken], over, date.fromisoformat(credit[until])), basis)
        for taken, until in (("credits", "until"), ("after", "served_to"))
    )
    return changes(was, now)


def _parts(
    credit: dict[str, Any], taken: Iterable[tuple[str, str | None]], over: Period, until: date
) -> list[tuple[Decimal, Period]]:
    found = [Credit(Decimal(amount), date.fromisoformat(since) if since else None) for amount, since in taken]
    return earning_parts(Decimal(credit["amount"]), found, over, until)


def _kept(line: IssuedLine) -> dict[str, Any]:
    if line.period is None:
        return {}
    source, period = line.source, line.period
    place = {"contract_id": f"{source.contract_id}", "line_id": f"{source.key.line_id if source.key else ''}"}
    days = {"starts_on": str(period.starts_on), "ends_on": str(period.ends_on), "until": str(period.ends_on)}
    return {"amount": str(line.amount), "credits": [], **place, **days}


def _ends_of(contract_id: UUID | str) -> UUID:
    return uuid5(OURS, f"ends of {contract_id}")


def _served_to(line: dict[str, str], context: Context) -> date:
    """The last day that earns what is left of a line."""
    kept = context.recall(_ends_of(line["contract_id"]))
    ends = (kept.get(line["line_id"]), kept.get("contract"))
    ended_on = min((date.fromisoformat(day) for day in ends if day), default=None)
    billed = Period(starts_on=date.fromisoformat(line["starts_on"]), ends_on=date.fromisoformat(line["ends_on"]))
    return earning_period(billed, ended_on).ends_on


def _sale(line: IssuedLine, context: Context) -> dict[str, Any]:
    if line.source.kind != HOUR_POOL or line.source.record is None:
        return {}
    return context.recall(line.source.record.id)


def _basis_on(day: date, context: Context) -> AccrualBasis:
    begun = [basis for from_on, basis in context.recall(OURS).get("bases", []) if from_on <= day.isoformat()]
    return AccrualBasis(begun[-1]) if begun else AccrualBasis.DAYS


def _pool(pool_id: UUID, on: date, why: str, taken: Iterable[tuple[UUID, Decimal]], context: Context) -> PublicData:
    lots = []
    for lot_id, minutes in taken:
        kept = context.recall(lot_id)
        price, size, used = Decimal(kept["price"]), int(kept["minutes"]), Decimal(kept["used"])
        context.remember(lot_id, used=str(used + minutes))
        amount = earned(price, used + minutes, size) - earned(price, used, size)
        lots.append({"lot_id": lot_id, "account": kept.get("account"), "minutes": minutes, "amount": amount})
    return told.PoolRevenueRecognised.model_validate({"pool_id": pool_id, "earned_on": on, "why": why, "lots": lots})
