"""The facts of a contract (fatti del contratto); `Contract` in `contract.py` decides them and lists them as its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Aggregate, FirstEvent
from aggregates.because import Because, Reasons
from aggregates.contract_adjusted import FeeAdjustment
from aggregates.contract_changes import SerialSwap, TermsChange
from aggregates.contract_charge import ContractCharge
from aggregates.contract_clauses import Clause
from aggregates.contract_ledger import Fee, FeeCredit
from aggregates.contract_serials import HoldingFact
from aggregates.contract_state import Block, BlockReason, Ending, Reminder
from aggregates.contract_terms import ContractHeader, ContractLine, LineFee
from aggregates.rules.billing import DueKey
from aggregates.values import Period


class Drafted(FirstEvent):
    """A contract is being prepared."""

    TOPIC = "contract.drafted.v1"
    header: ContractHeader


class HeaderChanged(Aggregate.Event):
    """The draft's header is different."""

    TOPIC = "contract.header-changed.v1"
    header: ContractHeader


class LineAdded(HoldingFact):
    """The contract serves one more thing."""

    TOPIC = "contract.line-added.v1"
    line: ContractLine


class LineRemoved(HoldingFact):
    """A line is served up to and with `last_on`; a draft's line is gone altogether."""

    TOPIC = "contract.line-removed.v1"
    line_id: UUID
    last_on: date | None


class Signed(HoldingFact):
    """Both parties signed (stipula): the contract has its number and first term (Rinnovo 1)."""

    TOPIC = "contract.signed.v1"
    number: str
    signed_on: date
    term: Period


class Renewed(HoldingFact):
    """One more term (Rinnovo), tacit or agreed, with new annual fees where they changed."""

    TOPIC = "contract.renewed.v1"
    term: Period
    term_number: int
    is_tacit: bool
    fees: tuple[LineFee, ...]


class NoticeReceived(HoldingFact):
    """Notice (disdetta) was received: the contract ends on the expiry on which it acts (R1.7)."""

    TOPIC = "contract.notice-received.v1"
    received_on: date
    acts_on: date


class NoticeWithdrawn(HoldingFact):
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
    reason: BlockReason | None = None


class Ended(HoldingFact):
    """The contract was terminated, superseded or cancelled."""

    TOPIC = "contract.ended.v1"
    ending: Ending


class TermsChanged(HoldingFact):
    """Both parties changed terms of the signed contract from a day on; what was billed stays as it was billed."""

    TOPIC = "contract.terms-changed.v1"
    change: TermsChange


class SerialReplaced(HoldingFact):
    """A line goes on with another machine from a day on: same fee, coverage and term; what was billed stays."""

    TOPIC = "contract.serial-replaced.v1"
    from_on: date
    swap: SerialSwap
    reason: str | None = None

    @property
    def change(self) -> TermsChange:
        """The change of terms that it makes."""
        return TermsChange(from_on=self.from_on, serials=(self.swap,), reason=self.reason)


class TookPlaceOf(Aggregate.Event):
    """This contract is the successor of another, which ends the day before `starts_on` (R1.12)."""

    TOPIC = "contract.took-place-of.v1"
    predecessor_id: UUID
    starts_on: date


class ConsumerReminded(Aggregate.Event):
    """The consumer was told the last day for notice of an expiry (R1.8); `text` is what was written."""

    TOPIC = "contract.consumer-reminded.v1"
    reminder: Reminder
    text: str


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
    is_credit_note: bool = Field(default=False, description="The sum was below zero: the document is a credit note.")


class PeriodCredited(Aggregate.Event):
    """A credit note takes back amounts of billed instalments; reopened ones are due again (R1.15)."""

    TOPIC = "contract.period-credited.v1"
    invoice_id: UUID
    credit_note_id: UUID
    number: str
    fees: tuple[FeeCredit, ...]
    is_reopened: bool


class OverbilledCredited(Aggregate.Event):
    """A credit note settled what was billed above the terms (R1.12); `because` says why, for each fee."""

    TOPIC = "contract.overbilled-credited.v1"
    credit_note_id: UUID
    number: str
    fees: tuple[FeeCredit, ...]
    reasons: tuple[str, ...] = ()
    because: tuple[Reasons, ...] = ()


class BilledElsewhere(Aggregate.Event):
    """Another document billed these instalments; they are not due here."""

    TOPIC = "contract.billed-elsewhere.v1"
    mark_id: UUID
    fees: tuple[Fee, ...]
    reference: str
    reason: str


class ElsewhereUndone(Aggregate.Event):
    """These instalments were not billed elsewhere after all; they are due again."""

    TOPIC = "contract.elsewhere-undone.v1"
    keys: tuple[DueKey, ...]


class BillingParked(Aggregate.Event):
    """A billing run could not bill this contract and left it alone; it is tried again by every run."""

    TOPIC = "contract.billing-parked.v1"
    code: str
    reason: str
    because: Because | None = None


class FeesAdjusted(Aggregate.Event):
    """Fees are others from a day on, by percent, index, amount or total; or provisionally the same (R1.20–R1.22)."""

    TOPIC = "contract.fees-adjusted.v1"
    adjustment: FeeAdjustment


class ChargeRaised(Aggregate.Event):
    """One amount beside the fees is to be billed from its day on; below zero it is the customer's."""

    TOPIC = "contract.charge-raised.v1"
    charge: ContractCharge


class ChargeWithdrawn(Aggregate.Event):
    """A charge that no invoice held is not owed after all."""

    TOPIC = "contract.charge-withdrawn.v1"
    charge_id: UUID
    reason: str


class MeterPeriodsSettled(Aggregate.Event):
    """Meter periods were rated and came to nothing: within what is included; no invoice holds them (R3.8)."""

    TOPIC = "contract.meter-periods-settled.v1"
    fees: tuple[Fee, ...]


class DocumentAsked(Aggregate.Event):
    """The contract is to be printed as it stands, with these clauses of the company's beside the usual ones."""

    TOPIC = "contract.document-asked.v1"
    dated_on: date
    clauses: tuple[Clause, ...] = ()
