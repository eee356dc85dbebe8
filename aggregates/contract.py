"""Contract (contratto di assistenza): what is served, for how long, at what fee, and which periods are billed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from aggregates import contract_refusals as refused
from aggregates.base import Act, Aggregate, FirstEvent, event, require
from aggregates.contract_ledger import Fee, FeeCredit, FeeLedger, FeeState
from aggregates.contract_rules import (
    check_as_due,
    check_header,
    check_last_day,
    check_line,
    first_term_of,
    require_draft,
    require_not_expired,
    require_signed,
)
from aggregates.contract_state import Block, BlockReason, ContractState, ContractStatus, Ending, StandingNotice
from aggregates.contract_terms import ContractHeader, ContractLine, LineFee
from aggregates.rules.billing import DueKey, Instalment, instalments_due
from aggregates.values import Period, rome_date

ONE_DAY = timedelta(days=1)


class Contract(Aggregate):
    """A service contract with its terms (rinnovi), lines, notices, blocks and the ledger of its fees."""

    TOPIC = "contract"

    class Drafted(FirstEvent):
        """A contract is being prepared."""

        TOPIC = "contract.drafted.v1"
        header: ContractHeader

    class HeaderChanged(Aggregate.Event):
        """The draft's header is different."""

        TOPIC = "contract.header-changed.v1"
        header: ContractHeader

    class LineAdded(Aggregate.Event):
        """The contract serves one more thing."""

        TOPIC = "contract.line-added.v1"
        line: ContractLine

    class LineRemoved(Aggregate.Event):
        """A line is served up to and with `last_on`; a draft's line is gone altogether."""

        TOPIC = "contract.line-removed.v1"
        line_id: UUID
        last_on: date | None

    class Signed(Aggregate.Event):
        """Both parties signed (stipula): the contract has its number and first term (Rinnovo 1)."""

        TOPIC = "contract.signed.v1"
        number: str
        signed_on: date
        term: Period

    class Renewed(Aggregate.Event):
        """One more term (Rinnovo), tacit or agreed, with new annual fees where they changed."""

        TOPIC = "contract.renewed.v1"
        term: Period
        term_number: int
        is_tacit: bool
        fees: tuple[LineFee, ...]

    class NoticeReceived(Aggregate.Event):
        """Notice (disdetta) was received: the contract ends on the expiry on which it acts (R1.7)."""

        TOPIC = "contract.notice-received.v1"
        received_on: date
        acts_on: date

    class NoticeWithdrawn(Aggregate.Event):
        """Both parties agreed that the notice no longer counts."""

        TOPIC = "contract.notice-withdrawn.v1"
        withdrawn_on: date

    class Blocked(Aggregate.Event):
        """The service is blocked from a day on; the status stays what it is (R1.1, R1.10)."""

        TOPIC = "contract.blocked.v1"
        block: Block

    class Unblocked(Aggregate.Event):
        """The block ended; `until_on` was its last day."""

        TOPIC = "contract.unblocked.v1"
        until_on: date

    class Ended(Aggregate.Event):
        """The contract was terminated, superseded or cancelled."""

        TOPIC = "contract.ended.v1"
        ending: Ending

    class BilledThroughSet(Aggregate.Event):
        """Opening balance: every day up to `through_on` was billed before the company came to Libretto."""

        TOPIC = "contract.billed-through-set.v1"
        through_on: date

    class FeesProposed(Aggregate.Event):
        """A proposed invoice holds these instalments; nobody else can bill them."""

        TOPIC = "contract.fees-proposed.v1"
        invoice_id: UUID
        fees: tuple[Fee, ...]

    class FeesReleased(Aggregate.Event):
        """A proposal gave instalments back; they are due again."""

        TOPIC = "contract.fees-released.v1"
        invoice_id: UUID
        keys: tuple[DueKey, ...]

    class PeriodBilled(Aggregate.Event):
        """An issued invoice bills these instalments, for ever: their keys can't be billed again (R1.14)."""

        TOPIC = "contract.period-billed.v1"
        invoice_id: UUID
        number: str
        billed_on: date
        fees: tuple[Fee, ...]

    class PeriodCredited(Aggregate.Event):
        """A credit note takes back amounts of billed instalments; reopened ones are due again (R1.15)."""

        TOPIC = "contract.period-credited.v1"
        invoice_id: UUID
        credit_note_id: UUID
        number: str
        fees: tuple[FeeCredit, ...]
        is_reopened: bool

    class BillingParked(Aggregate.Event):
        """A billing run could not bill this contract and left it alone; it is tried again by every run."""

        TOPIC = "contract.billing-parked.v1"
        code: str
        reason: str

    # Decide: draft and signing

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
            line = line.model_copy(update={"starts_on": rome_date(act.at)})
        check_line(self.state, line)
        self.trigger_event(self.LineAdded, act=act, line=line)

    def remove_line(self, line_id: UUID, last_on: date, act: Act) -> None:
        """Serve a line up to a day and no longer (R1.13); a draft's line is taken away. Raises `LineUnknown`."""
        line = self.state.line(line_id)
        if line is None:
            raise refused.LineUnknown(line_id=str(line_id))
        if not self.state.terms:
            self.trigger_event(self.LineRemoved, act=act, line_id=line_id, last_on=None)
        elif line.ends_on is None or last_on < line.ends_on:
            self.trigger_event(self.LineRemoved, act=act, line_id=line_id, last_on=last_on)

    def sign(self, number: str, signed_on: date, ends_on: date | None, act: Act) -> None:
        """Give the contract its number and first term. Raises as `first_term_of` does, and `LineOutsideContract`."""
        require_draft(self.state)
        term = first_term_of(self.state, ends_on)
        signed = self.state.signed(number, signed_on, term)
        for line in signed.lines:
            check_line(signed, line)
        self.trigger_event(self.Signed, act=act, number=number, signed_on=signed_on, term=term)

    # Decide: terms

    def renew_tacitly(self, on: date, act: Act) -> None:
        """Append every term that tacit renewal has brought by a day; none due is nothing (R1.6).

        Raises `RenewalNotTacit` without a valid clause, `UnderNotice`, `ContractNotSigned`, `ContractHasEnded`.
        """
        require_signed(self.state)
        header = self.state.header
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
            self.trigger_event(self.NoticeReceived, act=act, received_on=received_on, acts_on=acts_on)

    def withdraw_notice(self, withdrawn_on: date, act: Act) -> None:
        """Go on as if no notice had come, as both parties agree."""
        require_signed(self.state)
        require(self.state.notice is not None, refused.NoNotice)
        self.trigger_event(self.NoticeWithdrawn, act=act, withdrawn_on=withdrawn_on)

    # Decide: blocks and ends

    def block(self, from_on: date, reason: BlockReason, note: str | None, act: Act) -> None:
        """Block the service from a day on; fees go on (R1.10). Raises `BlockOverlaps`."""
        block = Block(from_on=from_on, reason=reason, note=note)
        if block in self.state.blocks:
            return
        require_signed(self.state)
        for other in self.state.blocks:
            is_over = other.until_on is not None and other.until_on < from_on
            require(is_over, refused.BlockOverlaps, from_on=str(other.from_on))
        self.trigger_event(self.Blocked, act=act, block=block)

    def unblock(self, on: date, act: Act) -> None:
        """Serve again from a day on."""
        require(any(block.until_on is None for block in self.state.blocks), refused.NotBlocked)
        self.trigger_event(self.Unblocked, act=act, until_on=on - ONE_DAY)

    def terminate(self, last_on: date, reason: str, act: Act) -> None:
        """End the contract for breach or a consumer's withdrawal; `last_on` is the last day in force (RISOLTO)."""
        self._end(Ending(status=ContractStatus.TERMINATED, last_on=last_on, reason=reason), act)

    def supersede(self, successor_id: UUID, starts_on: date, act: Act) -> None:
        """Give way to a signed successor that starts on a day (R1.12)."""
        last_on = starts_on - ONE_DAY
        self._end(Ending(status=ContractStatus.SUPERSEDED, last_on=last_on, successor_id=successor_id), act)

    def cancel(self, reason: str, act: Act) -> None:
        """Call off a contract that has not started and of which nothing is billed."""
        ending = Ending(status=ContractStatus.CANCELLED, reason=reason)
        if self.state.ending != ending:
            status = self.state.status(rome_date(act.at))
            is_early = status in (ContractStatus.DRAFT, ContractStatus.SIGNED)
            require(is_early, refused.ContractHasEnded, status=status)
            require(not self.ledger.entries, refused.AlreadyBilling)
            self.trigger_event(self.Ended, act=act, ending=ending)

    # Decide: billing

    def set_billed_through(self, through_on: date, act: Act) -> None:
        """Take over a contract billed elsewhere through a day; only before the first proposal."""
        if self.state.billed_through == through_on:
            return
        require(not self.ledger.entries, refused.AlreadyBilling)
        self.trigger_event(self.BilledThroughSet, act=act, through_on=through_on)

    def due(self, until: date) -> list[Instalment]:
        """The instalments to bill by a day that no invoice or proposal holds."""
        terms = self.state.fee_terms()
        if terms is None:
            return []
        return instalments_due(terms, self.ledger.held, self.state.billed_through, until, self.ledger.reopened)

    def propose_fees(self, invoice_id: UUID, fees: Sequence[Fee], act: Act) -> None:
        """Hold instalments for a proposed invoice. Raises `AlreadyBilled`, `FeeNotDue`."""
        held = self.ledger.held
        for fee in fees:
            require(fee.key not in held, refused.AlreadyBilled, number=fee.key.number)
        check_as_due(self.state, self.ledger, fees)
        self.trigger_event(self.FeesProposed, act=act, invoice_id=invoice_id, fees=tuple(fees))

    def release_fees(self, invoice_id: UUID, keys: Iterable[DueKey], act: Act) -> None:
        """Give back instalments of a proposal that will not be issued."""
        wanted = frozenset(keys)
        held = tuple(
            entry.fee.key
            for entry in self.ledger.of_invoice(invoice_id)
            if entry.state is FeeState.PROPOSED and entry.fee.key in wanted
        )
        if held:
            self.trigger_event(self.FeesReleased, act=act, invoice_id=invoice_id, keys=held)

    def bill(self, invoice_id: UUID, number: str, billed_on: date, fees: Sequence[Fee], act: Act) -> None:
        """Bind proposed instalments to their issued invoice. Raises `AlreadyBilled`, `FeeNotDue`."""
        for fee in fees:
            entry = self.ledger.entry(fee.key)
            is_ours = entry is not None and entry.invoice_id == invoice_id and entry.state is FeeState.PROPOSED
            require(is_ours, refused.AlreadyBilled, number=fee.key.number)
        check_as_due(self.state, self.ledger, fees)
        self.trigger_event(
            self.PeriodBilled, act=act, invoice_id=invoice_id, number=number, billed_on=billed_on, fees=tuple(fees)
        )

    def credit(
        self,
        invoice_id: UUID,
        credit_note_id: UUID,
        number: str,
        fees: Sequence[FeeCredit],
        is_reopened: bool,
        act: Act,
    ) -> None:
        """Take back amounts of billed instalments. Raises `NotOnInvoice`."""
        for fee in fees:
            entry = self.ledger.entry(fee.key)
            is_billed = entry is not None and entry.invoice_id == invoice_id and entry.state is FeeState.BILLED
            require(is_billed, refused.NotOnInvoice, number=fee.key.number)
        self.trigger_event(
            self.PeriodCredited,
            act=act,
            invoice_id=invoice_id,
            credit_note_id=credit_note_id,
            number=number,
            fees=tuple(fees),
            is_reopened=is_reopened,
        )

    def park(self, code: str, reason: str, act: Act) -> None:
        """Note why a run left this contract alone; the same reason again records nothing."""
        if self.parked != (code, reason):
            self.trigger_event(self.BillingParked, act=act, code=code, reason=reason)

    def _require_no_notice_of(self, expiry_on: date) -> None:
        notice = self.state.notice
        if notice is not None and notice.acts_on <= expiry_on:
            raise refused.UnderNotice(received_on=str(notice.received_on), acts_on=str(notice.acts_on))

    def _renew(self, *, is_tacit: bool, fees: tuple[LineFee, ...], act: Act) -> None:
        term, term_number = self.state.next_term(), len(self.state.terms) + 1
        self.trigger_event(self.Renewed, act=act, term=term, term_number=term_number, is_tacit=is_tacit, fees=fees)

    def _end(self, ending: Ending, act: Act) -> None:
        if self.state.ending != ending and ending.last_on is not None:
            require_signed(self.state)
            check_last_day(self.state, ending.last_on)
            self.trigger_event(self.Ended, act=act, ending=ending)

    # Evolve

    @event(Drafted)
    def __init__(self, header: ContractHeader) -> None:
        self.state = ContractState(contract_id=self.id, header=header)
        self.ledger = FeeLedger()
        self.parked: tuple[str, str] | None = None

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
    def _renewed(self, term: Period, fees: tuple[LineFee, ...]) -> None:
        self.state = self.state.renewed(term, fees)

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
    def _unblocked(self, until_on: date) -> None:
        self.state = self.state.unblocked(until_on)

    @event(Ended)
    def _ended(self, ending: Ending) -> None:
        self.state = self.state.changed(ending=ending)

    @event(BilledThroughSet)
    def _billed_through_set(self, through_on: date) -> None:
        self.state = self.state.changed(billed_through=through_on)

    @event(FeesProposed)
    def _fees_proposed(self, invoice_id: UUID, fees: tuple[Fee, ...]) -> None:
        self.ledger, self.parked = self.ledger.proposed(invoice_id, fees), None

    @event(FeesReleased)
    def _fees_released(self, invoice_id: UUID, keys: tuple[DueKey, ...]) -> None:
        self.ledger = self.ledger.released(invoice_id, keys)

    @event(PeriodBilled)
    def _period_billed(self, invoice_id: UUID, number: str, billed_on: date, fees: tuple[Fee, ...]) -> None:
        self.ledger = self.ledger.billed(invoice_id, number, billed_on, fees)

    @event(PeriodCredited)
    def _period_credited(self, fees: tuple[FeeCredit, ...], is_reopened: bool) -> None:
        self.ledger = self.ledger.credited(fees, is_reopened)

    @event(BillingParked)
    def _billing_parked(self, code: str, reason: str) -> None:
        self.parked = (code, reason)
