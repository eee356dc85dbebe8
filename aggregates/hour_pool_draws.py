"""Drawing hours (scarico del monte ore): one intervention may take from several lots and pools (R2.3, R2.4).

The first pool leads: its terms decide what is charged, its overdraft is used last, and its rate holds for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.base import Act
from aggregates.because import Because, because
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_refusals import DrawUnknown
from aggregates.hour_pool_values import LotPart, PoolDraw, PoolTerms, TravelPolicy, Work
from aggregates.rules.business_calendar import CalendarTerms
from aggregates.rules.hour_pools import NONE, Charged, charge, consume, plain
from aggregates.values import rome_date

REVISED = because("pool-corrected")


def draw_hours(pools: Sequence[HourPool], work: Work, calendar: CalendarTerms, act: Act) -> PoolDraw | None:
    """Draw for an intervention from the pools given, the first leading; the same work again records nothing.

    Work told otherwise than before is given back first and drawn anew. None, and nothing drawn, for no work at all.
    The pools must be those that may give, and those an earlier draw of the same work took from.
    """
    leading = pools[0]
    known = leading.draws.get(work.work_id)
    if known is not None and known.work == work:
        return known
    if known is not None:
        reverse_draw(pools, work.work_id, REVISED, act)
    draw = _plan(pools, work, calendar)
    if draw.charged.charged_minutes == 0:
        return None
    taken_from = {part.pool_id for part in draw.parts}
    for pool in pools:
        if pool.id == leading.id or pool.id in taken_from:
            pool.note_drawn(draw, act)
    return draw


def reverse_draw(pools: Sequence[HourPool], work_id: UUID, why: Because | str, act: Act) -> PoolDraw:
    """Give back what an intervention drew; the first pool leads. Raises `DrawUnknown`."""
    leading = pools[0]
    draw = leading.draws.get(work_id)
    if draw is None:
        raise DrawUnknown(name=leading.subject.name)
    for pool in pools:
        if pool.draws.get(work_id) == draw:
            pool.give_back(draw, why, act)
    return draw


def pools_of(draw: PoolDraw) -> tuple[UUID, ...]:
    """The pools that a draw concerns, the leading one first."""
    return tuple(dict.fromkeys((draw.pool_id, *(part.pool_id for part in draw.parts))))


def worked_on(work: Work) -> date:
    """The Italian day on which an intervention began (R0.4)."""
    return rome_date(min(stretch.starts_at for stretch in work.stretches))


def _plan(pools: Sequence[HourPool], work: Work, calendar: CalendarTerms) -> PoolDraw:
    leading, on = pools[0], worked_on(work)
    terms = leading.terms_on(on)
    rules = terms.rules
    charged = charge(
        work.stretches,
        terms.calendar or calendar,
        rules,
        urgent=work.urgent,
        travel=terms.travel is TravelPolicy.MINUTES,
    )
    parts, rest = _take(pools, charged.weighed_minutes, on)
    overdraft = min(rest, max(NONE, terms.overdraft_minutes - leading.overdrawn))
    overage = plain(rest - overdraft)
    return PoolDraw(
        work=work,
        attempt=leading.attempts.get(work.work_id, 0),
        pool_id=leading.id,
        drawn_on=on,
        calendar=terms.calendar or calendar,
        charged=charged,
        parts=parts,
        overdraft_minutes=overdraft,
        overage_minutes=overage,
        hourly_rate=terms.overage_rate,
        travel=terms.travel,
        because=tuple(
            _because({pool.id: pool.subject.name for pool in pools}, terms, charged, parts, overdraft, overage)
        ),
    )


def _take(pools: Sequence[HourPool], minutes: Decimal, on: date) -> tuple[tuple[LotPart, ...], Decimal]:
    lots = [(pool.id, state) for pool in pools for state in pool.lots.values()]
    giving = [(pool_id, state, offer) for pool_id, state in lots if (offer := state.offer(on)) is not None]
    taken, rest = consume([offer for _, _, offer in giving], minutes)
    parts = []
    for n, part in taken:
        pool_id, state, _ = giving[n]
        from_lapsed = plain(max(NONE, part - state.left))
        parts.append(LotPart(pool_id=pool_id, lot_id=state.lot.lot_id, minutes=part, from_lapsed=from_lapsed))
    return tuple(parts), rest


def _because(
    names: Mapping[UUID, str],
    terms: PoolTerms,
    charged: Charged,
    parts: Sequence[LotPart],
    overdraft: Decimal,
    overage: Decimal,
) -> Iterator[Because]:
    """How the minutes came about, for the customer's statement and the line of the invoice."""
    minutes = {"actual": charged.actual_minutes, "charged": charged.charged_minutes}
    yield because("pool-work", **minutes, minimum=terms.rules.minimum_minutes, step=terms.rules.step_minutes)
    for band in charged.bands:
        yield because(f"pool-{band.band.value.replace('_', '-')}", minutes=band.minutes, factor=band.factor)
    yield because("pool-weighed", weighed=charged.weighed_minutes)
    for part in parts:
        yield because("pool-part", pool=names[part.pool_id], minutes=part.minutes)
    if overdraft:
        yield because("pool-overdraft", minutes=overdraft)
    if overage:
        rate = terms.overage_rate.amount if terms.overage_rate else None
        yield because("pool-beyond" if rate is None else "pool-beyond-rate", minutes=overage, rate=rate)
