"""Contract (contratto di assistenza): what is served, for how long, at what fee, and which periods are billed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aggregates import contract_refusals as refused
from aggregates.base import Act, Aggregate, event
from aggregates.contract_adjusted import FeeAdjustment
from aggregates.contract_adjustment import ContractAdjustment
from aggregates.contract_billing import ContractBilling
from aggregates.contract_changes import SerialSwap, TermsChange
from aggregates.contract_charge import ContractCharge
from aggregates.contract_charges import ContractCharges
from aggregates.contract_clauses import Clause
from aggregates.contract_document import ContractDocument, Printed
from aggregates.contract_ledger import Fee, FeeCredit, FeeLedger
from aggregates.contract_life import ContractLife
from aggregates.contract_machines import ContractMachines
from aggregates.contract_rules import (
    check_change,
    check_header,
    check_line,
    check_serials,
    first_term_of,
    require_draft,
    require_not_expired,
)
from aggregates.contract_serials import rehold
from aggregates.contract_settlement import ContractSettlement, elsewhere, mark_of, undone
from aggregates.contract_state import Block, BlockReason, ContractState, Ending, Reminder, StandingNotice
from aggregates.contract_terms import ContractHeader, ContractLine, LineFee
from aggregates.rules.billing import DueKey
from aggregates.values import Period, rome_date


class Contract(
    ContractLife,
    ContractBilling,
    ContractSettlement,
    ContractAdjustment,
    ContractCharges,
    ContractDocument,
    ContractMachines,
    Aggregate,
):
    """A service contract with its terms (rinnovi), lines, notices, blocks and the ledger of its fees."""

    TOPIC = "contract"

    # Imported here rather than assigned, so that `Contract.Drafted` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.contract_facts import (
        BilledElsewhere as BilledElsewhere, BilledThroughSet as BilledThroughSet, BillingParked as BillingParked,
        Blocked as Blocked, ConsumerReminded as ConsumerReminded, ElsewhereUndone as ElsewhereUndone,
        OverbilledCredited as OverbilledCredited, TermsChanged as TermsChanged, TookPlaceOf as TookPlaceOf,
        Drafted as Drafted, Ended as Ended, FeesProposed as FeesProposed,
        FeesReleased as FeesReleased, HeaderChanged as HeaderChanged, LineAdded as LineAdded,
        LineRemoved as LineRemoved, NoticeReceived as NoticeReceived, NoticeWithdrawn as NoticeWithdrawn,
        PeriodBilled as PeriodBilled, PeriodCredited as PeriodCredited, Renewed as Renewed,
        Signed as Signed, Unblocked as Unblocked,
        FeesAdjusted as FeesAdjusted, ChargeRaised as ChargeRaised, ChargeWithdrawn as ChargeWithdrawn,
        MeterPeriodsSettled as MeterPeriodsSettled, DocumentAsked as DocumentAsked, SerialReplaced as SerialReplaced,
    )
    # fmt: on
    # isort: on

    # Decide (life and billing: `contract_life.py`, `contract_billing.py`)

    @classmethod
    def draft(cls, contract_id: UUID, header: ContractHeader, act: Act) -> Contract:
        """Prepare a contract. Raises `HeaderFeeMisplaced`."""
        check_header(header)
        return cls.begin(cls.Drafted, id=contract_id, act=act, header=header)

    def change_header(self, header: ContractHeader, act: Act) -> None:
        """Change a draft's header; the same header again records nothing."""
        require_draft(self.state)
        check_header(header)
        if header != self.state.header:
            self.trigger_event(self.HeaderChanged, act=act, header=header)

    def add_line(self, line: ContractLine, act: Act) -> None:
        """Serve one more thing; on a signed contract from its own first day on, in proportion (R1.13).

        Giving a draft's line again changes it. Raises `LineOutsideContract`, `SerialAlreadyCovered`.
        """
        known = self.state.line(line.line_id)
        if known is not None and known.model_copy(update={"ends_on": line.ends_on}) == line:
            return
        if known is not None:
            require_draft(self.state)
        require_not_expired(self.state, rome_date(act.at))
        if self.state.terms and line.starts_on is None:
            from_on = max(rome_date(act.at), self.state.terms[0].starts_on)
            line = line.model_copy(update={"starts_on": from_on})
        check_line(self.state, line)
        held = rehold(self.state, self.state.with_line(line))
        self.trigger_event(self.LineAdded, act=act, line=line, **held)

    def remove_line(self, line_id: UUID, last_on: date, act: Act) -> None:
        """Serve a line up to a day and no longer (R1.13); a draft's line is taken away. Raises `LineUnknown`."""
        line = self.state.line(line_id)
        if line is None:
            raise refused.LineUnknown(line_id=str(line_id))
        if not self.state.terms:
            self.trigger_event(self.LineRemoved, act=act, line_id=line_id, last_on=None)
        elif line.ends_on is None or last_on < line.ends_on:
            held = rehold(self.state, self.state.without_line(line_id, last_on))
            self.trigger_event(self.LineRemoved, act=act, line_id=line_id, last_on=last_on, **held)

    def sign(self, number: str, signed_on: date, ends_on: date | None, act: Act) -> None:
        """Give the contract its number and first term. Raises as `first_term_of` does, and `LineOutsideContract`."""
        require_draft(self.state)
        term = first_term_of(self.state, ends_on)
        signed = self.state.signed(number, signed_on, term)
        for line in signed.lines:
            check_line(signed, line)
        held = rehold(self.state, signed)
        self.trigger_event(self.Signed, act=act, number=number, signed_on=signed_on, term=term, **held)

    def change_terms(self, change: TermsChange, act: Act) -> None:
        """Change terms of a signed contract from a day on; the same change again records nothing.

        Periods billed keep their amounts; what a change makes of billed days is due as a difference, or to be credited.
        Raises as `check_change` does, and `SerialAlreadyCovered`.
        """
        if change in self.state.changes:
            return
        check_change(self.state, change)
        changed = self.state.with_change(change)
        touched = {each.line_id for each in change.lines}
        for _, then in changed.versions():
            for line in then.lines:
                if line.line_id in touched:
                    check_serials(then, line)
        self.trigger_event(self.TermsChanged, act=act, change=change, **rehold(self.state, changed))

    # Evolve

    @event(Drafted)
    def __init__(self, header: ContractHeader) -> None:
        self.state = ContractState(contract_id=self.id, header=header)
        self.ledger = FeeLedger()
        self.parked: tuple[str, str] | None = None
        self.printed: Printed | None = None
        self.proposed_version: dict[UUID, int] = {}

    @event(HeaderChanged)
    def _header_changed(self, header: ContractHeader) -> None:
        self.state = self.state.changed(header=header)

    @event(LineAdded)
    def _line_added(self, line: ContractLine) -> None:
        self.state = self.state.with_line(line)

    @event(LineRemoved)
    def _line_removed(self, line_id: UUID, last_on: date | None) -> None:
        self.state = self.state.without_line(line_id, last_on)

    @event(Signed)
    def _signed(self, number: str, signed_on: date, term: Period) -> None:
        self.state = self.state.signed(number, signed_on, term)

    @event(Renewed)
    def _renewed(self, term: Period, is_tacit: bool, fees: tuple[LineFee, ...]) -> None:
        self.state = self.state.renewed(term, fees, is_tacit)

    @event(NoticeReceived)
    def _notice_received(self, received_on: date, acts_on: date) -> None:
        self.state = self.state.noticed(StandingNotice(received_on=received_on, acts_on=acts_on))

    @event(NoticeWithdrawn)
    def _notice_withdrawn(self) -> None:
        self.state = self.state.noticed(None)

    @event(Blocked)
    def _blocked(self, block: Block) -> None:
        self.state = self.state.blocked(block)

    @event(Unblocked)
    def _unblocked(self, until_on: date, reason: BlockReason | None) -> None:
        self.state = self.state.unblocked(until_on, reason)

    @event(Ended)
    def _ended(self, ending: Ending) -> None:
        self.state = self.state.changed(ending=ending)

    @event(TermsChanged)
    def _terms_changed(self, change: TermsChange) -> None:
        self.state = self.state.with_change(change)

    @event(SerialReplaced)
    def _serial_replaced(self, from_on: date, swap: SerialSwap, reason: str | None) -> None:
        self.state = self.state.with_change(TermsChange(from_on=from_on, serials=(swap,), reason=reason))

    @event(TookPlaceOf)
    def _took_place_of(self, predecessor_id: UUID) -> None:
        self.state = self.state.succeeding(predecessor_id)

    @event(ConsumerReminded)
    def _consumer_reminded(self, reminder: Reminder) -> None:
        self.state = self.state.reminded(reminder)

    @event(OverbilledCredited)
    def _overbilled_credited(self, fees: tuple[FeeCredit, ...]) -> None:
        self.state = self.state.settling(fees)

    @event(BilledElsewhere)
    def _billed_elsewhere(self, mark_id: UUID, fees: tuple[Fee, ...], reference: str, reason: str) -> None:
        self.state = self.state.billed_elsewhere(mark_of(mark_id, fees, reference, reason))
        self.ledger = elsewhere(self.ledger, mark_id, reference, fees)

    @event(ElsewhereUndone)
    def _elsewhere_undone(self, keys: tuple[DueKey, ...]) -> None:
        self.state, self.ledger = self.state.due_again(keys), undone(self.ledger, keys)

    @event(BilledThroughSet)
    def _billed_through_set(self, through_on: date) -> None:
        self.state = self.state.changed(billed_through=through_on)

    @event(FeesProposed)
    def _fees_proposed(self, invoice_id: UUID, fees: tuple[Fee, ...]) -> None:
        self.ledger, self.parked = self.ledger.proposed(invoice_id, fees), None
        self.proposed_version[invoice_id] = self.version

    @event(MeterPeriodsSettled)
    def _meter_periods_settled(self, fees: tuple[Fee, ...]) -> None:
        self.ledger = self.ledger.settling(fees)

    @event(FeesReleased)
    def _fees_released(self, invoice_id: UUID, keys: tuple[DueKey, ...]) -> None:
        self.ledger = self.ledger.released(invoice_id, keys)

    @event(PeriodBilled)
    def _period_billed(
        self, invoice_id: UUID, number: str, billed_on: date, fees: tuple[Fee, ...], is_credit_note: bool
    ) -> None:
        self.ledger = self.ledger.billed(invoice_id, number, billed_on, fees, is_on_note=is_credit_note)
        self.proposed_version.pop(invoice_id, None)

    @event(PeriodCredited)
    def _period_credited(self, fees: tuple[FeeCredit, ...], is_reopened: bool) -> None:
        self.ledger = self.ledger.credited(fees, is_reopened)

    @event(DocumentAsked)
    def _document_asked(self, clauses: tuple[Clause, ...]) -> None:
        self.printed = Printed(state=self.state, clauses=clauses)

    @event(BillingParked)
    def _billing_parked(self, code: str, reason: str) -> None:
        self.parked = (code, reason)

    @event(FeesAdjusted)
    def _fees_adjusted(self, adjustment: FeeAdjustment) -> None:
        self.state = self.state.adjusted(adjustment.from_on, adjustment.fees).noting(adjustment)

    @event(ChargeRaised)
    def _charge_raised(self, charge: ContractCharge) -> None:
        self.state = self.state.with_charge(charge)

    @event(ChargeWithdrawn)
    def _charge_withdrawn(self, charge_id: UUID) -> None:
        self.state = self.state.without_charge(charge_id)
