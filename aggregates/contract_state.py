"""State of a contract (stato del contratto): what its facts make of it, and what it is on a date (§1.2).

A frozen value that the aggregate and the read models both build with the same methods. The status is not stored: it
is a function of the facts and a date, so that nothing has to happen at midnight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Literal
from uuid import UUID

from pydantic import Field

from aggregates.contract_adjusted import Priced
from aggregates.contract_changes import TermsChange, changed_header, changed_line
from aggregates.contract_ledger import FeeCredit
from aggregates.contract_terms import ContractHeader, ContractLine, FeeDetermination, LineFee
from aggregates.rules.billing import DatedFee, DueKey, FeeLine, FeeTerms
from aggregates.rules.periods import last_notice_day, next_term, notice_ends_on
from aggregates.values import Period, Value

ONE_DAY = timedelta(days=1)


class ContractStatus(StrEnum):
    """Where a contract stands on a date."""

    DRAFT = "draft"
    SIGNED = "signed"
    ACTIVE = "active"
    UNDER_NOTICE = "under_notice"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    TERMINATED = "terminated"
    CANCELLED = "cancelled"


IN_FORCE = (ContractStatus.ACTIVE, ContractStatus.UNDER_NOTICE)


class BlockReason(StrEnum):
    """Why the service is blocked (R1.1)."""

    ARREARS = "arrears"
    EXPIRED = "expired"
    MANUAL = "manual"


class Block(Value):
    """Days on which the service is blocked (assistenza bloccata); without an end it goes on."""

    from_on: date
    until_on: date | None = None
    reason: BlockReason = BlockReason.MANUAL
    note: str | None = None

    def holds(self, day: date) -> bool:
        """Whether the day is blocked."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


class HoursPolicy(StrEnum):
    """What becomes of hours left when a successor takes over (R1.12)."""

    MOVE = "move"
    EXPIRE = "expire"


class ReminderChannel(StrEnum):
    """How a consumer was told of the last day for notice: in writing or by another lasting means (R1.8)."""

    LETTER = "letter"
    EMAIL = "email"
    CERTIFIED_MAIL = "certified_mail"
    SMS = "sms"
    HAND = "hand"


class Reminder(Value):
    """A consumer was told until when notice of an expiry may be given (R1.8)."""

    expiry_on: date
    last_notice_on: date
    sent_on: date
    channel: ReminderChannel
    proof: str | None = Field(default=None, max_length=200, description="Where the proof of sending is.")


class Elsewhere(Value):
    """Instalments that another document billed; nobody bills them here (per altra via)."""

    mark_id: UUID
    keys: tuple[DueKey, ...]
    reference: str
    reason: str


class StandingNotice(Value):
    """A notice (disdetta) that was not withdrawn: when it was received, on which expiry it acts (R1.7)."""

    received_on: date
    acts_on: date


class Ending(Value):
    """An end that is not an expiry; `last_on` is the last day in force, none for a contract that was cancelled."""

    status: Literal[ContractStatus.SUPERSEDED, ContractStatus.TERMINATED, ContractStatus.CANCELLED]
    last_on: date | None = None
    reason: str | None = None
    successor_id: UUID | None = None
    hours: HoursPolicy | None = Field(default=None, description="With a successor: what becomes of hours left.")


class TermFees(Value):
    """Annual fees that hold from the start of a term on (R1.20)."""

    from_on: date
    fees: tuple[LineFee, ...]


class ContractState(Priced):
    """A contract as its facts make it, but for what was billed."""

    contract_id: UUID
    header: ContractHeader
    lines: tuple[ContractLine, ...] = ()
    number: str | None = None
    signed_on: date | None = None
    terms: tuple[Period, ...] = ()
    fees: tuple[TermFees, ...] = ()
    notice: StandingNotice | None = None
    blocks: tuple[Block, ...] = ()
    ending: Ending | None = None
    billed_through: date | None = None
    changes: tuple[TermsChange, ...] = ()
    tacit_terms: tuple[int, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    settled: tuple[FeeCredit, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    predecessor_id: UUID | None = None

    # What it is on a date

    def status(self, on: date) -> ContractStatus:
        """The status on a date (§1.2)."""
        ending, ends_on = self.ending, self.ends_on
        if ending is not None and (ending.last_on is None or on > ending.last_on):
            return ending.status
        if ends_on is None:
            return ContractStatus.DRAFT
        if on < self.terms[0].starts_on:
            return ContractStatus.SIGNED
        if on > ends_on:
            return ContractStatus.EXPIRED
        return ContractStatus.UNDER_NOTICE if self._is_under_notice(on) else ContractStatus.ACTIVE

    def _is_under_notice(self, on: date) -> bool:
        return self.notice is not None and self.notice.received_on <= on

    @property
    def ends_on(self) -> date | None:
        """The last day in force as things stand; None before signing."""
        if not self.terms:
            return None
        noticed = self.notice.acts_on if self.notice else None
        ended = self.ending.last_on if self.ending else None
        return min(day for day in (self.terms[-1].ends_on, noticed, ended) if day is not None)

    def block(self, on: date) -> Block | None:
        """The block that holds on a day, if any (R1.1); an expired contract is blocked from the day after (R1.10)."""
        found = next((block for block in self.blocks if block.holds(on)), None)
        if found is None and self.status(on) is ContractStatus.EXPIRED and self.ends_on is not None:
            return Block(from_on=self.ends_on + ONE_DAY, reason=BlockReason.EXPIRED)
        return found

    def on(self, day: date) -> ContractState:
        """With header and lines as the changes that hold on a day make them."""
        held = _by_day(change for change in self.changes if change.from_on <= day)
        if not held:
            return self
        lines = tuple(changed_line(line, held) for line in self.lines)
        return self._but(header=changed_header(self.header, held), lines=lines, changes=())

    def versions(self) -> Iterator[tuple[Period, ContractState]]:
        """The stretches of the contract's days on which header and lines are the same, each with the state then."""
        if not self.terms or self.ends_on is None or self.ends_on < self.terms[0].starts_on:
            return
        first_on, last_on = self.terms[0].starts_on, self.ends_on
        turns = (each.from_on for each in self.changes if each.header or each.lines or each.serials)
        cuts = {from_on for from_on in turns if first_on < from_on <= last_on}
        starts = [first_on, *sorted(cuts)]
        for starts_on, ends_on in zip(starts, [*(cut - ONE_DAY for cut in starts[1:]), last_on], strict=True):
            yield Period(starts_on=starts_on, ends_on=ends_on), self.on(starts_on)

    def line(self, line_id: UUID) -> ContractLine | None:
        """A line by its id."""
        return next((line for line in self.lines if line.line_id == line_id), None)

    def served(self, line: ContractLine, within: Period) -> Period | None:
        """The days of a stretch on which a line is served."""
        starts_on, ends_on = max(within.starts_on, line.starts_on or within.starts_on), within.ends_on
        if line.ends_on is not None:
            ends_on = min(ends_on, line.ends_on)
        return Period(starts_on=starts_on, ends_on=ends_on) if starts_on <= ends_on else None

    # Renewal and notice

    @property
    def last_notice_on(self) -> date | None:
        """The last day on which notice for the current term's end may be received (R1.7)."""
        return last_notice_day(self.terms[-1].ends_on, self._last_header.notice) if self.terms else None

    @property
    def _last_header(self) -> ContractHeader:
        """What is agreed about renewal when the last term ends."""
        ends_on = self.terms[-1].ends_on
        return changed_header(self.header, _by_day(change for change in self.changes if change.from_on <= ends_on))

    @property
    def renews_on(self) -> date | None:
        """The day from which tacit renewal is due: the day after the last notice day; None when it can't be (R1.6)."""
        last = self.last_notice_on
        if last is None:
            return None
        header = self._last_header
        if not (header.tacit_renewal and header.clause_approved):
            return None
        if self.ending is not None or self.gives_notice_of(self.terms[-1].ends_on):
            return None
        return last + ONE_DAY

    def gives_notice_of(self, expiry_on: date) -> bool:
        """Whether a standing notice ends the contract at that expiry or before."""
        return self.notice is not None and self.notice.acts_on <= expiry_on

    def following(self) -> Iterator[Period]:
        """The terms so far, then those that tacit renewals would add."""
        yield from self.terms
        term = self.terms[-1]
        while True:
            term = next_term(self.terms[0].starts_on, term, self.header.term_months)
            yield term

    def notice_acts_on(self, received_on: date) -> date:
        """The expiry on which a notice received on a day acts: a late one acts on the next (R1.7)."""
        header = self._last_header
        if not header.tacit_renewal:
            return self.terms[-1].ends_on
        running = (term for term in self.following() if term.ends_on >= received_on)
        return notice_ends_on(received_on, header.notice, running)

    def next_term(self) -> Period:
        """The term that would follow the last one."""
        return next(islice(self.following(), len(self.terms), None))

    # Fees

    def fee_terms(self, *, open_blocks: bool = True) -> FeeTerms | None:
        """What decides its fees; None for a draft, a cancelled contract or one without fees.

        Where blocked days are not billed (R1.10), a block without an end goes on to the last day; credits ask with
        `open_blocks` off, because nobody knows yet how many days it will take.
        """
        if not self.terms or (self.ending and self.ending.last_on is None):
            return None
        header, lines = self.header, self._fee_lines()
        if not lines:
            return None
        return FeeTerms(
            starts_on=self.terms[0].starts_on,
            step_months=header.step_months,
            alignment=header.alignment,
            sticky_end_of_month=header.sticky_end_of_month,
            timing=header.timing,
            offset_days=header.offset_days,
            first_period=header.first_period,
            basis=header.basis,
            terms=self.terms,
            ends_on=self.ends_on,
            lines=lines,
            idle=() if header.bills_while_blocked else tuple(self._idle(open_blocks)),
        )

    def _idle(self, open_blocks: bool) -> Iterator[Period]:
        for block in self.blocks:
            until_on = block.until_on or (max(block.from_on, self.terms[-1].ends_on) if open_blocks else None)
            if until_on is not None:
                yield Period(starts_on=block.from_on, ends_on=until_on)

    def _fee_lines(self) -> tuple[FeeLine, ...]:
        header = self.header
        if header.determination is FeeDetermination.ZERO:
            return ()
        if header.determination is FeeDetermination.HEADER_AMOUNT:
            amount = header.annual_fee.amount if header.annual_fee else Decimal("0.00")
            return (FeeLine(line_id=self.contract_id, fees=self._dated(self.contract_id, amount)),)
        return tuple(
            FeeLine(
                line_id=line.line_id,
                starts_on=line.starts_on,
                ends_on=line.ends_on,
                fees=self._dated(line.line_id, line.net_annual_fee),
            )
            for line in self.lines
        )

    def _dated(self, line_id: UUID, first: Decimal) -> tuple[DatedFee, ...]:
        later = [
            DatedFee(from_on=term.from_on, annual_fee=fee.annual_fee)
            for term in self.fees
            for fee in term.fees
            if fee.line_id == line_id
        ]
        # A change from an earlier day does not undo one from a later day; of two from the same day the last counts.
        return (
            DatedFee(from_on=self.terms[0].starts_on, annual_fee=first),
            *sorted(later, key=lambda fee: fee.from_on),
        )

    # What facts make of it

    def with_line(self, line: ContractLine) -> ContractState:
        """With one more line, or another version of one."""
        others = tuple(line if each.line_id == line.line_id else each for each in self.lines)
        return self._but(lines=others if self.line(line.line_id) else (*self.lines, line))

    def without_line(self, line_id: UUID, last_on: date | None) -> ContractState:
        """Without a line (a draft's), or with one that ends on a day."""
        kept = (each for each in self.lines if each.line_id != line_id or last_on is not None)
        return self._but(
            lines=tuple(e.model_copy(update={"ends_on": last_on}) if e.line_id == line_id else e for e in kept)
        )

    def signed(self, number: str, signed_on: date, term: Period) -> ContractState:
        """Signed, with its number and first term."""
        return self._but(number=number, signed_on=signed_on, terms=(term,))

    def renewed(self, term: Period, fees: tuple[LineFee, ...], is_tacit: bool = False) -> ContractState:
        """With one more term, and perhaps new fees from its start."""
        tacit = (*self.tacit_terms, len(self.terms) + 1) if is_tacit else self.tacit_terms
        return self.adjusted(term.starts_on, fees)._but(terms=(*self.terms, term), tacit_terms=tacit)

    def adjusted(self, from_on: date, fees: tuple[LineFee, ...]) -> ContractState:
        """With new annual fees from a day on."""
        return self._but(fees=(*self.fees, TermFees(from_on=from_on, fees=fees))) if fees else self

    def with_change(self, change: TermsChange) -> ContractState:
        """With terms changed from a day on."""
        return self.adjusted(change.from_on, change.fees)._but(changes=(*self.changes, change))

    def blocked(self, block: Block) -> ContractState:
        """With one more block."""
        return self._but(blocks=(*self.blocks, block))

    def unblocked(self, until_on: date, reason: BlockReason | None = None) -> ContractState:
        """With the open blocks ended, all or those of a reason; one that ends before it began never was."""
        closed = (
            b if b.until_on or reason not in (None, b.reason) else b.model_copy(update={"until_on": until_on})
            for b in self.blocks
        )
        return self._but(blocks=tuple(b for b in closed if b.until_on is None or b.until_on >= b.from_on))

    def changed(
        self,
        *,
        header: ContractHeader | None = None,
        ending: Ending | None = None,
        billed_through: date | None = None,
    ) -> ContractState:
        """With another header, an ending or an opening balance; what is left out stays."""
        given = {"header": header, "ending": ending, "billed_through": billed_through}
        return self._but(**{name: value for name, value in given.items() if value is not None})

    def noticed(self, notice: StandingNotice | None) -> ContractState:
        """With a standing notice, or with none after it was withdrawn."""
        return self._but(notice=notice)

    def reminded(self, reminder: Reminder) -> ContractState:
        """With a consumer told of an expiry."""
        return self._but(reminders=(*self.reminders, reminder))

    def settling(self, credits_: Iterable[FeeCredit]) -> ContractState:
        """With credits that settled a difference."""
        return self._but(settled=(*self.settled, *credits_))

    def billed_elsewhere(self, mark: Elsewhere) -> ContractState:
        """With instalments that another document billed."""
        return self._but(elsewhere=(*self.elsewhere, mark))

    def due_again(self, keys: Iterable[DueKey]) -> ContractState:
        """Without marks on instalments that nobody billed after all."""
        gone = frozenset(keys)
        kept = (m.model_copy(update={"keys": tuple(k for k in m.keys if k not in gone)}) for m in self.elsewhere)
        return self._but(elsewhere=tuple(mark for mark in kept if mark.keys))

    def succeeding(self, predecessor_id: UUID) -> ContractState:
        """With the contract whose place it took (R1.12)."""
        return self._but(predecessor_id=predecessor_id)

    def _but(self, **changes: object) -> ContractState:
        return self.model_copy(update=changes)


def _by_day(changes: Iterable[TermsChange]) -> list[TermsChange]:
    return sorted(changes, key=lambda change: change.from_on)
