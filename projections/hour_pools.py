"""Hour pools (monte ore): what was bought and is left by lot, every movement with its reason and revenue (R2.1)."""

from __future__ import annotations

from decimal import Decimal

from aggregates.because import reasons_of
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_sale import PoolSale
from aggregates.hour_pool_values import LotState
from aggregates.values import rome_date
from projections.base import ReadModel, Row, Rows, on
from projections.hour_pool_tables import (
    ALERT,
    DRAW,
    FIRST_DAY,
    LOT,
    MOVEMENT,
    NONE,
    POOL,
    SALE,
    TERMS,
    change_lot,
    lot_state,
    move,
    naming,
    pool_row,
    put_draw,
    put_lot,
    put_terms,
)


class HourPools(ReadModel):
    """Pools, lots, draws and movements; the minutes of a pool's movements sum to its balance."""

    NAME = "hour-pools"
    TABLES = (POOL, TERMS, LOT, MOVEMENT, DRAW, ALERT, SALE)

    @on(HourPool.Opened)
    def opened(self, fact: HourPool.Opened, rows: Rows) -> None:
        """A pool without hours."""
        subject = naming(fact.subject)
        rows.put(POOL, {"pool_id": fact.stream_id, "overdrawn": NONE, "lots": 0, "movements": 0, **subject})
        put_terms(rows, fact.stream_id, FIRST_DAY, fact.terms)

    @on(HourPool.TermsSet)
    def terms_set(self, fact: HourPool.TermsSet, rows: Rows) -> None:
        """Other terms from a day on."""
        put_terms(rows, fact.stream_id, fact.from_on, fact.terms)

    @on(HourPool.SubjectChanged)
    def subject_changed(self, fact: HourPool.SubjectChanged, rows: Rows) -> None:
        """Another name, contract or admission."""
        rows.patch(POOL, fact.stream_id, **naming(fact.subject))

    @on(HourPool.LotBought)
    def lot_bought(self, fact: HourPool.LotBought, rows: Rows) -> None:
        """Minutes come in; some of them may pay back an overdraft."""
        lot, repaid, pool_id = fact.lot, fact.repaid_minutes, fact.stream_id
        row = pool_row(rows, pool_id)
        rows.patch(POOL, pool_id, lots=row["lots"] + 1, overdrawn=row["overdrawn"] - repaid)
        opened = LotState(lot=lot, valid_to=lot.valid_to, used=lot.used_before)
        bought = opened.changed(used=lot.used_before + repaid, repaid=repaid)
        put_lot(rows, pool_id, bought, row["lots"] + 1)
        day, lot_id = lot.bought_on, lot.lot_id
        move(rows, pool_id, "bought", Decimal(lot.minutes), day, lot_id)
        if lot.used_before:
            move(rows, pool_id, "used-before", -lot.used_before, day, lot_id, opened.earned)
        if repaid:
            move(rows, pool_id, "overdraft-repaid", repaid, day)
            move(rows, pool_id, "repays-overdraft", -repaid, day, lot_id, bought.earned - opened.earned)
        for each in fact.merged:
            change_lot(rows, pool_id, each, valid_to=lot.valid_to)

    @on(HourPool.HoursDrawn)
    def hours_drawn(self, fact: HourPool.HoursDrawn, rows: Rows) -> None:
        """An intervention takes minutes from this pool's lots."""
        draw, pool_id = fact.draw, fact.stream_id
        named: Row = {
            "work_id": draw.work.work_id,
            "call_id": draw.call_id,
            "why": draw.told,
            "why_because": reasons_of(draw.because),
        }
        for part in (each for each in draw.parts if each.pool_id == pool_id):
            before = lot_state(rows, pool_id, part.lot_id)
            after = before.taken(part.minutes, part.from_lapsed)
            put_lot(rows, pool_id, after)
            if part.from_lapsed:
                revived = before.changed(lapsed=before.lapsed - part.from_lapsed)
                back = revived.earned - before.earned
                move(rows, pool_id, "revived", part.from_lapsed, draw.drawn_on, part.lot_id, back, **named)
                before = revived
            earned = after.earned - before.earned
            move(rows, pool_id, "drawn", -part.minutes, draw.drawn_on, part.lot_id, earned, **named)
        if draw.pool_id == pool_id:
            if draw.overdraft_minutes:
                owed = pool_row(rows, pool_id)["overdrawn"] + draw.overdraft_minutes
                rows.patch(POOL, pool_id, overdrawn=owed)
                move(rows, pool_id, "overdrawn", -draw.overdraft_minutes, draw.drawn_on, **named)
            put_draw(rows, pool_id, fact)

    @on(HourPool.DrawReversed)
    def draw_reversed(self, fact: HourPool.DrawReversed, rows: Rows) -> None:
        """Minutes come back."""
        pool_id, day = fact.stream_id, rome_date(fact.act.at)
        because = fact.because
        named: Row = {
            "work_id": fact.work_id,
            "call_id": fact.call_id,
            "why": because.italian if because else fact.reason,
            "why_because": [because.model_dump()] if because else None,
        }
        for part in fact.returned:
            before = lot_state(rows, pool_id, part.lot_id)
            after = before.changed(used=before.used - part.minutes)
            put_lot(rows, pool_id, after)
            earned = after.earned - before.earned
            move(rows, pool_id, "returned", part.minutes, day, part.lot_id, earned, **named)
        if fact.overdraft_minutes:
            rows.patch(POOL, pool_id, overdrawn=pool_row(rows, pool_id)["overdrawn"] - fact.overdraft_minutes)
            move(rows, pool_id, "overdraft-returned", fact.overdraft_minutes, day, **named)
        rows.drop(DRAW, pool_id, fact.work_id)

    @on(HourPool.LotExpired)
    def lot_expired(self, fact: HourPool.LotExpired, rows: Rows) -> None:
        """What was left lapses and is earned (R2.7)."""
        before = lot_state(rows, fact.stream_id, fact.lot_id)
        put_lot(rows, fact.stream_id, before.expired(fact.minutes, fact.expired_on))
        move(rows, fact.stream_id, "expired", -fact.minutes, fact.expired_on, fact.lot_id, fact.breakage.amount)

    @on(HourPool.LotRefunded)
    def lot_refunded(self, fact: HourPool.LotRefunded, rows: Rows) -> None:
        """What was left is paid back."""
        before = lot_state(rows, fact.stream_id, fact.lot_id)
        given = before.refund.amount if before.refund else NONE
        money = fact.amount.model_copy(update={"amount": given + fact.amount.amount})
        put_lot(rows, fact.stream_id, before.changed(refunded=before.refunded + fact.minutes, refund=money))
        paid = fact.amount.amount
        move(rows, fact.stream_id, "refunded", -fact.minutes, fact.refunded_on, fact.lot_id, refund=paid)

    @on(HourPool.AlertNoted)
    def alert_noted(self, fact: HourPool.AlertNoted, rows: Rows) -> None:
        """Somebody is to be warned."""
        noted = fact.model_dump(include={"lot_id", "valid_to", "left_minutes"})
        day = rome_date(fact.act.at)
        rows.put(ALERT, {"pool_id": fact.stream_id, "alert": fact.alert.value, "noted_on": day, **noted})

    @on(PoolSale.Agreed)
    def sale_agreed(self, fact: PoolSale.Agreed, rows: Rows) -> None:
        """Something is to be billed."""
        sold = fact.sold
        row = {"sale_id": fact.stream_id, "pool_id": sold.pool_id, "kind": sold.kind.value, "sold_on": sold.sold_on}
        rows.put(SALE, {**row, "lot_id": sold.lot_id, "amount": sold.amount.amount, "is_withdrawn": False})

    @on(PoolSale.Withdrawn)
    def sale_withdrawn(self, fact: PoolSale.Withdrawn, rows: Rows) -> None:
        """Nothing is to be billed after all."""
        rows.patch(SALE, fact.stream_id, is_withdrawn=True)

    @on(PoolSale.BillingReopened)
    def sale_reopened(self, fact: PoolSale.BillingReopened, rows: Rows) -> None:
        """It was credited in full."""
        rows.patch(SALE, fact.stream_id, invoice_id=None, invoice_number=None)

    @on(PoolSale.Invoiced)
    def sale_invoiced(self, fact: PoolSale.Invoiced, rows: Rows) -> None:
        """It is on an invoice."""
        rows.patch(SALE, fact.stream_id, invoice_id=fact.invoice.id, invoice_number=fact.invoice.number)
