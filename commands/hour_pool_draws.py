"""What people may ask when hours are drawn (scarico del monte ore): draw for a call or report, give back (R2.3, R2.4).

The pools are loaded and saved in one append: when two technicians draw at the same moment, the one who comes second is
decided again on what the first one left.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.because import Because, because
from aggregates.billable import BilledAlready
from aggregates.call import Call
from aggregates.contract import Contract
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_draws import REVISED, pools_of, reverse_draw, worked_on
from aggregates.hour_pool_draws import draw_hours as decide_draw
from aggregates.hour_pool_refusals import (
    CallNotOfPool,
    NoHoursValid,
    NothingToDraw,
    OtherCustomersHours,
    OverageRateMissing,
    WorkWithoutCall,
)
from aggregates.hour_pool_sale import PoolSale, SaleKind, Sold, overage_id
from aggregates.hour_pool_values import HOUR, PoolDraw, Work
from aggregates.hour_pool_work import pools_paying, works_of
from aggregates.rules.business_calendar import CalendarTerms
from aggregates.rules.hour_pools import Stretch
from aggregates.values import euro
from commands.base import Answer, Command, Service
from commands.business_calendar import calendar_terms
from commands.words import Words

CALL_TOLD_OTHERWISE = because("pool-not-drawn")


class DrawHours(Command):
    """Draw hours for an intervention: all stretches of one report are rounded together, then weighed (R2.3).

    With a call alone, its reports say what was worked. The same work again changes nothing; told otherwise, what was
    drawn is given back and drawn anew. What the pool cannot give is overage at its hourly rate.
    """

    pool_id: UUID
    call_id: UUID | None = None
    work_id: UUID | None = Field(default=None, description="The report's id; left out, the call's.")
    stretches: tuple[Stretch, ...] = Field(default=(), description="Left out, those of the call's reports.")
    urgent: bool = Field(default=False, description="Whether the terms' urgent factor applies.")


class ReverseDraw(Command):
    """Give the hours of an intervention back to their pool."""

    pool_id: UUID
    work_id: UUID = Field(description="The report or call that they were drawn for.")
    reason: Words = Field(min_length=1, max_length=200, examples=["Rapportino attribuito al cliente sbagliato"])


def draw_hours(cmd: DrawHours, act: Act, service: Service) -> Answer:
    """Handles `DrawHours`."""
    leading = service.load(HourPool, cmd.pool_id)
    call = service.load(Call, cmd.call_id) if cmd.call_id else None
    if call is not None:
        _check_call(cmd, call, leading)
    works = _works(cmd, call, leading)
    require(bool(works), NothingToDraw)
    draws = []
    for work in works:
        on = worked_on(work)
        pools = _pools(service, leading, call, work)
        is_valid = any(state.holds(on) for pool in pools for state in pool.lots.values())
        require(is_valid, NoHoursValid, name=leading.subject.name, day=str(on))
        calendar = call.service.calendar if call else calendar_terms(service, on)
        draw = _draw(service, pools, work, calendar, act)
        if draw is None:
            raise NothingToDraw
        draws.append(draw)
    return {"pool_id": leading.id, "draws": [told(draw) for draw in draws], "balance": str(leading.balance)}


def give_hours_back(cmd: ReverseDraw, act: Act, service: Service) -> Answer:
    """Handles `ReverseDraw`. Raises `DrawUnknown`, and `BilledAlready` where their overage is invoiced."""
    leading = service.load(HourPool, cmd.pool_id)
    known = leading.draws.get(cmd.work_id)
    call = service.find(Call, known.call_id) if known and known.call_id else None
    if call is not None and call.invoice is not None:
        raise BilledAlready(number=call.billing_name, invoice=call.invoice.number)
    _reverse(service, leading, cmd.work_id, cmd.reason, act)
    return {"pool_id": leading.id, "balance": str(leading.balance)}


def draw_for_call(service: Service, call: Call, act: Act) -> None:
    """Draw what a closed call worked, where hours pay for it; part of this append.

    What was drawn before for work that is told otherwise now, or not at all, is given back.
    """
    if call.outcome is not None and call.outcome.overrides_coverage:
        give_back_for_call(service, call, act)
        return
    for pool_id in pools_paying(call):
        leading = service.load(HourPool, pool_id)
        works = works_of(call, pool_id)
        told_now = {work.work_id for work in works}
        for draw in leading.draws_of(call.id):
            if draw.work.activity_ids and draw.work.work_id not in told_now:
                _reverse(service, leading, draw.work.work_id, CALL_TOLD_OTHERWISE, act)
        for work in works:
            _draw(service, _pools(service, leading, call, work), work, call.service.calendar, act)


def give_back_for_call(service: Service, call: Call, act: Act) -> None:
    """Give back all that a call drew, because hours no longer pay for it; part of this append."""
    others = service.lookups.hour_pools_of(call.party_id) if call.party_id else ()
    for pool_id in dict.fromkeys([*pools_paying(call), *others]):
        leading = service.load(HourPool, pool_id)
        for draw in leading.draws_of(call.id):
            _reverse(service, leading, draw.work.work_id, CALL_TOLD_OTHERWISE, act)


def told(draw: PoolDraw) -> dict[str, object]:
    """A draw as commands answer it; minutes and euro."""
    amount = draw.overage_amount
    return {
        "work_id": draw.work.work_id,
        "drawn_on": draw.drawn_on,
        "actual_minutes": draw.charged.actual_minutes,
        "charged_minutes": draw.charged.charged_minutes,
        "weighed_minutes": str(draw.charged.weighed_minutes),
        "from_pool_minutes": str(draw.from_pool_minutes),
        "overage_minutes": str(draw.overage_minutes),
        "overage_amount": None if amount is None else str(amount),
        "why": draw.told,
        "why_because": [each.model_dump() for each in draw.because],
    }


def _check_call(cmd: DrawHours, call: Call, leading: HourPool) -> None:
    """Another call than one that hours were to pay may draw too, by its reports: their work is then not charged."""
    subject = leading.subject
    require(call.party_id == subject.customer_id, OtherCustomersHours, name=subject.name)
    admitted = not cmd.stretches and subject.admission.admits(call.site_id, call.serial_item_ids)
    require(admitted or leading.id in pools_paying(call), CallNotOfPool, name=subject.name)
    if call.invoice is not None:
        raise BilledAlready(number=call.billing_name, invoice=call.invoice.number)


def _works(cmd: DrawHours, call: Call | None, leading: HourPool) -> Sequence[Work]:
    if call is not None and not cmd.stretches:
        paid = leading.id in pools_paying(call)
        return works_of(call, leading.id, None if paid else leading.subject.admission)
    work_id = cmd.work_id or cmd.call_id
    if work_id is None or not cmd.stretches:
        raise WorkWithoutCall
    return [Work(work_id=work_id, call_id=cmd.call_id, stretches=cmd.stretches, urgent=cmd.urgent)]


def _pools(service: Service, leading: HourPool, call: Call | None, work: Work) -> list[HourPool]:
    """The leading pool, the customer's others that admit the work, and those an earlier draw of it took from."""
    known = leading.draws.get(work.work_id)
    others = service.lookups.hour_pools_of(leading.subject.customer_id)
    wanted = dict.fromkeys([leading.id, *others, *(pools_of(known) if known else ())])
    service.preload(*wanted)
    pools = [service.load(HourPool, each) for each in wanted]
    earlier = set(pools_of(known)) if known else set()
    return [each for each in pools if each.id in (leading.id, *earlier) or _admits(each, leading, call)]


def _admits(pool: HourPool, leading: HourPool, call: Call | None) -> bool:
    """Whether another pool may help out: it admits the call, or without one exactly what the leading one does."""
    if call is None:
        return pool.subject.admission == leading.subject.admission
    same_kinds = pool.subject.admission.activity_kinds == leading.subject.admission.activity_kinds
    return same_kinds and pool.subject.admission.admits(call.site_id, call.serial_item_ids)


def _draw(
    service: Service, pools: Sequence[HourPool], work: Work, calendar: CalendarTerms, act: Act
) -> PoolDraw | None:
    before = pools[0].draws.get(work.work_id)
    draw = decide_draw(pools, work, calendar, act)
    service.save(*pools)
    if before is not None and draw != before:
        _withdraw_sale(service, before, REVISED, act)
    if draw is not None and draw != before and draw.call_id is None and draw.overage_minutes > 0:
        service.save(PoolSale.agree(overage_id(draw), _sold(service, pools[0], draw), act))
    return draw


def _reverse(service: Service, leading: HourPool, work_id: UUID, why: Because | str, act: Act) -> None:
    known = leading.draws.get(work_id)
    others = [each for each in pools_of(known) if each != leading.id] if known else []
    pools = [leading, *(service.load(HourPool, each) for each in others)]
    draw = reverse_draw(pools, work_id, why, act)
    service.save(*pools)
    _withdraw_sale(service, draw, why, act)


def _withdraw_sale(service: Service, draw: PoolDraw, why: Because | str, act: Act) -> None:
    """Take back the overage that was to be billed by itself. Raises `BilledAlready`, `BillingHeld`."""
    if draw.call_id is None and draw.overage_minutes > 0:
        sale = service.load(PoolSale, overage_id(draw))
        sale.withdraw(why, act)
        service.save(sale)


def _sold(service: Service, pool: HourPool, draw: PoolDraw) -> Sold:
    """Overage without a call is sold by itself. Raises `OverageRateMissing`."""
    subject, amount = pool.subject, draw.overage_amount
    if amount is None or draw.hourly_rate is None:
        raise OverageRateMissing(name=subject.name, minutes=str(draw.overage_minutes))
    contract = service.find(Contract, subject.contract_id) if subject.contract_id else None
    return Sold(
        customer_id=subject.customer_id,
        pool_id=pool.id,
        contract_id=subject.contract_id,
        contract_number=contract.state.number if contract else None,
        kind=SaleKind.OVERAGE,
        sold_on=draw.drawn_on,
        description=f"Ore oltre la disponibilità di {subject.name}, intervento del {draw.drawn_on:%d/%m/%Y}",
        quantity=draw.overage_minutes,
        unit="min",
        unit_price=draw.hourly_rate.amount,
        price_per=Decimal(HOUR),
        amount=euro(amount),
        supply=subject.supply,
        why=draw.why,
        because=draw.because,
    )
