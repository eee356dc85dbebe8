"""Life of a contract (vita del contratto): renewals, notices, blocks and ends (R1.6–R1.12)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from aggregates import contract_facts as facts
from aggregates import contract_refusals as refused
from aggregates.base import Act, require
from aggregates.contract_parts import ContractParts
from aggregates.contract_reminder import FREE_WITHDRAWAL, free_withdrawal_until
from aggregates.contract_rules import check_last_day, require_not_expired, require_signed
from aggregates.contract_serials import rehold
from aggregates.contract_state import (
    Block,
    BlockReason,
    ContractStatus,
    Ending,
    HoursPolicy,
    Reminder,
    StandingNotice,
)
from aggregates.contract_terms import LineFee
from aggregates.values import rome_date

ONE_DAY = timedelta(days=1)


class ContractLife(ContractParts):
    """The decisions of a contract from its signature to its end."""

    # Decide: terms

    def renew_tacitly(self, on: date, act: Act) -> None:
        """Append every term that tacit renewal has brought by a day; none due is nothing (R1.6).

        Raises `RenewalNotTacit` without a valid clause, `UnderNotice`, `ContractNotSigned`, `ContractHasEnded`.
        """
        require_signed(self.state)
        header = self.state.on(self.state.terms[-1].ends_on).header
        require(header.tacit_renewal and header.clause_approved, refused.RenewalNotTacit)
        self._require_no_notice_of(self.state.terms[-1].ends_on)
        while (renews_on := self.state.renews_on) is not None and on >= renews_on:
            self._renew(is_tacit=True, fees=(), act=act)

    def renew_by_agreement(self, expiry_on: date, fees: tuple[LineFee, ...], act: Act) -> None:
        """Append one term after the expiry, also late; one that already follows it stays as it is (R1.9)."""
        require_signed(self.state)
        self._require_no_notice_of(expiry_on)
        known = {self.id, *(line.line_id for line in self.state.lines)}
        for fee in fees:
            require(fee.line_id in known, refused.LineUnknown, line_id=str(fee.line_id))
        if self.state.terms[-1].ends_on <= expiry_on:
            self._renew(is_tacit=False, fees=fees, act=act)

    def receive_notice(self, received_on: date, act: Act) -> None:
        """Keep a notice; received late it acts on the next expiry (R1.7). The first standing one counts."""
        require_signed(self.state)
        if self.state.notice is None:
            require_not_expired(self.state, received_on)
            acts_on = self.state.notice_acts_on(received_on)
            after = self.state.noticed(StandingNotice(received_on=received_on, acts_on=acts_on))
            held = rehold(self.state, after)
            self._record(facts.NoticeReceived, act=act, received_on=received_on, acts_on=acts_on, **held)

    def withdraw_notice(self, withdrawn_on: date, act: Act) -> None:
        """Go on as if no notice had come, as both parties agree."""
        require_signed(self.state)
        require(self.state.notice is not None, refused.NoNotice)
        held = rehold(self.state, self.state.noticed(None))
        self._record(facts.NoticeWithdrawn, act=act, withdrawn_on=withdrawn_on, **held)

    # Decide: blocks and ends

    def block(self, from_on: date, reason: BlockReason, note: str | None, act: Act) -> None:
        """Block the service from a day on, for arrears only where the contract allows it (R1.10).

        Blocks for different reasons may lie over each other. Raises `BlockOverlaps`, `SuspensionNotAgreed`.
        """
        block = Block(from_on=from_on, reason=reason, note=note)
        if block in self.state.blocks:
            return
        require_signed(self.state)
        is_agreed = reason is not BlockReason.ARREARS or self.state.on(from_on).header.suspension_approved
        require(is_agreed, refused.SuspensionNotAgreed)
        for other in self.state.blocks:
            if other.reason is not reason:
                continue
            is_over = other.until_on is not None and other.until_on < from_on
            require(is_over, refused.BlockOverlaps, from_on=str(other.from_on))
        self._record(facts.Blocked, act=act, block=block)

    def unblock(self, on: date, act: Act, reason: BlockReason | None = None) -> None:
        """Serve again from a day on, as far as one reason or all of them are concerned. Raises `NotBlocked`."""
        open_ones = [block for block in self.state.blocks if block.until_on is None]
        require(any(reason in (None, block.reason) for block in open_ones), refused.NotBlocked)
        self._record(facts.Unblocked, act=act, until_on=on - ONE_DAY, reason=reason)

    def terminate(self, last_on: date, reason: str, act: Act) -> None:
        """End the contract for breach or a consumer's withdrawal; `last_on` is the last day in force (RISOLTO)."""
        self._end(Ending(status=ContractStatus.TERMINATED, last_on=last_on, reason=reason), act)

    def supersede(self, successor_id: UUID, starts_on: date, act: Act, hours: HoursPolicy = HoursPolicy.MOVE) -> None:
        """Give way to a signed successor that starts on a day (R1.12). Raises `SuccessorIsSame`."""
        require(successor_id != self.id, refused.SuccessorIsSame)
        ending = Ending(
            status=ContractStatus.SUPERSEDED, last_on=starts_on - ONE_DAY, successor_id=successor_id, hours=hours
        )
        self._end(ending, act)

    @property
    def hours_end_on(self) -> date | None:
        """The last day of hours that the successor does not get (R1.12); None where they move, or nothing succeeded."""
        ending = self.state.ending
        return ending.last_on if ending is not None and ending.hours is HoursPolicy.EXPIRE else None

    def take_place_of(self, predecessor_id: UUID, starts_on: date, act: Act) -> None:
        """Point back to the contract whose place this one takes (R1.12); saying it again records nothing."""
        require(bool(self.state.terms), refused.ContractNotSigned)
        if self.state.predecessor_id != predecessor_id:
            self._record(facts.TookPlaceOf, act=act, predecessor_id=predecessor_id, starts_on=starts_on)

    # Decide: consumers

    def remind(self, reminder: Reminder, text: str, act: Act) -> None:
        """Keep that the consumer was told of an expiry (R1.8); the first reminder of an expiry is the one that counts.

        Raises `NotConsumer`, `ReminderTooLate`.
        """
        require_signed(self.state)
        require(self.state.header.is_consumer, refused.NotConsumer)
        if all(known.expiry_on != reminder.expiry_on for known in self.state.reminders):
            is_before = reminder.sent_on <= reminder.expiry_on
            told = {"expiry_on": str(reminder.expiry_on), "sent_on": str(reminder.sent_on)}
            require(is_before, refused.ReminderTooLate, **told)
            self._record(facts.ConsumerReminded, act=act, reminder=reminder, text=text)

    def withdraw_as_consumer(self, on: date, last_on: date, act: Act) -> None:
        """End the contract by the free withdrawal of a consumer who was not reminded in time (R1.8).

        Raises `NotConsumer`, `NoFreeWithdrawal`, `LastDayOutside`.
        """
        ending = Ending(status=ContractStatus.TERMINATED, last_on=last_on, reason=FREE_WITHDRAWAL)
        if self.state.ending != ending:
            require_signed(self.state)
            require(self.state.header.is_consumer, refused.NotConsumer)
            is_free = free_withdrawal_until(self.state, on) is not None
            require(is_free, refused.NoFreeWithdrawal, on=str(on))
            self._end(ending, act)

    def cancel(self, reason: str, act: Act) -> None:
        """Call off a contract that has not started and of which nothing is billed."""
        ending = Ending(status=ContractStatus.CANCELLED, reason=reason)
        if self.state.ending != ending:
            status = self.state.status(rome_date(act.at))
            is_early = status in (ContractStatus.DRAFT, ContractStatus.SIGNED)
            require(is_early, refused.ContractHasEnded, status=status)
            require(not self.ledger.entries, refused.AlreadyBilling)
            held = rehold(self.state, self.state.changed(ending=ending))
            self._record(facts.Ended, act=act, ending=ending, **held)

    def _require_no_notice_of(self, expiry_on: date) -> None:
        notice = self.state.notice
        if notice is not None and notice.acts_on <= expiry_on:
            raise refused.UnderNotice(received_on=str(notice.received_on), acts_on=str(notice.acts_on))

    def _renew(self, *, is_tacit: bool, fees: tuple[LineFee, ...], act: Act) -> None:
        term, term_number = self.state.next_term(), len(self.state.terms) + 1
        held = rehold(self.state, self.state.renewed(term, fees))
        self._record(facts.Renewed, act=act, term=term, term_number=term_number, is_tacit=is_tacit, fees=fees, **held)

    def _end(self, ending: Ending, act: Act) -> None:
        if self.state.ending != ending and ending.last_on is not None:
            require_signed(self.state)
            check_last_day(self.state, ending.last_on)
            held = rehold(self.state, self.state.changed(ending=ending))
            self._record(facts.Ended, act=act, ending=ending, **held)
