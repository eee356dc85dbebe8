"""Contracts as lists and sheets (contratti): terms, fees proposed and billed, and what they cover for calls.

The dates that lists ask for (next billing, renewal, end) are derived from the terms at every fact and indexed, so that
a due list reads only what is due; they decide nothing, the aggregate computes again from its terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from aggregates.contract import Contract
from aggregates.contract_ledger import FeeState
from aggregates.contract_settlement import mark_of
from aggregates.contract_state import ContractState, StandingNotice
from aggregates.rules.billing import DueKey
from aggregates.serial_item import SerialItem
from projections.base import ReadModel, Row, Rows, on
from projections.contract_copies import MeterFact, are_copies, counted
from projections.contract_settlement import settle, touches
from projections.contract_tables import CONTRACT, COVERAGE, FEE, cover, credited, derived

TODAY = "coalesce(%(on)s::date, (now() at time zone 'Europe/Rome')::date)"
STATUS = f"""case when status in ('draft', 'cancelled') then status
         when {TODAY} > ends_on then case when status in ('terminated', 'superseded') then status else 'expired' end
         when {TODAY} < starts_on then 'signed'
         when (state #>> '{{{{notice,received_on}}}}')::date <= {TODAY} then 'under_notice'
         else 'active' end"""
"""The status on the day asked (§1.2), as `ContractState.status` says it."""


class Contracts(ReadModel):
    """Every contract with its dates, fees and coverage."""

    NAME = "contracts"
    TABLES = (CONTRACT, FEE, COVERAGE)

    @on(Contract.Drafted)
    def drafted(self, fact: Contract.Drafted, rows: Rows) -> None:
        """A draft appears."""
        rows.put(CONTRACT, derived(ContractState(contract_id=fact.stream_id, header=fact.header), [], []))

    @on(Contract.HeaderChanged)
    def header_changed(self, fact: Contract.HeaderChanged, rows: Rows) -> None:
        """Another header."""
        _change(fact.stream_id, rows, lambda state: state.changed(header=fact.header))

    @on(Contract.LineAdded)
    def line_added(self, fact: Contract.LineAdded, rows: Rows) -> None:
        """One more line."""
        _change(fact.stream_id, rows, lambda state: state.with_line(fact.line))

    @on(Contract.LineRemoved)
    def line_removed(self, fact: Contract.LineRemoved, rows: Rows) -> None:
        """One line less, or one that ends."""
        _change(fact.stream_id, rows, lambda state: state.without_line(fact.line_id, fact.last_on))

    @on(Contract.Signed)
    def signed(self, fact: Contract.Signed, rows: Rows) -> None:
        """Number and first term."""
        _change(fact.stream_id, rows, lambda state: state.signed(fact.number, fact.signed_on, fact.term))

    @on(Contract.Renewed)
    def renewed(self, fact: Contract.Renewed, rows: Rows) -> None:
        """One more term."""
        # A further term changes nothing of those before it: no need to look at what was billed.
        _change(fact.stream_id, rows, lambda state: state.renewed(fact.term, fact.fees, fact.is_tacit), settles=False)

    @on(Contract.NoticeReceived)
    def notice_received(self, fact: Contract.NoticeReceived, rows: Rows) -> None:
        """Notice stands."""
        notice = StandingNotice(received_on=fact.received_on, acts_on=fact.acts_on)
        _change(fact.stream_id, rows, lambda state: state.noticed(notice))

    @on(Contract.NoticeWithdrawn)
    def notice_withdrawn(self, fact: Contract.NoticeWithdrawn, rows: Rows) -> None:
        """No notice stands."""
        _change(fact.stream_id, rows, lambda state: state.noticed(None))

    @on(Contract.Blocked)
    def blocked(self, fact: Contract.Blocked, rows: Rows) -> None:
        """The service is blocked."""
        _change(fact.stream_id, rows, lambda state: state.blocked(fact.block))

    @on(Contract.Unblocked)
    def unblocked(self, fact: Contract.Unblocked, rows: Rows) -> None:
        """The service goes on."""
        _change(fact.stream_id, rows, lambda state: state.unblocked(fact.until_on, fact.reason))

    @on(Contract.Ended)
    def ended(self, fact: Contract.Ended, rows: Rows) -> None:
        """Terminated, superseded or cancelled."""
        _change(fact.stream_id, rows, lambda state: state.changed(ending=fact.ending))

    @on(Contract.BilledThroughSet)
    def billed_through_set(self, fact: Contract.BilledThroughSet, rows: Rows) -> None:
        """The opening balance."""
        _change(fact.stream_id, rows, lambda state: state.changed(billed_through=fact.through_on))

    @on(Contract.FeesProposed)
    def fees_proposed(self, fact: Contract.FeesProposed, rows: Rows) -> None:
        """Instalments are held by a proposal."""
        for fee in fact.fees:
            rows.put(
                FEE,
                {
                    "contract_id": fact.stream_id,
                    **fee.key.model_dump(),
                    **fee.period.model_dump(),
                    "amount": fee.amount,
                    "credited": 0,
                    "state": FeeState.PROPOSED.value,
                    "invoice_id": fact.invoice_id,
                },
            )
        added = [_stored(fee.key) for fee in fact.fees]
        _hold(fact.stream_id, rows, lambda held, reopened: ([*held, *added], reopened), copies_again=False)
        rows.patch(CONTRACT, fact.stream_id, parked_reason=None, parked_because=None)
        _settle_if([fee.key for fee in fact.fees], fact.stream_id, rows)

    @on(Contract.MeterPeriodsSettled)
    def meter_periods_settled(self, fact: Contract.MeterPeriodsSettled, rows: Rows) -> None:
        """Meter periods came to nothing; they are not due again."""
        added = [_stored(fee.key) for fee in fact.fees]
        _hold(fact.stream_id, rows, lambda held, reopened: ([*held, *added], reopened), copies_again=False)

    @on(Contract.FeesReleased)
    def fees_released(self, fact: Contract.FeesReleased, rows: Rows) -> None:
        """Instalments are due again."""
        for key in fact.keys:
            rows.drop(FEE, *_key(fact.stream_id, key))
        gone = [_stored(key) for key in fact.keys]
        _hold(
            fact.stream_id,
            rows,
            lambda held, reopened: ([key for key in held if key not in gone], reopened),
            copies_again=are_copies(gone),
        )
        _settle_if(fact.keys, fact.stream_id, rows)

    @on(Contract.PeriodBilled)
    def period_billed(self, fact: Contract.PeriodBilled, rows: Rows) -> None:
        """Instalments are on an issued invoice."""
        for fee in fact.fees:
            rows.patch(
                FEE,
                *_key(fact.stream_id, fee.key),
                state=FeeState.BILLED.value,
                invoice_number=fact.number,
                billed_on=fact.billed_on,
                is_on_note=fact.is_credit_note,
            )
        _settle_if([fee.key for fee in fact.fees], fact.stream_id, rows)

    @on(Contract.PeriodCredited)
    def period_credited(self, fact: Contract.PeriodCredited, rows: Rows) -> None:
        """A credit note took something back; reopened keys are due with their next attempt."""
        for credit in fact.fees:
            key = _key(fact.stream_id, credit.key)
            row = rows.get(FEE, *key)
            if row is not None:
                state = FeeState.REOPENED.value if fact.is_reopened else row["state"]
                rows.patch(FEE, *key, **credited(row, credit), state=state)
        if fact.is_reopened:
            again = [_stored(credit.key) for credit in fact.fees]
            _hold(
                fact.stream_id,
                rows,
                lambda held, reopened: (held, [*reopened, *again]),
                copies_again=are_copies(again),
            )
        settle(fact.stream_id, rows)

    @on(Contract.TermsChanged, Contract.SerialReplaced)
    def terms_changed(self, fact: Contract.TermsChanged | Contract.SerialReplaced, rows: Rows) -> None:
        """Other terms, or another machine, from a day on."""
        _change(fact.stream_id, rows, lambda state: state.with_change(fact.change))

    @on(Contract.TookPlaceOf)
    def took_place_of(self, fact: Contract.TookPlaceOf, rows: Rows) -> None:
        """It points back to the contract before it."""
        _change(fact.stream_id, rows, lambda state: state.succeeding(fact.predecessor_id))

    @on(Contract.ConsumerReminded)
    def consumer_reminded(self, fact: Contract.ConsumerReminded, rows: Rows) -> None:
        """The consumer knows of the next expiry."""
        _change(fact.stream_id, rows, lambda state: state.reminded(fact.reminder))

    @on(Contract.OverbilledCredited)
    def overbilled_credited(self, fact: Contract.OverbilledCredited, rows: Rows) -> None:
        """Credits that settled a difference."""
        _change(fact.stream_id, rows, lambda state: state.settling(fact.fees))

    @on(Contract.BilledElsewhere)
    def billed_elsewhere(self, fact: Contract.BilledElsewhere, rows: Rows) -> None:
        """Another document billed these instalments."""
        for fee in fact.fees:
            rows.put(
                FEE,
                {
                    "contract_id": fact.stream_id,
                    **fee.key.model_dump(),
                    **fee.period.model_dump(),
                    "amount": fee.amount,
                    "credited": 0,
                    "state": FeeState.ELSEWHERE.value,
                    "invoice_id": fact.mark_id,
                    "invoice_number": fact.reference,
                },
            )
        added = [_stored(fee.key) for fee in fact.fees]
        mark = mark_of(fact.mark_id, fact.fees, fact.reference, fact.reason)
        _hold(fact.stream_id, rows, lambda held, reopened: ([*held, *added], reopened))
        _change(fact.stream_id, rows, lambda state: state.billed_elsewhere(mark))

    @on(Contract.ElsewhereUndone)
    def elsewhere_undone(self, fact: Contract.ElsewhereUndone, rows: Rows) -> None:
        """They are due here again."""
        for key in fact.keys:
            rows.drop(FEE, *_key(fact.stream_id, key))
        gone = [_stored(key) for key in fact.keys]
        _hold(fact.stream_id, rows, lambda held, reopened: ([key for key in held if key not in gone], reopened))
        _change(fact.stream_id, rows, lambda state: state.due_again(fact.keys))

    @on(Contract.FeesAdjusted)
    def fees_adjusted(self, fact: Contract.FeesAdjusted, rows: Rows) -> None:
        """Other fees from a day on."""
        made = fact.adjustment
        _change(fact.stream_id, rows, lambda state: state.adjusted(made.from_on, made.fees).noting(made))

    @on(Contract.ChargeRaised)
    def charge_raised(self, fact: Contract.ChargeRaised, rows: Rows) -> None:
        """One more amount to bill."""
        _change(fact.stream_id, rows, lambda state: state.with_charge(fact.charge))

    @on(Contract.ChargeWithdrawn)
    def charge_withdrawn(self, fact: Contract.ChargeWithdrawn, rows: Rows) -> None:
        """A charge that is not owed."""
        _change(fact.stream_id, rows, lambda state: state.without_charge(fact.charge_id))

    @on(SerialItem.ReadingRecorded, SerialItem.ReadingCorrected, SerialItem.MeterReplaced)
    def counted(self, fact: MeterFact, rows: Rows) -> None:
        """A machine counted: perhaps otherwise than contracts have billed that are over."""
        counted(fact, rows)

    @on(Contract.BillingParked)
    def billing_parked(self, fact: Contract.BillingParked, rows: Rows) -> None:
        """A run left the contract alone."""
        rows.patch(
            CONTRACT,
            fact.stream_id,
            parked_reason=fact.reason,
            parked_because=fact.because.model_dump() if fact.because else None,
        )


def _change(
    contract_id: UUID, rows: Rows, change: Callable[[ContractState], ContractState], *, settles: bool = True
) -> None:
    row = rows.get(CONTRACT, contract_id)
    if row is not None:
        state, differences = change(ContractState.model_validate(row["state"])), row["differences"] or ()
        again = bool(row["copies_again"]) or are_copies(row["held"])
        rows.put(CONTRACT, {**row, **derived(state, row["held"], row["reopened"], differences, copies_again=again)})
        cover(state, rows)
        if settles:
            settle(contract_id, rows)


def _settle_if(fee_keys: Sequence[DueKey], contract_id: UUID, rows: Rows) -> None:
    if touches(contract_id, fee_keys, rows):
        settle(contract_id, rows)


def _hold(
    contract_id: UUID,
    rows: Rows,
    change: Callable[[list[Row], list[Row]], tuple[list[Row], list[Row]]],
    *,
    copies_again: bool | None = None,
) -> None:
    """Other keys held; `copies_again` left out stays as it is."""
    row = rows.get(CONTRACT, contract_id)
    if row is not None:
        state, differences = ContractState.model_validate(row["state"]), row["differences"] or ()
        again = bool(row["copies_again"]) if copies_again is None else copies_again
        rows.put(
            CONTRACT, {**row, **derived(state, *change(row["held"], row["reopened"]), differences, copies_again=again)}
        )


def _stored(key: DueKey) -> Row:
    return key.model_dump(mode="json")


def _key(contract_id: UUID, key: DueKey) -> tuple[Any, ...]:
    return (contract_id, key.line_id, key.number, key.kind, key.attempt)
